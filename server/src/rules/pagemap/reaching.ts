import type { SourceFile } from '../../contracts/source-file.js';
import { writtenIn } from '../../flow/cfg/cfg.js';
import type { Cfg, CfgNode, NodeId } from '../../flow/cfg/cfg.js';
import { cfgOf } from '../../flow/cfg/known.js';
import type { FunctionIr } from '../../syntax/index.js';
import type { Store } from './stores.js';

/** A store that may be the last one before a place. */
export interface ReachingStore {
  readonly store: Store;
  /** True where another one writes over it on some way through the function: whether it is the one here hangs on conditions. */
  readonly isOverwritten: boolean;
}

/** The stores into one member, in one function, that can be the last one where `at` is evaluated; all of them where that is not known. */
export function reachingAt(file: SourceFile, fn: FunctionIr, stores: readonly Store[], at: number): ReachingStore[] {
  const cfg = cfgOf(fn, file.analysis.vocabulary);
  const held = new Map<NodeId, readonly Store[]>();
  for (const node of cfg.nodes) {
    const own = stores.filter(({ value }) => holds(node, value.start));
    if (own.length > 0) held.set(node.id, own);
  }
  const here = cfg.nodes.filter((node) => holds(node, at));
  const isSeen = cfg.uncertain === undefined && here.length > 0 && [...held.values()].flat().length >= stores.length;
  if (!isSeen) return stores.map((store) => ({ store, isOverwritten: false }));
  const reached = follow(cfg, held);
  const overwritten = new Set([...held.keys()].flatMap((id) => [...(reached.get(id) ?? [])]));
  const last = new Set(here.flatMap(({ id }) => [...(reached.get(id) ?? [])]));
  return stores.filter((one) => last.has(one)).map((store) => ({ store, isOverwritten: overwritten.has(store) }));
}

function holds(node: CfgNode, offset: number): boolean {
  const expr = writtenIn(node);
  return expr !== undefined && expr.start <= offset && offset < expr.end;
}

/** The stores that may be the last one in front of each node. */
function follow(cfg: Cfg, held: ReadonlyMap<NodeId, readonly Store[]>): ReadonlyMap<NodeId, ReadonlySet<Store>> {
  const reached = new Map<NodeId, Set<Store>>();
  const waiting = [...held.keys()];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    // Of several in one node, the fields of an initialiser, any may be the last.
    const behind = held.get(id) ?? reached.get(id) ?? [];
    for (const next of cfg.nodes[id]?.next ?? []) {
      const known = reached.get(next) ?? new Set();
      const before = known.size;
      for (const store of behind) known.add(store);
      reached.set(next, known);
      if (known.size > before && !waiting.includes(next)) waiting.push(next);
    }
  }
  return reached;
}
