import { ZONE_DEVICE } from '@pageref/shared';
import type { Attribute, Effect, KindSet, Predicate } from '@pageref/shared';
import type { Expr } from '../../syntax/ir.js';
import type { Flags } from './flag-sets.js';

/**
 * The abstract state: which page each place names, and which kinds each page can be.
 * Several paths (a pfn, its page, its folio, its address) lead to the same page and share one abstract page, so that
 * what is learnt through one is known of all:
 *
 *     page = pfn_to_page(pfn);
 *     if (is_zone_device_page(page))
 *             return;
 *     use(pfn);                       no device page either
 */
export type PageId = string;

/** What decided a kind set: the source it came from or a refinement on the way. */
export interface Evidence {
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

/**
 * Who holds what: references that were taken on a page on the way to a place and not given back yet, per kind. It is a
 * may-analysis: a kind is in the set when there is a path on which the reference is still held for a page of that kind.
 */
export interface Reference {
  /** The call that took it, and the call it took it through for an inferred contract. */
  readonly by: string;
  readonly via: string;
  readonly at: number;
  readonly unit: NonNullable<Effect['unit']>;
  readonly kinds: KindSet;
}

export interface AbstractPage {
  readonly kinds: KindSet;
  /** ZONE_DEVICE kinds that a test of the reserved bit itself took out: they would be here if they lost the bit. */
  readonly cutByReservedBit: KindSet;
  readonly origin: Evidence;
  /** What took ZONE_DEVICE kinds out, in order. */
  readonly cuts: readonly Evidence[];
  /** What is known was learnt of another page of the same range (pfn + 1 of a walk). */
  readonly fromNeighbour: boolean;
  /** A call that may have put another page there, because an earlier one was handed the address; see `lend`. */
  readonly doubt: Doubt | undefined;
  /** Ids of the pages it is the same page as, or a neighbour of in one range. */
  readonly aliases: readonly PageId[];
  /** References taken on it on the way here and not given back on every path. */
  readonly references: readonly Reference[];
}

/** `keeper` was handed the address of `place`, and the call at `at` may have written there. */
export interface Doubt {
  readonly place: string;
  readonly keeper: string;
  readonly writer: string;
  /** Offset of the call that may have written. */
  readonly at: number;
}

const NONE: readonly Reference[] = [];

/** What a null test of a value says of its page. */
export interface NullTest {
  /** The page whose kinds the test tells, which need not be the value itself (a dev_pagemap looked up by pfn). */
  readonly of: PageId;
  readonly whenNonNull: KindSet;
  readonly whenNull: KindSet;
  readonly evidence: Evidence;
}

export interface Value {
  readonly page?: PageId;
  readonly known?: 'null' | 'nonnull';
  /** Integer value where it is known. */
  readonly number?: number;
  /** The flags of a word of flags, as far as they are known. */
  readonly flags?: Flags;
  readonly nullTest?: NullTest;
  /** The condition a boolean local was computed from, and the pages its operands named then. */
  readonly test?: { readonly expr: Expr; readonly operands: ReadonlyMap<string, PageId | undefined> };
  /** For the result of page_zone() and its like: the page it was asked of. */
  readonly attribute?: AskedAttribute;
  /** Of a null pointer: a call that may have put a page there all the same, see `lend`. */
  readonly doubt?: Doubt;
}

export interface AskedAttribute {
  readonly contract: string;
  readonly asked: Attribute;
  readonly of: PageId;
  /** False where the value may have come from elsewhere on another path: it then proves nothing of the page. */
  readonly certain: boolean;
}

/** A value of which every field is among `Known`: whoever adds one has to look at each function that takes such a value. */
type Knowing<Known extends keyof Value> = Value & { readonly [Field in Exclude<keyof Value, Known>]?: never };
type AnyValue = Knowing<'page' | 'known' | 'number' | 'flags' | 'nullTest' | 'test' | 'attribute' | 'doubt'>;

/** True when a value names a page that `is` says yes to. Asked of every place of a state, often: no copy is made. */
export function namesSome({ page, nullTest, attribute, test }: AnyValue, is: (id: PageId) => boolean): boolean {
  if (page !== undefined && is(page)) return true;
  if (nullTest !== undefined && is(nullTest.of)) return true;
  if (attribute !== undefined && is(attribute.of)) return true;
  if (test) for (const id of test.operands.values()) if (id !== undefined && is(id)) return true;
  return false;
}

/** True when a value names that page. */
export function namesIt({ page, nullTest, attribute, test }: AnyValue, id: PageId): boolean {
  if (page === id || nullTest?.of === id || attribute?.of === id) return true;
  if (test) for (const one of test.operands.values()) if (one === id) return true;
  return false;
}

/** The value with its pages under other names. */
export function renamedIn(value: AnyValue, renamed: (id: PageId) => PageId): Value {
  const { page, nullTest, attribute, test } = value;
  return {
    ...value,
    ...(page !== undefined && { page: renamed(page) }),
    ...(nullTest && { nullTest: { ...nullTest, of: renamed(nullTest.of) } }),
    ...(attribute && { attribute: { ...attribute, of: renamed(attribute.of) } }),
    ...(test && { test: { ...test, operands: renamedOperands(test.operands, renamed) } }),
  };
}

function renamedOperands(
  operands: ReadonlyMap<string, PageId | undefined>,
  renamed: (id: PageId) => PageId,
): ReadonlyMap<string, PageId | undefined> {
  return new Map([...operands].map(([path, of]) => [path, of === undefined ? undefined : renamed(of)]));
}

/**
 * Mutable while one node is evaluated; copied between nodes. Copies share their maps until one of them writes.
 * A page that nothing was learnt about is not in the map: `Pages` makes it on demand from its id.
 */
export class State {
  private ownsPaths = true;
  private ownsPages = true;

  constructor(
    private pathMap: Map<string, Value> = new Map<string, Value>(),
    private pageMap: Map<PageId, AbstractPage> = new Map<PageId, AbstractPage>(),
    /** Pages that some page of this state, or of one that it shares an origin with, was at some time in a group with. */
    private readonly inGroups: Set<PageId> = new Set<PageId>(),
  ) {}

  get paths(): ReadonlyMap<string, Value> {
    return this.pathMap;
  }

  get pages(): ReadonlyMap<PageId, AbstractPage> {
    return this.pageMap;
  }

  setPath(path: string, value: Value | undefined): void {
    if (!this.ownsPaths) this.pathMap = new Map(this.pathMap);
    this.ownsPaths = true;
    if (value) this.pathMap.set(path, value);
    else this.pathMap.delete(path);
  }

  /** False for a page that is surely in no group of another one. */
  mayBeInGroup(id: PageId): boolean {
    return this.inGroups.has(id);
  }

  /** Pages of a state that began elsewhere come in: a join of two ways that have no node in common. */
  takeGroupsOf(other: State): void {
    if (other.inGroups !== this.inGroups) for (const id of other.inGroups) this.inGroups.add(id);
  }

  setPage(id: PageId, page: AbstractPage): void {
    if (this.pageMap.get(id) === page) return;
    for (const other of page.aliases) if (other !== id) this.inGroups.add(other);
    if (!this.ownsPages) this.pageMap = new Map(this.pageMap);
    this.ownsPages = true;
    this.pageMap.set(id, page);
  }

  /** The page was made anew: what was known of the one before it is gone. */
  forgetPage(id: PageId): void {
    if (!this.pageMap.has(id)) return;
    if (!this.ownsPages) this.pageMap = new Map(this.pageMap);
    this.ownsPages = true;
    this.pageMap.delete(id);
  }

  copy(): State {
    this.ownsPaths = false;
    this.ownsPages = false;
    const copy = new State(this.pathMap, this.pageMap, this.inGroups);
    copy.ownsPaths = false;
    copy.ownsPages = false;
    return copy;
  }
}

/** Stands for a place that is set on paths on which a WARN_ON() fired: what such a path returns is no answer. */
export const WARNED = '#warned';

/** Stands in front of a local whose address a call was handed that may keep it. */
export const LENT = '#lent:';

export const UNKNOWN: Evidence = { contract: 'unknown', role: 'unknown', at: 0 };

export function newPage(id: PageId, kinds: KindSet, origin: Evidence, aliases: readonly PageId[] = []): AbstractPage {
  const all = aliases.includes(id) ? aliases : [id, ...aliases];
  const groupsKept = all.slice(0, MAX_ALIASES);
  return {
    kinds,
    cutByReservedBit: 0,
    origin,
    cuts: [],
    fromNeighbour: false,
    doubt: undefined,
    aliases: groupsKept,
    references: NONE,
  };
}

/** What the null test of a pointer says was known when it was set: it settles no doubt that has arisen since. */
export function refineByNullTest(page: AbstractPage, keep: KindSet, evidence: Evidence): AbstractPage {
  const { doubt } = page;
  return doubt ? { ...refine(page, keep, evidence), doubt } : refine(page, keep, evidence);
}

/** Bounds the history kept per page; more would only lengthen a text nobody reads. */
export const MAX_CUTS = 6;
export const MAX_ALIASES = 8;

/** Keeps `keep` of the kinds; what goes because of the reserved bit is remembered in cutByReservedBit. */
export function refine(page: AbstractPage, keep: KindSet, evidence: Evidence): AbstractPage {
  const removed = page.kinds & ~keep & ZONE_DEVICE;
  const kinds = page.kinds & keep;
  if (evidence.class === 'reserved') return { ...page, kinds, cutByReservedBit: page.cutByReservedBit | removed };
  const cutByReservedBit = page.cutByReservedBit & keep;
  const dropped = removed | (page.cutByReservedBit & ~keep);
  if (dropped === 0) return kinds === page.kinds ? page : { ...page, kinds };
  // What is learnt of the page itself is not carried over from a neighbour, nor from the page that was there before.
  const { fromNeighbour, doubt } =
    ((kinds | cutByReservedBit) & ZONE_DEVICE) === 0 ? { fromNeighbour: false, doubt: undefined } : page;
  return { ...page, kinds, cutByReservedBit, fromNeighbour, doubt, cuts: [...page.cuts, evidence].slice(-MAX_CUTS) };
}
