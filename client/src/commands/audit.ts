import { randomUUID } from 'node:crypto';
import { ProgressLocation, window } from 'vscode';
import type { CancellationToken, Progress, QuickPickItem } from 'vscode';
import { WorkDoneProgress } from 'vscode-languageclient/node';
import { AUDIT_REQUEST } from '@pageref/shared';
import type { AuditParams, AuditResult } from '@pageref/shared';
import type { App } from '../app.js';
import { kernelTrees } from '../kernel-trees.js';
import type { KernelTree } from '../kernel-trees.js';
import { messageOf } from '../words.js';

/** Audits a tree, or several, and shows the result in the tree view. */
export async function auditPageReserved(app: App, options: Pick<AuditParams, 'whatIf'> = {}): Promise<void> {
  const trees = await chooseTrees();
  for (const { root } of trees) {
    const result = await withBar((report, token) => audit(app, { ...options, uri: root.toString() }, report, token));
    if (!result) return;
    app.audits.set(result);
    await app.view.reveal();
  }
}

type Bar = Progress<{ message?: string; increment?: number }>;

/** Undefined when it was stopped; an audit that cannot be done is said and ends there. */
async function withBar(
  work: (bar: Bar, token: CancellationToken) => Promise<AuditResult>,
): Promise<AuditResult | undefined> {
  const options = { location: ProgressLocation.Notification, title: 'Audit PageReserved', cancellable: true };
  return window.withProgress(options, async (bar, token) => {
    try {
      return await work(bar, token);
    } catch (error) {
      if (!token.isCancellationRequested) void window.showErrorMessage(`pageref: ${messageOf(error)}`);
      return undefined;
    }
  });
}

async function audit({ server }: App, params: AuditParams, bar: Bar, token: CancellationToken): Promise<AuditResult> {
  const client = await server.start();
  const workDoneToken = randomUUID();
  let shown = 0;
  const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
    if (value.kind !== 'report') return;
    const increment = Math.max(0, (value.percentage ?? shown) - shown);
    shown += increment;
    bar.report({ increment, ...(value.message !== undefined && { message: value.message }) });
  });
  try {
    return await server.request<AuditResult>(AUDIT_REQUEST, { ...params, workDoneToken }, token);
  } finally {
    listener.dispose();
  }
}

async function chooseTrees(): Promise<KernelTree[]> {
  const trees = await kernelTrees();
  if (trees.length === 0) {
    void window.showWarningMessage(
      'No kernel tree is open. Open one, or set pageref.kernelRelease for a folder that is built against one.',
    );
  }
  if (trees.length < 2) return trees;
  const items: (QuickPickItem & { readonly trees: KernelTree[] })[] = trees.map((tree) => ({
    label: tree.root.path.slice(tree.root.path.lastIndexOf('/') + 1),
    description: tree.release === undefined ? '' : `Linux ${tree.release}`,
    detail: tree.root.fsPath,
    trees: [tree],
  }));
  const all = { label: 'All trees', description: `${trees.length} trees`, trees };
  const chosen = await window.showQuickPick([...items, all], { title: 'Audit PageReserved: which tree?' });
  return chosen?.trees ?? [];
}
