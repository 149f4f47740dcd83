import { UNCOUNTED_PAGE } from '@pageref/shared';
import type { PlainBlocks } from '@pageref/shared';
import type { SourceFile } from '../contracts/source-file.js';
import { visitExpressions } from '../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../syntax/index.js';
import { argumentsIn, onlyFilled } from '../contracts/only-filled.js';
import type { IsMade, Made } from '../contracts/only-filled.js';
import { termsOf, valuesOf } from './pagemap/own-range.js';
import type { Report, Rule, Subject } from './rule.js';

/** A reference on a page behind the first of a block that is not compound, or on memory for DMA. */
export const uncountedPage: Rule = {
  meta: UNCOUNTED_PAGE,
  names: ({ model: { plainBlocks } }) => [...plainBlocks.makers, ...plainBlocks.dmaMakers].map(({ name }) => name),
  localNames: (_file, { model }) => model.plainBlocks.counted.map(({ name }) => name),
  check,
};

function check({ file, fn, world: { model } }: Subject): readonly Report[] {
  if (!fn || fn.origin === 'macro') return [];
  const { plainBlocks } = model;
  const makers = [...plainBlocks.makers, ...plainBlocks.dmaMakers].map(({ name }) => name);
  if (!file.matches(new RegExp(`\\b(?:${makers.join('|')})\\s*\\(`))) return [];
  const reports: Report[] = [];
  visitExpressions(fn.body, (expr) => {
    if (expr.op !== 'call') return;
    const counted = plainBlocks.counted.find(({ name }) => name === expr.name);
    const page = counted && expr.args[counted.at];
    if (!counted || !page) return;
    const question = { file, fn, model };
    const block = blockBehind(question, page);
    const dma = block ? undefined : dmaBehind(question, page);
    const made = block ?? dma;
    if (!made) return;
    const related = [{ ...file.place(made.at), text: `${made.maker}() gives the memory` }];
    const values = { api: counted.name, maker: made.maker };
    const place = { start: expr.start, length: counted.name.length };
    reports.push({ ...place, message: block ? 'block' : 'dma', values, related });
  });
  return reports;
}

interface Question {
  readonly file: SourceFile;
  readonly fn: FunctionIr;
  readonly model: Subject['world']['model'];
}

/** `block + n`, `&block[n]`, or a variable that is set to nothing else: a page behind the first of a plain block. */
function blockBehind(question: Question, page: Expr): Made | undefined {
  const base = tailBase(page);
  if (base) return blockOf(question, base);
  if (page.op !== 'name') return undefined;
  const bases = valuesOf(question.fn, page.name).map(tailBase);
  const made = bases.map((one) => (one ? blockOf(question, one) : undefined));
  return made.length > 0 && made.every((one) => one !== undefined) ? made[0] : undefined;
}

function blockOf(question: Question, base: Expr): Made | undefined {
  return onlyMade(question, base, (text) => plainBlockIn(text, question.model.plainBlocks));
}

/** What an index other than 0 is counted from. */
function tailBase(page: Expr): Expr | undefined {
  if (page.op === 'cast') return tailBase(page.operand);
  if (page.op === 'binary' && page.operator === '+') return isZero(page.right) ? undefined : page.left;
  if (page.op !== 'unary' || page.operator !== '&' || page.operand.op !== 'index') return undefined;
  return isZero(page.operand.index) ? undefined : page.operand.object;
}

function isZero(expr: Expr): boolean {
  return expr.op === 'number' && expr.value === 0;
}

/** A page that is made of the address of DMA memory, by the kernel's or by the device's name for it. */
function dmaBehind(question: Question, page: Expr): Made | undefined {
  const { fn, model } = question;
  const values = page.op === 'name' ? valuesOf(fn, page.name) : [page];
  const made = values.map((value) => {
    if (value.op !== 'call' || !model.pageTypes.fromNumbers.includes(value.name ?? '')) return undefined;
    return value.args.flatMap((arg) => termsBehind(question, arg)).find((one) => one !== undefined);
  });
  return made.length > 0 && made.every((one) => one !== undefined) ? made[0] : undefined;
}

function termsBehind(question: Question, number: Expr): readonly (Made | undefined)[] {
  const { fn, model } = question;
  return termsOf(number, model).flatMap((term) => {
    const terms = term.op === 'name' ? valuesOf(fn, term.name).flatMap((value) => termsOf(value, model)) : [];
    return [term, ...terms].map((one) => dmaOf(question, one));
  });
}

function dmaOf(question: Question, place: Expr): Made | undefined {
  const { plainBlocks } = question.model;
  const handle = place.op === 'member' ? handleOf(question.file, place.field, plainBlocks) : undefined;
  return handle ?? onlyMade(question, place, (text) => dmaIn(text, plainBlocks));
}

/** The allocation that sets a member to the address for the device. */
function handleOf(file: SourceFile, field: string, { dmaMakers }: PlainBlocks): Made | undefined {
  for (const { name, handle } of dmaMakers) {
    for (const match of file.found(new RegExp(`\\b${name}\\s*\\(([^;{}]*)`))) {
      const arg = argumentsIn(match[1] ?? '')[handle];
      if (arg !== undefined && new RegExp(`^&.*\\b${field}$`).test(arg)) return { maker: name, at: match.index };
    }
  }
  return undefined;
}

/** The allocation that fills a variable of the function or a member, where nothing of that name is filled by another. */
function onlyMade({ file, fn, model }: Question, place: Expr, isMade: IsMade): Made | undefined {
  const out = (name: string): RegExp => countsEach(name, model.plainBlocks);
  return onlyFilled({ file, fn, isMade, out }, place);
}

/** Matches where something counts the pages of the block one by one, or makes it compound. */
function countsEach(name: string, { counting }: PlainBlocks): RegExp {
  return new RegExp(`\\b(?:${counting.join('|')})\\s*\\([^;]*\\b${name}\\b`);
}

/** The allocator of a block that is not compound: by flags that are all written down, of an order that is not 0. */
function plainBlockIn(value: string, { makers, compound }: PlainBlocks): string | undefined {
  const [, name, rest] = /^(\w+)\s*\((.*)\)$/s.exec(value) ?? [];
  const maker = makers.find((one) => one.name === name);
  const args = maker ? argumentsIn(rest ?? '') : [];
  const [flags, order] = maker ? [args[maker.flags], args[maker.order]] : [];
  if (flags === undefined || order === undefined || order === '0') return undefined;
  return /^[A-Z_0-9|\s()]+$/.test(flags) && !flags.includes(compound) ? maker?.name : undefined;
}

function dmaIn(value: string, { dmaMakers }: PlainBlocks): string | undefined {
  const name = /^(\w+)\s*\(/.exec(value)?.[1];
  return dmaMakers.find((one) => one.name === name)?.name;
}
