import type { Span } from './ir.js';

/**
 * Reading C text by characters, for the places where no function can be parsed: initialisers, macros at file level,
 * functions with a syntax error. Offsets are UTF-16 code units. Everything here is total.
 */

/** Longest argument shown, in UTF-16 code units. */
const SHOWN = 80;
/** A call longer than this is no call but an unclosed parenthesis. */
const LONGEST_CALL = 20_000;

const HIDDEN = /\/\*[^]*?(?:\*\/|$)|\/\/(?:[^\n\\]|\\[^])*|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?/y;

/** End of the comment or literal at `at`; `at` itself where there is none. */
export function skipHidden(text: string, at: number): number {
  const c = text.charCodeAt(at);
  if (c !== 0x22 && c !== 0x27 && c !== 0x2f) return at;
  HIDDEN.lastIndex = at;
  return HIDDEN.test(text) ? HIDDEN.lastIndex : at;
}

/** Text with comments and literals turned into spaces, of the same length. */
export function withoutHidden(text: string): string {
  return text.replace(new RegExp(HIDDEN.source, 'g'), (hidden) => ' '.repeat(hidden.length));
}

/** Source text on one line, without comments, cut to what a report shows. */
export function oneLineOf(text: string): string {
  const line = text
    .replace(/\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*/g, ' ')
    .replace(/(?:\\\r?\n|\s)+/g, ' ')
    .trim();
  return line.length > SHOWN ? line.slice(0, SHOWN).trimEnd() : line;
}

/** Offset of the parenthesis that opens the arguments of the name that ends at `end`; undefined when none follows. */
export function openOfCall(text: string, end: number): number | undefined {
  for (let at = end; at < text.length;) {
    const hidden = text.charCodeAt(at) === 0x2f ? skipHidden(text, at) : at;
    const c = text.charAt(at);
    if (hidden > at) at = hidden;
    else if (/\s/.test(c) || (c === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3)))) at++;
    else return c === '(' ? at : undefined;
  }
  return undefined;
}

/** True when arguments follow the name that ends at `end`: it is called there, or declared. */
export function hasArguments(text: string, end: number): boolean {
  return openOfCall(text, end) !== undefined;
}

/** The arguments of the call whose parenthesis opens at `open`, as spans; undefined when it is not closed. */
export function argumentsAt(text: string, open: number): readonly Span[] | undefined {
  const spans: Span[] = [];
  let start = open + 1;
  const limit = Math.min(text.length, open + LONGEST_CALL);
  for (let at = open + 1, depth = 0; at < limit; at++) {
    const hidden = skipHidden(text, at);
    if (hidden > at) at = hidden - 1;
    const c = hidden > at ? '' : text.charAt(at);
    if (c === '(' || c === '[' || c === '{') depth++;
    else if (depth > 0 && (c === ')' || c === ']' || c === '}')) depth--;
    else if (c === ')') return [...spans, { start, end: at }];
    else if (c === ',' && depth === 0) {
      spans.push({ start, end: at });
      start = at + 1;
    }
  }
  return undefined;
}

/** Offset behind the brace that closes the one at `open`; the end of the text when there is none. */
export function endOfBlock(text: string, open: number): number {
  for (let at = open, depth = 0; at < text.length; at++) {
    const hidden = skipHidden(text, at);
    if (hidden > at) at = hidden - 1;
    else if (text.charAt(at) === '{') depth++;
    else if (text.charAt(at) === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Offset of the brace that opens a function's body; the end of the item when there is none. */
export function bodyOf(text: string, { start, end }: Span): number {
  for (let at = start, depth = 0; at < end; at++) {
    const hidden = skipHidden(text, at);
    if (hidden > at) at = hidden - 1;
    const c = hidden > at ? '' : text.charAt(at);
    if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === '{' && depth <= 0) return at;
  }
  return end;
}

/** True behind a `.` or `->`: a member, whatever it is called. */
export function isMember(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && /\s/.test(text.charAt(at))) at--;
  const c = text.charAt(at);
  if (c === '>') return text.charAt(at - 1) === '-';
  return c === '.' && text.charAt(at - 1) !== '.';
}

const BEFORE_CALL = new Set(['return', 'else', 'do', 'case', 'goto', 'sizeof', 'typeof']);
const TYPE_WORD =
  /(?:\b(?:struct|union|enum|const|static|inline)\s+\w+|\b(?:void|bool|int|long|char|unsigned))\s*(?:\*\s*)+$/;

/** True when what stands before a name followed by "(" is a type: `bool f(`, `struct page *f(` declare a function. */
export function isDeclared(text: string, from: number, start: number): boolean {
  const before = text.slice(Math.max(from, start - 100), start).replace(/\/\*(?:[^*]|\*(?!\/))*\*\/\s*$/, '');
  const word = /([A-Za-z_]\w*)\s+$/.exec(before)?.[1];
  return word === undefined ? TYPE_WORD.test(before) : !BEFORE_CALL.has(word);
}

/** Where the replacement of the #define around `offset` begins, and its name; undefined in any other directive. */
export function defineAround(
  text: string,
  offset: number,
): { readonly name: string; readonly bodyAt: number } | undefined {
  const { start } = joinedLine(text, offset);
  const head = /^[ \t]*#(?:\s|\\\n)*define(?:\s|\\\n)+(\w+)(?:\([^)]*\))?/.exec(text.slice(start, start + 2000));
  return head ? { name: head[1] ?? '', bodyAt: start + head[0].length } : undefined;
}

/** The line around an offset, with those that a backslash at the end of a line joins to it; its end is behind the last `\n`. */
export function joinedLine(text: string, offset: number, from = 0): Span {
  const joins = (newline: number): boolean => /\\\r?$/.test(text.slice(Math.max(0, newline - 2), newline));
  let start = text.lastIndexOf('\n', offset - 1) + 1;
  while (start > Math.max(1, from) && joins(start - 1)) start = text.lastIndexOf('\n', start - 2) + 1;
  let end = text.indexOf('\n', offset);
  while (end >= 0 && joins(end)) end = text.indexOf('\n', end + 1);
  return { start, end: end < 0 ? text.length : end + 1 };
}

/**
 * What a position outside of functions stands in: behind the `=` of a variable, in the arguments of a macro that makes
 * declarations (TRACE_EVENT, DEFINE_FREE), in braces of anything else, or in a declaration proper.
 */
export type FileLevel = 'initialiser' | 'macro' | 'braces' | 'brackets' | 'declaration';

export function fileLevelAt(text: string, item: Span, offset: number): FileLevel {
  let depth = 0;
  let braces = 0;
  let outermost = item.start;
  let assigned = false;
  for (let at = item.start; at < offset; at++) {
    const hidden = skipHidden(text, at);
    if (hidden > at) at = hidden - 1;
    const c = hidden > at ? '' : text.charAt(at);
    if (c === '(' || c === '[' || c === '{') {
      if (depth++ === 0) outermost = at;
      if (c === '{') braces++;
    } else if (c === ')' || c === ']' || c === '}') {
      depth--;
      if (c === '}') braces--;
    } else if (c === '=' && depth === 0) assigned = true;
  }
  if (assigned) return 'initialiser';
  if (depth > 0 && isFileLevelMacro(text, outermost)) return 'macro';
  if (braces > 0) return 'braces';
  return depth > 0 ? 'brackets' : 'declaration';
}

/** A line that begins with a name and its parenthesis: a declaration would begin with a type. */
function isFileLevelMacro(text: string, open: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', open) + 1, open + 1);
  return /^\s*(?:static\s+)?[A-Za-z_]\w*\s*\($/.test(line);
}
