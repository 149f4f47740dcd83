import { jsonText } from '@pageref/shared';
import type { CheckReport, Finding, FindingSeverity, UnreadableFile } from '@pageref/shared';
import { withReleases } from './releases.js';
import { countOf, oneLine, unreadFiles } from '../common.js';

/** What the tools around kernel patches read: checkpatch's short form, and the two contracts of b4. */

const LEVELS: Readonly<Record<FindingSeverity, string>> = { error: 'ERROR', warning: 'WARNING', information: 'CHECK' };

/** `mm/gup.c:12: WARNING:TYPE: text`, as checkpatch writes it with --terse --showfile --show-types. */
export function checkpatchTerse(report: CheckReport): string {
  const { findings, summary } = withReleases(report);
  const lines = findings.map((finding) => lineOf(finding, `:${typeOf(finding.rule)}`));
  return text([...lines, ...unreadLines(summary.files.unreadable, `:${typeOf(NOT_READ)}`, '')]);
}

/**
 * For b4's prep-perpatch-check-cmd and am-perpatch-check-cmd: each line of standard output is a finding, and nothing means
 * that the patch is fine. What is only information stays unsaid.
 */
export function b4Lines(report: CheckReport): string {
  return text(said(report));
}

/** Findings and files that were not read: nothing said of those would be taken for nothing wrong with them. */
function said(report: CheckReport): string[] {
  const { findings, summary } = withReleases(report);
  const lines = findings.filter(isSaid).map((finding) => `${lineOf(finding, '')} [${finding.rule}]`);
  return [...lines, ...unreadLines(summary.files.unreadable, '', ` [${NOT_READ}]`)];
}

const NOT_READ = 'not-read';

function unreadLines(files: readonly UnreadableFile[], type: string, end: string): string[] {
  const { shown, more } = unreadFiles(files, 'some');
  const line = ({ path, why, named }: UnreadableFile): string =>
    oneLine(`${path}:1: ${named ? 'ERROR' : 'WARNING'}${type}: not read: ${why}${end}`);
  return [...shown.map(line), ...(more === undefined ? [] : [`.:1: WARNING${type}: ${more}${end}`])];
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** For b4's review-perpatch-check-cmd: a JSON array with one verdict. */
export function b4Review(report: CheckReport): string {
  const details = said(report).join('\n');
  const result = {
    tool: 'pageref',
    status: statusOf(report),
    summary: reviewSummary(report),
    ...(details !== '' && { details }),
  };
  return `${jsonText([result], 2)}\n`;
}

function statusOf({ findings, summary }: CheckReport): 'fail' | 'warn' | 'pass' {
  const { unreadable } = summary.files;
  if (findings.some(({ severity }) => severity === 'error') || unreadable.some(({ named }) => named)) return 'fail';
  return findings.some(isSaid) || unreadable.length > 0 ? 'warn' : 'pass';
}

function reviewSummary({ findings, summary }: CheckReport): string {
  const count = findings.filter(isSaid).length;
  const { functions, files } = summary;
  const looked = `no finding, ${countOf(functions.analysed, 'function')} of the changed files looked at`;
  const found = count > 0 ? `${countOf(count, 'finding')} in changed functions` : looked;
  return files.unreadable.length > 0 ? `${found}, ${countOf(files.unreadable.length, 'file')} not read` : found;
}

function isSaid({ severity }: Finding): boolean {
  return severity !== 'information';
}

function lineOf({ path, line, severity, message }: Finding, type: string): string {
  return oneLine(`${path}:${line}: ${LEVELS[severity]}${type}: ${message}`);
}

/** Rule ids the way checkpatch names its types. */
function typeOf(rule: string): string {
  return rule.toUpperCase().replace(/-/g, '_');
}
