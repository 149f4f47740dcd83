import type { CheckReport, Finding, FindingSeverity } from '@pageref/shared';
import { coverageNotes, gccText, note } from '../gcc-lines.js';
import { withReleases } from './releases.js';
import type { GccLine, GccOptions } from '../gcc-lines.js';

/** The words a compiler uses, so that whatever reads a compiler's output reads this as well. */
const LEVELS: Readonly<Record<FindingSeverity, GccLine['level']>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};

/** The findings as gcc prints its diagnostics; with `verbose` a note for each place that explains one. */
export function checkGcc(report: CheckReport, { cwd, verbose }: GccOptions): string {
  const { findings, summary, root } = withReleases(report);
  const failures = summary.failures.map(({ rule, path, why }) =>
    note({ path, line: 1, column: 1 }, `${rule} failed here, its findings are missing: ${why}`, 'rule-failed'),
  );
  const lines = findings.flatMap((finding) => findingLines(finding, verbose));
  return gccText([...lines, ...failures, ...coverageNotes(summary)], root, cwd);
}

function findingLines(finding: Finding, verbose: boolean): GccLine[] {
  const { path, line, column, severity, message, rule, related } = finding;
  const head: GccLine = { path, line, column, level: LEVELS[severity], text: message, rule };
  return verbose ? [head, ...related.map((place) => note(place, place.text, rule))] : [head];
}
