import type { OwnedUnit } from '@pageref/shared';
import { facetOf } from '@pageref/shared/model';
import { writtenIn } from '../flow/cfg/cfg.js';
import type { CfgNode } from '../flow/cfg/cfg.js';
import { partsOf } from '../syntax/ir-walk.js';
import type { Expr } from '../syntax/ir.js';
import type { CallExpr } from './calls.js';
import { pathOf } from './paths.js';
import type { Path } from './paths.js';

/** What stands in a node of the graph. */

/** Every call in a node's expressions, in order of evaluation. */
export function callsOf(node: CfgNode): readonly CallExpr[] {
  const found: CallExpr[] = [];
  const visit = (expr: Expr): void => {
    for (const part of partsOf(expr)) visit(part);
    if (expr.op === 'call') found.push(expr);
  };
  const expr = writtenIn(node);
  if (expr) visit(expr);
  return found;
}

/** The variable or place that a node gives a value to, and the value. */
export function assignmentOf(node: CfgNode): { readonly target: Path; readonly value: Expr } | undefined {
  if (node.op === 'declare') return node.initial && { target: node.name, value: node.initial };
  if (node.op !== 'eval' || node.expr.op !== 'assign') return undefined;
  const target = pathOf(node.expr.target);
  return target === undefined ? undefined : { target, value: node.expr.value };
}

/** True for a facet whose acquisitions are references of a page. */
export function isPageUnit(unit: OwnedUnit): boolean {
  return facetOf(unit) === 'page';
}
