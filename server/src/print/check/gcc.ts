import type { CheckReport, Finding, FindingSeverity } from '@pageref/shared';
import { coverageNotes, gccText, note } from '../gcc-lines.js';
import { isProblem } from '../../runs/defects.js';
import { explainingPlaces } from './places.js';
import { withReleases } from './releases.js';
import type { GccLine, GccOptions } from '../gcc-lines.js';

/** The words a compiler uses, so that whatever reads a compiler's output reads this as well. */
const LEVELS: Readonly<Record<FindingSeverity, GccLine['level']>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};

/** The findings as gcc prints its diagnostics; with `verbose` a note for each place that explains one. */
export function checkGcc(report: CheckReport, { cwd, verbose, shown = 'all' }: GccOptions): string {
  const { findings, summary, root } = withReleases(report);
  const failures = summary.failures.map(({ rule, path, why }) =>
    note({ path, line: 1, column: 1 }, `${rule} failed here, its findings are missing: ${why}`, 'rule-failed'),
  );
  const isShown = (one: Finding): boolean => shown === 'all' || isProblem(one);
  const lines = findings.filter(isShown).flatMap((finding) => findingLines(finding, verbose));
  const missing = coverageNotes(summary).filter(({ level }) => shown === 'all' || level !== 'note');
  return gccText([...lines, ...failures, ...missing], root, cwd);
}

function findingLines(finding: Finding, verbose: boolean): GccLine[] {
  const { path, line, column, severity, message, rule } = finding;
  const head: GccLine = { path, line, column, level: LEVELS[severity], text: message, rule };
  if (!verbose) return [head];
  const { steps, beside } = explainingPlaces(finding);
  return [head, ...[...steps, ...beside].map((place) => note(place, place.text, rule))];
}
