import type { Expr, FunctionIr, Span, Stmt } from './ir.js';
import { bodiesOf, expressionsOf, mapParts, mapStatement, partsOf, visitExpressions } from './ir-walk.js';
import { PlacesOfUse } from './placed-macro.js';

/**
 * Macros of a file, or of its headers, that hide a jump (`return`, `goto`, `break`, a label) stand in a function as the code that they are:
 * read as calls, they would hide ways through it. Other macros stay calls.
 */

/** The definitions of a macro as far as they were read; undefined for a name that is no macro with a jump in its text. */
export type MacroLookup = (name: string) => readonly MacroDefinition[] | undefined;

/** What one #define gives: a function, nothing where its body is empty, or no C. */
export type MacroDefinition = FunctionIr | 'empty' | 'unread';

/** How deep macros are followed that use macros. */
const MAX_DEPTH = 4;

/** @param isElsewhere true for a macro that another file defines: its places mean nothing in the function's */
export function expandMacros(
  fn: FunctionIr,
  lookup: MacroLookup,
  isElsewhere: (macro: FunctionIr) => boolean = () => false,
): FunctionIr {
  if (fn.origin === 'macro') return fn;
  const expansion = new Expansion(lookup, isElsewhere);
  const use: Use = { args: NOTHING, labels: NOTHING, within: [] };
  const hiding: string[] = [];
  visitExpressions(fn.body, (expr) => {
    const used = usedMacro(expr);
    if (used && expansion.definitions(used.name, use)) hiding.push(used.name);
  });
  return hiding.length > 0 ? { ...fn, body: expansion.body(fn.body, use) } : fn;
}

/** What names mean in a macro's body at one of its uses. */
interface Use {
  readonly args: ReadonlyMap<string, Expr>;
  /** New names of the labels that the body defines. */
  readonly labels: ReadonlyMap<string, string>;
  /** Macros that are being expanded around. */
  readonly within: readonly string[];
}

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

class Expansion {
  private readonly uses = new Map<string, number>();
  /** What of the names of macros is given away, by where they stand: macros of macros stand at the same place. */
  private readonly places = new Map<number, PlacesOfUse>();

  constructor(
    private readonly lookup: MacroLookup,
    private readonly isElsewhere: (macro: FunctionIr) => boolean,
  ) {}

  body(body: readonly Stmt[], use: Use): readonly Stmt[] {
    return body.map((statement) => this.statement(statement, use));
  }

  private statement(statement: Stmt, use: Use): Stmt {
    if (statement.op === 'expr') {
      const expanded = this.statementMacro(statement.expr, use);
      if (expanded) return expanded;
    }
    if (statement.op === 'label') return { ...statement, name: use.labels.get(statement.name) ?? statement.name };
    if (statement.op === 'goto') return goto(statement, use);
    return mapStatement(statement, {
      expr: (expr) => this.expr(expr, use),
      body: (inner) => this.body(inner, use),
    });
  }

  /** `CHECK(page);`, `FAIL;`: the statements of the macro, or of any of its definitions. */
  private statementMacro(expr: Expr, use: Use): Stmt | undefined {
    const used = usedMacro(expr);
    const definitions = used && this.definitions(used.name, use);
    if (!used || !definitions) return undefined;
    const span = { start: expr.start, end: expr.end };
    const arms = definitions.map((one): readonly Stmt[] => {
      if (one === 'unread' || use.within.length >= MAX_DEPTH) return [{ op: 'hidden', macro: used.name, ...span }];
      if (one === 'empty') return [];
      const placed = this.bodyAt(one, used);
      return placed
        ? this.body(one.isExpression ? placed.map(withoutReturn) : placed, this.useOf(one, used.args, use))
        : [{ op: 'hidden', macro: used.name, ...span }];
    });
    const [only] = arms;
    return arms.length === 1 && only ? { op: 'block', body: only, ...span } : { op: 'arms', arms, ...span };
  }

  private expr(expr: Expr, use: Use): Expr {
    if (expr.op === 'name') {
      const arg = use.args.get(expr.name);
      if (arg) return arg;
    }
    if (expr.op === 'block') {
      const body = this.body(expr.body, use);
      return body.every((one, at) => one === expr.body[at]) ? expr : { ...expr, body };
    }
    return this.expressionMacro(expr, use) ?? mapParts(expr, (part) => this.expr(part, use));
  }

  /** `FIRST_OF(a, b)`: the value of the macro; of several definitions nobody knows which. */
  private expressionMacro(expr: Expr, use: Use): Expr | undefined {
    const used = usedMacro(expr);
    const definitions = used && this.definitions(used.name, use);
    if (!used || !definitions) return undefined;
    const span = { start: expr.start, end: expr.end };
    const values = definitions.map((one): Stmt => {
      const value = typeof one === 'object' && one.isExpression ? this.bodyAt(one, used)?.[0] : undefined;
      if (value?.op !== 'return' || !value.value || typeof one !== 'object' || use.within.length >= MAX_DEPTH) {
        return { op: 'hidden', macro: used.name, ...span };
      }
      return { op: 'expr', expr: this.expr(value.value, this.useOf(one, used.args, use)), ...span };
    });
    const [only] = values;
    if (values.length === 1 && only?.op === 'expr') return only.expr;
    return { op: 'block', body: [{ op: 'arms', arms: values.map((one) => [one]), ...span }], ...span };
  }

  /** The text of a macro with the places it has at a use; undefined where there are too few of them. */
  private bodyAt(macro: FunctionIr, { span, nameEnd }: UsedMacro): readonly Stmt[] | undefined {
    if (!this.isElsewhere(macro)) return macro.body;
    const places = this.places.get(span.end) ?? new PlacesOfUse(span, nameEnd);
    this.places.set(span.end, places);
    return places.placed(macro.body);
  }

  /** The definitions of a macro that hides a jump, alone or by the macros it uses. */
  definitions(name: string, { args, within }: Use): readonly MacroDefinition[] | undefined {
    if (args.has(name) || within.includes(name)) return undefined;
    const found = this.lookup(name);
    const hides = found?.some((one) => one === 'unread' || (one !== 'empty' && this.hides(one, [...within, name])));
    return hides ? found : undefined;
  }

  private hides(macro: FunctionIr, within: readonly string[]): boolean {
    const isMacroThatHides = (name: string): boolean =>
      this.definitions(name, { args: NOTHING, labels: NOTHING, within }) !== undefined;
    const [value] = macro.body;
    if (macro.isExpression) return value?.op === 'return' && !!value.value && exprHides(value.value, isMacroThatHides);
    return macro.body.some((statement) => statementHides(statement, FREE, isMacroThatHides));
  }

  private useOf(macro: FunctionIr, args: readonly Expr[], outer: Use): Use {
    const given = args.map((arg) => this.expr(arg, outer));
    const count = (this.uses.get(macro.name) ?? 0) + 1;
    this.uses.set(macro.name, count);
    // A macro with labels that is used twice has labels of its own at each use.
    const labels =
      count === 1 ? NOTHING : new Map(labelsIn(macro.body).map((name) => [name, `${name}#${String(count)}`]));
    return {
      args: new Map(macro.params.flatMap(({ name }, at) => (given[at] ? [[name, given[at]] as const] : []))),
      labels,
      within: [...outer.within, macro.name],
    };
  }
}

/** The value of a macro that is an expression, as a statement. */
function withoutReturn(statement: Stmt): Stmt {
  const { start, end } = statement;
  return statement.op === 'return' && statement.value ? { op: 'expr', expr: statement.value, start, end } : statement;
}

interface UsedMacro {
  readonly name: string;
  readonly args: readonly Expr[];
  readonly span: Span;
  readonly nameEnd: number;
}

function usedMacro(expr: Expr): UsedMacro | undefined {
  const span = { start: expr.start, end: expr.end };
  if (expr.op === 'name') return { name: expr.name, args: [], span, nameEnd: expr.end };
  if (expr.op !== 'call' || expr.name === undefined) return undefined;
  return { name: expr.name, args: expr.args, span, nameEnd: expr.callee.end };
}

/** The label may be the macro's own, or one that it is handed. */
function goto(statement: Extract<Stmt, { op: 'goto' }>, { args, labels }: Use): Stmt {
  const given = args.get(statement.label);
  const label = given?.op === 'name' ? given.name : (labels.get(statement.label) ?? statement.label);
  return { ...statement, label };
}

function labelsIn(body: readonly Stmt[]): string[] {
  return body.flatMap((statement) => [
    ...(statement.op === 'label' ? [statement.name] : []),
    ...bodiesOf(statement).flatMap(labelsIn),
    ...expressionsOf(statement).flatMap(labelsInExpr),
  ]);
}

function labelsInExpr(expr: Expr): string[] {
  return expr.op === 'block' ? labelsIn(expr.body) : partsOf(expr).flatMap(labelsInExpr);
}

/** Whether a break or a continue would leave the macro. */
interface Bound {
  readonly breaks: boolean;
  readonly continues: boolean;
}

const FREE: Bound = { breaks: false, continues: false };
const LOOP: Bound = { breaks: true, continues: true };

function statementHides(statement: Stmt, bound: Bound, isMacroThatHides: (name: string) => boolean): boolean {
  switch (statement.op) {
    case 'goto':
    case 'computed-goto':
    case 'return':
    case 'label':
    case 'case':
    case 'hidden':
      return !(statement.op === 'case' && bound.breaks);
    case 'break':
      return !bound.breaks;
    case 'continue':
      return !bound.continues;
    case 'asm':
      return statement.labels.length > 0;
    default: {
      const inner = statement.op === 'loop' ? LOOP : statement.op === 'switch' ? { ...bound, breaks: true } : bound;
      return (
        expressionsOf(statement).some((expr) => exprHides(expr, isMacroThatHides, bound)) ||
        bodiesOf(statement).some((body) => body.some((one) => statementHides(one, inner, isMacroThatHides)))
      );
    }
  }
}

function exprHides(expr: Expr, isMacroThatHides: (name: string) => boolean, bound: Bound = FREE): boolean {
  const used = usedMacro(expr);
  if (used && isMacroThatHides(used.name)) return true;
  if (expr.op === 'block') return expr.body.some((one) => statementHides(one, bound, isMacroThatHides));
  return partsOf(expr).some((part) => exprHides(part, isMacroThatHides, bound));
}
