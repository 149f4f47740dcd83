import type { AuditReport, ReportParams, ReportResult } from '@pageref/shared';
import { formatsOf, printerOf } from '../../print/formats.js';
import { plain } from '../../print/paint.js';
import { fields, invalid, oneOf } from '../params.js';
import type { Handler } from '../session.js';

/** `pageref/report`. The report comes with the request, so that nothing has to be kept here between two of them. */
export const report: Handler<ReportParams, ReportResult> = async (_session, params) => {
  const given = fields(params);
  const print = await printerOf('audit', oneOf('format', formatsOf('audit'), given['format']));
  try {
    const audit = given['report'] as AuditReport;
    const text = print(audit, { verbose: false, paint: plain, cwd: audit.root });
    return { text: typeof text === 'string' ? text : new TextDecoder().decode(text) };
  } catch {
    throw invalid('report must be one that pageref/audit gave');
  }
};
