import type { Rewriter } from './rewriter.js';
import { KEYWORDS, PRIMITIVES, TYPE_STARTERS } from './tables.js';

const CONTROL = new Set(['if', 'for', 'while', 'do', 'switch']);
const JUMPS = new Set(['return', 'goto', 'break', 'continue']);

/** Makes every argument of the call with brackets at `open` and `close` an expression, as far as that can be done. */
export function rewriteArguments(r: Rewriter, open: number, close: number): void {
  // `int (*f)(void)` is a declarator and `(void (*)(int))` a cast: neither is a call.
  if (isTypeWord(r.text(open - 1)) || (close === open + 2 && r.text(open + 1) === '*')) return;
  let from = open + 1;
  for (let i = open + 1; i <= close; i++) {
    if (i < close && r.text(i) !== ',') {
      const partner = r.partner[i] ?? -1;
      if (partner > i) i = Math.min(partner, close - 1);
      continue;
    }
    rewriteArgument(r, from, i - 1, close - open > 1);
    from = i + 1;
  }
}

function isTypeWord(word: string): boolean {
  return TYPE_STARTERS.has(word) || PRIMITIVES.has(word);
}

function rewriteArgument(r: Rewriter, first: number, to: number, several: boolean): void {
  let from = first;
  while (from <= to && r.text(from) === '') from++;
  if (from > to) {
    if (several) r.insert(first - 1, '0');
  } else if (JUMPS.has(r.text(from))) rewriteJump(r, from, to);
  else if (isTypeArgument(r, from, to)) r.glue(from, to);
  else if (isOperators(r, from, to)) {
    r.hide(from + 1, to);
    r.set(from, '0');
  } else if (r.text(from) === '.' && r.text(from + 2) === '=') r.hide(from, from + 2);
  else if (r.text(from) === '{') wrapBlock(r, from, to);
  else if (isStatements(r, from, to)) wrapStatements(r, from, to);
}

/** `scoped_cond_guard(lock, return -EINTR, &m)`: the jump is read as what it carries, a value or a label, and marked. */
function rewriteJump(r: Rewriter, from: number, to: number): void {
  const word = r.text(from);
  const carried = r.tokens[from + 1];
  const isBare = from === to || carried === undefined || carried.mark !== undefined;
  if (word === 'goto' && !isBare && r.isWord(from + 1)) {
    r.hide(from, from);
    carried.mark = 'goto';
  } else if (word === 'return' && !isBare) {
    r.hide(from, from);
    carried.mark = 'returns';
  } else {
    r.hide(from, to);
    r.set(from, '0', word === 'break' || word === 'continue' ? word : 'return');
  }
}

/** Words and stars that can only be a type: `struct page *`, `unsigned int`, `u8 *`, `int`. */
function isTypeArgument(r: Rewriter, from: number, to: number): boolean {
  const first = r.text(from);
  if (from === to) return isTypeWord(first);
  for (let i = from; i <= to; i++) {
    if (!r.isWord(i) && r.text(i) !== '*' && r.text(i) !== '') return false;
  }
  return TYPE_STARTERS.has(first) || (r.isWord(from) && r.text(to) === '*') || isTwoWords(r, from, to);
}

/** `page_t page`: a declaration handed to a macro. */
function isTwoWords(r: Rewriter, from: number, to: number): boolean {
  return r.isWord(from) && r.isWord(from + 1) && to === from + 1;
}

function isOperators(r: Rewriter, from: number, to: number): boolean {
  for (let i = from; i <= to; i++) {
    if (r.tokens[i]?.kind !== 'punct' || '()[]{}'.includes(r.text(i))) return false;
  }
  return true;
}

/** `{ ... }` as an argument becomes `({ ... })`, with the brackets in blanks on both sides. */
function wrapBlock(r: Rewriter, from: number, to: number): void {
  const brace = r.tokens[from];
  if (r.text(to) !== '}' || !brace) return;
  brace.mark = 'maybe';
  if (r.gap(from - 1) > 0 && r.gap(to) > 0) {
    r.insert(from - 1, '(');
    r.insert(to, ')');
  } else if (r.gap(from) > 0 && r.gap(to - 1) > 0) {
    r.set(from, '(');
    r.insert(from, '{');
    r.insert(to - 1, '}');
    r.set(to, ')');
  } else if (!isStatements(r, from + 1, to - 1)) {
    // An initialiser; statements without a blank around them are left as they are, which does not parse.
    r.hide(from + 1, to);
    r.set(from, '0');
  }
}

/** `wait_event_cmd(q, x, unlock(l); n++, lock(l))`: semicolons on an argument's top level. */
function isStatements(r: Rewriter, from: number, to: number): boolean {
  for (let i = from; i <= to; i++) {
    if (r.text(i) === ';') return true;
    const partner = r.partner[i] ?? -1;
    if (partner > i) i = partner;
  }
  return false;
}

/** Semicolons become commas; the last one is dropped. A statement that is no expression still fails to parse. */
function wrapStatements(r: Rewriter, from: number, to: number): void {
  const first = r.tokens[from];
  if (first) first.mark ??= 'maybe';
  for (let i = from; i <= to; i++) {
    if (r.text(i) === ';') r.set(i, i === to ? ' ' : ',');
    const partner = r.partner[i] ?? -1;
    if (partner > i) i = partner;
  }
}

/**
 * `DEB(if (x) y++;)`: a macro that takes statements and stands as one becomes a block of them. Arguments in front are
 * hidden. False when the call at `open` is not of that kind.
 */
export function rewriteStatementArgument(r: Rewriter, open: number, close: number): boolean {
  let from = open;
  let hasStatement = false;
  for (let i = open + 1; i < close && !hasStatement; i++) {
    if (r.text(i) === ',') from = i;
    hasStatement = r.text(i) === ';' || (i === from + 1 && CONTROL.has(r.text(i)));
    const partner = r.partner[i] ?? -1;
    if (partner > i) i = partner;
  }
  if (!hasStatement || (from !== open && !KEYWORDS.has(r.text(from + 1)))) return false;
  r.hide(open - 1, from - 1);
  r.set(from, '{', 'maybe');
  r.set(close, '}');
  return true;
}
