import type { Expr, FunctionIr, Stmt } from './ir.js';
import { bodiesOf } from './ir-walk.js';

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
  const visit = (body: readonly Stmt[]): boolean =>
    body.some((statement) => {
      if (statement.op === 'declare') {
        if (seen.has(statement.name)) return true;
        seen.add(statement.name);
      }
      return bodiesOf(statement).some(visit);
    });
  return visit(fn.body);
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
  const expr = (one: Expr): Expr => renameExpr(one, scope, taken);
  const body = (one: readonly Stmt[]): readonly Stmt[] => renameBody(one, scope, taken);
  switch (statement.op) {
    case 'expr':
      return { ...statement, expr: expr(statement.expr) };
    case 'if':
      return {
        ...statement,
        condition: expr(statement.condition),
        then: body(statement.then),
        else: body(statement.else),
      };
    case 'loop':
      return renameLoop(statement, scope, taken);
    case 'switch':
      return { ...statement, value: expr(statement.value), body: body(statement.body) };
    case 'case':
    case 'return':
      return { ...statement, value: statement.value && expr(statement.value) };
    case 'block':
      return { ...statement, body: body(statement.body) };
    case 'arms':
      return { ...statement, arms: statement.arms.map(body) };
    case 'guard':
      return { ...statement, call: expr(statement.call), body: body(statement.body) };
    case 'unknown':
      return { ...statement, parts: statement.parts.map(expr) };
    default:
      return statement;
  }
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
  const again = (one: Expr): Expr => renameExpr(one, scope, taken);
  switch (expr.op) {
    case 'name':
      return { ...expr, name: scope.get(expr.name) ?? expr.name };
    case 'call':
      return {
        ...expr,
        callee: expr.name === undefined ? again(expr.callee) : expr.callee,
        args: expr.args.map(again),
      };
    case 'member':
      return { ...expr, object: again(expr.object) };
    case 'index':
      return { ...expr, object: again(expr.object), index: again(expr.index) };
    case 'unary':
    case 'update':
    case 'cast':
      return { ...expr, operand: again(expr.operand) };
    case 'binary':
    case 'comma':
      return { ...expr, left: again(expr.left), right: again(expr.right) };
    case 'assign':
      return { ...expr, target: again(expr.target), value: again(expr.value) };
    case 'conditional':
      return { ...expr, condition: again(expr.condition), then: expr.then && again(expr.then), else: again(expr.else) };
    case 'initialiser':
      return { ...expr, entries: expr.entries.map((entry) => ({ ...entry, value: again(entry.value) })) };
    case 'block':
      return { ...expr, body: renameBody(expr.body, scope, taken) };
    case 'unknown':
      return { ...expr, parts: expr.parts.map(again) };
    default:
      return expr;
  }
}
