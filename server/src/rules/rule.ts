import type {
  FindingSeverity,
  Impact,
  KindSet,
  RelatedPlace,
  ResolvedModel,
  RuleMeta,
  TreeFacts,
  WrapperRole,
} from '@pageref/shared';
import type { ContractLookup } from '../flow/contract.js';
import type { Imbalance } from './imbalance/pairs.js';
import type { FoundWord, FunctionIr, Item } from '../syntax/index.js';
import type { Candidates, FixRequest } from './fixes/index.js';
import type { ArchVerdict } from './reserved/judge.js';
import type { JudgedMentions } from './reserved/judged.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { WrapperSite } from './wrappers/classify-calls.js';

/**
 * One rule: what is said of it, the names that make a function of interest to it, and the check of one such function.
 * A check is pure and total: the same subject gives the same reports, and odd C gives fewer of them.
 */
export interface Rule {
  readonly meta: RuleMeta;
  /** C identifiers; a function or macro body that mentions one is checked. */
  readonly names: (world: RuleWorld) => Iterable<string>;
  /** More names in one file: its own for something the rule asks about. They make no file of interest. */
  readonly localNames?: (file: SourceFile, world: RuleWorld) => Iterable<string>;
  readonly check: (subject: Subject) => readonly Report[];
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
  /** What a call of a function that another file defines means, by the path of the file that calls it. */
  readonly contractOf: (path: string) => ContractLookup | undefined;
  /** Calls of wrappers of the reserved test in a file. */
  readonly wrapperSites: (path: string) => readonly WrapperSite[];
  /** Drops in a file that leave out device pages on which a reference was taken. */
  readonly imbalances: (path: string) => readonly Imbalance[];
  /** The files that hold one. */
  readonly paths: readonly string[];
}

export const NO_TREE_KNOWLEDGE: TreeKnowledge = {
  contractOf: () => undefined,
  wrapperSites: () => [],
  imbalances: () => [],
  paths: [],
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
}

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
  /**
   * Nothing is told of it in a check. Editors show it, so somebody may have judged it, and it counts where findings are told
   * apart.
   */
  readonly undecided?: boolean;
}
