import { ZONE_DEVICE } from '@pageref/shared';
import type { Attribute, KindSet, Predicate } from '@pageref/shared';
import type { Expr } from '../../syntax/ir.js';
import type { Flags } from './flag-sets.js';
import type { Held } from './held.js';

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
  /** A call that may have put another page there, because an earlier one was handed the address; see `lend`. */
  readonly doubt: Doubt | undefined;
  /** Ids of the things it is the same page as, or a neighbour of in one range. */
  readonly groups: readonly ThingId[];
  /** References taken on it on the way here and not given back on every path. */
  readonly held: readonly Held[];
}

/** `keeper` was handed the address of `place`, and the call at `at` may have written there. */
export interface Doubt {
  readonly place: string;
  readonly keeper: string;
  readonly writer: string;
  /** Offset of the call that may have written. */
  readonly at: number;
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
  readonly attribute?: AskedAttribute;
  /** Of a null pointer: a call that may have put a page there all the same, see `lend`. */
  readonly doubt?: Doubt;
}

export interface AskedAttribute {
  readonly contract: string;
  readonly asked: Attribute;
  readonly of: ThingId;
  /** False where the value may have come from elsewhere on another path: it then proves nothing of the page. */
  readonly certain: boolean;
}

/** A value of which every field is among `Known`: whoever adds one has to look at each function that takes such a value. */
type Knowing<Known extends keyof Value> = Value & { readonly [Field in Exclude<keyof Value, Known>]?: never };
type AnyValue = Knowing<'thing' | 'known' | 'number' | 'flags' | 'nullTest' | 'test' | 'attribute' | 'doubt'>;

/** True when a value names a thing that `is` says yes to. Asked of every place of a state, often: no copy is made. */
export function namesSome({ thing, nullTest, attribute, test }: AnyValue, is: (id: ThingId) => boolean): boolean {
  if (thing !== undefined && is(thing)) return true;
  if (nullTest !== undefined && is(nullTest.of)) return true;
  if (attribute !== undefined && is(attribute.of)) return true;
  if (test) for (const id of test.operands.values()) if (id !== undefined && is(id)) return true;
  return false;
}

/** True when a value names that thing. */
export function namesIt({ thing, nullTest, attribute, test }: AnyValue, id: ThingId): boolean {
  if (thing === id || nullTest?.of === id || attribute?.of === id) return true;
  if (test) for (const one of test.operands.values()) if (one === id) return true;
  return false;
}

/** The value with its things under other names. */
export function renamedIn(value: AnyValue, renamed: (id: ThingId) => ThingId): Value {
  const { thing, nullTest, attribute, test } = value;
  return {
    ...value,
    ...(thing !== undefined && { thing: renamed(thing) }),
    ...(nullTest && { nullTest: { ...nullTest, of: renamed(nullTest.of) } }),
    ...(attribute && { attribute: { ...attribute, of: renamed(attribute.of) } }),
    ...(test && { test: { ...test, operands: renamedOperands(test.operands, renamed) } }),
  };
}

function renamedOperands(
  operands: ReadonlyMap<string, ThingId | undefined>,
  renamed: (id: ThingId) => ThingId,
): ReadonlyMap<string, ThingId | undefined> {
  return new Map([...operands].map(([place, of]) => [place, of === undefined ? undefined : renamed(of)]));
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

/** Stands in front of a local whose address a call was handed that may keep it. */
export const LENT = '#lent:';

export const UNKNOWN: Because = { contract: 'unknown', role: 'unknown', at: 0 };

export function newThing(id: ThingId, kinds: KindSet, origin: Because, groups: readonly ThingId[] = []): Thing {
  const all = groups.includes(id) ? groups : [id, ...groups];
  const groupsKept = all.slice(0, MAX_GROUPS);
  return { kinds, byBit: 0, origin, removals: [], carried: false, doubt: undefined, groups: groupsKept, held: NONE };
}

/** What the null test of a pointer says was known when it was set: it settles no doubt that has arisen since. */
export function refineByNullTest(thing: Thing, keep: KindSet, because: Because): Thing {
  const { doubt } = thing;
  return doubt ? { ...refine(thing, keep, because), doubt } : refine(thing, keep, because);
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
  // What is learnt of the page itself is not carried over from a neighbour, nor from the page that was there before.
  const { carried, doubt } = ((kinds | byBit) & ZONE_DEVICE) === 0 ? { carried: false, doubt: undefined } : thing;
  return { ...thing, kinds, byBit, carried, doubt, removals: [...thing.removals, because].slice(-MAX_REMOVALS) };
}
