import { SUPPRESSION_VERDICTS, RULE_RESERVED } from '@pageref/shared';
import type {
  Finding,
  Suppression,
  SuppressionSummary,
  SuppressionVerdict,
  NotAnalysed,
  PlacedSuppression,
  RuleFailure,
  Site,
  SuppressedFinding,
  SuppressedSite,
  SuppressedBy,
  UnreadableFile,
} from '@pageref/shared';

/** The judgements of one file. */
export interface SuppressionFile {
  /** Absolute path. */
  readonly path: string;
  /** As a person would write it. */
  readonly shown: string;
  /** It was given with --baseline. */
  readonly baseline: boolean;
  readonly suppressions: readonly PlacedSuppression[];
}

/** The judgements that count in a run. */
export interface Suppressing {
  readonly files: readonly SuppressionFile[];
  /** Whether the run would have found the finding, were it there. */
  readonly looked: (suppression: Suppression) => boolean;
}

/** What judgements make of findings. */
export interface Applied {
  readonly open: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly summary: SuppressionSummary;
}

/**
 * Tells findings that somebody has judged from the others; both stay in their order.
 * @param undecided what is not told of anyhow: judgements of these are in use
 */
export function applySuppressions(
  findings: readonly Finding[],
  judging: Suppressing,
  undecided: readonly Finding[] = [],
): Applied {
  const { open, silent, summary } = sortOut(findings, suppressionKey, judging, undecided);
  return { open, suppressed: silent.map(({ one: finding, ...by }) => ({ finding, ...by })), summary };
}

/** The same of the mentions of the reserved bit. */
export function applyToSites(
  sites: readonly Site[],
  judging: Suppressing,
): {
  readonly open: readonly Site[];
  readonly suppressed: readonly SuppressedSite[];
  readonly summary: SuppressionSummary;
} {
  const { open, silent, summary } = sortOut(sites, siteKey, judging);
  return { open, suppressed: silent.map(({ one: site, ...by }) => ({ site, ...by })), summary };
}

interface SortedOut<T> {
  readonly open: readonly T[];
  readonly silent: readonly (SuppressedBy & { readonly one: T })[];
  readonly summary: SuppressionSummary;
}

function sortOut<T>(
  found: readonly T[],
  keyOf: (one: T) => string,
  { files, looked }: Suppressing,
  alsoUsed: readonly T[] = [],
): SortedOut<T> {
  const byKey = suppressions(files);
  const open: T[] = [];
  const silent: (SuppressedBy & { readonly one: T })[] = [];
  for (const one of found) {
    const known = byKey.get(keyOf(one));
    if (known) silent.push({ one, ...known });
    else open.push(one);
  }
  const used = new Set([...silent.map(({ one }) => one), ...alsoUsed].map(keyOf));
  return {
    open,
    silent,
    summary: {
      files: files.map(({ shown, suppressions, baseline }) => ({
        path: shown,
        judgements: suppressions.length,
        baseline,
      })),
      suppressed: silent.length,
      byVerdict: countVerdicts(silent),
      unused: files
        .flatMap(({ suppressions }) => suppressions)
        .filter(({ suppression }) => !used.has(suppressionKey(suppression)) && looked(suppression)),
    },
  };
}

/**
 * What makes a line of the file speak of a finding. The fingerprint alone would do; the rule, path and function beside it are for
 * people, and a line in which somebody changed them must not silence anything.
 */
export function suppressionKey(one: Omit<Suppression, 'verdict' | 'reason'>): string {
  return [one.rule, one.path, one.function, one.fingerprint].join('\0');
}

/** What a mention of the reserved bit is judged by; one that is no finding is never judged. */
function siteKey({ path, function: name, fingerprint }: Pick<Site, 'path' | 'function' | 'fingerprint'>): string {
  return suppressionKey({ rule: RULE_RESERVED, path, function: name, fingerprint });
}

/** True where somebody has judged what is found at a test of the reserved bit, or a finding of another rule. */
export function isSilent(
  files: readonly SuppressionFile[],
  one: Pick<Site, 'path' | 'function' | 'fingerprint'> | Pick<Finding, 'rule' | 'path' | 'function' | 'fingerprint'>,
): boolean {
  const key = 'rule' in one ? suppressionKey(one) : siteKey(one);
  return files.some(({ suppressions }) => suppressions.some(({ suppression }) => suppressionKey(suppression) === key));
}

function suppressions(files: readonly SuppressionFile[]): ReadonlyMap<string, SuppressedBy> {
  const byKey = new Map<string, SuppressedBy>();
  for (const { baseline, suppressions: judgements } of files) {
    for (const by of judgements) {
      const key = suppressionKey(by.suppression);
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

function countVerdicts(suppressed: readonly SuppressedBy[]): Record<SuppressionVerdict, number> {
  return Object.fromEntries(
    SUPPRESSION_VERDICTS.map((verdict) => [
      verdict,
      suppressed.filter(({ by }) => by.suppression.verdict === verdict).length,
    ]),
  ) as Record<SuppressionVerdict, number>;
}

/** What a run has looked at, and where it could not look. */
interface SuppressionRun {
  /** Only these files; all of the tree where it is undefined. */
  readonly files: readonly string[] | undefined;
  readonly rules: readonly string[];
  readonly failures: readonly RuleFailure[];
  readonly unreadable: readonly UnreadableFile[];
  readonly notAnalysed: readonly NotAnalysed[];
}

/**
 * A line is only called out of use where the run would have seen its finding: not in a function that could not be read, not
 * in a part of the tree where the finding can rest on another part, and not outside of functions and macros, where editors
 * look and a check does not.
 */
export function lookedAt({ files, rules, failures, unreadable, notAnalysed }: SuppressionRun): Suppressing['looked'] {
  return ({ rule, path, function: name }) =>
    files === undefined &&
    name !== '-' &&
    rules.includes(rule) &&
    !failures.some((one) => one.rule === rule && one.path === path) &&
    !unreadable.some((one) => one.path === path) &&
    !notAnalysed.some((one) => one.path === path && one.function === name);
}
