import type { GiveBack, OwnershipAct } from '@pageref/shared';
import { GIVE_BACKS, SAME_ANSWERS } from '@pageref/shared/model';
import { withoutCasts } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import { diesWithCall, pathOf } from '../../ownership/paths.js';
import type { Path } from '../../ownership/paths.js';
import type { Prepared } from '../../ownership/prepared.js';
import type { Expr, TypeName } from '../../syntax/index.js';
import { partsOf, valuesAssigned, visitExpressions } from '../../syntax/ir-walk.js';
import { expressionLine } from '../../syntax/source-text.js';

/** What is given back, and how it was taken. */
export interface Owing {
  readonly prepared: Prepared;
  readonly text: string;
  readonly taken: CallExpr;
  readonly act: OwnershipAct;
}

/** A call as it is written, without its semicolon. */
export interface WrittenCall {
  readonly name: string;
  readonly args: readonly string[];
  /** The condition of an `if` that it stands in. */
  readonly when?: string;
}

/** How an expression names a page: by the structure it points to, or by an address; undefined where its type is not known. */
export function formOf({ locals }: Prepared, expr: Expr): GiveBack['of'] | undefined {
  const path = pathOf(withoutCasts(expr));
  return path === undefined ? undefined : formOfPath(locals.types, path);
}

/** The same of a variable, or of an element of one. */
export function formOfPath(types: ReadonlyMap<string, TypeName>, path: Path): GiveBack['of'] | undefined {
  const type = types.get(path.replace(/(\[\])+$/, ''));
  const pointers = (type?.pointers ?? 0) - (path.endsWith('[]') ? 1 : 0);
  if (!type || pointers < 0) return undefined;
  if (type.tag === 'struct') {
    const form = ({ page: 'page', folio: 'folio', dev_pagemap: 'pgmap' } as const)[type.base];
    if (form === undefined) return undefined;
    return pointers === 1 ? form : pointers === 2 && form === 'page' ? 'pages' : undefined;
  }
  return type.tag === '' && pointers <= 1 ? 'address' : undefined;
}

/** The row of the call that gives back what was taken, where it is named in this form. */
export function rowFor(act: Pick<OwnershipAct, 'unit' | 'order' | 'as'>, form: GiveBack['of']): GiveBack | undefined {
  const order = act.order === undefined ? undefined : act.order === 'zero' ? 'zero' : 'given';
  return GIVE_BACKS.find(
    (row) => row.unit === act.unit && row.of === form && (row.order === undefined || row.order === order),
  );
}

/** The row of a name in one form. */
export function rowOf(name: string, form?: GiveBack['of']): GiveBack | undefined {
  return GIVE_BACKS.find((row) => row.name === name && (form === undefined || row.of === form));
}

/** The call that a row stands for; undefined where something that it needs is not at hand. */
export function callOf(row: GiveBack, it: string, owing: Owing, count?: string): WrittenCall | undefined {
  const args = row.args.map((arg) => {
    switch (arg) {
      case 'it':
        return it;
      case 'count':
        return count;
      case 'order':
        return orderText(owing);
      case 'pool':
        return keptText(owing, owing.taken.args[0]);
      case 'false':
        return 'false';
    }
  });
  const known = args.filter((arg) => arg !== undefined);
  return known.length === args.length ? { name: row.name, args: known } : undefined;
}

/** The order that was asked for, where it is the same still. */
function orderText(owing: Owing): string | undefined {
  const { order } = owing.act;
  if (order === undefined || order === 'zero') return undefined;
  return keptText(owing, owing.taken.args[order.at]);
}

/** An argument of the call that took, as text: of what has the same value still, and nothing else. */
function keptText({ prepared, text, taken }: Owing, expr: Expr | undefined): string | undefined {
  return expr && isKept(prepared, expr, taken.start) ? expressionLine(text, expr) : undefined;
}

/**
 * True for an expression that has the value still which it had before `at`: numbers, constants, and what parameters and
 * variables lead to that nobody writes behind that. What others may write meanwhile is not asked for.
 */
export function isKept(prepared: Prepared, expr: Expr, at: number): boolean {
  return isKeptPart(prepared, expr, at) && partsOf(expr).every((part) => isKept(prepared, part, at));
}

function isKeptPart(prepared: Prepared, expr: Expr, at: number): boolean {
  switch (expr.op) {
    case 'name':
      return prepared.locals.types.has(expr.name) ? isSetBefore(prepared, expr.name, at) : CONSTANT.test(expr.name);
    case 'member':
      return (writtenIn(prepared).fields.get(expr.field) ?? -1) < at;
    case 'call':
      return SAME_ANSWERS.includes(expr.name ?? '');
    case 'unary':
      return expr.operator === '&' ? expr.operand.op === 'member' : expr.operator !== '*';
    default:
      return ['number', 'binary', 'cast'].includes(expr.op);
  }
}

const CONSTANT = /^(?:[A-Z_][A-Z0-9_]*|true|false)$/;

/** An array, a parameter that nobody writes, or a variable that is written once, before that. */
function isSetBefore(prepared: Prepared, name: string, at: number): boolean {
  const { fn, locals } = prepared;
  if (locals.addressTaken.has(name) || writtenIn(prepared).counted.has(name)) return false;
  if (diesWithCall(locals, `${name}[]`)) return true;
  const values = valuesAssigned(fn, name);
  const [value] = values;
  return locals.params.has(name) ? value === undefined : values.length === 1 && value !== undefined && value.start < at;
}

/** Members that a function writes, with the offset of the last time, and variables that it counts up or down. */
function writtenIn({ fn }: Prepared): {
  readonly fields: ReadonlyMap<string, number>;
  readonly counted: ReadonlySet<string>;
} {
  const [fields, counted] = [new Map<string, number>(), new Set<string>()];
  visitExpressions(fn.body, (expr) => {
    const target = expr.op === 'assign' ? expr.target : expr.op === 'update' ? expr.operand : undefined;
    if (target?.op === 'member') fields.set(target.field, Math.max(expr.start, fields.get(target.field) ?? 0));
    if (target?.op === 'name' && expr.op === 'update') counted.add(target.name);
  });
  return { fields, counted };
}
