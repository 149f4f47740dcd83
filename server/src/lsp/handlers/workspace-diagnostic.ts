import { DocumentDiagnosticReportKind, ProgressType } from 'vscode-languageserver/node';
import type {
  CancellationToken,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { Superseded } from '../../editor/workspace.js';
import type { FileReport } from '../scope.js';
import type { Handler, Session } from '../session.js';

const PARTIAL = new ProgressType<WorkspaceDiagnosticReport>();

/**
 * `workspace/diagnostic`. Some clients ask again as soon as they have an answer: one that would say nothing new is held
 * back until there is something to say, or until the client gives up. The first one is never held.
 */
export const workspaceDiagnostic: Handler<WorkspaceDiagnosticParams | null, WorkspaceDiagnosticReport> = async (
  session,
  params,
  token,
) => {
  const previous = previousIds(params);
  const cancelled = whenCancelled(token);
  const wanted = (): boolean => !token.isCancellationRequested;
  for (;;) {
    const change = session.changes.next(cancelled);
    const sent = new Set<string>();
    const reports = await session.scope.collect(session, wanted, sender(session, params, previous, sent));
    const closed = [...session.closed];
    const items = itemsOf(reports, [...previous.keys(), ...closed], previous);
    if (items.some(isFull) || !session.wasToldOfScope) {
      session.wasToldOfScope = true;
      for (const uri of closed) session.closed.delete(uri);
      return { items: items.filter(({ uri }) => !sent.has(uri)) };
    }
    await change;
    if (!wanted()) throw new Superseded();
  }
};

/** With a token, sends what is new of a file as soon as it is there. */
function sender(
  { connection }: Session,
  params: WorkspaceDiagnosticParams | null,
  previous: ReadonlyMap<string, string>,
  sent: Set<string>,
): ((report: FileReport) => void) | undefined {
  const partialResultToken = params?.partialResultToken;
  if (partialResultToken === undefined) return undefined;
  return (report) => {
    const item = itemOf(report, previous);
    if (!isFull(item)) return;
    sent.add(report.uri);
    void connection.sendProgress(PARTIAL, partialResultToken, { items: [item] });
  };
}

function isFull({ kind }: WorkspaceDocumentDiagnosticReport): boolean {
  return kind === DocumentDiagnosticReportKind.Full;
}

/** One item for each file with diagnostics, and an empty one for each of the `shown` that has none any more. */
function itemsOf(
  reports: readonly FileReport[],
  shown: readonly string[],
  previous: ReadonlyMap<string, string>,
): WorkspaceDocumentDiagnosticReport[] {
  const now = new Set(reports.map(({ uri }) => uri));
  const gone = [...new Set(shown)].filter((uri) => !now.has(uri));
  return [
    ...reports.map((report) => itemOf(report, previous)),
    ...gone.map((uri) => itemOf({ uri, resultId: undefined, items: [] }, previous)),
  ];
}

function itemOf(
  { uri, resultId, items }: Pick<FileReport, 'uri' | 'items'> & { readonly resultId: string | undefined },
  previous: ReadonlyMap<string, string>,
): WorkspaceDocumentDiagnosticReport {
  const place = { uri, version: null };
  if (resultId === undefined) return { kind: DocumentDiagnosticReportKind.Full, ...place, items: [...items] };
  if (previous.get(uri) === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, ...place, resultId };
  return { kind: DocumentDiagnosticReportKind.Full, ...place, resultId, items: [...items] };
}

function whenCancelled(token: CancellationToken): Promise<void> {
  return new Promise((resolve) => {
    token.onCancellationRequested(() => {
      resolve();
    });
  });
}

/** What came over the wire need not be what the protocol says. */
function previousIds(params: unknown): ReadonlyMap<string, string> {
  const given = (params as { previousResultIds?: unknown } | null)?.previousResultIds;
  const ids = new Map<string, string>();
  for (const one of Array.isArray(given) ? (given as unknown[]) : []) {
    const { uri, value } = (one ?? {}) as { uri?: unknown; value?: unknown };
    if (typeof uri === 'string' && typeof value === 'string') ids.set(uri, value);
  }
  return ids;
}
