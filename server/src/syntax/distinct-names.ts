import type { Expr, FunctionIr, Stmt } from './ir.js';
import { mapParts, mapStatement, visitStatements } from './ir-walk.js';

/**
 * Gives every variable of a function a name of its own: one declared in an inner or a later block under a name that was
 * taken before becomes `name#2`. Places go by name, so two variables of one name would share what is known of them.
 */
export function distinctNames(fn: FunctionIr): FunctionIr {
  const taken = new Map<string, number>(fn.params.map((param) => [param.name, 1]));
  if (!hasDoubles(fn, new Set(taken.keys()))) return fn;
  return { ...fn, body: renameBody(fn.body, new Map(), taken) };
}

function hasDoubles(fn: FunctionIr, seen: Set<string>): boolean {
  let found = false;
  visitStatements(fn.body, (statement) => {
    if (statement.op !== 'declare') return;
    found ||= seen.has(statement.name);
    seen.add(statement.name);
  });
  return found;
}

/** Names of the enclosing blocks that were changed. */
type Renamed = ReadonlyMap<string, string>;

function renameBody(body: readonly Stmt[], outer: Renamed, taken: Map<string, number>): readonly Stmt[] {
  let scope = outer;
  return body.map((statement) => {
    if (statement.op !== 'declare') return renameStatement(statement, scope, taken);
    const initial = statement.initial && renameExpr(statement.initial, scope, taken);
    const count = (taken.get(statement.name) ?? 0) + 1;
    taken.set(statement.name, count);
    const name = count === 1 ? statement.name : `${statement.name}#${count}`;
    scope = new Map(scope).set(statement.name, name);
    return { ...statement, name, initial };
  });
}

function renameStatement(statement: Stmt, scope: Renamed, taken: Map<string, number>): Stmt {
  if (statement.op === 'loop') return renameLoop(statement, scope, taken);
  return mapStatement(statement, {
    expr: (one) => renameExpr(one, scope, taken),
    body: (one) => renameBody(one, scope, taken),
  });
}

/** What `for (struct page *page = ...)` declares is known in the whole loop. */
function renameLoop(loop: Extract<Stmt, { op: 'loop' }>, outer: Renamed, taken: Map<string, number>): Stmt {
  let scope = outer;
  const init = loop.init.map((statement) => {
    const [renamed] = renameBody([statement], scope, taken);
    if (renamed?.op === 'declare' && statement.op === 'declare')
      scope = new Map(scope).set(statement.name, renamed.name);
    return renamed ?? statement;
  });
  const expr = (one: Expr | undefined): Expr | undefined => one && renameExpr(one, scope, taken);
  const macro = expr(loop.macro);
  return {
    ...loop,
    init,
    condition: expr(loop.condition),
    step: expr(loop.step),
    macro: macro?.op === 'call' ? macro : undefined,
    body: renameBody(loop.body, scope, taken),
  };
}

function renameExpr(expr: Expr, scope: Renamed, taken: Map<string, number>): Expr {
  if (expr.op === 'name') return { ...expr, name: scope.get(expr.name) ?? expr.name };
  if (expr.op === 'block') return { ...expr, body: renameBody(expr.body, scope, taken) };
  return mapParts(expr, (part) => renameExpr(part, scope, taken));
}
