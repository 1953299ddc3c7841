/** The language status item: what the server does, which registry is in force, how much was found. */

import * as path from "node:path";

import * as vscode from "vscode";

import type { Watch } from "./overview";
import { SELECTOR, type Server } from "./server";

export function createStatus(server: Server, watch: Watch): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("ssot.status", SELECTOR);
  item.name = "SSOT";
  const show = (): void => {
    Object.assign(item, describe(server, watch));
  };
  show();
  return vscode.Disposable.from(item, server.onDidChangeState(show), watch.onDidChange(show));
}

type Shown = Pick<vscode.LanguageStatusItem, "text" | "detail" | "severity" | "busy" | "command">;

const LOGS = { title: "Show Logs", command: "ssot.showLogs" };
const OPEN = { title: "Open ssot.toml", command: "ssot.openRegistry" };

function describe(server: Server, watch: Watch): Shown {
  const { Error, Warning, Information } = vscode.LanguageStatusSeverity;
  const state = server.state;
  switch (state.kind) {
    case "off":
      return item("SSOT is off", "ssot.enable is false", Information, LOGS);
    case "starting":
      return item("SSOT starts", "", Information, LOGS, true);
    case "stopped":
      return item("SSOT does not run", "the server stopped", Error, LOGS);
    case "problem":
      return item("SSOT needs Python", state.problem.message, Error, LOGS);
    case "running":
      break;
  }
  const { asking, status, tooOld } = watch.overview;
  if (status === undefined) {
    return tooOld === true
      ? item("SSOT", state.launch.description, Information, LOGS)
      : item("SSOT: indexing", state.launch.description, Information, LOGS, true);
  }
  const [first] = status;
  if (first === undefined) {
    const create = { title: "Create ssot.toml", command: "ssot.init" };
    return item("SSOT: no ssot.toml", "nothing is checked", Information, create);
  }
  const mistakes = status.reduce((total, registry) => total + registry.mistakes, 0);
  const findings = status.reduce((total, registry) => total + registry.findings, 0);
  const names = status.map((registry) => nameOf(registry.uri)).join(", ");
  if (mistakes > 0) {
    const force = status.every((registry) => registry.inForce)
      ? "the last version without mistakes is in force"
      : "nothing is checked";
    return item(
      `SSOT: ${count(mistakes, "mistake")} in ssot.toml`,
      `${names}: ${force}`,
      Warning,
      OPEN,
      asking,
    );
  }
  return item(`SSOT: ${count(findings, "finding")}`, `by ${names}`, Information, OPEN, asking);
}

function item(
  text: string,
  detail: string,
  severity: vscode.LanguageStatusSeverity,
  command: vscode.Command,
  busy = false,
): Shown {
  return { text, detail, severity, busy, command };
}

/** A registry's path as people know it. */
function nameOf(uri: string): string {
  return path.normalize(vscode.workspace.asRelativePath(vscode.Uri.parse(uri)));
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
