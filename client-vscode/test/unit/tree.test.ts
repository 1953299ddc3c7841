/** Concepts as a tree. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Concept, Place, RegistryConcepts, Spot } from "../../src/protocol";
import { tree, type Node } from "../../src/tree";

function place(file: string, line: number): Place {
  return { uri: `file:///w/${file}`, range: { start: { line, character: 0 }, end: { line, character: 3 } } };
}

function spot(file: string, line: number, text: string): Spot {
  return { ...place(file, line), text, message: `about ${text}` };
}

const CONCEPT: Concept = {
  name: "engine",
  canonical: "app.engines.UserEngine",
  summary: "Runs agents.",
  owner: "@agents",
  docs: null,
  importLine: "from app.engines import UserEngine",
  entry: place("ssot.toml", 3),
  defined: [spot("app/engines.py", 9, "UserEngine")],
  rivals: [spot("app/rival.py", 0, "OtherEngine")],
  deprecated: [
    {
      path: "app.old.Engine",
      use: "app.engines.UserEngine",
      reason: "shares state",
      entry: place("ssot.toml", 6),
      uses: [spot("app/a.py", 0, "Engine"), spot("app/a.py", 4, "Engine"), spot("app/b.py", 1, "Engine")],
    },
  ],
  findings: 4,
};
const SETTLED: Concept = { ...CONCEPT, name: "settled", rivals: [], deprecated: [], findings: 0 };

function where({ uri, range }: Place): string {
  return `${uri.replace("file:///w/", "")}:${range.start.line + 1}`;
}

function registry(file: string, ...concepts: Concept[]): RegistryConcepts {
  return { uri: `file:///w/${file}`, concepts };
}

function drawn(nodes: readonly Node[], depth = 0): string {
  return nodes
    .map(
      (node) =>
        `${"  ".repeat(depth)}${node.label} | ${node.description}\n${drawn(node.children, depth + 1)}`,
    )
    .join("");
}

test("a concept has its canonical, its rivals, and what is deprecated with the uses left", () => {
  assert.equal(
    drawn(tree([registry("ssot.toml", CONCEPT)], where)),
    [
      "engine | 1 rival, 3 uses left",
      "  UserEngine | app.engines",
      "  OtherEngine | app/rival.py:1",
      "  Engine | 3 uses left in 2 files · app.old",
      "    app/a.py:1 | Engine",
      "    app/a.py:5 | Engine",
      "    app/b.py:2 | Engine",
      "",
    ].join("\n"),
  );
});

test("what is settled is folded and says so", () => {
  const [node] = tree([registry("ssot.toml", SETTLED)], where);
  assert.equal(node?.description, "settled");
  assert.equal(node.expanded, false);
  assert.ok(!node.context.includes("found"));
});

test("every node opens its place", () => {
  const [node] = tree([registry("ssot.toml", CONCEPT)], where);
  const opened = [node, ...(node?.children ?? []), ...(node?.children[2]?.children ?? [])];
  assert.deepEqual(
    opened.map((child) => child?.place && where(child.place)),
    [
      "ssot.toml:4",
      "app/engines.py:10",
      "app/rival.py:1",
      "ssot.toml:7",
      "app/a.py:1",
      "app/a.py:5",
      "app/b.py:2",
    ],
  );
});

test("menus know what they are asked about", () => {
  const [node] = tree([registry("ssot.toml", CONCEPT)], where);
  assert.deepEqual(node?.context, ["concept", "entry", "found"]);
  assert.deepEqual(node.concept, {
    registry: "file:///w/ssot.toml",
    name: "engine",
    importLine: "from app.engines import UserEngine",
  });
});

test("several registries stand above their concepts; ids stay different", () => {
  const nodes = tree(
    [registry("ssot.toml", CONCEPT), registry("sub/ssot.toml", CONCEPT), registry("e.toml")],
    where,
  );
  assert.deepEqual(
    nodes.map((node) => [node.label, node.description]),
    [
      ["ssot.toml", "1 concept"],
      ["sub/ssot.toml", "1 concept"],
    ],
  );
  const ids: string[] = [];
  const collect = (all: readonly Node[]): void => {
    for (const node of all) {
      ids.push(node.id);
      collect(node.children);
    }
  };
  collect(nodes);
  assert.equal(new Set(ids).size, ids.length);
});

test("a canonical that is not found, and a deprecated path that nothing uses", () => {
  const [deprecated] = CONCEPT.deprecated;
  assert.ok(deprecated);
  const lone = {
    ...CONCEPT,
    defined: [],
    rivals: [],
    deprecated: [{ ...deprecated, uses: [], reason: null }],
  };
  const [node] = tree([registry("ssot.toml", lone)], where);
  assert.equal(node?.children[0]?.place, undefined);
  assert.equal(node?.children[1]?.description, "not used any more · app.old");
});
