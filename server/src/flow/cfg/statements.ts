import type { Expr, Stmt } from '../../syntax/ir.js';
import type { CfgBuilder } from './builder.js';
import type { NodeId, Targets } from './cfg.js';
import { assignment, condition, expression, hoist, isSplit, isTruthValue, strip } from './conditions.js';

/** Statements of the intermediate form as nodes and edges. */

export function statements(b: CfgBuilder, body: readonly Stmt[], targets: Targets): void {
  for (const one of body) lowerStatement(b, one, targets);
}

function lowerStatement(b: CfgBuilder, statement: Stmt, targets: Targets): void {
  switch (statement.op) {
    case 'expr':
      return expression(b, statement.expr);
    case 'declare':
      return declaration(b, statement);
    case 'if':
      return ifStatement(b, statement, targets);
    case 'loop':
      return loop(b, statement, targets);
    case 'switch':
      return switchStatement(b, statement, targets);
    case 'case':
      return caseLabel(b, statement.value === undefined, targets);
    case 'label':
      b.jump(b.label(statement.name));
      b.current = b.label(statement.name);
      return;
    case 'goto':
      return b.jump(b.label(statement.label));
    case 'break':
      return b.jump(targets.breakTo ?? b.exit);
    case 'continue':
      return b.jump(targets.continueTo ?? b.exit);
    case 'return':
      return returnStatement(b, statement.value);
    case 'block':
      return statements(b, statement.body, targets);
    case 'arms':
      return arms(b, statement.arms, targets);
    case 'guard':
      expression(b, statement.call);
      return statements(b, statement.body, targets);
    case 'unknown':
      for (const part of statement.parts) expression(b, part);
  }
}

function arms(b: CfgBuilder, arms: readonly (readonly Stmt[])[], targets: Targets): void {
  const choice = b.then({ op: 'choice', expr: undefined });
  const join = b.add({ op: 'join' });
  for (const arm of arms) {
    b.current = choice;
    statements(b, arm, targets);
    b.jump(join);
  }
  if (arms.length === 0) b.edge(choice, join);
  b.current = join;
}

function ifStatement(b: CfgBuilder, statement: Extract<Stmt, { op: 'if' }>, targets: Targets): void {
  const [yes, no, join] = [b.add({ op: 'join' }), b.add({ op: 'join' }), b.add({ op: 'join' })];
  condition(b, statement.condition, yes, no);
  b.current = yes;
  statements(b, statement.then, targets);
  b.jump(join);
  b.current = no;
  statements(b, statement.else, targets);
  b.jump(join);
  b.current = join;
}

function loop(b: CfgBuilder, loop: Extract<Stmt, { op: 'loop' }>, outer: Targets): void {
  statements(b, loop.init, { breakTo: undefined, continueTo: undefined });
  const [head, body, step, after] = [
    b.add({ op: 'join' }),
    b.add({ op: 'join' }),
    b.add({ op: 'join' }),
    b.add({ op: 'join' }),
  ];
  b.jump(loop.style === 'do' ? body : head);
  b.current = head;
  loopHead(b, loop, body, after);
  b.current = body;
  const { cases } = outer;
  statements(b, loop.body, { breakTo: after, continueTo: step, ...(cases && { cases }) });
  b.jump(step);
  b.current = step;
  if (loop.step) expression(b, loop.step);
  b.jump(head);
  b.current = after;
}

function loopHead(b: CfgBuilder, loop: Extract<Stmt, { op: 'loop' }>, body: NodeId, after: NodeId): void {
  if (loop.macro) {
    const choice = b.then({ op: 'choice', expr: loop.macro });
    b.then({ op: 'turn', call: loop.macro });
    b.jump(body);
    b.edge(choice, after);
  } else if (loop.condition) {
    condition(b, loop.condition, body, after);
  } else {
    b.jump(body);
  }
}

function switchStatement(b: CfgBuilder, statement: Extract<Stmt, { op: 'switch' }>, outer: Targets): void {
  hoist(b, statement.value);
  const choice = b.then({ op: 'choice', expr: statement.value });
  const after = b.add({ op: 'join' });
  const cases = { choice, hasDefault: false };
  b.current = undefined;
  statements(b, statement.body, { breakTo: after, continueTo: outer.continueTo, cases });
  b.jump(after);
  if (!cases.hasDefault) b.edge(choice, after);
  b.current = after;
}

function caseLabel(b: CfgBuilder, isDefault: boolean, { cases }: Targets): void {
  if (!cases) return;
  const label = b.add({ op: 'join' });
  b.edge(cases.choice, label);
  b.jump(label);
  b.current = label;
  cases.hasDefault ||= isDefault;
}

function returnStatement(b: CfgBuilder, value: Expr | undefined): void {
  const plain = value && strip(b, value);
  if (!plain) return finish(b, value, undefined);
  if (plain.op === 'conditional' && plain.then) {
    const [yes, no] = [b.add({ op: 'join' }), b.add({ op: 'join' })];
    condition(b, plain.condition, yes, no);
    b.current = yes;
    returnStatement(b, plain.then);
    b.current = no;
    return returnStatement(b, plain.else);
  }
  if (isTruthValue(b, plain)) {
    const [yes, no] = [b.add({ op: 'join' }), b.add({ op: 'join' })];
    condition(b, plain, yes, no);
    b.current = yes;
    finish(b, value, 1);
    b.current = no;
    return finish(b, value, 0);
  }
  hoist(b, plain);
  finish(b, value, undefined);
}

function finish(b: CfgBuilder, value: Expr | undefined, known: 0 | 1 | undefined): void {
  b.then({ op: 'return', value, known });
  b.jump(b.exit);
}

function declaration(b: CfgBuilder, statement: Extract<Stmt, { op: 'declare' }>): void {
  const { name, type, initial, start, end, static: isStatic } = statement;
  const target: Expr = { op: 'name', name, start, end: start };
  if (initial && !isStatic && isSplit(b, initial)) {
    b.then({ op: 'declare', name, type, initial: undefined, static: false });
    return assignment(b, { op: 'assign', operator: '=', target, value: initial, start, end });
  }
  if (initial) hoist(b, initial);
  b.then({ op: 'declare', name, type, initial, static: isStatic });
}
