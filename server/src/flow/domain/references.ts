import { ANY_KIND, compareTexts, kindSet } from '@pageref/shared';
import type { Effect, KindSet } from '@pageref/shared';
import type { Call, FlowContext } from '../context.js';
import type { Contract, EffectRow } from '../contract.js';
import type { State, Thing, ThingId } from './state.js';
import { thingOf } from './pages.js';

/**
 * Who holds what: references that were taken on a page on the way to a place and not given back yet, per kind. It is a
 * may-analysis: a kind is in the set when there is a path on which the reference is still held for a page of that kind.
 */
export interface Held {
  /** The call that took it, and the call it took it through for an inferred contract. */
  readonly by: string;
  readonly via: string;
  readonly at: number;
  readonly unit: NonNullable<Effect['unit']>;
  readonly kinds: KindSet;
}

const NOTHING_HELD: readonly Held[] = [];
/** Sites of acquisition remembered for one page. */
const MAX_HELD = 8;

/** What code that takes and drops references has in mind. */
export const BUDDY: KindSet = kindSet(['buddy']);

const GIVES_UP = new Set<Effect['does']>(['release', 'transfer', 'free']);

/** The references of a page that can still be there for the kinds it can be. */
export function heldOn(thing: Thing): readonly Held[] {
  const kinds = thing.kinds | thing.byBit;
  const left = thing.held.flatMap((held) => {
    const still = held.kinds & kinds;
    return still === 0 ? [] : [still === held.kinds ? held : { ...held, kinds: still }];
  });
  return left.length === 0 ? NOTHING_HELD : left;
}

/** What a release or an acquire of a contract does to the references held on a page. */
export function applyHeld(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  effect: EffectRow,
  id: ThingId,
): void {
  if (effect.does === 'acquire') return take(context, state, call, contract, effect, id);
  if (!GIVES_UP.has(effect.does)) return;
  const thing = state.things.get(id);
  if (!thing || thing.held.length === 0) return;
  const held = thing.held.flatMap((one) => {
    const kinds = one.kinds & ~effect.affected;
    return kinds === 0 ? [] : [{ ...one, kinds }];
  });
  state.setThing(id, { ...thing, held: held.length === 0 ? NOTHING_HELD : held });
}

function take(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  effect: EffectRow,
  id: ThingId,
): void {
  const thing = thingOf(context, state, id);
  // The pointer to an array of pages stands for what the call filled it with.
  const source = contract.sources.find(
    ({ result }) => result.at === effect.on.at && result.through === effect.on.through,
  );
  const kinds = effect.affected & thing.kinds & (source?.kinds ?? ANY_KIND);
  if (kinds === 0) return;
  const by = call.name ?? contract.name;
  const one: Held = { by, via: effect.via ?? by, at: call.start, unit: effect.unit ?? 'reference', kinds };
  state.setThing(id, { ...thing, held: joinHeld(thing.held, [one]) });
}

/** A reference is held after a join for the kinds for which it is on either side. */
export function joinHeld(a: readonly Held[], b: readonly Held[]): readonly Held[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const merged = new Map<string, Held>();
  for (const one of [...a, ...b]) {
    // One call may take a reference by several ways, each for kinds of its own.
    const key = `${one.at}:${one.unit}:${one.via}`;
    const known = merged.get(key);
    merged.set(key, known ? { ...known, kinds: known.kinds | one.kinds } : one);
  }
  const sorted = [...merged.values()].sort(
    (x, y) => x.at - y.at || compareTexts(x.unit, y.unit) || compareTexts(x.via, y.via),
  );
  return sorted.length === a.length && sorted.every((one, index) => sameHeld(one, a[index]))
    ? a
    : sorted.slice(0, MAX_HELD);
}

function sameHeld(a: Held, b: Held | undefined): boolean {
  return a.at === b?.at && a.unit === b.unit && a.via === b.via && a.kinds === b.kinds;
}

export function sameHolds(a: readonly Held[], b: readonly Held[]): boolean {
  return a === b || (a.length === b.length && a.every((one, index) => sameHeld(one, b[index])));
}

/** All kinds for which some reference of the given unit is held. */
export function heldKinds(held: readonly Held[]): KindSet {
  return held.reduce((sum, one) => sum | one.kinds, 0) & ANY_KIND;
}
