import type { Release } from '@pageref/shared';
import type { TreeContracts } from 'pageref/dist/knowledge/inference.js';
import { findTargets } from 'pageref/dist/project/targets.js';
import { run } from 'pageref/dist/runs/pipeline.js';

export interface InferOptions {
  readonly jobs: number;
  readonly release?: Release;
  readonly cache?: string;
}

/** What the functions of a tree on disk do with pages. */
export async function inferTree(root: string, options: InferOptions): Promise<TreeContracts> {
  const targets = await findTargets([root]);
  const { contracts } = await run({ ...options, targets, kind: 'test', rules: [], names: [], inference: true });
  if (!contracts) throw new Error('nothing was inferred');
  return contracts;
}
