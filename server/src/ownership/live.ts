import { writtenIn } from '../flow/cfg/cfg.js';
import type { Cfg, CfgNode } from '../flow/cfg/cfg.js';
import type { Expr } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import { isPartOf, pathOf, placeOf } from './paths.js';
import type { Path } from './paths.js';
import { keeping } from './state.js';
import type { OwnershipState } from './state.js';
import { valuePath } from './values.js';

/** What can still be asked for behind a node: paths that are mentioned before they are written, and conditions by their text. */
export interface Live {
  readonly paths: ReadonlySet<Path>;
  readonly conditions: ReadonlySet<string>;
}

/** The state without what nobody asks for from here on: states that differ in nothing else are one. */
export function onlyLive(state: OwnershipState, { paths, conditions }: Live): OwnershipState {
  const facts = keeping(state.facts, (path) => paths.has(path));
  const resultOf = keeping(state.resultOf, (path) => paths.has(path));
  const asked = keeping(state.conditions, (text) => conditions.has(text));
  if (facts === state.facts && resultOf === state.resultOf && asked === state.conditions) return state;
  return { ...state, facts, resultOf, conditions: asked };
}

/** What is live in front of each node, by its place in the graph. */
export function livenessOf(cfg: Cfg, conditionOf: (node: CfgNode) => string | undefined): readonly Live[] {
  const { nodes, order } = cfg;
  const uses = nodes.map((node) => usesOf(node));
  const asks = nodes.map(conditionOf);
  const live = nodes.map(() => ({ paths: new Set<Path>(), conditions: new Set<string>() }));
  const backwards = nodes.map(({ id }) => id).sort((a, b) => (order[b] ?? 0) - (order[a] ?? 0));
  for (let changed = true; changed;) {
    changed = false;
    for (const id of backwards) {
      const [node, here, own, text] = [nodes[id], live[id], uses[id], asks[id]];
      if (!node || !here || !own) continue;
      const before = here.paths.size + here.conditions.size;
      for (const path of own) here.paths.add(path);
      if (text !== undefined) here.conditions.add(text);
      const written = writtenBy(node);
      for (const to of node.next) addLive(here, live[to], written);
      changed ||= here.paths.size + here.conditions.size > before;
    }
  }
  return live;
}

function addLive(
  here: { paths: Set<Path>; conditions: Set<string> },
  next: Live | undefined,
  written: Path | undefined,
): void {
  if (!next) return;
  for (const path of next.paths) {
    if (path !== written && (written === undefined || !isPartOf(path, written))) here.paths.add(path);
  }
  for (const text of next.conditions) here.conditions.add(text);
}

/** The path a node gives another value, whatever it was before. */
function writtenBy(node: CfgNode): Path | undefined {
  if (node.op === 'declare') return node.name;
  if (node.op === 'set') return pathOf(node.target);
  return node.op === 'eval' && node.expr.op === 'assign' && node.expr.operator === '='
    ? pathOf(node.expr.target)
    : undefined;
}

/** Paths whose value a node asks for, or may: all that it mentions but the target of a plain assignment. */
function usesOf(node: CfgNode): ReadonlySet<Path> {
  const found = new Set<Path>();
  const add = (expr: Expr): void => {
    const [path, value] = [placeOf(expr), valuePath(expr)];
    if (path !== undefined) found.add(path.startsWith('&') ? path.slice(1) : path);
    if (value !== undefined) found.add(value);
    for (const part of partsOf(expr)) add(part);
  };
  const expr = writtenIn(node);
  if (expr?.op === 'assign' && expr.operator === '=') {
    add(expr.value);
    for (const part of partsOf(expr.target)) add(part);
  } else if (expr) add(expr);
  return found;
}
