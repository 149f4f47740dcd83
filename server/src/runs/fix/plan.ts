import type { Release, UnreadableFile } from '@pageref/shared';
import type { Replacement } from '../../vfs/index.js';
import type { Fixable } from './fault.js';
import type { AppliedFix } from './text.js';

/** A file with its text before and after the fixes. */
export interface FileFixes extends Replacement {
  readonly applied: readonly AppliedFix[];
  readonly left: readonly Fixable[];
}

/** What a run of `fix` would do to a tree; nothing of it is done yet. Files are in the order of their paths. */
export interface FixPlan {
  readonly root: string;
  readonly release: Release | null;
  readonly files: readonly FileFixes[];
  /** What was not read, sorted by path: what stands there is not in the plan. */
  readonly unreadable: readonly UnreadableFile[];
}
