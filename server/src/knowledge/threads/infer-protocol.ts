import type { FileMatch } from '../../search/scanner.js';
import type { PoolAnswer, PoolTask } from '../../search/thread-pool.js';
import type { RoundResult } from '../inference.js';
import type { TreeSeed } from '../../project/tree.js';

/** Messages between the whole-tree inference and its threads. */

export interface InferSetup {
  readonly seed: TreeSeed;
}

/** Files to analyse in this round, or what all threads together found in the one before. */
export type InferTask = PoolTask<FileMatch, readonly RoundResult[]>;

export type InferAnswer = PoolAnswer<RoundResult>;
