import { kindSet, kindsIn, ZONE_DEVICE } from '@pageref/shared';
import type { Effect, KindSet, ModelEntry, Operand, ResolvedModel } from '@pageref/shared';
import { setFor } from '../../flow/contract.js';

/** What the index of uses says of every use of a name: the part that does not depend on the place. */
export interface ApiFacts {
  readonly name: string;
  /** acquire, acquire-on-success, release, transfer, set, test, require-ref or none. */
  readonly effect: string;
  /** "arg0", "*arg2", "arg3[]", "arg1->pfn", "result"; empty for names that have no effect. */
  readonly on: string;
  readonly operand: Operand | undefined;
  readonly counterpart: string;
  /** What the call means for dax, P2PDMA and other device pages, in a few words; empty where it is nothing special. */
  readonly zoneDevice: string;
  /** A function-like macro: replaced also where a variable has its name. */
  readonly macro: boolean;
}

/** Names to look for in a tree, and what is said of each. */
export interface ApiTable {
  /** C identifiers that hold an API in any file where they occur. */
  readonly words: ReadonlySet<string>;
  readonly facts: ReadonlyMap<string, ApiFacts>;
  readonly signatures: ResolvedModel['signatures'];
  /** Callback members by the structure they belong to: `dev_pagemap_ops.page_free` is found in its initialisers. */
  readonly callbacks: ReadonlyMap<string, ReadonlyMap<string, ApiFacts>>;
}

export function apiTable(model: ResolvedModel, names: Iterable<string>): ApiTable {
  const any = kindSet(model.kinds.keys());
  const facts = new Map<string, ApiFacts>();
  const callbacks = new Map<string, Map<string, ApiFacts>>();
  for (const name of names) {
    const entry = model.entries.get(name);
    if (!entry) continue;
    const [owner = '', member] = name.split('.');
    if (member === undefined) facts.set(name, factsOf(entry, any));
    else callbacks.set(owner, (callbacks.get(owner) ?? new Map<string, ApiFacts>()).set(member, factsOf(entry, any)));
  }
  return { words: new Set([...facts.keys(), ...callbacks.keys()]), facts, callbacks, signatures: model.signatures };
}

/** @param any kinds of page there are in the release */
export function factsOf(entry: ModelEntry, any: KindSet): ApiFacts {
  const effect = effectOf(entry);
  const operand = effect === 'none' ? undefined : operandOf(entry);
  return {
    name: entry.name,
    effect,
    on: operand ? operandText(operand) : '',
    operand,
    counterpart: entry.counterparts?.[0] ?? '',
    zoneDevice: zoneDeviceText(entry, any),
    macro: entry.form === 'macro',
  };
}

/** Effects that hang on the kind of page, in this release, then what the model says in words. */
function zoneDeviceText({ effects = [], zoneDevice }: ModelEntry, any: KindSet): string {
  const device = any & ZONE_DEVICE;
  const perKind = effects.flatMap(({ does, kinds }) => {
    if (!kinds || device === 0) return [];
    const [yes, maybe] = [setFor(kinds, 'yes') & device, setFor(kinds, 'maybe') & device];
    if (yes === device) return [`${does} for every kind of it`];
    if ((yes | maybe) === 0) return [`no ${does} for any kind of it`];
    const sure = yes === 0 ? [] : [`${does} for ${kindsIn(yes).join(', ')}`];
    return [...sure, ...(maybe === 0 ? [] : [`maybe ${does} for ${kindsIn(maybe).join(', ')}`])];
  });
  return [...new Set(perKind), ...(zoneDevice ? [zoneDevice] : [])].join('; ');
}

/** What an effect does to references; those on flags only (dirty, accessed, map, flush) do nothing to them. */
const ON_REFERENCES: Partial<Record<Effect['does'], string>> = {
  acquire: 'acquire',
  release: 'release',
  transfer: 'transfer',
  free: 'transfer',
  'set-count': 'set',
  'set-reserved': 'set',
};

/** The first effect on references decides; without one, what a caller learns from the call or must bring to it. */
function effectOf(entry: ModelEntry): string {
  if (entry.references) return entry.references;
  const effect = referenceEffect(entry);
  if (effect?.does === 'acquire' && effect.when !== 'always') return 'acquire-on-success';
  if (effect) return ON_REFERENCES[effect.does] ?? 'none';
  if (entry.predicate) return 'test';
  return needsReference(entry) ? 'require-ref' : 'none';
}

function referenceEffect({ effects = [] }: ModelEntry): Effect | undefined {
  return effects.find((effect) => ON_REFERENCES[effect.does] !== undefined);
}

/** A page that a filter gives is not referenced by it, and marking a page is only right while somebody holds it. */
function needsReference({ effects = [], preconditions = [], sources = [] }: ModelEntry): boolean {
  return (
    preconditions.some(({ needs }) => needs === 'held') ||
    effects.some(({ does }) => does === 'dirty' || does === 'accessed') ||
    sources.some(({ role }) => role === 'filter')
  );
}

function operandOf(entry: ModelEntry): Operand | undefined {
  const effect = referenceEffect(entry) ?? entry.effects?.[0];
  return effect?.on ?? entry.predicate?.of ?? entry.preconditions?.[0]?.of ?? entry.sources?.[0]?.result;
}

function operandText({ at, through, field }: Operand): string {
  const base = at === 'result' ? 'result' : `arg${at}`;
  if (through === 'out') return `*${base}`;
  if (through === 'array') return `${base}[]`;
  return through === 'field' ? `${base}->${field ?? ''}` : base;
}
