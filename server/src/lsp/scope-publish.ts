import type { Connection } from 'vscode-languageserver/node';
import { Superseded } from '../editor/workspace.js';
import type { Changes } from './changes.js';
import type { Documents } from './documents.js';
import { textOf } from './log.js';
import type { ScopeReports, ScopeSources } from './scope.js';

/** What of a session is published, and to whom. */
interface ScopeSession extends ScopeSources {
  readonly changes: Changes;
  readonly scope: ScopeReports;
  readonly connection: Connection;
  readonly documents: Documents;
}

/** Publishes the diagnostics of files that are not open, for clients that do not ask for them. */
export class ScopePublisher {
  private readonly published = new Map<string, string>();
  private latest = 0;

  /** Looks again from now on at every change, until the session ends. */
  async follow(session: ScopeSession): Promise<void> {
    const never = new Promise<void>(() => undefined);
    for (;;) {
      const change = session.changes.next(never);
      void this.run(session);
      await change;
    }
  }

  /** The document's own diagnostics take the place of these; true when there were some. */
  opened(uri: string): boolean {
    return this.published.delete(uri);
  }

  private async run(session: ScopeSession): Promise<void> {
    const { scope, connection, documents, log } = session;
    const run = ++this.latest;
    try {
      const reports = await scope.collect(session, () => run === this.latest);
      const now = new Set(reports.map(({ uri }) => uri));
      for (const { uri, resultId, items } of reports) {
        if (this.published.get(uri) === resultId || documents.get(uri)) continue;
        this.published.set(uri, resultId);
        await connection.sendDiagnostics({ uri, diagnostics: [...items] });
      }
      for (const uri of [...this.published.keys()].filter((one) => !now.has(one))) {
        this.published.delete(uri);
        await connection.sendDiagnostics({ uri, diagnostics: [] });
      }
    } catch (error) {
      if (!(error instanceof Superseded)) log.warnOnce(`no diagnostics of files that are not open: ${textOf(error)}`);
    }
  }
}
