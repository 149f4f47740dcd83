import type { SyntaxMacros } from '@pageref/shared';
import type { FunctionIr } from './ir.js';
import type { Item } from './item.js';
import { readDefineBody } from './define.js';
import { tokenise } from './lexer.js';
import type { LowerContext } from './lower-context.js';
import { lowerBody } from './lower-stmt.js';
import type { NormalBody } from './normalise.js';
import { normaliseBody, splitFunction } from './normalise.js';
import type { CParser } from './parser.js';
import { selectArms } from './select.js';
import type { Signature } from './signature.js';
import { readSignature } from './signature.js';
import type { SyntaxTables } from './tables.js';
import { makeTables } from './tables.js';

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

/** Reads items into functions. Total: it throws for no text. */
export interface CReader {
  /** Reads an item of kind `function` or `define`; other kinds give no functions and no error. */
  readFunction(text: string, item: Item): ReadResult;
}

/** What reading needs: kept for the life of a reader. */
export interface ReadTools {
  readonly parser: CParser;
  readonly tables: SyntaxTables;
}

export function createCReader(options: { readonly parser: CParser; readonly syntax: SyntaxMacros }): CReader {
  const tools: ReadTools = { parser: options.parser, tables: makeTables(options.syntax) };
  return { readFunction: (text, item) => readItem(tools, text, item) };
}

function readItem(tools: ReadTools, text: string, item: Item): ReadResult {
  try {
    if (item.kind === 'define') return readDefineBody(tools, text, item);
    return item.kind === 'function' ? readVariants(tools, text, item) : { functions: [] };
  } catch (error) {
    // Deep nesting can exhaust the stack; the item is then like one that does not parse.
    return { functions: [], error: { start: item.start, why: `reading failed: ${String(error)}` } };
  }
}

function readVariants(tools: ReadTools, text: string, item: Item): ReadResult {
  const tokens = tokenise(text, item.start, item.end);
  const functions: FunctionIr[] = [];
  for (let variant = 0, variants = 1; variant < variants; variant++) {
    const selection = selectArms(tokens, variant);
    if (variant === 0) variants = selection.variants;
    const result = readOne(tools, text, item, selection.tokens);
    if ('why' in result) {
      if (variant === 0) return { functions: [], error: result };
    } else functions.push(result);
  }
  return { functions };
}

function readOne(
  tools: ReadTools,
  text: string,
  item: Item,
  tokens: ReturnType<typeof tokenise>,
): FunctionIr | ReadError {
  const parts = splitFunction(tokens);
  const signature = parts === undefined ? undefined : readSignature(parts.head, tools.tables);
  const start = parts?.body[0]?.start;
  if (parts === undefined || signature === undefined || start === undefined) {
    return { start: item.start, why: 'no function head was found' };
  }
  if (!parts.closed) return { start, why: 'the body has no closing brace' };
  const body = normaliseBody(parts.body, start, item.end, tools.tables);
  return parseBody(tools, text, body, signature, item, 'function');
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
  const context: LowerContext = { text, base: body.start, marks: body.marks, cleanups: body.cleanups };
  const root = tree.root.children.find((child) => child.type === 'compound_statement');
  if (root === undefined) return { start: body.start, why: 'the body is no block' };
  return { ...signature, body: lowerBody(context, root), origin, start: item.start, end: item.end };
}
