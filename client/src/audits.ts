import { EventEmitter } from 'vscode';
import type { Disposable } from 'vscode';
import type { AuditResult } from '@pageref/shared';

/** The last audit of each tree. */
export class Audits implements Disposable {
  private readonly known = new Map<string, AuditResult>();
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  get(rootUri: string): AuditResult | undefined {
    return this.known.get(rootUri);
  }

  all(): AuditResult[] {
    return [...this.known.values()];
  }

  set(audit: AuditResult): void {
    this.known.set(audit.rootUri, audit);
    this.changed.fire();
  }

  /** The audit whose tree a document lies in; the innermost where trees are nested. */
  around(uri: string): AuditResult | undefined {
    return this.all()
      .filter(({ rootUri }) => uri === rootUri || uri.startsWith(`${rootUri}/`))
      .sort((a, b) => b.rootUri.length - a.rootUri.length)[0];
  }

  dispose(): void {
    this.changed.dispose();
  }
}
