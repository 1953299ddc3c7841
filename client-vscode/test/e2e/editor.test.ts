/** The packaged extension in a real editor. Tests of one group share a window, so each leaves the code as it found it. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { Editor, until, type Window } from "./editor";

const OLD = "from app.agents.engine import ExecutionEngine";
const NEW = "from app.agents.user_engine import UserExecutionEngine";

/** What the example's code is checked with here. */
const REGISTRY = `version = 1

[concepts.execution-engine]
canonical = "app.agents.user_engine.UserExecutionEngine"
summary = "Runs one user's agents, isolated from every other user."
owner = "@agents"
names = ["*ExecutionEngine"]
allow = ["app.agents.dry_run.DryRunExecutionEngine"]

[[concepts.execution-engine.deprecated]]
path = "app.agents.engine.ExecutionEngine"
reason = "shares state between users"

[concepts.execution-engine-factory]
canonical = "app.agents.engine_factory.ExecutionEngineFactory"
summary = "Makes and disposes of execution engines."
owner = "@agents"

[concepts.websocket-manager]
canonical = "app.websocket.manager.WebSocketManager"
summary = "Knows every open connection and sends to it."
owner = "@platform"
names = ["*WebSocketManager*"]
`;

let editor: Editor;
let window: Window;

/** A test that keeps a picture of what went wrong. */
function check(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    try {
      await run();
    } catch (error) {
      await window.screenshot(`failed, ${name}`);
      throw error;
    }
  });
}

before(async () => {
  editor = await Editor.start();
});
after(() => editor.stop());

describe("the example, in an editor", () => {
  before(async () => {
    window = await editor.open({ "ssot.toml": REGISTRY });
  });
  after(() => window.close());

  check("findings are underlined and struck through", async () => {
    await window.openFile("app/api.py", 4, 35);
    await window.squiggles(2);
    await window.screenshot("squiggles");
  });

  check("a hover explains them", async () => {
    const hover = await window.hover();
    await hover.getByText("Runs one user's agents").waitFor();
    await hover.getByText("SSOT101").waitFor();
    await window.screenshot("hover");
    await window.press("Escape");
    await window.press("Escape");
  });

  check("a quick fix replaces the deprecated class, in the file as in the editor", async () => {
    const list = await window.quickFixes();
    await list.getByText("Disable SSOT101 for this line").waitFor();
    await window.screenshot("quick-fixes");
    await window.press("Escape");
    const before = await window.read("app/api.py");
    await window.takeQuickFix("UserExecutionEngine");
    await window.squiggles(0);
    await window.press("Control+S");
    await window.holds("app/api.py", NEW);
    const fixed = before.replace(OLD, NEW).replace("= ExecutionEngine(", "= UserExecutionEngine(");
    assert.equal(await window.read("app/api.py"), fixed);
    await window.undoUntil("app/api.py", before);
    await window.squiggles(2);
  });

  check("all safe fixes are applied on save where the user asks for it", async () => {
    const before = await window.read("app/jobs.py");
    await window.openFile("app/jobs.py", 1);
    await window.squiggles(3);
    await window.settings({ "editor.codeActionsOnSave": { "source.fixAll.ssot": "explicit" } });
    await window.saveUntil("app/jobs.py", "UserExecutionEngine(UserContext(user))");
    await window.squiggles(2);
    await window.settings({});
    await window.undoUntil("app/jobs.py", before);
    await window.squiggles(3);
  });

  check("the problems of the whole workspace are listed, without a file being open", async () => {
    await window.command("View: Close All Editors");
    await window.command("Problems: Focus on Problems View");
    await window.page.locator(".markers-panel .monaco-list-row", { hasText: "isolated_engine.py" }).waitFor();
    await window.page.locator(".markers-panel .monaco-list-row", { hasText: "SSOT203" }).waitFor();
    await window.screenshot("problems");
    await window.command("View: Toggle Panel Visibility");
  });

  check("the view shows every concept and opens its places", async () => {
    await window.showConcepts();
    await window.row("execution-engine").waitFor();
    const canonical = window.row("UserExecutionEngine");
    await canonical.waitFor();
    await window.row("IsolatedExecutionEngine").waitFor();
    const deprecated = window.page.locator(".sidebar .monaco-list-row", {
      hasText: /^ExecutionEngine\d+ uses? left/,
    });
    await deprecated.click();
    await deprecated.locator(".monaco-tl-twistie").click();
    await window.page.locator(".tab.active", { hasText: "ssot.toml" }).waitFor();
    const use = window.row("app/api.py:4");
    await use.click();
    await window.page.locator(".tab.active", { hasText: "api.py" }).waitFor();
    await window.squiggles(2);
    await canonical.click();
    await window.page.locator(".tab.active", { hasText: "user_engine.py" }).waitFor();
    await window.screenshot("concepts");
  });

  check("a concept is fixed in the workspace, after a preview", async () => {
    const before = await window.read("app/api.py");
    const concept = window.row("execution-engine");
    await concept.hover();
    await concept.locator(".action-label[aria-label^='Fix in workspace']").click();
    const preview = window.page.locator(".refactor-preview, .bulk-edit-panel");
    await preview.first().waitFor();
    const rows = preview.first().locator(".monaco-list-row");
    await rows.filter({ hasText: "api.py" }).locator("input[type=checkbox]").first().check();
    await window.screenshot("preview");
    await window.page.getByRole("button", { name: "Apply" }).click();
    await window.openFile("app/api.py");
    await window.saveUntil("app/api.py", NEW);
    assert.ok(!(await window.read("app/jobs.py")).includes(NEW), "what was not ticked stays");
    await window.undoUntil("app/api.py", before);
    await window.squiggles(2);
  });

  check("squiggles follow ssot.toml as it is edited, and mistakes in it are underlined", async () => {
    await window.openFile("app/api.py");
    await window.squiggles(2);
    await window.openFile("ssot.toml", 2, 1);
    await window.page.keyboard.type('\n[rules]\nSSOT101 = "off"\nSSOT103 = "off"\n');
    await window.squiggles(0);
    await window.openFile("app/api.py");
    await window.squiggles(0);
    await window.openFile("ssot.toml", 6, 1);
    await window.page.keyboard.type('SSOT999 = "off"\n');
    await window.squiggles(1);
    await window.screenshot("registry");
    await window.command("File: Revert File");
    await window.openFile("app/api.py");
    await window.squiggles(2);
  });

  check("the language status tells what was found", async () => {
    await window.page.locator("#status\\.languageStatus").hover();
    const item = window.page.locator(".hover-language-status", { hasText: /SSOT: \d+ findings/ });
    await item.waitFor();
    await window.screenshot("status");
    await window.press("Escape");
  });

  check("the server is started again by a command", async () => {
    const before = await serverOf(window);
    await window.command("SSOT: Restart server");
    await anotherServer(window, before);
    await window.openFile("app/api.py");
    await window.squiggles(2);
  });

  check("a server that was killed comes back", async () => {
    const before = await serverOf(window);
    process.kill(before, "SIGKILL");
    await anotherServer(window, before);
    await window.openFile("app/api.py", 8, 20);
    await window.squiggles(2);
    const hover = await window.hover();
    await hover.getByText("Runs one user's agents").waitFor();
    await window.press("Escape");
  });
});

describe("a deprecated module that nothing uses any more", () => {
  const registry = `${REGISTRY}
[concepts.clock]
canonical = "app.core.clock.Clock"

[[concepts.clock.deprecated]]
path = "app.clock"
since = 2025-09-05
`;

  before(async () => {
    window = await editor.open({
      "ssot.toml": registry,
      "app/core/clock.py": "class Clock:\n    def now(self): ...\n",
      "app/clock.py": '"""Moved."""\n\nfrom app.core.clock import Clock\n\n__all__ = ["Clock"]\n',
    });
  });
  after(() => window.close());

  check("is deleted with its entry, after a preview", async () => {
    const line = registry.split("\n").indexOf('path = "app.clock"') + 1;
    await window.openFile("ssot.toml", line, 12);
    await window.squiggles(1);
    const list = await window.quickFixes();
    await list.getByText("Remove the entry for").waitFor();
    await window.press("ArrowDown");
    await list
      .locator(".monaco-list-row.focused", { hasText: "Delete the module `app.clock` and its entry" })
      .waitFor();
    await window.press("Enter");
    const preview = window.page.locator(".refactor-preview, .bulk-edit-panel").first();
    await preview.waitFor();
    await preview.locator(".monaco-list-row", { hasText: "clock.py" }).first().waitFor();
    await window.screenshot("deletion");
    const boxes = preview.locator("input[type=checkbox]");
    for (const box of await boxes.all()) {
      await box.check();
    }
    await window.page.getByRole("button", { name: "Apply" }).click();
    await until("the module is gone", () =>
      Promise.resolve(!readdirSync(`${window.root}/app`).includes("clock.py")),
    );
    await window.openFile("ssot.toml");
    await window.saveUntil("ssot.toml", 'canonical = "app.core.clock.Clock"');
    assert.ok(!(await window.read("ssot.toml")).includes('"app.clock"'));
    await window.squiggles(0);
  });
});

describe("a workspace without ssot.toml", () => {
  before(async () => {
    window = await editor.open({ "ssot.toml": null });
  });
  after(() => window.close());

  check("the view offers to write one from the code", async () => {
    await window.openFile("app/api.py");
    await window.showConcepts();
    const button = window.page.locator(".sidebar .welcome-view a", { hasText: "Create ssot.toml" });
    await button.waitFor();
    await window.screenshot("welcome");
    await button.click();
    await window.page.locator(".tab.active", { hasText: "ssot.toml" }).waitFor();
    assert.match(await window.read("ssot.toml"), /^version = 1$/m);
    await window.row("execution-engine").waitFor();
    await window.screenshot("created");
  });
});

describe("a machine without Python", () => {
  let bare: Editor;

  before(async () => {
    bare = await Editor.start({ PATH: "/nowhere", VSCODE_CLI: "1" }); // which keeps it from asking a shell for the PATH
    window = await bare.open({ "ssot.toml": REGISTRY });
  });
  after(() => bare.stop());

  check("says what is missing and offers ways out", async () => {
    await window.openFile("app/api.py");
    const message = window.notification("SSOT needs Python 3.10 or newer");
    await message.waitFor();
    await message.getByText("Download Python").waitFor();
    await window.showConcepts();
    await window.page.locator(".sidebar .welcome-view a", { hasText: "Open Settings" }).waitFor();
    await window.screenshot("no-python");
    await message.getByText("Open Settings").click();
    await window.page.locator(".settings-editor").waitFor();
  });

  check("and works as soon as the settings name one", async () => {
    await window.settings({ "ssot.interpreter": [python()] });
    await window.openFile("app/api.py");
    await window.squiggles(2);
  });
});

/** The process of the server that runs in a window's workspace. */
async function serverOf({ root }: Window): Promise<number> {
  await until("a server runs", () => Promise.resolve(findServer({ root }) !== undefined));
  return findServer({ root }) ?? 0;
}

async function anotherServer(window: Window, before: number): Promise<void> {
  await until("another server runs", () =>
    Promise.resolve(![undefined, before].includes(findServer(window))),
  );
}

function findServer({ root }: { readonly root: string }): number | undefined {
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${id}/cmdline`, "utf8");
      if (command.includes("start.py") && readlinkSync(`/proc/${id}/cwd`) === root) {
        return Number(id);
      }
    } catch {
      // it ended meanwhile
    }
  }
  return undefined;
}

function python(): string {
  return execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
}
