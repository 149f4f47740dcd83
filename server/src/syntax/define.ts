import type { FunctionIr } from './ir.js';
import type { Item } from './item.js';
import type { Token } from './lexer.js';
import { tokenise } from './lexer.js';
import { normaliseBody } from './normalise.js';
import type { ReadError, ReadResult, ReadTools } from './parse-body.js';
import { parseBody } from './parse-body.js';
import { isBlank } from './chars.js';
import { wordAt } from './scan.js';
import type { Signature } from './signature.js';
import { NO_TYPE, splitCommas } from './signature.js';
import { KEYWORDS } from './tables.js';

/** The parts of `#define NAME(params) body`. */
interface Define {
  readonly signature: Signature;
  /** Offset of the body's first token, or of the end. */
  readonly bodyAt: number;
}

/** Characters in front of every body, at least: `#define X `. The wrapping is written over them. */
const ROOM = 10;

/**
 * Reads a #define as a function named like the macro, with parameters of no type. A body that is an expression becomes
 * `return (body);`; any other is read as statements. An empty body, or one that is no C by itself, gives no function.
 */
export function readDefineBody(tools: ReadTools, text: string, item: Item): ReadResult {
  const define = readDefine(text, item);
  if (define.bodyAt >= item.end) return { functions: [] };
  const ways = startsStatement(text, define.bodyAt) ? ['statement' as const] : (['expression', 'statement'] as const);
  let error: ReadError | undefined;
  for (const way of ways) {
    const result = readAs(tools, text, item, define, way);
    if (!('why' in result)) return { functions: [result] };
    error = result;
  }
  return { functions: [], ...(error === undefined ? {} : { error }) };
}

function readDefine(text: string, item: Item): Define {
  let at = text.indexOf('define', item.start) + 'define'.length;
  while (isBlank(text.charCodeAt(at))) at++;
  const name = wordAt(text, at);
  const tokens = tokenise(text, at + name.length, item.end);
  const hasParams = tokens[0]?.text === '(' && tokens[0].start === at + name.length;
  const close = hasParams ? tokens.findIndex((token) => token.text === ')') : -1;
  const params = close > 0 ? splitCommas(tokens, 0, close).map(([first]) => first?.text ?? '') : [];
  const signature: Signature = {
    name,
    nameAt: at,
    static: false,
    returns: NO_TYPE,
    params: params.filter((param) => /^\w/.test(param)).map((param) => ({ name: param, type: NO_TYPE })),
  };
  return { signature, bodyAt: tokens[close + 1]?.start ?? item.end };
}

function startsStatement(text: string, at: number): boolean {
  const word = wordAt(text, at);
  return text.charAt(at) === '{' || (KEYWORDS.has(word) && word !== 'sizeof');
}

function readAs(
  tools: ReadTools,
  text: string,
  item: Item,
  define: Define,
  way: 'expression' | 'statement',
): FunctionIr | ReadError {
  const tokens = joinTexts(joinPasted(tokenise(text, define.bodyAt, item.end)));
  const start = define.bodyAt - ROOM;
  const wrapped = [...wrapper(start, way === 'expression' ? ['{', 'return', '('] : ['{']), ...tokens];
  const tail = way === 'expression' ? ');}' : ';}';
  for (let i = 0; i < tail.length; i++) {
    wrapped.push({ kind: 'punct', start: item.end + i, end: item.end + i + 1, text: tail.charAt(i) });
  }
  const body = normaliseBody(wrapped, start, item.end + tail.length, tools.tables);
  const read = parseBody(tools, text, body, define.signature, item, 'macro');
  return 'why' in read ? read : { ...read, isExpression: way === 'expression' };
}

function wrapper(start: number, texts: readonly string[]): Token[] {
  let at = start;
  return texts.map((text) => {
    const token: Token = { kind: /^\w/.test(text) ? 'word' : 'punct', start: at, end: at + text.length, text };
    at += text.length;
    return token;
  });
}

/** `a##b` becomes one word, `#a` the word; a pasted `, ##__VA_ARGS__` loses its `##`. */
function joinPasted(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || token.text === '#') continue;
    const previous = joined.at(-1);
    if (token.text !== '##') joined.push(token);
    else if (previous?.kind === 'word' && isPastable(tokens[i + 1])) {
      joined[joined.length - 1] = paste(previous, tokens[++i] ?? token);
    }
  }
  return joined;
}

/** `pr_fmt("...") format` is one string in the end: what stands behind a call inside of arguments is hidden. */
function joinTexts(tokens: readonly Token[]): Token[] {
  const opened: boolean[] = [];
  let wasCall = false;
  return tokens.filter((token, i) => {
    const [before, after] = [tokens[i - 1], tokens[i + 1]];
    if (token.text === '(') opened.push(isCallee(before));
    const isTail = token.kind === 'word' && before?.text === ')' && (after?.text === ',' || after?.text === ')');
    const hidden = isTail && opened.at(-1) === true && wasCall;
    wasCall = token.text === ')' && opened.pop() === true;
    return !hidden;
  });
}

function isCallee(token: Token | undefined): boolean {
  return token?.kind === 'word' && !KEYWORDS.has(token.text);
}

function isPastable(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'number';
}

function paste(left: Token, right: Token): Token {
  const gap = '_'.repeat(right.start - left.end);
  return { kind: 'word', start: left.start, end: right.end, text: left.text + gap + right.text };
}
