import type { FunctionIr } from './ir.js';
import type { Item } from './item.js';
import type { LowerContext } from './lower-context.js';
import { lowerBody } from './lower-stmt.js';
import type { NormalBody } from './normalise.js';
import type { CParser } from './parser.js';
import type { Signature } from './signature.js';
import type { SyntaxTables } from './tables.js';

/** Where and why an item was not analysed. `start` is a UTF-16 offset in the file's text. */
export interface ReadError {
  readonly start: number;
  readonly why: string;
}

export interface ReadResult {
  /** Several of the same name when #if groups cut through statements: each is one way to compile the item. */
  readonly functions: readonly FunctionIr[];
  readonly error?: ReadError;
}

/** What reading needs: kept for the life of a reader. */
export interface ReadTools {
  readonly parser: CParser;
  readonly tables: SyntaxTables;
}

/** Parses a normalised body and lowers it; an error when the parser finds one. */
export function parseBody(
  tools: ReadTools,
  text: string,
  body: NormalBody,
  signature: Signature,
  item: Item,
  origin: FunctionIr['origin'],
): FunctionIr | ReadError {
  const tree = tools.parser.parse(body.text);
  if (tree.error !== undefined) return { start: body.start + tree.error.start, why: tree.error.why };
  const context: LowerContext = { text, base: body.start, marks: body.marks, cleanups: body.cleanups, lowerBody };
  const root = tree.root.children.find((child) => child.type === 'compound_statement');
  if (root === undefined) return { start: body.start, why: 'the body is no block' };
  const span = { start: item.start, end: item.end };
  return {
    ...signature,
    body: lowerBody(context, root),
    origin,
    isExpression: false,
    reading: 0,
    unreadWays: undefined,
    ...span,
  };
}
