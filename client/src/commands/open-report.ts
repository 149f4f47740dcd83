import { ViewColumn, window } from 'vscode';
import { REPORT_REQUEST } from '@pageref/shared';
import type { AuditReport, ReportParams, ReportResult } from '@pageref/shared';
import type { App } from '../app.js';
import { nameOf } from '../views/audit-tree.js';
import { chooseAudit } from './choose-audit.js';

/** The audit as a markdown document, which stays up to date with the view. */
export async function openReport(app: App): Promise<void> {
  const audit = await chooseAudit(app);
  if (!audit) return;
  const { rootUri, report } = audit;
  const name = `PageReserved audit of ${nameOf(rootUri)}`;
  await app.documents.show(name, () => textOf(app, app.audits.get(rootUri)?.report ?? report, 'markdown'));
}

/** The audit as a page. It holds no scripts, and none would be run. */
export async function openHtmlReport(app: App): Promise<void> {
  const audit = await chooseAudit(app);
  if (!audit) return;
  const html = await textOf(app, audit.report, 'html');
  const title = `PageReserved audit of ${nameOf(audit.rootUri)}`;
  const panel = window.createWebviewPanel('pageref.report', title, ViewColumn.Active, {
    enableScripts: false,
    localResourceRoots: [],
  });
  panel.webview.html = html;
}

async function textOf({ server }: App, report: AuditReport, format: 'markdown' | 'html'): Promise<string> {
  const params: ReportParams = { report, format };
  return (await server.request<ReportResult>(REPORT_REQUEST, params)).text;
}
