import { ZONE_DEVICE } from '@pageref/shared';
import type { KindSet, Operand } from '@pageref/shared';
import type { EffectRow, SourceRow } from '../flow/contract.js';
import type { FlowContext } from '../flow/context.js';
import { referencesOn } from '../flow/domain/held.js';
import type { State, AbstractPage, PageId, Value, Reference } from '../flow/domain/state.js';
import { pageOf } from '../flow/domain/pages.js';

/** One way out of a function: what it gives back, and the state then. */
export interface Returned {
  readonly value: Value;
  readonly state: State;
}

/**
 * What a function leaves with its caller: pages by its result and its out-parameters, and the references that the caller then
 * owes. `int grab(struct page **out) { *out = alloc_page(0); ... }` leaves one on `*arg0`.
 */
export interface ExitEffects {
  readonly sources: readonly SourceRow[];
  readonly effects: readonly EffectRow[];
}

export const NO_EFFECTS: ExitEffects = { sources: [], effects: [] };

/** Reads off the ways out what a function hands out; `exits` are those that are answers. */
export function exitEffects(context: FlowContext, exits: readonly Returned[]): ExitEffects {
  const effects: EffectRow[] = [];
  const sources: SourceRow[] = [];
  effects.push(...acquired(context, exits, { at: 'result' }, ({ value }) => value.page));
  context.fn.params.forEach((param, at) => {
    effects.push(...acquired(context, exits, { at }, () => `at:${param.name}`));
    if (param.type.pointers === 0) return;
    for (const [through, place] of outPaths(param.name)) {
      const operand: Operand = { at, through };
      const page = ({ state }: Returned): PageId | undefined => state.paths.get(place)?.page;
      const found = acquired(context, exits, operand, page);
      effects.push(...found);
      const source = found.length > 0 ? sourceOf(context, exits, operand, page) : undefined;
      if (source) sources.push(source);
    }
  });
  return { sources, effects };
}

function outPaths(name: string): [NonNullable<Operand['through']>, string][] {
  return [
    ['out', `(*${name})`],
    ['array', `${name}[]`],
  ];
}

type Picks = (exit: Returned) => PageId | undefined;

/** The references held at the ways out on the page that `pick` names there, joined by where they were taken. */
function acquired(context: FlowContext, exits: readonly Returned[], on: Operand, pick: Picks): EffectRow[] {
  const rows = new Map<string, { held: Reference; kinds: KindSet; answers: Set<Value['known']> }>();
  for (const exit of exits) {
    const id = pick(exit);
    const page = id === undefined ? undefined : known(exit.state, id);
    if (!page || (exit.value.known === 'null' && on.at === 'result')) continue;
    for (const held of referencesOn(page)) {
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

/** A page the state says something of; one nobody asked about holds nothing. */
function known(state: State, id: PageId): AbstractPage | undefined {
  return state.pages.get(id);
}

function narrowed({ nullTest }: Value, id: PageId | undefined): KindSet {
  return nullTest && nullTest.of === id ? nullTest.whenNonNull : ~0;
}

/** On which return value the caller owes the reference, in the words of the model: `always`, `returns 0`, `returns non-NULL`. */
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
    const page = pageOf(context, exit.state, id);
    kinds |= page.kinds;
    provenance &&= page.origin.role === 'provenance';
  }
  if (kinds === 0) return undefined;
  const role = provenance && (kinds & ZONE_DEVICE) === 0 ? 'provenance' : 'filter';
  return { role, result, kinds, same: undefined, nullable: false };
}
