import { BARE_ADDRESSES, PLAIN_VALUES } from '@pageref/shared/model';
import type { Expr, FunctionIr, TypeName } from '../../syntax/ir.js';
import { visitExpressions, visitStatements } from '../../syntax/ir-walk.js';

/**
 * The access path an expression names ("page", "work->page", "pages[i]", "(*pmd)"), undefined for what is no place.
 * Two expressions with the same path in one function name the same object as long as no part of the path is written.
 */
export function accessPathOf(expr: Expr): string | undefined {
  switch (expr.op) {
    case 'name':
      return expr.name;
    case 'member':
      return memberPath(expr);
    case 'index': {
      const [object, index] = [accessPathOf(expr.object), indexText(expr.index)];
      return object === undefined || index === undefined ? undefined : `${object}[${index}]`;
    }
    case 'unary': {
      if (expr.operator !== '*') return undefined;
      const pointer = accessPathOf(expr.operand);
      return pointer === undefined ? undefined : `(*${pointer})`;
    }
    case 'cast':
      return accessPathOf(expr.operand);
    default:
      return undefined;
  }
}

/** `(*work).page` and `work->page` are one path. */
function memberPath(expr: Extract<Expr, { op: 'member' }>): string | undefined {
  if (!expr.arrow && expr.object.op === 'unary' && expr.object.operator === '*') {
    const pointer = accessPathOf(expr.object.operand);
    return pointer === undefined ? undefined : `${pointer}->${expr.field}`;
  }
  const object = accessPathOf(expr.object);
  return object === undefined ? undefined : `${object}${expr.arrow ? '->' : '.'}${expr.field}`;
}

function indexText(index: Expr): string | undefined {
  if (index.op === 'number') return index.value === undefined ? undefined : String(index.value);
  return accessPathOf(index);
}

/** What an argument points to: `&x` gives x. */
export function pointee(expr: Expr): string | undefined {
  if (expr.op === 'cast') return pointee(expr.operand);
  if (expr.op === 'unary' && expr.operator === '&') return accessPathOf(expr.operand);
  return undefined;
}

/** The place a pointer expression starts from: `pages + n`, `&pages[n]`, `(void *)work`. */
export function pointerRoot(expr: Expr): string | undefined {
  switch (expr.op) {
    case 'cast':
      return pointerRoot(expr.operand);
    case 'binary':
      return pointerRoot(expr.left);
    case 'unary':
      if (expr.operator === '&' && expr.operand.op === 'index') return pointerRoot(expr.operand.object);
      return expr.operator === '*' ? accessPathOf(expr) : undefined;
    default:
      return accessPathOf(expr);
  }
}

/** The variable a path starts from. */
export function rootName(path: string): string {
  return /^[(*]*([\w#]+)/.exec(path)?.[1] ?? '';
}

/** True when writing `written` makes the path `place` name something else or hold something else. */
export function dependsOn(path: string, written: string): boolean {
  if (path === written) return false;
  for (let at = path.indexOf(written); at >= 0; at = path.indexOf(written, at + 1)) {
    if (OPENS.includes(path[at - 1] ?? '(') && ENDS.includes(path[at + written.length] ?? ')')) return true;
  }
  if (!written.startsWith('(*')) return false;
  // Writing `*work` writes every member reached through work.
  const pointer = written.slice(2, -1);
  return path.startsWith(pointer) && (path.startsWith('->', pointer.length) || path[pointer.length] === '[');
}

/** Characters that stand before and behind a whole part of a path. */
const OPENS = '(*[';
const ENDS = '-.[])';

/** True for two elements of one array that may be the same one, or for the same member of two such elements. */
export function mayBeSameElement(path: string, written: string): boolean {
  const [a, b] = [elementOf(path), elementOf(written)];
  if (!a || !b || a.array !== b.array || path === written) return false;
  if (/^\d+$/.test(a.index) && /^\d+$/.test(b.index)) return false;
  const [left, right] = [plainPath(a.rest), plainPath(b.rest)];
  return left === right || isBelow(left, right) || isBelow(right, left);
}

/** The array and index of a path that ends in an element, or goes on from one, and how it goes on. */
function elementOf(path: string): { array: string; index: string; rest: string } | undefined {
  const found = /^(.*?)\[([^[\]]*)\](.*)$/.exec(path);
  return found ? { array: found[1] ?? '', index: found[2] ?? '', rest: found[3] ?? '' } : undefined;
}

function isBelow(path: string, whole: string): boolean {
  return path.startsWith(whole) && /^(?:->|\.|\[)/.test(path.slice(whole.length));
}

/** A path in which no index matters: `(*p)` and `p[i]` are both an element of p. */
export function plainPath(place: string): string {
  let path = place;
  for (let before = ''; before !== path;) {
    before = path;
    path = path.replace(/\[(?:[^[\]]|\[\])+\]/g, '[]').replace(/\(\*([^()]*)\)/g, '$1[]');
  }
  return path;
}

/** True for a path that names an element by the value of a variable: another value names another element of the same array. */
export function isIndexedBy(path: string, variable: string): boolean {
  return path.includes(`[${variable}]`);
}

/** Declared types of a function's parameters and locals, by name; a name declared twice keeps the first type. */
export function declaredTypes(fn: FunctionIr): ReadonlyMap<string, TypeName> {
  let types = TYPES.get(fn);
  if (!types) TYPES.set(fn, (types = typesIn(fn)));
  return types;
}

const TYPES = new WeakMap<FunctionIr, ReadonlyMap<string, TypeName>>();

function typesIn(fn: FunctionIr): ReadonlyMap<string, TypeName> {
  const types = new Map<string, TypeName>(fn.params.map((param) => [param.name, param.type]));
  visitStatements(fn.body, (statement) => {
    if (statement.op === 'declare' && !types.has(statement.name)) types.set(statement.name, statement.type);
  });
  return types;
}

/** Whose address a function takes. */
export interface Addresses {
  /** Variables of which it is taken other than as the argument of a call: a pointer to them may be kept. */
  readonly kept: ReadonlySet<string>;
  /** Members (`&work->page`) of which it is taken at all, and of which a pointer may be kept. */
  readonly members: ReadonlySet<string>;
  readonly keptMembers: ReadonlySet<string>;
}

export function addressesIn(fn: FunctionIr): Addresses {
  const [taken, passed] = [new Map<string, number>(), new Map<string, number>()];
  const count = (into: Map<string, number>, expr: Expr): void => {
    const path = pointee(expr);
    if (path === undefined) return;
    const member = memberOf(path);
    for (const key of [rootName(path), ...(member === undefined ? [] : [`.${member}`])]) {
      into.set(key, (into.get(key) ?? 0) + 1);
    }
  };
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'unary') count(taken, expr);
    if (expr.op === 'call')
      expr.args.forEach((arg) => {
        count(passed, arg);
      });
  });
  const keys = [...taken.keys()];
  const kept = keys.filter((key) => (taken.get(key) ?? 0) > (passed.get(key) ?? 0));
  const members = (some: readonly string[]): Set<string> =>
    new Set(some.filter((key) => key.startsWith('.')).map((key) => key.slice(1)));
  return {
    kept: new Set(kept.filter((key) => !key.startsWith('.'))),
    members: members(keys),
    keptMembers: members(kept),
  };
}

/** The member that a path ends in. */
function memberOf(path: string): string | undefined {
  return /(?:->|\.)(\w+)$/.exec(path)?.[1];
}

/** A path that ends in what a pointer points to, not in a member of it: `(*pp)`, `pages[i]`. */
export function isBareTarget(path: string): boolean {
  return /\]$|^\(\*.*\)$/.test(path);
}

/** The pointers a path goes through, as paths: `a` and `a->b` of `a->b->c`. */
export function pointersOf(path: string): readonly string[] {
  const found: string[] = [];
  for (let at = path.indexOf('->'); at >= 0; at = path.indexOf('->', at + 2)) found.push(path.slice(0, at));
  for (let at = path.indexOf('['); at >= 0; at = path.indexOf('[', at + 1)) found.push(path.slice(0, at));
  const pointed = /^\(\*(.*)\)/.exec(path)?.[1];
  return pointed === undefined ? found : [...found, pointed];
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
      if (expr.operator === '&')
        return inner ? { ...inner, pointers: inner.pointers + 1 } : memberAddress(expr.operand);
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
  return type.tag === '' && BARE_ADDRESSES.has(type.base);
}

/** False for a type whose values cannot tell a page: flags, counts, results. */
export function mayNamePage(type: TypeName): boolean {
  return type.pointers > 0 || (type.tag !== 'enum' && !PLAIN_VALUES.has(type.base));
}

/**
 * True when two paths through memory may lead to the same place under different names: the same member of what may be one
 * object, or anything where the write is through a bare pointer. `addressed` are the members to which such a pointer may lead.
 */
export function mayAlias(path: string, written: string, addressed: ReadonlySet<string>): boolean {
  if (path === written) return false;
  const member = memberOf(written);
  if (member !== undefined) return hasMember(path, member) || (isBareTarget(path) && addressed.has(member));
  if (!/^[\w#]+\[/.test(written) || /\[|^\(\*/.test(path)) return true;
  return [...addressed].some((one) => hasMember(path, one));
}

function hasMember(path: string, member: string): boolean {
  for (let at = path.indexOf(member); at > 0; at = path.indexOf(member, at + 1)) {
    const isWhole = !/[\w#]/.test(path[at + member.length] ?? '');
    if (isWhole && (path[at - 1] === '.' || path.startsWith('->', at - 2))) return true;
  }
  return false;
}

/** True for a path that goes through memory, which other paths may lead to as well. */
export function isMemory(path: string): boolean {
  return /->|\[|\(\*/.test(path);
}
