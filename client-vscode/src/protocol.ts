/** The requests of the server that the protocol itself has no word for: docs/editor-protocol.md. */

import { NotificationType0, RequestType0 } from "vscode-languageclient";

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Place {
  readonly uri: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** A place in the code, what stands there, and what is to be said of it. */
export interface Spot extends Place {
  readonly text: string;
  readonly message: string;
}

export interface Deprecated {
  readonly path: string;
  readonly use: string;
  readonly reason: string | null;
  /** Where the registry says so. */
  readonly entry: Place;
  readonly uses: readonly Spot[];
}

export interface Concept {
  readonly name: string;
  readonly canonical: string;
  readonly summary: string | null;
  readonly owner: string | null;
  readonly docs: string | null;
  readonly importLine: string;
  /** Where the registry names the canonical. */
  readonly entry: Place;
  /** Where the canonical is defined. */
  readonly defined: readonly Spot[];
  readonly rivals: readonly Spot[];
  readonly deprecated: readonly Deprecated[];
  /** How many findings there are of it, of every rule. */
  readonly findings: number;
}

export interface RegistryConcepts {
  /** The registry's own. */
  readonly uri: string;
  readonly concepts: readonly Concept[];
}

export interface RegistryStatus {
  readonly uri: string;
  /** How many mistakes its file has. */
  readonly mistakes: number;
  /** Whether some version of it is in force. */
  readonly inForce: boolean;
  readonly concepts: number;
  readonly findings: number;
}

export const ConceptsRequest = new RequestType0<{ readonly registries: readonly RegistryConcepts[] }, void>(
  "ssot/concepts",
);
export const StatusRequest = new RequestType0<{ readonly registries: readonly RegistryStatus[] }, void>(
  "ssot/status",
);
/** The answers to both may be different now. */
export const RefreshNotification = new NotificationType0("ssot/refresh");

/** The server's command that fixes more than one file. */
export const APPLY_FIXES = "ssot.applyFixes";
export const APPLY_AUTOFIX = "ssot.applyAutofix";
export const DEBUG_INFORMATION = "ssot.debugInformation";

/** What `APPLY_FIXES` takes. */
export interface FixesArgument {
  /** The registry's URI; without it all of them. */
  readonly registry?: string;
  readonly concept?: string;
  readonly unsafe?: boolean;
  /** Whether the editor shows what would change, and asks. */
  readonly review?: boolean;
}

/** What it answers. */
export interface FixesResult {
  /** How many findings the change answers; 0 where nothing could be changed. */
  readonly fixed: number;
  readonly files: number;
  /** Whether the editor took the change. */
  readonly applied: boolean;
}
