import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditReport, Release, Scope } from '@pageref/shared';
import { changedFiles, comparePaths, isSourceName, isThere, readSource, pathInside } from '../vfs/index.js';
import { memoryFile } from '../vfs/cache.js';
import type { CacheFile } from '../vfs/cache.js';
import { auditOf } from '../runs/audit.js';
import type { AuditOptions } from '../project/options.js';
import { targetsIn } from '../project/targets.js';
import type { Tree } from '../project/tree.js';
import type { TextAnalysis } from './incremental.js';
import { Shared } from './shared-results.js';
import { analyseSafely, Superseded } from './analyse-safely.js';
import type { StillWanted } from './analyse-safely.js';
import { WorkspaceDocument } from './document.js';
import type { DocumentPlace } from './document.js';
import { countCalls, mentioningFiles, treeTests, withChanges } from './reserved-tests.js';
import type { CallCounts, Search, TreeTest } from './reserved-tests.js';
import type { BackgroundEvents } from './whole-tree/background-tree.js';
import { identityOf } from './whole-tree/from-tree.js';
import type { FromTree } from './whole-tree/from-tree.js';
import { WholeTrees } from './whole-tree/whole-trees.js';
import { TreeStore } from './trees.js';
import type { KnownTree, TreeEvents } from './trees.js';

export { Superseded } from './analyse-safely.js';
export type { StillWanted } from './analyse-safely.js';
export { WorkspaceDocument } from './document.js';
export type { DocumentPlace } from './document.js';
export { glossaryPage, rulePage } from './pages.js';
export { defectsIn, membersOf } from './defects.js';
export type { EditorDefect } from './defects.js';
export type { EditorFinding, EditorPlace, FindingPlace, TextAnalysis } from './incremental.js';
export type { LookedAt, ShownLook } from './whole-tree/background-tree.js';
export { callCard } from './hover/api.js';
export type { Card } from './hover/card.js';
export type { Fixable } from '../runs/fix/fault.js';
export type { PairedCall } from './paired-calls.js';
export type { TestLens, TreeTest } from './reserved-tests.js';
export { isWithin, pathBelow, pathInside, withoutEnd } from '../vfs/index.js';
export { dataFileProblems, isDataFile } from './data-files.js';
export type { JsonProblem } from './data-files.js';
export { suppressible, suppressionsIdentity, unsuppressed } from './suppression-store.js';
export { addSuppression, reasonPlace } from '../runs/suppressions/write.js';
export { editsBetween } from './fixes.js';
export { CannotRun } from '../project/options.js';
export { isLookedAt, severityIn } from '../runs/policy.js';
export { describeApi } from '../runs/api/describe.js';
export { effectTable } from '../runs/api/effect-table.js';
export type { EffectTable } from '../runs/api/effect-table.js';
export type { KnownTree } from './trees.js';

export interface WorkspaceOptions extends TreeEvents {
  /** Worker threads of a scan over a tree; 1 or more. */
  readonly jobs: number;
  /** Told once of each page that went wrong. */
  readonly log: (message: string) => void;
  /** Absolute path of the folder that keeps what was found out of a tree for the next time. */
  readonly cache?: string | undefined;
  /** Told when a look at a tree begins. */
  readonly onLook?: BackgroundEvents['onLook'];
}

/**
 * What an editor session works on: trees, and the documents that are open in them. Texts come in and findings, cards and
 * places go out, all as UTF-16 offsets of those texts; nothing here knows positions or a protocol.
 */
export class Workspace {
  readonly trees: TreeStore;
  private readonly documents = new Set<WorkspaceDocument>();
  private readonly logged = new Set<string>();
  private readonly tests = new Shared<Tree, readonly TreeTest[]>();
  private readonly counts = new Shared<string, CallCounts>();
  private readonly mentions = new Shared<string, Set<string>>();
  private readonly searches = new Map<string, CacheFile>();
  private readonly wholeTrees: WholeTrees;

  constructor(private readonly options: WorkspaceOptions) {
    const log = (message: string): void => {
      this.logOnce(message);
    };
    this.wholeTrees = new WholeTrees({
      cache: options.cache,
      jobs: options.jobs,
      rootOf: (path) => this.trees.rootOf(path),
      events: { log, onChange: () => options.onChange?.(), onLook: options.onLook ?? (() => NOT_SHOWN) },
    });
    this.trees = new TreeStore({
      ...options,
      log: (message) => {
        this.logOnce(message);
      },
    });
  }

  open(place: DocumentPlace): WorkspaceDocument {
    const document = new WorkspaceDocument(this, place);
    this.documents.add(document);
    return document;
  }

  close(document: WorkspaceDocument): void {
    this.documents.delete(document);
    this.noteText(document, undefined);
    // The file on disk counts again, and it may have been saved meanwhile.
    this.tests.clear();
    this.counts.clear();
  }

  /** Notes files that changed on disk; true when they are so many that everything is read again. */
  filesChanged(paths: readonly string[]): boolean {
    this.tests.clear();
    this.counts.clear();
    this.wholeTrees.changed(paths.length > MANY_FILES ? undefined : paths);
    if (paths.length > MANY_FILES) {
      this.mentions.clear();
      this.trees.changedAll();
      return true;
    }
    for (const path of paths) this.trees.changed(path);
    // A branch switch may be told of by its first sign alone.
    if (paths.some((path) => path.endsWith('/.git/HEAD'))) this.mentions.clear();
    else this.mentions.update((root, known) => withChanges(root, known, paths));
    return false;
  }

  /** Judges a whole tree, with open documents in place of their files. Throws CannotRun and what `signal` aborts with. */
  async audit(root: string, release: Release | undefined, options: EditorAuditOptions): Promise<AuditReport> {
    const { jobs } = this.options;
    const { files: asked, ...rest } = options;
    // A file that was deleted has nothing to say any more; it is not one that cannot be read.
    const files = asked?.filter((path) => isThere(root, path));
    const targets = targetsIn(root, files);
    const openTree = async (): Promise<Tree> => (await this.trees.open(root, release)).tree;
    const kept = this.searchesOf(root);
    return (await auditOf(targets, { ...rest, jobs, kept, buffers: this.buffers(root), openTree })).report;
  }

  /** What audits of a tree have searched for: files that have not changed are not read again while somebody types. */
  private searchesOf(root: string): CacheFile {
    let known = this.searches.get(root);
    if (!known) {
      known = memoryFile();
      this.searches.set(root, known);
    }
    return known;
  }

  /** Unsaved texts by their path in the tree. */
  private buffers(root: string): ReadonlyMap<string, string> {
    const buffers = new Map<string, string>();
    for (const { place, text } of this.documents) {
      const inside = place.isFile && place.path !== undefined ? pathInside(root, place.path) : undefined;
      if (inside !== undefined && /\.[ch]$/.test(inside)) buffers.set(inside, text);
    }
    return buffers;
  }

  /** The reserved tests of a tree whose name holds the query, by path and place. The disk is scanned once until it changes. */
  async symbols(root: string, release: Release | undefined, query: string, wanted: StillWanted): Promise<TreeTest[]> {
    const { tree } = await this.trees.open(root, release);
    const onDisk = await this.diskTests(tree, wanted);
    const open = [...this.documents].filter((document) => document.isIn(root));
    const inBuffers = await Promise.all(open.map((document) => document.allTests()));
    const paths = new Set(this.buffers(root).keys());
    const lower = query.toLowerCase();
    return [...onDisk.filter(({ path }) => !paths.has(path)), ...inBuffers.flat()]
      .filter(({ name }) => name.toLowerCase().includes(lower))
      .sort((a, b) => comparePaths(a.path, b.path) || a.start - b.start);
  }

  private async diskTests(tree: Tree, wanted: StillWanted): Promise<readonly TreeTest[]> {
    const paths = await this.mentioning(tree.root, wanted);
    return this.tests.get(tree, wanted, () =>
      this.searching(wanted, new Map(), ({ checkpoint }) => treeTests(tree, paths, checkpoint)),
    );
  }

  /** Files on disk that name the reserved bit: the tree is scanned once, then what changes is looked at. */
  private mentioning(root: string, wanted: StillWanted): Promise<ReadonlySet<string>> {
    return this.mentions.get(root, wanted, () =>
      this.searching(wanted, new Map(), (search) => mentioningFiles(root, search)),
    );
  }

  /** Files of a tree that may have findings and are not open, sorted by path. */
  async closedFiles(known: KnownTree, scope: Exclude<Scope, 'openFiles'>, wanted: StillWanted): Promise<string[]> {
    const { root } = known;
    if (root === undefined) return [];
    const open = this.buffers(root);
    const found = [...(await this.mentioning(root, wanted)), ...this.wholeTrees.pathsIn(known)];
    const paths = [...new Set(found)].filter((path) => !open.has(path)).sort(comparePaths);
    if (scope === 'workspace') return paths;
    const changed = changedFiles(root, paths);
    if ('why' in changed) {
      this.logOnce(`${root}: which files have changed is not known, so the open ones alone are judged: ${changed.why}`);
      return [];
    }
    return [...changed];
  }

  fromTree(known: KnownTree, path: string, text: string): FromTree {
    const { root } = known;
    return this.wholeTrees.ofOpen(known, path, text, root === undefined ? [] : this.buffers(root));
  }

  /** A text that changes whenever something else is known of a file that is not open than what it says itself. */
  treeIdentity(known: KnownTree, path: string, text: string): string {
    return identityOf(this.wholeTrees.ofClosed(known, path, text));
  }

  /** The session is over. */
  stop(): void {
    this.wholeTrees.close();
  }

  /** Undefined for a file that cannot be read. */
  textOnDisk({ root }: KnownTree, path: string): string | undefined {
    const source = root === undefined ? undefined : readSource(root, path);
    return source && 'text' in source ? source.text : undefined;
  }

  /** Judges a file that is not open. A failure costs its findings. */
  async analyseFile(known: KnownTree, path: string, text: string, wanted: StillWanted): Promise<TextAnalysis> {
    const { tree } = known;
    const checkpoint = async (): Promise<void> => {
      await nextTurn();
      if (!wanted()) throw new Superseded();
    };
    const fromTree = this.wholeTrees.ofClosed(known, path, text);
    return analyseSafely({ path, text, tree, fromTree, previous: undefined, checkpoint }, (message) => {
      this.logOnce(message);
    });
  }

  /** How often functions are called in a tree; asked for the same ones, it is looked through again when a text has changed. */
  async calls(tree: Tree, names: readonly string[], wanted: StillWanted): Promise<CallCounts> {
    return this.counts.get(`${tree.root}\n${names.join('\n')}`, wanted, () =>
      this.searching(wanted, this.buffers(tree.root), (search) => countCalls(tree, names, search)),
    );
  }

  /** A document has another text. */
  textChanged(document: WorkspaceDocument): void {
    this.counts.clear();
    this.noteText(document, document.text);
  }

  private noteText({ place: { path, isFile } }: WorkspaceDocument, text: string | undefined): void {
    const root = path === undefined || !isFile ? undefined : this.trees.rootOf(path);
    const inside = root === undefined || path === undefined ? undefined : pathInside(root, path);
    if (root !== undefined && inside !== undefined && isSourceName(inside)) this.wholeTrees.note(root, inside, text);
  }

  /** Runs a search that ends soon after nobody wants it any more. */
  private async searching<Result>(
    wanted: StillWanted,
    buffers: Search['buffers'],
    work: (search: Search) => Promise<Result>,
  ): Promise<Result> {
    const abort = new AbortController();
    const timer = setInterval(() => {
      if (!wanted()) abort.abort();
    }, POLL_MS);
    const checkpoint = async (): Promise<void> => {
      await nextTurn();
      if (!wanted()) throw new Superseded();
    };
    try {
      return await work({ jobs: this.options.jobs, buffers, signal: abort.signal, checkpoint });
    } catch (error) {
      throw abort.signal.aborted ? new Superseded() : error;
    } finally {
      clearInterval(timer);
    }
  }

  /** Each message is given once, so that a file that fails at every key press does not fill the log. */
  logOnce(message: string): void {
    if (this.logged.has(message)) return;
    this.logged.add(message);
    this.options.log(message);
  }
}

/** Options of an audit an editor can give; the rest comes from the workspace. */
export type EditorAuditOptions = Pick<
  AuditOptions,
  'arch' | 'whatIf' | 'verdicts' | 'onProgress' | 'onSites' | 'onFiles' | 'signal'
> & {
  /** Paths relative to the root: only these files are looked at. */
  readonly files?: readonly string[];
};

/** More events than this at once are a branch switch: asking file by file would only delay it. */
const MANY_FILES = 500;
const POLL_MS = 50;

const NOT_SHOWN: ReturnType<BackgroundEvents['onLook']> = { report: () => undefined, end: () => undefined };
