/** The machine that the extension runs on: files, the PATH, interpreters. */

import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import * as path from "node:path";

import type { Interpreter } from "./launch";

/** Milliseconds that an interpreter may take to say who it is. */
const PATIENCE = 20_000;

export async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** The full path of a program on the PATH. Entries that depend on the current folder are left out. */
export async function which(name: string, environment = process.env): Promise<string | undefined> {
  const windows = process.platform === "win32";
  const endings = windows ? (environment["PATHEXT"] ?? ".EXE;.CMD;.BAT").split(";") : [""];
  const folders = (environment["PATH"] ?? environment["Path"] ?? "").split(path.delimiter);
  for (const folder of folders.filter((entry) => path.isAbsolute(entry))) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if ((await isFile(file)) && (await isExecutable(file))) {
        return file;
      }
    }
  }
  return undefined;
}

/** What an interpreter says of itself, asked with a script; a string says why it did not answer. */
export function probe(command: readonly string[], script: string): Promise<Interpreter | string> {
  const [executable = "", ...args] = command;
  return new Promise((resolve) => {
    execFile(
      executable,
      [...args, script],
      { timeout: PATIENCE, cwd: path.dirname(script), windowsHide: true },
      (error, output, errors) => {
        resolve(error === null ? parse(output) : (lastLine(errors) ?? firstLine(error.message)));
      },
    );
  });
}

function parse(output: string): Interpreter | string {
  try {
    return JSON.parse(output) as Interpreter;
  } catch {
    return "it printed something unexpected";
  }
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function lastLine(text: string): string | undefined {
  return text.trim().split(/\r?\n/).at(-1) || undefined;
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? text;
}
