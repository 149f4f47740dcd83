import type {
  Answer,
  Attribute,
  CallbackSource,
  Conversion,
  Effect,
  FlagWords,
  Precondition,
  Predicate,
  Source,
} from './effects.js';
import type { IdleCount, PagemapModel } from './pagemap.js';
import type { PageKind } from './page-kind.js';
import type { OwnedUnit } from './ownership.js';
import type { Release, ReleaseRange } from './release.js';

/**
 * The vocabulary of the model: what can be said of a kernel name in a range of releases.
 * An entry is a fact about one C identifier; its facets say what an analysis may conclude from a use of it.
 * All of it is plain data (JSON-shaped), so that tools outside this project can read it.
 */

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
