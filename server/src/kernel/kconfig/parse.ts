import { closingQuote, conjunction, parseExpression, UNREAD, YES, type Expression } from './expression.js';

/**
 * One `config` or `menuconfig` entry. A question about an arch needs a few dozen of its thousands of entries, so what is
 * below the first line is kept as text until `bodyOf` is asked for it.
 */
export interface Definition {
  readonly name: string;
  readonly path: string;
  /** One-based line of the entry. */
  readonly line: number;
  /** Conditions of the enclosing if, menu and choice blocks of the file. */
  readonly outer: Expression;
  /** The other attribute lines, in order. */
  readonly lines: { readonly keyword: string; readonly rest: string }[];
  /** `select` and `imply` lines: the symbol, and the text after it. */
  readonly selects: { readonly name: string; readonly rest: string; readonly strong: boolean }[];
  body: Body | undefined;
}

export interface Body {
  /** Parts of the `depends on` lines in order; all must hold. */
  readonly depends: Expression[];
  /** Condition of the prompt; undefined when the entry has none, so that nobody can be asked. */
  prompt: Expression | undefined;
  readonly defaults: { readonly value: Expression; readonly condition: Expression }[];
}

export interface KconfigFile {
  readonly definitions: readonly Definition[];
  /** `source` lines with the path as written and the conditions around them. */
  readonly sources: readonly { readonly path: string; readonly outer: Expression }[];
}

interface Block {
  readonly kind: 'if' | 'menu' | 'choice';
  readonly depends: Expression[];
}

interface State {
  readonly path: string;
  readonly definitions: Definition[];
  readonly sources: { path: string; outer: Expression }[];
  readonly blocks: Block[];
  /** The entry that attribute lines belong to: a config, a block, or nothing that matters (a comment). */
  current: Definition | Block | undefined;
}

/**
 * Reads one Kconfig file; `path` is only carried along. Help texts, ranges, options and what is unknown are passed over.
 * Never throws: a file that is no Kconfig file has no definitions.
 */
export function parseKconfig(path: string, text: string): KconfigFile {
  const state: State = { path, definitions: [], sources: [], blocks: [], current: undefined };
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const first = at;
    let line = (lines[at] ?? '').trim();
    if (line === '' || line.startsWith('#')) continue;
    while (line.endsWith('\\') && at + 1 < lines.length) line = `${line.slice(0, -1)} ${(lines[++at] ?? '').trim()}`;
    const keyword = KEYWORD.exec(line)?.[0];
    if (keyword === undefined) continue;
    const rest = stripComment(line.slice(keyword.length));
    if (HELP.has(keyword) && rest === '') at = skipHelp(lines, at);
    else statementOf(state, keyword, rest, first + 1);
  }
  return { definitions: state.definitions, sources: state.sources };
}

const KEYWORD = /^[A-Za-z_-]+/;
const HELP = new Set(['help', '---help---']);

/** Index of the last line of the help text that starts after line `at`: those indented no less than its first. */
function skipHelp(lines: readonly string[], at: number): number {
  let indent = -1;
  let prefix = '';
  let last = at;
  for (let next = at + 1; next < lines.length; next++) {
    const line = lines[next] ?? '';
    // Most lines of a help text begin with the very same blanks, so their columns need not be counted.
    if (indent < 0 || !line.startsWith(prefix)) {
      const text = line.trimStart();
      if (text === '') continue;
      const width = indentOf(line);
      if (indent < 0) [indent, prefix] = [width, line.slice(0, line.length - text.length)];
      if (width < indent || width === 0) break;
    }
    last = next;
  }
  return last;
}

/** Columns of leading blank space, tab stops at 8. */
function indentOf(line: string): number {
  let column = 0;
  for (const char of line) {
    if (char === '\t') column = (column & ~7) + 8;
    else if (char === ' ') column++;
    else break;
  }
  return column;
}

function stripComment(text: string): string {
  if (!text.includes('#')) return text.trim();
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"' || char === "'") at = closingQuote(text, at);
    else if (char === '#') return text.slice(0, at).trim();
  }
  return text.trim();
}

function statementOf(state: State, keyword: string, rest: string, line: number): void {
  const block = BLOCKS[keyword];
  if (keyword === 'config' || keyword === 'menuconfig') state.current = define(state, rest, line);
  else if (block) openBlock(state, block, rest);
  else if (ENDS.has(keyword)) closeBlock(state, keyword.slice(3));
  else if (SOURCES.has(keyword)) state.sources.push({ path: unquote(rest), outer: outerOf(state) });
  else if (keyword === 'comment' || keyword === 'mainmenu') state.current = undefined;
  else attribute(state.current, keyword, rest);
}

const BLOCKS: Readonly<Record<string, Block['kind'] | undefined>> = Object.assign(
  Object.create(null) as object,
  {
    if: 'if',
    menu: 'menu',
    choice: 'choice',
  } as const,
);
const ENDS = new Set(['endif', 'endmenu', 'endchoice']);
const SOURCES = new Set(['source', 'osource']);

function define(state: State, name: string, line: number): Definition {
  const outer = outerOf(state);
  const definition: Definition = { name, path: state.path, line, outer, lines: [], selects: [], body: undefined };
  state.definitions.push(definition);
  return definition;
}

/** Blocks in blocks whose conditions are kept; a kernel's Kconfig files have five. */
const MAX_BLOCKS = 100;

function openBlock(state: State, kind: Block['kind'], rest: string): void {
  const block: Block = { kind, depends: kind === 'if' ? [parseExpression(rest).value] : [] };
  state.blocks.push(block);
  state.current = block;
}

function closeBlock(state: State, kind: string): void {
  state.current = undefined;
  if (state.blocks.at(-1)?.kind === kind) state.blocks.pop();
}

/** Every entry has the conditions of all blocks around it, so there has to be an end of them. */
function outerOf({ blocks }: State): Expression {
  const conditions = blocks.slice(0, MAX_BLOCKS).flatMap(({ depends }) => depends);
  return conjunction(blocks.length > MAX_BLOCKS ? [...conditions, UNREAD] : conditions);
}

function unquote(text: string): string {
  return /^["'](.*)["']$/.exec(text)?.[1] ?? text;
}

const TYPES = new Set(['bool', 'boolean', 'tristate', 'string', 'int', 'hex', 'prompt']);
const DEFAULTS = new Set(['default', 'def_bool', 'def_tristate']);

function attribute(current: Definition | Block | undefined, keyword: string, rest: string): void {
  if (!current) return;
  if ('kind' in current) {
    if (keyword === 'depends') current.depends.push(...dependencies(rest));
  } else if (keyword === 'select' || keyword === 'imply') {
    const name = SYMBOL.exec(rest)?.[0];
    if (name) current.selects.push({ name, rest: rest.slice(name.length), strong: keyword === 'select' });
  } else if (keyword === 'depends' || TYPES.has(keyword) || DEFAULTS.has(keyword))
    current.lines.push({ keyword, rest });
}

const SYMBOL = /^\w+/;

/** The attributes of an entry, read when they are first asked for. */
export function bodyOf(definition: Definition): Body {
  if (definition.body) return definition.body;
  const body: Body = { depends: [], prompt: undefined, defaults: [] };
  for (const { keyword, rest } of definition.lines) {
    if (keyword === 'depends') body.depends.push(...dependencies(rest));
    else if (TYPES.has(keyword)) body.prompt = rest === '' ? body.prompt : promptOf(rest);
    else {
      const { value, condition } = parseExpression(rest);
      body.defaults.push({ value, condition: condition ?? YES });
    }
  }
  definition.body = body;
  return body;
}

/** Parts of `on A && B`, or of the newer `on A if B`, which asks for A only where B holds. */
function dependencies(rest: string): readonly Expression[] {
  const { value, condition } = parseExpression(rest.replace(/^on\b/, ''));
  if (condition) return [{ op: 'or', parts: [value, { op: 'not', of: condition }] }];
  return value.op === 'and' ? value.parts : [value];
}

/** The condition under which `"text" if condition` is shown. */
function promptOf(rest: string): Expression {
  const quote = rest[0] === '"' || rest[0] === "'";
  const after = quote ? rest.slice(closingQuote(rest, 0) + 1) : rest;
  return parseExpression(after).condition ?? YES;
}
