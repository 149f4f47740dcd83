import type { NodeId } from '../flow/cfg/cfg.js';
import type { OwnedUnit, Outcome, OwnershipAct } from '@pageref/shared';
import { facetOf } from '@pageref/shared/model';
import { operandPath } from './calls.js';
import type { CallExpr } from './calls.js';
import { callsOf } from './nodes.js';
import { contextOf, run, startOf } from './run.js';
import type { Prepared } from './prepared.js';
import { putsPage } from './leak-evidence.js';
import { diesWithCall } from './paths.js';
import type { Path } from './paths.js';
import type { OwnershipState } from './state.js';
import { step } from './step.js';
import type { Acquisition } from './draft.js';
import { NEGATIVE, POSITIVE, signsOf, ZERO } from './values.js';
import type { Signs } from './values.js';

/** States that are kept apart for each node. */
const MOST = 24;

/** How the nodes of a function are reached, with what one acquisition took and without it. */
interface Arrivals {
  /** States behind the acquisition, those among them that have given it back or lost it. */
  readonly having: ReadonlyMap<NodeId, readonly OwnershipState[]>;
  /** Nodes that are reached on a way that does not pass the acquisition, or on which its call has failed. */
  readonly lacking: ReadonlySet<NodeId>;
  /** False where the function was too tangled to see all ways. */
  readonly complete: boolean;
}

/** Follows both: the states that have what was taken, and those that do not. A way ends where the acquisition is made once more. */
function arrivalsOf(prepared: Prepared, acquisition: Acquisition): Arrivals {
  const { cfg } = prepared;
  const { act, node: taking } = acquisition;
  const context = { ...contextOf(prepared, act.unit, () => undefined), followsGone: true };
  const within = new Set(cfg.nodes.map(({ id }) => id).filter((id) => id !== taking));
  const node = cfg.nodes[taking];
  const before = prepared.before().get(taking) ?? [];
  const fills = act.on.through !== undefined;
  const taken = node ? before.flatMap((state) => step({ ...context, fills, begins: acquisition }, node, state)) : [];
  const having = run(prepared, { ...context, fills }, taken, { most: MOST, ways: within });
  const past = run(prepared, context, [[cfg.entry, startOf(prepared)]], { most: MOST, ways: within });
  const failing = failuresOf(act.when).map((by) => {
    const fails = { call: acquisition.call, by };
    const starts = node ? before.flatMap((state) => step({ ...context, fails }, node, state)) : [];
    return run(prepared, context, starts, { most: MOST, ways: within });
  });
  // How a call tells that it has failed is for the code to know: what it takes for no failure is none.
  const [first, ...others] = failing.map(({ reached }) => [...reached.keys()]);
  const unnoticed = (first ?? []).filter((id) => others.every((ids) => ids.includes(id)));
  return {
    having: having.reached,
    lacking: new Set([...past.reached.keys(), ...unnoticed]),
    complete: [having, past, ...failing].every(({ complete }) => complete),
  };
}

/** What a call can answer where it took nothing, one at a time. */
function failuresOf(when: Outcome): readonly Signs[] {
  return when === 'always' ? [] : [NEGATIVE, ZERO, POSITIVE].filter((sign) => sign !== signsOf(when));
}

/** The same of a page that the function is called with, as the parameter of this name: it is there on every way. */
function arrivalsOfParameter(prepared: Prepared, name: Path, unit: OwnedUnit): Arrivals {
  const context = { ...contextOf(prepared, unit, () => undefined), followsGone: true };
  const given: OwnershipState = {
    ...startOf(prepared),
    typestate: 'held',
    names: [name],
    facts: new Map([[name, POSITIVE]]),
  };
  const { reached, complete } = run(prepared, context, [[prepared.cfg.entry, given]], { most: MOST });
  return { having: reached, lacking: new Set(), complete };
}

/** Where what is owed came from: a call of the function, or its caller, which hands it in by this parameter. */
export type Taken = Acquisition | { readonly parameter: Path; readonly unit: OwnedUnit };

/**
 * True for a call that gives back by a name of its own what an acquisition took, and that is owed on every way that leads to
 * the call: none comes there without it, or after it was given back, stored or lost.
 */
export function isOwedAt(prepared: Prepared, taken: Taken, call: CallExpr): boolean {
  const { cfg, knowledge } = prepared;
  const node = cfg.nodes.find((one) => callsOf(one).some(({ start }) => start === call.start));
  const acts = knowledge.model.acts.get(call.name ?? '') ?? [];
  const owed = 'parameter' in taken ? taken.unit : taken.act.unit;
  const drop = acts.find(({ does, unit }) => does === 'drop' && isAlike(unit, owed));
  const path = drop && operandPath(call, drop.on, knowledge);
  if (!node || !drop || path === undefined) return false;
  const { having, lacking, complete } =
    'parameter' in taken ? arrivalsOfParameter(prepared, taken.parameter, owed) : arrivalsOf(prepared, taken);
  const states = having.get(node.id) ?? [];
  return (
    complete &&
    states.length > 0 &&
    !lacking.has(node.id) &&
    states.every(
      (state) =>
        state.typestate === 'held' &&
        state.names.includes(path) &&
        (isTableOfOthers(prepared, taken) || !state.stored) &&
        isFree(prepared, drop, state),
    )
  );
}

/** What a call fills the caller's own table with can be found there from the start. */
function isTableOfOthers({ locals }: Prepared, taken: Taken): boolean {
  return !('parameter' in taken) && taken.act.on.through === 'array' && !diesWithCall(locals, taken.path);
}

/** No device has its address, and who unlocks a page has not put it before. */
function isFree({ cfg, knowledge }: Prepared, { unit }: OwnershipAct, state: OwnershipState): boolean {
  return !state.mapped && !(unit === 'lock' && putsPage(state, cfg.nodes, knowledge));
}

/** Units that are given back by the same calls: an allocated page is one reference. */
export function isAlike(one: OwnedUnit, other: OwnedUnit): boolean {
  if (one === other) return true;
  return facetOf(one) === facetOf(other) && [one, other].every((unit) => unit === 'reference' || unit === 'page');
}
