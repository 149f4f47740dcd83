import type { Cleanup } from './lower-context.js';
import type { Mark, Token } from './lexer.js';
import { matchBrackets } from './lexer.js';
import { rewriteBody } from './rewrite.js';
import { render } from './rewriter.js';
import type { SyntaxTables } from './tables.js';

/** A body in the form that the parser gets. */
export interface NormalBody {
  /** As long as the original body or longer; offset 0 is `start`. */
  readonly text: string;
  /** Offset of the body's `{` in the original text. */
  readonly start: number;
  readonly end: number;
  readonly marks: ReadonlyMap<number, Mark>;
  readonly cleanups: readonly Cleanup[];
}

/** Normalises the tokens of a body, which are changed by it. */
export function normaliseBody(tokens: readonly Token[], start: number, end: number, tables: SyntaxTables): NormalBody {
  const cleanups = findCleanups(tokens);
  rewriteBody(tokens, tables);
  const marks = new Map<number, Mark>();
  for (const token of tokens) if (token.mark !== undefined) marks.set(token.start, token.mark);
  return { text: render(tokens, start, end), start, end, marks, cleanups };
}

/** `__free(x)` is a release at the end of the scope; it must be seen before it is blanked. */
function findCleanups(tokens: readonly Token[]): readonly Cleanup[] {
  const found: Cleanup[] = [];
  tokens.forEach((token, index) => {
    const name = tokens[index + 2];
    if (token.text !== '__free' && token.text !== '__cleanup') return;
    if (tokens[index + 1]?.text === '(' && name?.kind === 'word') found.push({ at: token.start, name: name.text });
  });
  return found;
}

/** Splits the tokens of a function into head and body at the first `{` outside brackets. */
export function splitFunction(tokens: readonly Token[]): { head: Token[]; body: Token[]; closed: boolean } | undefined {
  const partner = matchBrackets(tokens);
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]?.text === '{') {
      const close = partner[i] ?? -1;
      const end = close < 0 ? tokens.length : close + 1;
      return { head: tokens.slice(0, i), body: tokens.slice(i, end), closed: close >= 0 };
    }
    if (tokens[i]?.kind === 'punct') i = Math.max(i, partner[i] ?? -1);
  }
  return undefined;
}
