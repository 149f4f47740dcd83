import { bodiesOf, expressionsOf, partsOf } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr, Span, Stmt } from '../../syntax/index.js';

/** What the parsed form of one item says of the names in it. */
export interface Marks {
  /** Calls by the offset of the callee's name; what the result is assigned to, if anything. */
  readonly calls: ReadonlyMap<number, Expr | string | undefined>;
  /** What calls are handed, by the same offset, as the first reading has it: `#if` can cut through arguments. */
  readonly args: ReadonlyMap<number, readonly Span[]>;
  /** Offsets of names that are values of their own. */
  readonly values: ReadonlySet<number>;
  /** Operands of sizeof, typeof and the like: nothing in them is evaluated. */
  readonly unevaluated: readonly Span[];
  /** Parameters and local variables, which hide a function of the same name. */
  readonly locals: ReadonlySet<string>;
}

/** Goes over all readings of one item once; `names` are the ones of interest. */
export function marksOf(functions: readonly FunctionIr[], names: ReadonlySet<string>): Marks {
  const marker = new Marker(names);
  for (const fn of functions) {
    for (const { name } of fn.params) marker.locals.add(name);
    marker.takeBody(fn.body);
  }
  return marker;
}

class Marker implements Marks {
  readonly calls = new Map<number, Expr | string | undefined>();
  readonly args = new Map<number, readonly Span[]>();
  readonly values = new Set<number>();
  readonly unevaluated: Span[] = [];
  readonly locals = new Set<string>();

  constructor(private readonly names: ReadonlySet<string>) {}

  takeBody(body: readonly Stmt[]): void {
    for (const statement of body) {
      if (statement.op === 'declare') {
        this.locals.add(statement.name);
        if (statement.initial) this.assign(statement.initial, statement.name);
      }
      for (const expr of expressionsOf(statement)) this.take(expr);
      for (const inner of bodiesOf(statement)) this.takeBody(inner);
    }
  }

  private take(expr: Expr): void {
    if (expr.op === 'call') this.call(expr);
    else if (expr.op === 'assign') this.assign(expr.value, expr.target);
    else if (expr.op === 'type') this.unevaluated.push(expr);
    else if (expr.op === 'block') this.takeBody(expr.body);
    else if (expr.op === 'name' && this.names.has(expr.name)) this.values.add(expr.start);
    for (const part of partsOf(expr)) this.take(part);
  }

  private call(expr: Extract<Expr, { op: 'call' }>): void {
    const { name, callee, args } = expr;
    if (!this.args.has(callee.start)) this.args.set(callee.start, args);
    if (name !== undefined && this.names.has(name) && !this.calls.has(callee.start)) {
      this.calls.set(callee.start, undefined);
    }
  }

  /** Remembers where a call's result goes before the call itself is seen. */
  private assign(value: Expr, target: Expr | string): void {
    if (value.op === 'cast') this.assign(value.operand, target);
    else if (value.op === 'assign') this.assign(value.value, target);
    else if (value.op === 'call' && value.name !== undefined && this.names.has(value.name)) {
      this.calls.set(value.callee.start, target);
    }
  }
}
