import type { TextEdit } from '@pageref/shared';
import type { TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Client } from './client.js';
import { toRange } from './positions.js';

/** A text and how a client has it. */
export interface EditedText {
  readonly uri: string;
  readonly text: TextDocument;
  /** The client has the file open, or it is on disk alone, or it is not there yet. */
  readonly as: 'open' | 'closed' | 'missing';
}

/** Edits as the client takes them; with the version they are of where it can tell that they have become stale. */
export function workspaceEdit(
  client: Client,
  { uri, text, as }: EditedText,
  edits: readonly TextEdit[],
): WorkspaceEdit {
  const changes = edits.map(({ start, end, text: newText }) => ({
    range: toRange(text, start, end, client.encoding),
    newText,
  }));
  if (changes.length === 0) return client.documentChanges ? { documentChanges: [] } : { changes: {} };
  if (!client.documentChanges) return { changes: { [uri]: changes } };
  const version = as === 'open' ? text.version : null;
  const change: TextDocumentEdit = { textDocument: { uri, version }, edits: changes };
  // Without this, editors open a file that is not there as an empty one. What has come meanwhile must not be lost.
  const create = { kind: 'create' as const, uri, options: { ignoreIfExists: true } };
  return { documentChanges: as === 'missing' && client.createsFiles ? [create, change] : [change] };
}
