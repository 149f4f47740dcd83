import type { Expr, FunctionIr, Stmt } from '../../syntax/index.js';
import { partsOf, visitExpressions, visitStatements } from '../../syntax/ir-walk.js';
import type { FunctionTable } from '../../flow/function-table.js';

/** Whether a function may keep, give back or hand on what is passed to it: asked of callees nothing else is known of. */

/** How many calls deep callees are asked; deeper ones may take it. */
const MAX_DEPTH = 3;

/**
 * True unless every definition of `name` is in the file and none of them stores the parameter, returns it, takes its address
 * or passes it to something that may take it. What cannot be seen may take it.
 */
export function mayTake(
  table: FunctionTable,
  name: string | undefined,
  index: number,
  known: (callee: string, at: number) => boolean | undefined,
  depth = MAX_DEPTH,
): boolean {
  const told = name === undefined ? undefined : known(name, index);
  if (told !== undefined) return told;
  const definitions = name === undefined || depth === 0 ? [] : table.find(name);
  if (definitions.length === 0) return true;
  return definitions.some((fn) =>
    takes(fn, fn.params[index]?.name, (callee, at) => mayTake(table, callee, at, known, depth - 1)),
  );
}

type OwnershipQuestion = (callee: string | undefined, at: number) => boolean;

function takes(fn: FunctionIr, param: string | undefined, passedOn: OwnershipQuestion): boolean {
  if (param === undefined || returnsIt(fn, param)) return true;
  const found: Expr[] = [];
  visitExpressions(fn.body, (expr) => {
    if (escapes(expr, param, passedOn)) found.push(expr);
  });
  return found.length > 0;
}

function escapes(expr: Expr, param: string, passedOn: OwnershipQuestion): boolean {
  if (expr.op === 'assign') return isValue(expr.value, param);
  if (expr.op === 'unary') return expr.operator === '&' && isValue(expr.operand, param);
  if (expr.op === 'initialiser') return partsOf(expr).some((part) => isValue(part, param));
  return expr.op === 'call' && expr.args.some((arg, at) => isValue(arg, param) && passedOn(expr.name, at));
}

/** True when the value of an expression is that of a variable. */
function isValue(expr: Expr, name: string): boolean {
  if (expr.op === 'name') return expr.name === name;
  if (expr.op === 'cast') return isValue(expr.operand, name);
  if (expr.op === 'conditional') return isValue(expr.else, name) || (expr.then ? isValue(expr.then, name) : false);
  if (expr.op === 'comma') return isValue(expr.right, name);
  return false;
}

/** Returned, or given to a variable as it is declared. */
function returnsIt(fn: FunctionIr, param: string): boolean {
  const found: Stmt[] = [];
  visitStatements(fn.body, (statement) => {
    const value =
      statement.op === 'return' ? statement.value : statement.op === 'declare' ? statement.initial : undefined;
    if (value && isValue(value, param)) found.push(statement);
  });
  return found.length > 0;
}
