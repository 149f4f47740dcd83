import type { OwnedUnit, OwnershipAct } from '@pageref/shared';
import { actsOfFacet, isBorrower, isMacroName } from '../ownership/calls.js';
import type { CallExpr, CallKnowledge } from '../ownership/calls.js';
import { NEGATIVE, ZERO } from '../ownership/values.js';
import type { Expr } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import { having } from '../ownership/state.js';
import {
  asNumber,
  cellBehind,
  changePage,
  failed,
  giveAway,
  numberOf,
  read,
  symbolOf,
  tableOf,
  withSigns,
  write,
} from './state.js';
import type { Page, SlotState, Value } from './state.js';
import { andThen, chosen, nameOf } from './values.js';
import type { Outcomes } from './values.js';

/** A give-back of what is no page that the function owes. */
export interface WrongPut {
  readonly does: 'null' | 'unset' | 'twice';
  readonly call: CallExpr;
}

/** A call with the values it is given. */
export interface Given {
  readonly call: CallExpr;
  readonly args: readonly Value[];
  /** Names what this call gives, in this turn. */
  readonly named: string;
  readonly knowledge: CallKnowledge;
  readonly onWrongPut: (put: WrongPut, state: SlotState) => void;
}

/** What a call does that the model knows; undefined for one it does not know. */
export function knownCall(given: Given, state: SlotState): Outcomes<Value> | undefined {
  const { call, args, knowledge } = given;
  const { name = '' } = call;
  const { model } = knowledge;
  const [first] = args;
  const same = knowledge.sameAs(name);
  if (same !== undefined) return [[args[same] ?? symbolOf(given.named), state]];
  if (model.errorPointers.includes(name))
    return [[symbolOf(given.named), withSigns(state, given.named, NEGATIVE) ?? state]];
  const makes = model.memory.get(name);
  if (makes) return memoryMade(given, state, makes);
  const freed = model.frees.get(name);
  if (freed !== undefined) return [[symbolOf(given.named), freeing(args[freed], state)]];
  const acts = model.acts.get(name);
  if (acts) return acting(given, actsOfFacet(acts, 'page'), state);
  if (isMacroName(name) || model.conversions.has(name) || model.errorCodes.some((one) => one.name === name)) {
    return [[symbolOf(`${name}(${args.map(nameOf).join()})`), state]];
  }
  return first === undefined || isBorrower(knowledge, name) ? [[symbolOf(given.named), state]] : undefined;
}

/** What becomes of a call of which nothing is known: whatever it can reach is out of this function's hands. */
export function unknownCall({ args, named }: Given, state: SlotState): Outcomes<Value> {
  const given = args.reduce(giveAway, state);
  const isShown = args.some((arg) => arg.is === 'symbol');
  return [[symbolOf(named), isShown ? giveAwayStored(given) : given]];
}

/** Whoever is given something may know the structures that pages and tables were stored in. */
function giveAwayStored(state: SlotState): SlotState {
  const stored = [...state.cells].filter(([cell, { is }]) => is !== 'number' && isOthers(cell, state));
  return stored.reduce((sum, [, value]) => giveAway(sum, value), state);
}

/** A place behind a pointer that this function was given or looked up. */
function isOthers(cell: string, { fresh }: SlotState): boolean {
  const end = cell.search(/[[.]/);
  return end > 0 && cell.charAt(end) === '[' && !fresh.has(cell.slice(0, end));
}

function memoryMade({ call, named }: Given, state: SlotState, is: 'raw' | 'zeroed'): Outcomes<Value> {
  const fresh = having(state.fresh, named, call.args.some(asksForZeroes) ? 'zeroed' : is);
  const made = withSigns({ ...state, fresh }, named, ~(NEGATIVE | ZERO));
  return [...(made ? ([[symbolOf(named), made]] as const) : []), [numberOf(0), state]];
}

function asksForZeroes(expr: Expr): boolean {
  return expr.op === 'name' ? expr.name === '__GFP_ZERO' : partsOf(expr).some(asksForZeroes);
}

function freeing(value: Value | undefined, state: SlotState): SlotState {
  if (value?.is !== 'symbol' || value.plus !== 0) return state;
  return { ...state, freed: new Set([...state.freed, value.name]) };
}

function acting(given: Given, acts: readonly OwnershipAct[], state: SlotState): Outcomes<Value> {
  const plain: Outcomes<Value> = [[symbolOf(given.named), state]];
  return acts.reduce((sum, act) => andThen(sum, (value, at) => actingOnce(given, act, value, at)), plain);
}

function actingOnce(given: Given, act: OwnershipAct, result: Value, state: SlotState): Outcomes<Value> {
  const { does, on } = act;
  const value = on.at === 'result' ? result : given.args[on.at];
  if (does === 'borrow' || value === undefined) return [[result, state]];
  if (on.at === 'result') return does === 'take' ? taken(given, act, state) : [[result, state]];
  if (on.through === 'array') {
    if (does === 'take') return filled(given, act, value, state);
    return [[result, does === 'drop' ? tablePut(given, value, state) : giveAway(state, value)]];
  }
  if (on.through !== undefined || act.when !== 'always') return [[result, giveAway(state, value)]];
  if (does === 'drop') return [[result, put(given, value, state, act.refusesNull === true)]];
  if (does !== 'take') return [[result, giveAway(state, value)]];
  return [[result, value.is === 'page' ? changePage(state, value.page, oneMore) : state]];
}

function oneMore(page: Page): Page {
  return { ...page, held: page.held + 1 };
}

function newPage({ call }: Given, unit: OwnedUnit, state: SlotState, short = false): readonly [Value, SlotState] {
  const page = { call, unit, held: 1, gone: false, short };
  return [
    { is: 'page', page: state.pages.length },
    { ...state, pages: [...state.pages, page] },
  ];
}

function taken(given: Given, { when, unit }: OwnershipAct, state: SlotState): Outcomes<Value> {
  const got = newPage(given, unit, state);
  if (when === 'always') return [got];
  return [got, [unit === 'page' || unit === 'page-pool' ? numberOf(0) : failed(given.named), state]];
}

/** A table that a call fills: wholly, with one page only, or not at all. */
function filled(given: Given, { when, unit }: OwnershipAct, table: Value, state: SlotState): Outcomes<Value> {
  const { call, args, named, knowledge } = given;
  const row = knowledge.model.counted.get(call.name ?? '');
  const asked = row && args[row.at];
  const ranged = asked && asNumber(asked, state) === undefined ? chosen(asked, state, false) : state;
  const count = asked && ranged && asNumber(asked, ranged);
  if (count === undefined || !ranged || count < 1 || count > MOST) return [[symbolOf(named), giveAway(state, table)]];
  const none: Outcomes<Value> =
    row?.none === 'zero' ? [[numberOf(0), ranged]] : [[symbolOf(named), withSigns(ranged, named, NEGATIVE) ?? ranged]];
  if (when === 'zero') return [[numberOf(0), holding(given, unit, table, count, ranged)], ...none];
  const short: Outcomes<Value> = count > 1 ? [[numberOf(1), holding(given, unit, table, 1, ranged, true)]] : [];
  return [[numberOf(count), holding(given, unit, table, count, ranged)], ...short, ...none];
}

/** A table longer than this is not followed slot by slot. */
const MOST = 8;

function holding(
  given: Given,
  unit: OwnedUnit,
  table: Value,
  count: number,
  state: SlotState,
  short = false,
): SlotState {
  return range(count).reduce((sum, at) => {
    const [page, after] = newPage(given, unit, sum, short);
    const cell = cellBehind(table, at);
    return cell === undefined ? sum : write(after, cell, page);
  }, state);
}

function range(count: number): number[] {
  return [...Array(count).keys()];
}

function tablePut(given: Given, table: Value, state: SlotState): SlotState {
  const row = given.knowledge.model.counted.get(given.call.name ?? '');
  const said = row && given.args[row.at];
  const count = said && asNumber(said, state);
  if (count === undefined || count > MOST) return giveAway(state, table);
  return range(Math.max(count, 0)).reduce((sum, slot) => {
    const cell = cellBehind(table, slot);
    return cell === undefined ? sum : put(given, read(sum, cell), sum, true);
  }, state);
}

function put(given: Given, value: Value, state: SlotState, refusesNull: boolean): SlotState {
  const { call, onWrongPut } = given;
  if (value.is === 'unset' || (value.is === 'number' && value.number === 0 && refusesNull)) {
    onWrongPut({ does: value.is === 'unset' ? 'unset' : 'null', call }, state);
    return state;
  }
  const page = value.is === 'page' ? state.pages[value.page] : undefined;
  if (value.is !== 'page' || !page || page.gone) return state;
  if (page.held === 0) {
    // Whoever looks a page up once more may find the same.
    if (page.unit !== 'reference') onWrongPut({ does: 'twice', call }, state);
    return state;
  }
  const after = changePage(state, value.page, (one) => ({ ...one, held: one.held - 1 }));
  const slots = [...state.cells].filter(([, held]) => held.is === 'page' && held.page === value.page);
  const tables = slots.flatMap(([cell]) => tableOf(cell) ?? []);
  return { ...after, released: new Set([...state.released, ...tables]) };
}
