import type { SourceFile } from '../../contracts/source-file.js';
import { accessPathOf } from '../../flow/domain/access-paths.js';
import { visitExpressions, visitStatements } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';

/** One store into a member of something that may be the pgmap. */
export interface Store {
  /** Path of what the member belongs to: "pgmap", "chunk->pagemap"; undefined for an initialiser of an unnamed object. */
  readonly owner: string | undefined;
  readonly field: string;
  readonly value: Expr;
}

/** The paths that name the pgmap in a function: the argument itself, and what a pointer was set to. */
export function aliasesOf(fn: FunctionIr, pagemap: Expr): ReadonlySet<string> {
  const aliases = new Set<string>();
  const add = (expr: Expr): void => {
    const target = pathOf(expr);
    if (target !== undefined) aliases.add(target);
  };
  add(pagemap);
  eachAssignment(fn, (target, value) => {
    const [left, right] = [accessPathOf(target), value];
    if (left !== undefined && aliases.has(left)) add(right);
    else if (left !== undefined && [...aliases].some((alias) => alias === pathOf(right))) aliases.add(left);
  });
  return aliases;
}

export function pathOf(expr: Expr): string | undefined {
  return expr.op === 'unary' && expr.operator === '&' ? accessPathOf(expr.operand) : accessPathOf(expr);
}

export function eachAssignment(fn: FunctionIr, visit: (target: Expr, value: Expr) => void): void {
  visitStatements(fn.body, (statement) => {
    if (statement.op !== 'declare' || !statement.initial) return;
    const { name, start, end } = statement;
    visit({ op: 'name', name, start, end }, statement.initial);
  });
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'assign' && expr.operator === '=') visit(expr.target, expr.value);
  });
}

/** Stores into members of the pgmap, also by an initialiser or a compound literal. */
export function storesOf(fn: FunctionIr, aliases: ReadonlySet<string>): Store[] {
  const stores: Store[] = [];
  eachAssignment(fn, (target, value) => {
    if (target.op === 'member') {
      const owner = accessPathOf(target.object);
      if (owner !== undefined && aliases.has(owner)) stores.push({ owner, field: target.field, value });
    }
    const literal = value.op === 'cast' ? value.operand : value;
    const whole =
      target.op === 'unary' && target.operator === '*' ? accessPathOf(target.operand) : accessPathOf(target);
    if (literal.op !== 'initialiser' || whole === undefined || !aliases.has(whole)) return;
    for (const entry of literal.entries) {
      if (entry.field !== undefined) stores.push({ owner: whole, field: entry.field, value: entry.value });
    }
  });
  return stores;
}

/** A function that fills a pgmap in. */
export interface Place {
  readonly fn: FunctionIr;
  readonly stores: readonly Store[];
  readonly how: string;
}

/** Functions of the file that are handed the pgmap and fill it in. */
export function helpersOf(file: SourceFile, fn: FunctionIr, pagemap: Expr): Place[] {
  const aliases = aliasesOf(fn, pagemap);
  const found: Place[] = [];
  visitExpressions(fn.body, (expr) => {
    if (expr.op !== 'call' || expr.name === undefined) return;
    expr.args.forEach((arg, at) => {
      const path = pathOf(arg);
      if (path === undefined || !aliases.has(path)) return;
      for (const helper of file.table.find(expr.name ?? '')) {
        const param = helper.params[at]?.name;
        if (param !== undefined)
          found.push({ fn: helper, stores: storesOf(helper, new Set([param])), how: `by ${helper.name}()` });
      }
    });
  });
  return found;
}

/** Callers in the file, where the pgmap is a parameter. */
export function callersOf(file: SourceFile, fn: FunctionIr, pagemap: Expr): Place[] {
  const index = fn.params.findIndex(({ name }) => name === accessPathOf(pagemap));
  if (index < 0) return [];
  return file.table.mentioning(fn.name).functions.flatMap((caller) => {
    const found: Place[] = [];
    visitExpressions(caller.body, (expr) => {
      const arg = expr.op === 'call' && expr.name === fn.name ? expr.args[index] : undefined;
      if (arg) found.push({ fn: caller, stores: storesOf(caller, aliasesOf(caller, arg)), how: `by ${caller.name}()` });
    });
    return found;
  });
}
