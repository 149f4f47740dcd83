import type { OwnedUnit } from '@pageref/shared';
import type { CallExpr } from '../ownership/calls.js';
import { having, keeping, lacking } from '../ownership/state.js';
import { ANY, ZERO } from '../ownership/values.js';
import type { Signs } from '../ownership/values.js';

/**
 * A value of a small run. A `symbol` is what nobody knows, by a name made of what it was made of, and a number that was added:
 * of a pointer that is the element it leads to. `unset` is memory that nobody wrote.
 */
export type Value =
  | { readonly is: 'number'; readonly number: number }
  | { readonly is: 'symbol'; readonly name: string; readonly plus: number }
  | { readonly is: 'page'; readonly page: number }
  | { readonly is: 'unset' };

/** A place in memory: `pages[2]`, `bo[0].nr`. Locals of an inlined call begin with the offset of the call. */
export type Cell = string;

/** One page that the function took. */
export interface Page {
  readonly call: CallExpr;
  readonly unit: OwnedUnit;
  /** References that the function owes. */
  readonly held: number;
  /** Somebody else may give it back. */
  readonly gone: boolean;
  /** It is one of fewer pages than were asked for. */
  readonly short: boolean;
}

/** Memory that this function made, by the name of its first element: what is in it before something is written. */
export type Fresh = 'raw' | 'zeroed';

/** Immutable: a step makes a new one. */
export interface SlotState {
  /** The number that loops are run up to where nothing says how far they go. */
  readonly some: number;
  readonly cells: ReadonlyMap<Cell, Value>;
  readonly fresh: ReadonlyMap<string, Fresh>;
  /** Numbers that symbols were taken to be. */
  readonly bound: ReadonlyMap<string, number>;
  readonly signs: ReadonlyMap<string, Signs>;
  /** What was asked of symbols, with the answers of this path. */
  readonly answers: ReadonlyMap<string, boolean>;
  readonly pages: readonly Page[];
  /** Memory that was freed, by the name of its first element. */
  readonly freed: ReadonlySet<string>;
  /** A number was chosen after a page was taken: nothing ties it to how many there are. */
  readonly guessed: boolean;
  /** Tables of which slots were given back, by what stands in front of the index. */
  readonly released: ReadonlySet<string>;
  /** How often each node was passed, by what stands in front of the names of its function's locals. */
  readonly turns: ReadonlyMap<string, readonly number[]>;
}

export const START: Omit<SlotState, 'some'> = {
  cells: new Map(),
  fresh: new Map(),
  bound: new Map(),
  signs: new Map(),
  answers: new Map(),
  pages: [],
  freed: new Set(),
  guessed: false,
  released: new Set(),
  turns: new Map(),
};

export const UNSET: Value = { is: 'unset' };

export function numberOf(number: number): Value {
  return { is: 'number', number };
}

export function symbolOf(name: string, plus = 0): Value {
  return { is: 'symbol', name, plus };
}

/** The number of a value, where it is one, was taken to be one, or was seen to be zero. */
export function asNumber(value: Value, { bound, signs }: SlotState): number | undefined {
  if (value.is === 'number') return value.number;
  if (value.is !== 'symbol') return undefined;
  const base = bound.get(value.name) ?? (signs.get(value.name) === ZERO ? 0 : undefined);
  return base === undefined ? undefined : base + value.plus;
}

/** What a call gives that got no page: NULL or an error pointer, whichever its caller asks for. */
export function failed(named: string): Value {
  return symbolOf(`failed ${named}`);
}

export function isFailed(value: Value): boolean {
  return value.is === 'symbol' && value.name.startsWith('failed ');
}

/** The cell a pointer leads to, some elements further; undefined for what is no pointer. */
export function cellBehind(value: Value, further = 0): Cell | undefined {
  if (value.is !== 'symbol') return undefined;
  const at = value.plus + further;
  if (!value.name.startsWith('&')) return `${value.name}[${String(at)}]`;
  return at === 0 ? value.name.slice(1) : undefined;
}

/** The pointer to a cell. */
export function addressOf(cell: Cell): Value {
  const table = tableOf(cell);
  return table === undefined ? symbolOf(`&${cell}`) : symbolOf(table, Number(cell.slice(table.length + 1, -1)));
}

/** The table that a slot is in: `bo[0].pages` of `bo[0].pages[2]`; undefined for what is no slot. */
export function tableOf(cell: Cell): string | undefined {
  return /^(.*)\[-?\d+\]$/.exec(cell)?.[1];
}

/** The memory that a cell is in, by the name of its first element. */
export function memoryOf(cell: Cell): string {
  const end = cell.indexOf('[');
  return end < 0 ? cell : cell.slice(0, end);
}

export function read(state: SlotState, cell: Cell): Value {
  const known = state.cells.get(cell);
  if (known) return known;
  const fresh = cell.includes('[') ? state.fresh.get(memoryOf(cell)) : undefined;
  if (fresh === 'zeroed') return numberOf(0);
  return fresh === 'raw' ? UNSET : symbolOf(cell);
}

export function write(state: SlotState, cell: Cell, value: Value): SlotState {
  const cells = new Map(state.cells);
  for (const key of state.cells.keys()) if (isInside(key, cell)) cells.delete(key);
  return { ...state, cells: cells.set(cell, value) };
}

/** True for a part of a cell: a member, an element. */
export function isInside(inner: Cell, outer: Cell): boolean {
  if (inner.length <= outer.length) return false;
  const next = inner.charAt(outer.length);
  return (next === '.' || next === '[') && inner.startsWith(outer);
}

/** True and false where it is certain. */
export function truthOf(value: Value, state: SlotState): boolean | undefined {
  if (value.is === 'page') return true;
  if (value.is === 'unset') return undefined;
  const number = asNumber(value, state);
  if (number !== undefined) return number !== 0;
  if (value.is !== 'symbol' || value.plus !== 0) return undefined;
  if (isFailed(value)) return false;
  return (signsOfSymbol(value.name, state) & ZERO) === 0 ? true : state.answers.get(value.name);
}

export function signsOfSymbol(name: string, { signs }: SlotState): Signs {
  return signs.get(name) ?? ANY;
}

/** The state in which a symbol has one of these signs; undefined where it cannot. */
export function withSigns(state: SlotState, name: string, only: Signs): SlotState | undefined {
  const before = signsOfSymbol(name, state);
  const after = before & only;
  if (after === 0) return undefined;
  return after === before ? state : { ...state, signs: having(state.signs, name, after) };
}

/** The state in which what was asked of a symbol has this answer; undefined where another one is known. */
export function withAnswer(state: SlotState, name: string, holds: boolean): SlotState | undefined {
  const known = state.answers.get(name);
  if (known !== undefined) return known === holds ? state : undefined;
  return { ...state, answers: having(state.answers, name, holds) };
}

export function changePage(state: SlotState, at: number, change: (page: Page) => Page): SlotState {
  return { ...state, pages: state.pages.map((page, index) => (index === at ? change(page) : page)) };
}

/** What is in the memory that a pointer leads to is somebody else's to give back from now on, and may have been written. */
export function giveAway(state: SlotState, value: Value): SlotState {
  if (value.is === 'page') return changePage(state, value.page, (page) => ({ ...page, gone: true }));
  const cell = cellBehind(value);
  if (cell === undefined || value.is !== 'symbol') return state;
  const memory = value.name.startsWith('&') ? cell : value.name;
  const inside: Value[] = [];
  for (const [key, held] of state.cells) if (key === memory || isInside(key, memory)) inside.push(held);
  if (inside.length === 0 && !state.fresh.has(memory)) return state;
  const cells = keeping(state.cells, (key) => key !== memory && !isInside(key, memory));
  const without: SlotState = { ...state, cells, fresh: lacking(state.fresh, memory) };
  return inside.reduce(giveAway, without);
}
