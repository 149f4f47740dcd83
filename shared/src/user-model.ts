import type { ModelEntry, NameForm } from './model.js';
import type { Release } from './release.js';

/**
 * What users add to the model for code outside of mainline: `.pageref.json` in a tree, or a file given with `--model`.
 * The same vocabulary as the model's own entries; shared/schemas/pageref.schema.json is its JSON schema.
 */

export const USER_MODEL_FILE = '.pageref.json';

export interface UserEntry extends Omit<ModelEntry, 'form' | 'range' | 'evidence'> {
  /** `function` where it is left out. */
  readonly form?: NameForm;
  /** Every release where it is left out. */
  readonly range?: {
    readonly since?: Release;
    /** The first release without it. */
    readonly until?: Release;
  };
  readonly evidence?: readonly string[];
  /** Has to be said of a name that the built-in model knows in the same releases. */
  readonly override?: true;
}

export interface UserModelFile {
  readonly $schema?: string;
  readonly schemaVersion: 1;
  readonly model: readonly UserEntry[];
  /** What a configure step finds out, by macro: whether it defines it. Others can be either. */
  readonly defines?: Defines;
}

/** Macros of a build by name: true for one that it defines as 1, false for one that it does not define. */
export type Defines = Readonly<Record<string, boolean>>;

/** What was read of one file, for reports. */
export interface UserModelSummary {
  /** Relative to the root where it lies below it, else absolute. */
  readonly path: string;
  readonly entries: number;
  /** Those that stand for entries of the built-in model. */
  readonly overrides: number;
}
