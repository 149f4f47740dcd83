import { facetOf } from '@pageref/shared/model';
import type { OwnershipAct } from '@pageref/shared';
import { writtenIn } from '../flow/cfg/cfg.js';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Expr } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import { operandPath, seenThrough } from './calls.js';
import type { CallExpr } from './calls.js';
import { assignmentOf, callsOf } from './nodes.js';
import type { Prepared } from './prepared.js';
import { variablesFrom } from './handed.js';
import { pathOf, rootOf } from './paths.js';
import type { Path } from './paths.js';

/** A give-back by a call that is not meant for a page like this, and the call that shows what the page is. */
export interface MisfitPut {
  readonly call: CallExpr;
  readonly shown: CallExpr;
}

/** The code of a function of the file; undefined where it can't be read as one. */
export type CalleeOf = (name: string) => Prepared | undefined;

/** A call and the node that makes it. */
interface Step {
  readonly node: CfgNode;
  readonly call: CallExpr;
}

const STEPS = new WeakMap<Prepared, readonly Step[]>();

function stepsOf(prepared: Prepared): readonly Step[] {
  const known =
    STEPS.get(prepared) ?? prepared.cfg.nodes.flatMap((node) => callsOf(node).map((call) => ({ node, call })));
  STEPS.set(prepared, known);
  return known;
}

function actsIn({ knowledge }: Prepared, { name = '' }: CallExpr, does: OwnershipAct['does']): readonly OwnershipAct[] {
  const acts = knowledge.model.acts.get(name) ?? [];
  return acts.filter((act) => act.does === does && facetOf(act.unit) === 'page' && act.on.through === undefined);
}

/**
 * Blocks that are freed as a whole, `__free_pages(page, order)`, behind a call of the file's own that took another reference on the
 * page and gave it to somebody: the last owner frees the block, and which one that is is not known here.
 */
export function sharedBlocksFreed(prepared: Prepared, calleeOf: CalleeOf): readonly MisfitPut[] {
  const { cfg, knowledge } = prepared;
  const steps = stepsOf(prepared);
  return steps.flatMap(({ node, call }): MisfitPut[] => {
    const drop = actsIn(prepared, call, 'drop').find(({ order }) => isBlock(order, call));
    const page = drop && operandPath(call, drop.on, knowledge);
    if (page === undefined) return [];
    const names = namesOf(prepared, page);
    const sharing = steps.find(
      (other) => isShared(prepared, other.call, names, calleeOf) && reaches(cfg, other.node.id, node.id),
    );
    return sharing ? [{ call, shown: sharing.call }] : [];
  });
}

function reaches({ nodes }: Cfg, from: NodeId, to: NodeId): boolean {
  // A set that grows while it is walked: nodes that are added come up later.
  const found = new Set(nodes[from]?.next ?? []);
  for (const id of found) for (const next of nodes[id]?.next ?? []) found.add(next);
  return found.has(to);
}

/** An order that is written and is not zero. */
function isBlock(order: OwnershipAct['order'], { args }: CallExpr): boolean {
  if (order === undefined || order === 'zero') return false;
  const given = args[order.at];
  return given !== undefined && !(given.op === 'number' && given.value === 0);
}

/** The page's own path and the variables that are given it, its address or its number. */
function namesOf({ cfg, knowledge }: Prepared, page: Path): ReadonlySet<Path> {
  const given = cfg.nodes.flatMap((node) => assignmentOf(node) ?? []);
  const copies = given.filter(({ value }) => pathOf(seenThrough(value, knowledge)) === page);
  return new Set([page, ...copies.map(({ target }) => target)]);
}

function isShared(
  { knowledge }: Prepared,
  { name, args }: CallExpr,
  names: ReadonlySet<Path>,
  calleeOf: CalleeOf,
): boolean {
  if (name === undefined || knowledge.model.acts.has(name)) return false;
  const isIt = (expr: Expr): boolean =>
    names.has(pathOf(seenThrough(expr, knowledge)) ?? '') || partsOf(expr).some(isIt);
  return args.some((arg, at) => isIt(arg) && sharesParameter(calleeOf, name, at));
}

/** Calls of the file's own that are looked through. */
const MAX_DEPTH = 2;

/** True where a function takes a reference on what a parameter leads to, gives it to somebody, and gives none back. */
function sharesParameter(calleeOf: CalleeOf, name: string, at: number, depth = 0): boolean {
  const prepared = depth > MAX_DEPTH ? undefined : calleeOf(name);
  const param = prepared?.fn.params[at];
  if (!prepared || !param) return false;
  const variables = variablesFrom(prepared.cfg, param.name);
  const steps = stepsOf(prepared);
  const isDone = (does: OwnershipAct['does']): boolean =>
    steps.some(({ call }) =>
      actsIn(prepared, call, does).some(({ on, when }) => {
        const path = operandPath(call, on, prepared.knowledge);
        return path !== undefined && variables.has(rootOf(path)) && when === 'always';
      }),
    );
  if (isDone('drop')) return false;
  if (isDone('take') && isDone('hand-over')) return true;
  return steps.some(({ call }) => {
    const inner = call.args.findIndex((arg) => variables.has(pathOf(seenThrough(arg, prepared.knowledge)) ?? ''));
    return call.name !== undefined && inner >= 0 && sharesParameter(calleeOf, call.name, inner, depth + 1);
  });
}

/** Pages of a buffer that is marked for the page pool, which are freed past the pool where the buffer is not made. */
export function recycledPagesFreed(prepared: Prepared): readonly MisfitPut[] {
  const { cfg, knowledge } = prepared;
  const steps = stepsOf(prepared);
  return steps.flatMap((mark): MisfitPut[] => {
    const at = knowledge.model.recycling.get(mark.call.name ?? '');
    const buffer = at === undefined ? undefined : mark.call.args[at];
    const path = buffer && pathOf(buffer);
    if (path === undefined) return [];
    const filled = steps.filter((fill) => inTurn(cfg, fill, mark) && pageIn(prepared, fill, path) !== undefined);
    return filled.flatMap((fill) => {
      const page = pageIn(prepared, fill, path);
      const freed = steps.filter((put) => inTurn(cfg, fill, put) && freesPast(prepared, put, page));
      return freed.map(({ call }) => ({ call, shown: mark.call }));
    });
  });
}

/** The page that a call makes a buffer of, or puts into one: `skb = build_skb(page_address(page), size)`. */
function pageIn(prepared: Prepared, { node, call }: Step, buffer: Path): Path | undefined {
  const made = assignmentOf(node);
  const isIts =
    (made?.target === buffer && made.value === call) || (call.args[0] !== undefined && pathOf(call.args[0]) === buffer);
  const [act] = isIts ? actsIn(prepared, call, 'hand-over') : [];
  const page = act && operandPath(call, act.on, prepared.knowledge);
  return page !== undefined && hasOneValue(prepared, page) ? page : undefined;
}

function hasOneValue({ cfg }: Prepared, page: Path): boolean {
  return cfg.nodes.filter((node) => assignmentOf(node)?.target === page).length <= 1;
}

function freesPast(prepared: Prepared, { call }: Step, page: Path | undefined): boolean {
  return actsIn(prepared, call, 'drop').some(
    ({ unit, on }) => unit !== 'page-pool' && operandPath(call, on, prepared.knowledge) === page,
  );
}

/** True where one call comes behind the other in the same turn of every loop. */
function inTurn({ nodes, order }: Cfg, { node: { id: from } }: Step, { node: { id: to } }: Step): boolean {
  const found = new Set([from]);
  for (const id of found) {
    for (const next of nodes[id]?.next ?? []) if ((order[next] ?? 0) > (order[id] ?? 0)) found.add(next);
  }
  return from !== to && found.has(to);
}

/** Pages that are taken out of their pool by a call that drops no reference, and that the function has no other word for. */
export function detachedPagesLeft(prepared: Prepared): readonly CallExpr[] {
  const { cfg, knowledge } = prepared;
  const detaching = stepsOf(prepared).filter(({ call }) => knowledge.model.detaching.has(call.name ?? ''));
  return detaching.flatMap(({ call }): CallExpr[] => {
    const arg = call.args[knowledge.model.detaching.get(call.name ?? '') ?? 0];
    const page = arg && pathOf(arg);
    if (page === undefined) return [];
    const isNamed = (expr: Expr): boolean => expr !== arg && (pathOf(expr) === page || partsOf(expr).some(isNamed));
    const isElsewhere = cfg.nodes.some((node) => {
      const expr = node.op === 'branch' ? undefined : writtenIn(node);
      return (node.op === 'declare' && node.name === page) || (expr !== undefined && isNamed(expr));
    });
    return isElsewhere ? [] : [call];
  });
}
