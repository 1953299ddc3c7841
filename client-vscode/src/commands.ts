/** The commands of package.json. */

import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import * as path from "node:path";

import * as vscode from "vscode";
import { ExecuteCommandRequest } from "vscode-languageclient";

import { canSelectInterpreter } from "./environments";
import type { Launch } from "./launch";
import type { Watch } from "./overview";
import {
  APPLY_AUTOFIX,
  APPLY_FIXES,
  DEBUG_INFORMATION,
  type FixesArgument,
  type FixesResult,
} from "./protocol";
import type { Server } from "./server";
import type { Node } from "./tree";
import { target } from "./view";

export function registerCommands(server: Server, watch: Watch): vscode.Disposable {
  const commands: Record<string, (node?: Node) => unknown> = {
    "ssot.executeAutofix": () => fixFile(server),
    "ssot.fixWorkspace": () => fixWorkspace(server),
    "ssot.fixConcept": (node) => fixConcept(server, node, { review: true }),
    "ssot.fixConceptUnsafely": (node) => fixConcept(server, node, { review: true, unsafe: true }),
    "ssot.fixConceptAtOnce": (node) => fixConcept(server, node, {}),
    "ssot.openEntry": (node) =>
      node?.entry && vscode.commands.executeCommand("vscode.open", ...target(node.entry)),
    "ssot.copyImport": (node) => node?.concept && vscode.env.clipboard.writeText(node.concept.importLine),
    "ssot.init": () => createRegistry(server),
    "ssot.openRegistry": () => openRegistry(watch),
    "ssot.refresh": () => watch.ask(),
    "ssot.restart": () => server.restart(),
    "ssot.selectInterpreter": () => selectInterpreter(),
    "ssot.showLogs": () => {
      server.log.show();
    },
    "ssot.showServerLogs": () => {
      server.output.show();
    },
    "ssot.showDebugInformation": () => showDebugInformation(server),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
}

async function fixFile(server: Server): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined) {
    await execute(server, APPLY_AUTOFIX, { uri: document.uri.toString() });
  }
}

async function fixConcept(server: Server, node: Node | undefined, how: FixesArgument): Promise<void> {
  if (node?.concept !== undefined) {
    const { registry, name } = node.concept;
    await applyFixes(server, { registry, concept: name, ...how });
  }
}

async function fixWorkspace(server: Server): Promise<void> {
  const review = "Preview";
  const apply = "Apply";
  const answer = await vscode.window.showInformationMessage(
    "Apply all safe fixes in the workspace?",
    { modal: true, detail: "The preview shows every change; tick those that you want." },
    review,
    apply,
  );
  if (answer !== undefined) {
    await applyFixes(server, { review: answer === review });
  }
}

async function applyFixes(server: Server, argument: FixesArgument): Promise<void> {
  const work = { location: { viewId: "ssot.concepts" } };
  const result = await vscode.window.withProgress(work, () => execute(server, APPLY_FIXES, argument));
  const { fixed, files, applied } = (result ?? { fixed: 0, files: 0, applied: false }) as FixesResult;
  if (fixed === 0) {
    const kind = argument.unsafe === true ? "" : " that is proved safe";
    void vscode.window.showInformationMessage(
      `SSOT: there is no fix${kind} left; the quick fixes say what speaks against the others.`,
    );
  } else if (applied) {
    vscode.window.setStatusBarMessage(`SSOT: fixed ${fixed} findings in ${files} files`, 5000);
  }
}

function execute(server: Server, command: string, argument?: object): Promise<unknown> {
  const client = server.client;
  if (client === undefined) {
    void vscode.window.showWarningMessage("SSOT: the server does not run.");
    return Promise.resolve(undefined);
  }
  const args = argument === undefined ? [] : [argument];
  return client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
}

/** Runs `ssot init` in a folder of the workspace and opens what it wrote. */
async function createRegistry(server: Server): Promise<void> {
  const launch = server.launched;
  if (launch === undefined) {
    void vscode.window.showWarningMessage("SSOT: the server does not run.");
    return;
  }
  const folder = await pickFolder();
  if (folder === undefined) {
    return;
  }
  const file = vscode.Uri.joinPath(folder.uri, "ssot.toml");
  if (!(await exists(file.fsPath))) {
    const work = { location: vscode.ProgressLocation.Notification, title: `SSOT: reading ${folder.name}` };
    const failure = await vscode.window.withProgress(work, () => runInit(launch, folder.uri.fsPath));
    if (failure !== undefined) {
      server.log.error(`ssot init: ${failure}`);
      void vscode.window.showErrorMessage(`ssot init failed: ${failure}`);
      return;
    }
  }
  await vscode.window.showTextDocument(file);
}

/** The last line of what went wrong, if something did. */
function runInit({ command, args }: Launch, folder: string): Promise<string | undefined> {
  const line = [...args.slice(0, -1), "init", folder, "--yes"]; // in the place of `server`
  return new Promise((resolve) => {
    execFile(command, line, { cwd: folder, windowsHide: true }, (error, _output, errors) => {
      resolve(error === null ? undefined : (errors.trim().split(/\r?\n/).at(-1) ?? error.message));
    });
  });
}

async function pickFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length > 1
    ? vscode.window.showWorkspaceFolderPick({ placeHolder: "The folder that gets an ssot.toml" })
    : folders[0];
}

async function openRegistry(watch: Watch): Promise<void> {
  const registries = (watch.overview.status ?? []).map((registry) => vscode.Uri.parse(registry.uri));
  const names = registries.map((uri) => vscode.workspace.asRelativePath(uri));
  const name = names.length > 1 ? await vscode.window.showQuickPick(names) : names[0];
  const uri = name === undefined ? undefined : registries[names.indexOf(name)];
  if (uri !== undefined) {
    await vscode.window.showTextDocument(uri);
  } else if (names.length === 0) {
    void vscode.window.showInformationMessage("SSOT: this workspace has no ssot.toml.");
  }
}

async function selectInterpreter(): Promise<void> {
  if (canSelectInterpreter()) {
    await vscode.commands.executeCommand("python.setInterpreter");
  } else {
    await vscode.commands.executeCommand("workbench.action.openSettings", "ssot.interpreter");
  }
}

async function showDebugInformation(server: Server): Promise<void> {
  const described = await execute(server, DEBUG_INFORMATION);
  const launch = server.launched?.description ?? "no server";
  const content = `VS Code ${vscode.version}\n${launch}\n${typeof described === "string" ? described : ""}\n`;
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ content, language: "plaintext" }),
  );
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(path.normalize(file));
    return true;
  } catch {
    return false;
  }
}
