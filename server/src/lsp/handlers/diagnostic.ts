import type { Settings } from '@pageref/shared';
import { DocumentDiagnosticReportKind, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport } from 'vscode-languageserver/node';
import { dataFileProblems, Superseded } from '../../editor/workspace.js';
import { dataDiagnostics, diagnosticsOf } from '../convert.js';
import { isDataUri } from '../documents.js';
import type { OpenDocument } from '../documents.js';
import { resultIdOf } from '../result-id.js';
import { documentOf } from '../session.js';
import type { Handler, Session } from '../session.js';

/** `textDocument/diagnostic`. A result whose text has changed meanwhile is refused, and the client asks again. */
export const documentDiagnostic: Handler<DocumentDiagnosticParams, DocumentDiagnosticReport> = async (
  session,
  params,
) => {
  const found = await documentOf(session, params);
  if (!found) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
  try {
    const { document, settings } = found;
    const [tree, judged] = [await document.content.tree(), await document.content.suppressionsIdentity()];
    const identity = { judged, fromTree: await document.content.treeIdentity() };
    const resultId = resultIdOf(document.uri, tree, settings, identity, document.text.getText());
    if (params.previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    const items = await diagnosticsFor(session, document, settings);
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  } catch (error) {
    if (!(error instanceof Superseded)) throw error;
    const retrigger = { retriggerRequest: true };
    throw new ResponseError(LSPErrorCodes.ServerCancelled, 'the document has changed', retrigger);
  }
};

/** Diagnostics to publish, with the version they are of. */
export async function diagnosticsToPublish(
  session: Session,
  uri: string,
): Promise<{ readonly version: number; readonly diagnostics: Diagnostic[] } | undefined> {
  const found = await documentOf(session, { textDocument: { uri } });
  if (!found) return undefined;
  const { document, settings } = found;
  const { version } = document.text;
  const diagnostics = await diagnosticsFor(session, document, settings);
  if (session.documents.get(uri) !== document || document.text.version !== version) throw new Superseded();
  return { version, diagnostics };
}

async function diagnosticsFor(session: Session, document: OpenDocument, settings: Settings): Promise<Diagnostic[]> {
  const { client, pageOf } = session;
  const { text, uri } = document;
  if (isDataUri(uri)) return dataDiagnostics(text, await dataFileProblems(uri, text.getText()), client);
  const tree = await document.content.tree();
  const analysis = await document.content.unsuppressed();
  if (document.text !== text) throw new Superseded();
  return diagnosticsOf(analysis, { document: text, tree, client, settings, pageOf });
}
