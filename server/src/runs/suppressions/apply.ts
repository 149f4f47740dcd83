import { JUDGEMENTS, RULE_RESERVED } from '@pageref/shared';
import type {
  Finding,
  JudgedFinding,
  JudgedSummary,
  JudgementVerdict,
  NotAnalysed,
  PlacedJudgement,
  RuleFailure,
  Site,
  SuppressedFinding,
  SuppressedSite,
  Suppression,
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

/**
 * Tells findings that somebody has judged from the others; both stay in their order.
 * @param undecided what is not told of anyhow: judgements of these are in use
 */
export function applyJudgements(
  findings: readonly Finding[],
  judging: Judging,
  undecided: readonly Finding[] = [],
): Applied {
  const { open, silent, summary } = sortOut(findings, judgementKey, judging, undecided);
  return { open, suppressed: silent.map(({ one: finding, ...by }) => ({ finding, ...by })), summary };
}

/** The same of the mentions of the reserved bit. */
export function applyToSites(
  sites: readonly Site[],
  judging: Judging,
): {
  readonly open: readonly Site[];
  readonly suppressed: readonly SuppressedSite[];
  readonly summary: JudgedSummary;
} {
  const { open, silent, summary } = sortOut(sites, siteKey, judging);
  return { open, suppressed: silent.map(({ one: site, ...by }) => ({ site, ...by })), summary };
}

interface SortedOut<T> {
  readonly open: readonly T[];
  readonly silent: readonly (Suppression & { readonly one: T })[];
  readonly summary: JudgedSummary;
}

function sortOut<T>(
  found: readonly T[],
  keyOf: (one: T) => string,
  { files, looked }: Judging,
  alsoUsed: readonly T[] = [],
): SortedOut<T> {
  const byKey = suppressions(files);
  const open: T[] = [];
  const silent: (Suppression & { readonly one: T })[] = [];
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
      files: files.map(({ shown, judgements, baseline }) => ({ path: shown, judgements: judgements.length, baseline })),
      suppressed: silent.length,
      byVerdict: countVerdicts(silent),
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

/** What a mention of the reserved bit is judged by; one that is no finding is never judged. */
function siteKey({ path, function: name, fingerprint }: Pick<Site, 'path' | 'function' | 'fingerprint'>): string {
  return judgementKey({ rule: RULE_RESERVED, path, function: name, fingerprint });
}

/** True where somebody has judged what is found at a test of the reserved bit. */
export function isSilent(files: readonly JudgedFile[], site: Pick<Site, 'path' | 'function' | 'fingerprint'>): boolean {
  const key = siteKey(site);
  return files.some(({ judgements }) => judgements.some(({ judgement }) => judgementKey(judgement) === key));
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

function countVerdicts(suppressed: readonly Suppression[]): Record<JudgementVerdict, number> {
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
