import { needsCare, RULE_RESERVED, siteClass, VERDICT_TEXTS } from '@pageref/shared';
import type { AuditReport, AuditSummary, Site, SiteInRelease } from '@pageref/shared';
import { plain, type Style } from '../paint.js';
import { listOfReleases, tableOf } from '../release-table.js';
import {
  countOf,
  oneLine,
  placeText,
  releaseText,
  sectionsOf,
  classCounts,
  writerText,
  type Section,
} from '../common.js';
import {
  coverageLists,
  coverageRows,
  suppressionRows,
  row,
  suppressedLine,
  unusedLine,
  userModelRows,
  type TextOptions,
} from '../text-rows.js';

/** The report for a person at a terminal; every site is one line that starts with a clickable place. */
export function auditText(report: AuditReport, options: TextOptions = { verbose: false, paint: plain }): string {
  const blocks = [
    ...sectionsOf(report.sites).map((section) => sectionText(section, options)),
    writersText(report, options),
    whatIfText(report, options),
    releaseTable(report, options),
    options.verbose ? suppressedLines(report) : [],
    summaryText(report, options),
    (report.summary.judged?.unused ?? []).map(unusedLine),
    coverageLists(report.summary, options.verbose),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function sectionText(section: Section, options: TextOptions): string[] {
  const title = `${section.of.label}: ${countOf(section.sites.length, 'site')}`;
  return [options.paint('bold', title), ...section.sites.flatMap((site) => siteLines(site, options))];
}

function siteLines(site: Site, { verbose, paint }: TextOptions): string[] {
  const { word, detail } = siteClass(site);
  const details = [detail, site.confidence].filter((one) => one !== null).join(', ');
  const verdict = paint(styleOf(site), word);
  const head = `${placeText(site)}: ${oneLine(site.function)}: ${verdict} (${details}): `;
  const lines = [`${head}${oneLine(site.reason.text)} ${paint('dim', `[${oneLine(site.reason.contract)}]`)}`];
  if (site.consequence !== '') lines.push(`    ${oneLine(site.consequence)}`);
  lines.push(...releaseLines(site));
  return verbose ? [...lines, ...relatedLines(site), ...callLines(site)] : [...lines, ...callCount(site)];
}

/** The releases that have it, by what they make of it. */
function releaseLines({ releases = [] }: Site): string[] {
  const words = [...new Set(releases.map(wordOf))];
  return words.map((word) => {
    const of = releases.filter((one) => wordOf(one) === word).map(({ release }) => release);
    return `    ${word} in ${listOfReleases(of)}`;
  });
}

/** What a release makes of a site: the impact says more than the verdict that it comes with. */
function wordOf({ verdict, impact }: SiteInRelease): string {
  return impact ?? verdict;
}

/** What each release makes of the sites that need care in one of them, or a dash where it has none there. */
function releaseTable({ sites, releases = [] }: AuditReport, { paint }: TextOptions): string[] {
  const shown = sites.filter((site) => site.releases?.some(needsCare));
  if (releases.length === 0 || shown.length === 0) return [];
  const names = releases.map(({ release }) => release);
  const rows = shown.map((site) => ({
    place: oneLine(`${site.path}:${site.line} ${site.function}`),
    cells: names.map((release) => {
      const found = site.releases?.find((one) => one.release === release);
      return found ? wordOf(found) : '-';
    }),
  }));
  const title = countOf(shown.length, 'site that needs care', 'sites that need care');
  return [paint('bold', `${title}, by release`), ...tableOf(names, rows)];
}

/** Who asks for the answer of the test, in a line; with --verbose one line each. */
function callCount(site: Site): string[] {
  const calls = site.calls ?? [];
  if (calls.length === 0 || !VERDICT_TEXTS[site.verdict].needsCare) return [];
  const wrappers = [...new Set(calls.map(({ wrapper }) => `${oneLine(wrapper)}()`))].join(', ');
  return [`    Its answer is asked for at ${countOf(calls.length, 'place')} through ${wrappers}.`];
}

function callLines({ calls = [] }: Site): string[] {
  return calls.map(
    (call) => `    ${placeText(call)}: ${oneLine(call.function)} calls ${oneLine(call.wrapper)}() (${call.role})`,
  );
}

function relatedLines({ reason, related }: Site): string[] {
  const decided = `    decided at ${oneLine(`${reason.path}:${reason.line}`)}`;
  return [decided, ...related.map((place) => `    ${placeText(place)}: ${oneLine(place.text)}`)];
}

function styleOf({ verdict, impact }: Site): Style {
  if (!needsCare({ verdict, impact })) return 'green';
  return impact === 'wrong-today' ? 'red' : 'yellow';
}

function writersText({ writers }: AuditReport, { paint }: TextOptions): string[] {
  if (writers.length === 0) return [];
  const lines = writers.map(
    (writer) => `${placeText(writer)}: ${oneLine(writer.function)}: ${oneLine(writer.name)} ${writerText(writer)}`,
  );
  return [paint('bold', `writers of the bit: ${countOf(writers.length, 'place')}`), ...lines];
}

function whatIfText({ whatIf }: AuditReport, { paint }: TextOptions): string[] {
  if (whatIf === undefined) return [];
  const title = `if ZONE_DEVICE pages lose PG_reserved: ${countOf(whatIf.length, 'site changes', 'sites change')}`;
  const lines = whatIf.map(
    (site) => `${placeText(site)}: ${oneLine(site.function)}: ${siteClass(site).label}: ${oneLine(site.change)}`,
  );
  return [paint('bold', title), ...lines];
}

function suppressedLines({ suppressed = [] }: AuditReport): string[] {
  return suppressed.map((one) => suppressedLine({ ...one.site, rule: RULE_RESERVED }, one));
}

function summaryText(report: AuditReport, options: TextOptions): string[] {
  const { summary } = report;
  return [
    options.paint('bold', `summary of ${oneLine(report.root)}`),
    row(report.releases ? 'releases' : 'release', releasesText(report)),
    ...userModelRows(summary),
    row('mentions', `${summary.mentions}, ${countOf(summary.tests, 'test')} among them`),
    ...classCounts(summary).map(({ of, count }) =>
      row(`  ${of.word}`, of.detail === null ? String(count) : `${count}, ${of.detail}`),
    ),
    ...subsystemRows(summary),
    ...(summary.judged ? suppressionRows(summary.judged) : []),
    ...coverageRows(summary, options.verbose),
    ...(options.verbose ? archRows(summary) : []),
  ];
}

function releasesText({ releases, summary }: AuditReport): string {
  return releases ? summary.release.detected : releaseText(summary.release);
}

function subsystemRows({ bySubsystem }: AuditSummary): string[] {
  if (bySubsystem.length === 0) return [];
  const rows = bySubsystem.map(({ subsystem, mentions, care }) =>
    row(`  ${oneLine(subsystem)}`, care > 0 ? `${mentions}, ${careText(care)}` : String(mentions)),
  );
  return ['  by subsystem', ...rows];
}

function careText(count: number): string {
  return `${count} ${count === 1 ? 'needs' : 'need'} care`;
}

function archRows({ arches }: AuditSummary): string[] {
  if (arches.length === 0) return [];
  const rows = arches.map(({ arch, zoneDevice, why }) =>
    row(`  ${oneLine(arch)}`, `${zoneDevice ? 'yes' : 'no'}: ${oneLine(why)}`),
  );
  return ['  ZONE_DEVICE by arch', ...rows];
}
