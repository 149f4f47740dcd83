import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Expr, FunctionIr } from '../syntax/ir.js';
import { mentionsName, visitExpressions } from '../syntax/ir-walk.js';
import type { CallExpr } from './calls.js';
import { isInLoop } from './loops.js';
import { assignmentOf, callsOf, isPageUnit } from './nodes.js';
import type { Followed, Prepared } from './prepared.js';
import type { Path } from './paths.js';
import { isCount } from './step-call.js';

/** Types in which an error code is a large number. */
const UNSIGNED =
  /^(unsigned( (int|long|long long|short|char))?|uint|ulong|u(8|16|32|64)|__u(8|16|32|64)|uint\d+_t|size_t)$/;

/**
 * The comparison that takes an error for a count: how many pages a call got, or the code of its error, is kept in an unsigned
 * variable and asked whether it is less or more than another number. Undefined where the function looks at it as a signed
 * number anywhere.
 */
export function negativeCountOf({ acquisition }: Followed, prepared: Prepared): Expr | undefined {
  const { act, node: id, call } = acquisition;
  const { cfg, locals, fn } = prepared;
  if (act.does !== 'take' || !isCount(act)) return undefined;
  const node = cfg.nodes[id];
  const { target, value } = (node && assignmentOf(node)) ?? {};
  const type = target === undefined ? undefined : locals.types.get(target);
  if (target === undefined || value !== call || type?.pointers !== 0 || !UNSIGNED.test(type.base)) return undefined;
  if (isLookedAtSigned(prepared, fn, target)) return undefined;
  for (const one of cfg.nodes) if (one.op === 'branch' && comparesCount(one.condition, target)) return one.condition;
  return undefined;
}

/** A function of the file that is given what may be an error code for the number of pages it gives back. */
export interface GivenCount {
  readonly call: CallExpr;
  readonly callee: string;
}

/**
 * The calls that are given how many pages a call got where that may still be the code of its error, for an unsigned number of
 * pages that they give back in a loop.
 */
export function negativeCountsGiven(
  { acquisition: { act, node: id, call: taken } }: Followed,
  { cfg, locals }: Prepared,
  calleeOf: (name: string) => Prepared | undefined,
): readonly GivenCount[] {
  if (act.does !== 'take' || !isCount(act)) return [];
  const node = cfg.nodes[id];
  const { target, value } = (node && assignmentOf(node)) ?? {};
  const type = target === undefined ? undefined : locals.types.get(target);
  if (target === undefined || value !== taken || type?.pointers !== 0 || UNSIGNED.test(type.base)) return [];
  return nodesUnasked(cfg, id, target)
    .flatMap(callsOf)
    .flatMap((call): GivenCount[] => {
      const at = call.args.findIndex((arg) => isName(arg, target));
      const callee = at < 0 || call.name === undefined ? undefined : calleeOf(call.name);
      return callee && call.name !== undefined && dropsUpTo(callee, at) ? [{ call, callee: call.name }] : [];
    });
}

/** The nodes behind one, as far as a variable keeps its value and nobody has compared it with a plain number. */
function nodesUnasked({ nodes }: Cfg, from: NodeId, name: Path): readonly CfgNode[] {
  const seen = new Set<NodeId>([from]);
  const found: CfgNode[] = [];
  for (const id of seen) {
    const node = nodes[id];
    if (!node) continue;
    if (id !== from) {
      if (assignmentOf(node)?.target === name || (node.op === 'branch' && asksSign(node.condition, name))) continue;
      found.push(node);
    }
    // A set that grows while it is walked: nodes that are added come up later.
    for (const next of node.next) seen.add(next);
  }
  return found;
}

/** `got > 0`, `got == 1`, `!got`; also where the variable stands inside of something that is not looked at closer. */
function asksSign(condition: Expr, name: Path): boolean {
  if (condition.op !== 'binary') return mentionsName(condition, name);
  const { left, right } = condition;
  const other = isName(left, name) ? right : isName(right, name) ? left : undefined;
  return other ? other.op === 'number' || other.op === 'unary' : mentionsName(condition, name);
}

/** True for a function that gives pages back in a loop whose end is a parameter of an unsigned type. */
function dropsUpTo(prepared: Prepared, at: number): boolean {
  const { cfg, fn, knowledge } = prepared;
  const param = fn.params[at];
  if (!param || param.type.pointers > 0 || !UNSIGNED.test(param.type.base)) return false;
  const isAsked = cfg.nodes.some(
    (node) =>
      node.op === 'branch' &&
      node.condition.op === 'binary' &&
      node.condition.operator === '<' &&
      isName(node.condition.right, param.name) &&
      isInLoop(prepared, node.id),
  );
  const isDropping = ({ name = '' }: CallExpr): boolean =>
    knowledge.model.acts.get(name)?.some(({ does, unit }) => does === 'drop' && isPageUnit(unit)) === true;
  return isAsked && cfg.nodes.some((node) => isInLoop(prepared, node.id) && callsOf(node).some(isDropping));
}

/** `(int)got < 0`, `IS_ERR_VALUE(got)` */
function isLookedAtSigned(prepared: Prepared, fn: FunctionIr, count: Path): boolean {
  const found: Expr[] = [];
  visitExpressions(fn.body, (expr) => {
    const asked = expr.op === 'cast' ? expr.operand : isErrorTest(prepared, expr) ? expr.args[0] : undefined;
    if (asked && isName(asked, count)) found.push(expr);
  });
  return found.length > 0;
}

function isErrorTest({ knowledge: { model } }: Prepared, expr: Expr): expr is CallExpr {
  return expr.op === 'call' && model.errorTests.some(({ name }) => name === expr.name);
}

/** `got < n`, for any n that is no plain number. */
function comparesCount(condition: Expr, count: Path): boolean {
  if (condition.op !== 'binary' || !['<', '<=', '>', '>='].includes(condition.operator)) return false;
  const { left, right } = condition;
  return (isName(left, count) && right.op !== 'number') || (isName(right, count) && left.op !== 'number');
}

function isName(expr: Expr, name: Path): boolean {
  return expr.op === 'name' && expr.name === name;
}
