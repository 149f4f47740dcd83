import type { Enclosure } from './brackets.js';
import { enclosureOf } from './brackets.js';
import type { Mark, Token } from './lexer.js';
import { matchBrackets } from './lexer.js';
import type { SyntaxTables } from './tables.js';
import { KEYWORDS } from './tables.js';

/**
 * The tokens of one body with the editing steps that all rewriting rules use. Tokens are never moved: a rule changes
 * a token's text within its width, hides it, or puts a character into the blanks behind it.
 */
export class Rewriter {
  readonly partner: Int32Array;

  constructor(
    readonly tokens: readonly Token[],
    readonly tables: SyntaxTables,
  ) {
    this.partner = matchBrackets(tokens);
  }

  /** What the parser sees at an index: "" for a hidden token and outside the list. */
  text(at: number): string {
    return this.tokens[at]?.text ?? '';
  }

  isWord(at: number): boolean {
    return this.tokens[at]?.kind === 'word' && this.text(at) !== '';
  }

  /** A word that is no keyword with a parenthesised group behind it: index of the `)`, else -1. */
  groupBehind(at: number): number {
    return this.text(at + 1) === '(' ? (this.partner[at + 1] ?? -1) : -1;
  }

  isCallee(at: number): boolean {
    return this.isWord(at) && !KEYWORDS.has(this.text(at));
  }

  /** Index of the next token that the parser sees, or the number of tokens. */
  next(at: number): number {
    let i = at + 1;
    while (i < this.tokens.length && this.tokens[i]?.text === '') i++;
    return i;
  }

  previous(at: number): number {
    let i = at - 1;
    while (i >= 0 && this.tokens[i]?.text === '') i--;
    return i;
  }

  hide(from: number, to: number): void {
    for (let i = from; i <= to; i++) {
      const token = this.tokens[i];
      if (token !== undefined) token.text = '';
    }
  }

  set(at: number, text: string, mark?: Mark): void {
    const token = this.tokens[at];
    if (token === undefined || text.length > token.end - token.start) return;
    token.text = text;
    if (mark !== undefined) token.mark = mark;
  }

  /** Makes one identifier of the tokens, which stands for a type or anything else that is not evaluated. */
  glue(from: number, to: number): void {
    const first = this.tokens[from];
    const last = this.tokens[to];
    if (first === undefined || last === undefined) return;
    this.hide(from + 1, to);
    first.text = 'T' + '_'.repeat(last.end - first.start - 1);
    first.mark = 'type';
  }

  /** Puts one character behind a token if a blank stands there. */
  insert(at: number, text: string): boolean {
    const token = this.tokens[at];
    if (token === undefined || this.gap(at) < 1 || token.after !== undefined) return false;
    token.after = text;
    return true;
  }

  /** Blank characters between a token and the one behind it, hidden or not. */
  gap(at: number): number {
    const next = this.tokens[at + 1];
    return next === undefined ? 0 : next.start - (this.tokens[at]?.end ?? 0);
  }

  enclosure(last: number, parent: Enclosure): Enclosure {
    return enclosureOf(this.tokens, last, parent, (close) => this.partner[close] ?? -1);
  }
}

/** Text for the parser, of the same length as the original from `start` to `end`: what is no token is blank. */
export function render(tokens: readonly Token[], start: number, end: number): string {
  const parts: string[] = [];
  let at = start;
  const put = (text: string, offset: number): void => {
    if (offset > at) parts.push(' '.repeat(offset - at));
    parts.push(text);
    at = offset + text.length;
  };
  for (const token of tokens) {
    if (token.text !== '') put(token.text, token.start);
    if (token.after !== undefined) put(token.after, token.end);
  }
  if (at < end) parts.push(' '.repeat(end - at));
  return parts.join('');
}
