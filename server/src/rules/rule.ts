import type {
  FindingSeverity,
  Impact,
  KindSet,
  RelatedPlace,
  ResolvedModel,
  RuleMeta,
  Site,
  TreeFacts,
  WrapperRole,
} from '@pageref/shared';
import type { Imbalance } from './imbalance/pairs.js';
import type { FoundWord, FunctionIr, Item } from '../syntax/index.js';
import type { Candidates, FixRequest } from './fixes/index.js';
import type { ArchVerdict } from './reserved/judge.js';
import type { JudgedMentions } from './reserved/judged.js';
import type { MacroArm } from '../contracts/macro-arms.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { WrapperSite } from './wrappers/classify-calls.js';
import type { Wrapper } from './wrappers/wrapper.js';

/**
 * One rule: what is said of it, the names that make a function of interest to it, and the check of one such function.
 * A check is pure and total: the same subject gives the same reports, and odd C gives fewer of them.
 */
export interface Rule {
  readonly meta: RuleMeta;
  /** C identifiers; a function or macro body that mentions one is checked. */
  readonly names: (world: Pick<RuleWorld, 'model'>) => Iterable<string>;
  /** A file's own names for what the rule asks about (`#define brd_reserved PageReserved`). They make no file of interest. */
  readonly localNames?: (file: SourceFile, world: RuleWorld) => Iterable<string>;
  readonly check: (subject: Subject) => readonly Report[];
  /** What it finds rests on what functions of other files do with the page that a call of one of its names is about. */
  readonly restsOnCallees?: true;
  /** What can be done about a finding of the rule; absent where nothing can be said in general. */
  readonly fixes?: (request: FixRequest) => Candidates;
  /**
   * Offsets in a file whose functions are checked whatever they mention: for a rule that rests on what was inferred from
   * the files of a run together, and that has nothing to say without that.
   */
  readonly placesIn?: (tree: TreeKnowledge, path: string) => readonly number[];
}

/** What is the same for all files of a run. */
export interface RuleWorld {
  readonly model: ResolvedModel;
  readonly facts: TreeFacts;
  /** ZONE_DEVICE kinds that exist in the tree. */
  readonly deviceKinds: KindSet;
  readonly tree: TreeKnowledge;
}

/** What was inferred from all files of the tree together. Without it a rule sees one file at a time. */
export interface TreeKnowledge {
  /** Calls of wrappers of the reserved test in a file. */
  readonly wrapperSites: (path: string) => readonly WrapperSite[];
  /** Drops in a file that leave out device pages on which a reference was taken. */
  readonly imbalances: (path: string) => readonly Imbalance[];
  /** The files that hold one. */
  readonly paths: readonly string[];
  /** Macros of the headers of a module that stand for names of the model, by name. */
  readonly macros: ReadonlyMap<string, readonly MacroArm[]>;
  /** What was made of the test behind a wrapper; undefined where it was not judged. */
  readonly verdictOn: (test: Wrapper['test']) => Pick<Site, 'verdict' | 'reason' | 'confidence'> | undefined;
}

export const NO_TREE_KNOWLEDGE: TreeKnowledge = {
  wrapperSites: () => [],
  imbalances: () => [],
  paths: [],
  macros: new Map(),
  verdictOn: () => undefined,
};

/** One reading of a function or macro that mentions a rule's names: the arms of an #if can give it several. */
export interface Subject {
  readonly world: RuleWorld;
  readonly file: SourceFile;
  /** The file's mentions of the reserved bit with their verdicts. */
  readonly reserved: JudgedMentions;
  /** What the tree says of the arch the file is built for; undefined where it says nothing. */
  readonly arch: ArchVerdict | undefined;
  readonly item: Item;
  /** Undefined where the item could not be read. */
  readonly fn: FunctionIr | undefined;
  /** True for the first reading: what depends on the item's text alone is looked at once. */
  readonly first: boolean;
  /** Where the item mentions the rule's names. */
  readonly words: readonly FoundWord[];
  /** Says that the reading was not followed to the end within the bounds: what is not reported may be there all the same. */
  readonly giveUp: () => void;
}

/** Why a function is not among those that were analysed, where `giveUp` was said of it. */
export const TOO_TANGLED = 'it is too tangled to be followed to the end within the bounds of the analysis';

/** What a check says of a place, before it becomes a finding. */
export interface Report {
  /** Offset and length of what the report is about. */
  readonly start: number;
  readonly length: number;
  /** The name it is known by from run to run; the text it is about where it is left out. */
  readonly api?: string;
  /** Id of a message of the rule, and what fills its holes. */
  readonly message: string;
  readonly values?: Readonly<Record<string, string>>;
  /** The rule's own where it is left out. */
  readonly severity?: FindingSeverity;
  readonly impact?: Impact | undefined;
  readonly wrapper?: string;
  readonly role?: WrapperRole;
  readonly related?: readonly RelatedPlace[];
  /** The way to what is wrong, in the order in which it is gone; the place of the report is among them. */
  readonly steps?: readonly RelatedPlace[];
  /**
   * The rule could not decide: a check is silent about the place. An editor shows it, so that somebody may have suppressed it,
   * and it counts when two findings with the same statement are told apart by their order.
   */
  readonly undecided?: boolean;
}
