import type { SyntaxMacros } from '@pageref/shared';
import type { FunctionIr } from './ir.js';
import type { Item } from './item.js';
import { readDefineBody } from './define.js';
import { tokenise } from './lexer.js';
import type { Token } from './lexer.js';
import { normaliseBody, splitFunction } from './normalise.js';
import { parseBody } from './parse-body.js';
import type { ReadError, ReadResult, ReadTools } from './parse-body.js';
import type { CParser } from './parser.js';
import { readingsOf } from './select.js';
import { readSignature } from './signature.js';
import { makeTables } from './tables.js';

/** Reads items into functions. Total: it throws for no text. */
export interface CReader {
  /** Reads an item of kind `function` or `define`; other kinds give no functions and no error. */
  readFunction(text: string, item: Item): ReadResult;
}

export function createCReader(options: { readonly parser: CParser; readonly syntax: SyntaxMacros }): CReader {
  const tools: ReadTools = { parser: options.parser, tables: makeTables(options.syntax) };
  return { readFunction: (text, item) => readItem(tools, text, item) };
}

/**
 * Characters of an item that is read. The longest function of 6.12 outside of its tools has 213,406; a parser takes a hundred bytes
 * and more for each.
 */
const MAX_ITEM = 1 << 19;

function readItem(tools: ReadTools, text: string, item: Item): ReadResult {
  if (item.end - item.start > MAX_ITEM) {
    return { functions: [], error: { start: item.start, why: `longer than ${MAX_ITEM} characters` } };
  }
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
  const { first, others } = readingsOf(tokens);
  const result = readOne(tools, text, item, first);
  if ('why' in result) return { functions: [], error: result };
  const functions: FunctionIr[] = [{ ...result, reading: 0 }];
  let unreadWays = tokens.some(definesJump) ? 'a macro that is defined in it hides a jump' : undefined;
  const { readings, isAll } = others();
  if (!isAll) unreadWays ??= 'not all combinations of its #if arms were read';
  for (const [at, selected] of readings.entries()) {
    const other = readOne(tools, text, item, selected);
    if ('why' in other) unreadWays ??= 'one of its #if arms could not be read';
    else functions.push({ ...other, reading: at + 1 });
  }
  return { functions: unreadWays === undefined ? functions : functions.map((fn) => ({ ...fn, unreadWays })) };
}

function definesJump({ kind, text }: Token): boolean {
  return kind === 'directive' && /^#\s*define\b.*\b(?:goto|return|break|continue|case|default)\b/s.test(text);
}

function readOne(tools: ReadTools, text: string, item: Item, tokens: readonly Token[]): FunctionIr | ReadError {
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
