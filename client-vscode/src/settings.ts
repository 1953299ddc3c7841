/** The user's settings, as values. Knows no editor, so that it can be tested without one. */

export type ImportStrategy = "fromEnvironment" | "useBundled";

/** What the server itself reads, under the names that it knows. */
export interface ServerSettings {
  readonly configuration: string | null;
  readonly logLevel: string;
  readonly lint: { readonly enable: boolean };
  readonly fixAll: boolean;
  readonly codeAction: {
    readonly fixViolation: { readonly enable: boolean };
    readonly disableRuleComment: { readonly enable: boolean };
  };
}

export interface Settings {
  readonly enable: boolean;
  readonly interpreter: readonly string[];
  readonly importStrategy: ImportStrategy;
  readonly path: readonly string[];
  readonly server: ServerSettings;
}

/** Where `${…}` in settings leads. */
export interface Variables {
  readonly home: string;
  readonly folders: readonly { readonly name: string; readonly path: string }[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Reads the value of a setting below `ssot`. */
export type Lookup = (key: string) => unknown;

/** Settings whose change needs another server; a running server takes all others. */
const RESTARTING = ["enable", "interpreter", "importStrategy", "path"];

export function readSettings(lookup: Lookup, variables: Variables): Settings {
  const configuration = lookup("configuration");
  return {
    enable: flag(lookup("enable")),
    interpreter: texts(lookup("interpreter"), variables),
    importStrategy: lookup("importStrategy") === "useBundled" ? "useBundled" : "fromEnvironment",
    path: texts(lookup("path"), variables),
    server: {
      configuration:
        typeof configuration === "string" && configuration !== ""
          ? substitute(configuration, variables)
          : null,
      logLevel: text(lookup("logLevel"), "info"),
      lint: { enable: flag(lookup("lint.enable")) },
      fixAll: flag(lookup("fixAll")),
      codeAction: {
        fixViolation: { enable: flag(lookup("codeAction.fixViolation.enable")) },
        disableRuleComment: { enable: flag(lookup("codeAction.disableRuleComment.enable")) },
      },
    },
  };
}

/** Whether a change that concerns some settings needs another server. */
export function needsRestart(affects: (section: string) => boolean): boolean {
  return RESTARTING.some((key) => affects(`ssot.${key}`));
}

/** A value with its variables replaced, as in VS Code's own settings; an unknown one stays as it is. */
export function substitute(value: string, { home, folders, environment }: Variables): string {
  return value.replace(
    /\$\{([^}:]+)(?::([^}]*))?\}/g,
    (whole, name: string, argument: string | undefined) => {
      switch (name) {
        case "userHome":
          return home;
        case "workspaceFolder": {
          const folder =
            argument === undefined ? folders[0] : folders.find((candidate) => candidate.name === argument);
          return folder?.path ?? whole;
        }
        case "env":
          return environment[argument ?? ""] ?? "";
        default:
          return whole;
      }
    },
  );
}

function flag(value: unknown): boolean {
  return value !== false;
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function texts(value: unknown, variables: Variables): string[] {
  const given = Array.isArray(value) ? value : typeof value === "string" ? [value] : [];
  return given
    .filter((item): item is string => typeof item === "string" && item !== "")
    .map((item) => substitute(item, variables));
}
