import { createScanner, findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import { nearest } from '@pageref/shared';
import type * as z from 'zod';
import { toJSONSchema } from 'zod';
import { lineStarts, positionAt } from '../../syntax/index.js';

/** JSON that people write: read as data, with the place of everything that is wrong with it. */

/** One mistake in a text. Offsets are UTF-16 code units. */
export interface JsonProblem {
  readonly offset: number;
  readonly length: number;
  /** What is wrong and what is expected, one sentence without a full stop. */
  readonly message: string;
}

/** Keys and indices from the root to a value. */
export type JsonPath = readonly (string | number)[];

export interface ReadJson<T> {
  readonly value: T;
  /** The place of a value, or of the nearest thing around it that is there. */
  readonly at: (path: JsonPath) => Pick<JsonProblem, 'offset' | 'length'>;
}

/** Nothing people write is nested deeper, and the parser calls itself once for each level. */
const DEEPEST = 64;
/** One wrong bracket can make everything behind it wrong. */
export const MOST_PROBLEMS = 50;

/**
 * Reads a text by a schema: its value, or every mistake in the order of the text. Total.
 * @param whole what the text is called in a message
 */
export function readJson<T>(
  text: string,
  schema: z.ZodType<T>,
  whole = 'the file',
): ReadJson<T> | { readonly problems: JsonProblem[] } {
  const deep = tooDeep(text);
  if (deep !== undefined)
    return { problems: [{ offset: deep, length: 1, message: `nested deeper than ${DEEPEST} levels` }] };
  if (text.trim() === '') return { problems: [{ offset: 0, length: 0, message: `${whole} is empty` }] };
  const errors: ParseError[] = [];
  // A byte order mark is no JSON, and some editors write one.
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { disallowComments: true });
  if (errors.length > 0 || !root) return { problems: inOrder(errors.map(syntaxProblem)) };
  const at = (path: JsonPath): Pick<JsonProblem, 'offset' | 'length'> => placeOf(root, path);
  const twice = repeatedKeys(root);
  const value: unknown = getNodeValue(root);
  const parsed = schema.safeParse(value);
  if (twice.length === 0 && parsed.success) return { value: parsed.data, at };
  const issues = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) => issueProblems(issue, value, { schema, root, whole }));
  const first = inOrder([...twice, ...issues]);
  return { problems: first.map(({ offset, length, message }) => ({ offset, length, message: message() })) };
}

/** "FILE:LINE:COLUMN: message", as compilers write it. */
export function problemLine(file: string, text: string, { offset, message }: JsonProblem): string {
  const { line, column } = positionAt(lineStarts(text), offset);
  return `${file}:${line}:${column}: ${message}`;
}

function inOrder<P extends { readonly offset: number }>(problems: readonly P[]): P[] {
  return [...problems].sort((a, b) => a.offset - b.offset).slice(0, MOST_PROBLEMS);
}

/** Offset of the bracket that opens one level too many. */
function tooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (;;) {
    const before = scanner.getPosition();
    scanner.scan();
    const offset = scanner.getTokenOffset();
    const open = text.charAt(offset);
    if (scanner.getTokenLength() === 0 && scanner.getPosition() === before) return undefined;
    if (open === '{' || open === '[') depth++;
    else if (open === '}' || open === ']') depth--;
    if (depth > DEEPEST) return offset;
  }
}

/** The last one would count, in silence. */
function repeatedKeys(node: Node): Unsaid[] {
  const here: Unsaid[] = [];
  const seen = new Set<string>();
  for (const property of node.type === 'object' ? (node.children ?? []) : []) {
    const key = property.children?.[0];
    const name = String(key?.value);
    if (key && (seen.has(name) || name === '__proto__'))
      here.push({ ...span(key), message: always(seen.has(name) ? `"${name}" is there twice` : `"${name}" is no key`) });
    seen.add(name);
  }
  return [...here, ...(node.children ?? []).flatMap(repeatedKeys)];
}

/** A mistake whose words are found when it is shown: most of them never are, where there are thousands. */
type Unsaid = Pick<JsonProblem, 'offset' | 'length'> & { readonly message: () => string };

function always(message: string): () => string {
  return () => message;
}

/** A text that was read and what it was read by. */
interface Whole {
  readonly schema: z.ZodType;
  readonly root: Node;
  readonly whole: string;
}

function issueProblems(issue: z.core.$ZodIssue, value: unknown, { schema, root, whole }: Whole): Unsaid[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code !== 'unrecognized_keys') {
    return [{ ...placeOf(root, path), message: () => issueText(issue, path, valueAt(value, path), whole) }];
  }
  const keys = keysOf(findNodeAtLocation(root, path));
  return issue.keys.map((key) => {
    const property = keys.get(key);
    return {
      ...(property ? span(property) : placeOf(root, path)),
      message: () => `unknown key "${key}"; ${choice(key, keysAt(schema, path))}`,
    };
  });
}

/** The keys of an object by name; of one that is there twice the last. */
function keysOf(object: Node | undefined): ReadonlyMap<string, Node> {
  const properties = object?.type === 'object' ? (object.children ?? []) : [];
  return new Map(
    properties.flatMap(({ children }) => (children?.[0] ? [[String(children[0].value), children[0]]] : [])),
  );
}

function issueText(issue: z.core.$ZodIssue, path: JsonPath, value: unknown, whole: string): string {
  const key = path.at(-1);
  const name = typeof key === 'string' ? `"${key}"` : typeof key === 'number' ? `item ${key + 1}` : whole;
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (value === undefined && key !== undefined) return `${name} is missing`;
  if (issue.code === 'invalid_type') return `${name} must be ${article(issue.expected)}, not ${typeName(value)}`;
  // A schema's own words say more than the library's.
  if (!/^(Invalid|Too)\b/.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_value') return unknownText(value, issue.values.map(String));
  if (issue.code === 'too_small') return `${name} must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `${name} must be at most ${issue.maximum}`;
  return `${name} is not right: ${issue.message}`;
}

/** `"fs-dx" is not known; did you mean "fs-dax"?` and, where they are few, what it can be. */
export function unknownText(value: unknown, allowed: readonly string[], what = 'value'): string {
  return `${shown(value)} is no known ${what}; ${choice(typeof value === 'string' ? value : '', allowed)}`;
}

/** A value inside a message: short, and on one line. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function choice(word: string, allowed: readonly string[]): string {
  const near = word === '' ? [] : nearest(word, allowed, 1);
  if (near.length > 0) return `did you mean "${near.join()}"?`;
  if (allowed.length > 30) return `it can be "${allowed[0] ?? ''}" to "${allowed.at(-1) ?? ''}"`;
  return `it can be ${allowed.map((one) => `"${one}"`).join(', ')}`;
}

/** Keys an object at a path may have, as the schema says. */
function keysAt(schema: z.ZodType, path: JsonPath): string[] {
  let here = toJSONSchema(schema, { target: 'draft-7' }) as JsonSchema | undefined;
  for (const part of path) here = typeof part === 'number' ? here?.items : here?.properties?.[part];
  return Object.keys(here?.properties ?? {});
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

function valueAt(value: unknown, path: JsonPath): unknown {
  let here = value;
  for (const part of path) here = (here as Record<string | number, unknown> | undefined)?.[part];
  return here;
}

function placeOf(root: Node, path: JsonPath): Pick<JsonProblem, 'offset' | 'length'> {
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    // An object or list is shown by its first bracket: it can be long.
    if (node) return node.type === 'object' || node.type === 'array' ? { offset: node.offset, length: 1 } : span(node);
  }
  return { offset: 0, length: 0 };
}

function span({ offset, length }: Node): Pick<JsonProblem, 'offset' | 'length'> {
  return { offset, length };
}

/** "InvalidSymbol" as words. */
function syntaxProblem({ error, offset, length }: ParseError): JsonProblem {
  const code = printParseErrorCode(error);
  const words = code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return { offset, length, message: code === 'InvalidCommentToken' ? 'JSON has no comments' : `not JSON: ${words}` };
}

function article(type: string): string {
  return type === 'array' ? 'a list' : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return article(Array.isArray(value) ? 'array' : typeof value);
}
