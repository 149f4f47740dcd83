import { ANY_KIND } from '@pageref/shared';
import type { Effect } from '@pageref/shared';
import type { Call, FlowContext } from '../context.js';
import type { Contract, EffectRow } from '../contract.js';
import { joinHeld, NOTHING_HELD } from './held.js';
import type { Held } from './held.js';
import { thingOf } from './pages.js';
import type { State, ThingId } from './state.js';

/** References that calls take and drop. */

const GIVES_UP = new Set<Effect['does']>(['release', 'transfer', 'free']);

/** What a release or an acquire of a contract does to the references held on a page. */
export function applyHeld(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  effect: EffectRow,
  id: ThingId,
): void {
  if (effect.does === 'acquire') return take(context, state, call, contract, effect, id);
  if (!GIVES_UP.has(effect.does)) return;
  const thing = state.things.get(id);
  if (!thing || thing.held.length === 0) return;
  const held = thing.held.flatMap((one) => {
    const kinds = one.kinds & ~effect.affected;
    return kinds === 0 ? [] : [{ ...one, kinds }];
  });
  state.setThing(id, { ...thing, held: held.length === 0 ? NOTHING_HELD : held });
}

function take(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  effect: EffectRow,
  id: ThingId,
): void {
  const thing = thingOf(context, state, id);
  // The pointer to an array of pages stands for what the call filled it with.
  const source = contract.sources.find(
    ({ result }) => result.at === effect.on.at && result.through === effect.on.through,
  );
  const kinds = effect.affected & thing.kinds & (source?.kinds ?? ANY_KIND);
  if (kinds === 0) return;
  const by = call.name ?? contract.name;
  const one: Held = { by, via: effect.via ?? by, at: call.start, unit: effect.unit ?? 'reference', kinds };
  state.setThing(id, { ...thing, held: joinHeld(thing.held, [one]) });
}
