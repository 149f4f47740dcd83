import type { Expr, FunctionIr, Stmt } from './ir.js';

/** The direct sub-expressions of an expression, in order of evaluation as far as C has one. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case 'name':
    case 'number':
    case 'string':
    case 'type':
    case 'block':
      return [];
    case 'call':
      return expr.name === undefined ? [expr.callee, ...expr.args] : expr.args;
    case 'member':
      return [expr.object];
    case 'index':
      return [expr.object, expr.index];
    case 'unary':
    case 'update':
    case 'cast':
      return [expr.operand];
    case 'binary':
    case 'comma':
      return [expr.left, expr.right];
    case 'assign':
      return [expr.target, expr.value];
    case 'conditional':
      return expr.then ? [expr.condition, expr.then, expr.else] : [expr.condition, expr.else];
    case 'initialiser':
      return expr.entries.map((entry) => entry.value);
    case 'unknown':
      return expr.parts;
  }
}

/** The expressions that stand directly in a statement. */
export function expressionsOf(statement: Stmt): readonly Expr[] {
  switch (statement.op) {
    case 'expr':
      return [statement.expr];
    case 'declare':
      return statement.initial ? [statement.initial] : [];
    case 'if':
      return [statement.condition];
    case 'loop':
      return [statement.condition, statement.step, statement.macro].filter((expr) => expr !== undefined);
    case 'switch':
      return [statement.value];
    case 'case':
    case 'return':
      return statement.value ? [statement.value] : [];
    case 'guard':
      return [statement.call];
    case 'unknown':
      return statement.parts;
    default:
      return [];
  }
}

/** The statement lists directly inside a statement. */
export function bodiesOf(statement: Stmt): readonly (readonly Stmt[])[] {
  switch (statement.op) {
    case 'if':
      return [statement.then, statement.else];
    case 'loop':
      return [statement.init, statement.body];
    case 'switch':
    case 'block':
    case 'guard':
      return [statement.body];
    case 'arms':
      return statement.arms;
    default:
      return [];
  }
}

/** Visits every expression of a body, outer ones first, in the order of the text. */
export function visitExpressions(body: readonly Stmt[], visit: (expr: Expr) => void): void {
  const visitExpr = (expr: Expr): void => {
    visit(expr);
    if (expr.op === 'block') visitExpressions(expr.body, visit);
    partsOf(expr).forEach(visitExpr);
  };
  for (const statement of body) {
    expressionsOf(statement).forEach(visitExpr);
    for (const inner of bodiesOf(statement)) visitExpressions(inner, visit);
  }
}

/** The expressions around an offset, outermost first. */
export function expressionsAround(fn: FunctionIr, offset: number): Expr[] {
  const chain: Expr[] = [];
  const visitExpr = (expr: Expr): void => {
    if (offset < expr.start || offset >= expr.end) return;
    chain.push(expr);
    if (expr.op === 'block') expr.body.forEach(visitStmt);
    partsOf(expr).forEach(visitExpr);
  };
  const visitStmt = (statement: Stmt): void => {
    if (offset < statement.start || offset >= statement.end) return;
    expressionsOf(statement).forEach(visitExpr);
    for (const body of bodiesOf(statement)) body.forEach(visitStmt);
  };
  fn.body.forEach(visitStmt);
  return chain;
}

/** Visits every statement of a body, outer ones first, in the order of the text. */
export function visitStatements(body: readonly Stmt[], visit: (statement: Stmt) => void): void {
  for (const statement of body) {
    visit(statement);
    for (const inner of bodiesOf(statement)) visitStatements(inner, visit);
  }
}
