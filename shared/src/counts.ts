import { VERDICTS } from './finding.js';
import type { AuditSummary, NotAnalysed, Site, Verdict } from './finding.js';
import { compareTexts } from './order.js';
import type { AuditedFile } from './protocol.js';
import { needsCare } from './site-classes.js';

/** The figures of a report that follow from its sites: the server counts a whole audit, an editor one it has put together. */
export function countSites(
  sites: readonly Site[],
  files: readonly AuditedFile[],
): Pick<AuditSummary, 'mentions' | 'tests' | 'byVerdict' | 'byImpact' | 'bySubsystem'> {
  const byVerdict = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const site of sites) byVerdict[site.verdict]++;
  const count = (impact: string): number => sites.filter((site) => site.impact === impact).length;
  return {
    mentions: sites.length,
    tests: sites.filter((site) => site.kind === 'test').length,
    byVerdict,
    byImpact: { 'wrong-today': count('wrong-today'), 'right-by-accident': count('right-by-accident') },
    bySubsystem: countSubsystems(sites, files),
  };
}

/** Those with most to do first, then those with most mentions, then by name. */
function countSubsystems(sites: readonly Site[], files: readonly AuditedFile[]): AuditSummary['bySubsystem'] {
  const subsystems = new Map(files.map(({ path, subsystem }) => [path, subsystem]));
  const counts = new Map<string, { mentions: number; needs: number; care: number }>();
  for (const site of sites) {
    const subsystem = subsystems.get(site.path) ?? '';
    const count = counts.get(subsystem) ?? { mentions: 0, needs: 0, care: 0 };
    count.mentions++;
    if (site.verdict === 'needs-zone-device') count.needs++;
    if (needsCare(site)) count.care++;
    counts.set(subsystem, count);
  }
  return [...counts]
    .map(([subsystem, count]) => ({ subsystem, ...count }))
    .sort(
      (a, b) =>
        b.care - a.care || b.needs - a.needs || b.mentions - a.mentions || compareTexts(a.subsystem, b.subsystem),
    );
}

/** @param notAnalysed in the order it is to be shown */
export function countFunctions(
  files: readonly AuditedFile[],
  notAnalysed: readonly NotAnalysed[],
): AuditSummary['functions'] {
  const mentioning = files.reduce((sum, { functions }) => sum + functions, 0);
  return { mentioning, analysed: mentioning - notAnalysed.length, notAnalysed };
}
