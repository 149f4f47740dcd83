import { kindSet } from '@pageref/shared';
import type { KindSet } from '@pageref/shared';
import type { Expr, FunctionIr } from '../../syntax/ir.js';
import { expressionOf } from '../../flow/cfg/cfg.js';
import type { Cfg, CfgNode, NodeId } from '../../flow/cfg/cfg.js';
import type { FlowContext } from '../../flow/context.js';
import { replayCalls } from '../../flow/fixpoint.js';
import type { Flow, ReplayListener, Side } from '../../flow/fixpoint.js';
import { followWhatIf, FOLLOWED, getsOut } from '../../flow/what-if.js';
import type { Followed as FollowedFlow } from '../../flow/what-if.js';
import { parameterOf } from '../../contracts/infer.js';
import { handedOver, NOTHING_HANDED_OVER, rootsOfCall, rootsOfOrigin } from './handed.js';
import type { HandedOver, TestedPage } from './handed.js';
import type { AbstractPage, PageId } from '../../flow/domain/state.js';
import { aliasesOf, pageOf } from '../../flow/domain/pages.js';
import { MAX_HOPS } from '../../contracts/file-analysis.js';
import type { AnalysedFunction, FileAnalysis } from '../../contracts/file-analysis.js';
import { outcome } from './side-outcome.js';
import type { SideOutcome } from './side-outcome.js';

/** A side with what the page is handed to there. */
export interface FollowedSide extends SideOutcome {
  readonly handed: HandedOver;
}

/** The two sides of one test, in the function it stands in or in a caller that acts on its answer. */
export interface Sides {
  readonly fn: FunctionIr;
  readonly reserved: FollowedSide;
  readonly other: FollowedSide;
  /** The reserved side for boot memory, the page such a test has in mind; only in the function of the test. */
  readonly plain: SideOutcome | undefined;
  /** True when a device page can leave the function on the reserved side without having been asked about. */
  readonly unasked: boolean;
  /** Calls between the function of the test and this one. */
  readonly hops: number;
}

/** How far up callers are asked what they do with the answer. */
const MAX_ANSWER_HOPS = 3;

const NOTHING: FollowedSide = {
  acts: [],
  returns: new Set(),
  complete: true,
  truth: undefined,
  handed: NOTHING_HANDED_OVER,
};

/** Call sites of one function that are followed for what they do with its answer. */
const MAX_CALL_SITES = 24;

/**
 * Nodes of callers that are passed for one test, all ways up together: functions that all call one another have as many ways as
 * there are orders of them. No test of Linux needs more than a quarter.
 */
const MAX_CALLER_NODES = 5_000;

/** What is left of that bound. */
interface Budget {
  nodes: number;
}

/** What became of a test: its sides, and whether every caller that acts on the answer was followed. */
export interface Exploration {
  readonly sides: readonly Sides[];
  readonly allCallers: boolean;
}

/**
 * Follows a page of the given kinds down both sides of a test, to the end of the function, and on into the callers
 * in the same file when the sides differ in what they return.
 */
export function exploreSides(
  unit: FileAnalysis,
  analysed: AnalysedFunction,
  node: Extract<CfgNode, { op: 'branch' }>,
  id: PageId,
  device: KindSet,
): Exploration {
  const { context, flow } = analysed;
  const before = flow.before.get(node.id);
  if (!before) return { sides: [], allCallers: false };
  const aliases = new Set([FOLLOWED, ...aliasesOf(context, before.copy(), id)]);
  const follow = (side: Side, kinds: KindSet, stopAt: readonly NodeId[] = []): FollowedFlow | undefined => {
    const as = (page: AbstractPage): AbstractPage => ({ ...page, kinds, cutByReservedBit: 0 });
    // The bit decides which side was taken: a second test of it, or a boolean that holds its answer, goes the same way.
    const page = { id, as, bit: side === RESERVED };
    return followWhatIf(analysed, { from: 'past', at: node.id, side, page, stopAt: [node.id, ...stopAt] });
  };
  const { origin } = pageOf(context, before.copy(), id);
  const tested = { aliases, roots: origin.role === 'unknown' ? rootsOfOrigin(context, origin.at) : [] };
  const outcomeOf = (flowed: FollowedFlow | undefined): FollowedSide =>
    flowed ? followed(unit, flowed.context, flowed.flow, tested) : NOTHING;
  const reserved = outcomeOf(follow(RESERVED, device));
  const asked = reserved.acts.flatMap((act) => (act.kind === 'asks' && act.exact ? nodesAt(flow.cfg, act.at) : []));
  const unasked = follow(RESERVED, device, asked);
  const sides: Sides = {
    fn: context.fn,
    reserved,
    other: outcomeOf(follow(OTHER, device)),
    plain: outcomeOf(follow(RESERVED, kindSet(['boot-reserved']))),
    unasked: unasked !== undefined && getsOut(unasked),
    hops: 0,
  };
  const budget: Budget = { nodes: MAX_CALLER_NODES };
  const callers = callersSides(unit, sides, parameterOf(context, [...aliases]), budget);
  return { sides: [sides, ...callers.sides], allCallers: callers.allCallers };
}

/** The sides of a test of the bit. */
const [RESERVED, OTHER]: readonly [Side, Side] = [0, 1];

/** The nodes that evaluate the expression at an offset. */
export function nodesAt(cfg: Cfg, at: number): NodeId[] {
  const holds = (expr: Expr | undefined): boolean => expr !== undefined && expr.start <= at && at < expr.end;
  return cfg.nodes.filter((node) => holds(expressionOf(node))).map((node) => node.id);
}

/** What callers do on either answer: each is run twice, with the call's result taken as the one and as the other. */
function callersSides(unit: FileAnalysis, below: Sides, parameter: number | undefined, budget: Budget): Exploration {
  const { reserved, other } = below;
  if (below.hops >= MAX_ANSWER_HOPS || reserved.truth === undefined || reserved.truth === other.truth) {
    return { sides: [], allCallers: true };
  }
  if (budget.nodes <= 0) return { sides: [], allCallers: false };
  const { functions, complete } = unit.table.mentioning(below.fn.name);
  const sites = functions.flatMap((caller) => {
    const analysed = unit.analyse(caller, MAX_HOPS - 1 - below.hops);
    return callsOf(analysed, below.fn.name, parameter).map((call) => ({ caller, analysed, call }));
  });
  const found: Sides[] = [];
  let allCallers = complete && sites.length <= MAX_CALL_SITES;
  for (const { caller, analysed, call } of sites.slice(0, MAX_CALL_SITES)) {
    if (budget.nodes <= 0) return { sides: found, allCallers: false };
    budget.nodes -= 2 * analysed.flow.cfg.nodes.length;
    const sides = answeredSides(unit, below, caller, analysed, call);
    // Once a caller acts on the answer, what its own callers make of its return value adds nothing.
    const above = actsDiffer(sides) ? undefined : callersSides(unit, sides, call.passed, budget);
    found.push(sides, ...(above?.sides ?? []));
    allCallers &&= above?.allCallers ?? true;
  }
  return { sides: found, allCallers };
}

/** A caller run twice, with one call's answer taken as that of the one side and of the other. */
function answeredSides(
  unit: FileAnalysis,
  { reserved, other, hops }: Sides,
  caller: FunctionIr,
  analysed: AnalysedFunction,
  { start, node, aliases, roots }: FoundCall,
): Sides {
  // What was done before the call is the same for either answer.
  const run = (is: 'null' | 'nonnull' | undefined): FollowedSide => {
    const flowed = is && followWhatIf(analysed, { from: 'before', at: node, answer: { call: start, is } });
    const page = { aliases, roots: aliases ? [] : roots };
    return flowed ? followed(unit, flowed.context, flowed.flow, page) : NOTHING;
  };
  const opposite = reserved.truth === 'null' ? 'nonnull' : 'null';
  return {
    fn: caller,
    reserved: run(reserved.truth),
    other: run(other.truth ?? opposite),
    plain: undefined,
    unasked: true,
    hops: hops + 1,
  };
}

function actsDiffer({ reserved, other }: Sides): boolean {
  const kinds = (outcome: SideOutcome): string[] =>
    outcome.acts.filter((act) => act.kind === 'effect' || act.kind === 'needs').map((act) => `${act.kind}:${act.name}`);
  const [left, right] = [new Set(kinds(reserved)), new Set(kinds(other))];
  return left.size !== right.size || [...left].some((act) => !right.has(act));
}

interface FoundCall {
  readonly start: number;
  /** The node that evaluates the call. */
  readonly node: NodeId;
  readonly aliases: ReadonlySet<PageId> | undefined;
  /** Variables it is given. */
  readonly roots: readonly string[];
  /** Parameter of the caller that is handed on. */
  readonly passed: number | undefined;
}

function callsOf({ context, flow }: AnalysedFunction, name: string, parameter: number | undefined): FoundCall[] {
  const calls = new Map<number, FoundCall>();
  const listen: ReplayListener = (call, _contract, args, state, _result, node) => {
    if (call.name !== name || calls.has(call.start)) return;
    const id = parameter === undefined ? undefined : args[parameter]?.page;
    const aliases = id === undefined ? undefined : aliasesOf(context, state, id);
    calls.set(call.start, {
      start: call.start,
      node,
      aliases: aliases && new Set(aliases),
      roots: rootsOfCall(call),
      passed: parameterOf(context, aliases),
    });
  };
  replayCalls(context, flow, listen, name);
  return [...calls.values()];
}

function followed(unit: FileAnalysis, context: FlowContext, flow: Flow, page: TestedPage): FollowedSide {
  return { ...outcome(unit, context, flow, page.aliases), handed: handedOver(context, flow, page) };
}
