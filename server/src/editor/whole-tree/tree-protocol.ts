import type { TreeSeed } from '../../project/tree.js';
import type { Progress } from '../../project/options.js';
import type { TreeFindings, TreeTrouble } from '../../runs/tree-judge.js';

/** Messages between an editor's thread and the one that knows the whole tree. */

export interface TreeWorkerSetup {
  readonly seed: TreeSeed;
  /** Absolute path of the folder that keeps what was found out for the next time. */
  readonly cache: string | undefined;
}

/** A text that stands for a file of the tree, with a number that its answer carries. */
export interface TextOfTree {
  readonly path: string;
  readonly text: string;
  readonly version: number;
}

/** Either the files on disk have changed, or the open documents have: all of them, in their state now. */
export type TreeTask = { readonly kind: 'disk' } | { readonly kind: 'texts'; readonly texts: readonly TextOfTree[] };

export type TreeAnswer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | {
      readonly kind: 'disk';
      readonly findings: readonly (readonly [path: string, findings: TreeFindings])[];
      readonly trouble: TreeTrouble;
    }
  | { readonly kind: 'text'; readonly path: string; readonly version: number; readonly findings: TreeFindings }
  | { readonly kind: 'failed'; readonly why: string };
