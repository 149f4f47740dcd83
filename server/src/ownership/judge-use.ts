import { facetOf } from '@pageref/shared/model';
import { writtenIn } from '../flow/cfg/cfg.js';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Expr } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import { actsOfCall, isBorrower, isCounter, isReader, seenThrough } from './calls.js';
import type { CallExpr } from './calls.js';
import { followGiveBack, giveBacksIn, unitOf } from './follow.js';
import { assignmentOf, callsOf, isPageUnit } from './nodes.js';
import type { FollowedUnit, GiveBack } from './follow.js';
import type { Followed, Prepared } from './prepared.js';
import { isPagePointer, pathOf, placeOf, rootOf } from './paths.js';
import type { Locals, Path } from './paths.js';
import { backFrom } from './state.js';
import type { OwnershipState } from './state.js';
import type { Acquisition, Event } from './draft.js';

/** Offset and length. */
type Span = Pick<Event, 'start' | 'length'>;

/** What reads or writes a page behind the give-back of the only reference that the function knows of. */
export interface UseAfterPut extends Span {
  readonly put: Span;
  /** How the page was followed to the use; undefined for an element of a table. */
  readonly seen?: SeenUse;
}

interface SeenUse {
  readonly event: Event;
  readonly unit: FollowedUnit;
  /** Undefined where the function has not taken the page. */
  readonly acquisition?: Acquisition;
}

/**
 * Uses of pages behind their give-back, where nothing in the function tells of another reference: the function took the page
 * itself, or it has the page from a number or a table entry, or from its caller and shows it to nobody.
 */
export function usesAfterPut(prepared: Prepared, followed: readonly Followed[]): readonly UseAfterPut[] {
  const own = followed
    .filter((one) => one.complete && isOnlyReference(prepared, one))
    .flatMap((one) => usesIn(prepared, one.events, unitOf(one.acquisition), one.acquisition));
  const others = giveBacksIn(prepared)
    .filter((one) => isLastOfAnother(prepared, one))
    .flatMap((one) => usesIn(prepared, followGiveBack(prepared, one).events, unitOf(one)));
  return firstOfEachPut([...own, ...others, ...elementsUsed(prepared)]);
}

/** One give-back in the wrong place is one fault, however often the page is looked at behind it. */
function firstOfEachPut(uses: readonly UseAfterPut[]): readonly UseAfterPut[] {
  const sorted = [...uses].sort((a, b) => a.start - b.start);
  return sorted.filter(({ put }, at) => sorted.findIndex((one) => one.put.start === put.start) === at);
}

/** `unpin_user_page(pages[i]); if (PageDirty(pages[i]))`: the same element, while neither the array nor the index is written. */
function elementsUsed(prepared: Prepared): readonly UseAfterPut[] {
  const { cfg, knowledge } = prepared;
  return cfg.nodes.flatMap((node) =>
    callsOf(node).flatMap((call): UseAfterPut[] => {
      if (call.name === undefined || isCounter(knowledge, call.name)) return [];
      const acts = knowledge.model.acts.get(call.name) ?? [];
      const [arg] = call.args;
      const place = arg && placeOf(seenThrough(arg, knowledge));
      const gives = acts.some(
        ({ does, unit, when, on }) =>
          does === 'drop' && when === 'always' && isPageUnit(unit) && on.at === 0 && !on.through,
      );
      if (!gives || place === undefined || !/^\w+\[[A-Za-z_]\w*\]$/.test(place)) return [];
      const use = useOfPlace(prepared, node, place);
      return use
        ? [{ start: use.start, length: use.end - use.start, put: { start: call.start, length: call.end - call.start } }]
        : [];
    }),
  );
}

/** The first call behind a node that reads a place, before anything in it is written; none where the page is given to others too. */
function useOfPlace({ cfg, knowledge }: Prepared, from: CfgNode, place: Path): CallExpr | undefined {
  const { nodes, order } = cfg;
  const seen = new Set<NodeId>();
  const found: CallExpr[] = [];
  const waiting = [from];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    for (const to of node.next) {
      const next = nodes[to];
      if (!next || seen.has(to) || (order[to] ?? 0) <= (order[node.id] ?? 0) || writes(next, place)) continue;
      seen.add(to);
      const calls = callsOf(next).filter(({ args }) =>
        args.some((arg) => placeOf(seenThrough(arg, knowledge)) === place),
      );
      if (calls.some(({ name }) => name === undefined || !isReader(knowledge, name))) return undefined;
      found.push(...calls);
      waiting.push(next);
    }
  }
  return found.sort((a, b) => a.start - b.start)[0];
}

/** True where a node gives the array or the index of an element another value. */
function writes(node: CfgNode, place: Path): boolean {
  const [array, index] = place.split(/[[\]]/);
  const isOfPlace = (expr: Expr): boolean => {
    const path = pathOf(expr);
    return path !== undefined && [array, index].includes(rootOf(path));
  };
  const isWritten = (expr: Expr): boolean =>
    (expr.op === 'assign' && isOfPlace(expr.target)) ||
    (expr.op === 'update' && isOfPlace(expr.operand)) ||
    partsOf(expr).some(isWritten);
  if (node.op === 'declare') return node.name === array || node.name === index;
  if (node.op === 'set') return isOfPlace(node.target);
  const expr = writtenIn(node);
  return node.op === 'turn' || (expr !== undefined && isWritten(expr));
}

/** What was taken by a result, or got for a page that nothing held before. */
function isOnlyReference(prepared: Prepared, { acquisition: { act, path } }: Followed): boolean {
  if (facetOf(act.unit) !== 'page' || act.unit === 'fragment') return false;
  if (act.on.at === 'result') return true;
  return act.when === 'positive' && act.on.through === undefined && isMadeOfNumber(prepared, path);
}

/** A give-back of a page that the function has not taken, and that it has not seen others take. */
function isLastOfAnother(prepared: Prepared, { path, call }: GiveBack): boolean {
  const { locals, cfg, knowledge } = prepared;
  if (!isPagePointer(locals, path) || isCounter(knowledge, call.name ?? '')) return false;
  const isGiven = locals.params.has(path) && !locals.assigned.has(path);
  if (!isGiven && !isMadeOfNumber(prepared, path)) return false;
  const calls = cfg.nodes.flatMap(callsOf);
  const others = calls.filter((one) => one !== call && isAbout(prepared, one, path));
  return others.every((one) => {
    const acts = actsOfCall(one, knowledge);
    if (acts?.some(({ does }) => does === 'hand-over')) return false;
    // A lock that is taken behind a get may keep the page as it was kept before.
    if (acts?.some(({ does, unit }) => does === 'take' && unit !== 'lock'))
      return !isGiven && !calls.some(({ name, start }) => start > one.start && start < call.start && takesLock(name));
    if (one.start > call.start || !isGiven) return true;
    return acts !== undefined || (one.name !== undefined && isBorrower(knowledge, one.name));
  });
}

/** `spin_lock(ptl)`, `pmd_trans_huge_lock()`: the name of a call that locks a table or a list, and no page. */
function takesLock(name: string | undefined): boolean {
  return name !== undefined && /(^|_)lock(_|$)/.test(name) && !/unlock|(page|folio)(_|$)/.test(name);
}

function isAbout({ knowledge }: Prepared, { args }: CallExpr, path: Path): boolean {
  return args.some((arg) => pathOf(seenThrough(arg, knowledge)) === path);
}

/** True for a variable that is only ever given pages of a pfn or a table entry: `page = pfn_to_page(pfn)`. */
function isMadeOfNumber(prepared: Prepared, path: Path, depth = 0): boolean {
  const { cfg, locals } = prepared;
  if (!locals.types.has(path) || locals.params.has(path) || depth > 2) return false;
  const values = cfg.nodes.flatMap((node) => {
    const found = assignmentOf(node);
    return found?.target === path ? [found.value] : [];
  });
  const pages = values.filter((value) => !isNull(value));
  return pages.length > 0 && pages.every((value) => isNumberBehind(prepared, value, depth));
}

function isNumberBehind(prepared: Prepared, value: Expr, depth: number): boolean {
  const { knowledge, locals } = prepared;
  const seen = seenThrough(value, knowledge);
  // A lookup that the model knows and that takes nothing: `pfn_to_online_page(pfn)`.
  if (seen.op === 'call' && seen.name !== undefined) {
    return (
      knowledge.actsOf(seen.name)?.length === 0 &&
      seen.args.length === 1 &&
      seen.args.every((arg) => isNumber(locals, arg))
    );
  }
  const path = pathOf(seen);
  if (path === undefined || path.includes('[]')) return false;
  return seen === value || locals.types.get(path)?.pointers === 1
    ? isMadeOfNumber(prepared, path, depth + 1)
    : path.startsWith('*') || isNumber(locals, seen);
}

function isNumber({ types }: Locals, value: Expr): boolean {
  return value.op === 'name' && types.get(value.name)?.pointers === 0;
}

function isNull(value: Expr): boolean {
  return pathOf(value) === 'NULL' || (value.op === 'number' && value.value === 0);
}

function usesIn(
  { cfg, locals }: Prepared,
  events: readonly Event[],
  unit: FollowedUnit,
  acquisition?: Acquisition,
): readonly UseAfterPut[] {
  // Whoever gives the page back once more or hands it on had another reference.
  if (events.some(({ does }) => does === 'again' || does === 'kept')) return [];
  return events.flatMap((event): UseAfterPut[] => {
    const { does, start, length, state } = event;
    if (
      does !== 'used' ||
      state.names.length === 0 ||
      !state.names.every((name) => isPagePointer(locals, name)) ||
      state.stored ||
      state.extras.length > 0 ||
      state.handedTo.size > 0
    )
      return [];
    const put = putBefore(cfg, state, events);
    if (put === undefined || put.start > start) return [];
    return [{ start, length, put, seen: { event, unit, ...(acquisition && { acquisition }) } }];
  });
}

/** The give-back on the way to what happens behind it; undefined where a loop gives back its elements, and where the way turns back in a loop, behind which the name may stand for another page. */
export function putBefore({ nodes, order }: Cfg, behindIt: OwnershipState, events: readonly Event[]): Span | undefined {
  let behind = Infinity;
  for (const { node: id, typestate, before } of backFrom(behindIt)) {
    const [place, node] = [order[id] ?? 0, nodes[id]];
    if (place > behind || typestate !== 'released' || !node) return undefined;
    behind = place;
    if (before?.typestate !== 'held') continue;
    const calls = callsOf(node).map(({ start }) => start);
    return events.find(({ does, start }) => does === 'drop' && calls.includes(start));
  }
  return undefined;
}
