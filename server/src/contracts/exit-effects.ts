import { ZONE_DEVICE } from '@pageref/shared';
import type { KindSet, Operand } from '@pageref/shared';
import type { EffectRow, SourceRow } from '../flow/contract.js';
import type { FlowContext } from '../flow/context.js';
import { heldOn } from '../flow/domain/held.js';
import type { Held } from '../flow/domain/held.js';
import type { State, Thing, ThingId, Value } from '../flow/domain/state.js';
import { thingOf } from '../flow/domain/pages.js';

/** One way out of a function: what it gives back, and the state then. */
export interface Returned {
  readonly value: Value;
  readonly state: State;
}

/** What a function hands its caller: pages by result and out-parameter, with the references that come with them. */
export interface Handed {
  readonly sources: readonly SourceRow[];
  readonly effects: readonly EffectRow[];
}

export const NOTHING_HANDED: Handed = { sources: [], effects: [] };

/** Reads off the ways out what a function hands out; `exits` are those that are answers. */
export function handedOut(context: FlowContext, exits: readonly Returned[]): Handed {
  const effects: EffectRow[] = [];
  const sources: SourceRow[] = [];
  effects.push(...acquired(context, exits, { at: 'result' }, ({ value }) => value.thing));
  context.fn.params.forEach((param, at) => {
    effects.push(...acquired(context, exits, { at }, () => `at:${param.name}`));
    if (param.type.pointers === 0) return;
    for (const [through, place] of outPlaces(param.name)) {
      const operand: Operand = { at, through };
      const thing = ({ state }: Returned): ThingId | undefined => state.places.get(place)?.thing;
      const found = acquired(context, exits, operand, thing);
      effects.push(...found);
      const source = found.length > 0 ? sourceOf(context, exits, operand, thing) : undefined;
      if (source) sources.push(source);
    }
  });
  return { sources, effects };
}

function outPlaces(name: string): [NonNullable<Operand['through']>, string][] {
  return [
    ['out', `(*${name})`],
    ['array', `${name}[]`],
  ];
}

type Picks = (exit: Returned) => ThingId | undefined;

/** The references held at the ways out on the page that `pick` names there, joined by where they were taken. */
function acquired(context: FlowContext, exits: readonly Returned[], on: Operand, pick: Picks): EffectRow[] {
  const rows = new Map<string, { held: Held; kinds: KindSet; answers: Set<Value['known']> }>();
  for (const exit of exits) {
    const id = pick(exit);
    const thing = id === undefined ? undefined : known(exit.state, id);
    if (!thing || (exit.value.known === 'null' && on.at === 'result')) continue;
    for (const held of heldOn(thing)) {
      const kinds = held.kinds & narrowed(exit.value, id);
      if (kinds === 0) continue;
      const key = `${held.via}:${held.unit}`;
      const row = rows.get(key) ?? { held, kinds: 0, answers: new Set() };
      row.kinds |= kinds;
      row.answers.add(exit.value.known);
      rows.set(key, row);
    }
  }
  return [...rows.values()].map(({ held, kinds, answers }) => ({
    does: 'acquire',
    on,
    unit: held.unit,
    affected: kinds & context.provenance.any,
    via: held.via,
    when: when(on, answers, exits),
  }));
}

/** A thing the state says something of; one nobody asked about holds nothing. */
function known(state: State, id: ThingId): Thing | undefined {
  return state.things.get(id);
}

function narrowed({ nullTest }: Value, id: ThingId | undefined): KindSet {
  return nullTest && nullTest.of === id ? nullTest.whenNonNull : ~0;
}

/** The outcome on which the reference is there, in the words of the model. */
function when(on: Operand, answers: ReadonlySet<Value['known']>, exits: readonly Returned[]): string {
  if (on.at === 'result') return 'returns a page';
  const [only] = answers;
  if (answers.size === 1 && only === 'null' && exits.some(({ value }) => value.known !== 'null')) return 'ret == 0';
  if (answers.size === 1 && only === 'nonnull' && exits.some(({ value }) => value.known !== 'nonnull'))
    return 'returns nonzero';
  return answers.size === 1 && exits.length === 1 ? 'always' : 'on some paths';
}

/** What the pages written through an out-parameter can be. */
function sourceOf(
  context: FlowContext,
  exits: readonly Returned[],
  result: Operand,
  pick: Picks,
): SourceRow | undefined {
  let kinds = 0;
  let provenance = true;
  for (const exit of exits) {
    const id = pick(exit);
    if (id === undefined) continue;
    const thing = thingOf(context, exit.state, id);
    kinds |= thing.kinds;
    provenance &&= thing.origin.role === 'provenance';
  }
  if (kinds === 0) return undefined;
  const role = provenance && (kinds & ZONE_DEVICE) === 0 ? 'provenance' : 'filter';
  return { role, result, kinds, same: undefined, nullable: false };
}
