import { sameFlags } from './flag-sets.js';
import type { Evidence, Doubt, NullTest, State, AbstractPage, PageId, Value, Reference } from './state.js';

/**
 * When two states are the same. The fixpoint ends where nothing new comes out: a field that is not compared here would let it
 * end too early, and a test would be called safe that a page reaches. So the tables name every field of their type, and a
 * type that gains one does not compile until it is compared.
 */
type Comparers<T> = { readonly [Field in keyof Required<T>]: (a: T[Field], b: T[Field]) => boolean };

function comparing<T extends object>(comparers: Comparers<T>): (a: T, b: T) => boolean {
  const fields = Object.keys(comparers) as (keyof T)[];
  return (a, b) => {
    if (a === b) return true;
    for (const field of fields) if (!comparers[field](a[field], b[field])) return false;
    return true;
  };
}

function identical<T>(a: T, b: T): boolean {
  return a === b;
}

/** Compares what may be missing on either side. */
function whereGiven<T>(same: (a: T, b: T) => boolean): (a: T | undefined, b: T | undefined) => boolean {
  return (a, b) => a === b || (a !== undefined && b !== undefined && same(a, b));
}

function listOf<T>(same: (a: T, b: T) => boolean): (a: readonly T[], b: readonly T[]) => boolean {
  return (a, b) => {
    if (a === b) return true;
    if (a.length !== b.length) return false;
    for (const [index, one] of a.entries()) {
      const other = b[index];
      if (other === undefined || !same(one, other)) return false;
    }
    return true;
  };
}

const sameExtent = comparing<NonNullable<Evidence['condition']>>({ start: identical, end: identical });

export const sameEvidence = comparing<Evidence>({
  at: identical,
  contract: identical,
  role: identical,
  class: identical,
  path: identical,
  line: identical,
  text: identical,
  gives: identical,
  isDoubtful: identical,
  condition: whereGiven(sameExtent),
});

export const sameReference = comparing<Reference>({
  at: identical,
  kinds: identical,
  unit: identical,
  by: identical,
  via: identical,
});

export const sameReferences = listOf(sameReference);

const sameDoubt = comparing<Doubt>({ place: identical, keeper: identical, writer: identical, at: identical });

export const samePage = comparing<AbstractPage>({
  kinds: identical,
  cutByReservedBit: identical,
  fromNeighbour: identical,
  doubt: whereGiven(sameDoubt),
  origin: sameEvidence,
  cuts: listOf(sameEvidence),
  aliases: listOf(identical<PageId>),
  references: sameReferences,
});

const sameNullTest = comparing<NullTest>({
  of: identical,
  whenNonNull: identical,
  whenNull: identical,
  evidence: sameEvidence,
});

type Test = NonNullable<Value['test']>;

export function sameOperands(a: Test['operands'], b: Test['operands']): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [path, page] of a) if (!b.has(path) || b.get(path) !== page) return false;
  return true;
}

const sameTest = comparing<Test>({ expr: identical, operands: sameOperands });

export const sameAttribute = comparing<NonNullable<Value['attribute']>>({
  of: identical,
  contract: identical,
  asked: identical,
  certain: identical,
});

export const sameValue = comparing<Value>({
  page: identical,
  known: identical,
  number: identical,
  flags: sameFlags,
  nullTest: whereGiven(sameNullTest),
  test: whereGiven(sameTest),
  attribute: whereGiven(sameAttribute),
  doubt: whereGiven(sameDoubt),
});

export function sameState(a: State, b: State): boolean {
  if (a.paths.size !== b.paths.size || a.pages.size !== b.pages.size) return false;
  return sameEntries(a.paths, b.paths, sameValue) && sameEntries(a.pages, b.pages, samePage);
}

function sameEntries<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  same: (one: T, other: T) => boolean,
): boolean {
  if (a === b) return true;
  for (const [key, one] of a) {
    const other = b.get(key);
    if (other === undefined || !same(one, other)) return false;
  }
  return true;
}
