import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HintFamily, Suppression, Release, TextEdit } from '@pageref/shared';
import type { SourceFile } from '../contracts/source-file.js';
import { effectTable } from '../runs/api/effect-table.js';
import type { EffectTable } from '../runs/api/effect-table.js';
import type { OpenText } from '../contracts/open-text.js';
import type { Tree } from '../project/tree.js';
import type { RuleWorld } from '../rules/rule.js';
import { ownContract } from '../knowledge/on-demand.js';
import { analyseSafely, Superseded } from './analyse-safely.js';
import type { StillWanted } from './analyse-safely.js';
import type { EditorFinding, TextAnalysis } from './incremental.js';
import { cardAt } from './hover/card-at.js';
import { identifierAt } from './hover/card.js';
import type { Card } from './hover/card.js';
import { callHints } from './hints.js';
import type { CallHint } from './hints.js';
import { functionLenses } from './function-lenses.js';
import type { FunctionLens } from './function-lenses.js';
import { pairedCalls } from './paired-calls.js';
import type { PairedCall } from './paired-calls.js';
import { suppressionsIdentity, suppressionOf, suppressionText, unsuppressed } from './suppression-store.js';
import { callCountsIn, reservedTests } from './reserved-tests.js';
import type { CallCounts, TreeTest } from './reserved-tests.js';
import type { Fixable } from '../runs/fix/fault.js';
import { OpenVersion } from './open-version.js';
import { identityOf, NOTHING_FROM_TREE } from './whole-tree/from-tree.js';
import type { FromTree } from './whole-tree/from-tree.js';
import { pathInside } from '../vfs/index.js';
import type { KnownTree, TreeStore } from './trees.js';
import { verdictText } from './hover/verdict.js';

/** What a document needs of the workspace it is open in. */
export interface DocumentHost {
  readonly trees: TreeStore;
  /** What is known of an open document that its text does not say. */
  fromTree(tree: KnownTree, path: string, text: string): FromTree;
  close(document: WorkspaceDocument): void;
  calls(tree: Tree, names: readonly string[], wanted: StillWanted): Promise<CallCounts>;
  textChanged(document: WorkspaceDocument): void;
  logOnce(message: string): void;
}

/** Where a text belongs. */
export interface DocumentPlace {
  /** Absolute path by which its tree is found; undefined for a text that is judged alone. */
  readonly path: string | undefined;
  /** The text stands for the file at `path`. Not so for an old version of it, or one that was never saved. */
  readonly isFile: boolean;
  /** Shown in messages. */
  readonly name: string;
}

/** One open document: its text is the truth, whatever the disk says. */
export class WorkspaceDocument {
  text = '';
  private version = 0;
  private closed = false;
  private release: Release | undefined;
  private wholeTree = true;
  private last: TextAnalysis | undefined;
  private running:
    | {
        readonly version: number;
        readonly tree: KnownTree;
        readonly fromTree: string;
        readonly result: Promise<TextAnalysis>;
      }
    | undefined;
  private opened: OpenVersion | undefined;

  constructor(
    private readonly workspace: DocumentHost,
    readonly place: DocumentPlace,
  ) {}

  /** A newer text voids what is being found out of the older one. */
  setText(text: string): void {
    this.text = text;
    this.version++;
    this.workspace.textChanged(this);
    if (this.file !== undefined) this.workspace.trees.setBuffer(this.file, text);
  }

  /** Absolute path of the file the text stands for. */
  private get file(): string | undefined {
    return this.place.isFile ? this.place.path : undefined;
  }

  /** @param release to judge by instead of the tree's own */
  setRelease(release: Release | undefined): void {
    this.release = release;
  }

  /** Whether what rests on the whole tree is found out in the background. */
  setWholeTree(wholeTree: boolean): void {
    this.wholeTree = wholeTree;
  }

  /** What is known beyond the text as it is now, as far as it is known yet. */
  private fromTree(known: KnownTree): FromTree {
    if (this.file === undefined || !this.wholeTree) return NOTHING_FROM_TREE;
    return this.workspace.fromTree(known, this.pathIn(known), this.text);
  }

  /** A text that changes whenever the whole tree makes other findings in the document. */
  async treeIdentity(): Promise<string> {
    return identityOf(this.fromTree(await this.tree()));
  }

  close(): void {
    this.closed = true;
    this.version++;
    if (this.file !== undefined) this.workspace.trees.setBuffer(this.file, undefined);
    this.workspace.close(this);
  }

  /** The tree the document is in now; it is opened or read again where that is needed. */
  tree(): Promise<KnownTree> {
    const { trees } = this.workspace;
    const { path } = this.place;
    return trees.open(path === undefined ? undefined : trees.rootOf(path), this.release);
  }

  /** Path in the tree, or what stands for one. */
  private pathIn({ root }: KnownTree): string {
    const { path, name } = this.place;
    return (root === undefined || path === undefined ? undefined : pathInside(root, path)) ?? name;
  }

  /** The findings of the text as it is now. Rejects with Superseded when it changes meanwhile; a failure has no findings. */
  async analysis(): Promise<TextAnalysis> {
    const version = this.version;
    const tree = await this.tree();
    this.check(version);
    const found = this.fromTree(tree);
    const fromTree = identityOf(found);
    const { running } = this;
    if (running?.version === version && running.tree === tree && running.fromTree === fromTree) return running.result;
    const result = this.analyse(tree, version, found);
    this.running = { version, tree, fromTree, result };
    return result;
  }

  /** The analysis without the findings that somebody has judged. */
  async unsuppressed(): Promise<TextAnalysis> {
    const analysis = await this.analysis();
    return unsuppressed(analysis, await this.workspace.trees.suppressions.of((await this.tree()).root));
  }

  /** A text that changes whenever another set of findings of the document is silent. */
  async suppressionsIdentity(): Promise<string> {
    const tree = await this.tree();
    return suppressionsIdentity(await this.workspace.trees.suppressions.of(tree.root), this.pathIn(tree));
  }

  private async analyse(known: KnownTree, version: number, fromTree: FromTree): Promise<TextAnalysis> {
    const { text, last: previous } = this;
    const path = this.pathIn(known);
    const checkpoint = async (): Promise<void> => {
      await nextTurn();
      this.check(version);
    };
    const log = (message: string): void => {
      this.workspace.logOnce(message);
    };
    const open = (): OpenText => this.openVersion(known, version, fromTree).open();
    const result = await analyseSafely({ path, text, tree: known.tree, fromTree, previous, checkpoint, open }, log);
    if (result.memory) this.last = result;
    return result;
  }

  private check(version: number): void {
    if (this.version !== version || this.closed) throw new Superseded();
  }

  /** The text of a version, cut and read once for all who ask about it. */
  private openVersion(tree: KnownTree, version: number, { macros }: FromTree): OpenVersion {
    const { opened } = this;
    if (opened?.version === version && opened.tree === tree && opened.macros === macros) return opened;
    return (this.opened = new OpenVersion(version, tree, macros, this.pathIn(tree), this.text));
  }

  private async current(): Promise<OpenVersion> {
    const version = this.version;
    const tree = await this.tree();
    this.check(version);
    return this.openVersion(tree, version, this.fromTree(tree));
  }

  /** The file as rules see it, for questions about a place in it. */
  private async view(): Promise<{ readonly tree: KnownTree; readonly file: SourceFile; readonly world: RuleWorld }> {
    const current = await this.current();
    return { tree: current.tree, file: current.view(), world: current.world() };
  }

  /** What is known of the name at an offset. */
  async hover(offset: number): Promise<Card | undefined> {
    const found = identifierAt(this.text, offset);
    if (!found) return undefined;
    const { tree, file, world } = await this.view();
    const { word, start, end } = found;
    const suppression = await this.suppressionAt(start);
    return this.guarded(undefined, () => {
      const card = cardAt({ tree: tree.tree, file, world }, offset, word);
      const verdict = verdictText(tree.tree, file, start);
      const more = [...(verdict === undefined ? [] : [verdict]), ...suppressionText(suppression)];
      return card && { start, end, ...card, paragraphs: [...more, ...card.paragraphs] };
    });
  }

  /** What somebody has said of the finding whose mention begins at an offset. */
  private async suppressionAt(start: number): Promise<Suppression | undefined> {
    const tree = await this.tree();
    const suppressions = await this.workspace.trees.suppressions.of(tree.root);
    if (!suppressions.byPath.has(this.pathIn(tree))) return undefined;
    const { path, findings } = await this.analysis();
    const finding = findings.find((one) => one.start === start);
    return finding && suppressionOf(suppressions, path, finding);
  }

  /** What can be done about a finding; undefined for one of a rule that has no fixes. */
  async fixesOf({ rule, start }: EditorFinding): Promise<Fixable | undefined> {
    const current = await this.current();
    return this.guarded(undefined, () => current.fixes().at(rule, start));
  }

  /** Edits that apply every safe fix of the document; findings that somebody has judged are left alone. */
  async fixAll(): Promise<readonly TextEdit[]> {
    const current = await this.current();
    const [{ findings }, open] = [await this.analysis(), new Set((await this.unsuppressed()).findings)];
    const left = new Set(findings.filter((one) => !open.has(one)).map(({ fingerprint }) => fingerprint));
    return this.guarded([], () => current.fixes().everything(left));
  }

  /** What a name does to each page kind, as this document's code or the model says. */
  async effectTable(name: string): Promise<EffectTable | undefined> {
    const { tree, file } = await this.view();
    return this.guarded(undefined, () => {
      const params = file.table.find(name)[0]?.params;
      const own = params && ownContract(tree.tree, file, name);
      return effectTable(name, tree.tree.model, own && { contract: own.contract, params });
    });
  }

  /** The call at an offset and those that undo it. */
  async pairs(offset: number): Promise<PairedCall[]> {
    const { file } = await this.view();
    return this.guarded([], () => pairedCalls(file, offset));
  }

  /** What the calls of an extent do to references, for the families that are asked for. */
  async callHints(families: ReadonlySet<HintFamily>, start: number, end: number): Promise<readonly CallHint[]> {
    if (families.size === 0) return [];
    const { tree, file, world } = await this.view();
    const { macros } = world.tree;
    return this.guarded([], () => callHints({ tree: tree.tree, macros, file, families, start, end }));
  }

  /** Functions whose callers need to know of them: tests of the reserved bit for others, and what moves references for others. */
  async functionLenses(): Promise<readonly FunctionLens[]> {
    const { file, world } = await this.view();
    return this.guarded([], () => functionLenses(world, file));
  }

  isIn(root: string): boolean {
    const { path, isFile } = this.place;
    return isFile && path !== undefined && this.workspace.trees.rootOf(path) === root;
  }

  /** Every reserved test of the document. */
  async allTests(): Promise<TreeTest[]> {
    const { file } = await this.view();
    const { path, text } = file;
    return this.guarded([], () => reservedTests(file).map((test) => ({ ...test, path, text })));
  }

  /** How often a function of this document is called: in its tree, or in the document alone when it is static. */
  async countCalls(name: string, local: boolean, wanted: StillWanted): Promise<number> {
    const { tree, file } = await this.view();
    if (local || tree.root === undefined) return callCountsIn(file, [name]).get(name) ?? 0;
    const asked = (await this.functionLenses()).filter((lens) => !lens.local).map((lens) => lens.name);
    const counts = await this.workspace.calls(tree.tree, [...new Set([name, ...asked])].sort(), wanted);
    return counts.get(name) ?? 0;
  }

  private guarded<Result>(otherwise: Result, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      this.workspace.logOnce(`${this.place.name}: ${String(error)}`);
      return otherwise;
    }
  }
}
