import type { UnreadableFile, VersionArmCounts } from '@pageref/shared';
import { resolveWith } from '@pageref/shared/model';
import type { CallOfTest } from '../knowledge/call-sites.js';
import { Elsewhere } from '../knowledge/elsewhere.js';
import type { TreeContracts } from '../knowledge/inference.js';
import type { HeaderMacros } from '../knowledge/header-macros.js';
import { askKernel } from '../knowledge/kernel-knowledge.js';
import type { KernelKnowledge } from '../knowledge/kernel-knowledge.js';
import { treeKnowledge } from '../knowledge/tree-knowledge.js';
import { archOf } from '../kernel/arch.js';
import type { OpenFiles } from '../project/open-files.js';
import { nearestKnown } from '../project/release-choice.js';
import { failureOf } from '../project/unread.js';
import { NO_TREE_KNOWLEDGE } from '../rules/rule.js';
import type { Rule, TreeKnowledge } from '../rules/rule.js';
import { NO_TEXTS } from '../search/held-text.js';
import type { ScanResult } from '../search/scanner.js';
import { NOTHING_FOUND } from '../search/tree-search.js';
import { WorkQueue } from '../search/work-queue.js';
import { comparePaths } from '../vfs/index.js';
import type { FileResult } from './check-file.js';
import { FileOfRun, isDoneAlone, Unreadable } from './file-of-run.js';
import { sharedWorld } from './file-world.js';
import type { FileWorld } from './file-world.js';
import { isKept } from './kept-shapes.js';
import type { Kept } from './kept-shapes.js';
import { threadsOf } from './open-run.js';
import type { OpenRun } from './open-run.js';
import type { Coverage, RunResult } from './run-request.js';
import { judgesOf, TEXT_OF_THREAD } from './threads/judges.js';
import type { Judges, SharedMemory } from './threads/judges.js';
import type { JudgedFile, JudgeItem, JudgeSetup } from './threads/judge-protocol.js';

/** The names of rules in all releases of a group of runs: what one search looks for. */
function namesAmong({ request, tree }: OpenRun, rules: readonly Rule[]): readonly string[] {
  const releases = (request.among?.releases ?? []).map(nearestKnown);
  const models = releases.map((release) => resolveWith(release, tree.userModel.entries));
  return models.flatMap((model) => rules.flatMap((rule) => [...rule.names({ model })]));
}

/** What a run judges its files with. */
interface Tools {
  readonly files: OpenFiles;
  readonly rules: readonly Rule[];
  readonly contracts: TreeContracts | undefined;
  readonly macros: HeaderMacros;
  readonly memory: SharedMemory<Kept>;
}

/** The files of a run under judgement: what each says by itself, what it asks of others, what is said of it in the end. */
export class Judging {
  readonly files = new Map<string, FileOfRun>();
  private readonly world: FileWorld;
  private readonly elsewhere: Elsewhere;
  private readonly judges: Judges;
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
    const { files, contracts, macros, memory: results } = tools;
    const knowledge = contracts && treeKnowledge(tree, contracts, this.verdictOn);
    this.elsewhere = new Elsewhere({
      tree,
      files,
      stored: request.stored?.files,
      texts: request.texts ?? NO_TEXTS,
      search: searches.search,
      memory: results,
      control: request,
      isLeftOut: (path) => this.isLeftOut(path),
    });
    this.world = {
      ...sharedWorld(
        tree,
        { ...(knowledge ?? NO_TREE_KNOWLEDGE), macros },
        { rules: request.rules, arch: request.arch, standsAlone: request.targets.alone },
      ),
      files,
      memory: results,
      elsewhere: this.elsewhere,
    };
    this.judges = judgesOf(tree, this.judgeSetup(knowledge), threadsOf(request));
  }

  private judgeSetup(knowledge: Omit<TreeKnowledge, 'macros'> | undefined): Omit<JudgeSetup, 'seed'> {
    const { targets, rules, arch, calls = false, openText = TEXT_OF_THREAD } = this.run.request;
    const { memory, macros } = this.tools;
    const of = <T>(at: (path: string) => T): ReadonlyMap<string, T> =>
      new Map(knowledge?.paths.map((path) => [path, at(path)]));
    return {
      openText,
      rules,
      arch,
      calls,
      standsAlone: targets.alone,
      isKept: memory.isOn,
      macros,
      sites: of((path) => knowledge?.wrapperSites(path) ?? []),
      imbalances: of((path) => knowledge?.imbalances(path) ?? []),
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
    return arch !== undefined && !['', arch].includes(archOf(this.world.tree, path));
  }

  async judgeAll(): Promise<ScanResult> {
    try {
      const scan = await this.lookAtAll();
      await this.askOthers();
      await this.finish();
      return scan;
    } finally {
      this.judges.close();
    }
  }

  /** Looks at each file by itself, and is done with those that ask nothing. */
  private async lookAtAll(): Promise<ScanResult> {
    const { queue, find, early, request } = this.run;
    const { world, rules } = this.world;
    for (const path of world.tree.paths) queue.push(path);
    const rests = this.tools.rules.some(({ placesIn }) => placesIn);
    for (const { test } of rests ? (this.tools.contracts?.wrappers ?? []) : []) queue.push(test.path);
    const also = [...namesAmong(this.run, this.tools.rules), ...this.tools.macros.keys(), ...(request.alsoNames ?? [])];
    const names = request.names ?? [...new Set([...rules.flatMap((rule) => [...rule.names]), ...also])].sort();
    const [known, fresh] = [new WorkQueue<JudgeItem>(), new WorkQueue<JudgeItem>()];
    const entering = queue.pour(early ?? find(names), (path) => this.enter(path, known, fresh));
    const work = (file: FileOfRun): void => this.lookAt(file);
    const { signal } = request;
    const control = signal ? { signal } : {};
    const [scan] = await Promise.all([
      this.judgeWith(fresh, entering, work),
      known.drain(entering, ({ path }) => this.workOn(path, work), control),
    ]);
    return scan;
  }

  /** Of what an earlier run has kept little is left to do. */
  private enter(path: string, known: WorkQueue<JudgeItem>, fresh: WorkQueue<JudgeItem>): void {
    if (this.files.has(path) || this.isLeftOut(path)) return;
    this.files.set(path, new FileOfRun(this.world, path));
    const queue = this.tools.memory.find(path, 'questions') ? known : fresh;
    queue.push({ path });
  }

  /** Works off files here and in other threads. What those have found out is known when `work` asks for it. */
  private judgeWith(
    queue: WorkQueue<JudgeItem>,
    entering: Promise<ScanResult>,
    work: (file: FileOfRun) => void,
  ): Promise<ScanResult> {
    this.judges.onResults = (judged) => {
      for (const one of judged) if (this.isTaken(one)) this.workOn(one.path, work);
    };
    return queue.drain(entering, ({ path }) => this.workOn(path, work), this.run.request, this.judges);
  }

  private workOn(path: string, work: (file: FileOfRun) => void): void {
    const file = this.files.get(path);
    if (file) work(file);
  }

  private isTaken(judged: JudgedFile): boolean {
    if ('notes' in judged) this.tools.memory.take(judged.path, judged.notes);
    else this.lose(judged);
    return 'notes' in judged;
  }

  private lookAt(file: FileOfRun): void {
    this.guarded(file.path, () => {
      const { calls = false } = this.run.request;
      if (isDoneAlone(file, this.world.world, calls)) return this.take(file, calls ? file.wrappers.calls : []);
      this.waiting.push(file);
      file.letGo();
    });
  }

  private async askOthers(): Promise<void> {
    const {
      elsewhere,
      world: { standsAlone, tree },
    } = this;
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

  private async finish(): Promise<void> {
    const calls = this.calls();
    const queue = new WorkQueue<JudgeItem>();
    const finish = (file: FileOfRun): void => {
      this.guarded(file.path, () => this.take(file, calls));
    };
    const { tree } = this.world.world;
    const isAlone = threadsOf(this.run.request) === 0;
    // What is said of calls rests on what this thread knows of the files that they call.
    const isOwn = (file: FileOfRun): boolean => isAlone || tree.wrapperSites(file.path).length > 0;
    const others = this.waiting.filter((file) => !isOwn(file));
    for (const file of others) {
      this.guarded(file.path, () =>
        file.isKnown ? this.take(file, calls) : queue.push({ path: file.path, asked: file.asked }),
      );
    }
    await this.judgeWith(queue, Promise.resolve(NOTHING_FOUND), finish);
    for (const file of this.waiting.filter(isOwn)) {
      this.run.request.signal?.throwIfAborted();
      finish(file);
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
    const asked = this.elsewhere.calls;
    const own = this.inOrder().filter(({ path }) => !asked.has(path));
    return [...own.flatMap((file) => file.wrappers.calls), ...[...asked.values()].flat()];
  }

  /** Whatever is wrong with one file costs that file. */
  private guarded<T>(path: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.lose(error instanceof Unreadable ? error.file : { path, why: failureOf(error) });
      return undefined;
    }
  }

  private lose(file: UnreadableFile): void {
    this.lost.add(file.path);
    this.run.unread.add([file]);
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
    const { elsewhere } = this;
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
    const sum = (of: keyof VersionArmCounts): number =>
      [...counts.values()].reduce((all, one) => all + (one[of] ?? 0), 0);
    const builds = sum('builds');
    return { others: sum('others'), ...(builds > 0 && { builds }), undecided: sum('undecided') };
  }
}

function countsOf({ filesRead, matches }: ScanResult): Pick<Coverage, 'filesRead' | 'matched'> {
  return { filesRead, matched: matches.length };
}
