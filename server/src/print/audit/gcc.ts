import { findingClass, findingMessage, RULE_RESERVED } from '@pageref/shared';
import type { AuditReport, Site, VerdictClass } from '@pageref/shared';
import { coverageNotes, gccText, note } from '../gcc-lines.js';
import type { GccLine, GccOptions } from '../gcc-lines.js';
import { releasesMeant } from '../release-table.js';

const LEVEL: Readonly<Record<VerdictClass, 'warning' | 'note'>> = {
  'wrong-today': 'warning',
  'right-by-accident': 'note',
  unclear: 'note',
};

/**
 * The sites that need care, as gcc prints its diagnostics: what editors and build tools have parsers for. What was not
 * analysed is a note; nothing else is printed, so no line needs to be skipped.
 */
export function auditGcc(report: AuditReport, { cwd, verbose }: GccOptions): string {
  const lines = report.sites.flatMap((site) => siteLines(site, report, verbose));
  return gccText([...lines, ...coverageNotes(report.summary)], report.root, cwd);
}

function siteLines(site: Site, { release }: AuditReport, verbose: boolean): GccLine[] {
  const cls = findingClass(site);
  if (!cls) return [];
  const { path, line, column, reason, related } = site;
  const names = releasesMeant(site);
  const text = `${findingMessage(cls, site, release)}${names ? ` (${names.join(', ')})` : ''}`;
  const head: GccLine = { path, line, column, level: LEVEL[cls], text, rule: RULE_RESERVED };
  if (!verbose) return [head];
  const decided = note({ ...reason, column: 1 }, `decided by ${reason.contract}`, RULE_RESERVED);
  return [head, decided, ...related.map((one) => note(one, one.text, RULE_RESERVED))];
}
