import type { PageKind } from './page-kind.js';
import type { Release } from './release.js';

/** What a call says of the pages that it is given, and what it does with them. */

export type Answer = 'yes' | 'no' | 'maybe';

/** Per kind answer; kinds that are not named take `otherwise`. */
export interface PerKind {
  readonly yes?: readonly PageKind[];
  readonly no?: readonly PageKind[];
  readonly maybe?: readonly PageKind[];
  readonly otherwise: Answer;
}

/** What a call touches: an argument (zero-based), what it points to, the entries of an array, or the result. */
export interface Operand {
  readonly at: 'result' | number;
  /** `out`: `*argN` is written; `array`: argN[] entries; `field`: a member of *argN, named in `field`. */
  readonly through?: 'out' | 'array' | 'field';
  readonly field?: string;
}

/**
 * A boolean (or null / non-null, zero / non-zero) answer about the page behind an argument.
 * `class` says what question it answers:
 *  reserved      the PG_reserved bit itself
 *  zone-device   separates ZONE_DEVICE kinds from others (is_zone_device_page, get_dev_pagemap() != NULL, pte_devmap, ...)
 *  memory-type   the host's cacheability (pat_pfn_immune_to_uc_mtrr): keeps write-back dax out of "MMIO"
 *  range         the pfn lies in System RAM (page_is_ram, region_intersects, pfn_is_map_memory)
 *  valid         a struct page exists (pfn_valid)
 *  kind          any other property of the page (PageSlab, PageBuddy, is_zero_pfn, PageHWPoison, ...)
 */
export interface Predicate {
  readonly class: 'reserved' | 'zone-device' | 'memory-type' | 'range' | 'valid' | 'kind';
  readonly of: Operand;
  readonly answers: PerKind;
  /** When the true outcome is a return value other than non-zero / non-null: "zero" or "negative" or an error pointer. */
  readonly trueWhen?: 'nonzero' | 'zero';
}

/**
 * Which kinds a result (or out-parameter) can be.
 *  filter      takes an arbitrary pfn or pte and gives a page only for some kinds (pfn_to_online_page, vm_normal_page):
 *              a ZONE_DEVICE kind that it drops is `guarded`
 *  provenance  the page comes from somewhere that has only these kinds (alloc_pages, a ptdesc): `never-zone-device`
 */
export interface Source {
  readonly role: 'filter' | 'provenance';
  readonly result: Operand;
  readonly kinds: readonly PageKind[];
  /** Kinds of `kinds` that only come out from a release on; a resolved model has this applied already. */
  readonly kindsSince?: Readonly<Partial<Record<PageKind, Release>>>;
  /** The argument that names the same page (a pfn or pte): refined when the result is seen to be non-null, and the other way round. */
  readonly same?: Operand;
  readonly nullable?: boolean;
  readonly flags?: SourceFlags;
}

/** How the flags that a call is given narrow what a source gives. Flags that are not known narrow nothing. */
export interface SourceFlags {
  /** Index of the argument that holds them. */
  readonly at: number;
  /** Kinds that only come where the flag may be set. */
  readonly needed: readonly FlaggedKinds[];
  /** Kinds that never come where the flag is set for sure. */
  readonly refused: readonly FlaggedKinds[];
}

export interface FlaggedKinds {
  readonly flag: string;
  readonly kinds: readonly PageKind[];
}

/** Words of flags: constants with a bit of their own each. */
export interface FlagWords {
  readonly names: readonly string[];
  /** What numbers stand for, where code writes them: 1 for "write". */
  readonly numbers: Readonly<Record<number, string>>;
  readonly evidence: readonly string[];
}

/** The result denotes the same page as an argument (pfn_to_page, page_folio, page_address, __pa, PHYS_PFN ...). */
export interface Conversion {
  readonly from: Operand;
  readonly to: Operand;
  /**
   * What the argument tells about the page by its nature; `address` conversions (virt_to_page) look at the argument's C type,
   * `user-pte` ones give what user page tables can hold, `kernel-pte` what kernel page tables hold.
   */
  readonly origin?: 'address' | 'pte' | 'none';
  /** Computed from a number or an address: never NULL, whatever it is given. */
  readonly nonNull?: boolean;
}

/** One effect on counts or flags of the page behind an operand. */
export interface Effect {
  readonly does:
    | 'acquire'
    | 'release'
    | 'transfer'
    | 'set-count'
    | 'dirty'
    | 'accessed'
    | 'set-reserved'
    | 'clear-reserved'
    | 'free'
    | 'map'
    | 'flush'
    | 'pgmap-register';
  readonly on: Operand;
  readonly unit?: 'reference' | 'pin' | 'pgmap-reference';
  /** In words, as the fact table has it: "1 on head page", "arg1". */
  readonly count?: string;
  /** For which kinds it happens (kvm_release_pfn_clean skips reserved pages); all kinds where it is left out. */
  readonly kinds?: PerKind;
  /** `always`, or the outcome on which the effect happens, in the words of the fact table ("ret > 0", "returns non-NULL"). */
  readonly when: string;
}

/**
 * What must hold for an argument, used backwards: code that goes on to this operation takes the page to be of these kinds.
 *  boot-memory   only for memblock memory (free_reserved_page, put_page_bootmem, free_bootmem_page)
 *  owner-free    frees or splits memory of the buddy or slab allocator as its owner (__free_pages, kfree, pagetable_free, split_page)
 *  held          somebody holds a reference or pin
 *  struct-page   pfn_valid and an initialised struct page
 */
export interface Precondition {
  readonly of: Operand;
  readonly needs: 'boot-memory' | 'owner-free' | 'held' | 'struct-page';
  readonly text: string;
}

/** A function that calls back with pfns or ranges of known kinds (walk_system_ram_range). */
export interface CallbackSource {
  /** Index of the function-pointer argument. */
  readonly callback: number;
  /** Parameter of the callback that names the page, pfn or resource. */
  readonly parameter: number;
  readonly kinds: readonly PageKind[];
}

/** Attribute of a page that code compares with something else: page_zone(page) != zone, page_zonenum(page) == ZONE_DEVICE. */
export interface Attribute {
  readonly of: Operand;
  readonly what: 'zone' | 'zone-number' | 'pgmap';
  /** Constant that a device page's attribute equals: `page_zonenum(page) == ZONE_DEVICE`. */
  readonly deviceConstant?: string;
}
