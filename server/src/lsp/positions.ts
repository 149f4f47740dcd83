import type { Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Encoding } from './client.js';

/** Between offsets (UTF-16 code units of the text) and the client's positions. */

export function toPosition(document: TextDocument, offset: number, encoding: Encoding): Position {
  const position = document.positionAt(offset);
  if (encoding === 'utf-16') return position;
  const before = lineOf(document, position.line).slice(0, position.character);
  return { line: position.line, character: Buffer.byteLength(before, 'utf8') };
}

export function toRange(document: TextDocument, start: number, end: number, encoding: Encoding): Range {
  return { start: toPosition(document, start, encoding), end: toPosition(document, end, encoding) };
}

export function toOffset(document: TextDocument, position: Position, encoding: Encoding): number {
  return document.offsetAt(fromClient(document, position, encoding));
}

/** The start of a one-based line: what is known of a place in a file that is not open. */
export function startOfLine(line: number): Range {
  const start = { line: Math.max(0, line - 1), character: 0 };
  return { start, end: start };
}

/** Applies edits one by one: the positions of each speak of the text the ones before it made. */
export function applyChanges(
  document: TextDocument,
  changes: readonly TextDocumentContentChangeEvent[],
  version: number,
  encoding: Encoding,
): TextDocument {
  return changes.reduce((text, change) => {
    if (!('range' in change)) return TextDocument.update(text, [change], version);
    const start = fromClient(text, change.range.start, encoding);
    const end = fromClient(text, change.range.end, encoding);
    return TextDocument.update(text, [{ range: { start, end }, text: change.text }], version);
  }, document);
}

function fromClient(document: TextDocument, position: Position, encoding: Encoding): Position {
  if (encoding === 'utf-16') return position;
  const line = lineOf(document, position.line);
  return { line: position.line, character: unitsIn(line, position.character) };
}

/** UTF-16 code units in the first `bytes` bytes of a line. A position inside of a character is its start. */
function unitsIn(line: string, bytes: number): number {
  let units = 0;
  let seen = 0;
  for (const char of line) {
    seen += Buffer.byteLength(char, 'utf8');
    if (seen > bytes) break;
    units += char.length;
  }
  return units;
}

function lineOf(document: TextDocument, line: number): string {
  return document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
}
