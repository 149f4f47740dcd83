import type { SiteKind, Writer } from '@pageref/shared';
import { flagsOwner } from '../../flow/vocabulary.js';
import type { Vocabulary } from '../../flow/vocabulary.js';
import { expressionsAround } from '../../syntax/ir-walk.js';
import { inDeadArm, joinedLine } from '../../syntax/index.js';
import type { Expr, FoundWord, FunctionIr, Item } from '../../syntax/index.js';
import { testsAt } from './followed-tests.js';
import { functionName, plainMention, writerAt } from './mention.js';
import type { Mention, Test } from './mention.js';
import type { SourceFile } from '../../contracts/source-file.js';

/** What is found in a file, in the order of the text. */
export interface Into {
  readonly mentions: Mention[];
  readonly writers: Writer[];
}

/** One word of code that names the bit, and the item it stands in. */
interface Hit {
  readonly file: SourceFile;
  readonly item: Item;
  readonly word: FoundWord;
  readonly form: string;
  /** The file's own name for the bit: only its tests and writes count, the bit itself was found where it was defined. */
  readonly isAlias: boolean;
}

/** Sorts out a word of code: a test, a write, a copy, or a definition. */
export function classify(file: SourceFile, word: FoundWord, into: Into): void {
  const { reserved } = file.analysis.vocabulary;
  const item = word.lexical === 'directive' ? directiveItem(file, word.start) : file.itemAt(word.start);
  if (!item || item.kind === 'trivia') return;
  const form = reserved.tests.includes(word.word) ? word.word : 'raw-bit';
  const hit: Hit = { file, item, word, form, isAlias: form === 'raw-bit' && word.word !== reserved.bit };
  if (isDead(file, item, word.start)) {
    return file.ofOtherRelease(word.start)
      ? plain(hit, into, 'comment', 'other-release', 'In an #if arm of other releases: not compiled for this one.')
      : plain(hit, into, 'comment', 'dead-code', 'In an #if 0 arm: never compiled.');
  }
  if (item.kind === 'function') return classifyInFunction(hit, into);
  if (item.kind === 'define') return classifyDefine(hit, into);
  if (form !== 'raw-bit') return plain(hit, into, 'definition', 'definition', 'A declaration, not a use.');
  if (item.kind === 'type') {
    return plain(hit, into, 'definition', 'definition', 'The enumerator itself, or another name for it.');
  }
  plain(hit, into, 'copy', 'name-table', 'The bit is only named, in a table.');
}

/** Whether no compiler of this release reads a place. */
export function isDead(file: SourceFile, item: Item, offset: number): boolean {
  return item.dead || inDeadArm(file.text, item, offset);
}

function plain(hit: Hit, into: Into, kind: SiteKind, contract: string, text: string): void {
  if (!hit.isAlias) into.mentions.push(plainMention(hit.file, hit.word, hit.form, kind, { contract, text }));
}

/** A #define that the item around it swallowed (inside a function, or after a macro call without a semicolon) is an item of its own. */
function directiveItem(file: SourceFile, offset: number): Item | undefined {
  const item = file.itemAt(offset);
  if (!item || item.kind === 'define' || item.dead) return item;
  const { start, end } = joinedLine(file.text, offset, item.start);
  const name = /^[ \t]*#[ \t]*define[ \t]+(\w+)/.exec(file.text.slice(start, offset + 1))?.[1];
  if (name === undefined) return item;
  return { kind: 'define', name, dead: false, start, end };
}

function classifyDefine(hit: Hit, into: Into): void {
  const body = hit.file.text.slice(hit.item.start, hit.item.end);
  if (hit.form !== 'raw-bit' || /^\s*#\s*define\s+\w+\(/.test(body)) return classifyInFunction(hit, into);
  if (body.includes('"')) {
    return plain(hit, into, 'copy', 'name-table', 'The bit is only named, in a table of flag names.');
  }
  plain(hit, into, 'definition', 'definition', 'A mask or another name for the bit: nothing is tested here.');
}

/** A mention inside code that was read: a test has a branch node, everything else is known by what surrounds it. */
function classifyInFunction(hit: Hit, into: Into): void {
  const { file, item, word } = hit;
  const around = file.table.find(item.name).filter((fn) => fn.start <= word.start && word.start < fn.end);
  const [test, ...others] = around.flatMap((fn) => testsAt(fn, file.analysis.vocabulary, word.start));
  if (test) return addTest(hit, test, others, into);
  if (around.some((fn) => classifyRead(hit, fn, into))) return;
  if (hit.isAlias) return;
  if (word.start < bodyStart(file, item)) return plain(hit, into, 'definition', 'definition', 'The definition itself.');
  const { form } = hit;
  const name = functionName(file, word.start);
  into.mentions.push({ start: word.start, form, kind: 'test', function: name, lexical: undefined, test: undefined });
}

/** A test of every reading of its function, so that the least safe of them decides. */
function addTest({ word, form }: Hit, test: Test, others: readonly Test[], into: Into): void {
  const { assertion } = test.node;
  const kind = assertion === undefined ? 'test' : 'assertion';
  const lexical = assertion === undefined ? undefined : assertionReason(assertion);
  const rest = others.length > 0 ? { others } : {};
  into.mentions.push({ start: word.start, form, kind, function: test.fn.name, lexical, test, ...rest });
}

/** False when the word stands in no part of this reading of the function (another #if arm). */
function classifyRead(hit: Hit, fn: FunctionIr, into: Into): boolean {
  const { file, word, form, isAlias } = hit;
  const { vocabulary } = file.analysis;
  const around = expressionsAround(fn, word.start);
  if (around.length === 0) return false;
  const written = form === 'raw-bit' ? writes(around, vocabulary) : undefined;
  if (written) into.writers.push(writerAt(file, word, vocabulary.reserved.bit, written));
  else if (!isAlias) into.mentions.push(otherUse(word, form, fn, around));
  return true;
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
