import { byPlace } from '@pageref/shared';
import type { CheckSummary, NotAnalysed, VersionArmCounts } from '@pageref/shared';
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
