import { blankNonCode } from './blank.js';
import type { Span } from './ir.js';

/** Small questions to the text around an expression: its lines, its indentation, the code beside it. Offsets are UTF-16 code units. */

const TAB = 8;

/** The text of an expression on one line, without comments. */
export function expressionLine(text: string, { start, end }: Span): string {
  const code = text.slice(start, end);
  const blanked = code.includes('/*') || code.includes('//') ? blankComments(code) : code;
  return blanked
    .replace(/\\?\r?\n/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .replace(/ (?=[),\]])|(?<=[([]) /g, '')
    .trim();
}

/** Strings keep their text: they are part of the expression. */
function blankComments(code: string): string {
  const blanked = blankNonCode(code);
  return code.replace(/\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*/g, (match, at: number) =>
    blanked.charAt(at) === '/' ? match : ' '.repeat(match.length),
  );
}

/** Offset of the next character of code at or after `at`. */
export function nextCode(code: string, at: number): number {
  let found = at;
  while (/[\s\\]/.test(code.charAt(found))) found++;
  return found;
}

/** Offset of the last character of code before `at`; -1 when there is none. */
export function previousCode(code: string, at: number): number {
  let found = at - 1;
  while (found >= 0 && /[\s\\]/.test(code.charAt(found))) found--;
  return found;
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Offset of the line's end: its `\n`, the `\r` before it, or the end of the text. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  if (newline < 0) return text.length;
  return newline > at && text.charAt(newline - 1) === '\r' ? newline - 1 : newline;
}

/** The line ending of the line at `at`. */
export function lineBreak(text: string, at: number): string {
  const newline = text.indexOf('\n', at);
  const before = newline < 0 ? text.lastIndexOf('\n') : newline;
  return before > 0 && text.charAt(before - 1) === '\r' ? '\r\n' : '\n';
}

/** The blanks a line begins with. */
export function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? '';
}

/** Columns of a piece of text that begins in column 0, tabs expanded to 8. */
export function width(text: string): number {
  let column = 0;
  for (const char of text) column = char === '\t' ? column + TAB - (column % TAB) : column + 1;
  return column;
}

/** Blanks up to a column: tabs, then spaces. */
export function padding(column: number): string {
  return '\t'.repeat(Math.floor(column / TAB)) + ' '.repeat(column % TAB);
}

/** The two sides of brackets stand directly around a span. */
export function inBrackets(code: string, { start, end }: Span): boolean {
  return code.charAt(previousCode(code, start)) === '(' && code.charAt(nextCode(code, end)) === ')';
}
