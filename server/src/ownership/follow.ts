import type { OwnershipAct, OwnershipModel, OwnedUnit } from '@pageref/shared';
import { facetOf } from '@pageref/shared/model';
import { writtenIn } from '../flow/cfg/cfg.js';
import type { Cfg, CfgNode, CfgVocabulary, NodeId } from '../flow/cfg/cfg.js';
import { conditionAt } from '../syntax/index.js';
import type { Condition } from '../syntax/index.js';
import type { Conditions } from '../syntax/conditions-around.js';
import type { Expr, FunctionIr } from '../syntax/ir.js';
import { partsOf, visitExpressions } from '../syntax/ir-walk.js';
import { actsOfFacet, isBorrower, operandPath, seenThrough } from './calls.js';
import type { CallExpr, CallKnowledge } from './calls.js';
import { livenessOf, onlyLive } from './live.js';
import type { Live } from './live.js';
import { isPartOf, localsOf, pathOf, placeOf, rootOf } from './paths.js';
import type { Locals, Path } from './paths.js';
import { EVERY_OUTCOME, joinStates, naming } from './state.js';
import type { Naming, OwnershipState } from './state.js';
import { isTable, step } from './step.js';
import type { Acquisition, Event, StepContext } from './step.js';
import { POSITIVE, signsOfExpr, valuePath } from './values.js';
import type { Signs } from './values.js';

/** States of a node that are kept apart; more of one key are joined. */
const MAX_STATES = 24;
/** States of a node that are kept apart before the acquisition that is followed was reached. */
const MAX_BASE_STATES = 12;
/** Visits of one pass for each node; a function that needs more is too tangled. */
const MAX_VISITS = 40;
/** Nodes that a small function is taken to have more. */
const SMALL = 50;

/** Where a function is left, with the state there. */
export interface WayOut {
  /** Offset and length of the return statement's node; the end of the function where it runs out. */
  readonly start: number;
  readonly length: number;
  readonly state: OwnershipState;
  /** Signs of what is returned; undefined for nothing. */
  readonly returned: Signs | undefined;
  readonly value: Expr | undefined;
}

/** What became of one acquisition on all paths. */
export interface Followed {
  readonly acquisition: Acquisition;
  readonly events: readonly Event[];
  readonly ways: readonly WayOut[];
  /** False where the function was too tangled to see all paths. */
  readonly complete: boolean;
}

const NOTHING_ASSUMED: Conditions = new Map();

/** A function prepared for following. */
export interface Prepared {
  readonly fn: FunctionIr;
  readonly cfg: Cfg;
  readonly knowledge: CallKnowledge;
  readonly locals: Locals;
  readonly asked: ReadonlySet<Path>;
  readonly repeated: (condition: Expr) => string | undefined;
  readonly isAsserted: (node: CfgNode) => boolean;
  /** True for a condition that stands in a warning: what is behind it is held for impossible. */
  readonly isWarned: (node: CfgNode) => boolean;
  readonly armConditions: ReadonlyMap<number, Condition>;
  /** What can still be asked for in front of each node. */
  readonly live: () => readonly Live[];
  /** What `#if` asks in the file, and the answers that the function was read with. */
  readonly assumed: Conditions;
  /** The states in which each node with a call that takes or gives back is reached while nothing is followed. */
  readonly before: () => ReadonlyMap<NodeId, readonly OwnershipState[]>;
  /** The nodes of each loop, by its head. */
  readonly loops: ReadonlyMap<NodeId, ReadonlySet<NodeId>>;
  /** What the loops do element by element, by the node that begins a turn. */
  readonly releasedIn: (unit: OwnedUnit) => ReadonlyMap<NodeId, readonly ElementAct[]>;
}

/** Something that a loop does to a page or to each element of an array: gives it back, stores it, hands it to a call. */
interface ElementAct extends Pick<Event, 'start' | 'length'> {
  readonly does: 'drop' | 'store' | 'hand';
  readonly unit: OwnedUnit;
  readonly path: Path;
}

export function prepare(
  fn: FunctionIr,
  cfg: Cfg,
  { text, assertions }: { readonly text: string; readonly assertions: CfgVocabulary['assertions'] },
  knowledge: CallKnowledge,
  assumed: Conditions = NOTHING_ASSUMED,
): Prepared {
  const loops = loopsOf(cfg);
  const repeated = repeatedConditions(cfg, text, knowledge);
  const armConditions = conditionsOfArms(cfg, text);
  const prepared: Prepared = {
    fn,
    cfg,
    knowledge,
    locals: localsOf(fn, cfg),
    asked: askedPaths(cfg),
    repeated,
    isAsserted: (node) =>
      node.op === 'branch' && node.assertion !== undefined && assertions.get(node.assertion)?.proves !== true,
    isWarned: (node) => node.op === 'branch' && standsInWarning(text, node.condition.start),
    armConditions,
    assumed,
    loops,
    live: lazy(() => livenessOf(cfg, (node) => askedAgain(node, repeated, armConditions))),
    before: lazy(() => statesBefore(prepared)),
    releasedIn: once((unit) => releasesInLoops(cfg, loops, knowledge, unit)),
  };
  return prepared;
}

/** `if (WARN_ON_ONCE(a || b)) return -EINVAL;` */
function standsInWarning(text: string, at: number): boolean {
  const from = Math.max(...[';', '{', '}'].map((end) => text.lastIndexOf(end, at)));
  return /\bWARN(_ON)?(_ONCE)?\s*\(/.test(text.slice(from + 1, at));
}

/** The text under which a state knows the answer to a node's condition. */
function askedAgain(
  node: CfgNode,
  repeated: Prepared['repeated'],
  arms: Prepared['armConditions'],
): string | undefined {
  if (node.op === 'branch') return repeated(node.condition);
  const asked = node.op === 'choice' && node.arms !== undefined ? arms.get(node.arms) : undefined;
  return asked && `#${asked.key}`;
}

function lazy<Found>(find: () => Found): () => Found {
  let known: { readonly found: Found } | undefined;
  return () => (known ??= { found: find() }).found;
}

function once<Key, Found>(find: (key: Key) => Found): (key: Key) => Found {
  const known = new Map<Key, Found>();
  return (key) => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
}

/** True for a node that is passed again in each turn of a loop. */
export function isInLoop({ loops }: Prepared, id: NodeId): boolean {
  return [...loops.values()].some((body) => body.has(id));
}

/** Calls of the function that take what it then owes, in the order of the graph. */
export function acquisitionsIn({ fn, cfg, knowledge }: Prepared): readonly Acquisition[] {
  const conditional = conditionalCalls(fn);
  return cfg.nodes.flatMap((node) =>
    callsOf(node)
      .filter(({ start }) => !conditional.has(start))
      .flatMap((call) =>
        takesOf(call, knowledge).flatMap((act): Acquisition[] => {
          const path = operandPath(call, act.on, knowledge);
          return path === undefined ? [] : [{ node: node.id, call, act, path }];
        }),
      ),
  );
}

/** `known ?: take()`: whether it was taken is not followed. */
function conditionalCalls(fn: FunctionIr): ReadonlySet<number> {
  const found = new Set<number>();
  const collect = (expr: Expr): void => {
    if (expr.op === 'call') found.add(expr.start);
    for (const part of partsOf(expr)) collect(part);
  };
  visitExpressions(fn.body, (expr) => {
    if (expr.op !== 'conditional') return;
    if (expr.then) collect(expr.then);
    collect(expr.else);
  });
  return found;
}

function takesOf(call: CallExpr, { actsOf, mayTake }: CallKnowledge): readonly OwnershipAct[] {
  const acts = call.name === undefined || !mayTake(call.name) ? undefined : actsOf(call.name);
  // What a member of an argument points to has a name of its own, which is not followed.
  return acts?.filter(({ does, on }) => does === 'take' && on.through !== 'field') ?? [];
}

/** Follows one acquisition from where it is made, over every state that can be there. */
export function follow(prepared: Prepared, acquisition: Acquisition): Followed {
  const events: Event[] = [];
  const before = prepared.before().get(acquisition.node) ?? [];
  const { unit, on } = acquisition.act;
  const fills = on.through !== undefined;
  const context: StepContext = { ...contextOf(prepared, unit, (event) => events.push(event)), fills };
  const node = prepared.cfg.nodes[acquisition.node];
  const starts = node ? before.flatMap((state) => step({ ...context, begins: acquisition }, node, state)) : [];
  const { ways, complete } = run(prepared, context, starts);
  const first = node?.op === 'return' ? starts.map(([, state]) => wayOut(prepared, node, state)) : [];
  return { acquisition, events, ways: [...first, ...ways], complete };
}

/** A give-back of a page by a name of its own, whoever took it. */
export interface GiveBack {
  readonly node: NodeId;
  readonly call: CallExpr;
  readonly act: OwnershipAct;
  readonly path: Path;
}

/** Calls of the function that surely give back what one variable names, in the order of the graph. */
export function giveBacksIn({ cfg, knowledge, locals }: Prepared): readonly GiveBack[] {
  return cfg.nodes.flatMap((node) =>
    callsOf(node).flatMap((call) => {
      const acts = call.name === undefined ? [] : (knowledge.model.acts.get(call.name) ?? []);
      return acts.flatMap((act): GiveBack[] => {
        if (act.does !== 'drop' || act.when !== 'always' || !isPageUnit(act.unit)) return [];
        const path = operandPath(call, act.on, knowledge);
        return path === undefined || !locals.types.has(path) ? [] : [{ node: node.id, call, act, path }];
      });
    }),
  );
}

/** Follows a page from where it is given back. */
export function followGiveBack(
  prepared: Prepared,
  { node: id, act, path }: GiveBack,
): Pick<Followed, 'events' | 'complete'> {
  const events: Event[] = [];
  const node = prepared.cfg.nodes[id];
  const context = contextOf(prepared, act.unit, (event) => events.push(event));
  const before = prepared.before().get(id) ?? [];
  const starts = before.flatMap((state) =>
    node ? step(context, node, { ...state, typestate: 'held', names: [path] }) : [],
  );
  const { complete } = run(prepared, context, starts);
  return { events, complete };
}

/** Follows the page that a parameter names, as if its caller owned it. */
export function followParameter(prepared: Prepared, name: Path, unit: OwnedUnit): Followed {
  const events: Event[] = [];
  const context = { ...contextOf(prepared, unit, (event) => events.push(event)), followsGone: true, keepsWays: false };
  const state: OwnershipState = {
    ...startOf(prepared),
    typestate: 'held',
    names: [name],
    facts: new Map([[name, POSITIVE]]),
  };
  const { ways, complete } = run(prepared, context, [[prepared.cfg.entry, state]]);
  const call = {
    op: 'call',
    callee: { op: 'type', start: 0, end: 0 },
    name: undefined,
    args: [],
    start: 0,
    end: 0,
  } as const;
  const act = { does: 'take', unit, on: { at: 'result' }, when: 'always' } as const;
  return { acquisition: { node: prepared.cfg.entry, call, act, path: name }, events, ways, complete };
}

/**
 * The states in which nodes are reached while nothing is followed: the same for every unit. What lies behind the last call that
 * takes or gives back is left out, because nobody asks how it is reached.
 */
function statesBefore(prepared: Prepared): ReadonlyMap<NodeId, readonly OwnershipState[]> {
  const { cfg } = prepared;
  const ways = waysTo(cfg, (node) => callsOf(node).some((call) => isAccounted(prepared, call)));
  if (!ways.has(cfg.entry)) return new Map();
  const context = { ...contextOf(prepared, 'reference', () => undefined), followsGone: true };
  return run(prepared, context, [[cfg.entry, startOf(prepared)]], { most: MAX_BASE_STATES, ways }).reached;
}

function isAccounted({ knowledge: { model, mayTake } }: Prepared, { name }: CallExpr): boolean {
  return name !== undefined && (mayTake(name) || model.acts.get(name)?.some(({ does }) => does === 'drop') === true);
}

/** The nodes that are wanted, and those from which one of them is reached. */
function waysTo(cfg: Cfg, isWanted: (node: CfgNode) => boolean): ReadonlySet<NodeId> {
  const from = leadingTo(cfg);
  // A set that grows while it is walked: nodes that are added come up later.
  const found = new Set(cfg.nodes.filter(isWanted).map(({ id }) => id));
  for (const id of found) for (const before of from.get(id) ?? []) found.add(before);
  return found;
}

/** The nodes that lead to each node. */
function leadingTo({ nodes }: Cfg): ReadonlyMap<NodeId, readonly NodeId[]> {
  const from = new Map<NodeId, NodeId[]>();
  for (const { id, next } of nodes) {
    for (const to of next) {
      const known = from.get(to);
      if (known) known.push(id);
      else from.set(to, [id]);
    }
  }
  return from;
}

const NONE: readonly never[] = [];

function startOf({ cfg, assumed }: Prepared): OwnershipState {
  return {
    typestate: 'gone',
    names: [],
    extras: NONE,
    counts: NONE,
    short: false,
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

function contextOf(prepared: Prepared, unit: OwnedUnit, onEvent: (event: Event) => void): StepContext {
  const { knowledge, locals, asked, repeated, isAsserted, armConditions } = prepared;
  const own = { unit, onEvent, fills: false, followsGone: false, keepsWays: true };
  return { knowledge, locals, asked, repeated, isAsserted, armConditions, ...own };
}

interface Ran {
  readonly reached: ReadonlyMap<NodeId, readonly OwnershipState[]>;
  readonly ways: readonly WayOut[];
  readonly complete: boolean;
}

/** How many states of a node are kept apart, and the nodes that are looked at: all without `ways`. */
interface Bounds {
  readonly most: number;
  readonly ways?: ReadonlySet<NodeId>;
}

/** Runs states through the graph until nothing new comes out, a node after what leads to it. */
function run(
  prepared: Prepared,
  context: StepContext,
  starts: readonly [NodeId, OwnershipState][],
  { most, ways: within }: Bounds = { most: MAX_STATES },
): Ran {
  const { cfg } = prepared;
  const loops = prepared.releasedIn(context.unit);
  const names = naming();
  const reached = new Map<NodeId, Map<string, OwnershipState>>();
  const ways = new Map<string, WayOut>();
  const queue = waitingLine(cfg);
  for (const [id, state] of starts) queue.add(id, state);
  const limit = MAX_VISITS * (cfg.nodes.length + SMALL);
  let visits = 0;
  for (let next = queue.take(); next; next = queue.take()) {
    const [id, arrived] = next;
    if (arrived.typestate === 'gone' && !context.followsGone) continue;
    const node = cfg.nodes[id];
    if (!node || id === cfg.exit) continue;
    const known = onlyLive(givenBackInLoop(loops, context, id, arrived), prepared.live()[id] as Live);
    const state = enter(reached, names, id, known, most);
    if (!state) continue;
    if (++visits > limit) return { reached: listed(reached), ways: [...ways.values()], complete: false };
    for (const [to, after] of step(context, node, state)) {
      if (to === cfg.exit) {
        ways.set(`${String(node.id)}|${names.identityOf(after)}`, wayOut(prepared, node, after));
      } else if (within?.has(to) !== false) queue.add(to, after);
    }
  }
  return { reached: listed(reached), ways: [...ways.values()], complete: true };
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

function listed(
  reached: ReadonlyMap<NodeId, ReadonlyMap<string, OwnershipState>>,
): Map<NodeId, readonly OwnershipState[]> {
  return new Map([...reached].map(([id, states]) => [id, [...states.values()]]));
}

/** Enters a state at a node; gives the state to go on with, undefined where it adds nothing. */
function enter(
  reached: Map<NodeId, Map<string, OwnershipState>>,
  { identityOf, keyOf, ownerKeyOf }: Naming,
  id: NodeId,
  state: OwnershipState,
  most: number,
): OwnershipState | undefined {
  const here = reached.get(id) ?? new Map<string, OwnershipState>();
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

function wayOut({ fn, knowledge: { model } }: Prepared, node: CfgNode, state: OwnershipState): WayOut {
  if (node.op !== 'return') {
    return { start: fn.end - 1, length: 1, state, returned: undefined, value: undefined };
  }
  const { value, known, at } = node;
  const returned = known !== undefined ? (known === 1 ? 4 : 2) : value && signsOfExpr(value, state.facts, model);
  const start = value?.start ?? at;
  return { start, length: (value?.end ?? start + 'return'.length) - start, state, returned, value };
}

/** Every call in a node's expressions, in order of evaluation. */
export function callsOf(node: CfgNode): readonly CallExpr[] {
  const found: CallExpr[] = [];
  const visit = (expr: Expr): void => {
    for (const part of partsOf(expr)) visit(part);
    if (expr.op === 'call') found.push(expr);
  };
  const expr = writtenIn(node);
  if (expr) visit(expr);
  return found;
}

/** The variable or place that a node gives a value to, and the value. */
export function assignmentOf(node: CfgNode): { readonly target: Path; readonly value: Expr } | undefined {
  if (node.op === 'declare') return node.initial && { target: node.name, value: node.initial };
  if (node.op !== 'eval' || node.expr.op !== 'assign') return undefined;
  const target = pathOf(node.expr.target);
  return target === undefined ? undefined : { target, value: node.expr.value };
}

function askedPaths({ nodes }: Cfg): ReadonlySet<Path> {
  const asked = new Set<Path>();
  const add = (expr: Expr): void => {
    const path = valuePath(expr);
    if (path !== undefined) asked.add(path);
    for (const part of partsOf(expr)) add(part);
  };
  for (const node of nodes) {
    if (node.op === 'branch') add(node.condition);
    if (node.op === 'return' && node.value) add(node.value);
    // What a copied value is known to be is asked of the copy.
    if (node.op === 'eval' && node.expr.op === 'assign') {
      const path = placeOf(node.expr.value);
      if (path !== undefined) asked.add(path);
    }
  }
  return asked;
}

/** Conditions that ask the same twice, by their text: a path takes the same side of both while nothing in them is written. */
function repeatedConditions({ nodes }: Cfg, text: string, { model }: CallKnowledge): Prepared['repeated'] {
  const counts = new Map<string, number>();
  const textOf = (condition: Expr): string | undefined =>
    changes(condition, model) ? undefined : text.slice(condition.start, condition.end).replace(/\s+/g, '');
  for (const node of nodes) {
    const one = node.op === 'branch' ? textOf(node.condition) : undefined;
    if (one !== undefined) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  return (condition) => {
    const one = textOf(condition);
    return one !== undefined && (counts.get(one) ?? 0) > 1 ? one : undefined;
  };
}

/** What the first arms of preprocessor groups ask, by the offset of the directive; none for an arm that always or never is. */
function conditionsOfArms({ nodes }: Cfg, text: string): ReadonlyMap<number, Condition> {
  const found = new Map<number, Condition>();
  for (const node of nodes) {
    if (node.op !== 'choice' || node.arms === undefined) continue;
    const condition = conditionAt(text, node.arms);
    if (typeof condition === 'object') found.set(node.arms, condition);
  }
  return found;
}

/** True where a condition may have another answer when it is asked again. */
function changes(expr: Expr, model: OwnershipModel): boolean {
  if (expr.op === 'assign' || expr.op === 'update') return true;
  // A call that asks the same of the same: `if (is_partial(bvec)) alloc(); ... if (is_partial(bvec)) free();`
  if (expr.op === 'call' && (expr.name === undefined || model.acts.has(expr.name))) return true;
  return partsOf(expr).some((part) => changes(part, model));
}

/** What each loop does element by element, by its head. */
function releasesInLoops(
  cfg: Cfg,
  loops: Prepared['loops'],
  knowledge: CallKnowledge,
  unit: OwnedUnit,
): ReturnType<Prepared['releasedIn']> {
  const found = new Map<NodeId, ElementAct[]>();
  const inLoops = new Set([...loops.values()].flatMap((body) => [...body]));
  const acting = cfg.nodes
    .filter(({ id }) => inLoops.has(id))
    .flatMap((node) =>
      [...elementDrops(node, knowledge, unit), ...elementStores(node, knowledge), ...hands(node, knowledge)].map(
        (act) => ({ node, act }),
      ),
    );
  if (acting.length === 0) return found;
  for (const [head, body] of loops) {
    const elements = elementNames(cfg, body, knowledge);
    for (const { node, act } of acting) {
      if (!body.has(node.id)) continue;
      const path = elements.get(act.path) ?? act.path;
      // A plain variable is dropped by the node that drops it; its element by the loop.
      if (act.does === 'drop' && !path.includes('[]')) continue;
      found.set(head, [...(found.get(head) ?? []), { ...act, path }]);
    }
  }
  return found;
}

/** Variables that stand for something else inside a loop: `page = pages[i]`, `page = va`. */
function elementNames({ nodes }: Cfg, body: ReadonlySet<NodeId>, knowledge: CallKnowledge): ReadonlyMap<Path, Path> {
  const names = new Map<Path, Path>();
  for (const id of body) {
    const node = nodes[id];
    const { target, value } = (node && assignmentOf(node)) ?? {};
    const path = value && pathOf(seenThrough(value, knowledge));
    if (target !== undefined && path !== undefined && path !== target && !path.startsWith('&')) names.set(target, path);
  }
  return names;
}

function elementDrops(node: CfgNode, knowledge: CallKnowledge, unit: OwnedUnit): ElementAct[] {
  return callsOf(node).flatMap((call) => {
    const acts = call.name === undefined ? undefined : knowledge.actsOf(call.name);
    const drops = actsOfFacet(acts ?? [], unit).filter(({ does }) => does === 'drop');
    return drops.flatMap((act): ElementAct[] => {
      const path = operandPath(call, act.on, knowledge);
      const { start, end } = call;
      return path === undefined ? [] : [{ does: 'drop', unit: act.unit, path, start, length: end - start }];
    });
  });
}

function elementStores(node: CfgNode, knowledge: CallKnowledge): ElementAct[] {
  const expr = writtenIn(node);
  if (expr?.op !== 'assign') return [];
  const { value } = expr;
  const path = pathOf(seenThrough(value.op === 'update' ? value.operand : value, knowledge));
  const target = pathOf(expr.target);
  // A plain variable is one more name; a member or an element is where others find it.
  if (path === undefined || (target !== undefined && target === rootOf(target))) return [];
  return [{ does: 'store', unit: 'reference', path, start: expr.start, length: expr.end - expr.start }];
}

/** Calls of which nothing is known, by what they are handed: a loop is expected to turn. */
function hands(node: CfgNode, knowledge: CallKnowledge): ElementAct[] {
  return callsOf(node).flatMap((call) => {
    const acts = call.name === undefined ? undefined : knowledge.actsOf(call.name);
    if (call.name !== undefined && isBorrower(knowledge, call.name)) return [];
    if (acts && !acts.some(({ does }) => does === 'hand-over')) return [];
    return call.args.flatMap((arg): ElementAct[] => {
      const path = pathOf(seenThrough(arg, knowledge))?.replace(/^&/, '');
      const { start, end } = call;
      return path === undefined ? [] : [{ does: 'hand', unit: 'reference', path, start, length: end - start }];
    });
  });
}

/** The nodes of each loop, by its head: what leads back to the head without passing it. */
export function loopsOf(cfg: Cfg): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  const { nodes, order } = cfg;
  const into = leadingTo(cfg);
  const loops = new Map<NodeId, Set<NodeId>>();
  for (const node of nodes) {
    // Nothing leads there: the order names a place behind all others.
    if ((order[node.id] ?? 0) >= nodes.length) continue;
    for (const head of node.next) {
      if ((order[head] ?? 0) > (order[node.id] ?? 0)) continue;
      const body = loops.get(head) ?? new Set([head]);
      loops.set(head, body);
      const stack = [node.id];
      for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
        if (body.has(id)) continue;
        body.add(id);
        stack.push(...(into.get(id) ?? []));
      }
    }
  }
  return loops;
}

/** True for a facet whose acquisitions are references of a page. */
export function isPageUnit(unit: OwnedUnit): boolean {
  return facetOf(unit) === 'page';
}
