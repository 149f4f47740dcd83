import { cfgOf } from './cfg/known.js';
import { nodesNaming } from './cfg/naming.js';
import type { Cfg, CfgNode, NodeId } from './cfg/cfg.js';
import { assume, setTruth } from './assume.js';
import type { Call, CallListener, FlowContext } from './context.js';
import type { Contract } from './contract.js';
import { count } from '../syntax/counters.js';
import { evaluate, withPage } from './evaluate.js';
import { readPath, writePath } from './domain/heap.js';
import { eitherName, freshValue, initialPage, initialValue, neighbour } from './domain/pages.js';
import { sameState } from './domain/equality.js';
import { join } from './domain/join.js';
import type { Initial } from './domain/join.js';
import { State, UNKNOWN, WARNED } from './domain/state.js';
import type { PageId, Value } from './domain/state.js';

/** Visits after which a node only ever learns that less is known, and after which the analysis gives up on it. */
const WIDEN_AFTER = 10;
const STOP_AFTER = 200;
/** Places and pages carried from node to node, summed up; a function that needs more is not followed to the end. */
const STOP_AFTER_CARRIED = 1_000_000;

export interface Flow {
  readonly cfg: Cfg;
  /** State before each node that can be reached; absent where it cannot. */
  readonly before: ReadonlyMap<NodeId, State>;
  /** False when the bound on visits was reached: the result is then not complete. */
  readonly complete: boolean;
}

/** The flow analysis of a whole function. */
export function analyseFlow(context: FlowContext, cfg: Cfg = cfgOf(context.fn, context.vocabulary)): Flow {
  return propagate(context, cfg, [[cfg.entry, new State()]]);
}

/** A way to a node with the state on it. Two ways may lead to one node, so they stand in a list and never in a map. */
export type Edge = readonly [to: NodeId, state: State];

/**
 * Propagates states from the given nodes to the exit, to a fixpoint. Nothing goes on from `stopAt`, so that one side
 * of a test inside a loop can be followed for one turn.
 */
export function propagate(
  context: FlowContext,
  cfg: Cfg,
  start: readonly Edge[],
  stopAt: ReadonlySet<NodeId> = new Set(),
): Flow {
  count('flow', context.fn);
  const arriving = new Map<NodeId, Map<string, State>>();
  const before = new Map<NodeId, State>();
  const visits = new Map<NodeId, number>();
  const pending = new Set<NodeId>();
  const arrive = ([to, state]: Edge, edge: string): void => {
    const into = arriving.get(to) ?? new Map<string, State>();
    arriving.set(to, into.set(edge, state));
    pending.add(to);
  };
  // They sort before the edges of the graph, whose names begin with a digit.
  start.forEach((edge, index) => {
    arrive(edge, ` ${index}`);
  });
  const initial = initialOf(context);
  let complete = true;
  let carried = 0;
  while (pending.size > 0) {
    const id = firstOf(pending, cfg.order);
    pending.delete(id);
    const node = cfg.nodes[id];
    const edges = arriving.get(id);
    count('visit', cfg);
    const times = (visits.get(id) ?? 0) + 1;
    visits.set(id, times);
    if (!node || !edges) continue;
    const known = before.get(id);
    const met = meet(edges, id, initial);
    const state = known && times > WIDEN_AFTER ? join(known, met, id, initial) : met;
    if (known && sameState(known, state)) continue;
    before.set(id, state);
    if (stopAt.has(id)) continue;
    carried += state.paths.size + state.pages.size;
    if (times > STOP_AFTER || carried > STOP_AFTER_CARRIED) {
      complete = false;
      break;
    }
    transfer(context, node, state).forEach((edge, index) => {
      arrive(edge, `${id}.${index}`);
    });
  }
  // Ways that are not in the graph may lead to every node of it.
  return { cfg, before, complete: complete && cfg.uncertain === undefined };
}

/** The join of everything that arrives at a node, edge by edge in a fixed order. */
function meet(edges: ReadonlyMap<string, State>, node: NodeId, initial: Initial): State {
  if (edges.size === 1) for (const only of edges.values()) return only;
  const sorted = [...edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state);
  const [first, ...rest] = sorted;
  return rest.reduce((sum, state) => join(sum, state, node, initial), first ?? new State());
}

function initialOf(context: FlowContext): Initial {
  return {
    value: (path) => initialValue(context, path),
    page: (id) => initialPage(context, id),
    either: (name, x, y) => eitherName(context, name, x, y),
    enter: (path, state) => readPath(context, state, path),
  };
}

function firstOf(pending: ReadonlySet<NodeId>, order: readonly number[]): NodeId {
  let first = -1;
  for (const id of pending) if (first < 0 || (order[id] ?? 0) < (order[first] ?? 0)) first = id;
  return first;
}

/** The states a node hands to its successors. */
export function transfer(context: FlowContext, node: CfgNode, before: State): readonly Edge[] {
  if (node.op === 'branch') return branch(context, node, before);
  const state = before.copy();
  step(context, node, state);
  return node.next.map((to, index) => [to, index === 0 ? state : state.copy()]);
}

type Branch = Extract<CfgNode, { op: 'branch' }>;

/** One way out of a branch: the first where the condition is true. */
export type Side = 0 | 1;

function branch(context: FlowContext, node: Branch, before: State): readonly Edge[] {
  return node.next.flatMap((to, index): readonly Edge[] => {
    const state = takeSide(context, node, before, index === 0 ? 0 : 1);
    return state ? [[to, state]] : [];
  });
}

/** The state on one side of a branch; undefined where it cannot be taken. */
export function takeSide(context: FlowContext, node: Branch, before: State, side: Side): State | undefined {
  const state = assume(context, before.copy(), node.condition, side === 0, node.whole);
  return state && !isEmpty(state, context.mustExist) ? state : undefined;
}

function isEmpty(state: State, id: PageId | undefined): boolean {
  const page = id === undefined ? undefined : state.pages.get(id);
  return page?.kinds === 0;
}

function step(context: FlowContext, node: CfgNode, state: State): void {
  switch (node.op) {
    case 'eval':
      evaluate(context, state, node.expr);
      return;
    case 'declare': {
      const target = { op: 'name', name: node.name, start: cfgStart(node), end: cfgStart(node) } as const;
      if (!node.initial) return;
      if (node.static) {
        // The initialiser ran once, long ago.
        return writePath(context, state, target, freshValue(context, state, `val:${cfgStart(node)}`, UNKNOWN));
      }
      if (node.initial.op === 'initialiser') return declareFields(context, state, node.name, node.initial);
      const value = evaluate(context, state, node.initial);
      return writePath(context, state, target, withPage(context, state, value, node.initial));
    }
    case 'set':
      return setTruth(context, state, node.target, node.value, node.test);
    case 'choice':
      if (node.expr) evaluate(context, state, node.expr);
      return;
    case 'turn':
      return loopStep(context, state, node.call);
    case 'warned':
      state.setPath(WARNED, { known: 'nonnull' });
      return;
    case 'return':
      // A condition that was returned was evaluated branch by branch.
      if (node.value && node.known === undefined) evaluate(context, state, node.value);
      return;
    default:
  }
}

function cfgStart(node: Extract<CfgNode, { op: 'declare' }>): number {
  return node.initial?.start ?? 0;
}

/** `struct follow_args args = { .vma = vma, ... }`: each named member gets its value. */
function declareFields(
  context: FlowContext,
  state: State,
  name: string,
  initial: Extract<NonNullable<Extract<CfgNode, { op: 'declare' }>['initial']>, { op: 'initialiser' }>,
): void {
  // Members and elements are new ones, also those that are not named.
  const whole = freshValue(context, state, `val:${initial.start}`, { ...UNKNOWN, at: initial.start });
  writePath(context, state, { op: 'name', name, start: initial.start, end: initial.start }, whole);
  for (const entry of initial.entries) {
    const value = evaluate(context, state, entry.value);
    if (entry.field !== undefined)
      state.setPath(`${name}.${entry.field}`, withPage(context, state, value, entry.value));
  }
}

/**
 * A loop macro assigns the locals it names (list_for_each_entry(page, ...), xa_for_each(xa, index, page)); which pages
 * those are nobody says, but a pfn that is counted through a range lies in it.
 */
function loopStep(context: FlowContext, state: State, call: Extract<CfgNode, { op: 'turn' }>['call']): void {
  const range = call.name === undefined ? undefined : context.vocabulary.rangeLoops.get(call.name);
  const from = range && call.args[range.from];
  const start = from && neighbour(context, state, evaluate(context, state, from), call.start);
  call.args.forEach((arg, index) => {
    if (arg.op !== 'name' || !context.types.has(arg.name)) return;
    if (range && index !== range.variable) return;
    const origin = { ...UNKNOWN, contract: call.name ?? 'loop', at: call.start };
    writePath(context, state, arg, start ?? freshValue(context, state, `turn:${arg.start}`, origin));
  });
}

/** The nodes that the flow came to, in their order, with the state before each: few of them, where it was cut short. */
export function reachedNodes(flow: Flow): readonly ReachedNode[] {
  return reachedOf(flow, flow.cfg.nodes);
}

export interface ReachedNode {
  readonly node: CfgNode;
  /** Before it. */
  readonly state: State;
}

function reachedOf({ before }: Flow, nodes: readonly CfgNode[]): readonly ReachedNode[] {
  return nodes.flatMap((node) => {
    const state = before.get(node.id);
    return state ? [{ node, state }] : [];
  });
}

/**
 * Walks the reached nodes once more, in order, telling the listener of every call with its final state and its node; with
 * `naming`, of those nodes only that hold the name of that function.
 */
export function replayCalls(context: FlowContext, flow: Flow, listener: ReplayListener, naming?: string): void {
  const nodes = naming === undefined ? reachedNodes(flow) : reachedOf(flow, nodesNaming(flow.cfg, naming));
  for (const { node, state } of nodes) {
    const onCall: CallListener = (call, contract, args, after, result, before) => {
      listener(call, contract, args, after, result, node.id, before);
    };
    const listening: FlowContext = { ...context, onCall };
    if (node.op === 'branch') evaluate(listening, state.copy(), node.condition);
    else step(listening, node, state.copy());
  }
}

export type ReplayListener = (
  call: Call,
  contract: Contract | undefined,
  args: readonly Value[],
  state: State,
  result: Value,
  node: NodeId,
  before: State,
) => void;

/** The value a reached return node gives back. */
export function returnedValue(context: FlowContext, flow: Flow, node: Extract<CfgNode, { op: 'return' }>): Value {
  const state = flow.before.get(node.id);
  if (!state || !node.value) return {};
  if (node.known !== undefined) return { number: node.known, known: node.known === 0 ? 'null' : 'nonnull' };
  return evaluate(context, state.copy(), node.value);
}
