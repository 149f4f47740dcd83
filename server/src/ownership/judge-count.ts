import type { Expr, FunctionIr } from '../syntax/ir.js';
import { visitExpressions } from '../syntax/ir-walk.js';
import type { CallExpr } from './calls.js';
import { assignmentOf } from './nodes.js';
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
