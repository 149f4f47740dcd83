import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { fields, invalid, list, text } from './params.js';
import { rangeIn } from './session.js';

/** What notifications say, read whole before anything is changed: one that makes no sense changes nothing. */

/** A document as `textDocument/didOpen` has it. */
export function readOpened(params: unknown): {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
} {
  const { uri, languageId, version, text: content } = fields(fields(params)['textDocument']);
  return {
    uri: text('textDocument.uri', uri),
    languageId: text('textDocument.languageId', languageId),
    version: number('textDocument.version', version),
    text: text('textDocument.text', content),
  };
}

/** Edits as `textDocument/didChange` has them. */
export function readChanged(params: unknown): {
  readonly uri: string;
  readonly version: number;
  readonly contentChanges: readonly TextDocumentContentChangeEvent[];
} {
  const { textDocument, contentChanges } = fields(params);
  const { uri, version } = fields(textDocument);
  return {
    uri: text('textDocument.uri', uri),
    version: number('textDocument.version', version),
    contentChanges: list('contentChanges', contentChanges).map(readChange),
  };
}

function readChange(change: unknown): TextDocumentContentChangeEvent {
  const { text: typed, range } = fields(change);
  const content = text('contentChanges.text', typed);
  return range === undefined ? { text: content } : { range: rangeIn({ range }), text: content };
}

/** The document of `textDocument/didClose`. */
export function readClosed(params: unknown): string {
  return text('textDocument.uri', fields(fields(params)['textDocument'])['uri']);
}

/** URIs of the files that `workspace/didChangeWatchedFiles` tells of. */
export function readWatched(params: unknown): readonly string[] {
  return list('changes', fields(params)['changes']).map((change) => text('changes.uri', fields(change)['uri']));
}

/** Folders as `workspace/didChangeWorkspaceFolders` has them. */
export function readFolders(params: unknown): {
  readonly added: readonly { readonly uri: string }[];
  readonly removed: readonly { readonly uri: string }[];
} {
  const { added, removed } = fields(fields(params)['event']);
  const named = (name: string, value: unknown): { readonly uri: string }[] =>
    list(name, value).map((folder) => ({ uri: text(`${name}.uri`, fields(folder)['uri']) }));
  return { added: named('event.added', added), removed: named('event.removed', removed) };
}

function number(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw invalid(`${name} must be a number`);
}
