import type { Cfg, CfgNode, NodeId } from './cfg/cfg.js';
import type { FlowContext } from './context.js';
import { renameStale, pageOf } from './domain/pages.js';
import type { State, AbstractPage, PageId } from './domain/state.js';
import { propagate, takeSide, transfer } from './fixpoint.js';
import type { Edge, Flow, Side } from './fixpoint.js';

/**
 * What would happen from some place of a function on, if something were so: a call answered this, the page were of these
 * kinds. The one way of asking: an analysed function is run again from there under the assumption.
 */
export interface WhatIf {
  /**
   * `before` a node, which is evaluated again under the assumption; `behind` it, on the ways that are open then; or `past` a
   * test that is taken to have come out one way, whatever is known of it.
   */
  readonly from: 'before' | 'behind' | 'past';
  readonly at: NodeId;
  /** Of a branch: the one way that is followed, 0 for true. */
  readonly side?: Side;
  /** A call, by its offset, and how it answers. */
  readonly answer?: { readonly call: number; readonly is: 'null' | 'nonnull' };
  readonly page?: FollowedPage;
  /** Nothing goes on from these, so that a loop is followed for one turn. */
  readonly stopAt?: Iterable<NodeId>;
}

/** A page that is followed under a name of its own, so that nothing else can be taken for it. */
export interface FollowedPage {
  readonly id: PageId;
  /** What it is taken to be; undefined where it cannot be so, and the way is not taken. */
  readonly as: (page: AbstractPage) => AbstractPage | undefined;
  /** Whether it carries the reserved bit: a second test of it comes out like that. */
  readonly bit?: boolean;
}

/** The name of the followed page. */
export const FOLLOWED: PageId = 'followed';

export interface Followed {
  readonly context: FlowContext;
  /** The ways out of where it began. Two of them may lead to one node. */
  readonly start: readonly Edge[];
  readonly flow: Flow;
}

/**
 * Nodes that questions of one kind may pass in one function, all of them together. Each question is followed to the end of the
 * function, so that their number times its nodes is what they cost. No function of Linux needs more than a tenth.
 */
const MAX_NODES_PASSED = 20_000;

/** How many questions of one kind are followed in a function, one at least; what further ones come to is not known. */
export function followable(cfg: Cfg): number {
  return Math.max(1, Math.floor(MAX_NODES_PASSED / cfg.nodes.length));
}

export interface Analysed {
  readonly context: FlowContext;
  readonly flow: Flow;
}

/** Undefined where the analysis never came to the node. */
export function followWhatIf({ context, flow }: Analysed, asked: WhatIf): Followed | undefined {
  const node = flow.cfg.nodes[asked.at];
  const before = flow.before.get(asked.at);
  if (!node || !before) return undefined;
  const { answer, page } = asked;
  const assumed: FlowContext = {
    ...context,
    ...(answer && { forced: new Map([[answer.call, answer.is]]) }),
    ...(page && { mustExist: FOLLOWED }),
    ...(page?.bit !== undefined && { bit: page.bit }),
  };
  const edges = edgesFrom(withoutPage(assumed), node, before, asked);
  const start = page ? edges.flatMap((edge) => withPage(context, edge, page)) : edges;
  return { context: assumed, start, flow: propagate(assumed, flow.cfg, start, new Set(asked.stopAt)) };
}

/** The page gets its name behind the node where it begins. */
function withoutPage({ mustExist: _page, bit: _bit, ...context }: FlowContext): FlowContext {
  return context;
}

function edgesFrom(context: FlowContext, node: CfgNode, before: State, { from, side }: WhatIf): readonly Edge[] {
  if (from === 'before') return [[node.id, before.copy()]];
  if (from === 'behind')
    return side === undefined ? transfer(context, node, before) : edgeOf(context, node, before, side);
  const to = node.next[side ?? 0];
  return to === undefined ? [] : [[to, before.copy()]];
}

/** The one way out of a branch, where it is open. */
function edgeOf(context: FlowContext, node: CfgNode, before: State, side: Side): readonly Edge[] {
  const to = node.next[side];
  const state = node.op === 'branch' ? takeSide(context, node, before, side) : undefined;
  return to !== undefined && state ? [[to, state]] : [];
}

function withPage(context: FlowContext, [to, state]: Edge, { id, as }: FollowedPage): readonly Edge[] {
  const own = state.copy();
  const page = as(pageOf(context, own, id));
  if (!page) return [];
  renameStale(context, own, id, FOLLOWED);
  own.setPage(FOLLOWED, { ...page, aliases: [FOLLOWED, ...page.aliases.filter((group) => group !== id)] });
  return [[to, own]];
}

/** True when a way leads to the end of the function. */
export function getsOut({ flow }: Followed): boolean {
  return flow.before.has(flow.cfg.exit);
}
