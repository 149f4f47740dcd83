import type { TextEdit } from '@pageref/shared';
import { facetOf, TEMPORARY_MAPS } from '@pageref/shared/model';
import { codesOf, isError } from '../../ownership/error-exits.js';
import { leaksOf } from '../../ownership/judge-leak.js';
import type { Leak } from '../../ownership/judge-leak.js';
import { actsOfCall } from '../../ownership/calls.js';
import { assignmentOf, callsOf } from '../../ownership/nodes.js';
import { pathOf } from '../../ownership/paths.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import { backFrom } from '../../ownership/state.js';
import { partsOf } from '../../syntax/ir-walk.js';
import type { Expr } from '../../syntax/index.js';
import { followFunction } from '../references/followed.js';
import { lockedWays } from '../references/methods.js';
import type { FollowedFunction } from '../references/followed.js';
import { exitsOf } from './exits.js';
import { insertedBefore } from './insert.js';
import type { Exit, Inserted } from './insert.js';
import { dueCalls } from './own-release.js';
import type { DueCall } from './own-release.js';
import { judgedAs, movedBy, placeOfEdit, withHeaders } from './repair.js';
import type { Owed, Repair, RepairRequest } from './repair.js';
import { labelFor } from './unwind.js';
import type { UnwindLabel } from './unwind.js';

type Facet = ReturnType<typeof facetOf>;

/** Ways out that one repair mends; who forgets a page more often needs another design. */
const MOST_EXITS = 5;
const MOST_CHOICES = 6;

/** What is missing on the ways out of a function that leave a page, a lock or a mapping with nobody, by the place of the leak. */
export function leakRepairs(request: RepairRequest, facet: Facet): readonly Repair[] {
  const [reading, ...others] = followFunction(request.world, request.file, request.fn);
  if (!reading || others.length > 0) return [];
  return reading.followed
    .filter(({ complete, acquisition: { act } }) => complete && facetOf(act.unit) === facet)
    .flatMap((one) => repairsOf(request, reading, one));
}

/** Locks that a method leaves on the page that it is called with, each way out by itself. */
export function methodRepairs(request: RepairRequest): readonly Repair[] {
  const found = lockedWays(request.world, request.file, request.fn);
  if (!found) return [];
  const { prepared, followed, parameter, ways } = found;
  const left = [followed];
  const codes = codesOf(prepared.fn, prepared.cfg);
  return ways.flatMap((way) => {
    const { start, state } = way;
    const leak = { start, state, evidence: isError(way, codes) ? 'error-exit' : 'exit' } as const;
    const due = dueCalls(request, { prepared, left, all: left, state });
    const mended = due ? waysToMend(request, prepared, { leak, left, all: left, due, parameter }) : [];
    return mended.flatMap((one) => joinedRepair(request, { start, taken: undefined }, [one]) ?? []);
  });
}

/** What is left at one place: the page that the finding is about, and its lock where that is left with it. */
interface Left {
  readonly leak: Pick<Leak, 'start' | 'state' | 'evidence'>;
  /** The parameter by which the page was handed in, where no call of the function took it. */
  readonly parameter?: string;
  readonly left: readonly Followed[];
  /** All that the function takes. */
  readonly all: readonly Followed[];
  /** In the order in which they are written. */
  readonly due: readonly DueCall[];
}

function repairsOf(request: RepairRequest, reading: FollowedFunction, followed: Followed): Repair[] {
  const leaks = leaksOf(followed, reading.prepared);
  const [first] = leaks;
  if (!first || leaks.length > MOST_EXITS) return [];
  const ways = leaks.map((leak) => {
    const left = leftAt(request, reading, followed, leak);
    return left ? waysToMend(request, reading.prepared, left) : [];
  });
  const of = { start: first.start, taken: followed.acquisition.call.start };
  return choices(ways).flatMap((mended) => joinedRepair(request, of, mended) ?? []);
}

/** One way for each leak, those first that come first for each; only so many are tried. */
function choices(ways: readonly (readonly Mended[])[]): readonly (readonly Mended[])[] {
  const [first = [], ...rest] = ways;
  if (rest.length === 0) return first.map((one) => [one]);
  return choices(rest)
    .flatMap((others) => first.map((one) => [one, ...others]))
    .slice(0, MOST_CHOICES);
}

/** Everything that is left at the place of a leak, with the calls that give it back; undefined where one of them is not known. */
function leftAt(
  request: RepairRequest,
  { prepared, followed: all }: FollowedFunction,
  followed: Followed,
  leak: Leak,
): Left | undefined {
  const { evidence, state, start } = leak;
  if ((evidence !== 'error-exit' && evidence !== 'exit') || state.extras.length > 0 || state.stored) return undefined;
  const locks = all.filter(
    (one) =>
      one !== followed &&
      one.complete &&
      facetOf(one.acquisition.act.unit) === 'lock' &&
      leaksOf(one, prepared).some(
        (other) => other.start === start && other.state.names.some((name) => state.names.includes(name)),
      ),
  );
  if (locks.length > 1 || isMappedFor(prepared, leak) || isMappedStill(prepared, leak)) return undefined;
  // A page that is locked still, as it may be meant to, is not put.
  if (!isLock(followed) && all.some((one) => isLock(one) && !locks.includes(one) && isHeldAt(one, leak)))
    return undefined;
  const left = [...locks, followed];
  const due = dueCalls(request, { prepared, left, all, state });
  return due && { leak, left, all, due };
}

/** A device was given the page's address on the way, and that did not fail: to give the page back is not all that is missing. */
function isMappedFor({ cfg, knowledge: { model } }: Prepared, { state }: Leak): boolean {
  const mapped: string[] = [];
  let asked: ReadonlySet<string> | undefined;
  for (const at of backFrom(state)) {
    const node = cfg.nodes[at.node];
    if (!node || at.typestate !== 'held') break;
    if (node.op === 'branch') asked ??= namesIn(node.condition);
    if (callsOf(node).some(({ name = '' }) => model.mappings.has(name))) mapped.push(assignmentOf(node)?.target ?? '');
  }
  return mapped.some((target) => !asked?.has(target));
}

/** Its memory was made reachable on the way and that did not end: more is missing than the give-back. */
function isMappedStill({ cfg }: Prepared, { state }: Leak): boolean {
  let ended = 0;
  for (const at of backFrom(state)) {
    const node = cfg.nodes[at.node];
    if (!node || at.typestate !== 'held') return false;
    for (const { name = '' } of callsOf(node)) {
      if (TEMPORARY_MAPS.ends.includes(name)) ended++;
      if (TEMPORARY_MAPS.begins.includes(name) && --ended < 0) return true;
    }
  }
  return false;
}

function namesIn(expr: Expr): ReadonlySet<string> {
  const own = expr.op === 'name' ? [expr.name] : [];
  return new Set([...own, ...partsOf(expr).flatMap((part) => [...namesIn(part)])]);
}

/** One leak mended: the edits, and the give-backs that they write or lead to. */
interface Mended {
  readonly left: Left;
  readonly exit: Exit;
  readonly inserted: Inserted;
  /** The label that is gone to, with its calls by their old offsets. */
  readonly label: UnwindLabel | undefined;
}

/** By each exit of the way, the last one first: the label behind it, or the calls themselves. */
function waysToMend({ file }: RepairRequest, prepared: Prepared, left: Left): readonly Mended[] {
  return exitsOf(prepared, left.leak).flatMap((exit) => {
    const label = labelFor(file, prepared, exit, left);
    const jump = label && insertedBefore(file, exit, label.before, `goto ${label.name};`);
    const at = left.left.some(isLock) ? beforePut(prepared, exit, left) : exit;
    const calls = insertedBefore(
      file,
      at,
      left.due.map(({ call }) => call),
    );
    return [
      ...(label && jump ? [{ left, exit, inserted: jump, label }] : []),
      ...(calls && !readsPage(exit, left) ? [{ left, exit, inserted: calls, label: undefined }] : []),
    ];
  });
}

/** Some way that leaves at the same place has it still, by a name that the page has there. */
function isHeldAt({ ways }: Followed, { start, state: { names } }: Leak): boolean {
  return ways.some(
    ({ start: at, state }) =>
      at === start && state.typestate === 'held' && state.names.some((name) => names.includes(name)),
  );
}

function isLock({ acquisition: { act } }: Followed): boolean {
  return facetOf(act.unit) === 'lock';
}

/** A page is unlocked before it is put: in front of the statement that puts it, where that stands before the jump. */
function beforePut({ knowledge }: Prepared, exit: Exit, { leak }: Left): Exit {
  const at = exit.list.findIndex(
    (one) =>
      one.op === 'expr' &&
      one.expr.op === 'call' &&
      one.expr.args.some((arg) => leak.state.names.includes(pathOf(arg) ?? '')) &&
      actsOfCall(one.expr, knowledge)?.some(({ does, unit }) => does === 'drop' && facetOf(unit) === 'page') === true,
  );
  const statement = exit.list[at];
  return statement && at < exit.index ? { ...exit, statement, index: at } : exit;
}

/** What is returned is read from the page itself. */
function readsPage({ statement }: Exit, { leak }: Left): boolean {
  if (statement.op !== 'return' || !statement.value) return false;
  const names = namesIn(statement.value);
  return leak.state.names.some((name) => names.has(name));
}

/** All leaks of one page mended together; undefined where they are mended at one place twice, or by a name that is not there. */
function joinedRepair(request: RepairRequest, of: Repair['of'], mended: readonly Mended[]): Repair | undefined {
  const { file, world, headers } = request;
  const places = new Set(mended.map(({ exit }) => exit.statement.start));
  const [first] = mended;
  if (!first || places.size < mended.length) return undefined;
  const place = { file, mention: { start: first.exit.statement.start }, model: world.model, headers };
  const written = mended.flatMap(({ label, left }) =>
    label ? [] : left.due.flatMap(({ call, isOwn }) => (isOwn ? [] : [call.name])),
  );
  const there = mended.flatMap(({ left }) => left.left.map(({ acquisition }) => acquisition.call.name ?? ''));
  const own = mended.flatMap(({ inserted }) => inserted.edits);
  const change = withHeaders(place, written, there, own);
  if (!change) return undefined;
  const { edits, includes } = change;
  const isSafe = mended.every(isCertain);
  return {
    id: mended.every(({ label }) => label) ? 'goto-release' : 'add-release',
    ...judgedAs(titleOf(mended), 'Add what is missing', isSafe ? '' : PRECONDITION),
    edits,
    includes,
    of,
    owed: mended.flatMap((one) => owedOf(one, edits)),
  };
}

const PRECONDITION = 'nobody else does';

/**
 * The function gives the page back in the same words on another way, this one ends in an error, and nobody else was shown
 * the page. A lock alone may be for somebody to open who finds the page by its mapping, as the end of its I/O does.
 */
function isCertain({ left: { leak, left, due } }: Mended): boolean {
  const { evidence, state } = leak;
  const isShown = state.handedTo.size > 0 || state.mapped || left.every(isLock);
  return evidence === 'error-exit' && !isShown && due.every(({ isOwn }) => isOwn);
}

function titleOf(mended: readonly Mended[]): string {
  const [first, ...others] = mended;
  const label = first?.label?.name;
  if (label !== undefined && mended.every((one) => one.label?.name === label)) return `Leave by goto ${label}`;
  const name = first?.left.due.at(-1)?.call.name ?? '';
  return others.length > 0 ? `Add ${name}() on ${String(mended.length)} ways out` : `Add ${name}() before leaving`;
}

/** The give-backs of one leak by their offsets in the text after the edits. */
function owedOf({ left, inserted, label }: Mended, edits: readonly TextEdit[]): readonly Owed[] {
  const { parameter } = left;
  const begin = placeOfEdit(edits, inserted.holder);
  return left.left.map((followed, at) => {
    const written = left.due.findIndex(({ covers }) => covers.includes(followed));
    const call = label ? movedBy(edits, label.calls[at]?.start ?? 0) : begin + (inserted.calls[written] ?? 0);
    const taken = movedBy(edits, followed.acquisition.call.start);
    return { call, taken: parameter === undefined ? taken : { lockedParameter: parameter } };
  });
}
