import {
  VERDICT_TEXTS,
  type AuditReport,
  type AuditSummary,
  type NotAnalysed,
  type Site,
  type UnreadableFile,
} from '@pageref/shared';
import { plain, type Paint, type Style } from '../paint.js';
import {
  analysedText,
  countOf,
  filesText,
  oneLine,
  placeText,
  releaseText,
  sectionsOf,
  userModelText,
  verdictCounts,
  verdictLabel,
  writerText,
  type Section,
} from '../common.js';

export interface TextOptions {
  /** Also related places, arches, unreadable files and the functions that were not analysed. */
  readonly verbose: boolean;
  readonly paint: Paint;
}

/** The report for a person at a terminal; every site is one line that starts with a clickable place. */
export function auditText(report: AuditReport, options: TextOptions = { verbose: false, paint: plain }): string {
  const blocks = [
    ...sectionsOf(report.sites).map((section) => sectionText(section, options)),
    writersText(report, options),
    whatIfText(report, options),
    summaryText(report, options),
    coverageLists(report.summary, options.verbose),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function sectionText(section: Section, options: TextOptions): string[] {
  const title = `${verdictLabel(section)}: ${countOf(section.sites.length, 'site')}`;
  return [options.paint('bold', title), ...section.sites.flatMap((site) => siteLines(site, options))];
}

function siteLines(site: Site, { verbose, paint }: TextOptions): string[] {
  const details = [site.impact, site.confidence].filter((word) => word !== null).join(', ');
  const verdict = paint(styleOf(site), site.verdict);
  const head = `${placeText(site)}: ${oneLine(site.function)}: ${verdict} (${details}): `;
  const lines = [`${head}${oneLine(site.reason.text)} ${paint('dim', `[${oneLine(site.reason.contract)}]`)}`];
  if (site.consequence !== '') lines.push(`    ${oneLine(site.consequence)}`);
  return verbose ? [...lines, ...relatedLines(site), ...callLines(site)] : [...lines, ...callCount(site)];
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
  if (!VERDICT_TEXTS[verdict].needsCare) return 'green';
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
    (site) => `${placeText(site)}: ${oneLine(site.function)}: ${site.verdict}: ${oneLine(site.change)}`,
  );
  return [paint('bold', title), ...lines];
}

function summaryText(report: AuditReport, options: TextOptions): string[] {
  const { summary } = report;
  return [
    options.paint('bold', `summary of ${oneLine(report.root)}`),
    row('release', releaseText(summary.release)),
    ...userModelRows(summary),
    row('mentions', `${summary.mentions}, ${countOf(summary.tests, 'test')} among them`),
    ...verdictCounts(summary).map(({ verdict, text }) => row(`  ${verdict}`, text)),
    ...subsystemRows(summary),
    ...coverageRows(summary, options.verbose),
    ...(options.verbose ? archRows(summary) : []),
  ];
}

export function userModelRows(summary: Pick<AuditSummary, 'userModel'>): string[] {
  const text = userModelText(summary);
  return text === undefined ? [] : [row('user model', text)];
}

function subsystemRows({ bySubsystem }: AuditSummary): string[] {
  if (bySubsystem.length === 0) return [];
  const rows = bySubsystem.map(({ subsystem, mentions, needs }) =>
    row(`  ${oneLine(subsystem)}`, needs > 0 ? `${mentions}, ${needs} of them needs-zone-device` : String(mentions)),
  );
  return ['  by subsystem', ...rows];
}

/** How much of the tree the figures speak of; the same for `audit` and `uses`. */
export function coverageRows(
  { functions, files }: Pick<AuditSummary, 'functions' | 'files'>,
  verbose: boolean,
): string[] {
  const rows = [row('functions analysed', analysedText(functions)), row('files', filesText(files))];
  const missing = functions.notAnalysed.length;
  if (missing === 0) return rows;
  return [...rows, row('not analysed', `${countOf(missing, 'function')}${verbose ? '' : ' (--verbose lists them)'}`)];
}

/** What the figures do not speak of, one line each; only with --verbose. */
export function coverageLists(
  { functions, files }: Pick<AuditSummary, 'functions' | 'files'>,
  verbose: boolean,
): string[] {
  if (!verbose) return [];
  return [
    ...functions.notAnalysed.map(notAnalysedLine),
    ...files.unreadable.map(unreadableLine),
    ...(files.inPart ?? []).map(({ path, why }) => `${oneLine(path)}: read in part: ${oneLine(why)}`),
  ];
}

export function notAnalysedLine(place: NotAnalysed): string {
  return `${placeText(place)}: ${oneLine(place.function)}: not analysed: ${oneLine(place.why)}`;
}

export function unreadableLine({ path, why }: UnreadableFile): string {
  return `${oneLine(path)}: not read: ${oneLine(why)}`;
}

function archRows({ arches }: AuditSummary): string[] {
  if (arches.length === 0) return [];
  const rows = arches.map(({ arch, zoneDevice, why }) =>
    row(`  ${oneLine(arch)}`, `${zoneDevice ? 'yes' : 'no'}: ${oneLine(why)}`),
  );
  return ['  ZONE_DEVICE by arch', ...rows];
}

/** A label and its value, values in one column. */
export function row(label: string, value: string): string {
  return `  ${label.padEnd(24)} ${value}`;
}
