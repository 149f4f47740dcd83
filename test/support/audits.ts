import { countFunctions, countSites } from '@pageref/shared';
import type { AuditReport, AuditResult } from '@pageref/shared';
import { fullAuditReport } from './reports.js';

/** The result of an audit with these parts; its figures are those of its sites. The subsystem is the top folder. */
export function auditOf(
  parts: Partial<Pick<AuditReport, 'sites' | 'whatIf'>> = {},
  rootUri = 'file:///src/linux',
): AuditResult {
  const { whatIf: _whatIf, ...report } = fullAuditReport();
  const sites = parts.sites ?? report.sites;
  const files = [...new Set(sites.map(({ path }) => path))].map((path) => ({
    path,
    subsystem: path.slice(0, path.indexOf('/')).toUpperCase(),
    functions: sites.filter((site) => site.path === path).length,
  }));
  const summary = { ...report.summary, ...countSites(sites, files), functions: countFunctions(files, []) };
  return {
    rootUri,
    files,
    report: {
      ...report,
      ...parts,
      sites,
      writers: [],
      summary: { ...summary, files: { ...summary.files, matched: files.length, unreadable: [], inPart: [] } },
    },
  };
}
