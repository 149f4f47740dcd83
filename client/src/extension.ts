import { commands, ExtensionMode, window, workspace } from 'vscode';
import type { Disposable, ExtensionContext } from 'vscode';
import type { App } from './app.js';
import { Audits } from './audits.js';
import { ACTION_COMMANDS, COMMANDS } from './commands/index.js';
import { Documents } from './documents.js';
import { kernelTrees, treeAround } from './kernel-trees.js';
import { refreshAudits } from './refresh.js';
import { Server } from './server.js';
import { showStatus } from './status.js';
import { AuditView } from './views/audit-view.js';
import { messageOf } from './words.js';

/**
 * Starts nothing but the views until a kernel tree is open or a command is run. Tests inside the editor are handed what
 * people can only look at; other extensions get nothing.
 */
export async function activate(context: ExtensionContext): Promise<App | undefined> {
  const log = window.createOutputChannel('pageref', { log: true });
  const audits = new Audits();
  const server = new Server(context, log);
  const view = new AuditView(audits, context.workspaceState);
  const documents = new Documents();
  const app: App = { context, log, server, audits, view, documents };
  audits.onDidChange(() => documents.refresh());
  context.subscriptions.push(
    log,
    audits,
    server,
    view,
    documents,
    ...showStatus(app),
    ...refreshAudits(app),
    ...registered(app),
  );
  const startIfKernel = async (): Promise<void> => {
    if (!server.isRunning && (await isKernelOpen())) await server.start().catch(() => undefined);
  };
  context.subscriptions.push(
    workspace.onDidChangeWorkspaceFolders(() => void startIfKernel()),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('pageref.kernelRelease')) void startIfKernel();
    }),
    workspace.onDidOpenTextDocument(({ languageId }) => {
      if (languageId === 'c') void startIfKernel();
    }),
  );
  await startIfKernel();
  return context.extensionMode === ExtensionMode.Test ? app : undefined;
}

function registered(app: App): Disposable[] {
  return Object.entries({ ...COMMANDS, ...ACTION_COMMANDS }).map(([id, run]) =>
    commands.registerCommand(id, async (argument: unknown) => {
      try {
        await run(app, argument as never);
      } catch (error) {
        app.log.error(`${id}: ${messageOf(error)}`);
        void window.showErrorMessage(`pageref: ${messageOf(error)}`);
      }
    }),
  );
}

/** In the workspace, or around a C file that was opened by itself. */
async function isKernelOpen(): Promise<boolean> {
  const trees = await kernelTrees();
  await commands.executeCommand('setContext', 'pageref.kernel', trees.length > 0);
  if (trees.length > 0) return true;
  const files = workspace.textDocuments.filter(({ languageId }) => languageId === 'c');
  const around = await Promise.all(files.map(({ uri }) => treeAround(uri)));
  return around.some((tree) => tree !== undefined);
}
