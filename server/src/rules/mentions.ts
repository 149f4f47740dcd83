import type { ReservedBitNames, SiteKind, Writer } from '@pageref/shared';
import { buildCfg } from '../semantics/cfg-builder.js';
import type { Cfg, CfgNode } from '../semantics/cfg.js';
import { flagsOwner, isBit } from '../semantics/vocabulary.js';
import type { BitAliases, Vocabulary } from '../semantics/vocabulary.js';
import { bodiesOf, expressionsOf, partsOf } from '../semantics/walk.js';
import { findWords, inDeadArm } from '../syntax/index.js';
import type { Expr, FoundWord, FunctionIr, Item, Stmt } from '../syntax/index.js';
import type { SourceFile } from './source.js';

/** One mention of the reserved bit and what the text makes of it; a test still has to be judged. */
export interface Mention {
  readonly start: number;
  /** PageReserved, folio_test_reserved or raw-bit. */
  readonly form: string;
  readonly kind: SiteKind;
  /** Enclosing function, "-" outside of one. */
  readonly function: string;
  /** The contract that explains a mention that is no test, and a sentence for it. */
  readonly lexical: { readonly contract: string; readonly text: string } | undefined;
  /** The test in its function; undefined where there is nothing to judge or the function could not be read. */
  readonly test: { readonly fn: FunctionIr; readonly node: Extract<CfgNode, { op: 'branch' }> } | undefined;
}

export interface Mentions {
  readonly mentions: readonly Mention[];
  readonly writers: readonly Writer[];
}

/** The file's own names for the bit, from its #defines and enumerators. */
export function findAliases(text: string, items: readonly Item[], names: ReservedBitNames): BitAliases {
  const bits = new Set<string>();
  const masks = new Set<string>();
  const bit = names.bit;
  const mask = new RegExp(
    `^#\\s*define\\s+(\\w+)\\s+\\(?\\s*(?:\\(\\s*\\w[\\w ]*\\)\\s*)?(?:1[UL]*\\s*<<\\s*${bit}|BIT(?:_ULL)?\\(\\s*${bit}\\s*\\))\\s*\\)?\\s*$`,
  );
  const plain = new RegExp(`^#\\s*define\\s+(\\w+)\\s+\\(?\\s*${bit}\\s*\\)?\\s*$`);
  const enumerator = new RegExp(`(\\w+)\\s*=\\s*${bit}\\b`, 'g');
  let next = text.indexOf(bit);
  for (const item of items) {
    if (next < 0) break;
    if (next >= item.end) continue;
    const body = text.slice(item.start, item.end);
    next = text.indexOf(bit, item.end);
    if (item.kind === 'define') {
      const line = body
        .replace(/\\\r?\n/g, ' ')
        .replace(/\/\*[^]*?\*\/|\/\/.*$/g, ' ')
        .trim();
      const asMask = mask.exec(line)?.[1];
      const asBit = plain.exec(line)?.[1];
      if (asMask !== undefined) masks.add(asMask);
      if (asBit !== undefined) bits.add(asBit);
    } else if (item.kind === 'type' && /\benum\b/.test(body)) {
      for (const found of body.matchAll(enumerator)) if (found[1] !== undefined) bits.add(found[1]);
    }
  }
  return { bits, masks };
}

/** All words that can mention the bit in a file. */
export function mentionWords(names: ReservedBitNames, aliases: BitAliases): ReadonlySet<string> {
  return new Set([...names.tests, ...names.setters, ...names.clearers, names.bit, ...aliases.bits, ...aliases.masks]);
}

export function findMentions(file: SourceFile): Mentions {
  const { reserved, aliases } = file.unit.vocabulary;
  return mentionsAmong(file, findWords(file.text, mentionWords(reserved, aliases)));
}

/** The same, among words that were found already; each word's answer depends on that word alone. */
export function mentionsAmong(file: SourceFile, words: readonly FoundWord[]): Mentions {
  const { reserved: names } = file.unit.vocabulary;
  const mentions: Mention[] = [];
  const writers: Writer[] = [];
  const writerNames = new Set([...names.setters, ...names.clearers]);
  for (const word of words) {
    const isCode = word.lexical === 'code' || word.lexical === 'directive';
    if (writerNames.has(word.word)) {
      const does = names.setters.includes(word.word) ? 'set' : 'clear';
      if (isCode && isCall(file.text, word.end)) writers.push(writerAt(file, word, word.word, does));
    } else if (!isCode) {
      const lexical = lexicalMention(file, word, names);
      if (lexical) mentions.push(lexical);
    } else {
      classify(file, word, { mentions, writers });
    }
  }
  return { mentions, writers };
}

function isCall(text: string, end: number): boolean {
  return /^\s*\(/.test(text.slice(end, end + 80));
}

/** Comments and strings count for the names people grep for, not for the bit's own enumerator. */
function lexicalMention(file: SourceFile, word: FoundWord, names: ReservedBitNames): Mention | undefined {
  if (!names.tests.includes(word.word)) return undefined;
  const kind = word.lexical === 'comment' ? 'comment' : 'string';
  return plainMention(file, word, word.word, kind, { contract: kind, text: `A ${kind} that names ${word.word}.` });
}

function plainMention(
  file: SourceFile,
  word: FoundWord,
  form: string,
  kind: SiteKind,
  lexical: NonNullable<Mention['lexical']>,
): Mention {
  return { start: word.start, form, kind, function: functionName(file, word.start), lexical, test: undefined };
}

function functionName(file: SourceFile, offset: number): string {
  const item = file.itemAt(offset);
  return item?.kind === 'function' && item.name !== '' ? item.name : '-';
}

function writerAt(file: SourceFile, word: FoundWord, name: string, does: Writer['does']): Writer {
  return { ...file.place(word.start), function: functionName(file, word.start), name, does, marksZoneDevice: false };
}

interface Into {
  readonly mentions: Mention[];
  readonly writers: Writer[];
}

function classify(file: SourceFile, word: FoundWord, into: Into): void {
  const { vocabulary } = file.unit;
  const item = word.lexical === 'directive' ? directiveItem(file, word.start) : file.itemAt(word.start);
  const form = vocabulary.reserved.tests.includes(word.word) ? word.word : 'raw-bit';
  const isAlias = form === 'raw-bit' && word.word !== vocabulary.reserved.bit;
  const push = (kind: SiteKind, contract: string, text: string): void => {
    if (!isAlias) into.mentions.push(plainMention(file, word, form, kind, { contract, text }));
  };
  if (!item || item.kind === 'trivia') return;
  if (item.dead || inDeadArm(file.text, item, word.start))
    return push('comment', 'dead-code', 'In an #if 0 arm: never compiled.');
  if (item.kind === 'function') return classifyInFunction(file, item, word, form, isAlias, into);
  if (item.kind === 'define') return classifyDefine(file, item, word, form, isAlias, into);
  if (form !== 'raw-bit') return push('definition', 'definition', 'A declaration, not a use.');
  if (item.kind === 'type') return push('definition', 'definition', 'The enumerator itself, or another name for it.');
  push('copy', 'name-table', 'The bit is only named, in a table.');
}

/** A #define that the item around it swallowed (inside a function, or after a macro call without a semicolon) is an item of its own. */
function directiveItem(file: SourceFile, offset: number): Item | undefined {
  const item = file.itemAt(offset);
  if (!item || item.kind === 'define' || item.dead) return item;
  let start = file.text.lastIndexOf('\n', offset) + 1;
  while (start > item.start && /\\\r?\n$/.test(file.text.slice(Math.max(0, start - 3), start))) {
    start = file.text.lastIndexOf('\n', start - 2) + 1;
  }
  let end = file.text.indexOf('\n', offset);
  while (end >= 0 && /\\\r?$/.test(file.text.slice(end - 2, end))) end = file.text.indexOf('\n', end + 1);
  const name = /^[ \t]*#[ \t]*define[ \t]+(\w+)/.exec(file.text.slice(start, offset + 1))?.[1];
  if (name === undefined) return item;
  return { kind: 'define', name, dead: false, start, end: end < 0 ? file.text.length : end + 1 };
}

function classifyDefine(
  file: SourceFile,
  item: Item,
  word: FoundWord,
  form: string,
  isAlias: boolean,
  into: Into,
): void {
  const body = file.text.slice(item.start, item.end);
  const isFunctionLike = /^\s*#\s*define\s+\w+\(/.test(body);
  if (form === 'raw-bit' && !isFunctionLike) {
    if (isAlias) return;
    const isTable = body.includes('"');
    const [kind, contract, text] = isTable
      ? (['copy', 'name-table', 'The bit is only named, in a table of flag names.'] as const)
      : (['definition', 'definition', 'A mask or another name for the bit: nothing is tested here.'] as const);
    into.mentions.push(plainMention(file, word, form, kind, { contract, text }));
    return;
  }
  classifyInFunction(file, item, word, form, isAlias, into);
}

/** A mention inside code that was read: a test has a branch node, everything else is known by what surrounds it. */
function classifyInFunction(
  file: SourceFile,
  item: Item,
  word: FoundWord,
  form: string,
  isAlias: boolean,
  into: Into,
): void {
  const { vocabulary } = file.unit;
  for (const fn of file.table.find(item.name)) {
    if (word.start < fn.start || word.start >= fn.end) continue;
    const node = testNode(file, fn, word.start);
    if (node) {
      const kind = node.assertion === undefined ? 'test' : 'assertion';
      const lexical = kind === 'test' ? undefined : assertionReason(node.assertion ?? '');
      into.mentions.push({ start: word.start, form, kind, function: fn.name, lexical, test: { fn, node } });
      return;
    }
    const around = enclosing(fn, word.start);
    if (around.length === 0) continue;
    const written = form === 'raw-bit' ? writes(around, vocabulary) : undefined;
    if (written) into.writers.push(writerAt(file, word, vocabulary.reserved.bit, written));
    else if (!isAlias) into.mentions.push(otherUse(word, form, fn, around));
    return;
  }
  if (isAlias) return;
  const name = functionName(file, word.start);
  if (word.start < bodyStart(file, item)) {
    const lexical = { contract: 'definition', text: 'The definition itself.' };
    into.mentions.push({ start: word.start, form, kind: 'definition', function: name, lexical, test: undefined });
  } else {
    into.mentions.push({ start: word.start, form, kind: 'test', function: name, lexical: undefined, test: undefined });
  }
}

function bodyStart(file: SourceFile, item: Item): number {
  const brace = item.kind === 'function' ? file.text.indexOf('{', item.start) : item.start;
  return brace < 0 || brace > item.end ? item.start : brace;
}

function assertionReason(macro: string): NonNullable<Mention['lexical']> {
  return { contract: macro, text: `Only reported by ${macro}(); nothing else depends on it.` };
}

/** Uses of the bit that are neither a test nor a write: its number or its value is handed on. */
function otherUse(word: FoundWord, form: string, fn: FunctionIr, around: readonly Expr[]): Mention {
  const call = [...around].reverse().find((expr) => expr.op === 'call' && expr.start !== word.start);
  const contract = form === 'raw-bit' ? 'bit-copy' : 'value-copy';
  const to = call?.op === 'call' && call.name !== undefined ? ` to ${call.name}()` : '';
  const text = `The bit is only handed on${to}; no decision is taken here.`;
  return { start: word.start, form, kind: 'copy', function: fn.name, lexical: { contract, text }, test: undefined };
}

const cfgs = new WeakMap<FunctionIr, Cfg>();

/** The branch node that tests the mention at `offset`. */
function testNode(file: SourceFile, fn: FunctionIr, offset: number): Extract<CfgNode, { op: 'branch' }> | undefined {
  const { vocabulary } = file.unit;
  let cfg = cfgs.get(fn);
  if (!cfg) cfgs.set(fn, (cfg = buildCfg(fn, vocabulary)));
  for (const node of cfg.nodes) {
    if (node.op !== 'branch' || !vocabulary.matchReserved(node.condition)) continue;
    if (mentionOffset(node.condition, vocabulary) === offset) return node;
  }
  return undefined;
}

/** Where in a test of the bit the mention stands: the call's name, or the bit's. */
function mentionOffset(test: Expr, vocabulary: Vocabulary): number | undefined {
  if (test.op === 'call' && test.name !== undefined && vocabulary.reserved.tests.includes(test.name)) return test.start;
  let at: number | undefined;
  const visit = (expr: Expr): void => {
    const named =
      expr.op === 'name' &&
      (isBit(expr, vocabulary.reserved, vocabulary.aliases) || vocabulary.aliases.masks.has(expr.name));
    if (named && at === undefined) at = expr.start;
    partsOf(expr).forEach(visit);
  };
  visit(test);
  return at;
}

/** The expressions around an offset, outermost first. */
function enclosing(fn: FunctionIr, offset: number): Expr[] {
  const chain: Expr[] = [];
  const visitExpr = (expr: Expr): void => {
    if (offset < expr.start || offset >= expr.end) return;
    chain.push(expr);
    if (expr.op === 'block') expr.body.forEach(visitStmt);
    partsOf(expr).forEach(visitExpr);
  };
  const visitStmt = (statement: Stmt): void => {
    if (offset < statement.start || offset >= statement.end) return;
    expressionsOf(statement).forEach(visitExpr);
    for (const body of bodiesOf(statement)) body.forEach(visitStmt);
  };
  fn.body.forEach(visitStmt);
  return chain;
}

/** Whether the expressions around the bit write it: set_bit() and its like, `flags |= mask`, `flags &= ~mask`. */
function writes(around: readonly Expr[], vocabulary: Vocabulary): Writer['does'] | undefined {
  for (const expr of around) {
    if (expr.op === 'call' && expr.name !== undefined) {
      if (vocabulary.reserved.bitSetters.includes(expr.name)) return 'set';
      if (vocabulary.reserved.bitClearers.includes(expr.name)) return 'clear';
    }
    if (expr.op !== 'assign' || flagsOwner(expr.target) === undefined) continue;
    if (expr.operator === '|=') return 'set';
    if (expr.operator === '&=') return 'clear';
  }
  return undefined;
}
