import type { OwnedUnit } from '@pageref/shared';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Event, StepContext } from './draft.js';
import { isTable } from './leads.js';
import { onlyLive } from './live.js';
import type { Live } from './live.js';
import { isPartOf } from './paths.js';
import type { WayOut, ElementAct, Prepared } from './prepared.js';
import { EVERY_OUTCOME, joinStates, naming } from './state.js';
import type { Naming, OwnershipState } from './state.js';
import { step } from './step.js';
import { signsOfExpr } from './values.js';

/** States carried along the graph to the ways out. */

/** States of a node that are kept apart; more of one key are joined. */
export const MAX_STATES = 24;

/** Visits of one pass for each node; a function that needs more is too tangled. */
const MAX_VISITS = 40;

/** Nodes that a small function is taken to have more. */
const SMALL = 50;

const NONE: readonly never[] = [];

export function startOf({ cfg, assumed }: Prepared): OwnershipState {
  return {
    typestate: 'gone',
    names: [],
    extras: NONE,
    counts: NONE,
    short: false,
    twice: false,
    stored: false,
    mapped: false,
    facts: new Map(),
    conditions: new Map([...assumed].map(([key, holds]) => [`#${key}`, holds])),
    handedTo: new Map(),
    resultOf: new Map(),
    before: undefined,
    node: cfg.entry,
  };
}

export function contextOf(prepared: Prepared, unit: OwnedUnit, onEvent: (event: Event) => void): StepContext {
  const { knowledge, locals, cfg, asked, codes, repeated, isAsserted, armConditions } = prepared;
  const own = { unit, onEvent, fills: false, followsGone: false, keepsWays: true };
  return { knowledge, locals, nodes: cfg.nodes, asked, codes, repeated, isAsserted, armConditions, ...own };
}

interface Ran {
  readonly reached: ReadonlyMap<NodeId, readonly OwnershipState[]>;
  readonly ways: readonly WayOut[];
  readonly complete: boolean;
}

/** Asked of each state at its node, and of each way out: true where nothing that is still to come is wanted. */
export type IsEnough = (state: OwnershipState, node: NodeId, way: WayOut | undefined) => boolean;

/** How many states of a node are kept apart, and the nodes that are looked at: all without `ways`. */
interface Bounds {
  readonly most: number;
  readonly ways?: ReadonlySet<NodeId>;
  readonly isEnough?: IsEnough;
}

/** Runs states through the graph until nothing new comes out, a node after what leads to it. */
export function run(
  prepared: Prepared,
  context: StepContext,
  starts: readonly [NodeId, OwnershipState][],
  { most, ways: within, isEnough }: Bounds = { most: MAX_STATES },
): Ran {
  const { cfg } = prepared;
  const loops = prepared.releasedIn(context.unit);
  const names = naming();
  const reached = new Map<NodeId, Entered>();
  const ways = new Map<string, WayOut>();
  const queue = waitingLine(cfg);
  for (const [id, state] of starts) queue.add(id, state);
  const limit = MAX_VISITS * (cfg.nodes.length + SMALL);
  const ran = (complete: boolean): Ran => ({ reached: listed(reached), ways: [...ways.values()], complete });
  let visits = 0;
  for (let next = queue.take(); next; next = queue.take()) {
    const [id, arrived] = next;
    if (arrived.typestate === 'gone' && !context.followsGone) continue;
    const node = cfg.nodes[id];
    if (!node || id === cfg.exit) continue;
    const known = onlyLive(givenBackInLoop(loops, context, id, arrived), prepared.live()[id] as Live);
    const state = enter(reached, names, id, known, most);
    if (!state) continue;
    if (++visits > limit || isEnough?.(state, id, undefined)) return ran(false);
    for (const [to, after] of step(context, node, state)) {
      if (to === cfg.exit) {
        const way = wayOut(prepared, node, after);
        ways.set(`${String(node.id)}|${names.identityOf(after)}`, way);
        if (isEnough?.(after, id, way)) return ran(false);
      } else if (within?.has(to) !== false) queue.add(to, after);
    }
  }
  return ran(true);
}

/** States that wait for their visit: the node that is first in the graph's order comes first. */
function waitingLine({ nodes, order }: Cfg): {
  readonly add: (id: NodeId, state: OwnershipState) => void;
  readonly take: () => [NodeId, OwnershipState] | undefined;
} {
  const ids = nodes.map(({ id }) => id).sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0));
  const places = new Map(ids.map((id, place) => [id, place]));
  const waiting = ids.map((): OwnershipState[] => []);
  let first = ids.length;
  return {
    add: (id, state) => {
      const place = places.get(id) ?? 0;
      waiting[place]?.push(state);
      first = Math.min(first, place);
    },
    take: () => {
      for (; first < ids.length; first++) {
        const state = waiting[first]?.shift();
        if (state) return [ids[first] as NodeId, state];
      }
      return undefined;
    },
  };
}

/** The states of a node by what tells them apart; of most nodes there is one, and nobody asks what tells it apart. */
type Entered = { readonly only: OwnershipState } | Map<string, OwnershipState>;

function listed(reached: ReadonlyMap<NodeId, Entered>): Map<NodeId, readonly OwnershipState[]> {
  return new Map([...reached].map(([id, here]) => [id, here instanceof Map ? [...here.values()] : [here.only]]));
}

/** Enters a state at a node; gives the state to go on with, undefined where it adds nothing. */
function enter(
  reached: Map<NodeId, Entered>,
  { identityOf, keyOf, ownerKeyOf }: Naming,
  id: NodeId,
  state: OwnershipState,
  most: number,
): OwnershipState | undefined {
  const entered = reached.get(id);
  if (!entered) {
    reached.set(id, { only: state });
    return state;
  }
  const here = entered instanceof Map ? entered : new Map([[identityOf(entered.only), entered.only]]);
  reached.set(id, here);
  const identity = identityOf(state);
  if (here.has(identity)) return undefined;
  if (here.size < most) {
    here.set(identity, state);
    return state;
  }
  // Who was handed the page is told apart as long as that makes few states, too.
  const key = here.size < 2 * most ? `joined|${keyOf(state)}` : `owned|${ownerKeyOf(state)}`;
  const known = here.get(key);
  const joined = known ? joinStates(known, state) : state;
  if (known && identityOf(joined) === identityOf(known)) return undefined;
  here.set(key, joined);
  return joined;
}

/** A loop that gives back element by element gives back the range: how often it turns is the range's length. */
function givenBackInLoop(
  loops: ReturnType<Prepared['releasedIn']>,
  context: StepContext,
  id: NodeId,
  state: OwnershipState,
): OwnershipState {
  const acts = loops.get(id);
  if (state.typestate !== 'held' || !acts) return state;
  const { onEvent, fills } = context;
  const isTableOfThem = isTable(context, state);
  const isOurs = ({ does, path }: ElementAct): boolean =>
    state.names.some(
      (name) =>
        name === path ||
        (isTableOfThem && path === `${name}[]`) ||
        ((fills || does !== 'drop') && isPartOf(path, name)) ||
        isPartOf(name, path),
    );
  const here = acts.filter(isOurs);
  if (here.length === 0) return state;
  const drop = here.find(({ does }) => does === 'drop');
  if (drop) {
    onEvent({ ...drop, does: 'drop', state });
    return { ...state, typestate: 'released' };
  }
  const stored = state.stored || here.some(({ does }) => does === 'store');
  const handedTo = new Map(state.handedTo);
  for (const { does, start } of here) if (does === 'hand' && !handedTo.has(start)) handedTo.set(start, EVERY_OUTCOME);
  return { ...state, stored, handedTo };
}

export function wayOut({ fn, knowledge: { model } }: Prepared, node: CfgNode, state: OwnershipState): WayOut {
  if (node.op !== 'return') {
    return { start: fn.end - 1, length: 1, state, returned: undefined, value: undefined };
  }
  const { value, known, at } = node;
  const returned = known !== undefined ? (known === 1 ? 4 : 2) : value && signsOfExpr(value, state.facts, model);
  const start = value?.start ?? at;
  return { start, length: (value?.end ?? start + 'return'.length) - start, state, returned, value };
}
