import type { PageKind } from './page-kind.js';
import type { OwnedUnit } from './ownership.js';
import type { Release, ReleaseRange } from './release.js';

/**
 * The vocabulary of the model: what can be said of a kernel name in a range of releases.
 * An entry is a fact about one C identifier; its facets say what an analysis may conclude from a use of it.
 * All of it is plain data (JSON-shaped), so that tools outside this project can read it.
 */

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

/** What a parameter is for, so that signatures of several releases can be compared. */
export type ParameterRole =
  | 'task'
  | 'mm'
  | 'vma'
  | 'vmf'
  | 'start'
  | 'nr'
  | 'flags'
  | 'write'
  | 'force'
  | 'pages'
  | 'vmas'
  | 'locked'
  | 'entry'
  | 'pfn';

/** The parameters of a name in the release of the model, and those that it has in others. */
export interface Signatures {
  readonly own: readonly ParameterRole[];
  readonly others: readonly (readonly ParameterRole[])[];
}

export type NameForm = 'function' | 'static-inline' | 'macro' | 'callback';

/** Everything the model knows of one name in one range of releases. */
export interface ModelEntry {
  readonly name: string;
  readonly form: NameForm;
  readonly range: ReleaseRange;
  /** `tree:path:line#token`, where the fact was read (facts tables), or a commit. */
  readonly evidence: readonly string[];
  /** One sentence for hovers and `pageref api`. */
  readonly summary: string;
  /**
   * The fact table's word for what a call does to references, where the other facets do not say it: a test of the count,
   * a result that is only good while somebody holds a reference.
   */
  readonly references?: 'acquire' | 'release' | 'test' | 'require-ref' | 'none';
  readonly predicate?: Predicate;
  readonly sources?: readonly Source[];
  readonly conversion?: Conversion;
  readonly effects?: readonly Effect[];
  readonly preconditions?: readonly Precondition[];
  readonly callback?: CallbackSource;
  readonly attribute?: Attribute;
  /** Names that undo the effect, present in the same releases. */
  readonly counterparts?: readonly string[];
  readonly replacedBy?: string;
  /** The fact table's own words, kept for people. */
  readonly zoneDevice?: string;
  readonly context?: string;
}

/** A macro that reports a condition (BUG_ON) or evaluates to it (WARN_ON). */
export interface AssertionMacro {
  readonly name: string;
  readonly range: ReleaseRange;
  /** Index of the condition argument; none for might_sleep() and the like. */
  readonly condition?: number;
  /** What the whole expression is worth: the condition, or nothing. */
  readonly value: 'condition' | 'none';
  /** After it the condition is known false (BUG_ON); debug-only ones (VM_BUG_ON) prove nothing. */
  readonly proves: boolean;
}

/** `for_each_valid_pfn(pfn, start, end)`: argument `variable` runs through a range that starts at argument `from`. */
export interface RangeLoop {
  readonly name: string;
  readonly variable: number;
  readonly from: number;
}

/** Names that a parser without a preprocessor must know, by what they do to the syntax. */
export interface SyntaxMacros {
  /** Attribute-like words to blank (`__init`, `__user`, `noinline`). */
  readonly attributes: readonly string[];
  /** Attribute-like words with a parenthesised argument to blank (`__releases(x)`, `__printf(1, 2)`). */
  readonly attributeCalls: readonly string[];
  /** Loop macros beside those that start with for_each_ or contain _for_each. */
  readonly loops: readonly string[];
  /** Macros that stand at file scope and declare or define something. */
  readonly definitions: readonly string[];
  /** Transparent wrappers: value is their argument (likely, unlikely, READ_ONCE, data_race). */
  readonly transparent: readonly string[];
  /** Macros whose value is one of their arguments (min, max, clamp). */
  readonly choosers: readonly string[];
  /** Reads that the compiler may not merge (READ_ONCE): two of them may give different values. */
  readonly volatileReads: readonly string[];
  readonly rangeLoops: readonly RangeLoop[];
  /** Macros that store their second argument in their first. */
  readonly stores: readonly string[];
  /** Macros that exchange their two arguments. */
  readonly swaps: readonly string[];
  /** Calls that do not return (BUG, panic, unreachable). */
  readonly noReturn: readonly string[];
  /** Calls that may return more than once (setjmp): nothing is known of the way to the statement behind them. */
  readonly returnsTwice: readonly string[];
  /** Macros that stand for inline assembly, with its operands (asm_volatile_goto). */
  readonly asm: readonly string[];
  /** Macros whose last argument is a label they jump to (unsafe_get_user). */
  readonly jumpsToLast: readonly string[];
}

/** Names that neither count references nor keep what they are handed. */
export interface UncountedNames {
  readonly names: readonly string[];
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** Calls that print: they write nothing that they are given. A name counts that begins with a prefix, too. */
export interface LogCalls extends UncountedNames {
  readonly prefixes: readonly string[];
}

/**
 * A C type that tells what page an expression of that type names: `struct ptdesc *`, `pte_t *`, `struct resource`.
 * `object`: the pointer itself points into kernel memory of these kinds (virt_to_page of it);
 * `page`: a value of the type stands for the page (a ptdesc).
 */
export interface TypeProvenance {
  /** Base type name without qualifiers, `struct` and stars: "ptdesc", "pte_t". */
  readonly type: string;
  readonly gives: 'page' | 'object';
  readonly kinds: readonly PageKind[];
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** The C types whose values stand for a page as such, and members that lead from one to another. */
export interface PageTypes {
  /** Base type names: a pointer to one of them says nothing of where the page comes from. */
  readonly names: readonly string[];
  /** `folio->page` is the page of the folio. */
  readonly members: readonly { readonly type: string; readonly field: string }[];
  /** Types of the entries of page tables: what tells device pages apart by one of these is in the model. */
  readonly entries: readonly string[];
  /** Conversions that give the struct page of a pfn, an address or an entry of a page table. */
  readonly fromNumbers: readonly string[];
  /** Those among them that take a pfn or a physical address, which no page table vouches for. */
  readonly fromPfns: readonly string[];
}

/** A test of a flag word that restricts the range an object describes: `(res->flags & IORESOURCE_SYSTEM_RAM) == ...`. */
export interface FlagGuard {
  readonly type: string;
  readonly member: string;
  readonly mask: string;
  /** Members that give addresses or pfns inside the range ("start", "end"). */
  readonly rangeMembers: readonly string[];
  readonly kinds: readonly PageKind[];
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** One situation in which code needs another test, and the idiom to use in a release (facts/zone-device-checks.tsv). */
export interface Idiom {
  readonly situation: string;
  readonly release: string;
  readonly idiom: string;
  readonly header: string;
  readonly precondition: string;
  readonly why: string;
  readonly evidence: readonly string[];
}

/** The names that quick fixes write. */
export interface Replacements {
  /** Tests for ZONE_DEVICE by the type they take; the first one that the tree has is used. */
  readonly zoneDeviceTests: readonly { readonly type: 'page' | 'folio'; readonly name: string }[];
  /** What the named tests of the reserved bit take. */
  readonly testTypes: Readonly<Record<string, 'page' | 'folio'>>;
  readonly pageToPfn: string;
  readonly pfnToPage: string;
  readonly pfnValid: string;
  /** Gives the page of a pfn only where that is online RAM. */
  readonly onlinePage: string;
  /** What gives one page back, by what was taken of it. */
  readonly releases: { readonly reference: string; readonly pin: string };
}

/** A call that gives back what was taken, as a person writes it. */
export interface GiveBack {
  readonly name: string;
  readonly unit: OwnedUnit;
  /** How its argument names what is given back: by its structure, by the address of its memory, as a table. */
  readonly of: 'page' | 'folio' | 'pages' | 'address' | 'pgmap';
  /** One page, or as many as an argument says; left out where the block knows its size. */
  readonly order?: 'zero' | 'given';
  /** `it` is what is given back, `pool` the first argument of the call that took it, `count` the number of pages of a table. */
  readonly args: readonly ('it' | 'count' | 'order' | 'pool' | 'false')[];
}

/** What one page kind is like in a range of releases (facts/page-kinds.tsv); the columns are kept as the expert wrote them. */
export interface PageKindFacts {
  readonly kind: PageKind;
  readonly title: string;
  readonly range: ReleaseRange;
  readonly structPage: string;
  readonly pfnValid: string;
  readonly reserved: Answer;
  readonly reservedText: string;
  readonly refcounted: string;
  readonly idleCount: string;
  readonly gup: string;
  readonly longtermPin: string;
  readonly online: string;
  readonly vmNormalPage: string;
  readonly cpuAccess: string;
  readonly freedBy: string;
  readonly notes: string;
  readonly evidence: readonly string[];
}

/** An upstream change that alters the semantics (facts/history.tsv). */
export interface HistoryEntry {
  readonly release: string;
  readonly commit: string;
  readonly subject: string;
  readonly effect: string;
  readonly basis: string;
  readonly evidence: readonly string[];
}

/** How the reserved bit itself can be written in C. */
export interface ReservedBitNames {
  /** Tests of the bit: PageReserved, folio_test_reserved. */
  readonly tests: readonly string[];
  /** Functions that set or clear it. */
  readonly setters: readonly string[];
  readonly clearers: readonly string[];
  /** The bit number: PG_reserved. */
  readonly bit: string;
  /** Bit operations by what they do with a bit number as first argument. */
  readonly bitTests: readonly string[];
  readonly bitSetters: readonly string[];
  readonly bitClearers: readonly string[];
}

/** The model of one release: at most one entry per name. */
export interface ResolvedModel {
  readonly release: Release;
  readonly entries: ReadonlyMap<string, ModelEntry>;
  readonly kinds: ReadonlyMap<PageKind, PageKindFacts>;
  readonly assertions: ReadonlyMap<string, AssertionMacro>;
  readonly syntax: SyntaxMacros;
  readonly types: readonly TypeProvenance[];
  readonly pageTypes: PageTypes;
  readonly flagGuards: readonly FlagGuard[];
  readonly reservedBit: ReservedBitNames;
  readonly pagemap: PagemapModel;
  readonly memmap: MemmapNames;
  readonly userPages: UserPageNames;
  readonly deviceCounts: DeviceCounts;
  readonly plainBlocks: PlainBlocks;
  readonly rawMappings: RawMappings;
  readonly flagWords: FlagWords;
  /** True where a pin of the zero page is counted as one of any other page is. */
  readonly pinsZeroPage: boolean;
  /** Names that leave the references of what they are handed alone. */
  readonly uncounted: ReadonlySet<string>;
  readonly logCalls: LogCalls;
  /** By name, where releases differ: a call with another number of arguments is of another release. */
  readonly signatures: ReadonlyMap<string, Signatures>;
  /** Names that take or drop references in another release, and are not there in this one. */
  readonly otherReleases: ReadonlyMap<string, ReleaseRange>;
  /** What a user added, for every release; it is in `entries` as far as it holds. */
  readonly user: readonly ModelEntry[];
}

/** A test that says that a struct page exists, and nothing of what is in it. */
export interface MemmapName {
  readonly name: string;
  /** What its argument is: a pfn, or a section that was looked up from one (or its number). */
  readonly of: 'pfn' | 'section';
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** Names around the memory map. */
export interface MemmapNames {
  readonly existence: readonly MemmapName[];
  /** From a pfn to its section, or to the number of that. */
  readonly sections: readonly string[];
  /** Whoever mentions one of these knows more of a pfn than that it is valid. */
  readonly vouchers: readonly string[];
  /** Marks of functions that run at boot only. */
  readonly bootOnly: readonly string[];
  /** Calls that print a page, mostly where something is wrong with it already. */
  readonly dumps: readonly string[];
  /** C types of numbers that count bytes of physical memory, or come from outside of the kernel. */
  readonly outsideTypes: readonly string[];
  /** Calls that write a number that somebody outside has given to where one of their arguments points. */
  readonly parsers: readonly string[];
}

/** A member of `enum memory_type` in a range of releases. */
export interface PagemapType {
  /** The enumerator: MEMORY_DEVICE_PRIVATE. */
  readonly type: string;
  readonly kind: PageKind;
  readonly range: ReleaseRange;
  /** Members of the ops table without which the registration is refused, or the first freed page is lost. */
  readonly needs: readonly string[];
  /** What happens where one of these members is missing. */
  readonly without?: 'refused' | 'lost';
  /** The only call that may register the type: it makes the pgmap a member of a structure that others look for around it. */
  readonly madeBy?: { readonly api: string; readonly struct: string };
  readonly evidence: readonly string[];
}

/** The reference count of an idle page of a kind; `PageKindFacts.idleCount` says more about it in words. */
export interface IdleCount {
  readonly kind: PageKind;
  readonly range: ReleaseRange;
  readonly count: 0 | 1;
}

/** A function that registers a pgmap of a type of its own choice. */
export interface PagemapApi {
  readonly name: string;
  readonly type: string;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

export interface PagemapRemoval {
  readonly range: ReleaseRange;
  /** Who kills the counter and waits, in words. */
  readonly text: string;
  readonly evidence: readonly string[];
}

export interface PagemapBus {
  /** Base name of a C structure whose presence tells the bus. */
  readonly type: string;
  readonly bus: string;
  /** True where the device can go without the driver having been asked. */
  readonly surprise: boolean;
}

/** What a registration of a pgmap means in one release. */
/** Names that are of one kind from some release on. */
export interface NamesInRange {
  readonly names: readonly string[];
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** A call with the argument that names the page, a pfn included. */
export interface ArgumentName {
  readonly name: string;
  readonly at: number;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** A call that looks up what a raw mapping holds, with the arguments it writes through. */
export interface RawLookup {
  readonly name: string;
  readonly out: readonly number[];
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** Mappings of raw pfns, which count no reference on what they map. */
export interface RawMappings {
  readonly lookups: readonly RawLookup[];
  readonly givesPfn: readonly string[];
  readonly unlocks: readonly string[];
  readonly revalidation: readonly string[];
  readonly counted: readonly string[];
  readonly areas: readonly string[];
  /** The flag of such an area, its member that is a pfn only where its driver says so, and that which tells the driver. */
  readonly flag: string;
  readonly offset: string;
  readonly ops: string;
  /** The member that the flag is in, calls that set it (the area is their first argument, the flags their second). */
  readonly flags: string;
  readonly setters: readonly string[];
  /** The method of an area that is asked for a page, and the member of what it is given that holds its answer. */
  readonly fault: string;
  readonly page: string;
}

/** An allocator of blocks, with the arguments that hold its flags and its order. */
export interface BlockMaker {
  readonly name: string;
  readonly flags: number;
  readonly order: number;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** An allocator of memory for DMA, with the argument that points to where the address for the device goes. */
export interface DmaMaker {
  readonly name: string;
  readonly handle: number;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** Memory of several pages that need not be counted one by one. */
export interface PlainBlocks {
  readonly makers: readonly BlockMaker[];
  readonly dmaMakers: readonly DmaMaker[];
  /** The flag that makes a block one page as far as counts go. */
  readonly compound: string;
  /** Allocators of blocks that set the flag themselves. */
  readonly compoundMakers: readonly string[];
  /** True where a call that frees a block by its order only puts one that is compound. */
  readonly putsCompound: boolean;
  readonly counting: readonly string[];
  readonly counted: readonly { readonly name: string; readonly at: number }[];
}

/** What code rests on the count of idle device pages. */
export interface DeviceCounts {
  /** Calls that read the count of their first argument, and calls that set it. */
  readonly readers: readonly string[];
  readonly setters: readonly string[];
  /** Calls that are not for a page whose count is 0. */
  readonly needCount: readonly ArgumentName[];
  /** Calls whose page table entries name no struct page. */
  readonly specialMaps: readonly ArgumentName[];
  /**
   * Memory of a provider: what registers it, what names its start by the same two arguments, and what hands it out;
   * the kind of its pages.
   */
  readonly resource: {
    readonly api: string;
    readonly start: string;
    readonly source: string;
    readonly kind: PageKind;
  };
  /** The idle counts of all releases: code may be written for another one. */
  readonly everIdle: readonly IdleCount[];
}

/** A call that sets the dirty bit of its first argument, a page or folio, without telling the mapping. */
export interface BareDirtySetter {
  readonly name: string;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** Pages of user memory, which may be those of a file. */
export interface UserPageNames {
  readonly sources: readonly string[];
  readonly bareDirty: readonly string[];
  /** Questions whether a page is anonymous. */
  readonly anonymous: readonly string[];
  readonly longTerm: LongTermPins;
}

/** Pins that last, and what shows that they do. */
export interface LongTermPins {
  /** The flag that asks for pages that may be pinned for long. */
  readonly flag: string;
  readonly pins: ReadonlyMap<string, PinCall>;
  /** Calls that enter an object where it is looked up later, by name, with the argument that leads to it. */
  readonly indexes: ReadonlyMap<string, number>;
  /** Calls after which the pages are let go when their memory changes. */
  readonly notified: readonly string[];
}

/** The arguments of a call that pins pages: its flags, and what is filled with the pages. */
export interface PinCall {
  readonly flags: number;
  readonly filled: number;
}

/** A call by which an object is found again, as long as nobody takes it out. */
export interface IndexCall {
  readonly name: string;
  /** The argument that leads to the object. */
  readonly at: number;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** A member of a dev_pagemap that holds the first and last address of its memory. */
export interface PagemapRange {
  readonly field: string;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

export interface PagemapModel {
  readonly names: {
    readonly pagemap: string;
    readonly type: string;
    readonly ops: string;
    readonly opsTable: string;
    /** How the names of calls begin whose registration ends with the device. */
    readonly managed: readonly string[];
  };
  /** Members of a pgmap that hold the memory it covers. */
  readonly ranges: readonly PagemapRange[];
  readonly types: readonly PagemapType[];
  readonly apis: readonly PagemapApi[];
  readonly idleCounts: readonly IdleCount[];
  readonly removal: string;
  readonly buses: readonly PagemapBus[];
}
