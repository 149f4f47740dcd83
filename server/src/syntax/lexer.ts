import { APOSTROPHE, BACKSLASH, DOT, HASH, NEWLINE, QUOTE, SLASH, isBlank, isDigit, isWordChar } from './chars.js';
import { isContinued, skipComment, skipDirective, skipLiteral, startsLine } from './scan.js';

export type TokenKind = 'word' | 'number' | 'string' | 'char' | 'punct' | 'directive';

/** What normalising did at a token, for lowering to undo. */
export type Mark =
  | 'macro'
  | 'type'
  | 'arms'
  | 'arms-open'
  | 'computed-goto'
  /** `&&name` */
  | 'label'
  /** `&&` between two operands. */
  | 'and'
  | 'asm'
  | 'asm-label'
  /** A jump that is a macro's argument; `returns` stands at the value of a return. */
  | 'goto'
  | 'break'
  | 'continue'
  | 'return'
  | 'returns'
  /** Code that is a macro's argument: the macro runs it, or does not, or does again. */
  | 'maybe';

/** One C token. Comments and blanks are not tokens. `start` and `end` stay those of the original text. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** Text for the parser, never longer than the original; empty when the token is hidden from it. */
  text: string;
  mark?: Mark;
  /** Text put into the blanks behind the token, such as a missing semicolon. */
  after?: string;
}

const THREE = new Set(['...', '<<=', '>>=']);
const TWO = new Set('-> ++ -- << >> <= >= == != && || ## += -= *= /= %= &= |= ^='.split(' '));

/**
 * Tokens of `text` between two offsets. Line continuations are blanks; a directive is one token with all its text.
 * Odd characters become one-character `punct` tokens: the parser then reports the place.
 */
export function tokenise(text: string, start: number, end: number): Token[] {
  const tokens: Token[] = [];
  let fresh = startsLine(text, start);
  for (let at = start; at < end;) {
    const c = text.charCodeAt(at);
    if (c === NEWLINE) fresh = !isContinued(text, at);
    if (c === NEWLINE || isBlank(c) || (c === BACKSLASH && isSplice(text, at))) {
      at++;
      continue;
    }
    if (c === SLASH) {
      const past = Math.min(skipComment(text, at), end);
      if (past > at) {
        at = past;
        continue;
      }
    }
    const token = c === HASH && fresh ? directive(text, at, end) : tokenAt(text, at, end, c);
    tokens.push(token);
    fresh = false;
    at = token.end;
  }
  return tokens;
}

function isSplice(text: string, at: number): boolean {
  let next = at + 1;
  while (isBlank(text.charCodeAt(next))) next++;
  return next >= text.length || text.charCodeAt(next) === NEWLINE;
}

function directive(text: string, at: number, limit: number): Token {
  const end = Math.min(skipDirective(text, at), limit);
  return { kind: 'directive', start: at, end, text: text.slice(at, end) };
}

function tokenAt(text: string, at: number, limit: number, c: number): Token {
  if (isDigit(c) || (c === DOT && isDigit(text.charCodeAt(at + 1)))) return number(text, at, limit);
  if (isWordChar(c)) return word(text, at, limit);
  if (c === QUOTE) return literal(text, at, limit, 'string');
  if (c === APOSTROPHE) return literal(text, at, limit, 'char');
  return punct(text, at, limit);
}

function word(text: string, at: number, limit: number): Token {
  let end = at + 1;
  while (end < limit && isWordChar(text.charCodeAt(end))) end++;
  return { kind: 'word', start: at, end, text: text.slice(at, end) };
}

function number(text: string, at: number, limit: number): Token {
  let end = at + 1;
  while (end < limit && (isWordChar(text.charCodeAt(end)) || isFraction(text, end))) end++;
  return { kind: 'number', start: at, end, text: text.slice(at, end) };
}

function isFraction(text: string, at: number): boolean {
  return text.charCodeAt(at) === DOT && text.charCodeAt(at + 1) !== DOT;
}

/** Literals reach the parser with neutral contents: nothing in them can then upset it, and none of them is looked into. */
function literal(text: string, at: number, limit: number, kind: 'string' | 'char'): Token {
  const end = Math.min(skipLiteral(text, at), limit);
  const quote = kind === 'string' ? '"' : "'";
  const length = end - at;
  const body = kind === 'char' && length < 3 ? '0'.repeat(length) : quote + 's'.repeat(Math.max(0, length - 2)) + quote;
  return { kind, start: at, end, text: length < 2 ? '0' : body };
}

function punct(text: string, at: number, limit: number): Token {
  const three = text.slice(at, at + 3);
  const length = THREE.has(three) ? 3 : TWO.has(three.slice(0, 2)) ? 2 : 1;
  const end = Math.min(at + length, limit);
  const raw = text.slice(at, end);
  return { kind: 'punct', start: at, end, text: raw < ' ' || raw > '~' ? '@' : raw };
}

/**
 * For each bracket the index of its partner, and -1 for brackets without one and for all other tokens.
 * A closing bracket of another sort pops what stands open above its own: the outer structure wins.
 */
export function matchBrackets(tokens: readonly Token[]): Int32Array {
  const partner = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== 'punct') return;
    if (token.text === '(' || token.text === '[' || token.text === '{') open.push(index);
    else if (token.text === ')' || token.text === ']' || token.text === '}') close(tokens, partner, open, index);
  });
  return partner;
}

function close(tokens: readonly Token[], partner: Int32Array, open: number[], index: number): void {
  const wanted = tokens[index]?.text === ')' ? '(' : tokens[index]?.text === ']' ? '[' : '{';
  let depth = open.length - 1;
  while (depth >= 0 && tokens[open[depth] ?? -1]?.text !== wanted) depth--;
  const opener = open[depth];
  if (opener === undefined) return;
  partner[opener] = index;
  partner[index] = opener;
  open.length = depth;
}
