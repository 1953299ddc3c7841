/** Concepts as a tree, as values. Knows no editor, so that it can be tested without one. */

import type { Concept, Deprecated, Place, RegistryConcepts, Spot } from "./protocol";

export interface Node {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Markdown. */
  readonly tooltip: string;
  /** The name of a product icon, and of the theme's colour for it. */
  readonly icon: string;
  readonly color?: string;
  /** Words that menus ask for: `concept`, `entry`, `found`. */
  readonly context: readonly string[];
  /** What a click opens. */
  readonly place?: Place;
  /** Where the registry speaks of it. */
  readonly entry?: Place;
  readonly concept?: { readonly registry: string; readonly name: string; readonly importLine: string };
  readonly expanded: boolean;
  readonly children: readonly Node[];
}

/** Shows a place to people: the file's path and the line. */
export type Where = (place: Place) => string;

/** The concepts of all registries; below their registry where there are several. */
export function tree(registries: readonly RegistryConcepts[], where: Where): readonly Node[] {
  const filled = registries.filter((registry) => registry.concepts.length > 0);
  if (filled.length === 1) {
    return filled.flatMap((registry) => concepts(registry, where));
  }
  return filled.map((registry) => {
    const place = {
      uri: registry.uri,
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    };
    return {
      id: registry.uri,
      label: where(place).replace(/:1$/, ""),
      description: count(registry.concepts.length, "concept"),
      tooltip: "",
      icon: "book",
      context: [],
      place,
      expanded: true,
      children: concepts(registry, where),
    };
  });
}

function concepts(registry: RegistryConcepts, where: Where): Node[] {
  return registry.concepts.map((concept) => {
    const id = `${registry.uri}#${concept.name}`;
    const uses = sum(concept.deprecated.map((entry) => entry.uses.length));
    const found = [
      ...(concept.rivals.length > 0 ? [count(concept.rivals.length, "rival")] : []),
      ...(uses > 0 ? [`${count(uses, "use")} left`] : []),
    ];
    return {
      id,
      label: concept.name,
      description: found.join(", ") || "settled",
      tooltip: about(concept),
      icon: found.length > 0 ? "symbol-class" : "pass",
      ...(found.length > 0 ? {} : { color: "testing.iconPassed" }),
      context: ["concept", "entry", ...(concept.findings > 0 ? ["found"] : [])],
      place: concept.entry,
      entry: concept.entry,
      concept: { registry: registry.uri, name: concept.name, importLine: concept.importLine },
      expanded: found.length > 0,
      children: [
        canonical(concept, id),
        ...concept.rivals.map((rival, number) =>
          spot(rival, `${id}/rival/${number}`, "warning", rival.text, where),
        ),
        ...concept.deprecated.map((entry, number) => retired(entry, `${id}/deprecated/${number}`, where)),
      ],
    };
  });
}

function canonical(concept: Concept, id: string): Node {
  const [module, name] = split(concept.canonical);
  const place = concept.defined[0];
  return {
    id: `${id}/canonical`,
    label: name,
    description: module,
    tooltip: `**canonical**\n\n${code(concept.importLine)}`,
    icon: "star-full",
    color: "charts.green",
    context: ["canonical", "entry"],
    ...(place === undefined ? {} : { place }),
    entry: concept.entry,
    expanded: false,
    children: [],
  };
}

function retired(entry: Deprecated, id: string, where: Where): Node {
  const [module, name] = split(entry.path);
  const files = new Set(entry.uses.map((use) => use.uri)).size;
  const left =
    entry.uses.length > 0
      ? `${count(entry.uses.length, "use")} left in ${count(files, "file")}`
      : "not used any more";
  return {
    id,
    label: name,
    description: `${left} · ${module}`,
    tooltip: [
      `**deprecated**${entry.reason === null ? "" : `: ${entry.reason}`}`,
      `use \`${entry.use}\``,
    ].join("\n\n"),
    icon: "trash",
    ...(entry.uses.length > 0 ? { color: "charts.yellow" } : {}),
    context: ["deprecated", "entry"],
    place: entry.entry,
    entry: entry.entry,
    expanded: false,
    children: entry.uses.map((use, number) => spot(use, `${id}/${number}`, "references", where(use), where)),
  };
}

function spot(found: Spot, id: string, icon: string, label: string, where: Where): Node {
  return {
    id,
    label,
    description: label === found.text ? where(found) : found.text,
    tooltip: found.message,
    icon,
    ...(icon === "warning" ? { color: "list.warningForeground" } : {}),
    context: [],
    place: found,
    expanded: false,
    children: [],
  };
}

function about(concept: Concept): string {
  return [
    `**${concept.name}**${concept.summary === null ? "" : `: ${concept.summary}`}`,
    ...(concept.owner === null ? [] : [`Owner: ${concept.owner}`]),
    ...(concept.docs === null ? [] : [`Docs: ${concept.docs}`]),
    code(concept.importLine),
  ].join("\n\n");
}

function code(line: string): string {
  return `\`\`\`python\n${line}\n\`\`\``;
}

/** The module and the last name of a dotted path. */
function split(path: string): [string, string] {
  const end = path.lastIndexOf(".");
  return [path.slice(0, Math.max(end, 0)), path.slice(end + 1)];
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
