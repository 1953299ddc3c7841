/**
 * Runs the end-to-end tests: `node test/e2e/run.mjs FILE.vsix [OPTIONS OF node --test]`.
 *
 * Installs the editor where that was not done yet, and the extension into a folder of its own.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const [extension, ...options] = process.argv.slice(2);
const here = import.meta.dirname;
const editor = execFileSync(path.join(here, "install-editor.sh"), { encoding: "utf8" }).trim();
const folder = mkdtempSync(path.join(tmpdir(), "ssot-extensions-"));
try {
  const program = path.join(editor, "node_modules/code-server/out/node/entry.js");
  const folders = [
    "--extensions-dir",
    path.join(folder, "ext"),
    "--user-data-dir",
    path.join(folder, "data"),
  ];
  const config = ["--config", path.join(folder, "config.yaml")];
  execFileSync(
    process.execPath,
    [program, ...folders, ...config, "--install-extension", path.resolve(extension)],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const tests = path.join(here, "../../out/e2e/");
  const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=1", ...options, tests], {
    stdio: "inherit",
    env: { ...process.env, SSOT_E2E_EDITOR: editor, SSOT_E2E_EXTENSIONS: path.join(folder, "ext") },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
