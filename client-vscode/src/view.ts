/** The view of concepts in the side bar. */

import { isDeepStrictEqual } from "node:util";

import * as vscode from "vscode";

import type { Overview, Watch } from "./overview";
import type { Place } from "./protocol";
import type { Server } from "./server";
import { tree, type Node } from "./tree";

const VIEW = "ssot.concepts";
/** What the welcome texts of package.json depend on. */
const STATE = "ssot.state";

export class ConceptsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view = vscode.window.createTreeView(VIEW, {
    treeDataProvider: this,
    showCollapseAll: true,
  });
  private nodes: readonly Node[] = [];
  private subscriptions: vscode.Disposable[] = [];

  get visible(): boolean {
    return this.view.visible;
  }

  /** Shows what the server says. */
  follow(server: Server, watch: Watch): void {
    const show = (): void => {
      this.show(server, watch.overview);
    };
    this.subscriptions = [
      this.view,
      this.changed,
      watch.onDidChange(show),
      server.onDidChangeState(show),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible && watch.overview.concepts === undefined) {
          watch.schedule();
        }
      }),
    ];
    show();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      node.label,
      node.children.length === 0 ? None : node.expanded ? Expanded : Collapsed,
    );
    item.id = node.id;
    item.description = node.description;
    item.tooltip = new vscode.MarkdownString(node.tooltip);
    item.iconPath = new vscode.ThemeIcon(
      node.icon,
      node.color === undefined ? undefined : new vscode.ThemeColor(node.color),
    );
    item.contextValue = node.context.join(" ");
    if (node.place !== undefined) {
      item.command = { title: "Open", command: "vscode.open", arguments: target(node.place) };
    }
    return item;
  }

  getChildren(node?: Node): Node[] {
    return [...(node === undefined ? this.nodes : node.children)];
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private show(server: Server, overview: Overview): void {
    const state = stateOf(server, overview);
    if (state === undefined) {
      return; // what is shown stays until there is something to say
    }
    void vscode.commands.executeCommand("setContext", STATE, state);
    const nodes = tree(overview.concepts ?? [], where);
    if (!isDeepStrictEqual(nodes, this.nodes)) {
      this.nodes = nodes; // a row that is drawn anew without need would swallow a click on it
      this.changed.fire(undefined);
    }
  }
}

/** Arguments of `vscode.open`. */
export function target(place: Place): [vscode.Uri, vscode.TextDocumentShowOptions] {
  const { start, end } = place.range;
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  return [vscode.Uri.parse(place.uri), { selection }];
}

/** The word for what the view has to say; undefined while that is not known. */
function stateOf(server: Server, { status, concepts, tooOld }: Overview): string | undefined {
  const state = server.state;
  if (state.kind === "problem") {
    return "noPython";
  }
  if (state.kind === "stopped" || state.kind === "off") {
    return "noServer";
  }
  if (tooOld === true) {
    return "oldServer";
  }
  if (status?.length === 0) {
    return "noRegistry";
  }
  if (status === undefined || concepts === undefined) {
    return undefined;
  }
  if (concepts.some((registry) => registry.concepts.length > 0)) {
    return "ready";
  }
  return status.every((registry) => !registry.inForce) ? "broken" : "empty";
}

function where(place: Place): string {
  return `${vscode.workspace.asRelativePath(vscode.Uri.parse(place.uri))}:${place.range.start.line + 1}`;
}
