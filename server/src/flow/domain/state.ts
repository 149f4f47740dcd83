import { ZONE_DEVICE } from '@pageref/shared';
import type { Attribute, KindSet, Predicate } from '@pageref/shared';
import type { Expr } from '../../syntax/ir.js';
import type { Flags } from './flag-sets.js';
import type { Held } from './references.js';

/**
 * The abstract state: which page each place names, and which kinds each page can be.
 * Several places (a pfn, its page, its folio, its address) name the same page and share one thing, so that
 * what is learnt through one is known of all.
 */
export type ThingId = string;

/** What decided a kind set: the source it came from or a refinement on the way. */
export interface Because {
  readonly contract: string;
  /**
   * unknown     nothing is known of where it comes from
   * parameter   it is a parameter and the callers are not all seen
   * caller      the callers of this function decided it
   * filter      a source that drops kinds (pfn_to_online_page)
   * provenance  a source or type that never has them (alloc_pages, ptdesc)
   * refinement  a condition on the way
   */
  readonly role: 'unknown' | 'parameter' | 'caller' | 'filter' | 'provenance' | 'refinement';
  readonly class?: Predicate['class'];
  /** Offset in the function's file; for `caller` the place is in `path` and `line`. */
  readonly at: number;
  readonly path?: string;
  readonly line?: number;
  readonly text?: string;
  /** What the pages that come from there can be, for `caller`: other callers may hand in more. */
  readonly gives?: KindSet;
  /** True for a condition that read the struct page itself where that may not be initialised: then it may say anything. */
  readonly isDoubtful?: boolean;
  /** Extent of the whole condition a refinement stands in; absent for sources. */
  readonly condition?: { readonly start: number; readonly end: number };
}

export interface Thing {
  readonly kinds: KindSet;
  /** ZONE_DEVICE kinds that a test of the reserved bit itself took out: they would be here if they lost the bit. */
  readonly byBit: KindSet;
  readonly origin: Because;
  /** What took ZONE_DEVICE kinds out, in order. */
  readonly removals: readonly Because[];
  /** What is known was learnt of another page of the same range (pfn + 1 of a walk). */
  readonly carried: boolean;
  /** Ids of the things it is the same page as, or a neighbour of in one range. */
  readonly groups: readonly ThingId[];
  /** References taken on it on the way here and not given back on every path. */
  readonly held: readonly Held[];
}

const NONE: readonly Held[] = [];

/** What a null test of a value says of its page. */
export interface NullTest {
  /** The thing whose kinds the test tells, which need not be the value itself (a dev_pagemap looked up by pfn). */
  readonly of: ThingId;
  readonly whenNonNull: KindSet;
  readonly whenNull: KindSet;
  readonly because: Because;
}

export interface Value {
  readonly thing?: ThingId;
  readonly known?: 'null' | 'nonnull';
  /** Integer value where it is known. */
  readonly number?: number;
  /** The flags of a word of flags, as far as they are known. */
  readonly flags?: Flags;
  readonly nullTest?: NullTest;
  /** The condition a boolean local was computed from, and the things its operands named then. */
  readonly test?: { readonly expr: Expr; readonly operands: ReadonlyMap<string, ThingId | undefined> };
  /** For the result of page_zone() and its like: the page it was asked of. */
  readonly attribute?: { readonly contract: string; readonly asked: Attribute; readonly of: ThingId };
}

/**
 * Mutable while one node is evaluated; copied between nodes. Copies share their maps until one of them writes.
 * A thing that nothing was learnt about is not in the map: `Things` makes it on demand from its id.
 */
export class State {
  private ownsPlaces = true;
  private ownsThings = true;

  constructor(
    private placeMap: Map<string, Value> = new Map<string, Value>(),
    private thingMap: Map<ThingId, Thing> = new Map<ThingId, Thing>(),
  ) {}

  get places(): ReadonlyMap<string, Value> {
    return this.placeMap;
  }

  get things(): ReadonlyMap<ThingId, Thing> {
    return this.thingMap;
  }

  setPlace(place: string, value: Value | undefined): void {
    if (!this.ownsPlaces) this.placeMap = new Map(this.placeMap);
    this.ownsPlaces = true;
    if (value) this.placeMap.set(place, value);
    else this.placeMap.delete(place);
  }

  setThing(id: ThingId, thing: Thing): void {
    if (this.thingMap.get(id) === thing) return;
    if (!this.ownsThings) this.thingMap = new Map(this.thingMap);
    this.ownsThings = true;
    this.thingMap.set(id, thing);
  }

  /** The thing was made anew: what was known of the one before it is gone. */
  forgetThing(id: ThingId): void {
    if (!this.thingMap.has(id)) return;
    if (!this.ownsThings) this.thingMap = new Map(this.thingMap);
    this.ownsThings = true;
    this.thingMap.delete(id);
  }

  copy(): State {
    this.ownsPlaces = false;
    this.ownsThings = false;
    const copy = new State(this.placeMap, this.thingMap);
    copy.ownsPlaces = false;
    copy.ownsThings = false;
    return copy;
  }
}

/** Stands for a place that is set on paths on which a WARN_ON() fired: what such a path returns is no answer. */
export const WARNED = '#warned';

export const UNKNOWN: Because = { contract: 'unknown', role: 'unknown', at: 0 };

export function newThing(id: ThingId, kinds: KindSet, origin: Because, groups: readonly ThingId[] = []): Thing {
  const all = groups.includes(id) ? groups : [id, ...groups];
  return { kinds, byBit: 0, origin, removals: [], carried: false, groups: all.slice(0, MAX_GROUPS), held: NONE };
}

/** Bounds the history kept per thing; more would only lengthen a text nobody reads. */
export const MAX_REMOVALS = 6;
export const MAX_GROUPS = 8;

/** Keeps `keep` of the kinds; what goes because of the reserved bit is remembered in byBit. */
export function refine(thing: Thing, keep: KindSet, because: Because): Thing {
  const removed = thing.kinds & ~keep & ZONE_DEVICE;
  const kinds = thing.kinds & keep;
  if (because.class === 'reserved') return { ...thing, kinds, byBit: thing.byBit | removed };
  const byBit = thing.byBit & keep;
  const dropped = removed | (thing.byBit & ~keep);
  if (dropped === 0) return kinds === thing.kinds ? thing : { ...thing, kinds };
  // What is learnt of the page itself is not carried over from a neighbour.
  const carried = thing.carried && ((kinds | byBit) & ZONE_DEVICE) !== 0;
  return { ...thing, kinds, byBit, carried, removals: [...thing.removals, because].slice(-MAX_REMOVALS) };
}
