import type { KindSet } from '@pageref/shared';
import type { Expr } from '../syntax/ir.js';
import type { FlowContext } from './context.js';
import type { Contract, FlagRows } from './contract.js';
import {
  bothFlags,
  commonFlags,
  eitherFlags,
  flagsOf,
  ifKnown,
  NO_FLAGS,
  oneFlag,
  withoutFlags,
} from './domain/flag-sets.js';
import type { Flags } from './domain/flag-sets.js';
import type { Value } from './domain/state.js';

/** What the flags that code passes keep out of what a call gives. */

/** Macros that stand for flags are followed so deep. */
const MAX_MACROS = 4;

/** The flags a name stands for: one of the model's, or a macro of the file that is made of them. */
export function namedFlags(context: FlowContext, name: string, depth = MAX_MACROS): Flags | undefined {
  const { names } = context.vocabulary.flagWords;
  if (names.has(name)) return oneFlag(name);
  const body = depth > 0 ? context.constantOf(name) : undefined;
  return body && constantFlags(context, body, depth - 1);
}

function constantFlags(context: FlowContext, expr: Expr, depth: number): Flags | undefined {
  if (expr.op === 'name') return namedFlags(context, expr.name, depth);
  if (expr.op === 'cast') return constantFlags(context, expr.operand, depth);
  if (expr.op === 'number') return numberFlags(context, expr.value);
  if (expr.op !== 'binary' || expr.operator !== '|') return undefined;
  const [left, right] = [constantFlags(context, expr.left, depth), constantFlags(context, expr.right, depth)];
  return left && right && bothFlags(left, right);
}

function numberFlags({ vocabulary }: FlowContext, number: number | undefined): Flags | undefined {
  if (number === 0) return NO_FLAGS;
  const name = number === undefined ? undefined : vocabulary.flagWords.numbers.get(number);
  return name === undefined ? undefined : oneFlag(name);
}

/**
 * The flags of what an operator makes of two values; undefined where neither is known to be one of flags.
 * @param cleared what the right operand is the complement of: `flags & ~FOLL_WRITE`
 */
export function combinedFlags(
  operator: string,
  left: Value,
  right: Value,
  cleared: Value | undefined,
): Flags | undefined {
  if (!left.flags && !right.flags && !cleared?.flags) return undefined;
  const a = flagsOf(left);
  if (operator === '|') return ifKnown(bothFlags(a, flagsOf(right)));
  if (operator !== '&') return undefined;
  return ifKnown(cleared ? withoutFlags(a, flagsOf(cleared)) : commonFlags(a, flagsOf(right)));
}

export function chosenFlags(a: Value, b: Value): Flags | undefined {
  return a.flags || b.flags ? ifKnown(eitherFlags(flagsOf(a), flagsOf(b))) : undefined;
}

/** The flags that an argument passes, as far as they are known. */
export function passedFlags(context: FlowContext, value: Value): Flags {
  return numberFlags(context, value.number) ?? flagsOf(value);
}

/** A contract with the sources that the flags of this call leave. */
export function withFlags(context: FlowContext, contract: Contract, args: readonly Value[]): Contract {
  if (!contract.sources.some(({ flags }) => flags)) return contract;
  const sources = contract.sources.map((source) => {
    const value = source.flags && args[source.flags.at];
    if (!source.flags || !value) return source;
    const { flags: rows, ...rest } = source;
    return { ...rest, kinds: source.kinds & ~keptOut(rows, passedFlags(context, value)) };
  });
  return { ...contract, sources };
}

function keptOut({ needed, refused }: FlagRows, { surely, perhaps }: Flags): KindSet {
  const missing = needed.filter(({ flag }) => perhaps !== undefined && !perhaps.includes(flag));
  const summary = refused.filter(({ flag }) => surely.includes(flag));
  return [...missing, ...summary].reduce((sum, { kinds }) => sum | kinds, 0);
}
