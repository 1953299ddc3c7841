/** The extension: finds a Python, starts the server, shows its state; nothing else. */

import type { ExtensionContext } from "vscode";

import { registerCommands } from "./commands";
import { Watch } from "./overview";
import { Server } from "./server";
import { createStatus } from "./status";
import { ConceptsView } from "./view";

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  server = new Server(context);
  const view = new ConceptsView();
  const watch = new Watch(server, () => view.visible);
  view.follow(server, watch);
  context.subscriptions.push(
    server,
    watch,
    view,
    createStatus(server, watch),
    registerCommands(server, watch),
  );
  void server.begin();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
