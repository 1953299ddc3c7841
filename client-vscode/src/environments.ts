/** The interpreter that is selected in the Python Environments or the Python extension, where one is there. */

import * as vscode from "vscode";

/** As much of `ms-python.vscode-python-envs` as is used here. */
interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<
    | {
        readonly error?: string;
        readonly execInfo: {
          readonly run: { readonly executable: string; readonly args?: readonly string[] };
        };
      }
    | undefined
  >;
  readonly onDidChangeEnvironment: vscode.Event<unknown>;
}

/** As much of `ms-python.python` as is used here. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(scope: vscode.Uri | undefined): { readonly path: string };
    resolveEnvironment(
      environment: { readonly path: string } | string,
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** What the two have in common. */
export interface Environments {
  readonly name: string;
  /** The command of the interpreter that is selected for a folder. */
  selected(scope: vscode.Uri | undefined): Promise<readonly string[] | undefined>;
  /** Fires when another one may be. */
  readonly onDidChange: vscode.Event<unknown>;
}

/** The extension that knows interpreters, started if need be. */
export async function findEnvironments(log: vscode.LogOutputChannel): Promise<Environments | undefined> {
  const environments = await api<EnvironmentsApi>("ms-python.vscode-python-envs", log);
  if (environments !== undefined) {
    return {
      name: "Python Environments",
      async selected(scope) {
        const found = await environments.getEnvironment(scope);
        if (found === undefined || found.error !== undefined) {
          return undefined;
        }
        const { executable, args } = found.execInfo.run;
        return [executable, ...(args ?? [])];
      },
      onDidChange: environments.onDidChangeEnvironment,
    };
  }
  const python = await api<PythonApi>("ms-python.python", log);
  if (python !== undefined) {
    return {
      name: "Python",
      async selected(scope) {
        const active = python.environments.getActiveEnvironmentPath(scope);
        const found = await python.environments.resolveEnvironment(active);
        const executable = found?.executable.uri?.fsPath;
        return executable === undefined ? undefined : [executable];
      },
      onDidChange: python.environments.onDidChangeActiveEnvironmentPath,
    };
  }
  return undefined;
}

/** Whether the user can select an interpreter. */
export function canSelectInterpreter(): boolean {
  return vscode.extensions.getExtension("ms-python.python") !== undefined;
}

async function api<Api>(id: string, log: vscode.LogOutputChannel): Promise<Api | undefined> {
  const extension = vscode.extensions.getExtension<Api | undefined>(id);
  if (extension === undefined) {
    return undefined;
  }
  try {
    return extension.isActive ? extension.exports : await extension.activate();
  } catch (error) {
    log.warn(`${id} does not start: ${String(error)}`);
    return undefined;
  }
}
