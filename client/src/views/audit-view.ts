import {
  commands,
  EventEmitter,
  MarkdownString,
  Range,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
} from 'vscode';
import { careCount } from '@pageref/shared';
import type { Disposable, Memento, TreeDataProvider, TreeView } from 'vscode';
import type { Audits } from '../audits.js';
import { auditTree, GROUPINGS, releaseName } from './audit-tree.js';
import type { AuditNode, Grouping, Icon, NodePlace } from './audit-tree.js';

export const VIEW_ID = 'pageref.audit';

const ICONS: Readonly<Record<Icon, ThemeIcon>> = {
  tree: new ThemeIcon('repo'),
  group: new ThemeIcon('folder'),
  'wrong-today': new ThemeIcon('warning', new ThemeColor('problemsWarningIcon.foreground')),
  'right-by-accident': new ThemeIcon('info', new ThemeColor('problemsInfoIcon.foreground')),
  unclear: new ThemeIcon('question'),
  fine: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')),
  'what-if': new ThemeIcon('git-compare'),
  unread: new ThemeIcon('circle-slash'),
};

/** The tree view "Audit PageReserved". */
export class AuditView implements TreeDataProvider<AuditNode>, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: TreeView<AuditNode>;
  private rows: readonly AuditNode[] = [];
  private words = '';
  private stale = '';

  constructor(
    private readonly audits: Audits,
    private readonly memory: Memento,
  ) {
    this.view = window.createTreeView(VIEW_ID, { treeDataProvider: this, showCollapseAll: true });
    audits.onDidChange(() => this.refresh());
    this.refresh();
  }

  get grouping(): Grouping {
    const kept = this.memory.get<string>(GROUPING);
    return GROUPINGS.find((one) => one === kept) ?? 'verdict';
  }

  get filter(): string {
    return this.words;
  }

  async groupBy(grouping: Grouping): Promise<void> {
    await this.memory.update(GROUPING, grouping);
    this.refresh();
  }

  setFilter(words: string): void {
    this.words = words.trim();
    this.refresh();
  }

  /** A sentence above the rows while they may be out of date; empty to take it away. */
  setStale(why: string): void {
    this.stale = why;
    this.refresh();
  }

  async reveal(): Promise<void> {
    await commands.executeCommand(`${VIEW_ID}.focus`);
  }

  getChildren(node?: AuditNode): AuditNode[] {
    return [...(node?.children ?? this.rows)];
  }

  getTreeItem(node: AuditNode): TreeItem {
    const item = new TreeItem(node.label, collapsible(node));
    item.id = node.id;
    item.description = node.description;
    item.iconPath = ICONS[node.icon];
    item.contextValue = node.kind;
    item.tooltip = tooltipOf(node);
    item.accessibilityInformation = { label: [node.label, node.description, ...node.tooltip].join(', ') };
    if (node.place) item.command = { title: 'Open', command: 'vscode.open', arguments: openArguments(node.place) };
    return item;
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }

  private refresh(): void {
    const audits = this.audits.all();
    this.rows = auditTree(audits, { grouping: this.grouping, filter: this.words });
    const care = audits.reduce((sum, audit) => sum + careCount(audit.report.summary), 0);
    this.view.badge = care === 0 ? undefined : { value: care, tooltip: `${care} sites of the last audit need care` };
    this.view.description = audits.map(releaseName).join(', ');
    const filter = this.words === '' ? '' : `Filter: ${this.words}`;
    this.view.message = [this.stale, audits.length > 0 ? filter : ''].filter((text) => text !== '').join(' ');
    this.tellMenus(audits.length > 0);
    this.changed.fire();
  }

  /** For the `when` clauses of the manifest. */
  private tellMenus(audited: boolean): void {
    const values = { audited, grouping: this.grouping, filtered: this.words !== '' };
    for (const [name, value] of Object.entries(values))
      void commands.executeCommand('setContext', `pageref.${name}`, value);
  }
}

const GROUPING = 'grouping';

function collapsible({ children, open }: AuditNode): TreeItemCollapsibleState {
  if (children.length === 0) return TreeItemCollapsibleState.None;
  return open ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}

/** Texts come from the tree: they are shown as text, not read as markdown. */
function tooltipOf({ tooltip }: AuditNode): MarkdownString {
  const markdown = new MarkdownString();
  for (const paragraph of tooltip) markdown.appendText(paragraph).appendMarkdown('\n\n');
  return markdown;
}

function openArguments({ rootUri, path, line, column, length }: NodePlace): [Uri, object] {
  const [row, character] = [Math.max(0, line - 1), Math.max(0, column - 1)];
  const selection = new Range(row, character, row, character + length);
  return [Uri.joinPath(Uri.parse(rootUri, true), path), { selection, preview: true }];
}
