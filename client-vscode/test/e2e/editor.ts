/** A real VS Code for tests: its web build, driven in headless Chromium. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { chromium, type Browser, type BrowserContext, type Locator, type Page } from "playwright-core";

/** Milliseconds after which something that was waited for is missing. */
export const PATIENCE = Number(process.env["SSOT_E2E_PATIENCE"] ?? 120) * 1000;

const CLIENT = path.resolve(__dirname, "../..");
const EXAMPLE = path.resolve(CLIENT, "../examples/agents");
const PICTURES = process.env["SSOT_E2E_PICTURES"] ?? path.join(CLIENT, "out/screenshots");

const SETTINGS = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.tips.enabled": false,
  "window.commandCenter": false,
  "chat.commandCenter.enabled": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "git.enabled": false,
  "editor.minimap.enabled": false,
  "editor.lightbulb.enabled": "on",
  "files.autoSave": "off",
};

const CHROMIUM = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The editor's process, and a browser. */
export class Editor {
  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    private readonly browser: Browser,
    private readonly address: string,
  ) {}

  /** Starts the editor with the extension installed. `environment` is what it has besides or instead of ours. */
  static async start(environment: NodeJS.ProcessEnv = {}, settings: object = {}): Promise<Editor> {
    const folder = await mkdtemp(path.join(await realpath(tmpdir()), "ssot-editor-"));
    const user = path.join(folder, "data/User");
    await mkdir(user, { recursive: true });
    await writeFile(path.join(user, "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
    const port = await freePort();
    const program = path.join(required("SSOT_E2E_EDITOR"), "node_modules/code-server/out/node/entry.js");
    const child = spawn(
      process.execPath,
      [
        program,
        ...["--bind-addr", `127.0.0.1:${port}`, "--auth", "none"],
        ...[
          "--user-data-dir",
          path.join(folder, "data"),
          "--extensions-dir",
          required("SSOT_E2E_EXTENSIONS"),
        ],
        ...["--config", path.join(folder, "config.yaml")],
        ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
      ],
      { env: { ...process.env, ...environment }, stdio: "ignore" },
    );
    const address = `http://127.0.0.1:${port}`;
    await until("the editor answers", async () => {
      try {
        return (await fetch(`${address}/healthz`)).ok;
      } catch {
        return false;
      }
    });
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: CHROMIUM });
    return new Editor(folder, child, browser, address);
  }

  /** Opens a copy of the example, with other `files` in it; null leaves one out. */
  async open(files: Readonly<Record<string, string | null>> = {}): Promise<Window> {
    const folder = await mkdtemp(path.join(this.folder, "workspace-"));
    const root = path.join(folder, "agents");
    await cp(EXAMPLE, root, { recursive: true, filter: (file) => !/\.ssot_cache|__pycache__/.test(file) });
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(root, name);
      await mkdir(path.dirname(file), { recursive: true });
      await (text === null ? rm(file, { recursive: true }) : writeFile(file, text));
    }
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`${this.address}/?folder=${encodeURIComponent(root)}`);
    await page.locator(".monaco-workbench .activitybar").waitFor();
    return new Window(root, page, context);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.process.kill();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      await once(this.process, "exit");
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One window of it, with a workspace of its own. */
export class Window {
  constructor(
    readonly root: string,
    readonly page: Page,
    private readonly context: BrowserContext,
  ) {}

  async close(): Promise<void> {
    await this.context.close();
  }

  /** Opens a file with the caret at a line and column, both from 1. */
  async openFile(name: string, line = 1, column = 1): Promise<void> {
    await this.press("Control+P");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.fill(`${name}:${line}:${column}`);
    const base = path.basename(name);
    await this.page
      .locator(".quick-input-list .monaco-list-row[data-index='0']", { hasText: base })
      .waitFor();
    await input.press("Enter");
    await this.page.locator(".tab.active", { hasText: base }).waitFor();
    await this.page.locator(".editor-instance .view-lines").first().waitFor();
  }

  /** Runs a command by its title. */
  async command(title: string): Promise<void> {
    await this.press("F1");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.fill(`>${title}`);
    await this.page
      .locator(".quick-input-list .monaco-list-row[data-index='0']", { hasText: title })
      .waitFor();
    await input.press("Enter");
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  /** Waits until the active editor has so many squiggles, of any kind. */
  async squiggles(number: number): Promise<void> {
    const found = this.page.locator(
      ".editor-instance :is(.squiggly-error, .squiggly-warning, .squiggly-info)",
    );
    await until(`${number} squiggles`, async () => (await found.count()) === number);
  }

  /** What the editor says of the place at the caret. */
  async hover(): Promise<Locator> {
    await this.press("Control+K");
    await this.press("Control+I");
    const hover = this.page.locator(".monaco-hover:visible .monaco-hover-content");
    await hover.first().waitFor();
    return hover.first();
  }

  /** Opens the quick fixes at the caret. */
  async quickFixes(): Promise<Locator> {
    await this.press("Control+.");
    const list = this.page.locator(".action-widget");
    await list.waitFor();
    return list;
  }

  /** Takes the first of the quick fixes, which has this title. */
  async takeQuickFix(title: string): Promise<void> {
    const list = await this.quickFixes();
    await list.locator(".monaco-list-row.focused", { hasText: title }).waitFor();
    await this.press("Enter");
    await list.waitFor({ state: "hidden" });
  }

  /** Opens the view of concepts. */
  async showConcepts(): Promise<void> {
    await this.page.locator(".activitybar .action-label[aria-label^='SSOT']").click();
    await this.page
      .locator(".sidebar .pane-header, .sidebar .composite.title", { hasText: "SSOT" })
      .first()
      .waitFor();
  }

  /** A row of a tree in the side bar. */
  row(text: string): Locator {
    return this.page.locator(".sidebar .monaco-list-row", { hasText: text }).first();
  }

  /** A message in the corner. */
  notification(text: string): Locator {
    return this.page.locator(".notification-list-item", { hasText: text }).first();
  }

  async read(name: string): Promise<string> {
    return readFile(path.join(this.root, name), "utf8");
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(path.join(this.root, name), text);
  }

  /** Gives the workspace these settings. */
  async settings(settings: object): Promise<void> {
    await mkdir(path.join(this.root, ".vscode"), { recursive: true });
    await this.write(".vscode/settings.json", JSON.stringify(settings));
  }

  /** Saves the file in the active editor, again and again until its text on disk holds `text`: settings take a while. */
  async saveUntil(name: string, text: string): Promise<void> {
    await until(`${name} holds ${text}`, async () => {
      await this.press("Control+S");
      await new Promise((resolve) => setTimeout(resolve, 500));
      return (await this.read(name)).includes(text);
    });
  }

  /** Takes changes of a file back, until it holds `text` again on disk. */
  async undoUntil(name: string, text: string): Promise<void> {
    await this.openFile(name);
    await until(`${name} is as it was`, async () => {
      await this.press("Control+Z");
      await this.press("Control+S");
      await new Promise((resolve) => setTimeout(resolve, 500));
      return (await this.read(name)) === text;
    });
  }

  /** Waits until a file on disk holds a text. */
  async holds(name: string, text: string): Promise<void> {
    await until(`${name} holds ${text}`, async () => (await this.read(name)).includes(text));
  }

  /** Keeps a picture of the window. */
  async screenshot(name: string): Promise<void> {
    await mkdir(PICTURES, { recursive: true });
    await this.page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
  }
}

/** Waits until something is so. */
export async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await is())) {
    if (Date.now() > end) {
      throw new Error(`waited in vain until ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A variable that `run.mjs` sets. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: run \`npm run e2e\``);
  }
  return value;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") {
    throw new Error("no port");
  }
  return address.port;
}
