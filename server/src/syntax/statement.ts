import { matchBrackets, tokenise } from './lexer.js';
import type { Token } from './lexer.js';
import type { Span } from './ir.js';

/**
 * The statement or condition around an offset, on one line and in one spelling: comments, line breaks and blanks do not
 * show in it, so it stays the same when code is indented anew. It is what names a place without a line number.
 */

/** A longer one is cut here: text that long is data, and its beginning names it as well. Characters. */
const LONGEST = 400;
/** How far from the offset the text is looked at: enough for any statement, and little of a table of thousands of rows. */
const REACH = 20_000;
/** Tokens on either side of the offset that are looked at: a longer expression is cut in what is shown of it anyway. */
const MAX_TOKENS = 2000;
const HEADS = new Set(['if', 'while', 'switch', 'for']);
/** Words a statement follows without a bracket between. */
const STARTERS = new Set(['else', 'do']);

/**
 * @param item the top-level item the offset stands in
 * @returns in a comment or string the words of its line
 */
export function statementAt(text: string, item: Span, offset: number): string {
  const around = sectionAround(text, item, offset);
  const { tokens } = around;
  const at = tokenAt(tokens, offset);
  const token = tokens[at];
  if (!token || token.kind === 'string' || token.kind === 'char') return lineAt(text, offset);
  if (token.kind === 'directive') return oneSpelling(text, tokenise(text, token.start + 1, token.end));
  const [first, last] = reach(around, at);
  return oneSpelling(text, tokens.slice(first, last + 1));
}

/** A part of an item, in tokens. */
interface Section {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly Token[];
  readonly partner: Int32Array;
}

/** Places of one item are asked about one after the other: most of them lie in the section of the one before. */
let last: Section | undefined;

/** All that lies within reach of an offset, and of others near by. */
function sectionAround(text: string, item: Span, offset: number): Section {
  const block = Math.floor((offset - item.start) / REACH);
  const start = Math.max(item.start, item.start + (block - 1) * REACH);
  const end = Math.min(item.end, item.start + (block + 2) * REACH);
  if (last?.text === text && last.start === start && last.end === end) return last;
  const hash = text.slice(start, end).search(/\S/);
  // A directive is one token from its # on; what stands behind it is read as code.
  const from = text[start + hash] === '#' ? start + hash + 1 : start;
  const tokens = tokenise(text, from, end);
  return (last = { text, start, end, tokens, partner: matchBrackets(tokens) });
}

/** Index of the token that an offset lies in; -1 where it lies between two. */
function tokenAt(tokens: readonly Token[], offset: number): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return (tokens[low]?.start ?? Infinity) <= offset ? low : -1;
}

/** Indices of the first and last token of the statement or of the head of an if or loop. */
function reach({ tokens, partner }: Section, at: number): [number, number] {
  const outer = outermost(tokens, partner, at);
  const before = outer === undefined ? undefined : tokens[outer - 1]?.text;
  const close = outer === undefined ? at : (partner[outer] ?? at);
  if (outer !== undefined && before !== undefined && HEADS.has(before)) return [outer - 1, close];
  return [back(tokens, partner, outer ?? at), forth(tokens, partner, close)];
}

/** The outermost round or square bracket around a token that lies in the same block. */
function outermost(tokens: readonly Token[], partner: Int32Array, at: number): number | undefined {
  let found: number | undefined;
  for (let index = at - 1; index >= Math.max(0, at - MAX_TOKENS); index--) {
    const other = partner[index] ?? -1;
    if (other < 0) continue;
    if (other < index) index = other;
    else if (tokens[index]?.text === '{') break;
    else if (other > at) found = index;
  }
  return found;
}

function back(tokens: readonly Token[], partner: Int32Array, at: number): number {
  let first = at;
  for (let index = at - 1; index >= Math.max(0, at - MAX_TOKENS) && !ends(tokens[index]); index--) {
    if (STARTERS.has(tokens[index]?.text ?? '')) break;
    const other = partner[index] ?? -1;
    // A condition without braces stands before its statement and is none of it.
    if (other > 0 && other < index && HEADS.has(tokens[other - 1]?.text ?? '')) break;
    if (other >= 0 && other < index) index = other;
    first = index;
  }
  return first;
}

function forth(tokens: readonly Token[], partner: Int32Array, at: number): number {
  let last = at;
  for (let index = at + 1; index < Math.min(tokens.length, at + MAX_TOKENS); index++) {
    if (ends(tokens[index])) break;
    const other = partner[index] ?? -1;
    if (other > index) index = other;
    last = index;
  }
  return last;
}

function ends(token: Token | undefined): boolean {
  if (!token || token.kind === 'directive') return true;
  return token.kind === 'punct' && [';', '{', '}'].includes(token.text);
}

function oneSpelling(text: string, tokens: readonly Token[]): string {
  let line = '';
  let last = '';
  let joins = false;
  for (const token of tokens) {
    const raw = text.slice(token.start, token.end).replace(/\s+/g, ' ');
    const afterOperand = /[\w"')\]]$/.test(last) && last !== 'return';
    if (line !== '' && !joins && isApart(last, raw, afterOperand)) line += ' ';
    line += raw;
    if (line.length > LONGEST) return `${line.slice(0, LONGEST)}...`;
    joins = !afterOperand && /^(?:[&*!~-]|\+\+|--)$/.test(raw);
    last = raw;
  }
  return line;
}

/** Blanks as kernel style has them, as far as tokens alone can tell. */
function isApart(last: string, next: string, afterOperand: boolean): boolean {
  if (/^[,;)\].[]$|^->$/.test(next) || /^[([.]$|^->$/.test(last)) return false;
  if (/^(?:\+\+|--)$/.test(next)) return !afterOperand;
  return next !== '(' || !/\w$/.test(last) || HEADS.has(last) || last === 'return';
}

/** The words of a line, without what marks it as a comment. */
function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(Math.max(start, offset - LONGEST), Math.min(end < 0 ? text.length : end, offset + LONGEST));
  return line
    .replace(/\/\*+|\*+\/|^\s*\*+\s|\/\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST);
}
