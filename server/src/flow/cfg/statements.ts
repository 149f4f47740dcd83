import type { Expr, Stmt } from '../../syntax/ir.js';
import type { CfgBuilder } from './builder.js';
import type { NodeId, JumpTargets } from './cfg.js';
import { condition } from './conditions.js';
import { assignment, expression, immediate, isBranching, value, withValues } from './expressions.js';
import { isSplit, isTruthValue, strip } from './truth.js';

/** Statements of the intermediate form as nodes and edges. */

export function statements(b: CfgBuilder, body: readonly Stmt[]): void {
  for (const one of body) statement(b, one);
}

function statement(b: CfgBuilder, statement: Stmt): void {
  switch (statement.op) {
    case 'expr':
      return expression(b, statement.expr);
    case 'declare':
      return declaration(b, statement);
    case 'if':
      return ifStatement(b, statement);
    case 'loop':
      return loop(b, statement);
    case 'switch':
      return switchStatement(b, statement);
    case 'case':
      return caseLabel(b, statement.value === undefined);
    case 'label':
      b.jump(b.label(statement.name));
      b.current = b.label(statement.name);
      return;
    case 'goto':
      return b.jump(b.label(statement.label));
    case 'computed-goto':
      expression(b, statement.target);
      b.mayJump(b.labels.computed);
      b.current = undefined;
      return;
    case 'hidden':
      return b.giveUp(`the macro ${statement.macro} hides jumps and could not be read`);
    case 'asm':
      return assembly(b, statement);
    case 'break':
      return b.jump(b.targets.breakTo ?? b.exit);
    case 'continue':
      return b.jump(b.targets.continueTo ?? b.exit);
    case 'return':
      return returnStatement(b, statement.value, statement.start);
    case 'block':
      return statements(b, statement.body);
    case 'arms':
      return arms(b, statement);
    case 'maybe':
      return maybe(b, statement.body);
    case 'guard':
      expression(b, statement.call);
      return statements(b, statement.body);
    case 'unknown':
      for (const part of statement.parts) expression(b, part);
  }
}

/** What it writes is anything; it jumps before or after. */
function assembly(b: CfgBuilder, { outputs, labels, start, end }: Extract<Stmt, { op: 'asm' }>): void {
  b.mayJump(labels);
  for (const output of outputs) {
    const anything: Expr = { op: 'unknown', parts: [], start, end };
    assignment(b, {
      op: 'assign',
      operator: '=',
      target: output,
      value: anything,
      start: output.start,
      end: output.end,
    });
  }
  if (outputs.length > 0) b.mayJump(labels);
}

function arms(b: CfgBuilder, { arms, start }: Extract<Stmt, { op: 'arms' }>): void {
  const choice = b.then({ op: 'choice', expr: undefined, arms: start });
  const join = b.join();
  for (const arm of arms) {
    b.current = choice;
    statements(b, arm);
    b.jump(join);
  }
  if (arms.length === 0) b.edge(choice, join);
  b.current = join;
}

/** Runs any number of times; a break in it leaves a loop of the macro or the one around. */
function maybe(b: CfgBuilder, body: readonly Stmt[]): void {
  const again = b.then({ op: 'choice', expr: undefined });
  const { breakTo, continueTo, ...rest } = b.targets;
  b.within({ ...rest, breakTo: b.either(again, breakTo), continueTo: b.either(again, continueTo) }, () => {
    statements(b, body);
  });
  b.jump(again);
  b.current = again;
}

function ifStatement(b: CfgBuilder, statement: Extract<Stmt, { op: 'if' }>): void {
  const [yes, no, join] = [b.join(), b.join(), b.join()];
  condition(b, statement.condition, yes, no);
  b.current = yes;
  statements(b, statement.then);
  b.jump(join);
  b.current = no;
  statements(b, statement.else);
  b.jump(join);
  b.current = join;
}

type Loop = Extract<Stmt, { op: 'loop' }>;

function loop(b: CfgBuilder, loop: Loop): void {
  statements(b, loop.init);
  const [head, body, step, after] = [b.join(), b.join(), b.join(), b.join()];
  const outer = b.targets;
  b.jump(loop.style === 'do' ? body : head);
  b.current = head;
  // A break in the condition or the step leaves this loop or the one around, as the compiler likes.
  const inHead = headTargets(b, loop, { breakTo: after, continueTo: step });
  b.within(inHead, () => {
    loopHead(b, loop, body, after);
  });
  b.current = body;
  b.within({ ...outer, breakTo: after, continueTo: step }, () => {
    statements(b, loop.body);
  });
  b.jump(step);
  b.current = step;
  b.within(inHead, () => {
    if (loop.step) expression(b, loop.step);
  });
  b.jump(head);
  b.current = after;
}

function headTargets(
  b: CfgBuilder,
  { condition, step }: Loop,
  own: Pick<JumpTargets, 'breakTo' | 'continueTo'>,
): JumpTargets {
  const outer = b.targets;
  if (![condition, step].some((expr) => expr && isBranching(b, expr))) return outer;
  const either = (one: NodeId | undefined, other: NodeId | undefined): NodeId | undefined =>
    one === undefined ? other : b.either(one, other);
  return {
    ...outer,
    breakTo: either(own.breakTo, outer.breakTo),
    continueTo: either(own.continueTo, outer.continueTo),
  };
}

function loopHead(b: CfgBuilder, loop: Loop, body: NodeId, after: NodeId): void {
  if (loop.macro) {
    const labels = b.labels.amongOperands(loop.macro);
    const call = withValues(b, loop.macro);
    const choice = b.then({ op: 'choice', expr: call });
    b.mayJump(labels);
    b.then({ op: 'turn', call });
    b.jump(body);
    b.edge(choice, after);
  } else if (loop.condition) {
    condition(b, loop.condition, body, after);
  } else {
    b.jump(body);
  }
}

function switchStatement(b: CfgBuilder, { value: asked, body }: Extract<Stmt, { op: 'switch' }>): void {
  const choice = b.then({ op: 'choice', expr: value(b, immediate(b, asked)) });
  const after = b.join();
  const cases = { choice, hasDefault: false };
  b.current = undefined;
  b.within({ ...b.targets, breakTo: after, cases }, () => {
    for (const one of body) {
      // What no label in sight leads to has one that a macro hides.
      if (b.current === undefined && one.op === 'expr') caseLabel(b, false);
      statement(b, one);
    }
  });
  b.jump(after);
  if (!cases.hasDefault) b.edge(choice, after);
  b.current = after;
}

/** Case labels, also those deeper inside, become joins the switch node reaches; control falls from one into the next. */
function caseLabel(b: CfgBuilder, isDefault: boolean): void {
  const { cases } = b.targets;
  if (!cases) return;
  const label = b.join();
  b.edge(cases.choice, label);
  b.jump(label);
  b.current = label;
  cases.hasDefault ||= isDefault;
}

function returnStatement(b: CfgBuilder, summary: Expr | undefined, at: number): void {
  const plain = summary && strip(b, immediate(b, strip(b, summary)));
  if (!plain) return finish(b, undefined, undefined, at);
  if (plain.op === 'conditional' && plain.then) {
    const [yes, no] = [b.join(), b.join()];
    condition(b, plain.condition, yes, no);
    b.current = yes;
    returnStatement(b, plain.then, at);
    b.current = no;
    return returnStatement(b, plain.else, at);
  }
  if (isTruthValue(b, plain)) {
    const [yes, no] = [b.join(), b.join()];
    condition(b, plain, yes, no);
    b.current = yes;
    finish(b, summary, 1, at);
    b.current = no;
    return finish(b, summary, 0, at);
  }
  finish(b, value(b, plain), undefined, at);
}

function finish(b: CfgBuilder, value: Expr | undefined, known: 0 | 1 | undefined, at: number): void {
  b.then({ op: 'return', at, value, known });
  b.jump(b.exit);
}

function declaration(b: CfgBuilder, statement: Extract<Stmt, { op: 'declare' }>): void {
  const { name, type, initial, start, end, static: isStatic } = statement;
  const target: Expr = { op: 'name', name, start, end: start };
  if (initial && !isStatic && (isSplit(b, initial) || isBranching(b, initial)) && initial.op !== 'initialiser') {
    b.then({ op: 'declare', name, type, initial: undefined, static: false });
    return assignment(b, { op: 'assign', operator: '=', target, value: initial, start, end });
  }
  b.then({ op: 'declare', name, type, initial: initial && (isStatic ? initial : value(b, initial)), static: isStatic });
}
