import type { Diagnostic } from 'vscode-languageserver/node';
import { Superseded } from '../editor/workspace.js';
import type { Connection } from 'vscode-languageserver/node';
import { textOf } from './log.js';
import type { Log } from './log.js';

/** Makes the diagnostics of a document; undefined when it was closed. Rejects with Superseded when its text changed. */
export type Diagnose = (
  uri: string,
) => Promise<{ readonly version: number; readonly diagnostics: Diagnostic[] } | undefined>;

/**
 * Publishes diagnostics to clients that do not ask for them. Edits that come in one go are one run, and a run whose text
 * has changed meanwhile says nothing: the edit has asked for another one.
 */
export class Publisher {
  private readonly waiting = new Set<string>();
  private readonly published = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly log: Log,
    private readonly diagnose: Diagnose,
  ) {}

  schedule(uri: string): void {
    if (this.waiting.has(uri)) return;
    this.waiting.add(uri);
    setImmediate(() => {
      this.waiting.delete(uri);
      void this.run(uri);
    });
  }

  /** The client shows diagnostics of the document that are from elsewhere: the first of its own replace them, if empty. */
  takeOver(uri: string): void {
    this.published.add(uri);
  }

  /** A closed document has no diagnostics. */
  clear(uri: string): void {
    if (this.published.delete(uri)) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  private async run(uri: string): Promise<void> {
    try {
      const found = await this.diagnose(uri);
      if (!found) return;
      const { version, diagnostics } = found;
      if (diagnostics.length === 0 && !this.published.has(uri)) return;
      if (diagnostics.length > 0) this.published.add(uri);
      await this.connection.sendDiagnostics({ uri, version, diagnostics });
    } catch (error) {
      if (!(error instanceof Superseded)) this.log.warnOnce(`${uri}: no diagnostics: ${textOf(error)}`);
    }
  }
}
