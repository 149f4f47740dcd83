import type { CheckReport, CheckSummary, Finding, FindingSeverity, RelatedPlace } from '@pageref/shared';
import { FINDING_SEVERITIES, USER_MODEL_FILE } from '@pageref/shared';
import { analysedText, countOf, oneLine, placeText, releaseText, silentText } from '../common.js';
import { linkedPlace, linkedRules } from '../links.js';
import { plain, type Style } from '../paint.js';
import type { PrintOptions } from '../options.js';
import {
  coverageLists,
  coverageRows,
  suppressionRows,
  row,
  suppressedLine,
  unusedLine,
  userModelRows,
  WIDEST,
  wrap,
} from '../text-rows.js';
import { listOfReleases, tableOf } from '../release-table.js';
import { isProblem } from '../../runs/defects.js';
import { shownDefects } from './defects.js';
import { frameLines } from './frame.js';
import type { Defect, ShownDefects } from './defects.js';
import { inRelease } from './releases.js';

const STYLES: Readonly<Record<FindingSeverity, Style>> = { error: 'red', warning: 'yellow', information: 'green' };

/** How people are told of a severity. */
export const SEVERITY_WORDS: Readonly<Record<FindingSeverity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};

type TextOptions = Omit<PrintOptions, 'cwd'> & Partial<Pick<PrintOptions, 'cwd'>>;

/** What is wrong, by path and line, for a person at a terminal, as compilers show it; each begins with a clickable place. */
export function checkText(report: CheckReport, options: TextOptions = { verbose: false, paint: plain }): string {
  const { summary } = report;
  const { shown = 'problems', summary: amount = options.verbose ? 'full' : 'short' } = options;
  const found = shownDefects(report, shown);
  const blocks = [
    found.defects.flatMap((defect) => defectLines(report.root, defect, options)),
    options.verbose ? report.suppressed.map((one) => suppressedLine(one.finding, one)) : [],
    amount === 'full' ? summaryLines(report, options) : [],
    failureLines(summary),
    releaseTable(report, found),
    amount === 'none' ? [] : summary.judged.unused.map(unusedLine),
    coverageLists(summary, options.verbose),
    amount === 'short' ? runLines(report) : [],
    amount === 'none' ? [] : [lastLine(found, options)],
  ];
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return text.length > 0 ? `${text.join('\n\n')}\n` : '';
}

const INDENT = '    ';

function defectLines(root: string, defect: Defect, options: TextOptions): string[] {
  const { paint, width = WIDEST, links } = options;
  const { head, message, rules, steps, related, calls } = defect;
  const wide = Math.min(Math.max(width, 40), WIDEST);
  const said = `${oneLine(message)} [${rules.join(', ')}]`;
  return [
    ...headLines(root, head, wide, options),
    linkedRules(links, wrap(said, INDENT, wide)),
    ...frameLines(head, { width: wide, paint, style: STYLES[head.severity] }),
    ...releaseLines(head),
    ...[...steps, ...related].map((place) =>
      wrap(`${placeIn(head, place)}: ${oneLine(place.text)}`, `${INDENT}  `, wide),
    ),
    ...callLines(head, calls).map((line) => wrap(line, `${INDENT}  `, wide)),
  ];
}

/** Where it is and how loud; the function in a line of its own where both together are too long. */
function headLines(root: string, head: Finding, wide: number, { paint, links, cwd }: TextOptions): string[] {
  const place = placeText(head);
  const word = SEVERITY_WORDS[head.severity];
  const impact = head.impact === null ? '' : ` (${head.impact})`;
  const where = head.function === '-' ? '' : ` in ${oneLine(head.function)}`;
  const linked = linkedPlace(links, { root, cwd, path: head.path }, place);
  const first = `${linked}: ${paint(STYLES[head.severity], word)}${impact}`;
  const isLong = `${place}: ${word}${impact}${where}`.length > wide;
  return isLong ? [first, `${INDENT}${where.trimStart()}`] : [`${first}${where}`];
}

/** The releases that have it, and what another one calls it. */
function releaseLines({ releases, severity }: Finding): string[] {
  if (!releases) return [];
  const isOther = (level: FindingSeverity): boolean => releases.some((one) => one.severity === level);
  const levels = FINDING_SEVERITIES.filter(isOther);
  const named = (level: FindingSeverity): string =>
    listOfReleases(releases.filter((one) => one.severity === level).map(({ release }) => release));
  const parts = levels.map((level) => `${level === severity ? '' : `${SEVERITY_WORDS[level]} `}in ${named(level)}`);
  return [`${INDENT}  ${parts.join(', ')}`];
}

/** A table of findings and releases: what it is there, or a dash. */
function releaseTable({ releases }: CheckReport, { defects }: ShownDefects): string[] {
  if (!releases || defects.length === 0) return [];
  const columns = releases.map(({ release }) => release);
  const rows = defects.map(({ head }) => ({
    place: `${oneLine(head.path)}:${head.line} ${head.rule}`,
    cells: columns.map((release) => {
      const found = inRelease(head, release);
      return found ? SEVERITY_WORDS[found.severity] : '-';
    }),
  }));
  return tableOf(columns, rows);
}

/** A place of the same file by its line alone. */
function placeIn(head: Finding, place: RelatedPlace): string {
  return place.path === head.path ? `line ${place.line}` : placeText(place);
}

/** The calls that the answer of a test is handed to, by the function that hands it on. */
function callLines(head: Finding, calls: readonly Finding[]): string[] {
  const wrappers = new Map<string, string[]>();
  for (const { wrapper, path, line } of calls) {
    const place = path === head.path ? String(line) : `${oneLine(path)}:${line}`;
    const name = wrapper ?? '';
    wrappers.set(name, [...(wrappers.get(name) ?? []), place]);
  }
  return [...wrappers].map(([name, places]) => `asked through ${oneLine(name)}() at ${places.join(', ')}`);
}

/** What the last line of a report says: how much there is, and how much of it is not shown. */
function lastLine({ defects, hidden }: ShownDefects, { paint }: TextOptions): string {
  const problems = defects.filter(({ head }) => isProblem(head));
  const notes = defects.length - problems.length;
  const files = new Set(defects.map(({ head }) => head.path)).size;
  const counts = [
    problems.length > 0 || notes === 0 ? countOf(problems.length, 'problem') : '',
    notes > 0 ? countOf(notes, 'note') : '',
  ].filter((text) => text !== '');
  const where = files > 0 ? ` in ${countOf(files, 'file')}` : '';
  const rest = hidden > 0 ? `; ${countOf(hidden, 'note')} hidden (--all)` : '';
  return paint('bold', `${counts.join(' and ')}${where}${rest}`);
}

/** What a run rests on and what it has left out, in short. */
function runLines({ summary, releases }: CheckReport): string[] {
  const { release, functions, files, judged, config, failures } = summary;
  const left = functions.notAnalysed.length;
  const arms = files.versionArms;
  const parts = [
    `Linux ${releases?.map((one) => one.release).join(', ') ?? release.value ?? 'of unknown release'}`,
    `${analysedText(functions)} analysed${left > 0 ? `, ${countOf(left, 'function')} not (--verbose)` : ''}`,
    judged.suppressed > 0 ? `${silentText(judged)} judged` : '',
    config && config.leftOut > 0 ? `${countOf(config.leftOut, 'finding')} left out by ${USER_MODEL_FILE}` : '',
    arms && arms.others > 0 ? `${countOf(arms.others, '#if arm')} of other releases left out` : '',
    arms?.builds === undefined ? '' : `${countOf(arms.builds, '#if arm')} of other builds left out`,
    arms && arms.undecided > 0 ? `${countOf(arms.undecided, 'version condition')} undecided` : '',
    failures.length > 0 ? `rules failed in ${countOf(failures.length, 'file')}` : '',
  ];
  return [wrap(`${parts.filter((part) => part !== '').join('; ')}.`, '', WIDEST)];
}

function summaryLines({ root, summary, releases }: CheckReport, { paint, verbose }: TextOptions): string[] {
  return [
    paint('bold', `summary of ${oneLine(root)}`),
    row(releases ? 'releases' : 'release', releases ? summary.release.detected : releaseText(summary.release)),
    ...userModelRows(summary),
    row('findings', `${summary.findings}${severities(summary.bySeverity)}`),
    ...summary.byRule.map(({ rule, findings, bySeverity }) => row(`  ${rule}`, `${findings}${severities(bySeverity)}`)),
    ...suppressionRows(summary.judged),
    ...coverageRows(summary, verbose),
    ...(summary.failures.length > 0
      ? [row('rules that failed', `in ${countOf(summary.failures.length, 'file')}`)]
      : []),
  ];
}

function severities(counts: Readonly<Record<FindingSeverity, number>>): string {
  const parts = FINDING_SEVERITIES.filter((level) => counts[level] > 0).map(
    (level) => `${counts[level]} ${SEVERITY_WORDS[level]}`,
  );
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

/** A rule that failed leaves a hole in the report, so it is always told. */
function failureLines({ failures }: CheckSummary): string[] {
  return failures.map(
    ({ rule, path, why }) => `${oneLine(path)}: ${rule} failed here, its findings are missing: ${oneLine(why)}`,
  );
}
