/** Expressions of the Kconfig language, as they stand after `depends on`, `if`, `default` and the like. */

export type Expression =
  /** `maybe`: a macro call, a comparison of numbers or strings; what it gives is not known without a compiler and a user. */
  | { readonly op: 'constant'; readonly value: 'y' | 'n' | 'maybe' }
  /** Nests deeper than is read; it may be either. */
  | { readonly op: 'unread' }
  | { readonly op: 'symbol'; readonly name: string }
  | { readonly op: 'not'; readonly of: Expression }
  | { readonly op: 'and' | 'or'; readonly parts: readonly Expression[] };

export const YES: Expression = { op: 'constant', value: 'y' };
export const NO: Expression = { op: 'constant', value: 'n' };
export const MAYBE: Expression = { op: 'constant', value: 'maybe' };
export const UNREAD: Expression = { op: 'unread' };

/** Parentheses and negations in each other; a kernel's Kconfig files have four. */
const MAX_NESTING = 100;

/** A word, a quoted constant (`text` without the quotes), a macro call or an operator. */
interface Token {
  readonly kind: 'word' | 'quoted' | 'macro' | 'operator';
  readonly text: string;
}

const OPERATOR = /^(?:&&|\|\||!=|<=|>=|[!=<>()])/;
const WORD = /^[A-Za-z0-9_.\/-]+/;

/**
 * Reads an expression and what follows the word `if` on the same line, where the line has it.
 * Odd text never fails: what can't be read is `maybe`.
 */
export function parseExpression(text: string): {
  readonly value: Expression;
  readonly condition: Expression | undefined;
} {
  const tokens = tokenise(text);
  const at = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'if');
  if (at < 0) return { value: parseTokens(tokens), condition: undefined };
  return { value: parseTokens(tokens.slice(0, at)), condition: parseTokens(tokens.slice(at + 1)) };
}

/** Joins what must all hold; parts that are absent or plain `y` are left out. */
export function conjunction(parts: readonly (Expression | undefined)[]): Expression {
  const kept = parts.filter((part): part is Expression => part !== undefined && part !== YES);
  if (kept.length === 0) return YES;
  return kept.length === 1 ? (kept[0] ?? YES) : { op: 'and', parts: kept };
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '"' || char === "'") {
      const end = closingQuote(text, at);
      tokens.push({ kind: 'quoted', text: text.slice(at + 1, end) });
      at = end + 1;
    } else if (char === '$') {
      const end = macroEnd(text, at);
      tokens.push({ kind: 'macro', text: text.slice(at, end) });
      at = end;
    } else {
      const rest = text.slice(at);
      const operator = OPERATOR.exec(rest)?.[0];
      const word = operator === undefined ? WORD.exec(rest)?.[0] : undefined;
      if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
      else if (word !== undefined) tokens.push({ kind: 'word', text: word });
      at += (operator ?? word ?? char).length;
    }
  }
  return tokens;
}

/** Offset of the quote that ends the string opened at `at`, or the end of the text. */
export function closingQuote(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === text[at]) return end;
  }
  return text.length;
}

/** End of `$(...)` with nested calls, or of `$NAME`. */
function macroEnd(text: string, at: number): number {
  if (text[at + 1] !== '(') return at + 1 + (/^\w*/.exec(text.slice(at + 1))?.[0].length ?? 0);
  let depth = 0;
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '(') depth++;
    else if (text[end] === ')' && --depth === 0) return end + 1;
  }
  return text.length;
}

const COMPARISONS = new Set(['=', '!=', '<', '>', '<=', '>=']);

function parseTokens(tokens: readonly Token[]): Expression {
  let at = 0;
  const nesting = { open: 0, isTooDeep: false };
  const isNext = (text: string): boolean => tokens[at]?.kind === 'operator' && tokens[at]?.text === text;
  const list = (op: 'and' | 'or', sign: string, part: () => Expression): Expression => {
    const parts = [part()];
    while (isNext(sign)) {
      at++;
      parts.push(part());
    }
    return parts.length === 1 ? (parts[0] ?? MAYBE) : { op, parts };
  };
  const or = (): Expression => list('or', '||', and);
  const and = (): Expression => list('and', '&&', unary);
  const unary = (): Expression => {
    const sign = ['!', '('].find(isNext);
    if (sign === undefined) return comparison();
    if (nesting.open >= MAX_NESTING) nesting.isTooDeep = true;
    if (nesting.isTooDeep) return UNREAD;
    at++;
    nesting.open++;
    const inner = sign === '!' ? unary() : or();
    nesting.open--;
    if (sign === '!') return { op: 'not', of: inner };
    if (isNext(')')) at++;
    return inner;
  };
  const comparison = (): Expression => {
    const left = tokens[at++];
    const sign = tokens[at];
    if (!left || left.kind === 'operator') return MAYBE;
    if (sign?.kind !== 'operator' || !COMPARISONS.has(sign.text)) return valueOf(left);
    at += 2;
    return compare(left, sign.text, tokens[at - 1]);
  };
  const whole = tokens.length === 0 ? MAYBE : or();
  return nesting.isTooDeep ? UNREAD : whole;
}

function valueOf({ kind, text }: Token): Expression {
  if (kind === 'macro' || (kind === 'quoted' && text.includes('$'))) return MAYBE;
  if (text === 'y' || text === 'm') return YES;
  if (text === 'n' || text === '') return NO;
  return kind === 'word' ? { op: 'symbol', name: text } : MAYBE;
}

/** `X = y` and its relatives are what they say of X; other comparisons are known only between two literals. */
function compare(left: Token, sign: string, right: Token | undefined): Expression {
  if (!right || right.kind === 'operator') return MAYBE;
  if (sign !== '=' && sign !== '!=') return MAYBE;
  const literal = (token: Token): boolean => token.kind === 'quoted' && !token.text.includes('$');
  if (literal(left) && literal(right)) return (left.text === right.text) === (sign === '=') ? YES : NO;
  const subject = left.kind === 'word' && !/^[ymn]$/.test(left.text) ? left : right;
  const constant = subject === left ? right : left;
  if (subject.kind !== 'word' || !/^[yn]$/.test(constant.text)) return MAYBE;
  const symbol = valueOf(subject);
  if ((constant.text === 'y') === (sign === '=')) return symbol;
  // A tristate can be m where the text says "not y", so that is no plain negation.
  return constant.text === 'y' ? MAYBE : { op: 'not', of: symbol };
}
