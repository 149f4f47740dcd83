import { ZONE_DEVICE } from '@pageref/shared';
import { sameAttribute, sameThing, sameValue } from './equality.js';
import { eitherFlags, flagsOf, ifKnown } from './flag-sets.js';
import type { Flags } from './flag-sets.js';
import { joinHeld } from './held.js';
import { MAX_GROUPS, MAX_REMOVALS } from './state.js';
import type { AskedAttribute, Because, NullTest, Thing, ThingId, Value } from './state.js';

/** Joining what two paths know of one place and of one page. */

/** The thing that stands for one on the one side and another on the other. */
export type Phi = (x: ThingId, y: ThingId) => ThingId;

/** Every field of a value, so that none is forgotten where one is made. */
type Fields = { readonly [Field in keyof Required<Value>]: Value[Field] };

export function joinValues(a: Value, b: Value, phi: Phi): Value {
  if (a === b || sameValue(a, b)) return a;
  return valueOf({
    thing: joinedThing(a, b, phi),
    known: a.known === b.known ? a.known : undefined,
    number: a.number === b.number ? a.number : undefined,
    flags: joinFlags(a, b),
    nullTest: joinNullTests(a, b, phi),
    test: joinTests(a.test, b.test, phi),
    attribute: joinAttributes(a.attribute, b.attribute, phi),
    doubt: a.doubt ?? b.doubt,
  });
}

function valueOf({ thing, known, number, flags, nullTest, test, attribute, doubt }: Fields): Value {
  return {
    ...(thing !== undefined && { thing }),
    ...(known !== undefined && { known }),
    ...(number !== undefined && { number }),
    ...(flags && { flags }),
    ...(nullTest && { nullTest }),
    ...(test && { test }),
    ...(attribute && { attribute }),
    ...(doubt && { doubt }),
  };
}

function joinFlags(a: Value, b: Value): Flags | undefined {
  return a.flags || b.flags ? ifKnown(eitherFlags(flagsOf(a), flagsOf(b))) : undefined;
}

/** Both sides learn something from a null test: so does the join, as far as both agree. */
function joinNullTests(a: Value, b: Value, phi: Phi): NullTest | undefined {
  const [left, right] = [a.nullTest, b.nullTest];
  if (!left || !right) return undefined;
  const of =
    left.of === right.of ? left.of : left.of === a.thing && right.of === b.thing ? phi(left.of, right.of) : undefined;
  if (of === undefined) return undefined;
  const because = left.because.at <= right.because.at ? left.because : right.because;
  return { of, whenNonNull: left.whenNonNull | right.whenNonNull, whenNull: left.whenNull | right.whenNull, because };
}

/** The same condition on both sides, of the pages that its operands named on each. */
function joinTests(a: Value['test'], b: Value['test'], phi: Phi): Value['test'] {
  if (!a || !b || a.expr !== b.expr) return undefined;
  const operands = new Map<string, ThingId | undefined>();
  for (const [place, x] of a.operands) {
    const y = b.operands.get(place);
    if (x === undefined || y === undefined) return undefined;
    operands.set(place, x === y ? x : phi(x, y));
  }
  return { expr: a.expr, operands };
}

/** A zone that may have been read off either of two pages; one that comes from elsewhere on the other side stays suspect. */
function joinAttributes(
  left: AskedAttribute | undefined,
  right: AskedAttribute | undefined,
  phi: Phi,
): AskedAttribute | undefined {
  const only = left && right ? undefined : (left ?? right);
  if (only) return { ...only, certain: false };
  if (!left || !right || sameAttribute(left, right)) return left;
  const certain = left.certain && right.certain && left.contract === right.contract && left.asked === right.asked;
  return { ...left, certain, of: left.of === right.of ? left.of : phi(left.of, right.of) };
}

/** A null pointer names no page: joined with a page it leaves that page, maybe null. */
function joinedThing(a: Value, b: Value, phi: Phi): ThingId | undefined {
  if (a.thing === b.thing) return a.thing;
  if (a.thing === undefined) return namesNoPage(a) ? b.thing : undefined;
  if (b.thing === undefined) return namesNoPage(b) ? a.thing : undefined;
  return phi(a.thing, b.thing);
}

/** Any other number may be that of a page nothing is known of. */
export function namesNoPage({ known, number }: Value): boolean {
  return known === 'null' || number === 0;
}

export function joinThings(id: ThingId, a: Thing, b: Thing): Thing {
  if (a === b || (sameThing(a, b) && a.groups.includes(id))) return a;
  const removals = joinRemovals(a, b);
  const groups = [...new Set([id, ...a.groups, ...b.groups])].slice(0, MAX_GROUPS);
  return {
    kinds: a.kinds | b.kinds,
    byBit: a.byBit | b.byBit,
    origin: joinOrigins(a, b),
    carried: a.carried || b.carried,
    doubt: a.doubt ?? b.doubt,
    removals,
    groups,
    held: joinHeld(a.held, b.held),
  };
}

/** The origin that lets more through is the one that matters; ties go to the earlier place. */
function joinOrigins(a: Thing, b: Thing): Because {
  if (a.origin === b.origin) return a.origin;
  const [left, right] = [(a.kinds | a.byBit) & ZONE_DEVICE, (b.kinds | b.byBit) & ZONE_DEVICE];
  if ((left !== 0) !== (right !== 0)) return left !== 0 ? a.origin : b.origin;
  return a.origin.at <= b.origin.at ? a.origin : b.origin;
}

/**
 * What took ZONE_DEVICE kinds out on one path counts after a join only as far as the other path does not let them back in:
 * the path that still has them decides, and where both do, what both have in common.
 */
function joinRemovals(a: Thing, b: Thing): readonly Because[] {
  if (a.removals === b.removals) return a.removals;
  const [left, right] = [hasDevice(a), hasDevice(b)];
  if (left && right) return a.removals.filter((one) => b.removals.some((other) => sameReason(one, other)));
  if (left || right) return left ? a.removals : b.removals;
  const added = b.removals.filter((one) => !a.removals.some((other) => sameReason(one, other)));
  const merged = [...a.removals, ...added].sort((x, y) => x.at - y.at || (x.contract < y.contract ? -1 : 1));
  return added.length === 0 ? a.removals : merged.slice(-MAX_REMOVALS);
}

function hasDevice(thing: Thing): boolean {
  return ((thing.kinds | thing.byBit) & ZONE_DEVICE) !== 0;
}

/** The same call or condition, whatever of it is shown. */
function sameReason(a: Because, b: Because): boolean {
  return a.at === b.at && a.contract === b.contract;
}
