import type { OwnedUnit } from '@pageref/shared';
import { writtenIn } from '../flow/cfg/cfg.js';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Expr } from '../syntax/ir.js';
import { actsOfCall, actsOfFacet, isBorrower, operandPath, seenThrough } from './calls.js';
import type { CallKnowledge } from './calls.js';
import { callsOf, assignmentOf } from './nodes.js';
import { isHiddenAt, pathOf, rootOf } from './paths.js';
import type { Locals, Path } from './paths.js';
import type { ElementAct, Prepared } from './prepared.js';

/** The loops of a function, and what they do element by element. */

/** The nodes of each loop, by its head: what leads back to the head without passing it. */
export function loopsOf(cfg: Cfg): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  const { nodes, order } = cfg;
  const into = leadingTo(cfg);
  const loops = new Map<NodeId, Set<NodeId>>();
  for (const node of nodes) {
    // Nothing leads there: the order names a place behind all others.
    if ((order[node.id] ?? 0) >= nodes.length) continue;
    for (const head of node.next) {
      if ((order[head] ?? 0) > (order[node.id] ?? 0)) continue;
      const body = loops.get(head) ?? new Set([head]);
      loops.set(head, body);
      const stack = [node.id];
      for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
        if (body.has(id)) continue;
        body.add(id);
        stack.push(...(into.get(id) ?? []));
      }
    }
  }
  return loops;
}

/** True for a node that is passed again in each turn of a loop. */
export function isInLoop({ inLoops }: Prepared, id: NodeId): boolean {
  return inLoops.has(id);
}

/** What each loop does element by element, by its head. */
export function releasesInLoops(
  cfg: Cfg,
  { loops, inLoops, locals }: Pick<Prepared, 'loops' | 'inLoops' | 'locals'>,
  knowledge: CallKnowledge,
  unit: OwnedUnit,
): ReturnType<Prepared['releasedIn']> {
  const found = new Map<NodeId, ElementAct[]>();
  const acting = cfg.nodes
    .filter(({ id }) => inLoops.has(id))
    .flatMap((node) =>
      [
        ...elementDrops(node, knowledge, unit),
        ...elementStores(node, knowledge, locals),
        ...hands(node, knowledge),
      ].map((act) => ({ node, act })),
    );
  if (acting.length === 0) return found;
  for (const [head, body] of loops) {
    const elements = elementNames(cfg, body, knowledge);
    const declared = new Set([...body].flatMap((id) => declaredBy(cfg.nodes[id])));
    for (const { node, act } of acting) {
      if (!body.has(node.id)) continue;
      const path = elements.get(act.path) ?? act.path;
      // A plain variable is dropped by the node that drops it; its element by the loop.
      if (act.does === 'drop' && !path.includes('[]')) continue;
      // What is declared inside of the loop is another page in another turn.
      if (!path.includes('[]') && declared.has(rootOf(path))) continue;
      found.set(head, [...(found.get(head) ?? []), { ...act, path }]);
    }
  }
  return found;
}

function declaredBy(node: CfgNode | undefined): string[] {
  return node?.op === 'declare' ? [node.name] : [];
}

/** Variables that stand for something else inside a loop: `page = pages[i]`, `page = va`. */
function elementNames({ nodes }: Cfg, body: ReadonlySet<NodeId>, knowledge: CallKnowledge): ReadonlyMap<Path, Path> {
  const names = new Map<Path, Path>();
  for (const id of body) {
    const node = nodes[id];
    const { target, value } = (node && assignmentOf(node)) ?? {};
    const path = value && pathOf(seenThrough(value, knowledge));
    if (target !== undefined && path !== undefined && path !== target && !path.startsWith('&')) names.set(target, path);
  }
  return names;
}

function elementDrops(node: CfgNode, knowledge: CallKnowledge, unit: OwnedUnit): ElementAct[] {
  return callsOf(node).flatMap((call) => {
    const acts = actsOfCall(call, knowledge);
    const drops = actsOfFacet(acts ?? [], unit).filter(({ does }) => does === 'drop');
    return drops.flatMap((act): ElementAct[] => {
      const path = operandPath(call, act.on, knowledge);
      const { start, end } = call;
      return path === undefined ? [] : [{ does: 'drop', unit: act.unit, path, start, length: end - start }];
    });
  });
}

function elementStores(node: CfgNode, knowledge: CallKnowledge, locals: Locals): ElementAct[] {
  const expr = writtenIn(node);
  if (expr?.op !== 'assign') return [];
  const { value } = expr;
  const path = pathOf(withoutStep(seenThrough(withoutStep(value), knowledge)));
  const target = pathOf(expr.target);
  // A plain variable is one more name; a member or an element is where others find it.
  if (path === undefined || (target !== undefined && target === rootOf(target))) return [];
  if (target !== undefined && isHiddenAt(locals, target, expr.start)) return [];
  return [{ does: 'store', unit: 'reference', path, start: expr.start, length: expr.end - expr.start }];
}

/** `page++` is the page that the name stood for. */
function withoutStep(expr: Expr): Expr {
  return expr.op === 'update' ? expr.operand : expr;
}

/** Calls of which nothing is known, by what they are handed: a loop is expected to turn. */
function hands(node: CfgNode, knowledge: CallKnowledge): ElementAct[] {
  return callsOf(node).flatMap((call) => {
    const acts = actsOfCall(call, knowledge);
    if (call.name !== undefined && isBorrower(knowledge, call.name)) return [];
    if (acts && !acts.some(({ does }) => does === 'hand-over')) return [];
    return call.args.flatMap(eitherOf).flatMap((arg): ElementAct[] => {
      const path = pathOf(seenThrough(arg, knowledge))?.replace(/^&/, '');
      const { start, end } = call;
      return path === undefined ? [] : [{ does: 'hand', unit: 'reference', path, start, length: end - start }];
    });
  });
}

/** `copy ? copy : page` hands over one of the two. */
function eitherOf(arg: Expr): readonly Expr[] {
  return arg.op === 'conditional' ? [arg.then ?? arg.condition, arg.else] : [arg];
}

/** The nodes that lead to each node. */
function leadingTo({ nodes }: Cfg): ReadonlyMap<NodeId, readonly NodeId[]> {
  const from = new Map<NodeId, NodeId[]>();
  for (const { id, next } of nodes) {
    for (const to of next) {
      const known = from.get(to);
      if (known) known.push(id);
      else from.set(to, [id]);
    }
  }
  return from;
}

/** The nodes that are wanted, and those from which one of them is reached. */
export function waysTo(cfg: Cfg, isWanted: (node: CfgNode) => boolean): ReadonlySet<NodeId> {
  const from = leadingTo(cfg);
  // A set that grows while it is walked: nodes that are added come up later.
  const found = new Set(cfg.nodes.filter(isWanted).map(({ id }) => id));
  for (const id of found) for (const before of from.get(id) ?? []) found.add(before);
  return found;
}
