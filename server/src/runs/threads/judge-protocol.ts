import type { RuleId, UnreadableFile } from '@pageref/shared';
import type { Contracts } from '../../knowledge/definitions.js';
import type { Known } from '../../knowledge/elsewhere.js';
import type { HeaderMacros } from '../../knowledge/header-macros.js';
import type { TreeSeed } from '../../project/tree.js';
import type { TreeKnowledge } from '../../rules/rule.js';
import type { PoolAnswer, PoolTask } from '../../search/thread-pool.js';
import type { KeptOfFile } from '../file-world.js';

/** Messages between a run and the threads that judge files for it. */

export interface JudgeSetup {
  readonly seed: TreeSeed;
  /** How much text stays open, in UTF-16 units. */
  readonly openText: number;
  readonly rules: readonly RuleId[];
  readonly arch: string | undefined;
  /** The calls of tests are asked for. */
  readonly calls: boolean;
  readonly standsAlone: boolean;
  /** Results are kept for the next run, by keys that say what they rest on. */
  readonly isKept: boolean;
  readonly macros: HeaderMacros;
  /** What was inferred from all files, by path. */
  readonly sites: ReadonlyMap<string, ReturnType<TreeKnowledge['wrapperSites']>>;
  readonly imbalances: ReadonlyMap<string, ReturnType<TreeKnowledge['imbalances']>>;
}

/** One file to be looked at by itself, or, once others were asked, to be judged by what they said. */
export interface JudgeItem {
  readonly path: string;
  readonly asked?: {
    readonly known: Known;
    /** Contracts of functions of other files, as the rules ask for them. */
    readonly contracts: Contracts;
    /** What was found out of the file before. */
    readonly before: KeptOfFile;
  };
}

/** What was found out of a file, as its memory is told of it. */
export interface JudgeNote {
  readonly result: KeptOfFile;
  readonly key: string;
  readonly restsOnFarCode: boolean;
}

/** A file of which nothing can be said has the reason instead. */
export type JudgedFile = UnreadableFile | { readonly path: string; readonly notes: readonly JudgeNote[] };

export type JudgeTask = PoolTask<JudgeItem, never>;
export type JudgeAnswer = PoolAnswer<JudgedFile>;
