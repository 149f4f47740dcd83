import { ZONE_DEVICE } from '@pageref/shared';
import { sameAttribute, samePage, sameValue } from './equality.js';
import { eitherFlags, flagsOf, ifKnown } from './flag-sets.js';
import type { Flags } from './flag-sets.js';
import { joinReferences } from './held.js';
import { MAX_ALIASES, MAX_CUTS } from './state.js';
import type { AskedAttribute, Doubt, Evidence, NullTest, AbstractPage, PageId, Value } from './state.js';

/** Joining what two paths know of one place and of one page. */

/** The page that stands for one on the one side and another on the other. */
export type Phi = (x: PageId, y: PageId) => PageId;

/** Every field of a value, so that none is forgotten where one is made. */
type Fields = { readonly [Field in keyof Required<Value>]: Value[Field] };

export function joinValues(a: Value, b: Value, phi: Phi): Value {
  if (a === b || sameValue(a, b)) return a;
  return valueOf({
    page: joinedPage(a, b, phi),
    known: a.known === b.known ? a.known : undefined,
    number: a.number === b.number ? a.number : undefined,
    flags: joinFlags(a, b),
    nullTest: joinNullTests(a, b, phi),
    test: joinTests(a.test, b.test, phi),
    attribute: joinAttributes(a.attribute, b.attribute, phi),
    doubt: earlierDoubt(a.doubt, b.doubt),
  });
}

/** Whichever way two doubts meet, the same one stays: a fixpoint in a loop with two such calls must end. */
function earlierDoubt(a: Doubt | undefined, b: Doubt | undefined): Doubt | undefined {
  if (!a || !b) return a ?? b;
  return b.at < a.at || (b.at === a.at && b.place < a.place) ? b : a;
}

function valueOf({ page, known, number, flags, nullTest, test, attribute, doubt }: Fields): Value {
  return {
    ...(page !== undefined && { page }),
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
    left.of === right.of ? left.of : left.of === a.page && right.of === b.page ? phi(left.of, right.of) : undefined;
  if (of === undefined) return undefined;
  const evidence = left.evidence.at <= right.evidence.at ? left.evidence : right.evidence;
  return { of, whenNonNull: left.whenNonNull | right.whenNonNull, whenNull: left.whenNull | right.whenNull, evidence };
}

/** The same condition on both sides, of the pages that its operands named on each. */
function joinTests(a: Value['test'], b: Value['test'], phi: Phi): Value['test'] {
  if (!a || !b || a.expr !== b.expr) return undefined;
  const operands = new Map<string, PageId | undefined>();
  for (const [path, x] of a.operands) {
    const y = b.operands.get(path);
    if (x === undefined || y === undefined) return undefined;
    operands.set(path, x === y ? x : phi(x, y));
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
function joinedPage(a: Value, b: Value, phi: Phi): PageId | undefined {
  if (a.page === b.page) return a.page;
  if (a.page === undefined) return namesNoPage(a) ? b.page : undefined;
  if (b.page === undefined) return namesNoPage(b) ? a.page : undefined;
  return phi(a.page, b.page);
}

/** Any other number may be that of a page nothing is known of. */
export function namesNoPage({ known, number }: Value): boolean {
  return known === 'null' || number === 0;
}

export function joinPages(id: PageId, a: AbstractPage, b: AbstractPage): AbstractPage {
  if (a === b || (samePage(a, b) && a.aliases.includes(id))) return a;
  const cuts = joinCuts(a, b);
  const aliases = [...new Set([id, ...a.aliases, ...b.aliases])].slice(0, MAX_ALIASES);
  return {
    kinds: a.kinds | b.kinds,
    cutByReservedBit: a.cutByReservedBit | b.cutByReservedBit,
    origin: joinOrigins(a, b),
    fromNeighbour: a.fromNeighbour || b.fromNeighbour,
    doubt: earlierDoubt(a.doubt, b.doubt),
    cuts,
    aliases,
    references: joinReferences(a.references, b.references),
  };
}

/** The origin that lets more through is the one that matters; ties go to the earlier place. */
function joinOrigins(a: AbstractPage, b: AbstractPage): Evidence {
  if (a.origin === b.origin) return a.origin;
  const [left, right] = [(a.kinds | a.cutByReservedBit) & ZONE_DEVICE, (b.kinds | b.cutByReservedBit) & ZONE_DEVICE];
  if ((left !== 0) !== (right !== 0)) return left !== 0 ? a.origin : b.origin;
  return a.origin.at <= b.origin.at ? a.origin : b.origin;
}

/**
 * What took ZONE_DEVICE kinds out on one path counts after a join only as far as the other path does not let them back in:
 * the path that still has them decides, and where both do, what both have in common.
 */
function joinCuts(a: AbstractPage, b: AbstractPage): readonly Evidence[] {
  if (a.cuts === b.cuts) return a.cuts;
  const [left, right] = [hasDevice(a), hasDevice(b)];
  if (left && right) return a.cuts.filter((one) => b.cuts.some((other) => sameReason(one, other)));
  if (left || right) return left ? a.cuts : b.cuts;
  const added = b.cuts.filter((one) => !a.cuts.some((other) => sameReason(one, other)));
  const merged = [...a.cuts, ...added].sort((x, y) => x.at - y.at || (x.contract < y.contract ? -1 : 1));
  return added.length === 0 ? a.cuts : merged.slice(-MAX_CUTS);
}

function hasDevice(page: AbstractPage): boolean {
  return ((page.kinds | page.cutByReservedBit) & ZONE_DEVICE) !== 0;
}

/** The same call or condition, whatever of it is shown. */
function sameReason(a: Evidence, b: Evidence): boolean {
  return a.at === b.at && a.contract === b.contract;
}
