import { SYNTAX_MACROS } from '@pageref/shared/model';
import type { Token } from './lexer.js';
import { matchBrackets, tokenise } from './lexer.js';
import { DIALECT_CALLS } from './tables.js';

/** What the text in front of a `{` at file level says about the braces. */
export interface Head {
  readonly kind: 'function' | 'type' | 'declaration' | 'linkage';
  readonly name: string;
  /** Offset of the name, -1 without one. */
  readonly nameAt: number;
  /** Offset behind macro invocations without a semicolon that stand in front, on lines of their own; -1 without any. */
  readonly leadEnd: number;
}

/** A word with a parenthesised group behind it: what could be a function's name with its parameters. */
export interface Candidate {
  /** Token index of the word, or of the group's `(` when the name is inside (`(*f(int))(int)`). */
  readonly at: number;
  readonly open: number;
  readonly close: number;
}

const TYPE_WORDS = new Set(['typedef', 'struct', 'union', 'enum']);
const STORAGE = new Set(['static', 'extern', 'const', 'volatile', 'inline', '__inline', '__inline__', '__extension__']);
/** Words with a group behind them that are no function's name. */
const NOT_NAMES = new Set([...DIALECT_CALLS, '__typeof__', '__typeof', 'typeof', ...SYNTAX_MACROS.attributeCalls]);

/** Reads the head between two offsets; total, and linear in its length. */
export function readHead(text: string, start: number, end: number): Head {
  const tokens = tokenise(text, start, end).filter((token) => token.kind !== 'directive');
  const partner = matchBrackets(tokens);
  if (isLinkage(tokens)) return { kind: 'linkage', name: '', nameAt: -1, leadEnd: -1 };
  if (hasTopLevelAssignment(tokens, partner)) return { kind: 'declaration', name: '', nameAt: -1, leadEnd: -1 };
  const candidate = findCandidate(tokens, partner);
  if (candidate === undefined) return readTypeHead(tokens, partner);
  const rest = tokens[behindGroups(tokens, partner, candidate.close + 1)];
  if (rest !== undefined && (TYPE_WORDS.has(rest.text) || STORAGE.has(rest.text))) {
    // Macro invocations without a semicolon in front of a type or variable: no declarator goes on with such a word.
    const head = readHead(text, rest.start, end);
    return { ...head, leadEnd: Math.max(head.leadEnd, lastEndBefore(tokens, rest)) };
  }
  const leadEnd = leadingMacros(tokens, partner, text, candidate.at);
  const name = nameOf(tokens, candidate);
  return { kind: 'function', name: name?.name ?? '', nameAt: name?.at ?? -1, leadEnd };
}

/** Index behind any number of `WORD(...)`. */
function behindGroups(tokens: readonly Token[], partner: Int32Array, from: number): number {
  let i = from;
  while (tokens[i]?.kind === 'word' && tokens[i + 1]?.text === '(' && (partner[i + 1] ?? -1) > i) {
    i = (partner[i + 1] ?? i) + 1;
  }
  return i;
}

function lastEndBefore(tokens: readonly Token[], token: Token): number {
  return tokens[tokens.indexOf(token) - 1]?.end ?? -1;
}

function isLinkage(tokens: readonly Token[]): boolean {
  return tokens.length === 2 && tokens[0]?.text === 'extern' && tokens[1]?.kind === 'string';
}

function hasTopLevelAssignment(tokens: readonly Token[], partner: Int32Array): boolean {
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]?.text === '=') return true;
    i = Math.max(i, partner[i] ?? -1);
  }
  return false;
}

/**
 * The declarator of a function: the word with a group behind it that is not an attribute.
 * Attributes behind the parameters (`f(int a) __releases(lock)`) come after it with nothing but attributes between;
 * a word and group in front (`SEC("x") int f(void)`) is followed by a type.
 */
export function findCandidate(tokens: readonly Token[], partner: Int32Array): Candidate | undefined {
  let best: Candidate | undefined;
  let between = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    const close = tokens[i + 1]?.text === '(' ? (partner[i + 1] ?? -1) : -1;
    const returnsPointer = close > i && tokens[i + 2]?.text === '*' && tokens[close + 1]?.text === '(';
    if (token.kind === 'word' && close > i && !returnsPointer) {
      const next = { at: i, open: i + 1, close };
      if (isBetter(tokens, token.text, best, between)) best = next;
      between = 0;
      i = close;
    } else if (token.text === '(' && (partner[i] ?? -1) > i) {
      best ??= innerCandidate(tokens, partner, i);
      i = partner[i] ?? i;
    } else if (!token.text.startsWith('__')) between++;
  }
  return best;
}

function isBetter(tokens: readonly Token[], name: string, best: Candidate | undefined, between: number): boolean {
  if (NOT_NAMES.has(name)) return false;
  return best === undefined || between > 0 || (isNameLike(name) && isTypeInMacro(tokens, best));
}

/** Attributes behind the parameters are written in capitals, or begin with underscores. */
function isNameLike(name: string): boolean {
  return !name.startsWith('__') && /[a-z]/.test(name);
}

const BASIC_TYPES = new Set('void bool char short int long float double signed unsigned size_t ssize_t'.split(' '));

/** `HIDDEN(struct page *) name(...)`: a macro in capitals that is given a type, not parameters with names. */
function isTypeInMacro(tokens: readonly Token[], { at, open, close }: Candidate): boolean {
  const inner = tokens.slice(open + 1, close);
  const [first] = inner;
  if (!/^_*[A-Z][A-Z0-9_]*$/.test(tokens[at]?.text ?? '') || first === undefined) return false;
  const words = inner.filter(({ kind, text }) => kind === 'word' && !STORAGE.has(text));
  const isType = words.length === 1 || TYPE_WORDS.has(first.text) || words.every(({ text }) => BASIC_TYPES.has(text));
  return isType && inner.every(({ kind, text }) => kind === 'word' || text === '*');
}

/** `int (*find(int a))(int b)`: the function's own declarator is inside the first group. */
function innerCandidate(tokens: readonly Token[], partner: Int32Array, open: number): Candidate | undefined {
  const close = partner[open] ?? open;
  for (let i = open + 1; i < close; i++) {
    const group = tokens[i + 1]?.text === '(' ? (partner[i + 1] ?? -1) : -1;
    if (tokens[i]?.kind === 'word' && group > i && !NOT_NAMES.has(tokens[i]?.text ?? '')) {
      return { at: i, open: i + 1, close: group };
    }
  }
  return undefined;
}

/** Name of a function and its offset, also where a macro makes it (`SYSCALL_DEFINE3(read, ...)`, `FNAME(walk)(...)`). */
export function nameOf(tokens: readonly Token[], candidate: Candidate): { name: string; at: number } | undefined {
  const word = tokens[candidate.at];
  if (word === undefined) return undefined;
  const first = tokens[candidate.open + 1];
  const isMacro =
    /^_*[A-Z][A-Z0-9_]*$/.test(word.text) && first?.kind === 'word' && isAlone(tokens, candidate.open + 1);
  if (!isMacro) return { name: word.text, at: word.start };
  return { name: systemCallPrefix(word.text) + first.text, at: first.start };
}

function isAlone(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]?.text;
  return (next === ',' || next === ')') && tokens[at]?.text !== 'void';
}

function systemCallPrefix(macro: string): string {
  if (/^COMPAT_SYSCALL\d*_DEFINE\d$/.test(macro)) return 'compat_sys_';
  return /SYSCALL\d*_DEFINE\d$/.test(macro) ? 'sys_' : '';
}

/** End of leading `WORD(...)` groups with a line of their own in front of the declarator. */
function leadingMacros(tokens: readonly Token[], partner: Int32Array, text: string, declarator: number): number {
  let end = -1;
  for (let i = 0; i < declarator && tokens[i]?.kind === 'word';) {
    const close = tokens[i + 1]?.text === '(' ? (partner[i + 1] ?? -1) : -1;
    const last = tokens[close];
    const next = tokens[close + 1];
    if (last === undefined || next === undefined || close >= declarator) break;
    if (!text.slice(last.end, next.start).includes('\n')) break;
    end = last.end;
    i = close + 1;
  }
  return end;
}

function readTypeHead(tokens: readonly Token[], partner: Int32Array): Head {
  let i = 0;
  while (STORAGE.has(tokens[i]?.text ?? '')) i++;
  if (!TYPE_WORDS.has(tokens[i]?.text ?? '')) return { kind: 'declaration', name: '', nameAt: -1, leadEnd: -1 };
  const tag = lastTag(tokens, partner, i + 1);
  return { kind: 'type', name: tag?.text ?? '', nameAt: tag?.start ?? -1, leadEnd: -1 };
}

/** The last plain word of `struct __packed foo __aligned(8)`. */
function lastTag(tokens: readonly Token[], partner: Int32Array, from: number): Token | undefined {
  let tag: Token | undefined;
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i];
    const group = tokens[i + 1]?.text === '(' ? (partner[i + 1] ?? -1) : -1;
    if (group > i) i = group;
    else if (token?.kind === 'word' && !TYPE_WORDS.has(token.text) && (!token.text.startsWith('__') || !tag))
      tag = token;
  }
  return tag;
}
