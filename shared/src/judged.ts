import type { RuleId } from './rule-meta.js';

/**
 * Findings that somebody has looked at: `.pageref-judged.jsonl` in a tree, or a baseline. One JSON object on each line, so
 * that two people's files merge line by line; shared/schemas/pageref-judged.schema.json is the schema of a line.
 */

export const JUDGED_FILE = '.pageref-judged.jsonl';

/**
 * false-positive  the finding is wrong
 * intended        it is right, and the code means it
 * later           it is right, and is to be dealt with another time
 * baseline        nobody has looked: it was there when a baseline was written
 */
export const JUDGEMENTS = ['false-positive', 'intended', 'later', 'baseline'] as const;
export type JudgementVerdict = (typeof JUDGEMENTS)[number];

/** Those a person gives to a finding. */
export type PersonalVerdict = Exclude<JudgementVerdict, 'baseline'>;

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

export interface JudgedFinding {
  readonly rule: RuleId;
  /** Relative to the root of the tree. */
  readonly path: string;
  readonly function: string;
  readonly fingerprint: string;
  readonly verdict: JudgementVerdict;
  /** Why: the next person to look wants to know. */
  readonly reason: string;
}

/** A judgement and where it was read. */
export interface PlacedJudgement {
  readonly judgement: JudgedFinding;
  /** As a person would write it. */
  readonly file: string;
  readonly line: number;
}

/** What makes a finding silent. */
export interface Suppression {
  readonly by: PlacedJudgement;
  /** The file given with `--baseline` has it, whatever the tree's own says. */
  readonly inBaseline: boolean;
}

/** A file of judgements that was read. */
export interface JudgedFileSummary {
  /** Relative to the root for the tree's own, absolute for others. */
  readonly path: string;
  readonly judgements: number;
  /** It was given with `--baseline`. */
  readonly baseline: boolean;
}

/** What judgements did in a run. */
export interface JudgedSummary {
  readonly files: readonly JudgedFileSummary[];
  /** How many findings are silent. */
  readonly suppressed: number;
  readonly byVerdict: Readonly<Record<JudgementVerdict, number>>;
  /** Judgements of findings the run would have found, were they there. */
  readonly unused: readonly PlacedJudgement[];
}
