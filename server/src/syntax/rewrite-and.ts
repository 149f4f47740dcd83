import type { Rewriter } from './rewriter.js';

/**
 * `(ready) && page != NULL`: what stands in the brackets may be the name of a type, and the parser then takes them for a cast
 * of `&&page`, twice the address of it. In front of a label `&&` is another token by now, so here it is the operator. It is
 * read as the one that binds next, which can stand between operands alone, and marked.
 */
export function rewriteConjunctions(r: Rewriter): void {
  for (let at = 0; at < r.tokens.length; at++) {
    if (r.text(at) === '&&' && isBehindBrackets(r, at) && !meetsBitwiseOr(r, at)) r.set(at, '|', 'and');
  }
}

const BUILT_IN = new Set(['void', 'char', 'short', 'int', 'long', 'signed', 'unsigned', 'float', 'double', '*']);

/** True behind a bracket that a type may stand in, and that is no cast of a label's address for sure. */
function isBehindBrackets(r: Rewriter, at: number): boolean {
  const close = r.previous(at);
  const open = r.text(close) === ')' ? (r.partner[close] ?? -1) : -1;
  const before = r.previous(open);
  const isOperand = !(r.isWord(before) && r.text(before) !== 'return') && !')]'.includes(r.text(before) || ' ');
  if (open < 0 || !isOperand || !r.isWord(r.next(open))) return false;
  return !BUILT_IN.has(r.text(r.next(open))) && !BUILT_IN.has(r.text(r.previous(close)));
}

/** True where what follows holds a `|` of its own, which would then be one of a row with the operator. */
function meetsBitwiseOr(r: Rewriter, at: number): boolean {
  for (let i = at + 1; i < r.tokens.length; i++) {
    const text = r.text(i);
    if (text === '|') return true;
    if (ENDS.has(text)) return false;
    if ('([{'.includes(text) && text !== '') i = Math.max(i, r.partner[i] ?? -1);
  }
  return false;
}

/** What ends the right side of `&&`. */
const ENDS = new Set(['&&', '||', '?', ':', ',', ';', ')', ']', '}']);
