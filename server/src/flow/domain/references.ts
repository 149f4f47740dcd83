import { ANY_KIND } from '@pageref/shared';
import type { Effect } from '@pageref/shared';
import type { Call, FlowContext } from '../context.js';
import type { Contract, EffectRow } from '../contract.js';
import { joinReferences, NO_REFERENCES } from './held.js';
import { pageOf } from './pages.js';
import type { State, PageId, Reference } from './state.js';

/** References that calls take and drop. */

const GIVES_UP = new Set<Effect['does']>(['release', 'transfer', 'free']);

/** What a release or an acquire of a contract does to the references held on a page. */
export function applyToReferences(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  effect: EffectRow,
  id: PageId,
): void {
  if (effect.does === 'acquire') return take(context, state, call, contract, effect, id);
  if (!GIVES_UP.has(effect.does)) return;
  const page = state.pages.get(id);
  if (!page || page.references.length === 0) return;
  const held = page.references.flatMap((one) => {
    const kinds = one.kinds & ~effect.affected;
    return kinds === 0 ? [] : [{ ...one, kinds }];
  });
  state.setPage(id, { ...page, references: held.length === 0 ? NO_REFERENCES : held });
}

function take(context: FlowContext, state: State, call: Call, contract: Contract, effect: EffectRow, id: PageId): void {
  const page = pageOf(context, state, id);
  // The pointer to an array of pages stands for what the call filled it with.
  const source = contract.sources.find(
    ({ result }) => result.at === effect.on.at && result.through === effect.on.through,
  );
  const kinds = effect.affected & page.kinds & (source?.kinds ?? ANY_KIND);
  if (kinds === 0) return;
  const by = call.name ?? contract.name;
  const one: Reference = { by, via: effect.via ?? by, at: call.start, unit: effect.unit ?? 'reference', kinds };
  state.setPage(id, { ...page, references: joinReferences(page.references, [one]) });
}
