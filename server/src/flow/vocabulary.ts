import type {
  AssertionMacro,
  Attribute,
  FlagGuard,
  PageTypes,
  RangeLoop,
  ReleaseRange,
  ReservedBitNames,
  ResolvedModel,
  TypeProvenance,
} from '@pageref/shared';
import { kindSet } from '@pageref/shared';
import type { Expr } from '../syntax/ir.js';
import type { CfgVocabulary } from './cfg/cfg.js';
import type { ContractLookup, PredicateRow } from './contract.js';

/** Names a file gives to the reserved bit: `#define reserved (1UL << PG_reserved)`, `PT_reserved = PG_reserved`. */
export interface BitAliases {
  readonly bits: ReadonlySet<string>;
  readonly masks: ReadonlySet<string>;
}

export const NO_ALIASES: BitAliases = { bits: new Set(), masks: new Set() };

/** A test of the reserved bit in an expression: its form and the expression that names the page. */
export interface ReservedTest {
  readonly form: string;
  readonly page: Expr | undefined;
}

/** What the analysis knows by name in one release. */
export interface ReleaseVocabulary {
  readonly assertions: ReadonlyMap<string, AssertionMacro>;
  readonly transparent: ReadonlySet<string>;
  readonly noReturn: ReadonlySet<string>;
  readonly returnsTwice: ReadonlySet<string>;
  readonly jumpsToLast: ReadonlySet<string>;
  /** Macros whose value is one of their arguments (min, max, clamp): the result lies in the same range. */
  readonly choosers: ReadonlySet<string>;
  readonly volatileReads: ReadonlySet<string>;
  readonly swaps: ReadonlySet<string>;
  readonly stores: ReadonlySet<string>;
  /** Loop macros that count a pfn through a range. */
  readonly rangeLoops: ReadonlyMap<string, RangeLoop>;
  /** Constants that name the zone of device pages, with the attribute they are a value of. */
  readonly deviceConstants: ReadonlyMap<string, Attribute>;
  readonly reserved: ReservedBitNames;
  readonly reservedRow: PredicateRow;
  readonly types: ReadonlyMap<string, TypeProvenance>;
  readonly flagGuards: readonly FlagGuard[];
  readonly pageTypes: PageTypes;
  /** Constants that are flags, and what numbers stand for among them. */
  readonly flagWords: { readonly names: ReadonlySet<string>; readonly numbers: ReadonlyMap<number, string> };
  /** Names that leave the references of what they are handed alone. */
  readonly uncounted: ReadonlySet<string>;
  /** Calls that print, and write nothing of what they are given. */
  readonly isLog: (name: string) => boolean;
  /** Names that count references in releases other than this one. */
  readonly otherReleases: ReadonlyMap<string, ReleaseRange>;
}

/** What the names of one file mean to the analysis: those of the release, and the file's own names for the bit. */
export interface Vocabulary extends ReleaseVocabulary, CfgVocabulary {
  readonly aliases: BitAliases;
  readonly matchReserved: (expr: Expr) => ReservedTest | undefined;
}

export function releaseVocabulary(model: ResolvedModel, contractOf: ContractLookup): ReleaseVocabulary {
  const row = model.reservedBit.tests.map((name) => contractOf(name)?.predicate).find((found) => found !== undefined);
  return {
    assertions: model.assertions,
    transparent: new Set(model.syntax.transparent.filter((name) => !model.syntax.volatileReads.includes(name))),
    volatileReads: new Set(model.syntax.volatileReads),
    swaps: new Set(model.syntax.swaps),
    stores: new Set(model.syntax.stores),
    deviceConstants: deviceConstants(model),
    rangeLoops: new Map(model.syntax.rangeLoops.map((loop) => [loop.name, loop])),
    noReturn: new Set(model.syntax.noReturn),
    returnsTwice: new Set(model.syntax.returnsTwice),
    jumpsToLast: new Set(model.syntax.jumpsToLast),
    choosers: new Set(model.syntax.choosers),
    reserved: model.reservedBit,
    reservedRow: row ?? { class: 'reserved', of: { at: 0 }, whenTrue: kindSet([]), whenFalse: kindSet([]) },
    types: new Map(model.types.map((type) => [type.type, type])),
    flagGuards: model.flagGuards,
    pageTypes: model.pageTypes,
    flagWords: {
      names: new Set(model.flagWords.names),
      numbers: new Map(Object.entries(model.flagWords.numbers).map(([number, name]) => [Number(number), name])),
    },
    uncounted: model.uncounted,
    isLog: logTest(model),
    otherReleases: model.otherReleases,
  };
}

function logTest({ logCalls, entries }: ResolvedModel): (name: string) => boolean {
  const names = new Set(logCalls.names);
  const begins = (name: string): boolean => logCalls.prefixes.some((prefix) => name.startsWith(prefix));
  return (name) => !entries.has(name) && (names.has(name) || begins(name));
}

function deviceConstants(model: ResolvedModel): Map<string, Attribute> {
  const found = new Map<string, Attribute>();
  for (const { attribute } of model.entries.values()) {
    if (attribute?.what === 'zone' && attribute.deviceConstant !== undefined)
      found.set(attribute.deviceConstant, attribute);
  }
  return found;
}

/** The vocabulary of one file: the release's, with the file's own names for the bit. */
export function fileVocabulary(release: ReleaseVocabulary, aliases: BitAliases): Vocabulary {
  const matchReserved = (expr: Expr): ReservedTest | undefined => reservedTest(expr, release.reserved, aliases);
  return { ...release, aliases, matchReserved, isTest: (expr) => matchReserved(expr) !== undefined };
}

function reservedTest(expr: Expr, names: ReservedBitNames, aliases: BitAliases): ReservedTest | undefined {
  if (expr.op === 'call' && expr.name !== undefined) {
    if (names.tests.includes(expr.name)) return { form: expr.name, page: expr.args[0] };
    const [bit, flags] = expr.args;
    if (names.bitTests.includes(expr.name) && bit && isBit(bit, names, aliases)) {
      return { form: 'raw-bit', page: flags && flagsOwner(flags) };
    }
  }
  if (expr.op === 'binary' && expr.operator === '&') {
    if (isMask(expr.right, names, aliases)) return { form: 'raw-bit', page: flagsOwner(expr.left) };
    if (isMask(expr.left, names, aliases)) return { form: 'raw-bit', page: flagsOwner(expr.right) };
  }
  return undefined;
}

export function isBit(expr: Expr, names: ReservedBitNames, aliases: BitAliases): boolean {
  return expr.op === 'name' && (expr.name === names.bit || aliases.bits.has(expr.name));
}

/** `1UL << PG_reserved`, `BIT(PG_reserved)`, or a file's own mask; not a mask of several bits. */
export function isMask(expr: Expr, names: ReservedBitNames, aliases: BitAliases): boolean {
  if (expr.op === 'name') return aliases.masks.has(expr.name);
  if (expr.op === 'cast') return isMask(expr.operand, names, aliases);
  if (expr.op === 'binary' && expr.operator === '<<') return isBit(expr.right, names, aliases);
  const argument = expr.op === 'call' && expr.args.length === 1 ? expr.args[0] : undefined;
  return argument !== undefined && isBit(argument, names, aliases);
}

/** The object whose flags word an expression names: `&page->flags`, `page->flags.f`, `&pt->pt_flags.f`, `folio->flags`. */
export function flagsOwner(expr: Expr): Expr | undefined {
  if (expr.op === 'unary' && (expr.operator === '&' || expr.operator === '*')) return flagsOwner(expr.operand);
  if (expr.op === 'cast') return flagsOwner(expr.operand);
  if (expr.op !== 'member') return undefined;
  if (expr.field.endsWith('flags')) return expr.object;
  return expr.object.op === 'member' ? flagsOwner(expr.object) : undefined;
}
