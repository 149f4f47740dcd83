import type { OwnedUnit, OwnershipAct } from '@pageref/shared';
import { actingName, withoutCasts } from '../../ownership/calls.js';
import type { CallExpr, CallKnowledge } from '../../ownership/calls.js';
import { isPageUnit } from '../../ownership/nodes.js';
import type { Made } from '../../contracts/only-filled.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { expressionsAround, visitExpressions, visitStatements } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/ir.js';

/** What calls put into a table of pages, through the variables and functions of the file that the table goes through. */

/** What a place leads to: a page, a table of pages, or a pointer to one. */
export type Level = 'page' | 'table' | 'pointer';

export interface Filler extends Made {
  readonly unit: OwnedUnit;
}

/** A member by its name, in any function of the file, or a variable of one function. */
export interface Place {
  readonly op: 'member' | 'name';
  readonly name: string;
  readonly level: Level;
  /** A variable that only reads a page of the table: what it is given otherwise fills no table. */
  readonly reads: boolean;
}

/** Where the place is looked for, and what was looked through before. */
export interface Search {
  readonly file: SourceFile;
  readonly knowledge: CallKnowledge;
  readonly seen: ReadonlySet<string>;
}

/** Undefined where the place may be filled, or its pages be taken once more, by code that is not understood. */
export function fillersIn(search: Search, fn: FunctionIr, place: Place): readonly Filler[] | undefined {
  const key = `${place.op} ${place.name} ${place.level} ${String(place.reads)} ${String(fn.start)}`;
  if (search.seen.has(key)) return [];
  const inner = { ...search, seen: new Set([...search.seen, key]) };
  const found: Expr[] = [];
  visitExpressions(fn.body, (expr) => {
    if (isAt(expr, place)) found.push(expr);
  });
  const assigned = place.op === 'name' ? initialOf(inner, fn, place) : [];
  return joined([assigned, ...found.map((expr) => useOf(inner, fn, place, expr))]);
}

function isAt(expr: Expr, { op, name }: Place): boolean {
  return op === 'member' ? expr.op === 'member' && expr.field === name : expr.op === 'name' && expr.name === name;
}

type Fillers = readonly Filler[] | undefined;

function joined(all: readonly Fillers[]): Fillers {
  return all.reduce<Fillers>((sum, one) => sum && one && [...sum, ...one], []);
}

function initialOf(search: Search, fn: FunctionIr, place: Place): Fillers {
  const values: Expr[] = [];
  visitStatements(fn.body, (one) => {
    if (one.op === 'declare' && one.name === place.name && one.initial) values.push(one.initial);
  });
  return joined(values.map((value) => filledBy(search, fn, place, value)));
}

/** What one mention of the place does to it, by the expressions around it from the inside out. */
function useOf(search: Search, fn: FunctionIr, place: Place, at: Expr): Fillers {
  const around = expressionsAround(fn, at.start);
  const own = around.indexOf(at);
  if (own < 0) return undefined;
  let [expr, { level }] = [at, place];
  for (const outer of around.slice(0, own).reverse()) {
    const next = isSamePage(search, outer, expr) ? level : levelOf(outer, expr, level);
    if (next === undefined) return usedIn(search, fn, { ...place, level }, outer, expr);
    if (next === 'nothing') return [];
    [expr, level] = [outer, next];
  }
  return standsIn(search, fn, { ...place, level }, expr);
}

function isSamePage({ knowledge }: Search, outer: Expr, inner: Expr): boolean {
  const at = outer.op === 'call' && outer.name !== undefined ? knowledge.sameAs(outer.name) : undefined;
  return outer.op === 'call' && at !== undefined && outer.args[at] === inner;
}

/** What an expression around the place leads to; `nothing` for one that only looks, undefined for one that does something with it. */
function levelOf(outer: Expr, inner: Expr, level: Level): Level | 'nothing' | undefined {
  switch (outer.op) {
    case 'cast':
      return level;
    case 'member':
      return 'nothing';
    case 'index':
      if (outer.object !== inner) return 'nothing';
      return level === 'page' ? 'nothing' : below(level);
    case 'unary':
      if (outer.operator === '&') return level === 'page' ? 'table' : level === 'table' ? 'pointer' : undefined;
      return outer.operator === '*' && level !== 'page' ? below(level) : 'nothing';
    case 'binary':
      return /^[+-]$/.test(outer.operator) ? level : 'nothing';
    case 'update':
      return 'nothing';
    case 'conditional':
      return outer.condition === inner ? 'nothing' : undefined;
    default:
      return undefined;
  }
}

function below(level: Level): Level {
  return level === 'pointer' ? 'table' : 'page';
}

function usedIn(search: Search, fn: FunctionIr, place: Place, outer: Expr, inner: Expr): Fillers {
  if (outer.op === 'call') return calledWith(search, place, outer, inner);
  if (outer.op !== 'assign') return undefined;
  if (outer.target === inner) return outer.operator === '=' ? filledBy(search, fn, place, outer.value) : [];
  if (outer.target.op === 'name') return alsoNamed(search, fn, place, outer.target.name);
  return isOfTable(outer.target, search) ? [] : undefined;
}

/** A mention that is all of a statement's expression: the value of a variable, a condition, or what the function returns. */
function standsIn(search: Search, fn: FunctionIr, place: Place, expr: Expr): Fillers {
  let found: Fillers = [];
  visitStatements(fn.body, (one) => {
    if (one.op === 'return' && one.value === expr) found = undefined;
    if (one.op === 'declare' && one.initial === expr) found = alsoNamed(search, fn, place, one.name);
  });
  return found;
}

function alsoNamed(search: Search, fn: FunctionIr, { level }: Place, name: string): Fillers {
  if (!isLocal(fn, name)) return undefined;
  return fillersIn(search, fn, { op: 'name', name, level, reads: level === 'page' });
}

function isLocal(fn: FunctionIr, name: string): boolean {
  let isDeclared = false;
  visitStatements(fn.body, (one) => {
    if (one.op === 'declare' && one.name === name && !one.static) isDeclared = true;
  });
  return isDeclared;
}

/** What an assignment puts there: nothing, memory for a table, what the place held before, or what fills a variable. */
function filledBy(search: Search, fn: FunctionIr, place: Place, value: Expr): Fillers {
  const given = withoutCasts(value);
  if (place.reads || given.op === 'number' || (given.op === 'name' && given.name === 'NULL')) return [];
  if (place.level === 'table' && given.op === 'call') {
    return isMemory(search, given) ? [] : undefined;
  }
  if (given.op === 'name') {
    if (!isLocal(fn, given.name)) return undefined;
    return fillersIn(search, fn, { op: 'name', name: given.name, level: place.level, reads: false });
  }
  return isOfTable(given, search) ? [] : undefined;
}

function isMemory({ knowledge: { model } }: Search, { name = '' }: CallExpr): boolean {
  const isBlock = model.acts
    .get(name)
    ?.some(({ does, on, as }) => does === 'take' && on.at === 'result' && as === 'address');
  return model.memory.has(name) || isBlock === true;
}

/** `demo->pages`, `demo->pages[i]`, `&demo->pages[i]`: a member that is looked at wherever the file mentions it. */
function isOfTable(value: Expr, search: Search): boolean {
  if (value.op === 'unary' && value.operator === '&') return isOfTable(value.operand, search);
  const { seen } = search;
  const member = value.op === 'index' ? value.object : value;
  return member.op === 'member' && [...seen].some((key) => key.startsWith(`member ${member.field} `));
}

function calledWith(search: Search, { level, reads }: Place, call: CallExpr, inner: Expr): Fillers {
  const at = call.args.indexOf(inner);
  const name = actingName(call);
  if (at < 0 || name === undefined) return undefined;
  const { file, knowledge } = search;
  if (file.named(name).length > 0) return handedTo(search, call, at, { level, reads });
  const acts = knowledge.actsOf(name);
  if (knowledge.model.frees.has(name)) return [];
  if (!acts) return undefined;
  const takes = acts.filter(({ does, unit, on }) => does !== 'drop' && isPageUnit(unit) && on.at === at);
  if (level === 'pointer') return madeBy(call, name, takes, at);
  const more = takes.filter(({ does }) => does === 'take');
  return more.length === 0 ? [] : level === 'page' ? undefined : madeBy(call, name, more, at);
}

/** What a call puts through its argument; undefined for one of which that is not known. */
function madeBy(call: CallExpr, maker: string, acts: readonly OwnershipAct[], at: number): Fillers {
  const made = acts.filter(({ on }) => on.at === at && (on.through === 'array' || on.through === 'out'));
  return made.length === 0 ? undefined : made.map(({ unit }) => ({ unit, maker, at: call.start }));
}

function handedTo(search: Search, call: CallExpr, at: number, how: Pick<Place, 'level' | 'reads'>): Fillers {
  const [fn, ...others] = search.file.table.find(call.name ?? '');
  const param = fn?.params[at];
  if (!fn || !param || others.length > 0 || fn.origin === 'macro') return undefined;
  return fillersIn(search, fn, { op: 'name', name: param.name, ...how });
}
