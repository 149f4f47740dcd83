import type { Expr } from '../syntax/ir.js';
import type { ContractLookup } from './contract.js';
import { rootName } from './domain/access-paths.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * Which arguments of a call lead to a page, read off access paths alone: the page itself, a struct or array that holds it,
 * or the address of either. It errs towards yes, and needs no flow.
 */

/** Access paths that name the page in one function. A path that ends in `*` stands for whatever its first name leads to. */
export type PagePlaces = ReadonlySet<string>;

/** How an expression leads to the page: '' is its own value, '->page' and '[]' a part of what it points to. */
export interface WayToPage {
  /** Undefined where the page is somewhere below, nobody knows where. */
  readonly path: string | undefined;
  /** The known path of the page that it was compared with. */
  readonly page: string;
}

/** An argument that leads to the page. */
export interface HandedPage extends WayToPage {
  readonly at: number;
}

/** An expression's value in terms of places: what the place holds, or its address. */
interface PlaceValue {
  readonly place: string;
  readonly isAddress: boolean;
  /** False for the result of a call that may hand back anything it was given. */
  readonly isExact: boolean;
}

export interface PathTools {
  readonly contractOf: ContractLookup;
  readonly vocabulary: Vocabulary;
}

/** Stands for everything that is reached from a variable. */
export function anythingBelow(name: string): string {
  return `${name}*`;
}

/** The arguments among `args` that lead to a page of `places`. */
export function handedIn(tools: PathTools, args: readonly Expr[], paths: PagePlaces): readonly HandedPage[] {
  return args.flatMap((arg, at) => waysTo(tools, arg, paths).map((way) => ({ at, ...way })));
}

/** How an expression leads to a page of `places`. */
export function waysTo(tools: PathTools, expr: Expr, paths: PagePlaces): readonly WayToPage[] {
  return valuesOf(tools, expr).flatMap((value) =>
    [...paths].flatMap((page) => {
      const path = pathFrom(value, page);
      return path === NO_WAY ? [] : [{ path: value.isExact ? path : undefined, page }];
    }),
  );
}

const NO_WAY = Symbol('no way');

function pathFrom({ place: path, isAddress }: PlaceValue, page: string): string | undefined | typeof NO_WAY {
  if (page.endsWith('*')) return rootName(path) === page.slice(0, -1) ? undefined : NO_WAY;
  if (page === path) return isAddress ? '[]' : '';
  const below = partBehind(page, path);
  if (below !== undefined) {
    if (!isAddress) return below;
    return below.startsWith('.') ? `->${below.slice(1)}` : `[]${below}`;
  }
  // The address of a member leads to the object it is part of: a list head, a work item.
  const inPage = isAddress && partBehind(path, page) !== undefined;
  return inPage || (isAddress && isSameObject(path, page)) ? undefined : NO_WAY;
}

/** What follows `whole` in `path` where `path` is a part of it. */
function partBehind(path: string, whole: string): string | undefined {
  const rest = path.startsWith(whole) ? path.slice(whole.length) : '';
  return /^(?:->|\.|\[)/.test(rest) ? rest : undefined;
}

/** Both are members of one object: `&req->node` of a request that holds its page in `req->page`. */
function isSameObject(path: string, page: string): boolean {
  const object = /^(.*?)(?:->|\.)[\w#]+$/.exec(path)?.[1];
  return object !== undefined && partBehind(page, object) !== undefined;
}

/** The access path of an expression in which no index matters; undefined for what is no path. */
export function pathOf(expr: Expr): string | undefined {
  switch (expr.op) {
    case 'name':
      return expr.name;
    case 'cast':
      return pathOf(expr.operand);
    case 'index':
      return below(expr.object, '[]');
    case 'unary':
      return expr.operator === '*' ? below(expr.operand, '[]') : undefined;
    case 'member':
      return memberPath(expr);
    default:
      return undefined;
  }
}

/** `(*guest).page` and `guest->page` are one path. */
function memberPath({ object, field, arrow }: Extract<Expr, { op: 'member' }>): string | undefined {
  const pointer = !arrow && object.op === 'unary' && object.operator === '*' ? object.operand : undefined;
  return pointer ? below(pointer, `->${field}`) : below(object, `${arrow ? '->' : '.'}${field}`);
}

function below(object: Expr, part: string): string | undefined {
  const path = pathOf(object);
  return path === undefined ? undefined : `${path}${part}`;
}

function placeValue(path: string | undefined, isAddress: boolean): PlaceValue[] {
  return path === undefined ? [] : [{ place: path, isAddress, isExact: true }];
}

/** Operators whose value is an answer and no page. */
const COMPARED = new Set(['==', '!=', '<', '>', '<=', '>=', '&&', '||']);

/** The places whose values, or whose addresses, an expression may be worth. */
function valuesOf(tools: PathTools, expr: Expr): readonly PlaceValue[] {
  const all = (parts: readonly Expr[]): PlaceValue[] => parts.flatMap((part) => [...valuesOf(tools, part)]);
  switch (expr.op) {
    case 'name':
    case 'member':
      return memberValues(tools, expr);
    case 'index':
      return placeValue(pathOf(expr), false);
    case 'unary': {
      if (expr.operator === '&') return placeValue(pathOf(expr.operand), true);
      const path = pathOf(expr);
      return path === undefined ? all([expr.operand]) : placeValue(path, false);
    }
    case 'update':
    case 'cast':
      return all([expr.operand]);
    case 'assign':
      return all([expr.value]);
    case 'comma':
      return all([expr.right]);
    case 'binary':
      return COMPARED.has(expr.operator) ? [] : all([expr.left, expr.right]);
    case 'conditional':
      return all([expr.then ?? expr.condition, expr.else]);
    case 'initialiser':
      return all(expr.entries.map(({ value }) => value));
    case 'call':
      return callValues(tools, expr);
    case 'block': {
      const last = expr.body.at(-1);
      return last?.op === 'expr' ? all([last.expr]) : [];
    }
    case 'unknown':
      return all(expr.parts);
    default:
      return [];
  }
}

/** `folio->page` is the page of the folio, so it is the folio's own value as well. */
function memberValues(tools: PathTools, expr: Extract<Expr, { op: 'name' | 'member' }>): readonly PlaceValue[] {
  const own = placeValue(pathOf(expr), false);
  if (expr.op === 'name') return own;
  const leads = tools.vocabulary.pageTypes.members.some(({ field }) => field === expr.field);
  return leads ? [...own, ...valuesOf(tools, expr.object)] : own;
}

/** A call is worth an argument where it converts it; code that is not the model's may hand back what it was given. */
function callValues(tools: PathTools, call: Extract<Expr, { op: 'call' }>): readonly PlaceValue[] {
  const { transparent, choosers, volatileReads } = tools.vocabulary;
  const { name } = call;
  const plain = name !== undefined && (transparent.has(name) || choosers.has(name) || volatileReads.has(name));
  if (plain) return call.args.flatMap((arg) => [...valuesOf(tools, arg)]);
  const contract = name === undefined ? undefined : tools.contractOf(name);
  if (contract?.from === 'model') {
    const same = [contract.conversion?.from, ...contract.sources.map((source) => source.same)];
    return same.flatMap((operand) => {
      const arg = operand === undefined || operand.at === 'result' ? undefined : call.args[operand.at];
      return arg ? [...valuesOf(tools, arg)] : [];
    });
  }
  return call.args.flatMap((arg) => valuesOf(tools, arg).map((value) => ({ ...value, isExact: false })));
}
