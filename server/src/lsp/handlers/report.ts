import { REPORT_FORMATS } from '@pageref/shared';
import type { AuditReport, ReportFormat, ReportParams, ReportResult } from '@pageref/shared';
import { auditHtml } from '../../print/audit/html.js';
import { auditJson } from '../../print/audit/json.js';
import { auditMarkdown } from '../../print/audit/markdown.js';
import { auditSarif } from '../../print/audit/sarif.js';
import { fields, invalid, oneOf } from '../params.js';
import type { Handler } from '../session.js';

const PRINTERS: Readonly<Record<ReportFormat, (report: AuditReport) => string>> = {
  markdown: auditMarkdown,
  html: auditHtml,
  sarif: auditSarif,
  json: auditJson,
};

/** `pageref/report`. The report comes with the request, so that nothing has to be kept here between two of them. */
export const report: Handler<ReportParams, ReportResult> = (_session, params) => {
  const given = fields(params);
  const print = PRINTERS[oneOf('format', REPORT_FORMATS, given['format'])];
  try {
    return Promise.resolve({ text: print(given['report'] as AuditReport) });
  } catch {
    throw invalid('report must be one that pageref/audit gave');
  }
};
