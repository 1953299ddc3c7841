/** What the server says of the workspace as a whole, asked for again when it changes. */

import * as vscode from "vscode";
import { ErrorCodes, ResponseError, type RequestType0 } from "vscode-languageclient";

import { ConceptsRequest, StatusRequest, type RegistryConcepts, type RegistryStatus } from "./protocol";
import type { Server } from "./server";

/** Milliseconds without a change before the server is asked again. */
const DELAY = 300;

/** What is known: nothing while a server starts or does not run. */
export interface Overview {
  /** Whether an answer is on its way. */
  readonly asking: boolean;
  readonly status?: readonly RegistryStatus[];
  readonly concepts?: readonly RegistryConcepts[];
  /** Whether the server is so old that it cannot be asked. */
  readonly tooOld?: boolean;
}

export class Watch implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Overview>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  private latest: Overview = { asking: false };
  private timer: NodeJS.Timeout | undefined;
  private round = 0;

  constructor(
    private readonly server: Server,
    /** Whether somebody looks at the concepts. */
    private readonly isLookedAt: () => boolean,
  ) {
    this.subscriptions = [
      this.changed,
      server.onDidRefresh(() => {
        this.schedule();
      }),
      server.onDidChangeState((state) => {
        this.round += 1; // what an earlier server answers no longer counts
        this.become({ asking: false });
        if (state.kind === "running") {
          void this.ask();
        }
      }),
    ];
  }

  get overview(): Overview {
    return this.latest;
  }

  /** Asks again soon; once, however often this is called meanwhile. */
  schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), DELAY);
  }

  async ask(): Promise<void> {
    clearTimeout(this.timer);
    this.round += 1;
    const round = this.round;
    this.become({ ...this.latest, asking: true });
    try {
      const status = await this.request(StatusRequest);
      const concepts = this.isLookedAt() ? await this.request(ConceptsRequest) : undefined;
      if (round === this.round) {
        this.become({
          asking: false,
          ...(status === undefined ? {} : { status: status.registries }),
          ...(concepts === undefined ? {} : { concepts: concepts.registries }),
        });
      }
    } catch (error) {
      const tooOld = error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound;
      if (!tooOld) {
        this.server.log.warn(`the server did not tell about the workspace: ${String(error)}`);
      }
      if (round === this.round) {
        this.become({ asking: false, tooOld });
      }
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private request<Result>(type: RequestType0<Result, void>): Promise<Result | undefined> {
    return this.server.client?.sendRequest(type) ?? Promise.resolve(undefined);
  }

  private become(overview: Overview): void {
    this.latest = overview;
    this.changed.fire(overview);
  }
}
