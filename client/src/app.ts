import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { Audits } from './audits.js';
import type { Documents } from './documents.js';
import type { Server } from './server.js';
import type { AuditView } from './views/audit-view.js';

/** What every command works on. */
export interface App {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly server: Server;
  readonly audits: Audits;
  readonly view: AuditView;
  readonly documents: Documents;
}
