import type { Expr, FunctionIr, Span, Stmt } from './ir.js';
import { mapParts, mapStatement, visitExpressions, visitStatements } from './ir-walk.js';

/**
 * Macros that stand for a call, `#define drop_page put_page` and `#define PIN(a, p) pin_pages_fast(a, 1, 0, p)`, written as that
 * call where they are used. What comes out of a macro has the place of its use: its first call that of the macro's name, others
 * places inside of that name, so that no two calls of a function have the same.
 */

type CallExpr = Extract<Expr, { op: 'call' }>;

/** Macros inside of macros. */
const MAX_DEPTH = 4;

/** The function with its uses of some macros written as what they stand for; itself where it uses none. */
export function withStandIns(fn: FunctionIr, chosen: ReadonlyMap<string, FunctionIr>): FunctionIr {
  if (!callsOneOf(fn, chosen)) return fn;
  return { ...fn, body: bodyWith(fn.body, { chosen, within: [] }) };
}

/** The name that a macro without parameters stands for: `#define drop_page put_page` gives put_page. */
export function aliasTarget(fn: FunctionIr): string | undefined {
  const [only, ...more] = fn.body;
  if (fn.origin !== 'macro' || fn.params.length > 0 || more.length > 0 || only?.op !== 'return') return undefined;
  return only.value?.op === 'name' && only.value.name !== fn.name ? only.value.name : undefined;
}

function callsOneOf({ body }: FunctionIr, chosen: ReadonlyMap<string, FunctionIr>): boolean {
  let found = false;
  visitExpressions(body, (expr) => {
    found ||= expr.op === 'call' && expr.name !== undefined && chosen.has(expr.name);
  });
  return found;
}

interface Writing {
  readonly chosen: ReadonlyMap<string, FunctionIr>;
  /** Macros that are being written out around. */
  readonly within: readonly string[];
}

function bodyWith(body: readonly Stmt[], writing: Writing): readonly Stmt[] {
  return body.map((statement) => statementWith(statement, writing));
}

function statementWith(statement: Stmt, writing: Writing): Stmt {
  const { start, end } = statement;
  const written = statement.op === 'expr' ? writtenAs(statement.expr, writing) : undefined;
  if (Array.isArray(written)) return { op: 'block', body: written, start, end };
  return mapStatement(statement, {
    expr: (expr) => exprWith(expr, writing),
    body: (inner) => bodyWith(inner, writing),
  });
}

function exprWith(expr: Expr, writing: Writing): Expr {
  if (expr.op === 'block') return { ...expr, body: bodyWith(expr.body, writing) };
  const written = writtenAs(expr, writing);
  if (written && !isStatements(written)) return written;
  return mapParts(expr, (part) => exprWith(part, writing));
}

function isStatements(written: Expr | readonly Stmt[]): written is readonly Stmt[] {
  return Array.isArray(written);
}

/** What a use of a macro stands for; undefined for anything else, and for a macro that cannot be written out there. */
function writtenAs(expr: Expr, { chosen, within }: Writing): Expr | readonly Stmt[] | undefined {
  const macro = expr.op === 'call' && expr.name !== undefined ? chosen.get(expr.name) : undefined;
  if (expr.op !== 'call' || !macro || within.includes(macro.name) || within.length >= MAX_DEPTH) return undefined;
  const inner: Writing = { chosen, within: [...within, macro.name] };
  const args = expr.args.map((arg) => exprWith(arg, { chosen, within }));
  const target = aliasTarget(macro);
  if (target !== undefined) return exprWith(renamed({ ...expr, args }, target), inner);
  const use = useOf(macro, { ...expr, args });
  if (!use) return undefined;
  const [value] = macro.body;
  if (!macro.isExpression) return bodyWith(use.body(macro.body), inner);
  return value?.op === 'return' && value.value ? exprWith(use.expr(value.value), inner) : undefined;
}

function renamed(call: CallExpr, name: string): CallExpr {
  const { start, end } = call.callee;
  return { ...call, name, callee: { op: 'name', name, start, end } };
}

interface MacroUse {
  readonly expr: (expr: Expr) => Expr;
  readonly body: (body: readonly Stmt[]) => readonly Stmt[];
}

const REST = '__VA_ARGS__';

/** How a macro's text reads at a use; undefined where the arguments do not fit, or the text has variables of its own. */
function useOf(macro: FunctionIr, use: CallExpr): MacroUse | undefined {
  const { params, body } = macro;
  const fits = use.args.length === params.length || (use.args.length > params.length && names(macro, REST));
  const { start, end } = use.callee;
  if (!fits || declares(body) || callsIn(body) > end - start) return undefined;
  const args = new Map(params.map(({ name }, at) => [name, use.args[at] as Expr]));
  const rest = use.args.slice(params.length);
  const around: Span = { start: use.start, end: use.end };
  let calls = 0;
  const list = (given: readonly Expr[]): Expr[] =>
    given.flatMap((arg) => (arg.op === 'name' && arg.name === REST ? rest : [expr(arg)]));
  const expr = (one: Expr): Expr => {
    if (one.op === 'name') return args.get(one.name) ?? { ...one, ...around };
    if (one.op === 'block') return { ...one, body: statements(one.body), ...around };
    if (one.op !== 'call') return { ...mapParts(one, expr), ...around };
    const place = { start: start + calls++, end };
    const callee = one.name === undefined ? expr(one.callee) : { op: 'name' as const, name: one.name, ...place };
    return { ...one, callee, args: list(one.args), start: place.start, end: use.end };
  };
  const statements = (inner: readonly Stmt[]): readonly Stmt[] =>
    inner.map((statement) => ({ ...mapStatement(statement, { expr, body: statements }), ...around }));
  return { expr, body: statements };
}

function names(macro: FunctionIr, word: string): boolean {
  let found = false;
  visitExpressions(macro.body, (expr) => {
    found ||= expr.op === 'name' && expr.name === word;
  });
  return found;
}

function callsIn(body: readonly Stmt[]): number {
  let count = 0;
  visitExpressions(body, ({ op }) => {
    if (op === 'call') count++;
  });
  return count;
}

function declares(body: readonly Stmt[]): boolean {
  let found = false;
  visitStatements(body, ({ op }) => {
    found ||= op === 'declare';
  });
  return found;
}
