import { Disposable, languages, LanguageStatusSeverity, window } from 'vscode';
import type { LanguageStatusItem } from 'vscode';
import { STATUS_REQUEST } from '@pageref/shared';
import type { DocumentStatus, StatusResult } from '@pageref/shared';
import type { App } from './app.js';
import { SELECTOR } from './server.js';
import { statusText } from './status-text.js';

/** Waits for typing to pause: the item is no reason to analyse at every key. */
const PAUSE_MS = 300;

/** The language status item of C files. */
export function showStatus(app: App): Disposable[] {
  const item = languages.createLanguageStatusItem('pageref', SELECTOR);
  item.name = 'pageref';
  item.text = 'pageref';
  item.command = { title: 'Audit', command: 'pageref.auditPageReserved', tooltip: 'Audit PageReserved' };
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void update(app, item), PAUSE_MS);
  };
  later();
  return [
    new Disposable(() => item.dispose()),
    new Disposable(() => clearTimeout(timer)),
    window.onDidChangeActiveTextEditor(later),
    languages.onDidChangeDiagnostics(later),
    app.audits.onDidChange(later),
    app.server.onDidChange(later),
  ];
}

async function update({ server, audits }: App, item: LanguageStatusItem): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!document || !server.isRunning) {
    item.text = 'pageref';
    item.detail = server.isRunning ? '' : 'Not running: no kernel tree is open';
    return;
  }
  const uri = document.uri.toString();
  let status: DocumentStatus | undefined;
  try {
    status = (await server.request<StatusResult>(STATUS_REQUEST, { uri })).status ?? undefined;
    item.severity = LanguageStatusSeverity.Information;
  } catch {
    // The document changed meanwhile; its new diagnostics will ask again.
  }
  const { text, detail } = statusText(status, audits.around(uri));
  [item.text, item.detail] = [text, detail];
}
