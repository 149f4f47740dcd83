import type { Defines, ModelEntry, ProjectPolicy, UserModelSummary } from '@pageref/shared';

/** What users added to the model for a tree. */
export interface UserModel {
  readonly entries: readonly ModelEntry[];
  /** Macros of the build; names that stand in several files are as the last one has them. */
  readonly defines: Defines;
  /** Which findings the project wants; of several files the last one that says something counts. */
  readonly policy: ProjectPolicy;
  readonly files: readonly UserModelSummary[];
  /** "FILE:LINE:COLUMN: message", in the order of files and lines. A file with a mistake gives no entries at all. */
  readonly problems: readonly string[];
}

export const NO_USER_MODEL: UserModel = { entries: [], defines: {}, policy: {}, files: [], problems: [] };
