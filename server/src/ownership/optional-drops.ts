import type { Expr, FunctionIr } from '../syntax/ir.js';
import { visitStatements } from '../syntax/ir-walk.js';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import { callsOf } from './nodes.js';
import { backFrom } from './state.js';
import type { OwnershipState } from './state.js';
import type { Event } from './draft.js';

/**
 * Conditions that decide about a give-back and nothing else, with the side that skips it: `if (!leak) put_page(page);`. On
 * the side that skips it somebody thought of the page.
 */
export function optionalDrops({ fn, nodes }: Cfg, drops: readonly Event[]): ReadonlyMap<NodeId, NodeId> {
  const ifs = ifsWithoutElse(fn);
  const found = new Map<NodeId, NodeId>();
  for (const { state, start } of drops) {
    let came = nodes.find((node) => callsOf(node).some((call) => call.start === start))?.id;
    const passed = new Set(came === undefined ? [] : [came]);
    for (const at of backFrom(state)) {
      const node = nodes[at.node];
      if (node?.op === 'branch' && came !== undefined) {
        const behind = came;
        const skips = node.next.find((to) => to !== behind);
        const straight = skips === undefined ? [] : straightFrom(nodes, skips);
        // Both sides come by the give-back: this condition is not about it.
        if (skips !== undefined && !allReach(nodes, skips, passed)) {
          if (!allReach(nodes, behind, new Set(straight))) break;
          if (ifs.some((one) => isAbout(one, node.condition, start))) found.set(node.id, skips);
        }
      }
      if (at.node !== came) passed.add(at.node);
      came = at.node;
    }
  }
  return found;
}

/** An `if` without `else`: offsets of its condition and its body. */
interface PlainIf {
  readonly condition: Expr;
  readonly from: number;
  readonly to: number;
}

function ifsWithoutElse({ body }: FunctionIr): readonly PlainIf[] {
  const found: PlainIf[] = [];
  visitStatements(body, (statement) => {
    if (statement.op !== 'if' || statement.else.length > 0) return;
    const [from, to] = [statement.then[0]?.start ?? 0, statement.then.at(-1)?.end ?? 0];
    found.push({ condition: statement.condition, from, to });
  });
  return found;
}

/** `if (dirty) continue;` leaves out what follows: there the give-back is not in the body of the `if`. */
function isAbout({ condition, from, to }: PlainIf, asked: Expr, drop: number): boolean {
  return from <= drop && drop < to && condition.start <= asked.start && asked.end <= condition.end;
}

/** The joins that follow a node without a choice. */
function straightFrom(nodes: Cfg['nodes'], from: NodeId): NodeId[] {
  const straight: NodeId[] = [];
  for (let at: NodeId | undefined = from; at !== undefined && !straight.includes(at);) {
    straight.push(at);
    const node: CfgNode | undefined = nodes[at];
    at = node?.op === 'join' && node.next.length === 1 ? node.next[0] : undefined;
  }
  return straight;
}

/** A body of more nodes than this is no mere give-back. */
const MAX_BODY = 40;

/** True where every way from a node comes by one of the others. */
function allReach(nodes: Cfg['nodes'], from: NodeId, goals: ReadonlySet<NodeId>): boolean {
  const seen = new Set<NodeId>();
  const stack = [from];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (goals.has(at) || seen.has(at)) continue;
    seen.add(at);
    const next = nodes[at]?.next ?? [];
    if (next.length === 0 || seen.size > MAX_BODY) return false;
    stack.push(...next);
  }
  return true;
}

/** True for a path that went by a give-back which it could have done. */
export function isDeliberate(state: OwnershipState, optional: ReadonlyMap<NodeId, NodeId>): boolean {
  for (let at = state; at.before; at = at.before) {
    if (at.before.typestate === 'held' && optional.get(at.before.node) === at.node) return true;
  }
  return false;
}
