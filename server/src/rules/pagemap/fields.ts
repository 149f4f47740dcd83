import type { PagemapModel } from '@pageref/shared';
import { placeOf } from '../../flow/domain/access-paths.js';
import { visitExpressions, visitStatements } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import type { SourceFile } from '../../contracts/source-file.js';

/** What the code near a registration puts into the pgmap: its type and its ops table, and how that was found. */
export interface PagemapFields {
  readonly types: readonly FoundType[];
  readonly ops: FoundOps | undefined;
}

export interface FoundType {
  /** The enumerator. */
  readonly type: string;
  readonly at: number;
  /** `assigned here`, `in its initialiser`, `by helper()`, `by caller()`. */
  readonly how: string;
}

export interface FoundOps {
  readonly name: string;
  readonly at: number;
  /** Members the table sets; undefined where the table is not in the file. */
  readonly members: readonly string[] | undefined;
}

/** One store into a member of something that may be the pgmap. */
interface Store {
  /** Path of what the member belongs to: "pgmap", "chunk->pagemap"; undefined for an initialiser of an unnamed object. */
  readonly owner: string | undefined;
  readonly field: string;
  readonly value: Expr;
}

/** @param pagemap the argument of the registration that names the pgmap */
export function pagemapFields(file: SourceFile, fn: FunctionIr, pagemap: Expr, model: PagemapModel): PagemapFields {
  const places = [
    { stores: storesOf(fn, aliasesOf(fn, pagemap)), how: 'assigned here' },
    ...helpersOf(file, fn, pagemap),
    ...callersOf(file, fn, pagemap),
  ];
  const types = places.map(({ stores, how }) => typesIn(stores, how, model)).find((found) => found.length > 0);
  const ops = places.map(({ stores }) => opsIn(file, stores, model)).find((found) => found !== undefined);
  const own = initialiserOf(file, pagemap, model);
  return { types: types ?? own.types, ops: ops ?? own.ops };
}

function typesIn(stores: readonly Store[], how: string, { names, types }: PagemapModel): FoundType[] {
  const found = new Map<string, FoundType>();
  for (const { field, value } of stores) {
    if (field !== names.type || value.op !== 'name' || !types.some(({ type }) => type === value.name)) continue;
    if (!found.has(value.name)) found.set(value.name, { type: value.name, at: value.start, how });
  }
  return [...found.values()];
}

function opsIn(file: SourceFile, stores: readonly Store[], { names }: PagemapModel): FoundOps | undefined {
  for (const { field, value } of stores) {
    if (field !== names.ops) continue;
    const table = value.op === 'unary' && value.operator === '&' ? value.operand : value;
    if (table.op !== 'name') continue;
    return { name: table.name, at: value.start, members: membersOf(file, table.name, names.opsTable) };
  }
  return undefined;
}

/** The paths that name the pgmap in a function: the argument itself, and what a pointer was set to. */
function aliasesOf(fn: FunctionIr, pagemap: Expr): ReadonlySet<string> {
  const aliases = new Set<string>();
  const add = (expr: Expr): void => {
    const target = expr.op === 'unary' && expr.operator === '&' ? placeOf(expr.operand) : placeOf(expr);
    if (target !== undefined) aliases.add(target);
  };
  add(pagemap);
  eachAssignment(fn, (target, value) => {
    const [left, right] = [placeOf(target), value];
    if (left !== undefined && aliases.has(left)) add(right);
    else if (left !== undefined && [...aliases].some((alias) => alias === pathOf(right))) aliases.add(left);
  });
  return aliases;
}

function pathOf(expr: Expr): string | undefined {
  return expr.op === 'unary' && expr.operator === '&' ? placeOf(expr.operand) : placeOf(expr);
}

function eachAssignment(fn: FunctionIr, visit: (target: Expr, value: Expr) => void): void {
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
function storesOf(fn: FunctionIr, aliases: ReadonlySet<string>): Store[] {
  const stores: Store[] = [];
  eachAssignment(fn, (target, value) => {
    if (target.op === 'member') {
      const owner = placeOf(target.object);
      if (owner !== undefined && aliases.has(owner)) stores.push({ owner, field: target.field, value });
    }
    const literal = value.op === 'cast' ? value.operand : value;
    const whole = target.op === 'unary' && target.operator === '*' ? placeOf(target.operand) : placeOf(target);
    if (literal.op !== 'initialiser' || whole === undefined || !aliases.has(whole)) return;
    for (const entry of literal.entries) {
      if (entry.field !== undefined) stores.push({ owner: whole, field: entry.field, value: entry.value });
    }
  });
  return stores;
}

interface Place {
  readonly stores: readonly Store[];
  readonly how: string;
}

/** Functions of the file that are handed the pgmap and fill it in. */
function helpersOf(file: SourceFile, fn: FunctionIr, pagemap: Expr): Place[] {
  const aliases = aliasesOf(fn, pagemap);
  const found: Place[] = [];
  visitExpressions(fn.body, (expr) => {
    if (expr.op !== 'call' || expr.name === undefined) return;
    expr.args.forEach((arg, at) => {
      const path = pathOf(arg);
      if (path === undefined || !aliases.has(path)) return;
      for (const helper of file.table.find(expr.name ?? '')) {
        const param = helper.params[at]?.name;
        if (param !== undefined) found.push({ stores: storesOf(helper, new Set([param])), how: `by ${helper.name}()` });
      }
    });
  });
  return found;
}

/** Callers in the file, where the pgmap is a parameter. */
function callersOf(file: SourceFile, fn: FunctionIr, pagemap: Expr): Place[] {
  const index = fn.params.findIndex(({ name }) => name === placeOf(pagemap));
  if (index < 0) return [];
  return file.table.mentioning(fn.name).functions.flatMap((caller) => {
    const found: Place[] = [];
    visitExpressions(caller.body, (expr) => {
      const arg = expr.op === 'call' && expr.name === fn.name ? expr.args[index] : undefined;
      if (arg) found.push({ stores: storesOf(caller, aliasesOf(caller, arg)), how: `by ${caller.name}()` });
    });
    return found;
  });
}

/** `static struct dev_pagemap map = { .type = ..., .ops = &table };` at file level. */
function initialiserOf(file: SourceFile, pagemap: Expr, model: PagemapModel): PagemapFields {
  const name = pathOf(pagemap);
  const text = name === undefined ? undefined : initialiserText(file, name, model.names.pagemap);
  if (text === undefined) return { types: [], ops: undefined };
  const member = (field: string): string | undefined =>
    new RegExp(`\\.${field}\\s*=\\s*(?:&\\s*)?(\\w+)`).exec(text.body)?.[1];
  const [type, ops] = [member(model.names.type), member(model.names.ops)];
  const known = model.types.some((one) => one.type === type);
  return {
    types: type !== undefined && known ? [{ type, at: text.at, how: 'in its initialiser' }] : [],
    ops:
      ops === undefined ? undefined : { name: ops, at: text.at, members: membersOf(file, ops, model.names.opsTable) },
  };
}

/** Members an ops table of the file sets. */
function membersOf(file: SourceFile, name: string, table: string): readonly string[] | undefined {
  const found = initialiserText(file, name, table);
  return found && [...found.body.matchAll(/\.(\w+)\s*=(?!=)/g)].map((match) => match[1] ?? '');
}

/** Between the structure's name and the brace of the initialiser. UTF-16 code units. */
const LONGEST_DECLARATOR = 200;

/** What stands between the braces of a file-level object of a structure. */
function initialiserText(file: SourceFile, name: string, tag: string): { body: string; at: number } | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const tagged = new RegExp(`\\bstruct\\s+${tag}\\b`, 'g');
  const rest = new RegExp(`^\\s(?:[\\w\\s]*\\s)?${name}\\b[^;={]*=\\s*\\{`);
  for (const item of file.declaring(tag)) {
    const text = file.text.slice(item.start, item.end);
    for (const { 0: head, index } of text.matchAll(tagged)) {
      const from = index + head.length;
      const match = rest.exec(text.slice(from, from + LONGEST_DECLARATOR));
      if (match) return { body: text.slice(from + match[0].length), at: item.start + index };
    }
  }
  return undefined;
}
