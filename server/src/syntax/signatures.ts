import type { ParameterRole, Signatures } from '@pageref/shared';
import type { Expr, FunctionIr, Stmt } from './ir.js';
import { mapParts, mapStatement, visitExpressions } from './ir-walk.js';

/**
 * Calls with the parameters of another release, in code that supports several: behind a macro of the build nobody knows which
 * arm is compiled, but the number of arguments says for which release it was written.
 */

export type SignatureLookup = (name: string) => Signatures | undefined;

/** What one role is read from where the call has none of it: `write` is what a flag word was before there was one. */
const STANDS_FOR: Readonly<Partial<Record<ParameterRole, ParameterRole>>> = { flags: 'write', vmf: 'vma' };

/**
 * For each parameter of the release judged the index of the argument in the call; -1 where the call has none. Undefined for a
 * call that is of that release, or of none that is known, or of one of several.
 * @param isConstant whether an argument is written as a number or as NULL, so that it holds no pages
 */
export function argumentPlaces(
  { own, others }: Signatures,
  args: number,
  isConstant: (at: number) => boolean,
): readonly number[] | undefined {
  if (args === own.length) return undefined;
  const fitting = others.filter(
    (roles) => roles.length === args && !(roles.includes('pages') && isConstant(roles.indexOf('pages'))),
  );
  const [places, ...more] = [...new Set(fitting.map((roles) => placesIn(own, roles).join()))];
  return places === undefined || more.length > 0 ? undefined : places.split(',').map(Number);
}

function placesIn(own: readonly ParameterRole[], roles: readonly ParameterRole[]): readonly number[] {
  return own.map((role) => {
    const at = roles.indexOf(role);
    const instead = STANDS_FOR[role];
    return at >= 0 || instead === undefined ? at : roles.indexOf(instead);
  });
}

/** The names that a function calls with another number of arguments than the release judged has parameters. */
export function calledOtherwise(fn: FunctionIr, signatures: SignatureLookup): readonly string[] {
  const names = new Set<string>();
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'call' && expr.name !== undefined && otherwise(expr, signatures)) names.add(expr.name);
  });
  return [...names];
}

/**
 * The function with the arguments of such calls where the release judged has them. What has no place there is evaluated with
 * the first one, which never names a page. Doing so twice is doing it once.
 */
export function inSignature(fn: FunctionIr, signatures: SignatureLookup): FunctionIr {
  const ofExpr = (expr: Expr): Expr => {
    const mapped = mapParts(expr, ofExpr);
    if (mapped.op === 'block') return { ...mapped, body: ofBody(mapped.body) };
    const places = mapped.op === 'call' ? otherwise(mapped, signatures) : undefined;
    return mapped.op === 'call' && places ? { ...mapped, args: arranged(mapped, places) } : mapped;
  };
  const ofBody = (body: readonly Stmt[]): readonly Stmt[] =>
    body.map((statement) => mapStatement(statement, { expr: ofExpr, body: ofBody }));
  return { ...fn, body: ofBody(fn.body) };
}

type CallExpr = Extract<Expr, { op: 'call' }>;

function otherwise({ name, args }: CallExpr, signatures: SignatureLookup): readonly number[] | undefined {
  const known = name === undefined ? undefined : signatures(name);
  return known && argumentPlaces(known, args.length, (at) => isConstantExpr(args[at]));
}

function isConstantExpr(expr: Expr | undefined): boolean {
  if (expr?.op === 'cast') return isConstantExpr(expr.operand);
  return expr?.op === 'number' || (expr?.op === 'name' && expr.name === 'NULL');
}

function arranged({ args, start, end }: CallExpr, places: readonly number[]): readonly Expr[] {
  const nothing: Expr = { op: 'unknown', parts: [], start, end };
  const rest = args.filter((arg, at) => !places.includes(at) && arg.op !== 'name' && !isConstantExpr(arg));
  return places.map((from, at) => {
    const arg = args[from] ?? nothing;
    return at > 0 ? arg : rest.reduceRight((right, left): Expr => ({ op: 'comma', left, right, start, end }), arg);
  });
}
