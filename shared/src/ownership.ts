import type { Operand } from './effects.js';
import type { ReleaseRange } from './release.js';

/**
 * Who owns what after a call: the vocabulary of the reference analysis. All of it is plain data. A taking makes the caller
 * owe one give-back of the same unit; the outcome says when.
 */

/** What is owed. What one unit takes is given back by a counterpart of the same unit. */
export type OwnedUnit =
  'reference' | 'pin' | 'page' | 'fragment' | 'page-pool' | 'pgmap-reference' | 'kvm-map' | 'lock';

/**
 * What a caller can tell of a call afterwards. Of a number its sign; of a pointer `negative` is an error pointer, `zero` NULL
 * and `positive` a pointer that can be followed; of a boolean `positive` is true.
 */
export type Sign = 'negative' | 'zero' | 'positive';

export type Outcome = 'always' | Sign;

export interface OwnershipAct {
  /** `hand-over`: the callee, or what it was given, is the owner from then on. `borrow`: it is not, whatever its name says. */
  readonly does: 'take' | 'drop' | 'hand-over' | 'borrow';
  readonly unit: OwnedUnit;
  readonly on: Operand;
  readonly when: Outcome;
  /** A drop that may not be given NULL. */
  readonly refusesNull?: boolean;
  /** A drop that leaves an error pointer alone. */
  readonly acceptsError?: boolean;
  /** The page is named by the kernel address of its memory, and not by its structure. */
  readonly as?: 'address';
  /** How many pages are taken or given back as one block, as the power of two: one page, or what an argument says. */
  readonly order?: 'zero' | { readonly at: number };
  /** A hand-over to what only lists the pages, by the argument that it is: once that is freed they are the caller's to give back. */
  readonly listedBy?: number;
  /** A drop of a page whose count has gone to zero before. */
  readonly frozen?: boolean;
  /** A lock that somebody else may give back who finds the page by himself: the end of a read unlocks what it was started for. */
  readonly elsewhere?: boolean;
  /** Where the call does it only if asked to: an argument with one of these flags, and with none of the others. */
  readonly asked?: { readonly at: number; readonly by: readonly string[]; readonly unless: readonly string[] };
  /** A function's own drop, by calls of several units: which of them it is depends on what it is given. */
  readonly isMixed?: boolean;
}

/** What one name does to references, locks and pages it is handed or hands out, in a range of releases. */
export interface OwnershipEntry {
  readonly name: string;
  readonly range: ReleaseRange;
  /** `tree:path:line#token`, where the fact was read. */
  readonly evidence: readonly string[];
  readonly acts: readonly OwnershipAct[];
}

/** How code tells an error from a value: `IS_ERR(page)`. */
export interface ErrorTest {
  readonly name: string;
  /** Signs of the argument for which the test is true. */
  readonly signs: readonly Sign[];
}

/** What the reference analysis knows in one release. */
export interface OwnershipModel {
  readonly acts: ReadonlyMap<string, readonly OwnershipAct[]>;
  readonly errorTests: readonly ErrorTest[];
  /** Calls whose result is an error pointer. */
  readonly errorPointers: readonly string[];
  /** Calls that give the code of an error pointer; `orZero`: zero for any other pointer. */
  readonly errorCodes: readonly { readonly name: string; readonly orZero: boolean }[];
  /** Constants that stand for an error where a page or pfn is expected. */
  readonly errorValues: readonly string[];
  /** The sign of a constant that the code at hand defines: an enumerator, a macro; undefined for any other name. */
  readonly signOfConstant: (name: string) => Sign | undefined;
  /** Codes that are no error: the operation goes on, and so does what it was given. */
  readonly pendingCodes: readonly string[];
  /** Calls whose result is one more name of the page they are given: its address on a bus, the page behind its number. */
  readonly mappings: ReadonlySet<string>;
  /** Calls that give the same answer whenever they are given the same value. */
  readonly conversions: ReadonlySet<string>;
  /** Calls that give the address space in which a page can be looked up. */
  readonly mappingsOf: ReadonlySet<string>;
  /** Calls that make single pages of a block. */
  readonly splits: ReadonlySet<string>;
  /** Calls whose result is an object made of the pages they are given, or NULL, and then the pages are left alone. */
  readonly objectMakers: ReadonlySet<string>;
  /** Calls whose result is never NULL. */
  readonly neverNull: ReadonlySet<string>;
  /** Calls that use a page and leave it to its owner, by name and by how the name begins. */
  readonly borrowers: NameFamilies;
  /** Calls that free memory that is no page of its own, with the argument that is freed: kfree(). */
  readonly frees: ReadonlyMap<string, number>;
  /** Calls that hand out memory by their result: zeroes, or whatever was there before. */
  readonly memory: ReadonlyMap<string, 'raw' | 'zeroed'>;
  /** The argument that says how many pages a call fills a table with or gives back from one, and what it gives where it got none. */
  readonly counted: ReadonlyMap<string, { readonly at: number; readonly none?: Sign }>;
  /** Calls that fill a table of pages and say in bytes how far they got: the arguments with the table, and with the most pages. */
  readonly byBytes: ReadonlyMap<string, { readonly table: number; readonly most: number }>;
  /** Methods that are called with the page in this argument locked and unlock it, unless they return the named value. */
  readonly lockedMethods: ReadonlyMap<string, { readonly at: number; readonly unless: string | undefined }>;
  /** Calls that are given a function, which they call in the same way: the arguments with the function, and with its page. */
  readonly lockedCallbacks: ReadonlyMap<
    string,
    { readonly given: number; readonly at: number; readonly unless: string | undefined }
  >;
  /** Calls that say of a network buffer, in this argument, that its pages go back to their page pool. */
  readonly recycling: ReadonlyMap<string, number>;
  /** Calls that take a page, in this argument, out of its page pool and leave its reference to the caller. */
  readonly detaching: ReadonlyMap<string, number>;
  /** Calls that read or write what the page structure holds, the page being their first argument. */
  readonly readers: NameFamilies;
  /** Calls that count references down by themselves; who calls them may hold the page in another way. */
  readonly counters: NameFamilies;
}

/** Names, and beginnings of names that macros generate. */
export interface NameFamilies {
  readonly names: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}
