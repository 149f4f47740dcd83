import { byPlace, FINDING_SEVERITIES, severityCounts } from '@pageref/shared';
import type {
  CheckedRelease,
  CheckReport,
  CheckSummary,
  Finding,
  FindingInRelease,
  Release,
  SuppressedFinding,
} from '@pageref/shared';
import type { TreeOptions } from '../project/options.js';
import { inEachRelease } from './each-release.js';
import type { AskOfRelease, InRelease } from './each-release.js';
import { distinct, filesOf, functionsOf, judgedOf } from './joint-coverage.js';

/**
 * A check by several releases: one run for each over files that are read once, and one report of all, in which a finding
 * stands once with the releases that have it. Throws CannotRun where nothing can be done.
 * @param releases two or more, none twice
 * @param ask the check by one of them
 */
export async function checkReleases(
  releases: readonly Release[],
  options: Pick<TreeOptions, 'cache'>,
  ask: AskOfRelease<CheckReport>,
): Promise<CheckReport> {
  return together(await inEachRelease(releases, options, ask));
}

type CheckOf = InRelease<CheckReport>;

/** Oldest release first: what they say in common is said as by the newest. */
function together(reports: readonly CheckOf[]): CheckReport {
  const newest = (reports.at(-1) as CheckOf).report;
  const findings = inAll(reports, ({ findings: some }) => some).map(({ one, ofRelease }): Finding => ({
    ...one,
    severity: worst(ofRelease),
    releases: ofRelease,
  }));
  const suppressed = silentInAll(reports);
  return {
    ...newest,
    release: null,
    releases: reports.map(releaseOf),
    findings,
    suppressed,
    summary: summaryOf(reports, newest, findings, suppressed),
  };
}

function releaseOf({ release, report: { summary } }: CheckOf): CheckedRelease {
  const { findings, bySeverity, functions } = summary;
  const { mentioning, analysed } = functions;
  return { release, findings, bySeverity, functions: { mentioning, analysed } };
}

interface Gathered {
  /** As the newest release has it. */
  readonly one: Finding;
  readonly ofRelease: readonly FindingInRelease[];
}

/** Findings of all releases, each once, by place: the text is the same, so its lines tell which are one. */
function inAll(reports: readonly CheckOf[], listed: (report: CheckReport) => readonly Finding[]): Gathered[] {
  const found = new Map<string, Gathered>();
  for (const { release, report } of reports) {
    const counts = new Map<string, number>();
    for (const one of listed(report)) {
      const place = placeKey(one);
      const ordinal = counts.get(place) ?? 0;
      counts.set(place, ordinal + 1);
      const key = `${place} ${ordinal}`;
      const { severity, impact, message } = one;
      const before = found.get(key)?.ofRelease ?? [];
      found.set(key, { one, ofRelease: [...before, { release, severity, impact, message }] });
    }
  }
  return [...found.values()].sort((a, b) => byPlace(a.one, b.one));
}

function placeKey({ path, line, column, rule, function: name, wrapper, related: [first] }: Finding): string {
  // Two pages that leave by one statement are told apart by where they were taken.
  const taken = rule === 'get-without-put' ? `${first?.line ?? 0}:${first?.column ?? 0}` : '';
  return JSON.stringify([path, line, column, rule, name, wrapper, taken]);
}

function worst(ofRelease: readonly FindingInRelease[]): Finding['severity'] {
  const found = FINDING_SEVERITIES.find((level) => ofRelease.some(({ severity }) => severity === level));
  return found ?? 'information';
}

/** What is silent in every release that has it; where one tells of it, it is among the findings. */
function silentInAll(reports: readonly CheckOf[]): readonly SuppressedFinding[] {
  const told = new Set(reports.flatMap(({ report }) => report.findings.map(placeKey)));
  const found = new Map<string, SuppressedFinding>();
  for (const { report } of reports) for (const one of report.suppressed) found.set(placeKey(one.finding), one);
  return [...found].filter(([key]) => !told.has(key)).map(([, one]) => one);
}

function summaryOf(
  reports: readonly CheckOf[],
  newest: CheckReport,
  findings: readonly Finding[],
  suppressed: readonly SuppressedFinding[],
): CheckSummary {
  const summaries = reports.map(({ report }) => report.summary);
  const releases = reports.map(({ release }) => release).join(', ');
  return {
    ...newest.summary,
    findings: findings.length,
    bySeverity: severityCounts(findings),
    byRule: newest.summary.byRule.map(({ rule }) => {
      const mine = findings.filter((one) => one.rule === rule);
      return { rule, findings: mine.length, bySeverity: severityCounts(mine) };
    }),
    functions: functionsOf(summaries),
    files: filesOf(summaries),
    release: { value: null, detected: `judged by ${releases}, given with --kernel` },
    judged: judgedOf(
      summaries.map(({ judged }) => judged),
      suppressed,
    ),
    failures: distinct(summaries.flatMap(({ failures }) => failures)),
  };
}
