import type { RelatedPlace } from '@pageref/shared';
import { isEntered } from '../../flow/cfg/decisions.js';
import type { Turn } from '../../flow/cfg/decisions.js';
import type { CallExpr } from '../../ownership/calls.js';
import { callsOf } from '../../ownership/nodes.js';
import type { FollowedUnit } from '../../ownership/follow.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import { givenBackAt, happensBy, leftBy, turnsTo } from '../../ownership/way.js';
import type { BadEnd } from '../../ownership/way.js';
import type { Event } from '../../ownership/draft.js';
import { backFrom } from '../../ownership/state.js';
import type { OwnershipState } from '../../ownership/state.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { partsOf, visitStatements } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr, Stmt } from '../../syntax/index.js';
import { placeOf, turnPlace } from '../step-places.js';
import { writtenName } from './reports.js';

type Goto = Extract<Stmt, { op: 'goto' }>;

/** Where a call takes what is followed. */
export function takenPlace(file: SourceFile, call: CallExpr, id: 'taken' | 'taken-them' = 'taken'): RelatedPlace {
  return placeOf(file, call.start, id, { by: writtenName(file, call) });
}

/** The end of a way that a followed page left the function by, or at which something happened to it. */
export function endOf(
  prepared: Prepared,
  { ways, events }: Pick<Followed, 'ways' | 'events'>,
  last: OwnershipState,
): BadEnd | undefined {
  const way = ways.find(({ state }) => state === last);
  if (way) return leftBy(prepared, way);
  const event = events.find(({ state }) => state === last);
  return event && happensBy(prepared, event);
}

/** The conditions on the way to an end, and between them the place where the page was given back. */
export function stepsBetween(
  { file, prepared }: { readonly file: SourceFile; readonly prepared: Prepared },
  unit: FollowedUnit,
  end: BadEnd,
  put?: RelatedPlace,
): readonly RelatedPlace[] {
  const turns = turnsTo(prepared, unit, end);
  const back = put ? (givenBackAt(end) ?? Infinity) : -1;
  const places = (turn: Turn): readonly RelatedPlace[] => {
    const jump = jumpBehind(prepared.fn, turn);
    return [turnPlace(file, turn), ...(jump ? [placeOf(file, jump.start, 'jump', { label: jump.label })] : [])];
  };
  return [
    ...turns.filter((turn) => turn.back > back).flatMap(places),
    ...(put ? [put] : []),
    ...turns.filter((turn) => turn.back <= back).flatMap(places),
  ];
}

/** The `goto` that ends what is entered by a turn. */
function jumpBehind({ body }: FunctionIr, { condition, holds }: Turn): Goto | undefined {
  let found: Goto | undefined;
  visitStatements(body, (statement) => {
    if (statement.op !== 'if' || !isPart(condition, statement.condition)) return;
    const arm = isEntered({ condition, whole: statement.condition }, holds) ? statement.then : statement.else;
    const last = arm.at(-1);
    if (last?.op === 'goto') found = last;
  });
  return found;
}

function isPart(part: Expr, whole: Expr): boolean {
  return whole === part || partsOf(whole).some((inner) => isPart(part, inner));
}

/** The event by which the page was given back before another one; undefined where a loop did so. */
export function putBefore(
  { cfg }: Prepared,
  { events }: Pick<Followed, 'events'>,
  { state, start }: Event,
): Event | undefined {
  const released = [...backFrom(state)].find(({ before }) => before?.typestate === 'held');
  const node = released && cfg.nodes[released.node];
  const calls = node ? callsOf(node).map((call) => call.start) : [];
  return events.find((one) => one.does === 'drop' && one.start !== start && calls.includes(one.start));
}
