import { byPlace, countSites, needsCare } from '@pageref/shared';
import type { AuditReport, AuditSummary, Release, Site, SiteInRelease, SuppressedSite, Writer } from '@pageref/shared';
import type { TreeOptions } from '../project/options.js';
import { inEachRelease } from './each-release.js';
import type { AskOfRelease, InRelease } from './each-release.js';
import { filesOf, functionsOf, judgedOf } from './joint-coverage.js';

type AuditOf = InRelease<AuditReport>;

/**
 * An audit by several releases: one run for each over files that are read once, and one report of all, in which a mention stands
 * once, as the newest release that needs care for it says, with what each release makes of it. Throws CannotRun where nothing can
 * be done.
 * @param releases two or more, none twice
 * @param ask the audit by one of them
 */
export async function auditReleases(
  releases: readonly Release[],
  options: Pick<TreeOptions, 'cache'>,
  ask: AskOfRelease<AuditReport>,
): Promise<AuditReport> {
  const reports = await inEachRelease(releases, options, ask);
  const newest = (reports.at(-1) as AuditOf).report;
  const sites = inAll(reports);
  const suppressed = silentInAll(reports, sites);
  return {
    ...newest,
    release: null,
    releases: reports.map(({ release, report: { summary } }) => {
      const { mentions, tests, byVerdict, byImpact } = summary;
      return { release, mentions, tests, byVerdict, byImpact };
    }),
    sites,
    ...(newest.suppressed && { suppressed }),
    writers: writersOf(reports),
    summary: summaryOf(reports, newest.summary, sites, suppressed),
  };
}

/** The mentions of all releases, each once, in the order of the text. */
function inAll(reports: readonly AuditOf[]): readonly Site[] {
  const found = new Map<string, { readonly one: Site; readonly releases: readonly SiteInRelease[] }>();
  for (const { release, report } of reports) {
    for (const site of report.sites) {
      const key = keyOf(site);
      const before = found.get(key);
      const { verdict, impact, confidence } = site;
      const one = before && needsCare(before.one) && !needsCare(site) ? before.one : site;
      found.set(key, { one, releases: [...(before?.releases ?? []), { release, verdict, impact, confidence }] });
    }
  }
  return [...found.values()].map(({ one, releases }) => ({ ...one, releases })).sort(byPlace);
}

function keyOf({ path, line, column, form }: Site): string {
  return JSON.stringify([path, line, column, form]);
}

/** What somebody has judged in every release that has it. */
function silentInAll(reports: readonly AuditOf[], sites: readonly Site[]): readonly SuppressedSite[] {
  const told = new Set(sites.map(keyOf));
  const found = new Map<string, SuppressedSite>();
  for (const { report } of reports) for (const one of report.suppressed ?? []) found.set(keyOf(one.site), one);
  return [...found].filter(([key]) => !told.has(key)).map(([, one]) => one);
}

function writersOf(reports: readonly AuditOf[]): readonly Writer[] {
  const found = new Map<string, Writer>();
  for (const { report } of reports)
    for (const one of report.writers) found.set(JSON.stringify([one.path, one.line, one.column, one.name]), one);
  return [...found.values()].sort(byPlace);
}

/** Figures of the mentions in the report, those by subsystem as of the newest release. */
function summaryOf(
  reports: readonly AuditOf[],
  newest: AuditSummary,
  sites: readonly Site[],
  suppressed: readonly SuppressedSite[],
): AuditSummary {
  const names = reports.map(({ release }) => release).join(', ');
  const { bySubsystem: _newest, ...counts } = countSites(sites, []);
  const summaries = reports.map(({ report }) => report.summary);
  const all = summaries.flatMap(({ judged }) => judged ?? []);
  const judged = all.length > 0 ? { judged: judgedOf(all, suppressed) } : {};
  const coverage = { functions: functionsOf(summaries), files: filesOf(summaries) };
  return {
    ...newest,
    ...counts,
    ...coverage,
    ...judged,
    release: { value: null, detected: `judged by ${names}, given with --kernel` },
  };
}
