import type { CfgNode } from '../flow/cfg/cfg.js';
import type { CallExpr } from '../ownership/calls.js';
import { isInLoop } from '../ownership/loops.js';
import { assignmentOf, callsOf, isPageUnit } from '../ownership/nodes.js';
import type { Prepared } from '../ownership/prepared.js';
import { NEGATIVE } from '../ownership/values.js';
import { runSlots } from './run.js';
import type { SlotRun, SlotWay } from './run.js';
import { signsOfSymbol, tableOf } from './state.js';
import type { SlotState, Value } from './state.js';

/** What goes wrong with the pages in the slots of a table. */
export type SlotFault = LeftInSlot | WrongSlotPut;

/** Pages of a call that are still in their slots where the function is left. */
export interface LeftInSlot {
  readonly does: 'left';
  readonly start: number;
  readonly length: number;
  readonly taken: CallExpr;
  /** The call got fewer pages than it was asked for. */
  readonly short: boolean;
}

/** A give-back of what a slot holds: NULL, what nobody wrote, or a page that was given back before. */
export interface WrongSlotPut {
  readonly does: 'null' | 'unset' | 'twice';
  readonly start: number;
  readonly length: number;
}

/** Faults of a function that keeps pages in tables, in order of place, and whether all its ways were run. */
export interface SlotFaults {
  readonly faults: readonly SlotFault[];
  readonly complete: boolean;
}

const NONE: SlotFaults = { faults: [], complete: true };

export function slotFaultsOf(prepared: Prepared, calleeOf: (name: string) => Prepared | undefined): SlotFaults {
  if (!fillsTable(prepared)) return NONE;
  const { faults, complete } = faultsWith(prepared, calleeOf, 3);
  if (faults.length === 0) return { faults, complete };
  // What goes wrong with one number only may be what that number stands for: `if (i == 1)` in a loop of two.
  const others = faultsWith(prepared, calleeOf, 2).faults;
  const isCertain = ({ does, start }: SlotFault): boolean =>
    others.some((other) => other.does === does && other.start === start);
  return { faults: faults.filter(isCertain), complete };
}

function faultsWith(prepared: Prepared, calleeOf: (name: string) => Prepared | undefined, some: number): SlotFaults {
  const run = runSlots(prepared, calleeOf, some);
  const faults = [...leftIn(prepared, run), ...wrongPutsIn(run)];
  return { faults: distinct(faults.sort((a, b) => a.start - b.start)), complete: run.complete };
}

/** True for a function that takes pages into slots, in a loop or by one call. */
function fillsTable(prepared: Prepared): boolean {
  const { cfg, knowledge } = prepared;
  const takes = (node: CfgNode, isMeant: (through: string | undefined, at: 'result' | number) => boolean): boolean =>
    callsOf(node).some(({ name }) =>
      (knowledge.model.acts.get(name ?? '') ?? []).some(
        ({ does, unit, on }) => does === 'take' && isPageUnit(unit) && isMeant(on.through, on.at),
      ),
    );
  const stores = cfg.nodes.some((node) => assignmentOf(node)?.target.endsWith('[]') && isInLoop(prepared, node.id));
  return cfg.nodes.some(
    (node) =>
      takes(node, (through) => through === 'array') ||
      (stores && isInLoop(prepared, node.id) && takes(node, (through, at) => at === 'result' && !through)),
  );
}

/** Pages that are still in slots of a table which goes away, or of which others were given back because something failed. */
function leftIn(prepared: Prepared, { ways }: SlotRun): SlotFault[] {
  // Who gives back none of the pages that were looked up may find them again where they were found.
  const givesBack = ways.some(({ state }) => state.released.size > 0);
  return ways.flatMap((way): SlotFault[] => {
    const { state, node } = way;
    if (state.guessed) return [];
    const left = state.pages.find((page, at) => page.held > 0 && !page.gone && isLost(prepared, way, at));
    if (!left || (!givesBack && isLookedUp(prepared, left.call))) return [];
    const [start, end] = placeOf(prepared, node);
    return [{ does: 'left', start, length: end - start, taken: left.call, short: left.short }];
  });
}

/** A call that looks pages up finds none at worst; one that gets those of an address may fail with a code. */
function isLookedUp({ knowledge: { model } }: Prepared, { name }: CallExpr): boolean {
  return model.counted.get(name ?? '')?.none === 'zero';
}

function placeOf({ fn }: Prepared, node: CfgNode): readonly [number, number] {
  if (node.op !== 'return') return [fn.end - 1, fn.end];
  return node.value ? [node.value.start, node.value.end] : [node.at, node.at + 'return'.length];
}

/** True for a page in a slot that nobody else can find once the function has returned. */
function isLost(prepared: Prepared, way: SlotWay, page: number): boolean {
  if (way.value?.is === 'page' && way.value.page === page) return false;
  const cells = [...way.state.cells].flatMap(([cell, value]) =>
    value.is === 'page' && value.page === page ? [cell] : [],
  );
  const kept = cells.filter((cell) => !prepared.locals.types.has(cell));
  return kept.length > 0 && kept.every((cell) => isSlotLost(prepared, way, cell));
}

/** What holds the slot dies with the call or was freed; or some of its pages were given back because something failed. */
function isSlotLost({ locals, fn }: Prepared, { state, value, node }: SlotWay, cell: string): boolean {
  const table = tableOf(cell);
  if (table === undefined) return false;
  if (state.freed.has(table) || (locals.types.has(table) && state.fresh.has(table))) return true;
  return state.released.has(table) && node.op === 'return' && isFailure(value, state, fn.returns.pointers > 0);
}

function isFailure(value: Value | undefined, state: SlotState, isPointer: boolean): boolean {
  if (value?.is === 'number') return value.number < 0 || (isPointer && value.number === 0);
  return value?.is === 'symbol' && signsOfSymbol(value.name, state) === NEGATIVE;
}

function wrongPutsIn({ wrongPuts }: SlotRun): SlotFault[] {
  return wrongPuts.flatMap(({ does, call: { start, end }, state }): SlotFault[] =>
    state.guessed ? [] : [{ does, start, length: end - start }],
  );
}

function distinct(faults: readonly SlotFault[]): readonly SlotFault[] {
  return faults.filter((fault, at) => faults.findIndex((one) => one.start === fault.start) === at);
}
