import type { Expr, Stmt, TypeName } from './ir.js';
import type { Mark } from './lexer.js';
import type { CNode } from './parser.js';

/** What lowering one body needs besides its tree. */
export interface LowerContext {
  /** The whole original text: names and numbers are read from it. */
  readonly text: string;
  /** Offset in the text of the tree's offset 0. */
  readonly base: number;
  /** What normalising did, by offset in the text. */
  readonly marks: ReadonlyMap<number, Mark>;
  /** Arguments of __free(), by the offset of the declaration's token that stands in front of it. */
  readonly cleanups: readonly Cleanup[];
  /**
   * Lowers the statements of a block. Statements hold expressions and, in GNU C, expressions hold statements:
   * `x = ({ lock(); next(); })`; the way back leads through here, so that expressions need not know of statements.
   */
  readonly lowerBody: (context: LowerContext, node: CNode) => readonly Stmt[];
}

/** `__free(name)` as it stood in the original text. */
export interface Cleanup {
  readonly at: number;
  readonly name: string;
}

export function startOf(context: LowerContext, node: CNode): number {
  return node.start + context.base;
}

export function endOf(context: LowerContext, node: CNode): number {
  return node.end + context.base;
}

export function spanOf(context: LowerContext, node: CNode): { start: number; end: number } {
  return { start: startOf(context, node), end: endOf(context, node) };
}

/** The original text of a node. */
export function sourceOf(context: LowerContext, node: CNode): string {
  return context.text.slice(startOf(context, node), endOf(context, node));
}

export function markOf(context: LowerContext, node: CNode): Mark | undefined {
  return context.marks.get(startOf(context, node));
}

export function field(node: CNode, name: string): CNode | undefined {
  return node.children.find((child) => child.field === name);
}

/** Children without comments, which the grammar allows anywhere. */
export function partsOf(node: CNode): readonly CNode[] {
  return node.children.filter((child) => child.type !== 'comment');
}

/** A type from a type node and its abstract declarator. */
export function typeOf(context: LowerContext, node: CNode | undefined, pointers: number): TypeName {
  if (node === undefined || markOf(context, node) === 'type') return { base: '', tag: '', pointers };
  const tag = /^(struct|union|enum)_specifier$/.exec(node.type)?.[1] ?? '';
  const named = tag === '' ? node : field(node, 'name');
  const base = named === undefined ? '' : sourceOf(context, named).replace(/\s+/g, ' ');
  return { base, tag, pointers };
}

/** Number of stars and dimensions of a declarator, and the node that holds its name. */
export function declaratorOf(node: CNode | undefined): { readonly name: CNode | undefined; readonly pointers: number } {
  let pointers = 0;
  let at = node;
  while (at !== undefined && at.type !== 'identifier' && at.type !== 'type_identifier') {
    if (/(?:pointer|array)_declarator$/.test(at.type)) pointers++;
    at = field(at, 'declarator') ?? at.children.find((child) => /declarator$|^identifier$/.test(child.type));
  }
  return { name: at, pointers };
}

/** True for the declarator of a function (`struct page *f(int)`), not for that of a pointer to one. */
export function isPrototype(node: CNode): boolean {
  let at: CNode | undefined = node;
  while (at?.type === 'pointer_declarator') at = field(at, 'declarator');
  return at?.type === 'function_declarator' && field(at, 'declarator')?.type === 'identifier';
}

/** An expression of no known form, with its parts. */
export function unknown(context: LowerContext, node: CNode, parts: readonly Expr[]): Expr {
  return { op: 'unknown', parts, ...spanOf(context, node) };
}

/** Value of a C integer or character constant; undefined for floating ones and those beyond 2^53. */
export function numberValue(text: string): number | undefined {
  // The grammar takes a sign in front of a number for a part of it where no operator can stand.
  if (text.startsWith('-')) return negate(numberValue(text.slice(1).trim()));
  if (text.startsWith('+')) return numberValue(text.slice(1).trim());
  if (text.startsWith("'")) return characterValue(text.slice(1, -1));
  const digits = text.replace(/(?<![uUlL])[uUlL]+$/, '').replace(/'/g, '');
  if (/^0[0-7]+$/.test(digits)) return safe(parseInt(digits, 8));
  if (/^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)$/.test(digits)) return safe(Number(digits));
  return undefined;
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  '0': 0,
  '\\': 92,
  "'": 39,
  '"': 34,
  a: 7,
  b: 8,
};

function characterValue(text: string): number | undefined {
  if (text.length === 1) return text.charCodeAt(0);
  return text.length === 2 && text.startsWith('\\') ? ESCAPES[text.slice(1)] : undefined;
}

function negate(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

function safe(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}
