import { Uri, window, workspace } from 'vscode';
import { REPORT_REQUEST } from '@pageref/shared';
import type { ReportParams, ReportResult } from '@pageref/shared';
import type { App } from '../app.js';
import { EXPORT_FORMATS } from '../report-formats.js';
import { chooseAudit } from './choose-audit.js';

/** Writes the report of an audit to a file of the person's choice. */
export async function exportReport(app: App): Promise<void> {
  const audit = await chooseAudit(app);
  if (!audit) return;
  const chosen = await window.showQuickPick(EXPORT_FORMATS, { title: 'Export the audit as' });
  if (!chosen) return;
  const defaultUri = Uri.joinPath(Uri.parse(audit.rootUri, true), '..', `pageref.${chosen.extension}`);
  const target = await window.showSaveDialog({ defaultUri, filters: { [chosen.label]: [chosen.extension] } });
  if (!target) return;
  const params: ReportParams = { report: audit.report, format: chosen.format };
  const { text } = await app.server.request<ReportResult>(REPORT_REQUEST, params);
  await workspace.fs.writeFile(target, new TextEncoder().encode(text));
  app.log.info(`the report was written to ${target.toString(true)}`);
}
