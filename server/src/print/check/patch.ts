import type { CheckReport, Finding, FindingSeverity } from '@pageref/shared';
import { countOf, oneLine } from '../common.js';

/** What the tools around kernel patches read: checkpatch's short form, and the two contracts of b4. */

const LEVELS: Readonly<Record<FindingSeverity, string>> = { error: 'ERROR', warning: 'WARNING', information: 'CHECK' };

/** `mm/gup.c:12: WARNING:TYPE: text`, as checkpatch writes it with --terse --showfile --show-types. */
export function checkpatchTerse({ findings }: CheckReport): string {
  return findings.map((finding) => `${lineOf(finding, `:${typeOf(finding)}`)}\n`).join('');
}

/**
 * For b4's prep-perpatch-check-cmd and am-perpatch-check-cmd: each line of standard output is a finding, and nothing means
 * that the patch is fine. What is only information stays unsaid.
 */
export function b4Lines({ findings }: CheckReport): string {
  return findings
    .filter(isSaid)
    .map((finding) => `${lineOf(finding, '')} [${finding.rule}]\n`)
    .join('');
}

/** For b4's review-perpatch-check-cmd: a JSON array with one verdict. */
export function b4Review({ findings, summary }: CheckReport): string {
  const said = findings.filter(isSaid);
  const status = said.some(({ severity }) => severity === 'error') ? 'fail' : said.length > 0 ? 'warn' : 'pass';
  const looked = `${countOf(summary.functions.analysed, 'function')} of the changed files looked at`;
  const details = said.map((finding) => `${lineOf(finding, '')} [${finding.rule}]`).join('\n');
  const result = {
    tool: 'pageref',
    status,
    summary: said.length > 0 ? `${countOf(said.length, 'finding')} in changed functions` : `no finding, ${looked}`,
    ...(details !== '' && { details }),
  };
  return `${JSON.stringify([result], null, 2)}\n`;
}

function isSaid({ severity }: Finding): boolean {
  return severity !== 'information';
}

function lineOf({ path, line, severity, message }: Finding, type: string): string {
  return oneLine(`${path}:${line}: ${LEVELS[severity]}${type}: ${message}`);
}

/** Rule ids the way checkpatch names its types. */
function typeOf({ rule }: Finding): string {
  return rule.toUpperCase().replace(/-/g, '_');
}
