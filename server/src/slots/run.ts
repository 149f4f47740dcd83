import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import { actsOfCall } from '../ownership/calls.js';
import type { CallExpr } from '../ownership/calls.js';
import { isInLoop } from '../ownership/loops.js';
import type { Prepared } from '../ownership/prepared.js';
import { decide, isArray, localCell, valueOf } from './evaluate.js';
import type { Frame } from './evaluate.js';
import { knownCall, unknownCall } from './effects.js';
import type { Given, WrongPut } from './effects.js';
import { having, keeping } from '../ownership/state.js';
import { KnownStates, Numbering } from './known-states.js';
import { numberOf, START, symbolOf, withAnswer, write } from './state.js';
import type { Cell, SlotState, Value } from './state.js';
import { nameOf } from './values.js';
import type { Outcomes } from './values.js';
import type { Expr } from '../syntax/ir.js';

/** A way out of a function, with what is returned. */
export interface SlotWay {
  readonly node: CfgNode;
  readonly value: Value | undefined;
  readonly state: SlotState;
}

/** What a function did with the slots of its tables, on all ways that were run. */
export interface SlotRun {
  readonly ways: readonly SlotWay[];
  readonly wrongPuts: readonly (WrongPut & { readonly state: SlotState })[];
  /** False where there were more ways than are run. */
  readonly complete: boolean;
}

/** Visits of nodes of one function and of what it calls. */
const MAX_VISITS = 6000;
/** Turns of one loop. */
const MAX_TURNS = 6;
/** Functions of the file that are run inside each other. */
const MAX_DEPTH = 2;
/** Ways through a called function. */
const MAX_WAYS = 24;

interface Walk {
  readonly calleeOf: (name: string) => Prepared | undefined;
  readonly onWrongPut: (put: WrongPut, state: SlotState) => void;
  readonly numbering: Numbering;
  visits: number;
}

/** Runs a function with a small number for what nobody knows: loops turn a few times, and calls that take pages succeed, fail, or get fewer. */
export function runSlots(prepared: Prepared, calleeOf: Walk['calleeOf'], some: number): SlotRun {
  const wrongPuts: (WrongPut & { readonly state: SlotState })[] = [];
  const onWrongPut: Walk['onWrongPut'] = (put, state) => wrongPuts.push({ ...put, state });
  const walk: Walk = { calleeOf, visits: 0, onWrongPut, numbering: new Numbering() };
  const ways = through(walk, prepared, { prefix: '', depth: 0 }, { ...START, some });
  return { ways, wrongPuts, complete: walk.visits <= MAX_VISITS };
}

interface Level {
  readonly prefix: string;
  readonly depth: number;
}

function through(walk: Walk, prepared: Prepared, level: Level, start: SlotState): readonly SlotWay[] {
  const { cfg } = prepared;
  const joins = joinsOf(cfg);
  const seen = new KnownStates(walk.numbering);
  const ways: SlotWay[] = [];
  const waiting: (readonly [NodeId, SlotState])[] = [[cfg.entry, start]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [id, state] = next;
    const node = cfg.nodes[id];
    if (!node) continue;
    if (++walk.visits > MAX_VISITS) return ways;
    const turn = (state.turns.get(level.prefix)?.[id] ?? 0) + 1;
    if (turn > MAX_TURNS) continue;
    if (joins.has(id) && !seen.add(id, state)) continue;
    const here = isInLoop(prepared, id) ? passedAgain(state, prepared, level, id) : state;
    const frame = frameOf(walk, prepared, level, String(turn));
    if (node.op === 'return') {
      ways.push(...returned(node, here, frame));
      continue;
    }
    for (const [to, after] of step(node, here, frame).reverse()) {
      if (to === cfg.exit) ways.push({ node, value: undefined, state: after });
      else waiting.push([to, after]);
    }
  }
  return ways;
}

/** The state with one more turn of a node. */
function passedAgain(state: SlotState, { cfg }: Prepared, { prefix }: Level, id: NodeId): SlotState {
  const turns = state.turns.get(prefix)?.slice() ?? cfg.nodes.map(() => 0);
  turns[id] = (turns[id] ?? 0) + 1;
  return { ...state, turns: having(state.turns, prefix, turns) };
}

const JOINS = new WeakMap<Cfg, ReadonlySet<NodeId>>();

/** Nodes that several others lead to: only there states of different ways can be equal. */
function joinsOf(cfg: Cfg): ReadonlySet<NodeId> {
  const known = JOINS.get(cfg);
  if (known) return known;
  const once = new Set<NodeId>();
  const found = new Set<NodeId>();
  for (const to of cfg.nodes.flatMap(({ next }) => next)) (once.has(to) ? found : once).add(to);
  JOINS.set(cfg, found);
  return found;
}

function frameOf(walk: Walk, prepared: Prepared, level: Level, turn: string): Frame {
  const { prefix } = level;
  return {
    prepared,
    prefix,
    turn,
    call: (call, args, state) => {
      const named = `${prefix}${call.name ?? ''}@${String(call.start)}#${turn}`;
      const given: Given = { call, args, named, knowledge: prepared.knowledge, onWrongPut: walk.onWrongPut };
      return (
        knownCall(given, state) ??
        calledOne(walk, given, level, state) ??
        borrowing(given, state) ??
        unknownCall(given, state)
      );
    },
  };
}

/** A call of the model that moves no reference. */
function borrowing({ call, named, knowledge }: Given, state: SlotState): Outcomes<Value> | undefined {
  const acts = actsOfCall(call, knowledge);
  return acts?.length === 0 ? [[symbolOf(named), state]] : undefined;
}

/** A function of the file, run in its place. */
function calledOne(walk: Walk, given: Given, { prefix, depth }: Level, state: SlotState): Outcomes<Value> | undefined {
  const { call, args, named } = given;
  const callee = call.name === undefined || depth >= MAX_DEPTH ? undefined : walk.calleeOf(call.name);
  if (!callee || callee.fn.params.length !== args.length) return undefined;
  const inner: Level = { prefix: `${prefix}${String(call.start)}:`, depth: depth + 1 };
  const bound = callee.fn.params.reduce(
    (sum, { name }, at) => write(sum, `${inner.prefix}${name}`, args[at] ?? symbolOf(name)),
    state,
  );
  const ways = through(walk, callee, inner, bound);
  if (ways.length === 0 || ways.length > MAX_WAYS) return undefined;
  return ways.map((way) => [way.value ?? symbolOf(named), withoutLocals(way.state, inner.prefix)]);
}

function withoutLocals(state: SlotState, prefix: string): SlotState {
  const isOthers = (key: string): boolean => !key.startsWith(prefix);
  return { ...state, cells: keeping(state.cells, isOthers), turns: keeping(state.turns, isOthers) };
}

function returned(node: Extract<CfgNode, { op: 'return' }>, state: SlotState, frame: Frame): readonly SlotWay[] {
  if (node.known !== undefined) return [{ node, value: numberOf(node.known), state }];
  if (!node.value) return [{ node, value: undefined, state }];
  return valueOf(node.value, state, frame).map(([value, after]) => ({ node, value, state: after }));
}

function step(node: CfgNode, state: SlotState, frame: Frame): (readonly [NodeId, SlotState])[] {
  const onAll = (states: readonly SlotState[]): (readonly [NodeId, SlotState])[] =>
    states.flatMap((after) => node.next.map((to) => [to, after] as const));
  switch (node.op) {
    case 'eval':
      return onAll(valueOf(node.expr, state, frame).map(([, after]) => after));
    case 'declare':
      return onAll(declared(node, state, frame));
    case 'set':
      return onAll(
        node.target.op === 'name' ? [write(state, localCell(node.target.name, frame), numberOf(node.value))] : [state],
      );
    case 'branch':
      return decide(node.condition, state, frame, isInLoop(frame.prepared, node.id)).flatMap(([holds, after]) => {
        const to = node.next[holds ? 0 : 1];
        return to === undefined ? [] : [[to, after] as const];
      });
    case 'choice':
      return node.expr ? chosenArm(node.next, node.expr, state, frame) : onAll([state]);
    case 'turn':
      return onAll([turned(node.call, state, frame)]);
    // What a writer holds for impossible is not run.
    case 'warned':
      return [];
    default:
      return onAll([state]);
  }
}

/** A switch that is passed again with the same value goes the same way. */
function chosenArm(
  next: readonly NodeId[],
  expr: Expr,
  state: SlotState,
  frame: Frame,
): (readonly [NodeId, SlotState])[] {
  return valueOf(expr, state, frame).flatMap(([value, after]) => {
    const nameOfArm = (to: NodeId): string => `${nameOf(value)} leads to ${frame.prefix}${String(to)}`;
    const before = next.find((to) => after.answers.get(nameOfArm(to)) === true);
    if (before !== undefined) return [[before, after] as const];
    // Which arm of another switch over the same value goes with which of this one is not followed.
    const asked = `${nameOf(value)} leads somewhere`;
    const guessed = after.guessed || after.answers.get(asked) === true;
    return next.flatMap((to) => {
      const known = withAnswer({ ...after, guessed }, asked, true);
      const taken = known && withAnswer(known, nameOfArm(to), true);
      return taken ? [[to, taken] as const] : [];
    });
  });
}

/** A loop macro gives its variables other values. */
function turned({ args, start }: CallExpr, state: SlotState, frame: Frame): SlotState {
  return args.reduce((sum, arg, at) => {
    const cell: Cell | undefined = arg.op === 'name' ? localCell(arg.name, frame) : undefined;
    return cell === undefined
      ? sum
      : write(sum, cell, symbolOf(`${frame.prefix}@${String(start)}.${String(at)}#${frame.turn}`));
  }, state);
}

function declared(node: Extract<CfgNode, { op: 'declare' }>, state: SlotState, frame: Frame): readonly SlotState[] {
  const cell = localCell(node.name, frame);
  if (isArray(node.name, frame) && !node.static) {
    const cells = keeping(state.cells, (key) => !key.startsWith(`${cell}[`));
    return [{ ...state, cells, fresh: having(state.fresh, cell, node.initial ? 'zeroed' : 'raw') }];
  }
  if (!node.initial) return [state];
  return valueOf(node.initial, state, frame).map(([value, after]) => write(after, cell, value));
}
