import type { ResolvedModel } from '@pageref/shared';
import { facetOf } from '@pageref/shared/model';
import { isAlike } from '../../ownership/arrivals.js';
import { operandPath, withoutCasts } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import { callsOf } from '../../ownership/nodes.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import type { OwnershipState } from '../../ownership/state.js';
import { valuesAssigned, visitStatements } from '../../syntax/ir-walk.js';
import { expressionLine } from '../../syntax/source-text.js';
import { armsAround, isThereFor } from '../fixes/arms.js';
import { callOf, formOfPath, isKept, rowFor } from './give-back.js';
import type { WrittenCall } from './give-back.js';
import { isWritten } from './repair.js';
import type { RepairRequest } from './repair.js';

/** A call that gives back what is left in one state, and whether the function itself writes it so elsewhere. */
export interface DueCall {
  readonly call: WrittenCall;
  readonly isOwn: boolean;
  /** What it gives back: a page, or a page with its lock. */
  readonly covers: readonly Followed[];
}

/** What is left, in the order in which it is given back, and what else the function takes. */
interface LeftOver {
  readonly prepared: Prepared;
  readonly left: readonly Followed[];
  readonly all: readonly Followed[];
  readonly state: OwnershipState;
}

/**
 * The calls that give back what is left: as the function does it on another way, by one call for all of it where that is so;
 * else the calls of the model's table. Undefined where neither fits.
 */
export function dueCalls(request: RepairRequest, over: LeftOver): readonly DueCall[] | undefined {
  const whole = ownCall(request, over, over.left);
  if (whole) return [{ call: whole, isOwn: true, covers: over.left }];
  const found = over.left.map((one): DueCall | undefined => {
    const own = ownCall(request, over, [one]);
    const call = own ?? tableCall(request, over, one);
    return call && { call, isOwn: own !== undefined, covers: [one] };
  });
  const known = found.filter((one) => one !== undefined);
  return known.length === found.length ? known : undefined;
}

/** The call of the model's table that fits a name of the page. */
function tableCall(
  { file }: RepairRequest,
  { prepared, state }: LeftOver,
  { acquisition }: Followed,
): WrittenCall | undefined {
  const { call: taken, act, path } = acquisition;
  const { text } = file;
  const names = [path, ...state.names].filter((name) => /^\w+$/.test(name) && state.names.includes(name));
  for (const name of names) {
    const form = formOfPath(prepared.locals.types, name);
    // A number may be a bus address that was made of the page.
    if (form === 'address' && (act.as !== 'address' || !isGivenTo(prepared, name, taken))) continue;
    const row = form && rowFor(act, form);
    const isPointer = (prepared.locals.types.get(name)?.pointers ?? 0) > 0;
    const it = form === 'address' && isPointer ? `(unsigned long)${name}` : name;
    const call = row && callOf(row, it, { prepared, text, taken, act });
    if (call) return call;
  }
  return undefined;
}

/** True for a variable that has the result of the call and nothing else. */
function isGivenTo({ fn }: Prepared, name: string, taken: CallExpr): boolean {
  const [value, ...others] = valuesAssigned(fn, name);
  return value !== undefined && others.length === 0 && withoutCasts(value).start === taken.start;
}

/** A statement of the function that gives back just this, by a name that it has here as well, and with nothing that has changed. */
function ownCall(request: RepairRequest, over: LeftOver, left: readonly Followed[]): WrittenCall | undefined {
  const { prepared, all, state } = over;
  const statements = new Set<number>();
  visitStatements(prepared.fn.body, (one) => {
    if (one.op === 'expr') statements.add(one.expr.start);
  });
  const from = Math.min(...left.map(({ acquisition }) => acquisition.call.start));
  const { text } = request.file;
  // What stands in an arm of `#if` may be declared for the builds of that arm only.
  const isEverywhere = ({ start }: CallExpr): boolean =>
    isThereFor(armsAround(text, start), armsAround(text, prepared.fn.nameAt));
  const fit = prepared.cfg.nodes
    .flatMap(callsOf)
    .filter(
      (call) =>
        statements.has(call.start) &&
        givesJust(call, left, all) &&
        isFit(request, prepared, call, { state, from }) &&
        isEverywhere(call),
    );
  const call = fit.find(({ name = '' }) => !marksDirty(request.world.model, name)) ?? fit[0];
  const args = call?.args.map((arg) => expressionLine(text, arg));
  return call?.name !== undefined && args ? { name: call.name, args } : undefined;
}

/** What a call gives back on some way is this, and nothing of another kind beside it. */
function givesJust({ start }: CallExpr, left: readonly Followed[], all: readonly Followed[]): boolean {
  return left.every((one) => givesBack(one, start)) && givesOnly(start, left, all);
}

/** A call gives back nothing of another kind than what is left, on no way. */
export function givesOnly(start: number, left: readonly Followed[], all: readonly Followed[]): boolean {
  const facets = new Set(left.map(({ acquisition: { act } }) => facetOf(act.unit)));
  return all.every((one) => !givesBack(one, start) || facets.has(facetOf(one.acquisition.act.unit)));
}

/** On some way the call at an offset gives back what was taken. */
export function givesBack({ events, acquisition }: Followed, at: number): boolean {
  return events.some(({ does, start, unit }) => does === 'drop' && start === at && isAlike(unit, acquisition.act.unit));
}

function isFit(
  { file }: RepairRequest,
  prepared: Prepared,
  call: CallExpr,
  { state, from }: { readonly state: OwnershipState; readonly from: number },
): boolean {
  const { knowledge } = prepared;
  const drop = knowledge.model.acts.get(call.name ?? '')?.find(({ does }) => does === 'drop');
  if (!drop || typeof drop.on.at !== 'number' || drop.on.through === 'array' || !isWritten(file, call)) return false;
  const path = operandPath(call, drop.on, knowledge);
  if (path === undefined || path.includes('[]') || !state.names.includes(path)) return false;
  return call.args.every((arg, at) => at === drop.on.at || isKept(prepared, arg, from));
}

function marksDirty({ entries }: ResolvedModel, name: string): boolean {
  return entries.get(name)?.effects?.some(({ does }) => does === 'dirty') === true;
}
