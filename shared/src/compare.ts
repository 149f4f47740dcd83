import type { Site, UnreadableFile, Writer } from './finding.js';

/** What `pageref audit A --compare B` says: plain data. A is "before" and B "after", whatever their releases are. */

/** In what a mention differs between the trees. */
export const DIFFERENCES = [
  'verdict',
  'impact',
  'reason',
  'confidence',
  'form',
  'statement',
  'function',
  'path',
] as const;
export type Difference = (typeof DIFFERENCES)[number];

/**
 * `worse`: it needs care in B and did not, or less, in A; `better`: the other way round; `same`: as much as before.
 * From most to least: wrong-today, unclear, everything else.
 */
export type Trend = 'worse' | 'better' | 'same';

/** One mention that is not the same in both trees. */
export interface SiteChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly trend: Trend;
  /** Empty for added and removed ones. */
  readonly differs: readonly Difference[];
  /** Null where it was added. */
  readonly before: Site | null;
  /** Null where it was removed. */
  readonly after: Site | null;
  /** Names of `explanations` that say why. */
  readonly explainedBy: readonly string[];
}

/** A fact that is not the same for both trees: of the model in their releases, or of the trees themselves. */
export interface Explanation {
  /** A name of the model, or `ZONE_DEVICE on ARCH`. */
  readonly name: string;
  /** One sentence. */
  readonly text: string;
  /** Facts that hold for A and not for B, one line each. */
  readonly gone: readonly string[];
  /** Facts that hold for B and not for A. */
  readonly come: readonly string[];
  /** Upstream changes between the two releases that name it. */
  readonly history: readonly {
    readonly release: string;
    /** Empty where it is not known. */
    readonly commit: string;
    readonly subject: string;
    readonly effect: string;
  }[];
}

/** A function whose inferred contract, or whose calls as a wrapper of the test, are not the same in both trees. */
export interface FunctionChange {
  readonly what: 'wrapper' | 'contract';
  readonly change: 'added' | 'removed' | 'changed';
  readonly path: string;
  readonly function: string;
  /** What holds in A and not in B, one line each. */
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

export interface ComparedTree {
  readonly root: string;
  readonly release: string | null;
  /** How the release was found, one sentence. */
  readonly detected: string;
  readonly mentions: number;
  readonly tests: number;
  /** How many of the mentions somebody has judged: what becomes of one is no news, unless it is gone or better. */
  readonly suppressed: number;
  readonly notAnalysed: number;
  readonly unreadable: readonly UnreadableFile[];
}

export interface CompareReport {
  readonly schemaVersion: 1;
  /** Wrappers of the test, then inferred contracts; kinds of page that only one of the trees has are left out. */
  readonly functions: readonly FunctionChange[];
  readonly tool: { readonly name: 'pageref'; readonly version: string };
  readonly before: ComparedTree;
  readonly after: ComparedTree;
  /** Worse ones first, then better ones, then the rest. */
  readonly changes: readonly SiteChange[];
  readonly explanations: readonly Explanation[];
  /** Places that set or clear the bit and are in one tree only. */
  readonly writers: { readonly added: readonly Writer[]; readonly removed: readonly Writer[] };
  readonly summary: {
    readonly unchanged: number;
    readonly worse: number;
    readonly better: number;
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
  };
}
