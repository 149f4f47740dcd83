import type { ModelEntry, NameForm } from './model.js';
import type { Release } from './release.js';
import { FINDING_SEVERITIES } from './rule-meta.js';
import type { RuleId } from './rule-meta.js';

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
  readonly model?: readonly UserEntry[];
  /** What a configure step finds out, by macro: whether it defines it. Others can be either. */
  readonly defines?: Defines;
  readonly rules?: RulePolicy;
  readonly paths?: ProjectPaths;
  readonly failOn?: FailOn;
}

export const RULE_LEVELS = ['on', 'off', ...FINDING_SEVERITIES] as const;
/** Rules by id: `on` as they are, `off`, or another severity for their findings. */
export type RulePolicy = Readonly<Partial<Record<RuleId, (typeof RULE_LEVELS)[number]>>>;

/** Files and folders, relative to the root of the tree; what is excluded wins. */
export interface ProjectPaths {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

export const FAIL_ON = ['error', 'warning', 'none'] as const;
/** What makes a check end with exit code 1: findings of this severity and worse, or none. */
export type FailOn = (typeof FAIL_ON)[number];

/** What a project wants to be told of. */
export type ProjectPolicy = Pick<UserModelFile, 'rules' | 'paths' | 'failOn'>;

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
