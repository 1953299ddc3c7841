/** The one server of a window: found, started, watched and started again. */

import * as os from "node:os";
import * as path from "node:path";

import * as vscode from "vscode";
import { DidChangeConfigurationNotification, State, type StaticFeature } from "vscode-languageclient";
import {
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
} from "vscode-languageclient/node";

import { canSelectInterpreter, findEnvironments, type Environments } from "./environments";
import { chooseServer, isProblem, type Launch, type Machine, type Problem } from "./launch";
import { isFile, probe, which } from "./machine";
import { RefreshNotification } from "./protocol";
import { needsRestart, readSettings, type Settings } from "./settings";

export type ServerState =
  | { readonly kind: "off" | "starting" | "stopped" }
  | { readonly kind: "running"; readonly launch: Launch }
  | { readonly kind: "problem"; readonly problem: Problem };

export const SELECTOR = [
  { scheme: "file", language: "python" },
  { scheme: "vscode-notebook-cell", language: "python" },
  { scheme: "vscode-notebook-cell", language: "python" },
  { scheme: "file", pattern: "**/ssot.toml" },
];

const DOWNLOAD = "https://www.python.org/downloads/";

export class Server implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel("SSOT", { log: true });
  readonly output = vscode.window.createOutputChannel("SSOT Language Server");
  private readonly trace = vscode.window.createOutputChannel("SSOT Language Server Trace");
  private readonly stateChanged = new vscode.EventEmitter<ServerState>();
  /** The server runs, or does not any more. */
  readonly onDidChangeState = this.stateChanged.event;
  private readonly refreshed = new vscode.EventEmitter<undefined>();
  /** What the server was asked about may be different now. */
  readonly onDidRefresh = this.refreshed.event;
  private readonly subscriptions: vscode.Disposable[];
  private environments: Environments | undefined;
  private launch: Launch | undefined;
  private current: LanguageClient | undefined;
  private latest: ServerState = { kind: "starting" };
  private restarting: Promise<void> | undefined;
  /** How often another server was asked for. */
  private asked = 0;

  constructor(private readonly extension: vscode.ExtensionContext) {
    this.subscriptions = [
      this.log,
      this.output,
      this.trace,
      this.stateChanged,
      this.refreshed,
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.restart()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (needsRestart((section) => event.affectsConfiguration(section))) {
          void this.restart();
        }
      }),
    ];
  }

  get state(): ServerState {
    return this.latest;
  }

  /** The client of a server that runs. */
  get client(): LanguageClient | undefined {
    return this.current?.state === State.Running ? this.current : undefined;
  }

  /** The interpreter or program that runs the server. */
  get launched(): Launch | undefined {
    return this.launch;
  }

  settings(): Settings {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const configuration = vscode.workspace.getConfiguration("ssot", folders[0]?.uri ?? null);
    return readSettings((key) => configuration.get(key), {
      home: os.homedir(),
      folders: folders.map((folder) => ({ name: folder.name, path: folder.uri.fsPath })),
      environment: process.env,
    });
  }

  /** Looks for the interpreters' extension and starts the server. */
  async begin(): Promise<void> {
    this.environments = await findEnvironments(this.log);
    if (this.environments !== undefined) {
      this.log.info(`interpreters are those of the extension ${this.environments.name}`);
      this.subscriptions.push(
        this.environments.onDidChange(() => {
          if (this.launch === undefined || this.launch.followsSelection) {
            void this.restartIfDifferent();
          }
        }),
      );
    }
    await this.restart();
  }

  /** Stops the server and starts it as the settings are now. Calls that come meanwhile are answered by one more start. */
  async restart(): Promise<void> {
    this.asked += 1;
    if (this.restarting !== undefined) {
      return this.restarting;
    }
    this.restarting = this.restartUntilQuiet();
    try {
      await this.restarting;
    } finally {
      this.restarting = undefined;
    }
  }

  async stop(): Promise<void> {
    const client = this.current;
    this.current = undefined;
    if (client !== undefined) {
      try {
        await client.dispose();
      } catch (error) {
        this.log.warn(`the server did not stop in order: ${String(error)}`);
      }
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async restartUntilQuiet(): Promise<void> {
    let answered: number;
    do {
      answered = this.asked;
      await this.stop();
      await this.start();
    } while (answered !== this.asked);
  }

  private async restartIfDifferent(): Promise<void> {
    const choice = await chooseServer(this.settings(), this.machine());
    if (JSON.stringify(choice) !== JSON.stringify(this.launch)) {
      await this.restart();
    }
  }

  private async start(): Promise<void> {
    const settings = this.settings();
    this.launch = undefined;
    if (!settings.enable) {
      this.log.info("ssot.enable is false");
      this.become({ kind: "off" });
      return;
    }
    this.become({ kind: "starting" });
    const choice = await chooseServer(settings, this.machine());
    if (isProblem(choice)) {
      this.log.error(choice.message);
      this.become({ kind: "problem", problem: choice });
      void this.explain(choice);
      return;
    }
    this.log.info(`starting ${choice.description}`);
    this.launch = choice;
    const client = this.createClient(choice);
    this.current = client;
    client.onDidChangeState(({ newState }) => {
      if (client === this.current) {
        this.become(
          newState === State.Running ? { kind: "running", launch: choice } : { kind: stateName(newState) },
        );
      }
    });
    client.onNotification(RefreshNotification, () => {
      this.refreshed.fire(undefined);
    });
    try {
      await client.start();
    } catch (error) {
      this.log.error(`the server did not start: ${String(error)}`);
      this.become({ kind: "stopped" });
    }
  }

  private become(state: ServerState): void {
    this.log.debug(`server: ${state.kind}`);
    this.latest = state;
    this.stateChanged.fire(state);
  }

  private createClient({ command, args }: Launch): LanguageClient {
    const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const options: LanguageClientOptions = {
      documentSelector: SELECTOR,
      initializationOptions: { settings: this.settings().server },
      outputChannel: this.output,
      traceOutputChannel: this.trace,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: {
        workspace: {
          // The settings with their variables replaced, which the server does not know.
          didChangeConfiguration: () =>
            this.current?.sendNotification(DidChangeConfigurationNotification.type, {
              settings: { ssot: this.settings().server },
            }) ?? Promise.resolve(),
        },
      },
    };
    const run = { command, args: [...args], options: { ...(cwd === undefined ? {} : { cwd }) } };
    const client = new LanguageClient("ssot", "SSOT Language Server", run, options);
    client.registerFeature(REFRESHABLE);
    return client;
  }

  private machine(): Machine {
    const bundled = path.join(this.extension.extensionPath, "bundled");
    return {
      isTrusted: vscode.workspace.isTrusted,
      isWindows: process.platform === "win32",
      bundled,
      isFile,
      which,
      probe: (command) => probe(command, path.join(bundled, "probe.py")),
      selected: async () => this.environments?.selected(vscode.workspace.workspaceFolders?.[0]?.uri),
      log: (message) => {
        this.log.info(message);
      },
    };
  }

  /** Says what is missing and offers the ways out. */
  private async explain(problem: Problem): Promise<void> {
    const select = "Select Interpreter";
    const open = "Open Settings";
    const download = "Download Python";
    const ways = [
      ...(problem.kind === "noPython" && canSelectInterpreter() ? [select] : []),
      open,
      ...(problem.kind === "noPython" ? [download] : []),
    ];
    const way = await vscode.window.showErrorMessage(problem.message, ...ways);
    if (way === select) {
      await vscode.commands.executeCommand("python.setInterpreter");
    } else if (way === open) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "ssot.interpreter");
    } else if (way === download) {
      await vscode.env.openExternal(vscode.Uri.parse(DOWNLOAD));
    }
  }
}

/** Tells the server that this client asks again when it is told to. */
const REFRESHABLE: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = {
      ...(capabilities.experimental as object | undefined),
      ssot: { refreshSupport: true },
    };
  },
  initialize() {
    // Nothing depends on what the server can do.
  },
  getState() {
    return { kind: "static" };
  },
  clear() {
    // Nothing is kept.
  },
};

function stateName(state: State): "starting" | "stopped" {
  return state === State.Starting ? "starting" : "stopped";
}
