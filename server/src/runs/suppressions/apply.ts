import { JUDGEMENTS } from '@pageref/shared';
import type {
  Finding,
  JudgedFinding,
  JudgedSummary,
  JudgementVerdict,
  NotAnalysed,
  PlacedJudgement,
  RuleFailure,
  SuppressedFinding,
  UnreadableFile,
} from '@pageref/shared';

/** The judgements of one file. */
export interface JudgedFile {
  /** Absolute path. */
  readonly path: string;
  /** As a person would write it. */
  readonly shown: string;
  /** It was given with --baseline. */
  readonly baseline: boolean;
  readonly judgements: readonly PlacedJudgement[];
}

/** The judgements that count in a run. */
export interface Judging {
  readonly files: readonly JudgedFile[];
  /** Whether the run would have found the finding, were it there. */
  readonly looked: (judgement: JudgedFinding) => boolean;
}

/** What judgements make of findings. */
export interface Applied {
  readonly open: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly summary: JudgedSummary;
}

type Suppression = Omit<SuppressedFinding, 'finding'>;

/**
 * Tells findings that somebody has judged from the others; both stay in their order.
 * @param undecided what is not told of anyhow: judgements of these are in use
 */
export function applyJudgements(
  findings: readonly Finding[],
  { files, looked }: Judging,
  undecided: readonly Finding[] = [],
): Applied {
  const byKey = suppressions(files);
  const open: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const finding of findings) {
    const found = byKey.get(judgementKey(finding));
    if (found) suppressed.push({ finding, ...found });
    else open.push(finding);
  }
  const used = new Set([...suppressed.map(({ finding }) => finding), ...undecided].map(judgementKey));
  return {
    open,
    suppressed,
    summary: {
      files: files.map(({ shown, judgements, baseline }) => ({ path: shown, judgements: judgements.length, baseline })),
      suppressed: suppressed.length,
      byVerdict: countVerdicts(suppressed),
      unused: files
        .flatMap(({ judgements }) => judgements)
        .filter(({ judgement }) => !used.has(judgementKey(judgement)) && looked(judgement)),
    },
  };
}

/** The fingerprint has all of it; the words beside it are for people, and a line whose words were changed speaks of nothing. */
export function judgementKey(one: Omit<JudgedFinding, 'verdict' | 'reason'>): string {
  return [one.rule, one.path, one.function, one.fingerprint].join('\0');
}

function suppressions(files: readonly JudgedFile[]): ReadonlyMap<string, Suppression> {
  const byKey = new Map<string, Suppression>();
  for (const { baseline, judgements } of files) {
    for (const by of judgements) {
      const key = judgementKey(by.judgement);
      const before = byKey.get(key);
      // What somebody says of a finding in the tree says more than that it was there once.
      byKey.set(key, {
        by: before && baseline ? before.by : by,
        inBaseline: baseline || (before?.inBaseline ?? false),
      });
    }
  }
  return byKey;
}

function countVerdicts(suppressed: readonly SuppressedFinding[]): Record<JudgementVerdict, number> {
  return Object.fromEntries(
    JUDGEMENTS.map((verdict) => [verdict, suppressed.filter(({ by }) => by.judgement.verdict === verdict).length]),
  ) as Record<JudgementVerdict, number>;
}

/** What a run has looked at, and where it could not look. */
interface Run {
  /** Only these files; all of the tree where it is undefined. */
  readonly files: readonly string[] | undefined;
  readonly rules: readonly string[];
  readonly failures: readonly RuleFailure[];
  readonly unreadable: readonly UnreadableFile[];
  readonly notAnalysed: readonly NotAnalysed[];
}

/**
 * A finding of a function that could not be read is not gone, one in a part of a tree can rest on what stands in another
 * part, and outside of functions and macros, where editors look too, a check does not look.
 */
export function lookedAt({ files, rules, failures, unreadable, notAnalysed }: Run): Judging['looked'] {
  return ({ rule, path, function: name }) =>
    files === undefined &&
    name !== '-' &&
    rules.includes(rule) &&
    !failures.some((one) => one.rule === rule && one.path === path) &&
    !unreadable.some((one) => one.path === path) &&
    !notAnalysed.some((one) => one.path === path && one.function === name);
}
