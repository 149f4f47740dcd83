import { window } from 'vscode';
import type { AuditResult } from '@pageref/shared';
import type { App } from '../app.js';
import { careText, nameOf, releaseName } from '../views/audit-tree.js';
import { auditPageReserved } from './audit.js';

/** The audit a report is wanted of; one is made where there is none. */
export async function chooseAudit(app: App): Promise<AuditResult | undefined> {
  if (app.audits.all().length === 0) await auditPageReserved(app);
  const audits = app.audits.all();
  if (audits.length < 2) return audits[0];
  const items = audits.map((audit) => ({
    label: nameOf(audit.rootUri),
    description: `${releaseName(audit)}, ${careText(audit)}`,
    detail: audit.report.root,
    audit,
  }));
  return (await window.showQuickPick(items, { title: 'Report of which tree?' }))?.audit;
}
