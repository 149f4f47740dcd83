import { planDiff } from '../../runs/fix/tree.js';
import type { FixReport } from './report.js';

/** The changes as a patch for git apply, in the bytes of the files. */
export function fixDiff({ plan }: FixReport): Uint8Array {
  return planDiff(plan);
}
