import type { Expr, FunctionIr, Stmt } from './ir.js';

/** The direct sub-expressions of an expression, in order of evaluation as far as C has one. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case 'name':
    case 'number':
    case 'string':
    case 'type':
    case 'label':
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

/** True where an expression is a name, or has it as a part. */
export function mentionsName(expr: Expr, name: string): boolean {
  return (expr.op === 'name' && expr.name === name) || partsOf(expr).some((part) => mentionsName(part, name));
}

/** The expression with others for its direct parts. */
export function mapParts<E extends Expr>(expr: E, map: (part: Expr) => Expr): E {
  return { ...expr, ...mapped(expr, map) };
}

function mapped(expr: Expr, map: (part: Expr) => Expr): Partial<Expr> {
  switch (expr.op) {
    case 'name':
    case 'number':
    case 'string':
    case 'type':
    case 'label':
    case 'block':
      return {};
    case 'call':
      return { callee: expr.name === undefined ? map(expr.callee) : expr.callee, args: expr.args.map(map) };
    case 'member':
      return { object: map(expr.object) };
    case 'index':
      return { object: map(expr.object), index: map(expr.index) };
    case 'unary':
    case 'update':
    case 'cast':
      return { operand: map(expr.operand) };
    case 'binary':
    case 'comma':
      return { left: map(expr.left), right: map(expr.right) };
    case 'assign':
      return { target: map(expr.target), value: map(expr.value) };
    case 'conditional':
      return { condition: map(expr.condition), then: expr.then && map(expr.then), else: map(expr.else) };
    case 'initialiser':
      return { entries: expr.entries.map((entry) => ({ ...entry, value: map(entry.value) })) };
    case 'unknown':
      return { parts: expr.parts.map(map) };
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
    case 'computed-goto':
      return [statement.target];
    case 'asm':
      return statement.outputs;
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
    case 'maybe':
    case 'guard':
      return [statement.body];
    case 'arms':
      return statement.arms;
    default:
      return [];
  }
}

/** How a statement is made anew of its direct parts. */
export interface StatementMap {
  readonly expr: (expr: Expr) => Expr;
  readonly body: (body: readonly Stmt[]) => readonly Stmt[];
}

/** The statement with others for the expressions and statement lists that stand directly in it. */
export function mapStatement(statement: Stmt, { expr, body }: StatementMap): Stmt {
  const given = (one: Expr | undefined): Expr | undefined => one && expr(one);
  switch (statement.op) {
    case 'expr':
      return { ...statement, expr: expr(statement.expr) };
    case 'declare':
      return { ...statement, initial: given(statement.initial) };
    case 'if': {
      const { condition, then, else: otherwise } = statement;
      return { ...statement, condition: expr(condition), then: body(then), else: body(otherwise) };
    }
    case 'loop': {
      const { init, condition, step, macro } = statement;
      const mapped = given(macro);
      return {
        ...statement,
        init: body(init),
        condition: given(condition),
        step: given(step),
        macro: mapped?.op === 'call' ? mapped : macro,
        body: body(statement.body),
      };
    }
    case 'switch':
      return { ...statement, value: expr(statement.value), body: body(statement.body) };
    case 'case':
    case 'return':
      return { ...statement, value: given(statement.value) };
    case 'block':
    case 'maybe':
      return { ...statement, body: body(statement.body) };
    case 'arms':
      return { ...statement, arms: statement.arms.map(body) };
    case 'guard':
      return { ...statement, call: expr(statement.call), body: body(statement.body) };
    case 'computed-goto':
      return { ...statement, target: expr(statement.target) };
    case 'asm':
      return { ...statement, outputs: statement.outputs.map(expr) };
    case 'unknown':
      return { ...statement, parts: statement.parts.map(expr) };
    case 'label':
    case 'goto':
    case 'break':
    case 'continue':
    case 'hidden':
      return statement;
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
    visitParts(statement, visitStmt);
  };
  // The code of a macro stands elsewhere, and what the macro was handed stands in it.
  const visitExpanded = (statement: Stmt): void => {
    visitParts(statement, visitExpanded);
  };
  const visitParts = (statement: Stmt, visit: (inner: Stmt) => void): void => {
    expressionsOf(statement).forEach(visitExpr);
    for (const body of bodiesOf(statement)) {
      const isOwn = body.every((one) => one.start >= statement.start && one.end <= statement.end);
      body.forEach(isOwn ? visit : visitExpanded);
    }
  };
  fn.body.forEach(visitStmt);
  return chain;
}

/** Visits every statement of a body, outer ones first, those of statement expressions among them. */
export function visitStatements(body: readonly Stmt[], visit: (statement: Stmt) => void): void {
  const visitExpr = (expr: Expr): void => {
    if (expr.op === 'block') visitStatements(expr.body, visit);
    partsOf(expr).forEach(visitExpr);
  };
  for (const statement of body) {
    visit(statement);
    expressionsOf(statement).forEach(visitExpr);
    for (const inner of bodiesOf(statement)) visitStatements(inner, visit);
  }
}

/** Everything that is assigned to a variable of the function. */
export function valuesAssigned(fn: FunctionIr, name: string): readonly Expr[] {
  const values: Expr[] = [];
  visitStatements(fn.body, (statement) => {
    if (statement.op === 'declare' && statement.name === name && statement.initial) values.push(statement.initial);
  });
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'assign' && expr.target.op === 'name' && expr.target.name === name) values.push(expr.value);
  });
  return values;
}
