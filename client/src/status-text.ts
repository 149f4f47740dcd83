import { careCount } from '@pageref/shared';
import type { AuditResult, DocumentStatus } from '@pageref/shared';
import { releaseName } from './views/audit-tree.js';
import { countOf } from './words.js';

export interface StatusText {
  readonly text: string;
  readonly detail: string;
}

/** What the status item of a C file says: of its tree where that was audited, else of the file. */
export function statusText(document: DocumentStatus | undefined, audit: AuditResult | undefined): StatusText {
  if (audit) {
    const { functions, release } = audit.report.summary;
    return {
      text: sentence(releaseName(audit), careCount(audit.report.summary), functions.notAnalysed.length, ''),
      detail: release.detected,
    };
  }
  if (!document) return { text: 'pageref', detail: 'This file is in no kernel tree' };
  return {
    text: sentence(`Linux ${document.release}`, document.findings, document.notAnalysed, ' in this file'),
    detail: document.detected,
  };
}

function sentence(release: string, care: number, notAnalysed: number, where: string): string {
  const parts = [release, `${care} ${care === 1 ? 'needs' : 'need'} care${where}`];
  if (notAnalysed > 0) parts.push(`${countOf(notAnalysed, 'function')} not analysed`);
  return parts.join(' - ');
}
