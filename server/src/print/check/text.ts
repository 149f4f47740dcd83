import type { CheckReport, CheckSummary, Finding, FindingSeverity } from '@pageref/shared';
import { FINDING_SEVERITIES } from '@pageref/shared';
import { plain, type Style } from '../paint.js';
import { countOf, oneLine, placeText, releaseText } from '../common.js';
import {
  coverageLists,
  coverageRows,
  judgedRows,
  row,
  suppressedLine,
  unusedLine,
  userModelRows,
  type TextOptions,
} from '../text-rows.js';

const STYLES: Readonly<Record<FindingSeverity, Style>> = { error: 'red', warning: 'yellow', information: 'green' };

/** The findings by rule for a person at a terminal; every one is a line that starts with a clickable place. */
export function checkText(report: CheckReport, options: TextOptions = { verbose: false, paint: plain }): string {
  const { summary, findings } = report;
  const blocks = [
    ...summary.byRule
      .filter((count) => count.findings > 0)
      .map(({ rule, findings: count }) => [
        options.paint('bold', `${rule}: ${countOf(count, 'finding')}`),
        ...findings.filter((finding) => finding.rule === rule).flatMap((finding) => findingLines(finding, options)),
      ]),
    options.verbose ? report.suppressed.map((one) => suppressedLine(one.finding, one)) : [],
    summaryLines(report, options),
    failureLines(summary),
    summary.judged.unused.map(unusedLine),
    coverageLists(summary, options.verbose),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function findingLines(finding: Finding, { paint }: TextOptions): string[] {
  const { severity, impact, message, related } = finding;
  const level = paint(STYLES[severity], severity) + (impact === null ? '' : ` (${impact})`);
  return [
    `${placeText(finding)}: ${oneLine(finding.function)}: ${level}: ${oneLine(message)}`,
    ...related.map((place) => `    ${placeText(place)}: ${oneLine(place.text)}`),
  ];
}

function summaryLines({ root, summary }: CheckReport, { paint, verbose }: TextOptions): string[] {
  return [
    paint('bold', `summary of ${oneLine(root)}`),
    row('release', releaseText(summary.release)),
    ...userModelRows(summary),
    row('findings', `${summary.findings}${severities(summary.bySeverity)}`),
    ...summary.byRule.map(({ rule, findings, bySeverity }) => row(`  ${rule}`, `${findings}${severities(bySeverity)}`)),
    ...judgedRows(summary.judged),
    ...coverageRows(summary, verbose),
    ...(summary.failures.length > 0
      ? [row('rules that failed', `in ${countOf(summary.failures.length, 'file')}`)]
      : []),
  ];
}

function severities(counts: Readonly<Record<FindingSeverity, number>>): string {
  const parts = FINDING_SEVERITIES.filter((level) => counts[level] > 0).map((level) => `${counts[level]} ${level}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

/** A rule that failed leaves a hole in the report, so it is always told. */
function failureLines({ failures }: CheckSummary): string[] {
  return failures.map(
    ({ rule, path, why }) => `${oneLine(path)}: ${rule} failed here, its findings are missing: ${oneLine(why)}`,
  );
}
