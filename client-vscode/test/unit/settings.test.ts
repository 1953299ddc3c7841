/** Settings as values. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { needsRestart, readSettings, substitute, type Settings } from "../../src/settings";

const VARIABLES = {
  home: "/home/me",
  folders: [
    { name: "first", path: "/code/first" },
    { name: "second", path: "/code/second" },
  ],
  environment: { TOOLS: "/opt/tools" },
};

function read(values: Readonly<Record<string, unknown>>): Settings {
  return readSettings((key) => values[key], VARIABLES);
}

test("without any setting all is at its default", () => {
  assert.deepEqual(read({}), {
    enable: true,
    interpreter: [],
    importStrategy: "fromEnvironment",
    path: [],
    server: {
      configuration: null,
      logLevel: "info",
      lint: { enable: true },
      fixAll: true,
      codeAction: { fixViolation: { enable: true }, disableRuleComment: { enable: true } },
    },
  });
});

test("every setting arrives where it is read", () => {
  const settings = read({
    enable: false,
    interpreter: ["${userHome}/python"],
    importStrategy: "useBundled",
    path: ["${workspaceFolder:second}/ssot"],
    configuration: "${workspaceFolder}/team/ssot.toml",
    logLevel: "debug",
    "lint.enable": false,
    fixAll: false,
    "codeAction.fixViolation.enable": false,
    "codeAction.disableRuleComment.enable": false,
  });
  assert.deepEqual(settings, {
    enable: false,
    interpreter: ["/home/me/python"],
    importStrategy: "useBundled",
    path: ["/code/second/ssot"],
    server: {
      configuration: "/code/first/team/ssot.toml",
      logLevel: "debug",
      lint: { enable: false },
      fixAll: false,
      codeAction: { fixViolation: { enable: false }, disableRuleComment: { enable: false } },
    },
  });
});

test("what makes no sense is as if it were not there; one path may stand for a list", () => {
  const settings = read({ interpreter: [3, "", "/python"], path: "/ssot", configuration: "", logLevel: 7 });
  assert.deepEqual(settings.interpreter, ["/python"]);
  assert.deepEqual(settings.path, ["/ssot"]);
  assert.equal(settings.server.configuration, null);
  assert.equal(settings.server.logLevel, "info");
});

test("variables are replaced where they are known", () => {
  assert.equal(substitute("${env:TOOLS}/x${env:NONE}", VARIABLES), "/opt/tools/x");
  assert.equal(substitute("${workspaceFolder:third} ${what}", VARIABLES), "${workspaceFolder:third} ${what}");
  assert.equal(substitute("$& ${userHome} $1", { ...VARIABLES, home: "$&" }), "$& $& $1");
});

test("only what decides about the server needs another one", () => {
  assert.ok(needsRestart((section) => section === "ssot.interpreter"));
  assert.ok(!needsRestart((section) => section === "ssot.logLevel"));
});

test("package.json contributes every setting that is read, and no setting of it is restricted that is not there", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
    contributes: { configuration: { properties: Record<string, unknown> } };
    capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  };
  const contributed = Object.keys(manifest.contributes.configuration.properties);
  const asked = new Set<string>();
  readSettings((key) => asked.add(`ssot.${key.replace(/(codeAction\.\w+)\.enable/, "$1")}`), VARIABLES);
  assert.deepEqual([...asked].sort(), contributed.filter((key) => key !== "ssot.trace.server").sort());
  for (const restricted of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) {
    assert.ok(contributed.includes(restricted), restricted);
  }
});
