import { byPlace } from '@pageref/shared';
import type {
  CheckSummary,
  NotAnalysed,
  SuppressedFinding,
  SuppressionSummary,
  VersionArmCounts,
} from '@pageref/shared';
import { hasArms } from './coverage.js';

/** What several runs over the same files have looked at and left out, together. */

type Covered = Pick<CheckSummary, 'functions' | 'files'>;

/** Figures of the release in which the most functions were left out, and what was left out in any. */
export function functionsOf(summaries: readonly Covered[]): Covered['functions'] {
  const left = distinct(summaries.flatMap(({ functions }) => functions.notAnalysed)).sort(byPlace);
  const notAnalysed = left.filter((one, at) => left.findIndex((other) => isSameFunction(one, other)) === at);
  const mentioning = Math.max(notAnalysed.length, ...summaries.map(({ functions }) => functions.mentioning));
  return { mentioning, analysed: mentioning - notAnalysed.length, notAnalysed };
}

function isSameFunction(a: NotAnalysed, b: NotAnalysed): boolean {
  return a.path === b.path && a.line === b.line && a.column === b.column;
}

/** What was read, as of the last one, with what any of them could not read. */
export function filesOf(summaries: readonly Covered[]): Covered['files'] {
  const [summary] = summaries.slice(-1);
  const most = (of: keyof VersionArmCounts): number =>
    Math.max(...summaries.map(({ files }) => files.versionArms?.[of] ?? 0));
  const builds = most('builds');
  const arms = { others: most('others'), ...(builds > 0 && { builds }), undecided: most('undecided') };
  return {
    ...(summary as Covered).files,
    walked: Math.max(...summaries.map(({ files }) => files.walked)),
    read: Math.max(...summaries.map(({ files }) => files.read)),
    unreadable: distinct(summaries.flatMap(({ files }) => files.unreadable)),
    ...(hasArms(arms) && { versionArms: arms }),
  };
}

export function distinct<T>(all: readonly T[]): T[] {
  const found = new Map(all.map((one) => [JSON.stringify(one), one]));
  return [...found.values()];
}

/**
 * What judgements did in all runs together: one is out of use where no run has what it is about.
 * @param all of one run each, the last one for what they have in common
 * @param suppressed what is silent in every run that has it
 */
export function judgedOf(
  all: readonly SuppressionSummary[],
  suppressed: readonly Pick<SuppressedFinding, 'by'>[],
): SuppressionSummary {
  const last = all.at(-1) as SuppressionSummary;
  const unused = last.unused.filter((one) => all.every((other) => other.unused.some((two) => isSame(one, two))));
  const count = (verdict: string): number => suppressed.filter(({ by }) => by.suppression.verdict === verdict).length;
  const byVerdict = Object.fromEntries(Object.keys(last.byVerdict).map((verdict) => [verdict, count(verdict)]));
  return {
    ...last,
    suppressed: suppressed.length,
    byVerdict: byVerdict as SuppressionSummary['byVerdict'],
    unused,
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
