import type { FileMatch } from '../../search/scanner.js';
import type { RoundResult } from '../inference.js';
import type { TreeSeed } from '../../project/tree.js';

/** Messages between the whole-tree inference and its threads. */

export interface InferSetup {
  readonly seed: TreeSeed;
}

/** Either what all threads together found in a round, or files to analyse in this one. */
export type InferTask = { readonly results: readonly RoundResult[] } | { readonly matches: readonly FileMatch[] };

/** One answer for each task with files, in their order. */
export interface InferAnswer {
  readonly results: readonly RoundResult[];
}
