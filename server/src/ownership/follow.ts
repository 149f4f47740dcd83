import type { OwnershipAct, OwnedUnit } from '@pageref/shared';
import type { CfgNode, NodeId } from '../flow/cfg/cfg.js';
import { partsOf, visitExpressions } from '../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../syntax/ir.js';
import { actingName, isAskedFor, isBorrower, isMacroName, operandPath } from './calls.js';
import type { CallExpr, CallKnowledge } from './calls.js';
import type { Acquisition, Event, StepContext } from './draft.js';
import { callsOf, isPageUnit } from './nodes.js';
import type { Path } from './paths.js';
import type { Followed, Prepared } from './prepared.js';
import { MAX_STATES, contextOf, run, startOf, wayOut } from './run.js';
import type { IsEnough } from './run.js';
import type { OwnershipState } from './state.js';
import { step } from './step.js';
import { POSITIVE } from './values.js';

/** What becomes of an acquisition, a give-back or a parameter on all paths. */

/** Calls of the function that take what it then owes, in the order of the graph. */
export function acquisitionsIn({ fn, cfg, knowledge }: Prepared): readonly Acquisition[] {
  const conditional = conditionalCalls(fn, knowledge);
  return cfg.nodes.flatMap((node) =>
    callsOf(node)
      .filter(({ start }) => !conditional.has(start))
      .flatMap((call) =>
        takesOf(call, knowledge).flatMap((act): Acquisition[] => {
          const path = operandPath(call, act.on, knowledge);
          return path === undefined || isToldByCase(node, act) ? [] : [{ node: node.id, call, act, path }];
        }),
      ),
  );
}

/** `switch (take(&page))`: which case says that it was taken is not followed. */
function isToldByCase({ op }: CfgNode, { on, when }: OwnershipAct): boolean {
  return op === 'choice' && on.at !== 'result' && when !== 'always';
}

/** `known ?: take()`, and what an unread macro is given, as `CC(take())`: whether it was taken is not followed. */
function conditionalCalls(fn: FunctionIr, knowledge: CallKnowledge): ReadonlySet<number> {
  const found = new Set<number>();
  const collect = (expr: Expr): void => {
    if (expr.op === 'call') found.add(expr.start);
    for (const part of partsOf(expr)) collect(part);
  };
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'call' && isUnreadMacro(expr, knowledge)) expr.args.forEach(collect);
    if (expr.op !== 'conditional') return;
    if (expr.then) collect(expr.then);
    collect(expr.else);
  });
  return found;
}

function isUnreadMacro({ name }: CallExpr, knowledge: CallKnowledge): boolean {
  if (name === undefined || !isMacroName(name) || isBorrower(knowledge, name)) return false;
  return !knowledge.model.errorTests.some((test) => test.name === name) && knowledge.actsOf(name) === undefined;
}

function takesOf(call: CallExpr, knowledge: CallKnowledge): readonly OwnershipAct[] {
  const name = actingName(call);
  const acts = name === undefined || !knowledge.mayTake(name) ? [] : knowledge.takesOf(name);
  // What a member of an argument points to has a name of its own, which is not followed.
  return acts.filter((act) => act.does === 'take' && act.on.through !== 'field' && isAskedFor(act, call));
}

/** Follows one acquisition from where it is made, over every state that can be there. */
export function follow(
  prepared: Prepared,
  acquisition: Acquisition,
  how: Partial<Pick<StepContext, 'followsGone'>> = {},
): Followed {
  const events: Event[] = [];
  const before = prepared.before().get(acquisition.node) ?? [];
  const { unit, on } = acquisition.act;
  const fills = on.through !== undefined;
  const context: StepContext = { ...contextOf(prepared, unit, (event) => events.push(event)), fills, ...how };
  const node = prepared.cfg.nodes[acquisition.node];
  const starts = node ? before.flatMap((state) => step({ ...context, begins: acquisition }, node, state)) : [];
  const { ways, complete } = run(prepared, context, starts);
  const first = node?.op === 'return' ? starts.map(([, state]) => wayOut(prepared, node, state)) : [];
  return { acquisition, events, ways: [...first, ...ways], complete };
}

/** What is followed: its unit, and whether a table or a holder was filled with it. */
export interface FollowedUnit {
  readonly unit: OwnedUnit;
  readonly fills: boolean;
}

/** How what a call does is followed. */
export function unitOf({ act: { unit, on } }: { readonly act: OwnershipAct }): FollowedUnit {
  return { unit, fills: on.through !== undefined };
}

/** What becomes of a page from some states on. */
export function followOn(
  prepared: Prepared,
  { unit, fills }: FollowedUnit,
  starts: readonly [NodeId, OwnershipState][],
): Pick<Followed, 'events' | 'ways' | 'complete'> {
  const events: Event[] = [];
  const context = { ...contextOf(prepared, unit, (event) => events.push(event)), fills };
  const { ways, complete } = run(prepared, context, starts);
  return { events, ways, complete };
}

/** Where a node leads from a state, as long as the page is followed there. */
export function sidesOf(
  prepared: Prepared,
  { unit, fills }: FollowedUnit,
  id: NodeId,
  state: OwnershipState,
): readonly [NodeId, OwnershipState][] {
  const node = prepared.cfg.nodes[id];
  const context = { ...contextOf(prepared, unit, () => undefined), fills };
  return node ? step(context, node, state).filter(([, { typestate }]) => typestate !== 'gone') : [];
}

/** A give-back of a page by a name of its own, whoever took it. */
export interface GiveBack {
  readonly node: NodeId;
  readonly call: CallExpr;
  readonly act: OwnershipAct;
  readonly path: Path;
}

/** Calls of the function that surely give back what one variable names, in the order of the graph. */
export function giveBacksIn({ cfg, knowledge, locals }: Prepared): readonly GiveBack[] {
  return cfg.nodes.flatMap((node) =>
    callsOf(node).flatMap((call) => {
      const acts = call.name === undefined ? [] : (knowledge.model.acts.get(call.name) ?? []);
      return acts.flatMap((act): GiveBack[] => {
        if (act.does !== 'drop' || act.when !== 'always' || !isPageUnit(act.unit)) return [];
        const path = operandPath(call, act.on, knowledge);
        return path === undefined || !locals.types.has(path) ? [] : [{ node: node.id, call, act, path }];
      });
    }),
  );
}

/** Follows a page from where it is given back. */
export function followGiveBack(
  prepared: Prepared,
  { node: id, act, path }: GiveBack,
): Pick<Followed, 'events' | 'complete'> {
  const events: Event[] = [];
  const node = prepared.cfg.nodes[id];
  const context = contextOf(prepared, act.unit, (event) => events.push(event));
  const before = prepared.before().get(id) ?? [];
  const starts = before.flatMap((state) =>
    node ? step(context, node, { ...state, typestate: 'held', names: [path] }) : [],
  );
  const { complete } = run(prepared, context, starts);
  return { events, complete };
}

/** How a parameter is followed. */
interface ParameterFollowing extends Partial<Pick<StepContext, 'keepsWays' | 'fills'>> {
  /** Ends it before all was seen. */
  readonly isEnough?: IsEnough;
}

/** Follows the page that a parameter names, as if its caller owned it; how a way out was reached is kept for who asks. */
export function followParameter(
  prepared: Prepared,
  name: Path,
  unit: OwnedUnit,
  { keepsWays = false, fills = false, isEnough }: ParameterFollowing = {},
): Followed {
  const events: Event[] = [];
  const context = { ...contextOf(prepared, unit, (event) => events.push(event)), followsGone: true, keepsWays, fills };
  const state: OwnershipState = {
    ...startOf(prepared),
    typestate: 'held',
    names: [name],
    facts: new Map([[name, POSITIVE]]),
  };
  const bounds = { most: MAX_STATES, ...(isEnough && { isEnough }) };
  const { ways, complete } = run(prepared, context, [[prepared.cfg.entry, state]], bounds);
  const call = {
    op: 'call',
    callee: { op: 'type', start: 0, end: 0 },
    name: undefined,
    args: [],
    start: 0,
    end: 0,
  } as const;
  const act = { does: 'take', unit, on: { at: 'result' }, when: 'always' } as const;
  return { acquisition: { node: prepared.cfg.entry, call, act, path: name }, events, ways, complete };
}
