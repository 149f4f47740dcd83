import type { RuleId } from './rule-meta.js';

/**
 * Findings that somebody has looked at: `.pageref-judged.jsonl` in a tree, or a baseline. One JSON object on each line, so
 * that two people's files merge line by line; shared/schemas/pageref-judged.schema.json is the schema of a line.
 */

export const SUPPRESSIONS_FILE = '.pageref-judged.jsonl';

/**
 * false-positive  the finding is wrong
 * intended        it is right, and the code means it
 * later           it is right, and is to be dealt with another time
 * baseline        nobody has looked: it was there when a baseline was written
 */
export const SUPPRESSION_VERDICTS = ['false-positive', 'intended', 'later', 'baseline'] as const;
export type SuppressionVerdict = (typeof SUPPRESSION_VERDICTS)[number];

/** Those a person gives to a finding. */
export type PersonalVerdict = Exclude<SuppressionVerdict, 'baseline'>;

/** In the order and the words of a menu. */
export const PERSONAL_VERDICTS: readonly {
  readonly verdict: PersonalVerdict;
  readonly label: string;
  readonly about: string;
}[] = [
  { verdict: 'false-positive', label: 'false positive', about: 'The finding is wrong.' },
  { verdict: 'intended', label: 'intended', about: 'It is right, and the code means it.' },
  { verdict: 'later', label: 'later', about: 'It is right, and is to be dealt with another time.' },
];

export interface Suppression {
  readonly rule: RuleId;
  /** Relative to the root of the tree. */
  readonly path: string;
  readonly function: string;
  readonly fingerprint: string;
  readonly verdict: SuppressionVerdict;
  /** Why: the next person to look wants to know. */
  readonly reason: string;
}

/** A judgement and where it was read. */
export interface PlacedSuppression {
  readonly suppression: Suppression;
  /** As a person would write it. */
  readonly file: string;
  readonly line: number;
}

/** What makes a finding silent. */
export interface SuppressedBy {
  readonly by: PlacedSuppression;
  /** The file given with `--baseline` has it, whatever the tree's own says. */
  readonly inBaseline: boolean;
}

/** A file of judgements that was read. */
export interface SuppressionFileSummary {
  /** Relative to the root for the tree's own, absolute for others. */
  readonly path: string;
  readonly judgements: number;
  /** It was given with `--baseline`. */
  readonly baseline: boolean;
}

/** What judgements did in a run. */
export interface SuppressionSummary {
  readonly files: readonly SuppressionFileSummary[];
  /** How many findings are silent. */
  readonly suppressed: number;
  readonly byVerdict: Readonly<Record<SuppressionVerdict, number>>;
  /** Judgements of findings the run would have found, were they there. */
  readonly unused: readonly PlacedSuppression[];
}
