import { jsonText } from '@pageref/shared';
import type { CheckReport, FindingSeverity } from '@pageref/shared';
import { plain } from '../paint.js';
import type { PrintOptions } from '../options.js';
import { unreadFiles } from '../common.js';
import { shownDefects } from './defects.js';
import { withReleases } from './releases.js';

const SEVERITIES: Readonly<Record<FindingSeverity, string>> = {
  error: 'critical',
  warning: 'major',
  information: 'info',
};

/** One entry of a code quality report of GitLab. */
interface Entry {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** A code quality report of GitLab. Files that were not read, and rules that failed, are entries as well. */
export function checkGitlab(
  given: CheckReport,
  { shown = 'problems' }: Omit<PrintOptions, 'cwd'> = { verbose: false, paint: plain },
): string {
  const report = withReleases(given);
  const { failures, files } = report.summary;
  const lost = [
    ...failures.map(({ rule, path, why }) => about(path, 'rule-failed', `${rule} failed here: ${why}`)),
    ...unreadFiles(files.unreadable, 'all').shown.map(({ path, why }) => about(path, 'not-read', `not read: ${why}`)),
  ];
  const entries = shownDefects(report, shown).defects.map(({ head, message }): Entry => ({
    description: message,
    check_name: head.rule,
    fingerprint: head.fingerprint,
    severity: SEVERITIES[head.severity],
    location: { path: head.path, lines: { begin: head.line } },
  }));
  return `${jsonText([...entries, ...lost], 2)}\n`;
}

function about(path: string, name: string, description: string): Entry {
  const location = { path, lines: { begin: 1 } };
  return { description, check_name: name, fingerprint: `${name} ${path}`, severity: 'minor', location };
}
