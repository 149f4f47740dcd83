import { writtenIn } from '../flow/cfg/cfg.js';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Expr } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import { isBorrower, isReader, seenThrough } from './calls.js';
import type { CallExpr, CallKnowledge } from './calls.js';
import { callsOf } from './nodes.js';
import type { Prepared } from './prepared.js';
import { pathOf, rootOf } from './paths.js';
import type { Path } from './paths.js';

/** What the graph tells of a parameter before any state is followed. */

/**
 * True for a parameter that is handed to a call of which nothing is known before the function has taken any way: then that
 * call has it on all of them, and they need not be followed to see it.
 */
export function isSurelyHanded({ cfg, knowledge }: Prepared, name: Path): boolean {
  const passed = new Set<NodeId>();
  for (let at: NodeId | undefined = cfg.entry; at !== undefined && !passed.has(at);) {
    passed.add(at);
    const node: CfgNode | undefined = cfg.nodes[at];
    if (!node || writes(node, name)) return false;
    if (callsOf(node).some((call) => hands(call, name, knowledge))) return leads(cfg, at);
    at = node.next.length === 1 ? node.next[0] : undefined;
  }
  return false;
}

/** True for a parameter that is an argument of such a call anywhere. */
export function isHandedOn({ cfg, knowledge }: Prepared, name: Path): boolean {
  return cfg.nodes.some((node) => callsOf(node).some((call) => hands(call, name, knowledge)));
}

/** True for a call of which nothing is known and that has a variable among its arguments. */
function hands({ name, args }: CallExpr, variable: Path, knowledge: CallKnowledge): boolean {
  const isKnown =
    name !== undefined &&
    (knowledge.actsOf(name) !== undefined || isBorrower(knowledge, name) || isReader(knowledge, name));
  return !isKnown && args.some((arg) => pathOf(seenThrough(arg, knowledge)) === variable);
}

/** True for a node that may give a variable another value. */
function writes(node: CfgNode, name: Path): boolean {
  const isWrite = (expr: Expr): boolean =>
    (expr.op === 'assign' && pathOf(expr.target) === name) ||
    (expr.op === 'update' && pathOf(expr.operand) === name) ||
    (expr.op === 'unary' && expr.operator === '&' && pathOf(expr.operand) === name) ||
    partsOf(expr).some(isWrite);
  const expr = writtenIn(node);
  if (node.op === 'turn' || node.op === 'set' || (node.op === 'declare' && node.name === name)) return true;
  return expr !== undefined && isWrite(expr);
}

/** True where the function can be left from a node. */
export function leads({ nodes, exit }: Cfg, from: NodeId): boolean {
  // A set that grows while it is walked: nodes that are added come up later.
  const found = new Set([from]);
  for (const id of found) for (const to of nodes[id]?.next ?? []) found.add(to);
  return found.has(exit);
}

/** True where one of the calls may be given what a parameter names: by its own name, or one that it was copied to on any way. */
export function reachesCall({ cfg }: Prepared, parameter: Path, calls: readonly CallExpr[]): boolean {
  if (calls.length === 0) return false;
  const variables = variablesFrom(cfg, parameter);
  const isMentioned = (expr: Expr): boolean =>
    (expr.op === 'name' && variables.has(expr.name)) || partsOf(expr).some(isMentioned);
  return calls.some(({ args }) => args.some(isMentioned));
}

/** The variable and all that get a value with one of them in it, wherever that stands. */
export function variablesFrom({ nodes }: Cfg, name: Path): ReadonlySet<string> {
  const found = new Set([name]);
  const given = nodes.flatMap(valuesGiven);
  const isFrom = (expr: Expr): boolean => (expr.op === 'name' && found.has(expr.name)) || partsOf(expr).some(isFrom);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const { to, value } of given) if (!found.has(to) && isFrom(value)) found.add(to);
  }
  return found;
}

/** What a node gives to variables, and to what they hold or lead to. */
function valuesGiven(node: CfgNode): { readonly to: string; readonly value: Expr }[] {
  const given: { readonly to: string; readonly value: Expr }[] = [];
  const collect = (expr: Expr): void => {
    const path = expr.op === 'assign' ? pathOf(expr.target) : undefined;
    if (path !== undefined && expr.op === 'assign') given.push({ to: rootOf(path), value: expr.value });
    for (const part of partsOf(expr)) collect(part);
  };
  const expr = writtenIn(node);
  if (expr) collect(expr);
  if (node.op === 'declare' && node.initial) given.push({ to: node.name, value: node.initial });
  return given;
}
