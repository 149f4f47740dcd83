import type { RuleId, VersionArmCounts } from '@pageref/shared';
import { resolveWith } from '@pageref/shared/model';
import type { CallOfTest } from '../knowledge/call-sites.js';
import { Elsewhere } from '../knowledge/elsewhere.js';
import { infer } from '../knowledge/infer-tree.js';
import type { TreeContracts } from '../knowledge/inference.js';
import { headerMacros, keyOfMacros, NO_MACROS } from '../knowledge/header-macros.js';
import type { HeaderMacros } from '../knowledge/header-macros.js';
import { askKernel } from '../knowledge/kernel-knowledge.js';
import type { KernelKnowledge } from '../knowledge/kernel-knowledge.js';
import { isFileInference } from '../knowledge/kept-shapes.js';
import { treeKnowledge } from '../knowledge/tree-knowledge.js';
import { archOf, archVerdict } from '../kernel/arch.js';
import { CannotRun } from '../project/options.js';
import { OpenFiles } from '../project/open-files.js';
import { NO_TEXTS } from '../search/held-text.js';
import { nearestKnown } from '../project/release-choice.js';
import { openResultCache } from '../project/result-cache.js';
import type { ResultCache } from '../project/result-cache.js';
import type { Tree } from '../project/tree.js';
import { failureOf } from '../project/unread.js';
import type { UnreadFiles } from '../project/unread.js';
import { ALL_RULES, followedNames } from '../rules/index.js';
import { NO_TREE_KNOWLEDGE } from '../rules/rule.js';
import type { Rule, TreeKnowledge } from '../rules/rule.js';
import type { FileMatch, ScanResult } from '../search/scanner.js';
import type { Searches } from '../search/tree-search.js';
import { WorkQueue } from '../search/work-queue.js';
import { comparePaths, pathInside } from '../vfs/index.js';
import { activate } from './check-file.js';
import type { FileResult } from './check-file.js';
import { armCounts, FileOfRun, Unreadable } from './file-of-run.js';
import type { FileWorld } from './file-of-run.js';
import { isKept } from './kept-shapes.js';
import type { Kept } from './kept-shapes.js';
import type { Coverage, RunRequest, RunResult } from './pipeline.js';
import { worldOf } from './rule-world.js';

/** A run with its tree open. */
export interface OpenRun {
  readonly request: Pick<
    RunRequest,
    'targets' | 'kind' | 'rules' | 'names' | 'among' | 'arch' | 'texts' | 'calls' | 'inference' | 'inventory' | 'onFile'
  > &
    Partial<Pick<RunRequest, 'cache' | 'jobs' | 'signal' | 'onProgress'>>;
  readonly tree: Tree;
  readonly searches: Searches;
  /** Paths of files that take part. */
  readonly queue: WorkQueue<string>;
  /** Puts the files of the run that hold one of the names into the queue. */
  readonly find: (names: readonly string[]) => Promise<ScanResult>;
  /** Such a search that is under way already. */
  readonly early: Promise<ScanResult> | undefined;
  readonly unread: UnreadFiles;
}

/**
 * Judges the files of a run: each by itself first, and those that ask something of others once those have been asked. What a
 * file says depends on its text and the tree alone, so neither the order of the files nor what else is asked for shows.
 */
export async function judgeFiles(run: OpenRun): Promise<RunResult> {
  const { request, tree } = run;
  checkArch(request.arch, tree);
  const files = new OpenFiles(tree, request.texts, request.among?.files);
  const rules = rulesOf(request.rules);
  const contracts = await inferred(run, files, rules);
  const results = openKept(run);
  const macros = await macrosOf(run, files, rules);
  const judging = new Judging(run, { files, rules, contracts, macros, memory: results });
  const scan = await judging.lookAtAll();
  await judging.askOthers();
  await judging.finish();
  const arms = new Map<string, VersionArmCounts>();
  const inventory = await takeInventory(run, files, contracts, arms);
  await results.remember();
  await judging.kernel?.remember();
  return { tree, contracts, ...judging.result(scan, inventory, arms), fileAt: (path) => judging.files.get(path) };
}

export function rulesOf(ids: readonly RuleId[]): readonly Rule[] {
  return ALL_RULES.filter(({ meta }) => ids.includes(meta.id));
}

/** The names of rules in all releases of a group of runs: what one search looks for. */
function namesAmong({ request, tree }: OpenRun, rules: readonly Rule[]): readonly string[] {
  const releases = (request.among?.releases ?? []).map(nearestKnown);
  const models = releases.map((release) => resolveWith(release, tree.userModel.entries));
  return models.flatMap((model) => rules.flatMap((rule) => [...rule.names({ model })]));
}

function checkArch(arch: string | undefined, tree: Tree): void {
  if (arch === undefined) return;
  const arches = tree.arches();
  if (arches.length === 0 || arches.some((known) => known.arch === arch)) return;
  const known = arches.map((one) => one.arch).join(', ');
  throw new CannotRun(`no arch "${arch}" in this tree: it has ${known}`);
}

/** Infers what the files of the run do with pages, where a rule of the run rests on that. */
async function inferred(
  { request, tree, searches }: OpenRun,
  files: OpenFiles,
  rules: readonly Rule[],
): Promise<TreeContracts | undefined> {
  if (!request.inference && !rules.some(({ placesIn }) => placesIn)) return undefined;
  const { jobs = 1, texts = NO_TEXTS, targets } = request;
  const results = openResultCache(tree, searches.stamps, {
    ...keptIn(request),
    kind: 'rounds',
    about: '',
    shape: isFileInference,
  });
  // Other threads read the files on disk.
  const threads = texts.size > 0 ? 0 : jobs - 1;
  const only = targets.files;
  const found = await infer({ tree, files, search: searches.search, memory: results, threads, control: request, only });
  await results.remember();
  return found;
}

/** Macros of a module's headers that stand for what the rules follow. */
async function macrosOf(
  { tree, searches: { search }, request: { targets } }: OpenRun,
  files: OpenFiles,
  rules: readonly Rule[],
): Promise<HeaderMacros> {
  if (tree.isKernel || !rules.some(({ localNames }) => localNames)) return NO_MACROS;
  // Beside files that are in no tree anything can lie.
  const only = targets.alone && targets.files ? { files: targets.files } : {};
  const inside = tree.kernel === undefined ? undefined : pathInside(tree.root, tree.kernel);
  const isKernels = (path: string): boolean => inside !== undefined && path.startsWith(`${inside}/`);
  const names = [...followedNames(tree)].sort();
  return await headerMacros(files, (asked) => search({ ...asked, ...only }), names, isKernels);
}

/** Texts that stand for files are not what the disk has: nothing is kept of a run with such. */
function keptIn({ cache, texts = NO_TEXTS, targets }: OpenRun['request']): {
  readonly cache: string | undefined;
  readonly only: readonly string[] | undefined;
} {
  return { cache: texts.size > 0 ? undefined : cache, only: targets.files };
}

function openKept({ request, tree, searches }: OpenRun): ResultCache<Kept> {
  return openResultCache(tree, searches.stamps, {
    ...keptIn(request),
    kind: 'files',
    about: `${request.kind} ${request.arch ?? ''}`,
    shape: isKept,
    restsOn: () => tree.arches(),
  });
}

async function takeInventory(
  { request, tree, searches, unread }: OpenRun,
  files: OpenFiles,
  contracts: TreeContracts | undefined,
  arms: Map<string, VersionArmCounts>,
): Promise<ScanResult | undefined> {
  const inventory = request.inventory?.(tree, contracts);
  if (!inventory) return undefined;
  const { names, take } = inventory;
  const queue = new WorkQueue<FileMatch>();
  const only = request.targets.files;
  const scanning = searches.search({ names, onMatch: queue.push, ...(only && { files: only }) });
  const work = ({ path, names: held }: FileMatch): void => {
    const open = files.look(path);
    try {
      if ('why' in open) unread.add([open]);
      else {
        take(open, held);
        arms.set(path, armCounts(open));
      }
    } catch (error) {
      unread.add([{ path, why: failureOf(error) }]);
    }
  };
  return await queue.drain(scanning, work, request);
}

function countsOf({ filesRead, matches }: ScanResult): Pick<Coverage, 'filesRead' | 'matched'> {
  return { filesRead, matched: matches.length };
}

interface Tools {
  readonly files: OpenFiles;
  readonly rules: readonly Rule[];
  readonly contracts: TreeContracts | undefined;
  readonly macros: HeaderMacros;
  readonly memory: ResultCache<Kept>;
}

class Judging {
  readonly files = new Map<string, FileOfRun>();
  private readonly world: FileWorld;
  private readonly waiting: FileOfRun[] = [];
  private readonly results = new Map<string, FileResult>();
  kernel: KernelKnowledge | undefined;
  /** Files of which nothing can be said. */
  private readonly lost = new Set<string>();

  constructor(
    private readonly run: OpenRun,
    private readonly tools: Tools,
  ) {
    const { request, tree, searches } = run;
    const { files, rules, contracts, macros, memory: results } = tools;
    const knowledge = contracts && treeKnowledge(tree, contracts, this.verdictOn);
    const world = worldOf(tree, { ...(knowledge ?? NO_TREE_KNOWLEDGE), macros });
    const elsewhere = new Elsewhere({
      tree,
      files,
      texts: request.texts ?? NO_TEXTS,
      search: searches.search,
      memory: results,
      control: request,
      isLeftOut: (path) => this.isLeftOut(path),
    });
    this.world = {
      tree,
      files,
      world,
      macrosKey: keyOfMacros(macros),
      rules: activate(rules, world),
      archOf: (path) => archVerdict(tree, path, request.arch),
      memory: results,
      standsAlone: request.targets.alone,
      hasKernel: tree.kernel !== undefined,
      elsewhere,
    };
  }

  /** What was made of the test behind a wrapper. */
  private readonly verdictOn: TreeKnowledge['verdictOn'] = (test) => {
    const file = this.files.get(test.path);
    if (!file || this.lost.has(test.path)) return undefined;
    return this.guarded(test.path, () => file.verdictOn(test));
  };

  /** With an arch that was asked for the code of others is left out. */
  private isLeftOut(path: string): boolean {
    const { arch } = this.run.request;
    return arch !== undefined && archOf(path) !== '' && archOf(path) !== arch;
  }

  /** Looks at each file by itself, and is done with those that ask nothing. */
  async lookAtAll(): Promise<ScanResult> {
    const { queue, find, early, request } = this.run;
    const { world, rules } = this.world;
    for (const path of world.tree.paths) queue.push(path);
    const rests = this.tools.rules.some(({ placesIn }) => placesIn);
    for (const { test } of rests ? (this.tools.contracts?.wrappers ?? []) : []) queue.push(test.path);
    const also = [...namesAmong(this.run, this.tools.rules), ...this.tools.macros.keys()];
    const names = request.names ?? [...new Set([...rules.flatMap((rule) => [...rule.names]), ...also])].sort();
    return await queue.drain(early ?? find(names), (path) => this.lookAt(path), request);
  }

  private lookAt(path: string): void {
    if (this.files.has(path) || this.isLeftOut(path)) return;
    const file = new FileOfRun(this.world, path);
    this.files.set(path, file);
    this.guarded(path, () => {
      if (this.waits(file)) this.waiting.push(file);
      else this.take(file, this.run.request.calls ? file.wrappers.calls : []);
    });
  }

  /** True for a file of which more can be known when others were asked, or of whose tests others want to know. */
  private waits(file: FileOfRun): boolean {
    if (file.asks) return true;
    if (this.run.request.calls && file.wrappers.wrappers.some((wrapper) => !wrapper.static)) return true;
    return this.world.world.tree.wrapperSites(file.path).length > 0;
  }

  async askOthers(): Promise<void> {
    const { standsAlone, elsewhere, tree } = this.world;
    const asking = this.waiting.map(({ path, questions, calleesForRules }) => ({
      path,
      callees: [...questions.callees, ...calleesForRules],
      callers: questions.callers,
    }));
    const wrappers = this.run.request.calls ? this.inOrder().flatMap((file) => file.wrappers.wrappers) : [];
    if (!standsAlone) await elsewhere.answer(asking, wrappers);
    if (tree.kernel === undefined) return;
    const kernel = await askKernel(tree, tree.kernel, asking, { ...this.run.request, jobs: 1, shape: isKept });
    elsewhere.alsoAsk((path, callees) => kernel.contractsIn(path, callees));
    this.kernel = kernel;
  }

  async finish(): Promise<void> {
    const calls = this.calls();
    for (const file of this.waiting) {
      this.run.request.signal?.throwIfAborted();
      this.guarded(file.path, () => this.take(file, calls));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private take(file: FileOfRun, calls: readonly CallOfTest[]): void {
    const result = file.result();
    this.results.set(file.path, result);
    this.run.request.onFile?.(result, calls);
    file.letGo();
  }

  /** Files that could be looked at, sorted by path. */
  private inOrder(): readonly FileOfRun[] {
    return [...this.files.values()]
      .filter(({ path }) => !this.lost.has(path))
      .sort((a, b) => comparePaths(a.path, b.path));
  }

  /** What calls a wrapper: as the file itself says, or as it says once it knows the wrappers of others. */
  private calls(): readonly CallOfTest[] {
    if (!this.run.request.calls) return [];
    const asked = this.world.elsewhere.calls;
    const own = this.inOrder().filter(({ path }) => !asked.has(path));
    return [...own.flatMap((file) => file.wrappers.calls), ...[...asked.values()].flat()];
  }

  /** Whatever is wrong with one file costs that file. */
  private guarded<T>(path: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.lost.add(path);
      this.run.unread.add([error instanceof Unreadable ? error.file : { path, why: failureOf(error) }]);
      return undefined;
    }
  }

  /**
   * @param inventory the other search of the run
   * @param arms of the files that it has opened
   */
  result(
    scan: ScanResult,
    inventory: ScanResult | undefined,
    arms: ReadonlyMap<string, VersionArmCounts>,
  ): Pick<RunResult, 'files' | 'calls' | 'coverage'> {
    const { elsewhere } = this.world;
    const { unread } = this.run;
    for (const files of [
      this.tools.contracts?.unreadable,
      scan.unreadable,
      elsewhere.unreadable,
      this.kernel?.unreadable,
      inventory?.unreadable,
    ]) {
      if (files) unread.add(files);
    }
    return {
      files: this.inOrder().flatMap(({ path }) => this.results.get(path) ?? []),
      calls: this.calls(),
      coverage: { ...countsOf(inventory ?? scan), unreadable: unread.list(), versionArms: this.versionArms(arms) },
    };
  }

  /** Arms of `#if` by the release in all files that were opened. */
  private versionArms(others: ReadonlyMap<string, VersionArmCounts>): VersionArmCounts {
    const counts = new Map(others);
    for (const file of this.inOrder()) this.guarded(file.path, () => counts.set(file.path, file.arms));
    const sum = (of: keyof VersionArmCounts): number => [...counts.values()].reduce((all, one) => all + one[of], 0);
    return { others: sum('others'), undecided: sum('undecided') };
  }
}
