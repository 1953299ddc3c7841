/** Decides which server is started, and with which Python. Knows no editor, so that it can be tested without one. */

import type { Settings } from "./settings";

/** A command line that starts the server. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** What it is, for people: where the server comes from and what runs it. */
  readonly description: string;
  /** Whether another interpreter, selected in the Python extension, may make another command line. */
  readonly followsSelection: boolean;
}

/** Why there is no command line. */
export interface Problem {
  readonly kind: "noPython" | "badInterpreter";
  readonly message: string;
}

/** What an interpreter says of itself. */
export interface Interpreter {
  readonly version: readonly [number, number, number];
  /** The version of the ssot-lsp that is installed in it. */
  readonly installed: string | null;
}

/** What is asked of the machine. */
export interface Machine {
  readonly isTrusted: boolean;
  readonly isWindows: boolean;
  /** The folder that comes with the extension. */
  readonly bundled: string;
  isFile(path: string): Promise<boolean>;
  /** The full path of a program on the PATH. */
  which(name: string): Promise<string | undefined>;
  /** Asks an interpreter; a string says why it did not answer. */
  probe(command: readonly string[]): Promise<Interpreter | string>;
  /** The interpreter that is selected in the Python or Python Environments extension. */
  selected(): Promise<readonly string[] | undefined>;
  log(message: string): void;
}

export const OLDEST: readonly [number, number] = [3, 10];

/** An interpreter that will do. */
interface Found {
  readonly command: readonly string[];
  readonly interpreter: Interpreter;
  readonly followsSelection: boolean;
}

export async function chooseServer(settings: Settings, machine: Machine): Promise<Launch | Problem> {
  const program = await programFromSetting(settings, machine);
  if (program !== undefined) {
    return program;
  }
  const found = await findInterpreter(settings, machine);
  if (machine.isTrusted && settings.importStrategy === "fromEnvironment") {
    const installed = isProblem(found) ? undefined : fromEnvironment(found, machine);
    const own = installed ?? (await programOnPath(machine));
    if (own !== undefined) {
      return own;
    }
  }
  return isProblem(found) ? found : bundledServer(found, machine);
}

export function isProblem(value: object): value is Problem {
  return "kind" in value;
}

async function programFromSetting(settings: Settings, machine: Machine): Promise<Launch | undefined> {
  if (!machine.isTrusted) {
    return undefined;
  }
  for (const path of settings.path) {
    if (await machine.isFile(path)) {
      return program(path, "ssot.path");
    }
    machine.log(`ssot.path: there is no file ${path}`);
  }
  return undefined;
}

async function programOnPath(machine: Machine): Promise<Launch | undefined> {
  const path = await machine.which("ssot");
  return path === undefined ? undefined : program(path, "the PATH");
}

function program(path: string, source: string): Launch {
  return {
    command: path,
    args: ["server"],
    description: `${path} (from ${source})`,
    followsSelection: false,
  };
}

function fromEnvironment(
  { command, interpreter, followsSelection }: Found,
  machine: Machine,
): Launch | undefined {
  if (interpreter.installed === null) {
    return undefined;
  }
  const description = `ssot-lsp ${interpreter.installed} installed in the environment of ${named(command, interpreter)}`;
  return start(command, [join(machine, "start.py"), "server"], description, followsSelection);
}

function bundledServer({ command, interpreter, followsSelection }: Found, machine: Machine): Launch {
  // Isolated from PYTHONPATH and the user's packages: it has all that it needs.
  const args = ["-I", join(machine, "start.py"), "--bundled", "server"];
  return start(command, args, `bundled server, run by ${named(command, interpreter)}`, followsSelection);
}

function start(
  command: readonly string[],
  args: readonly string[],
  description: string,
  followsSelection: boolean,
): Launch {
  const [executable = "", ...before] = command;
  return { command: executable, args: [...before, ...args], description, followsSelection };
}

/** The interpreter of the settings; else the selected one; else the first on the PATH that will do. */
async function findInterpreter(settings: Settings, machine: Machine): Promise<Found | Problem> {
  if (machine.isTrusted && settings.interpreter.length > 0) {
    const found = await usable(settings.interpreter, false, machine);
    return typeof found === "string"
      ? { kind: "badInterpreter", message: `ssot.interpreter cannot run SSOT: ${found}` }
      : found;
  }
  const rejected: string[] = [];
  for await (const [command, followsSelection] of candidates(machine)) {
    const found = await usable(command, followsSelection, machine);
    if (typeof found !== "string") {
      return found;
    }
    machine.log(found);
    rejected.push(found);
  }
  const needed = `SSOT needs Python ${OLDEST.join(".")} or newer to run its server`;
  const message = rejected.length > 0 ? `${needed}: ${rejected.join("; ")}.` : `${needed}, and found none.`;
  return { kind: "noPython", message };
}

async function* candidates(machine: Machine): AsyncGenerator<[readonly string[], boolean]> {
  // The selected interpreter may lie in the workspace; what an untrusted workspace holds is not run.
  const selected = machine.isTrusted ? await machine.selected() : undefined;
  if (selected !== undefined) {
    yield [selected, true];
  }
  for (const [name, ...args] of machine.isWindows
    ? [["py", "-3"], ["python"], ["python3"]]
    : [["python3"], ["python"]]) {
    const path = await machine.which(name ?? "");
    if (path !== undefined) {
      yield [[path, ...args], false];
    }
  }
}

/** An interpreter that will do, or why it will not. */
async function usable(
  command: readonly string[],
  followsSelection: boolean,
  machine: Machine,
): Promise<Found | string> {
  const answer = await machine.probe(command);
  if (typeof answer === "string") {
    return `${command.join(" ")} does not run (${answer})`;
  }
  const [major, minor] = answer.version;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `${command.join(" ")} is Python ${answer.version.join(".")}`;
  }
  return { command, interpreter: answer, followsSelection };
}

function named(command: readonly string[], { version }: Interpreter): string {
  return `${command.join(" ")} (Python ${version.join(".")})`;
}

function join(machine: Machine, name: string): string {
  return `${machine.bundled}${machine.isWindows ? "\\" : "/"}${name}`;
}
