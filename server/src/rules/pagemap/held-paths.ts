import { decisiveTurns, isEntered } from '../../flow/cfg/decisions.js';
import type { Share, Turn, WeighedTurn } from '../../flow/cfg/decisions.js';
import type { Cfg, CfgNode, NodeId } from '../../flow/cfg/cfg.js';
import { transfer } from '../../flow/fixpoint.js';
import { followWhatIf } from '../../flow/what-if.js';
import type { Followed } from '../../flow/what-if.js';
import type { State } from '../../flow/domain/state.js';
import type { AnalysedFunction } from '../../contracts/file-analysis.js';

/**
 * Paths of a function from the place where something was taken, with that call taken to have succeeded: conditions on its
 * result go one way only, so the path on which nothing was taken is not among them.
 */
export interface HeldPaths extends Followed {
  /** The node of the call, and the state before it. */
  readonly at: NodeId;
  readonly before: State;
}

/** @param call offset of the taking call, and `at` the node that evaluates it */
export function pathsFrom(analysed: AnalysedFunction, call: number, at: NodeId): HeldPaths | undefined {
  const before = analysed.flow.before.get(at);
  const taken = followWhatIf(analysed, { from: 'behind', at, answer: { call, is: 'nonnull' }, stopAt: [at] });
  return before && taken && { ...taken, at, before };
}

/** A path that leads out of the function, or back to the call, and the turns on it that decide that it does. */
export interface Escape {
  readonly path: readonly CfgNode[];
  readonly turns: readonly Turn[];
}

/** A path out of the function, or back to the call, without one of the `ends`; undefined where there is none. */
export function escapingPath(paths: HeldPaths, ends: ReadonlySet<NodeId>): Escape | undefined {
  const { flow, at } = paths;
  const { cfg } = flow;
  const starts = startsOf(paths);
  const cameFrom = new Map<NodeId, NodeId | undefined>(starts.map((id) => [id, undefined]));
  const open = [...starts].sort((a, b) => (cfg.order[a] ?? 0) - (cfg.order[b] ?? 0));
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    if (ends.has(id)) continue;
    if (id === cfg.exit || id === at) {
      const path = trail(cfg, cameFrom, id);
      return { path, turns: turnsOf(paths, path, ends) };
    }
    for (const next of successors(paths, id)) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      open.push(next);
    }
  }
  return undefined;
}

/** The nodes that come first. */
export function startsOf({ start }: HeldPaths): readonly NodeId[] {
  return [...new Set(start.map(([to]) => to))];
}

/** The edges that can be taken out of a node. */
function successors({ context, flow }: HeldPaths, id: NodeId): readonly NodeId[] {
  const node = flow.cfg.nodes[id];
  const before = flow.before.get(id);
  return node && before ? transfer(context, node, before).map(([to]) => to) : [];
}

function trail(cfg: Cfg, cameFrom: ReadonlyMap<NodeId, NodeId | undefined>, last: NodeId): readonly CfgNode[] {
  const nodes: CfgNode[] = [];
  for (let id: NodeId | undefined = last; id !== undefined; id = cameFrom.get(id)) {
    const node = cfg.nodes[id];
    if (node) nodes.push(node);
  }
  return nodes.reverse();
}

/** The conditions on an escaping path from which one side at most is as bad. */
function turnsOf(paths: HeldPaths, path: readonly CfgNode[], ends: ReadonlySet<NodeId>): readonly Turn[] {
  const turns = path.flatMap((node, at): WeighedTurn[] => {
    const to = path[at + 1]?.id;
    if (node.op !== 'branch' || to === undefined) return [];
    const other = successors(paths, node.id).find((side) => side !== to);
    if (other === undefined) return [];
    return [
      {
        turn: { condition: node.condition, holds: node.next[0] === to },
        taken: () => shareFrom(paths, to, ends),
        other: () => shareFrom(paths, other, ends),
        isEntered: isEntered(node, node.next[0] === to),
        isLoop: path.slice(at + 1).some(({ id }) => id === node.id),
      },
    ];
  });
  return decisiveTurns(turns);
}

/** How many of the ways from a node on lead out of the function, or back to the call, without one of the `ends`. */
function shareFrom(paths: HeldPaths, from: NodeId, ends: ReadonlySet<NodeId>): Share {
  const { flow, at } = paths;
  const seen = new Set([from]);
  const found = new Set<'end' | 'escape'>();
  // A set that grows while it is walked: nodes that are added come up later.
  for (const id of seen) {
    if (ends.has(id)) found.add('end');
    else if (id === flow.cfg.exit || id === at) found.add('escape');
    else for (const next of successors(paths, id)) seen.add(next);
  }
  if (!found.has('escape')) return 'none';
  return found.has('end') ? 'some' : 'all';
}
