import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditReport, Release } from '@pageref/shared';
import type { SourceFile } from '../rules/source.js';
import { readSource } from '../vfs/index.js';
import { archVerdict, audit } from './audit.js';
import type { AuditOptions } from './options.js';
import { CannotRun } from './options.js';
import { openSource } from './source-file.js';
import type { Tree } from './tree.js';
import { analyseText } from './workspace-analysis.js';
import type { TextAnalysis } from './workspace-analysis.js';
import { inferredCard, modelCard } from './workspace-api-card.js';
import { wordAt } from './workspace-card.js';
import type { Card } from './workspace-card.js';
import { pairedCalls } from './workspace-highlight.js';
import type { PairedCall } from './workspace-highlight.js';
import { callsIn, countCalls, reservedTests, treeTests } from './workspace-tests.js';
import type { ReservedTest, TreeTest } from './workspace-tests.js';
import { pathInside, TreeStore } from './workspace-trees.js';
import type { KnownTree } from './workspace-trees.js';
import { variableCard } from './workspace-variable.js';

export type { Finding, FindingPlace, TextAnalysis } from './workspace-analysis.js';
export type { Card } from './workspace-card.js';
export type { PairedCall } from './workspace-highlight.js';
export type { ReservedTest, TreeTest } from './workspace-tests.js';
export { pathBelow } from './workspace-trees.js';
export type { KnownTree } from './workspace-trees.js';

/** Nobody waits for this result any more: the document has changed, was closed, or the request was cancelled. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** A caller's way to stop a run, or undefined for one that is never stopped. */
export type StillWanted = () => boolean;

export interface WorkspaceOptions {
  /** Worker threads of a scan over a tree; 1 or more. */
  readonly jobs: number;
  /** Told once of each thing that went wrong. */
  readonly log: (message: string) => void;
}

/**
 * What an editor session works on: trees, and the documents that are open in them. Texts come in and findings, cards and
 * places go out, all as UTF-16 offsets of those texts; nothing here knows positions or a protocol.
 */
export class Workspace {
  readonly trees = new TreeStore();
  private readonly documents = new Set<WorkspaceDocument>();
  private readonly logged = new Set<string>();
  private tests = new Map<Tree, Promise<TreeTest[]>>();

  constructor(private readonly options: WorkspaceOptions) {}

  /**
   * @param path absolute; undefined for a text that has no file, which is then judged alone
   * @param name shown in messages for such a text
   */
  open(path: string | undefined, name: string): WorkspaceDocument {
    const document = new WorkspaceDocument(this, path, name);
    this.documents.add(document);
    return document;
  }

  close(document: WorkspaceDocument): void {
    this.documents.delete(document);
  }

  /** Notes files that changed on disk; true when results of open documents may have changed. */
  filesChanged(paths: readonly string[]): boolean {
    if (paths.length > MANY_FILES) {
      this.everythingChanged();
      return true;
    }
    this.tests.clear();
    return paths.filter((path) => this.trees.changed(path)).length > 0;
  }

  everythingChanged(): void {
    this.trees.changedAll();
    this.tests.clear();
  }

  /** Judges a whole tree, with open documents in place of their files. Throws CannotRun and what `signal` aborts with. */
  async audit(root: string, release: Release | undefined, options: AuditRun): Promise<AuditReport> {
    const { jobs } = this.options;
    const asked = release === undefined ? {} : { release };
    const open = async (): Promise<Tree> => (await this.trees.open(root, release)).tree;
    return audit({ ...options, ...asked, root, jobs, buffers: this.buffers(root) }, open);
  }

  /** Unsaved texts by their path in the tree. */
  private buffers(root: string): ReadonlyMap<string, string> {
    const buffers = new Map<string, string>();
    for (const { path, text } of this.documents) {
      const inside = path === undefined ? undefined : pathInside(root, path);
      if (inside !== undefined && /\.[ch]$/.test(inside)) buffers.set(inside, text);
    }
    return buffers;
  }

  /** The reserved tests of a tree whose name holds the query; the tree is scanned once and again after a change. */
  async symbols(root: string, release: Release | undefined, query: string, wanted: StillWanted): Promise<TreeTest[]> {
    const { tree } = await this.trees.open(root, release);
    let tests = this.tests.get(tree);
    if (!tests) {
      tests = treeTests(tree, this.search(root, wanted));
      this.tests.set(tree, tests);
      // A scan that was given up is no answer for the next request.
      tests.catch(() => this.tests.delete(tree));
    }
    const lower = query.toLowerCase();
    return (await tests).filter(({ name }) => name.toLowerCase().includes(lower));
  }

  /** How often a function is called in a tree. */
  async calls(tree: Tree, name: string, wanted: StillWanted): Promise<number> {
    return countCalls(tree, name, this.search(tree.root, wanted));
  }

  private search(root: string, wanted: StillWanted): Parameters<typeof treeTests>[1] {
    const abort = new AbortController();
    const timer = setInterval(() => {
      if (!wanted()) abort.abort(new Superseded());
    }, POLL_MS);
    timer.unref();
    const checkpoint = async (): Promise<void> => {
      await nextTurn();
      if (!wanted()) throw new Superseded();
    };
    return { jobs: this.options.jobs, buffers: this.buffers(root), signal: abort.signal, checkpoint };
  }

  /** A text changed: what was found in the tree for symbols no longer holds. */
  textChanged(): void {
    this.tests.clear();
  }

  /** Each message is given once, so that a file that fails at every key press does not fill the log. */
  logOnce(message: string): void {
    if (this.logged.has(message)) return;
    this.logged.add(message);
    this.options.log(message);
  }
}

/** Options of an audit an editor can give; the rest comes from the workspace. */
export type AuditRun = Pick<AuditOptions, 'arch' | 'whatIf' | 'verdicts' | 'onProgress' | 'onSites' | 'signal'>;

/** More events than this at once are a branch switch: asking file by file would only delay it. */
const MANY_FILES = 500;
const POLL_MS = 50;

/** One open document: its text is the truth, whatever the disk says. */
export class WorkspaceDocument {
  text = '';
  private version = 0;
  private closed = false;
  private release: Release | undefined;
  private last: TextAnalysis | undefined;
  private running: { readonly version: number; readonly tree: KnownTree; readonly result: Promise<TextAnalysis> } | undefined;
  private source: { readonly version: number; readonly tree: KnownTree; readonly file: SourceFile } | undefined;

  constructor(
    private readonly workspace: Workspace,
    readonly path: string | undefined,
    readonly name: string,
  ) {}

  /** A newer text voids what is being found out of the older one. */
  setText(text: string): void {
    this.text = text;
    this.version++;
    this.workspace.textChanged();
  }

  /** @param release to judge by instead of the tree's own */
  setRelease(release: Release | undefined): void {
    this.release = release;
  }

  close(): void {
    this.closed = true;
    this.version++;
    this.workspace.close(this);
    this.workspace.textChanged();
  }

  /** The tree the document is in now; it is opened or read again where that is needed. */
  tree(): Promise<KnownTree> {
    const { trees } = this.workspace;
    return trees.open(this.path === undefined ? undefined : trees.rootOf(this.path), this.release);
  }

  /** Path in the tree, or what stands for one. */
  private pathIn({ root }: KnownTree): string {
    const inside = root === undefined || this.path === undefined ? undefined : pathInside(root, this.path);
    return inside ?? this.name;
  }

  /** The findings of the text as it is now. Rejects with Superseded when it changes meanwhile; a failure has no findings. */
  async analysis(): Promise<TextAnalysis> {
    const version = this.version;
    const tree = await this.tree();
    this.check(version);
    if (this.running?.version === version && this.running.tree === tree) return this.running.result;
    const result = this.analyse(tree, version);
    this.running = { version, tree, result };
    return result;
  }

  private async analyse(known: KnownTree, version: number): Promise<TextAnalysis> {
    const { text, last: previous } = this;
    const path = this.pathIn(known);
    const checkpoint = async (): Promise<void> => {
      await nextTurn();
      this.check(version);
    };
    try {
      const arch = archVerdict(known.tree, path, undefined);
      this.last = await analyseText({ path, text, tree: known.tree, arch, previous, checkpoint });
      return this.last;
    } catch (error) {
      if (error instanceof Superseded) throw error;
      this.workspace.logOnce(`${path}: it could not be analysed, its findings are missing: ${String(error)}`);
      const work = { judged: 0, kept: 0 };
      return { path, text, tree: known.tree, findings: [], notAnalysed: [], work, memory: undefined };
    }
  }

  private check(version: number): void {
    if (this.version !== version || this.closed) throw new Superseded();
  }

  /** The file as rules see it, for questions about a place in it. */
  private async view(): Promise<{ readonly tree: KnownTree; readonly file: SourceFile }> {
    const version = this.version;
    const tree = await this.tree();
    this.check(version);
    if (this.source?.version === version && this.source.tree === tree) return this.source;
    this.source = { version, tree, file: openSource(this.pathIn(tree), this.text, tree.tree.tools) };
    return this.source;
  }

  /** What is known of the name at an offset. */
  async hover(offset: number): Promise<Card | undefined> {
    const found = wordAt(this.text, offset);
    if (!found) return undefined;
    const { tree, file } = await this.view();
    return this.guarded(undefined, () => {
      const { model } = tree.tree;
      const { word, start, end } = found;
      const card =
        inferredCard(file, model, word) ?? variableCard(file, model, offset, word) ?? modelCard(word, model);
      return card && { start, end, ...card };
    });
  }

  /** The call at an offset and those that undo it. */
  async pairs(offset: number): Promise<PairedCall[]> {
    const { file } = await this.view();
    return this.guarded([], () => pairedCalls(file, offset));
  }

  /** Functions that test the reserved bit for their callers. */
  async answeringTests(): Promise<readonly ReservedTest[]> {
    const { file } = await this.view();
    return this.guarded([], () => reservedTests(file).filter(({ answers }) => answers));
  }

  /** How often a function of this document is called: in its tree, or in the document alone when it is static. */
  async countCalls(name: string, local: boolean, wanted: StillWanted): Promise<number> {
    const { tree, file } = await this.view();
    if (local || tree.root === undefined) return callsIn(file, name);
    return this.workspace.calls(tree.tree, name, wanted);
  }

  private guarded<Result>(otherwise: Result, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      this.workspace.logOnce(`${this.name}: ${String(error)}`);
      return otherwise;
    }
  }
}

/** The text of a page of the documentation beside this program, if it was installed with it. */
export function documentationOf(folder: string, page: string): boolean {
  return 'text' in readSource(folder, page);
}

export { CannotRun };
