import { ANY_KIND, compareTexts, kindSet } from '@pageref/shared';
import type { KindSet } from '@pageref/shared';
import { sameReferences } from './equality.js';
import type { AbstractPage, Reference } from './state.js';

export const NO_REFERENCES: readonly Reference[] = [];
/** Sites of acquisition remembered for one page. */
const MAX_REFERENCES = 8;

/** What code that takes and drops references has in mind. */
export const BUDDY: KindSet = kindSet(['buddy']);

/** The references of a page that can still be there for the kinds it can be. */
export function referencesOn(page: AbstractPage): readonly Reference[] {
  const kinds = page.kinds | page.cutByReservedBit;
  const left = page.references.flatMap((held) => {
    const still = held.kinds & kinds;
    return still === 0 ? [] : [still === held.kinds ? held : { ...held, kinds: still }];
  });
  return left.length === 0 ? NO_REFERENCES : left;
}

/** A reference is held after a join for the kinds for which it is on either side. */
export function joinReferences(a: readonly Reference[], b: readonly Reference[]): readonly Reference[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const merged = new Map<string, Reference>();
  for (const one of [...a, ...b]) {
    // One call may take a reference by several ways, each for kinds of its own.
    const key = `${one.at}:${one.unit}:${one.via}`;
    const known = merged.get(key);
    merged.set(key, known ? { ...known, kinds: known.kinds | one.kinds } : one);
  }
  const sorted = [...merged.values()].sort(
    (x, y) => x.at - y.at || compareTexts(x.unit, y.unit) || compareTexts(x.via, y.via),
  );
  return sameReferences(sorted, a) ? a : sorted.slice(0, MAX_REFERENCES);
}

/** All kinds for which some reference of the given unit is held. */
export function heldKinds(held: readonly Reference[]): KindSet {
  return held.reduce((sum, one) => sum | one.kinds, 0) & ANY_KIND;
}
