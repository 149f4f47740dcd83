import { ANY_KIND, kindSet, ZONE_DEVICE } from '@pageref/shared';
import type {
  Answer,
  CallbackSource,
  Attribute,
  Conversion,
  Effect,
  KindSet,
  ModelEntry,
  Operand,
  PerKind,
  Precondition,
  Predicate,
  ResolvedModel,
  SourceFlags,
} from '@pageref/shared';
import { PAGE_KINDS } from '@pageref/shared';

/**
 * What a call means to the analysis, in bit sets: the same shape for a name of the model and for a function whose
 * contract was inferred from its own code, so that the flow analysis cannot tell them apart.
 */
export interface Contract {
  readonly name: string;
  /** `model`, or where the function stands whose code it was inferred from. */
  readonly from: 'model' | { readonly path: string; readonly line: number };
  readonly predicate?: PredicateRow;
  readonly sources: readonly SourceRow[];
  readonly conversion?: Conversion;
  readonly effects: readonly EffectRow[];
  readonly preconditions: readonly Precondition[];
  readonly callback?: CallbackSource & { readonly set: KindSet };
  readonly attribute?: Attribute;
  readonly counterparts: readonly string[];
  /** The names it stands for, where a macro is another name for several functions. */
  readonly aliasOf?: readonly string[];
  /** The code was too tangled to be followed to the end: what is missing may still happen. */
  readonly isIncomplete?: boolean;
}

/** Kinds for which the answer can be true and those for which it can be false. */
export interface PredicateRow {
  readonly class: Predicate['class'];
  readonly of: Operand;
  readonly whenTrue: KindSet;
  readonly whenFalse: KindSet;
}

export interface SourceRow {
  readonly role: 'filter' | 'provenance';
  readonly result: Operand;
  readonly kinds: KindSet;
  readonly same: Operand | undefined;
  readonly nullable: boolean;
  readonly flags?: FlagRows;
}

/** What the flags in an argument keep out of a source, in bit sets. */
export interface FlagRows {
  readonly at: number;
  readonly needed: readonly FlagRow[];
  readonly refused: readonly FlagRow[];
}

export interface FlagRow {
  readonly flag: string;
  readonly kinds: KindSet;
}

/** An effect and the kinds it happens for. */
export interface EffectRow extends Effect {
  readonly affected: KindSet;
  /** The call that has the effect in the end, for an inferred row. */
  readonly via?: string;
  /** Where it comes to depend on the kind of page, for an inferred row: the call that only some kinds reach. */
  readonly where?: EffectPlace & { readonly call: string };
}

/** What a contract says of the pages that an operand names. */
export function sourceOf(contract: Contract | undefined, { at, through }: Operand): SourceRow | undefined {
  return contract?.sources.find(({ result }) => result.at === at && result.through === through);
}

const COUNTED = new Set<Effect['does']>(['acquire', 'release', 'transfer', 'set-count', 'free']);

/** Changes how many references or pins there are on a page. */
export function countsReferences({ does, unit }: Pick<Effect, 'does' | 'unit'>): boolean {
  return COUNTED.has(does) && unit !== 'pgmap-reference';
}

export interface EffectPlace {
  /** Offset in the file, UTF-16 code units. */
  readonly start: number;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly function: string;
}

/** Looks up what a name means; undefined for a name nothing is known of. */
export type ContractLookup = (name: string) => Contract | undefined;

export function setFor(answers: PerKind, wanted: Answer): KindSet {
  const named = { yes: kindSet(answers.yes ?? []), no: kindSet(answers.no ?? []), maybe: kindSet(answers.maybe ?? []) };
  const rest = kindSet(PAGE_KINDS) & ~(named.yes | named.no | named.maybe);
  return named[wanted] | (answers.otherwise === wanted ? rest : 0);
}

function predicateRow(predicate: Predicate): PredicateRow {
  const [yes, no, maybe] = (['yes', 'no', 'maybe'] as const).map((answer) => setFor(predicate.answers, answer));
  const whenTrue = (yes ?? 0) | (maybe ?? 0);
  const whenFalse = (no ?? 0) | (maybe ?? 0);
  const swapped = predicate.trueWhen === 'zero';
  return {
    class: predicate.class,
    of: predicate.of,
    whenTrue: swapped ? whenFalse : whenTrue,
    whenFalse: swapped ? whenTrue : whenFalse,
  };
}

function flagRows({ at, needed, refused }: SourceFlags): FlagRows {
  const rows = (list: SourceFlags['needed']): FlagRow[] =>
    list.map(({ flag, kinds }) => ({ flag, kinds: kindSet(kinds) }));
  return { at, needed: rows(needed), refused: rows(refused) };
}

export function contractOf(entry: ModelEntry): Contract {
  return {
    name: entry.name,
    from: 'model',
    ...(entry.predicate && { predicate: predicateRow(entry.predicate) }),
    sources: (entry.sources ?? []).map((source) => ({
      role: source.role,
      result: source.result,
      kinds: kindSet(source.kinds),
      same: source.same,
      nullable: source.nullable ?? false,
      ...(source.flags && { flags: flagRows(source.flags) }),
    })),
    ...(entry.conversion && { conversion: entry.conversion }),
    effects: (entry.effects ?? []).map((effect) => ({
      ...effect,
      affected: effect.kinds ? setFor(effect.kinds, 'yes') | setFor(effect.kinds, 'maybe') : ANY_KIND,
    })),
    preconditions: entry.preconditions ?? [],
    ...(entry.callback && { callback: { ...entry.callback, set: kindSet(entry.callback.kinds) } }),
    ...(entry.attribute && { attribute: entry.attribute }),
    counterparts: entry.counterparts ?? [],
  };
}

/** The contracts of a release's model, converted once. */
export function modelContracts(model: ResolvedModel): ContractLookup {
  const cache = new Map<string, Contract>();
  return (name) => {
    let contract = cache.get(name);
    if (contract) return contract;
    const entry = model.entries.get(name);
    if (!entry) return undefined;
    contract = contractOf(entry);
    cache.set(name, contract);
    return contract;
  };
}

/**
 * The ZONE_DEVICE kinds that an answer tells from ordinary RAM: those for which it can be what it never is for RAM.
 * The reserved bit and pfn_valid() tell nothing of the kind; the memory type is taken to tell all of them.
 */
export function separatedKinds(row: PredicateRow): KindSet {
  if (row.class === 'memory-type') return ZONE_DEVICE;
  if (row.class === 'reserved' || row.class === 'valid') return 0;
  const ram = kindSet(['buddy', 'boot-reserved']);
  if ((row.whenTrue & ram) === 0) return row.whenTrue & ZONE_DEVICE;
  return (row.whenFalse & ram) === 0 ? row.whenFalse & ZONE_DEVICE : 0;
}
