import type { FileAnalysis } from '../../contracts/file-analysis.js';
import { isLasting, isThereAlready } from '../../contracts/unseen-counts.js';
import type { Unseen } from '../../contracts/unseen-counts.js';
import type { Call, FlowContext } from '../../flow/context.js';
import { plainPath, pointee, pointerRoot, rootName } from '../../flow/domain/access-paths.js';
import { aliasesOf } from '../../flow/domain/pages.js';
import type { State, PageId } from '../../flow/domain/state.js';
import { reachedNodes, replayCalls } from '../../flow/fixpoint.js';
import type { Flow } from '../../flow/fixpoint.js';
import { anythingBelow, handedIn, pathOf, waysTo } from '../../flow/page-paths.js';
import type { HandedPage, PagePlaces } from '../../flow/page-paths.js';
import { expressionOf } from '../../flow/cfg/cfg.js';
import type { EffectRow } from '../../flow/contract.js';
import { exprText } from '../../syntax/expr-text.js';
import { partsOf, visitExpressions } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/ir.js';

/** Where the tested page goes on the two sides of a test, as far as the flow cannot say what becomes of its references. */

/** A call that is handed the page, or what holds it. */
export interface HandedCall {
  readonly call: Call;
  readonly fn: FunctionIr;
  readonly handed: readonly HandedPage[];
}

/** A write of the page to memory that outlives the function. */
export interface KeptPage {
  readonly place: string;
  readonly at: number;
}

export interface HandedOver {
  readonly calls: readonly HandedCall[];
  /** Offsets of all calls that are made there, whatever they are handed. */
  readonly made: ReadonlySet<number>;
  readonly kept: readonly KeptPage[];
}

export const NOTHING_HANDED_OVER: HandedOver = { calls: [], made: new Set(), kept: [] };

/** What is known of the tested page by name. */
export interface TestedPage {
  /** Its pages; undefined where the function does not name it. */
  readonly aliases: ReadonlySet<PageId> | undefined;
  /** Variables that may lead to it: what a call was given that the page came from. */
  readonly roots: readonly string[];
}

/** Everything in a flow that is handed the page. */
export function handedOver(context: FlowContext, flow: Flow, page: TestedPage): HandedOver {
  const tools = { contractOf: context.contractOf, vocabulary: context.vocabulary };
  const calls: HandedCall[] = [];
  const made = new Set<number>();
  replayCalls(context, flow, (call, _contract, _args, _state, _result, _node, before) => {
    made.add(call.start);
    const handed = handedIn(tools, call.args, placesOf(context, before, page));
    if (handed.length > 0) calls.push({ call, fn: context.fn, handed });
  });
  const kept = reachedNodes(flow).flatMap(({ node, state }): KeptPage[] => {
    const expr = expressionOf(node);
    if (!expr) return [];
    const places = placesOf(context, state, page);
    return assignmentsIn(expr).flatMap(({ target, value }) => {
      const isPage = waysTo(tools, value, places).some(({ path }) => path === '');
      if (!isPage || isThereAlready(target, places) || !isLasting(context, context.fn, target)) return [];
      return [{ place: placeText(target), at: target.start }];
    });
  });
  return { calls, made, kept };
}

function placeText(target: Expr): string {
  return pathOf(target) ?? exprText(target);
}

function assignmentsIn(expr: Expr): Extract<Expr, { op: 'assign' }>[] {
  const own = expr.op === 'assign' ? [expr] : [];
  return [...own, ...partsOf(expr).flatMap(assignmentsIn)];
}

/** The access paths that name the page in a state. */
function placesOf(context: FlowContext, state: State, { aliases, roots }: TestedPage): PagePlaces {
  const places = new Set(roots.map(anythingBelow));
  if (!aliases) return places;
  for (const [place, { page }] of state.paths) {
    if (page !== undefined && isAmong(aliasesOf(context, state, page), aliases)) places.add(plainPath(place));
  }
  for (const group of aliases) {
    // A place nothing was assigned to names its first page without being entered.
    const place = group.startsWith('at:') ? group.slice(3) : undefined;
    if (place !== undefined && !state.paths.has(place)) places.add(plainPath(place));
  }
  return places;
}

function isAmong(some: readonly PageId[], all: ReadonlySet<PageId>): boolean {
  return some.some((one) => all.has(one));
}

/** The variables that a call was given; what it handed back may be held by what they lead to. */
export function rootsOfCall({ args }: Call): readonly string[] {
  const places = args.map((arg) => pointee(arg) ?? pointerRoot(arg)).filter((place) => place !== undefined);
  return [...new Set(places.map(rootName))].filter((root) => root !== '' && !/^[A-Z0-9_]+$/.test(root));
}

/** The variables that led to a page which an unknown call handed back. */
export function rootsOfOrigin({ fn }: FlowContext, at: number): readonly string[] {
  let found: readonly string[] = [];
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'call' && expr.start === at) found = rootsOfCall(expr);
  });
  return found;
}

/** What one side of a test does with the page that the flow does not see, and the other side does not. */
export interface OneSided {
  /** Effects of functions that other files define. */
  readonly counted: readonly { readonly call: Call; readonly effect: EffectRow }[];
  readonly doubt: Doubt | undefined;
}

/** Code on one side of a test alone that may count references, and why that is not seen. */
export interface Doubt {
  readonly name: string;
  readonly why: Unseen['why'] | 'stored';
  readonly at: number;
  /** The call in the function itself. */
  readonly through: string;
}

export function oneSided(unit: FileAnalysis, side: HandedOver, other: HandedOver): OneSided {
  const known = new Set(other.calls.map(callKey));
  const isOneSided = (one: HandedCall): boolean => !other.made.has(one.call.start) && !known.has(callKey(one));
  const counted: OneSided['counted'][number][] = [];
  let doubt: Doubt | undefined;
  for (const { fn, call, handed } of side.calls.filter(isOneSided)) {
    const beyond = unit.beyond(fn, call, handed);
    counted.push(...beyond.counted.map((effect) => ({ call, effect })));
    if (beyond.unseen) doubt ??= { ...beyond.unseen, at: call.start, through: call.name ?? beyond.unseen.name };
  }
  const places = new Set(other.kept.map(({ place }) => place));
  const kept = side.kept.find(({ place }) => !places.has(place));
  if (kept) doubt ??= { name: kept.place, why: 'stored', at: kept.at, through: kept.place };
  return { counted, doubt };
}

function callKey({ call, handed }: HandedCall): string {
  const ways = handed.map(({ at, path }) => `${at}${path ?? '*'}`);
  return `${call.name ?? ''}(${[...new Set(ways)].join()})`;
}
