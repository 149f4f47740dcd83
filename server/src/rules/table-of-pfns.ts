import { functionAt } from '../contracts/items-of-interest.js';
import type { SourceFile } from '../contracts/source-file.js';
import { partsOf, visitExpressions } from '../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../syntax/index.js';
import { termsOf, valuesOf } from './pagemap/own-range.js';
import { eachAssignment } from './pagemap/stores.js';
import { ownershipOf } from './references/taking-names.js';
import type { RuleWorld } from './rule.js';

/** Members that keep numbers of pages, and what the file fills them with. */

interface Question {
  readonly file: SourceFile;
  readonly fn: FunctionIr;
  readonly world: Pick<RuleWorld, 'model'>;
}

/** A member or a local variable that keeps a number, or a table of them. */
interface Keeper {
  readonly name: string;
  readonly isMember: boolean;
  readonly isTable: boolean;
}

/** True for a page that is made of a number which nothing but entries of page tables has filled a member with, all in the file. */
export function isOfPageTable(question: Question, page: Expr): boolean {
  const { file, fn, world } = question;
  const { pageTypes } = world.model;
  const makers = page.op === 'name' ? valuesOf(fn, page.name) : [page];
  const keepers = makers.map((maker) => {
    const isConversion = maker.op === 'call' && pageTypes.fromPfns.includes(maker.name ?? '');
    const [pfn] = isConversion ? maker.args : [];
    const keeper = pfn && keeperOf(pfn);
    return keeper?.isMember ? keeper : undefined;
  });
  return keepers.length > 0 && keepers.every((keeper) => keeper && isFilledFromTables(file, world, keeper));
}

function keeperOf(place: Expr): Keeper | undefined {
  const [table, isTable] = place.op === 'index' ? [place.object, true] : [place, false];
  if (table.op === 'member') return { name: table.field, isMember: true, isTable };
  return table.op === 'name' ? { name: table.name, isMember: false, isTable } : undefined;
}

function isFilledFromTables(file: SourceFile, world: Question['world'], keeper: Keeper): boolean {
  const uses = file.found(new RegExp(`(?:\\.|->)\\s*${keeper.name}\\b`));
  const users = new Set(uses.map(({ index }) => functionAt(file, index)));
  const found = [...users].map((fn) => (fn ? fillsOf(fn, keeper, world) : 'other'));
  return !found.includes('other') && found.includes('table');
}

/** What a function fills a keeper with: entries of page tables, nothing, or something else as well. */
function fillsOf(fn: FunctionIr, keeper: Keeper, world: Question['world']): 'table' | 'other' | undefined {
  if (isHandedOut(fn, keeper, world)) return 'other';
  const found = new Set<'table' | 'other' | undefined>();
  eachAssignment(fn, (target, value) => {
    if (isSame(keeperOf(target), keeper)) found.add(fillOf(value, world));
    else if (keeper.isTable && isWhole(target, keeper)) found.add(wholeFill(fn, value, world));
  });
  return found.has('other') ? 'other' : found.has('table') ? 'table' : undefined;
}

function fillOf(value: Expr, world: Question['world']): 'table' | 'other' | undefined {
  if (value.op === 'number') return undefined;
  const call = value.op === 'cast' ? value.operand : value;
  const conversion = call.op === 'call' ? world.model.entries.get(call.name ?? '')?.conversion : undefined;
  return conversion?.origin === 'pte' ? 'table' : 'other';
}

/** What a table is filled with that takes the place of another one: fresh memory holds nothing yet. */
function wholeFill(fn: FunctionIr, value: Expr, world: Question['world']): 'table' | 'other' | undefined {
  const [given] = termsOf(value, world.model);
  if (given?.op === 'number' || (given?.op === 'name' && given.name === 'NULL')) return undefined;
  if (given?.op === 'call') return ownershipOf(world).memory.has(given.name ?? '') ? undefined : 'other';
  if (given?.op !== 'name' || fn.params.some(({ name }) => name === given.name)) return 'other';
  return fillsOf(fn, { name: given.name, isMember: false, isTable: true }, world);
}

/** Somebody else may fill it: its address is taken, or the table is given to a call that does not free it. */
function isHandedOut(fn: FunctionIr, keeper: Keeper, world: Question['world']): boolean {
  let isOut = false;
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'unary' && expr.operator === '&') isOut ||= partsOf(expr).some((part) => isPart(part, keeper));
    if (expr.op !== 'call' || !keeper.isTable || ownershipOf(world).frees.has(expr.name ?? '')) return;
    isOut ||= expr.args.some((arg) => isWhole(arg, keeper));
  });
  return isOut;
}

function isPart(place: Expr, keeper: Keeper): boolean {
  return isSame(keeperOf(place), keeper) || isWhole(place, keeper);
}

function isWhole(place: Expr, { name, isMember }: Keeper): boolean {
  return isSame(keeperOf(place), { name, isMember, isTable: false });
}

function isSame(a: Keeper | undefined, b: Keeper): boolean {
  return a?.name === b.name && a.isMember === b.isMember && a.isTable === b.isTable;
}
