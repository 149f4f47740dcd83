import type { Expr, FunctionIr, TypeName } from '../syntax/ir.js';
import { bodiesOf } from './walk.js';

/**
 * The access path an expression names ("page", "work->page", "pages[i]", "*pmd"), undefined for what is no place.
 * Two expressions with the same path in one function name the same object as long as no part of the path is assigned.
 */
export function placeOf(expr: Expr): string | undefined {
  switch (expr.op) {
    case 'name':
      return expr.name;
    case 'member': {
      const object = placeOf(expr.object);
      return object === undefined ? undefined : `${object}${expr.arrow ? '->' : '.'}${expr.field}`;
    }
    case 'index': {
      const [object, index] = [placeOf(expr.object), indexText(expr.index)];
      return object === undefined || index === undefined ? undefined : `${object}[${index}]`;
    }
    case 'unary': {
      if (expr.operator !== '*') return undefined;
      const pointer = placeOf(expr.operand);
      return pointer === undefined ? undefined : `*${pointer}`;
    }
    case 'cast':
      return placeOf(expr.operand);
    default:
      return undefined;
  }
}

function indexText(index: Expr): string | undefined {
  if (index.op === 'number') return index.value === undefined ? undefined : String(index.value);
  return placeOf(index);
}

/** What an argument points to: `&x` gives x, `pages` gives the elements of pages. */
export function pointee(expr: Expr): string | undefined {
  if (expr.op === 'cast') return pointee(expr.operand);
  if (expr.op === 'unary' && expr.operator === '&') return placeOf(expr.operand);
  return undefined;
}

/** True when assigning `assigned` makes the path `place` name something else. */
export function dependsOn(place: string, assigned: string): boolean {
  if (place === assigned || !place.includes(assigned)) return false;
  const at = place.startsWith('*') ? place.replace(/^\*+/, '') : place;
  if (at === assigned) return true;
  if (at.startsWith(assigned) && /^(->|\.|\[)/.test(at.slice(assigned.length))) return true;
  return place.includes(`[${assigned}]`);
}

/** Declared types of a function's parameters and locals, by name; a name declared twice keeps the first type. */
export function declaredTypes(fn: FunctionIr): ReadonlyMap<string, TypeName> {
  const types = new Map<string, TypeName>(fn.params.map((param) => [param.name, param.type]));
  const visit = (body: FunctionIr['body']): void => {
    for (const statement of body) {
      if (statement.op === 'declare' && !types.has(statement.name)) types.set(statement.name, statement.type);
      bodiesOf(statement).forEach(visit);
    }
  };
  visit(fn.body);
  return types;
}

/** The type of an expression as far as the function's own text tells it. */
export function typeOf(expr: Expr, types: ReadonlyMap<string, TypeName>): TypeName | undefined {
  switch (expr.op) {
    case 'name':
      return types.get(expr.name);
    case 'cast': {
      const inner = typeOf(expr.operand, types);
      return inner && inner.pointers > 0 && isBareAddress(expr.type) ? inner : expr.type;
    }
    case 'unary': {
      const inner = typeOf(expr.operand, types);
      if (expr.operator === '*') return inner && { ...inner, pointers: Math.max(0, inner.pointers - 1) };
      if (expr.operator === '&') return inner ? { ...inner, pointers: inner.pointers + 1 } : memberAddress(expr.operand);
      return undefined;
    }
    case 'index': {
      const inner = typeOf(expr.object, types);
      return inner && { ...inner, pointers: Math.max(0, inner.pointers - 1) };
    }
    case 'binary':
      return expr.operator === '+' || expr.operator === '-' ? typeOf(expr.left, types) : undefined;
    case 'update':
      return typeOf(expr.operand, types);
    default:
      return undefined;
  }
}

/** `&object->member`: whatever the member's type is, it points into a kernel object. */
function memberAddress(operand: Expr): TypeName | undefined {
  return operand.op === 'member' ? { base: operand.field, tag: 'struct', pointers: 1 } : undefined;
}

/** A type that says nothing of what it points to. */
export function isBareAddress(type: TypeName): boolean {
  return type.tag === '' && /^(void|char|u8|unsigned char|unsigned long|long|uintptr_t|u64|phys_addr_t)$/.test(type.base);
}

/** C types that hold neither a page nor an address or number of one. */
const NEVER_PAGE = /^(void|bool|int|unsigned|unsigned int|short|unsigned short|u8|u16|s8|s16|s32|size_t|ssize_t)$/;

/** False for a type whose values cannot tell a page: flags, counts, results. */
export function mayNamePage(type: TypeName): boolean {
  return type.pointers > 0 || !NEVER_PAGE.test(type.base);
}
