import type { Site, UnreadableFile, VersionArmCounts } from '@pageref/shared';
import { letGo, plainView } from '../contracts/view-source.js';
import type { OpenText } from '../contracts/open-text.js';
import type { SourceFile } from '../contracts/source-file.js';
import { NO_WRAPPERS, ownWrappers } from '../knowledge/callers.js';
import type { OwnWrappers } from '../knowledge/callers.js';
import { viewWith } from '../knowledge/definitions.js';
import type { Contracts } from '../knowledge/definitions.js';
import { NOTHING_KNOWN } from '../knowledge/elsewhere.js';
import type { Known } from '../knowledge/elsewhere.js';
import { calleesForRules, questionsOf } from '../knowledge/questions.js';
import type { OpenedFile, Questions } from '../knowledge/questions.js';
import type { Tree } from '../project/tree.js';
import { JudgedMentions } from '../rules/reserved/judged.js';
import { testsIn } from '../rules/reserved/verdicts.js';
import type { FileTests } from '../rules/reserved/verdicts.js';
import type { RuleWorld } from '../rules/rule.js';
import type { Wrapper } from '../rules/wrappers/wrapper.js';
import { hashOf } from '../vfs/cache.js';
import { findingsIn } from './check-file.js';
import type { FileFindings, FileResult } from './check-file.js';
import type { FileWorld, KeptOfFile } from './file-world.js';
import type { JudgeItem } from './threads/judge-protocol.js';

/** The file with what is known of others; its tests that rest on that are judged by it. */
export function viewKnown(
  tree: Tree,
  open: OpenText,
  { alone, reserved }: Pick<OpenedFile, 'alone' | 'reserved'>,
  { contracts, passed }: Known,
): SourceFile {
  if (contracts.size + passed.size === 0) return alone;
  const view = viewWith(tree, open, contracts, { elsewhere: passed });
  reserved.know(view);
  return view;
}

function isSame(a: Contracts, b: Contracts): boolean {
  return a.size === b.size && [...a].every(([name, contract]) => b.get(name) === contract);
}

export function armCounts({ arms: { others, builds, undecided } }: OpenText): VersionArmCounts {
  return { others: others.length - builds, ...(builds > 0 && { builds }), undecided };
}

/** The file cannot be read. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';

  constructor(readonly file: UnreadableFile) {
    super(file.why);
  }
}

/**
 * One file of a run. What it says is found out when somebody asks, once: what it asks of other files first, then, when those
 * have been asked, what is made of its tests, and what the rules find in it. What was kept of it is not found out again.
 * Anything may throw, `Unreadable` where there is no text: whoever asks goes on with the other files.
 */
export class FileOfRun {
  #judging: OpenedFile | undefined;
  #questions: Questions | undefined;
  #callees: readonly string[] | undefined;
  #wrappers: OwnWrappers | undefined;
  #arms: VersionArmCounts | undefined;
  #known: Known | undefined;
  #rulesKnown: Known | undefined;
  #view: SourceFile | undefined;
  #rulesView: SourceFile | undefined;
  #tests: FileTests | undefined;

  constructor(
    private readonly run: FileWorld,
    readonly path: string,
  ) {}

  /** What its tests of the reserved bit ask of other files. */
  get questions(): Questions {
    return (this.#questions ??= this.#kept('questions', 'questions', () => questionsOf(this.run.tree, this.judging)));
  }

  /** Functions of other files that the rules of the run ask about. */
  get calleesForRules(): readonly string[] {
    if (!this.run.rules.some(({ rule }) => rule.restsOnCallees)) return [];
    const ask = (): readonly string[] => calleesForRules(this.run.tree, this.judging);
    return (this.#callees ??= this.#kept('calleesForRules', 'callees', ask));
  }

  /** True for a file of which more is known once others were asked. */
  get asks(): boolean {
    const { standsAlone, hasKernel } = this.run;
    if (standsAlone && !hasKernel) return false;
    const { callees, callers } = this.questions;
    return callees.length + callers.length + this.calleesForRules.length > 0;
  }

  /** The wrappers of the reserved test that the file defines. */
  get wrappers(): OwnWrappers {
    return (this.#wrappers ??= this.#kept('wrappers', 'wrappers', () => {
      const { open, alone, reserved } = this.judging;
      return reserved.mentions.some(({ test }) => test !== undefined) ? ownWrappers(open, alone) : NO_WRAPPERS;
    }));
  }

  /** Its arms of `#if` by the kernel's release. */
  get arms(): VersionArmCounts {
    return (this.#arms ??= this.#kept('arms', 'arms', () => armCounts(this.judging.open)));
  }

  get judging(): OpenedFile {
    return (this.#judging ??= this.#open());
  }

  /** What other files say to the questions of the tests. Not to be asked for before they were asked. */
  get known(): Known {
    return (this.#known ??= this.asks ? this.run.elsewhere.knownIn(this.path, this.questions) : NOTHING_KNOWN);
  }

  /** The file with what is known of others, as its tests are judged. */
  get view(): SourceFile {
    return (this.#view ??= viewKnown(this.run.tree, this.judging.open, this.judging, this.known));
  }

  get tests(): FileTests {
    return (this.#tests ??= this.#kept('tests', this.#testsKey, () => {
      const { view } = this;
      return testsIn(view, this.judging.reserved);
    }));
  }

  /** What somebody else has to be told to judge the file as this one does. */
  get asked(): NonNullable<JudgeItem['asked']> {
    const { known, questions, calleesForRules } = this;
    return { known, contracts: this.knownByRules.contracts, before: { questions, calleesForRules } };
  }

  /** Whether what the file comes to was found out already. */
  get isKnown(): boolean {
    const { memory } = this.run;
    return (
      memory.find(this.path, this.#testsKey)?.tests !== undefined &&
      memory.find(this.path, this.#findingsKey)?.findings !== undefined
    );
  }

  result(): FileResult {
    return { path: this.path, ...this.tests, ...this.#findings() };
  }

  /** Lets go of what the answers were made of, once nobody is expected to ask; who does has it made again. */
  letGo(): void {
    if (this.#judging) {
      this.#arms ??= this.arms;
      letGo(this.#judging.open);
    }
    this.#judging = undefined;
    this.#view = undefined;
    this.#rulesView = undefined;
  }

  get world(): RuleWorld {
    return this.run.world;
  }

  /** What was made of a test in this file. */
  verdictOn({ line, column }: Wrapper['test']): Pick<Site, 'verdict' | 'reason' | 'confidence'> | undefined {
    return this.tests.verdicts.find(({ site }) => site.line === line && site.column === column)?.site;
  }

  #findings(): FileFindings {
    const { world, rules, archOf } = this.run;
    const findings = (): FileFindings => {
      return findingsIn({
        file: this.viewOfRules,
        reserved: this.judging.reserved,
        rules,
        world,
        arch: archOf(this.path),
      });
    };
    return this.#kept('findings', this.#findingsKey, findings);
  }

  get #testsKey(): string {
    return `tests ${this.#keyOf(this.known)}`;
  }

  get #findingsKey(): string {
    return `findings ${this.#keyOf(this.known, this.knownByRules)} ${this.#treeKey()}`;
  }

  #open(): OpenedFile {
    const { files, world, archOf } = this.run;
    const open = files.open(this.path);
    if ('why' in open) throw new Unreadable(open);
    const alone = plainView(open);
    const reserved = new JudgedMentions(alone, { deviceKinds: world.deviceKinds, arch: archOf(this.path) });
    return { open, alone, reserved };
  }

  /** What other files say to the questions of the rules. Not to be asked for before they were asked. */
  get knownByRules(): Known {
    return (this.#rulesKnown ??= this.#findKnownByRules());
  }

  #findKnownByRules(): Known {
    const callees = this.calleesForRules;
    const { passed } = this.known;
    return callees.length > 0 ? { passed, contracts: this.run.elsewhere.contractsIn(this.path, callees) } : this.known;
  }

  /** What the rules know of others is mostly what the tests know, and then they share their flows. */
  get viewOfRules(): SourceFile {
    const { view, judging, run, knownByRules: known } = this;
    if (isSame(known.contracts, this.known.contracts)) return view;
    return (this.#rulesView ??= viewWith(run.tree, judging.open, known.contracts, { elsewhere: known.passed }));
  }

  /** What a result rests on besides the file and its tree. */
  #keyOf(...known: readonly Known[]): string {
    if (!this.run.memory.isOn || known.every(({ contracts, passed }) => contracts.size + passed.size === 0)) return '';
    return hashOf(JSON.stringify(known.map(({ contracts, passed }) => [[...contracts], [...passed]])));
  }

  /** What rules are told of the tree that concerns this file. */
  #treeKey(): string {
    const { memory: results, world, macrosKey } = this.run;
    const [sites, drops] = [world.tree.wrapperSites(this.path), world.tree.imbalances(this.path)];
    if (!results.isOn || sites.length + drops.length + macrosKey.length === 0) return '';
    const verdicts = sites.map(({ wrapper }) => world.tree.verdictOn(wrapper.test));
    return hashOf(JSON.stringify([sites, drops, verdicts, ...(macrosKey === '' ? [] : [macrosKey])]));
  }

  #kept<K extends keyof KeptOfFile>(
    what: K,
    key: string,
    make: () => NonNullable<KeptOfFile[K]>,
  ): NonNullable<KeptOfFile[K]> {
    const { memory: results } = this.run;
    const known = results.find(this.path, key)?.[what];
    if (known) return known;
    const made = make();
    results.note(this.path, { [what]: made }, key, this.#restsOnFarCode());
    return made;
  }

  /** The code of other files was read where a verdict hangs on it. */
  #restsOnFarCode(): boolean {
    return [this.#judging?.alone, this.#view, this.#rulesView].some((file) => file?.analysis.restsOnOthers);
  }
}

/** True for a file of which no more is known when others were asked, and of whose tests nobody else wants to know. */
export function isDoneAlone(file: FileOfRun, { tree }: RuleWorld, calls: boolean): boolean {
  if (file.asks) return false;
  if (calls && file.wrappers.wrappers.some((wrapper) => !wrapper.static)) return false;
  return tree.wrapperSites(file.path).length === 0;
}
