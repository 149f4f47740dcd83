import { partsOf, visitExpressions } from '../../syntax/ir-walk.js';
import type { Expr } from '../../syntax/ir.js';
import { expressionOf } from './cfg.js';
import type { Cfg, CfgNode } from './cfg.js';

const NAMING = new WeakMap<Cfg, ReadonlyMap<string, readonly CfgNode[]>>();

/** The nodes that evaluate something in which a name stands, in their order. */
export function nodesNaming(cfg: Cfg, name: string): readonly CfgNode[] {
  let known = NAMING.get(cfg);
  if (!known) NAMING.set(cfg, (known = nodesByName(cfg)));
  return known.get(name) ?? [];
}

function nodesByName(cfg: Cfg): ReadonlyMap<string, readonly CfgNode[]> {
  const found = new Map<string, CfgNode[]>();
  for (const node of cfg.nodes) {
    for (const name of namesIn(node)) {
      const known = found.get(name);
      if (known) known.push(node);
      else found.set(name, [node]);
    }
  }
  return found;
}

/** Names of variables and functions that stand in what a node evaluates. */
function namesIn(node: CfgNode): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (expr: Expr): void => {
    if (expr.op === 'name') names.add(expr.name);
    if (expr.op === 'call' && expr.name !== undefined) names.add(expr.name);
    for (const part of partsOf(expr)) add(part);
    if (expr.op === 'block') visitExpressions(expr.body, add);
  };
  const whole = node.op === 'turn' ? node.call : expressionOf(node);
  if (whole) add(whole);
  return names;
}
