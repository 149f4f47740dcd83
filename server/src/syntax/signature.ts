import type { Param, TypeName } from './ir.js';
import type { Candidate } from './head.js';
import { findCandidate, nameOf } from './head.js';
import type { Token } from './lexer.js';
import { matchBrackets } from './lexer.js';
import type { SyntaxTables } from './tables.js';

/** What the head of a function says. */
export interface Signature {
  readonly name: string;
  readonly nameAt: number;
  readonly static: boolean;
  readonly returns: TypeName;
  readonly params: readonly Param[];
}

const QUALIFIERS = new Set('const volatile static extern inline restrict typedef register'.split(' '));
const BASIC = new Set('unsigned signed int long short char void float double _Bool'.split(' '));
const TAGS = new Set(['struct', 'union', 'enum']);

export const NO_TYPE: TypeName = { base: '', tag: '', pointers: 0 };

/** Reads the tokens in front of a function's body; undefined when they hold no declarator. */
export function readSignature(tokens: readonly Token[], tables: SyntaxTables): Signature | undefined {
  const head = tokens.filter((token) => !tables.attributes.has(token.text));
  const partner = matchBrackets(head);
  const candidate = findCandidate(head, partner);
  if (candidate === undefined) return undefined;
  const named = nameOf(head, candidate);
  if (named === undefined) return undefined;
  const before = head.slice(0, candidate.at);
  const isMacro = named.at !== head[candidate.at]?.start;
  return {
    name: named.name,
    nameAt: named.at,
    static: before.some((token) => token.text === 'static'),
    returns: readType(before),
    params: isMacro ? macroParams(head, partner, candidate) : splitParams(head, candidate.open, candidate.close),
  };
}

/** `FNAME(walk)(struct x *a)` has its parameters in a second group; `SYSCALL_DEFINE2(f, int, a, u32, b)` in pairs. */
function macroParams(head: readonly Token[], partner: Int32Array, candidate: Candidate): readonly Param[] {
  const open = candidate.close + 1;
  if (head[open]?.text === '(') return splitParams(head, open, partner[open] ?? open);
  const parts = splitCommas(head, candidate.open, candidate.close).slice(1);
  if (parts.length % 2 === 1) return parts.flatMap(readParam);
  const params: Param[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    params.push({ name: parts[i + 1]?.at(-1)?.text ?? '', type: readType(parts[i] ?? []) });
  }
  return params;
}

function splitParams(head: readonly Token[], open: number, close: number): readonly Param[] {
  return splitCommas(head, open, close).flatMap(readParam);
}

/** The token runs between the commas of a group. */
export function splitCommas(tokens: readonly Token[], open: number, close: number): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (let i = open + 1; i < close; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (token.text === '(' || token.text === '[' || token.text === '{') depth++;
    else if (token.text === ')' || token.text === ']' || token.text === '}') depth--;
    if (token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.length === 1 && parts[0]?.length === 0 ? [] : parts;
}

function readParam(tokens: readonly Token[]): readonly Param[] {
  if (tokens.length === 0 || tokens[0]?.text === '...') return [];
  if (tokens.length === 1 && tokens[0]?.text === 'void') return [];
  const plain = dropAttributeCalls(tokens);
  const group = plain.findIndex((token) => token.text === '(');
  if (group > 0) return [functionPointer(plain, group)];
  const nameIndex = nameIndexOf(plain);
  const name = plain[nameIndex]?.text ?? '';
  return [{ name, type: readType(plain.filter((_, index) => index !== nameIndex)) }];
}

function functionPointer(tokens: readonly Token[], group: number): Param {
  const name = tokens.slice(group).find((token) => token.kind === 'word')?.text ?? '';
  const type = readType(tokens.slice(0, group));
  return { name, type: { ...type, pointers: type.pointers + 1 } };
}

/** The last word that is not the type itself; -1 for a parameter without a name. */
function nameIndexOf(tokens: readonly Token[]): number {
  for (let i = tokens.length - 1; i > 0; i--) {
    const token = tokens[i];
    if (token?.kind !== 'word' || insideBrackets(tokens, i)) continue;
    const isType = BASIC.has(token.text) || QUALIFIERS.has(token.text) || TAGS.has(tokens[i - 1]?.text ?? '');
    return isType || !tokens.slice(0, i).some((other) => isTypeWord(other)) ? -1 : i;
  }
  return -1;
}

function insideBrackets(tokens: readonly Token[], at: number): boolean {
  return (
    tokens.slice(0, at).filter((token) => token.text === '[').length >
    tokens.slice(0, at).filter((token) => token.text === ']').length
  );
}

function isTypeWord(token: Token): boolean {
  return token.kind === 'word' && !QUALIFIERS.has(token.text);
}

/** Drops `word(...)` runs such as `__aligned(8)`: a parameter's own group starts with a star. */
function dropAttributeCalls(tokens: readonly Token[]): readonly Token[] {
  const partner = matchBrackets(tokens);
  const kept: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const close = tokens[i + 1]?.text === '(' ? (partner[i + 1] ?? -1) : -1;
    if (token?.kind === 'word' && close > i && tokens[i + 2]?.text !== '*' && token.text.startsWith('__')) i = close;
    else if (token !== undefined) kept.push(token);
  }
  return kept;
}

/** A type from its specifiers and stars. Of several plain words the likeliest type name is taken: attributes look otherwise. */
export function readType(tokens: readonly Token[]): TypeName {
  const pointers = tokens.filter((token) => token.text === '*' || token.text === '[').length;
  const dimension = tokens.findIndex((token) => token.text === '[');
  const outside = dimension < 0 ? tokens : tokens.slice(0, dimension);
  const words = outside.filter((token) => token.kind === 'word' && !QUALIFIERS.has(token.text)).map(({ text }) => text);
  const tagAt = words.findIndex((word) => TAGS.has(word));
  if (tagAt >= 0) return { base: words[tagAt + 1] ?? '', tag: words[tagAt] ?? '', pointers };
  const basic = words.filter((word) => BASIC.has(word));
  if (basic.length > 0) return { base: basic.join(' '), tag: '', pointers };
  const plain = words.filter((word) => !word.startsWith('__') && !/^[A-Z0-9_]+$/.test(word));
  return { base: plain.at(-1) ?? words.at(-1) ?? '', tag: '', pointers };
}
