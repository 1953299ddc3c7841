/** Which server is started, with which Python. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  chooseServer,
  isProblem,
  type Interpreter,
  type Launch,
  type Machine,
  type Problem,
} from "../../src/launch";
import { readSettings } from "../../src/settings";

const BUNDLED = ["-I", "/ext/start.py", "--bundled", "server"];

/** A machine with these programs; of interpreters their version, with the ssot-lsp in them after a plus. */
interface Given {
  readonly programs?: Readonly<Record<string, string>>;
  readonly selected?: readonly string[];
  readonly trusted?: boolean;
  readonly windows?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}

async function choose(given: Given): Promise<{ choice: Launch | Problem; probed: string[] }> {
  const programs = given.programs ?? {};
  const probed: string[] = [];
  const machine: Machine = {
    isTrusted: given.trusted ?? true,
    isWindows: given.windows ?? false,
    bundled: "/ext",
    isFile: (file) => Promise.resolve(file in programs),
    which: (name) => Promise.resolve(Object.keys(programs).find((file) => file.endsWith(`/bin/${name}`))),
    probe: (command) => {
      probed.push(command.join(" "));
      return Promise.resolve(interpreter(programs[command[0] ?? ""]));
    },
    selected: () => Promise.resolve(given.selected),
    log: () => undefined,
  };
  const settings = readSettings((key) => given.settings?.[key], {
    home: "/home",
    folders: [],
    environment: {},
  });
  return { choice: await chooseServer(settings, machine), probed };
}

function interpreter(described: string | undefined): Interpreter | string {
  if (described === undefined) {
    return "no such file";
  }
  const [version = "", installed = null] = described.split("+");
  const [major = 0, minor = 0, micro = 0] = version.split(".").map(Number);
  return { version: [major, minor, micro], installed };
}

async function line(given: Given): Promise<string> {
  const { choice } = await choose(given);
  assert.ok(!isProblem(choice), "a server was expected");
  return [choice.command, ...choice.args].join(" ");
}

async function problem(given: Given): Promise<Problem> {
  const { choice } = await choose(given);
  assert.ok(isProblem(choice), "a problem was expected");
  return choice;
}

const PYTHON = { "/usr/bin/python3": "3.11.2" };

test("the bundled server runs with the first Python on the PATH that is new enough", async () => {
  assert.equal(await line({ programs: PYTHON }), ["/usr/bin/python3", ...BUNDLED].join(" "));
  const old = { "/usr/bin/python3": "3.9.1", "/opt/bin/python": "3.10.0" };
  assert.equal(await line({ programs: old }), ["/opt/bin/python", ...BUNDLED].join(" "));
});

test("the interpreter of the settings comes first, with its arguments", async () => {
  const programs = { ...PYTHON, "/opt/py": "3.12.0" };
  const settings = { interpreter: ["/opt/py", "-X", "utf8"] };
  const expected = ["/opt/py", "-X", "utf8", ...BUNDLED].join(" ");
  assert.equal(await line({ programs, settings, selected: ["/usr/bin/python3"] }), expected);
});

test("an interpreter of the settings that cannot be used is a problem: no other is taken silently", async () => {
  const missing = await problem({ programs: PYTHON, settings: { interpreter: ["/gone"] } });
  assert.equal(missing.kind, "badInterpreter");
  assert.match(missing.message, /ssot\.interpreter .* \/gone does not run \(no such file\)/);
  const old = await problem({
    programs: { ...PYTHON, "/old": "3.8.1" },
    settings: { interpreter: ["/old"] },
  });
  assert.match(old.message, /\/old is Python 3\.8\.1/);
});

test("then the one that is selected in the Python extension; one that is too old is passed over", async () => {
  const programs = { ...PYTHON, "/venv/python": "3.13.0", "/venv38/python": "3.8.0" };
  const { choice } = await choose({ programs, selected: ["/venv/python"] });
  assert.ok(!isProblem(choice));
  assert.equal(choice.command, "/venv/python");
  assert.equal(choice.followsSelection, true);
  assert.equal(
    await line({ programs, selected: ["/venv38/python"] }),
    ["/usr/bin/python3", ...BUNDLED].join(" "),
  );
});

test("on Windows the launcher is asked for its newest Python", async () => {
  const programs = { "C:/Windows/bin/py": "3.12.0" };
  assert.equal(
    await line({ programs, windows: true }),
    "C:/Windows/bin/py -3 -I /ext\\start.py --bundled server",
  );
});

test("an ssot-lsp in the environment of the interpreter is run, unless the settings want the bundled one", async () => {
  const programs = { "/usr/bin/python3": "3.11.2+0.9.0" };
  assert.equal(await line({ programs }), "/usr/bin/python3 /ext/start.py server");
  const settings = { importStrategy: "useBundled" };
  assert.equal(await line({ programs, settings }), ["/usr/bin/python3", ...BUNDLED].join(" "));
});

test("an ssot on the PATH needs no Python of ours", async () => {
  assert.equal(await line({ programs: { ...PYTHON, "/home/bin/ssot": "" } }), "/home/bin/ssot server");
  assert.equal(await line({ programs: { "/home/bin/ssot": "" } }), "/home/bin/ssot server");
});

test("the first path of the settings that exists wins over everything, and nothing is probed", async () => {
  const programs = { ...PYTHON, "/b/ssot": "" };
  const settings = { path: ["/a/ssot", "/b/ssot"], importStrategy: "useBundled" };
  const { choice, probed } = await choose({ programs, settings });
  assert.ok(!isProblem(choice));
  assert.deepEqual([choice.command, ...choice.args], ["/b/ssot", "server"]);
  assert.deepEqual(probed, []);
});

test("nothing that an untrusted workspace could hold is run", async () => {
  const programs = {
    "/usr/bin/python3": "3.11.2+0.9.0",
    "/ws/python": "3.12.0",
    "/ws/ssot": "",
    "/x/bin/ssot": "",
  };
  const settings = { path: ["/ws/ssot"], interpreter: ["/ws/python"] };
  const { choice, probed } = await choose({ programs, settings, selected: ["/ws/python"], trusted: false });
  assert.ok(!isProblem(choice));
  assert.deepEqual([choice.command, ...choice.args], ["/usr/bin/python3", ...BUNDLED]);
  assert.deepEqual(probed, ["/usr/bin/python3"]);
});

test("without any Python the message says what is needed and what was found", async () => {
  assert.equal(
    (await problem({})).message,
    "SSOT needs Python 3.10 or newer to run its server, and found none.",
  );
  const { kind, message } = await problem({ programs: { "/usr/bin/python3": "3.9.1" } });
  assert.equal(kind, "noPython");
  assert.match(message, /\/usr\/bin\/python3 is Python 3\.9\.1/);
});
