import type { AssertionMacro } from '@pageref/shared';
import type { Expr, FunctionIr, Stmt, TypeName } from '../syntax/ir.js';
import { partsOf } from './walk.js';

/**
 * Control flow graph of one function. Every node does one thing; conditions are split at `!`, `&&`, `||` and `?:`
 * so that a branch node tests one atomic condition, and refinement by a condition is nothing but taking an edge.
 */
export type NodeId = number;

export type CfgNode = { readonly id: NodeId; next: NodeId[] } & (
  | { readonly op: 'entry' | 'exit' | 'join' }
  | { readonly op: 'eval'; readonly expr: Expr }
  | {
      readonly op: 'declare';
      readonly name: string;
      readonly type: TypeName;
      readonly initial: Expr | undefined;
      readonly static: boolean;
    }
  /** `target` gets a known truth value; `test` is the condition it was computed from. */
  | { readonly op: 'set'; readonly target: Expr; readonly value: 0 | 1; readonly test: Expr }
  /** `next` is [when true, when false]. */
  | { readonly op: 'branch'; readonly condition: Expr; readonly whole: Expr; readonly assertion: string | undefined }
  /** Any successor may be taken: switch, preprocessor arms, loop macros. */
  | { readonly op: 'choice'; readonly expr: Expr | undefined }
  /** One turn of a loop macro: the variable named first is assigned. */
  | { readonly op: 'turn'; readonly call: Extract<Expr, { op: 'call' }> }
  | { readonly op: 'return'; readonly value: Expr | undefined; readonly known: 0 | 1 | undefined }
);

export interface Cfg {
  readonly fn: FunctionIr;
  readonly nodes: readonly CfgNode[];
  readonly entry: NodeId;
  readonly exit: NodeId;
}

/** What the graph's shape depends on: macros that assert, wrap or do not return, and names that answer a question. */
export interface CfgVocabulary {
  readonly assertions: ReadonlyMap<string, AssertionMacro>;
  readonly transparent: ReadonlySet<string>;
  readonly noReturn: ReadonlySet<string>;
  /** True for a call or bit test worth a branch of its own wherever it stands. */
  readonly isTest: (expr: Expr) => boolean;
}

type NewNode = CfgNode extends infer N ? (N extends CfgNode ? Omit<N, 'id' | 'next'> : never) : never;

interface Targets {
  readonly breakTo: NodeId | undefined;
  readonly continueTo: NodeId | undefined;
  /** The switch around, where its case labels hang, and whether one of them was `default`. */
  readonly cases?: { readonly choice: NodeId; hasDefault: boolean };
}

const LOGICAL = new Set(['&&', '||']);
const COMPARISON = new Set(['==', '!=', '<', '>', '<=', '>=']);

export function buildCfg(fn: FunctionIr, vocabulary: CfgVocabulary): Cfg {
  return new CfgBuilder(fn, vocabulary).build();
}

/**
 * Builds the graph front to back: `current` is the node the next statement hangs on, undefined after a jump.
 * It is a class because gotos need labels that outlive one statement.
 */
class CfgBuilder {
  private readonly nodes: CfgNode[] = [];
  private readonly labels = new Map<string, NodeId>();
  private current: NodeId | undefined;
  private readonly exit: NodeId;
  private readonly entry: NodeId;

  constructor(
    private readonly fn: FunctionIr,
    private readonly vocabulary: CfgVocabulary,
  ) {
    this.entry = this.add({ op: 'entry' });
    this.exit = this.add({ op: 'exit' });
    this.current = this.entry;
  }

  build(): Cfg {
    this.statements(this.fn.body, { breakTo: undefined, continueTo: undefined });
    this.jump(this.exit);
    this.skipJoins();
    return { fn: this.fn, nodes: this.nodes, entry: this.entry, exit: this.exit };
  }

  /** Joins only helped building: edges go on to the next node that does something. */
  private skipJoins(): void {
    const target = (id: NodeId): NodeId => {
      const seen = new Set<NodeId>();
      for (;;) {
        const node = this.nodes[id];
        const [next] = node?.next ?? [];
        if (node?.op !== 'join' || next === undefined || seen.has(id)) return id;
        seen.add(id);
        id = next;
      }
    };
    for (const node of this.nodes) node.next = node.next.map(target);
  }

  private add(node: NewNode): NodeId {
    const id = this.nodes.length;
    this.nodes.push({ ...node, id, next: [] } as CfgNode);
    return id;
  }

  private edge(from: NodeId, to: NodeId): void {
    this.nodes[from]?.next.push(to);
  }

  /** Adds a node after the current one and goes on from it. */
  private then(node: NewNode): NodeId {
    const id = this.add(node);
    if (this.current !== undefined) this.edge(this.current, id);
    this.current = id;
    return id;
  }

  private jump(to: NodeId): void {
    if (this.current !== undefined) this.edge(this.current, to);
    this.current = undefined;
  }

  private label(name: string): NodeId {
    let id = this.labels.get(name);
    if (id === undefined) {
      id = this.add({ op: 'join' });
      this.labels.set(name, id);
    }
    return id;
  }

  private statements(body: readonly Stmt[], targets: Targets): void {
    for (const statement of body) this.statement(statement, targets);
  }

  private statement(statement: Stmt, targets: Targets): void {
    switch (statement.op) {
      case 'expr':
        return this.expression(statement.expr);
      case 'declare':
        return this.declaration(statement);
      case 'if':
        return this.ifStatement(statement, targets);
      case 'loop':
        return this.loop(statement, targets);
      case 'switch':
        return this.switchStatement(statement, targets);
      case 'case':
        return this.caseLabel(statement.value === undefined, targets);
      case 'label':
        this.jump(this.label(statement.name));
        this.current = this.label(statement.name);
        return;
      case 'goto':
        return this.jump(this.label(statement.label));
      case 'break':
        return this.jump(targets.breakTo ?? this.exit);
      case 'continue':
        return this.jump(targets.continueTo ?? this.exit);
      case 'return':
        return this.returnStatement(statement.value);
      case 'block':
        return this.statements(statement.body, targets);
      case 'arms':
        return this.arms(statement.arms, targets);
      case 'guard':
        this.expression(statement.call);
        return this.statements(statement.body, targets);
      case 'unknown':
        for (const part of statement.parts) this.expression(part);
    }
  }

  private arms(arms: readonly (readonly Stmt[])[], targets: Targets): void {
    const choice = this.then({ op: 'choice', expr: undefined });
    const join = this.add({ op: 'join' });
    for (const arm of arms) {
      this.current = choice;
      this.statements(arm, targets);
      this.jump(join);
    }
    if (arms.length === 0) this.edge(choice, join);
    this.current = join;
  }

  private ifStatement(statement: Extract<Stmt, { op: 'if' }>, targets: Targets): void {
    const [yes, no, join] = [this.add({ op: 'join' }), this.add({ op: 'join' }), this.add({ op: 'join' })];
    this.condition(statement.condition, yes, no);
    this.current = yes;
    this.statements(statement.then, targets);
    this.jump(join);
    this.current = no;
    this.statements(statement.else, targets);
    this.jump(join);
    this.current = join;
  }

  private loop(loop: Extract<Stmt, { op: 'loop' }>, outer: Targets): void {
    this.statements(loop.init, { breakTo: undefined, continueTo: undefined });
    const [head, body, step, after] = [
      this.add({ op: 'join' }),
      this.add({ op: 'join' }),
      this.add({ op: 'join' }),
      this.add({ op: 'join' }),
    ];
    this.jump(loop.style === 'do' ? body : head);
    this.current = head;
    this.loopHead(loop, body, after);
    this.current = body;
    const { cases } = outer;
    this.statements(loop.body, { breakTo: after, continueTo: step, ...(cases && { cases }) });
    this.jump(step);
    this.current = step;
    if (loop.step) this.expression(loop.step);
    this.jump(head);
    this.current = after;
  }

  private loopHead(loop: Extract<Stmt, { op: 'loop' }>, body: NodeId, after: NodeId): void {
    if (loop.macro) {
      const choice = this.then({ op: 'choice', expr: loop.macro });
      this.then({ op: 'turn', call: loop.macro });
      this.jump(body);
      this.edge(choice, after);
    } else if (loop.condition) {
      this.condition(loop.condition, body, after);
    } else {
      this.jump(body);
    }
  }

  /** Case labels, also those deeper inside, become joins the switch node reaches; control falls from one into the next. */
  private switchStatement(statement: Extract<Stmt, { op: 'switch' }>, outer: Targets): void {
    this.hoist(statement.value);
    const choice = this.then({ op: 'choice', expr: statement.value });
    const after = this.add({ op: 'join' });
    const cases = { choice, hasDefault: false };
    this.current = undefined;
    this.statements(statement.body, { breakTo: after, continueTo: outer.continueTo, cases });
    this.jump(after);
    if (!cases.hasDefault) this.edge(choice, after);
    this.current = after;
  }

  private caseLabel(isDefault: boolean, { cases }: Targets): void {
    if (!cases) return;
    const label = this.add({ op: 'join' });
    this.edge(cases.choice, label);
    this.jump(label);
    this.current = label;
    cases.hasDefault ||= isDefault;
  }

  private returnStatement(value: Expr | undefined): void {
    const plain = value && this.strip(value);
    if (!plain) return this.finish(value, undefined);
    if (plain.op === 'conditional' && plain.then) {
      const [yes, no] = [this.add({ op: 'join' }), this.add({ op: 'join' })];
      this.condition(plain.condition, yes, no);
      this.current = yes;
      this.returnStatement(plain.then);
      this.current = no;
      return this.returnStatement(plain.else);
    }
    if (this.isTruthValue(plain)) {
      const [yes, no] = [this.add({ op: 'join' }), this.add({ op: 'join' })];
      this.condition(plain, yes, no);
      this.current = yes;
      this.finish(value, 1);
      this.current = no;
      return this.finish(value, 0);
    }
    this.hoist(plain);
    this.finish(value, undefined);
  }

  private finish(value: Expr | undefined, known: 0 | 1 | undefined): void {
    this.then({ op: 'return', value, known });
    this.jump(this.exit);
  }

  /** True for what is a boolean by its shape, and for any call where the function itself returns bool. */
  private isTruthValue(expr: Expr): boolean {
    const plain = this.strip(expr);
    if (plain.op === 'binary') return LOGICAL.has(plain.operator) || COMPARISON.has(plain.operator);
    if (plain.op === 'unary') return plain.operator === '!';
    if (this.vocabulary.isTest(plain)) return true;
    return plain.op === 'call' && this.fn.returns.base === 'bool' && this.fn.returns.pointers === 0;
  }

  private declaration(statement: Extract<Stmt, { op: 'declare' }>): void {
    const { name, type, initial, start, end, static: isStatic } = statement;
    const target: Expr = { op: 'name', name, start, end: start };
    if (initial && !isStatic && this.isSplit(initial)) {
      this.then({ op: 'declare', name, type, initial: undefined, static: false });
      return this.assignment({ op: 'assign', operator: '=', target, value: initial, start, end });
    }
    if (initial) this.hoist(initial);
    this.then({ op: 'declare', name, type, initial, static: isStatic });
  }

  /** Values that are worth two paths: booleans made of tests, and `?:`. */
  private isSplit(value: Expr): boolean {
    const plain = this.strip(value);
    if (plain.op === 'conditional') return plain.then !== undefined;
    if (plain.op === 'call') return this.vocabulary.isTest(plain);
    return this.isTruthValue(plain);
  }

  private expression(expr: Expr): void {
    const plain = this.strip(expr);
    if (plain.op === 'assign') return this.assignment(plain);
    if (plain.op === 'comma') {
      this.expression(plain.left);
      return this.expression(plain.right);
    }
    if (plain.op === 'conditional' || (plain.op === 'binary' && LOGICAL.has(plain.operator))) {
      return this.conditionalStatement(plain);
    }
    if (plain.op === 'block') return this.statements(plain.body, { breakTo: undefined, continueTo: undefined });
    if (plain.op === 'call') return this.callStatement(plain);
    this.hoist(plain);
    this.then({ op: 'eval', expr: plain });
  }

  private conditionalStatement(expr: Expr): void {
    const [yes, no, join] = [this.add({ op: 'join' }), this.add({ op: 'join' }), this.add({ op: 'join' })];
    if (expr.op === 'conditional') {
      this.condition(expr.condition, yes, no);
      this.current = yes;
      if (expr.then) this.expression(expr.then);
      this.jump(join);
      this.current = no;
      this.expression(expr.else);
      this.jump(join);
    } else {
      this.condition(expr, yes, no);
      this.edge(yes, join);
      this.edge(no, join);
    }
    this.current = join;
  }

  private callStatement(call: Extract<Expr, { op: 'call' }>): void {
    const assertion = call.name === undefined ? undefined : this.vocabulary.assertions.get(call.name);
    const condition = assertion?.condition === undefined ? undefined : call.args[assertion.condition];
    if (assertion && condition) {
      const [failed, held] = [this.add({ op: 'join' }), this.add({ op: 'join' })];
      this.condition(condition, failed, held, assertion.name);
      if (!assertion.proves) this.edge(failed, held);
      this.current = held;
      return;
    }
    this.hoist(call);
    this.then({ op: 'eval', expr: call });
    if (call.name !== undefined && this.vocabulary.noReturn.has(call.name)) this.current = undefined;
  }

  private assignment(expr: Extract<Expr, { op: 'assign' }>): void {
    const value = this.strip(expr.value);
    if (expr.operator === '=' && this.isSplit(value)) return this.splitAssignment(expr, value);
    if ((expr.operator === '|=' || expr.operator === '&=') && this.vocabulary.isTest(value)) {
      return this.accumulate(expr, value);
    }
    this.hoist(expr.value);
    this.then({ op: 'eval', expr });
  }

  private splitAssignment(expr: Extract<Expr, { op: 'assign' }>, value: Expr): void {
    const [yes, no, join] = [this.add({ op: 'join' }), this.add({ op: 'join' }), this.add({ op: 'join' })];
    if (value.op === 'conditional' && value.then) {
      this.condition(value.condition, yes, no);
      this.current = yes;
      this.assignment({ ...expr, value: value.then });
      this.jump(join);
      this.current = no;
      this.assignment({ ...expr, value: value.else });
    } else {
      this.condition(value, yes, no);
      this.current = yes;
      this.then({ op: 'set', target: expr.target, value: 1, test: value });
      this.jump(join);
      this.current = no;
      this.then({ op: 'set', target: expr.target, value: 0, test: value });
    }
    this.jump(join);
    this.current = join;
  }

  /** `flag |= test()` sets on the true path, `flag &= test()` clears on the false one. */
  private accumulate(expr: Extract<Expr, { op: 'assign' }>, test: Expr): void {
    const [yes, no, join] = [this.add({ op: 'join' }), this.add({ op: 'join' }), this.add({ op: 'join' })];
    this.condition(test, yes, no);
    const sets = expr.operator === '|=';
    this.current = sets ? yes : no;
    this.then({ op: 'set', target: expr.target, value: sets ? 1 : 0, test });
    this.jump(join);
    this.edge(sets ? no : yes, join);
    this.current = join;
  }

  /** Sees through parenthesis-like wrappers that do not change the truth of a value. */
  private strip(expr: Expr): Expr {
    if (expr.op === 'call' && expr.name !== undefined && this.vocabulary.transparent.has(expr.name)) {
      const inner = expr.args[0];
      if (inner && expr.args.length === 1) return this.strip(inner);
    }
    if (expr.op === 'cast' && (expr.type.base === 'bool' || expr.type.base === 'void')) return this.strip(expr.operand);
    return expr;
  }

  private condition(expr: Expr, yes: NodeId, no: NodeId, assertion?: string, whole: Expr = expr): void {
    const plain = this.strip(expr);
    if (plain.op === 'unary' && plain.operator === '!') return this.condition(plain.operand, no, yes, assertion, whole);
    if (plain.op === 'binary' && LOGICAL.has(plain.operator)) {
      const rest = this.add({ op: 'join' });
      if (plain.operator === '&&') this.condition(plain.left, rest, no, assertion, whole);
      else this.condition(plain.left, yes, rest, assertion, whole);
      this.current = rest;
      return this.condition(plain.right, yes, no, assertion, whole);
    }
    const compared = comparedTruth(plain, (part) => this.isTruthValue(part));
    if (compared) return this.condition(compared.test, compared.negated ? no : yes, compared.negated ? yes : no, assertion, whole);
    if (plain.op === 'conditional') return this.conditionalCondition(plain, yes, no, assertion, whole);
    if (plain.op === 'comma') {
      this.expression(plain.left);
      return this.condition(plain.right, yes, no, assertion, whole);
    }
    if (plain.op === 'call') {
      const macro = plain.name === undefined ? undefined : this.vocabulary.assertions.get(plain.name);
      const inner = macro?.value === 'condition' && macro.condition !== undefined ? plain.args[macro.condition] : undefined;
      if (inner) return this.condition(inner, yes, no, assertion, whole);
    }
    this.atomic(plain, yes, no, assertion, whole);
  }

  private conditionalCondition(
    expr: Extract<Expr, { op: 'conditional' }>,
    yes: NodeId,
    no: NodeId,
    assertion: string | undefined,
    whole: Expr,
  ): void {
    const [then, otherwise] = [this.add({ op: 'join' }), this.add({ op: 'join' })];
    this.condition(expr.condition, expr.then ? then : yes, otherwise, assertion, whole);
    if (expr.then) {
      this.current = then;
      this.condition(expr.then, yes, no, assertion, whole);
    }
    this.current = otherwise;
    this.condition(expr.else, yes, no, assertion, whole);
  }

  private atomic(expr: Expr, yes: NodeId, no: NodeId, assertion: string | undefined, whole: Expr): void {
    if (expr.op === 'assign') {
      this.assignment(expr);
      expr = expr.target;
    } else if (!this.vocabulary.isTest(expr)) {
      this.hoist(expr);
    }
    const branch = this.then({ op: 'branch', condition: expr, whole, assertion });
    this.edge(branch, yes);
    this.edge(branch, no);
    this.current = undefined;
  }

  /**
   * Tests and statement expressions inside a larger expression are evaluated before it, in order:
   * each test gets its branch node even where its value only feeds a call.
   */
  private hoist(expr: Expr): void {
    if (this.vocabulary.isTest(expr)) {
      const join = this.add({ op: 'join' });
      this.atomic(expr, join, join, undefined, expr);
      this.current = join;
      return;
    }
    if (expr.op === 'block') return this.statements(expr.body, { breakTo: undefined, continueTo: undefined });
    if (expr.op === 'assign') return this.hoist(expr.value);
    for (const part of partsOf(expr)) this.hoist(part);
  }
}

/** `test == 0`, `test != false`, `1 == test`: the test and whether the comparison turns it around. */
function comparedTruth(
  expr: Expr,
  isTruthValue: (expr: Expr) => boolean,
): { test: Expr; negated: boolean } | undefined {
  if (expr.op !== 'binary' || (expr.operator !== '==' && expr.operator !== '!=')) return undefined;
  for (const [test, constant] of [
    [expr.left, expr.right],
    [expr.right, expr.left],
  ] as const) {
    const truth = truthConstant(constant);
    if (truth !== undefined && isTruthValue(test)) return { test, negated: (expr.operator === '==') !== truth };
  }
  return undefined;
}

/** The truth of a literal constant; undefined for anything else. */
export function truthConstant(expr: Expr): boolean | undefined {
  if (expr.op === 'number') return expr.value === undefined ? undefined : expr.value !== 0;
  if (expr.op === 'name') {
    if (expr.name === 'NULL' || expr.name === 'false') return false;
    if (expr.name === 'true') return true;
  }
  if (expr.op === 'cast') return truthConstant(expr.operand);
  return undefined;
}
