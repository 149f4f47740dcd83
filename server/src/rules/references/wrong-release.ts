import { WRONG_RELEASE } from '@pageref/shared';
import type { OwnedUnit, OwnershipAct, OwnershipModel } from '@pageref/shared';
import { withoutCasts } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import { callsOf, isPageUnit } from '../../ownership/nodes.js';
import { unitOf } from '../../ownership/follow.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import { detachedPagesLeft, recycledPagesFreed, sharedBlocksFreed } from '../../ownership/judge-shared.js';
import type { MisfitPut } from '../../ownership/judge-shared.js';
import { isPagePointer, pathOf } from '../../ownership/paths.js';
import type { Event } from '../../ownership/draft.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { FunctionIr } from '../../syntax/ir.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import { localNamesFor } from './file-knowledge.js';
import { followFunction } from './followed.js';
import { isOnlyPut, isOtherOrder, isSplit, orderOf, otherOrdersPut } from './orders.js';
import { pooledPagesPut, unmarkedBuffers } from './pooled.js';
import { otherUnitsPut } from './user-tables.js';
import type { WrongUnitPut } from './user-tables.js';
import type { CallOnMember } from './members.js';
import { callNameAt, firstOfEach, shortNameOf } from './reports.js';
import { droppersOf, ownershipOf, takersOf } from './taking-names.js';
import { calleeIn } from './slots.js';
import { withoutUnrelatedArms } from './unrelated-arms.js';
import { placeOf } from '../step-places.js';
import { endOf, stepsBetween, takenPlace } from './steps.js';

/** A page that is given back by a call that is no counterpart of the one that took it. */
export const wrongRelease: Rule = {
  meta: WRONG_RELEASE,
  names: (world) => [...takersOf(world, 'page'), ...droppersOf(world, 'page'), ...ownershipOf(world).detaching.keys()],
  localNames: (file, world) => localNamesFor(file, world, takersOf(world, 'page')),
  check,
};

function check({ world, file, fn }: Subject): readonly Report[] {
  if (!fn || fn.origin === 'macro') return [];
  return firstOfEach(mismatchesIn(world, file, fn).map(({ report }) => report));
}

/** A give-back that does not fit what it is given. */
export interface Mismatch {
  readonly report: Report & { readonly message: Message };
  readonly prepared: Prepared;
  /** What was taken; undefined where that is not known. */
  readonly acquisition: Followed['acquisition'] | undefined;
}

/** The give-backs of a function that fit nothing that they are given, those of its readings one after the other. */
export function mismatchesIn(world: RuleWorld, file: SourceFile, fn: FunctionIr): readonly Mismatch[] {
  const readings = followFunction(world, file, fn);
  const found = readings.flatMap(({ prepared, followed }) =>
    followed
      .filter(({ complete }) => complete)
      .flatMap((one) =>
        one.events
          .filter((event) => isTheirOwn(one, event, followed))
          .flatMap((event) => mismatch({ file, world, prepared }, one, event)),
      ),
  );
  const [reading] = readings;
  return [
    ...withoutUnrelatedArms({ world, file, readings }, found),
    ...(reading ? [...addressesGiven(file, reading.prepared), ...misfitsIn(world, file, reading.prepared)] : []),
  ];
}

/** Give-backs that show a fault whoever took the page. */
function misfitsIn(world: RuleWorld, file: SourceFile, prepared: Prepared): readonly Mismatch[] {
  const calleeOf = (name: string): Prepared | undefined => calleeIn(world, file, name);
  const { plainBlocks } = world.model;
  const blocks = sharedBlocksFreed(prepared, calleeOf);
  const shared = blocks.filter(({ call }) => !isOnlyPut(file, prepared, call, plainBlocks));
  const reports: readonly Mismatch['report'][] = [
    ...misfits(file, shared, 'shared'),
    ...misfits(file, recycledPagesFreed(prepared), 'recycled'),
    ...detachedPagesLeft(prepared).map((call) => leftBehind(file, call)),
    ...pooledPagesPut(file, prepared).map((put) => ofMember(file, put, 'pool')),
    ...unmarkedBuffers(file, prepared).map((made) => ofMember(file, made, 'unmarked')),
    ...otherOrdersPut(file, prepared).map((put) => ofMember(file, put, 'order')),
    ...otherUnitsPut(file, prepared).map((put) => ofMember(file, put, put.message)),
  ];
  return reports.map((report) => ({ report, prepared, acquisition: undefined }));
}

function misfits(
  file: SourceFile,
  found: readonly MisfitPut[],
  message: 'shared' | 'recycled',
): readonly Mismatch['report'][] {
  return found.map(({ call, shown }) => {
    const { start, end } = call;
    const [by, from] = [shortNameOf(file, call), shortNameOf(file, shown)];
    const related = [placeOf(file, shown.start, message, { by: from })];
    return { start, length: end - start, api: by, message, values: { by, from }, related, steps: related };
  });
}

function ofMember(
  file: SourceFile,
  { call, made }: CallOnMember,
  message: 'pool' | 'unmarked' | 'order' | WrongUnitPut['message'],
): Mismatch['report'] {
  const { start, end } = call;
  const by = shortNameOf(file, call);
  const length = message === 'unmarked' ? by.length : end - start;
  const related = [placeOf(file, made.at, 'taken', { by: `${made.maker}()` })];
  const values = { by, from: made.maker };
  return { start, length, api: by, message, values, related, steps: related };
}

function leftBehind(file: SourceFile, call: CallExpr): Mismatch['report'] {
  const { start, end } = call;
  const by = shortNameOf(file, call);
  return { start, length: end - start, api: by, message: 'detached', values: { by } };
}

/** `__free_pages(__va(addr), order)`: whoever took the page, this is none. */
function addressesGiven(file: SourceFile, prepared: Prepared): readonly Mismatch[] {
  const { cfg, knowledge } = prepared;
  const { model } = knowledge;
  return cfg.nodes.flatMap(callsOf).flatMap((call): Mismatch[] => {
    const { start, end } = call;
    const drop = pageDropOf(model, call);
    const arg = typeof drop?.on.at === 'number' && !drop.on.through ? call.args[drop.on.at] : undefined;
    const given = arg && withoutCasts(arg);
    if (drop?.unit === 'fragment' || drop?.as === 'address' || given?.op !== 'call') return [];
    if (given.name === undefined || !model.neverNull.has(given.name)) return [];
    const by = shortNameOf(file, call);
    const values = { by, from: given.name };
    const report = { start, length: end - start, api: by, message: 'address', values } as const;
    return [{ report, prepared, acquisition: undefined }];
  });
}

/** What a call gives back of a page, as the model says it. */
export function pageDropOf({ acts }: OwnershipModel, { name = '' }: CallExpr): OwnershipAct | undefined {
  return acts.get(name)?.find(({ does, unit }) => does === 'drop' && isPageUnit(unit));
}

/** What is wrong with a give-back. */
export type Message = keyof (typeof WRONG_RELEASE)['messages'];

/** One more reference on a page that is held otherwise, too: what is given back may be the other. */
function isTheirOwn({ acquisition: { act } }: Followed, { unit }: Event, all: readonly Followed[]): boolean {
  const isOneMore = act.when === 'always' && act.on.at !== 'result';
  return !isOneMore || !all.some(({ acquisition }) => acquisition.act.unit === unit);
}

interface Function {
  readonly file: SourceFile;
  readonly world: RuleWorld;
  readonly prepared: Prepared;
}

function mismatch(where: Function, followed: Followed, event: Event): readonly Mismatch[] {
  const { file, world, prepared } = where;
  const { acquisition, events } = followed;
  const { act, call } = acquisition;
  const { does, start, length, unit } = event;
  const taker = world.model.entries.get(call.name ?? '');
  const message =
    does === 'drop'
      ? (wrongUnit(act.unit, unit) ?? wrongForm(where, acquisition, event))
      : does === 'freed'
        ? 'unmade'
        : undefined;
  // Whoever was handed the page may have taken what is given back here; then somebody gives back what was taken.
  const isOther =
    event.state.handedTo.size > 0 &&
    events.some((one) => one.does === 'drop' && one.unit === act.unit && one.start !== start);
  if (message === undefined || isOther) return [];
  const by = callNameAt(file, event);
  const from = shortNameOf(file, call);
  if (taker?.counterparts?.includes(by)) return [];
  const taken = takenPlace(file, call);
  const end = endOf(prepared, followed, event.state);
  const turns = end ? stepsBetween({ file, prepared }, unitOf(acquisition), end) : [];
  const steps = [taken, ...turns, placeOf(file, start, 'put', { by })];
  const report = { start, length, api: by, message, values: { by, from }, related: [taken], steps };
  return [{ report, prepared, acquisition }];
}

/** Units that count one thing: an allocated page is one reference. Of fragments the page's own count may be put as well. */
function wrongUnit(taken: OwnedUnit, given: OwnedUnit): Message | undefined {
  if (taken === given || taken === 'fragment' || given === 'fragment') return undefined;
  if (taken === 'page-pool') return 'pool';
  if (given === 'page-pool') return 'into-pool';
  if (taken === 'pin') return 'pin';
  return given === 'pin' ? 'unpin' : undefined;
}

/** The right unit by a call that wants it in another form. */
function wrongForm(
  where: Function,
  { act: taken, call: acquired }: Followed['acquisition'],
  { start, state }: Event,
): Message | undefined {
  const { cfg, knowledge, locals } = where.prepared;
  const call = cfg.nodes.flatMap(callsOf).find((one) => one.start === start);
  const drop = call && pageDropOf(knowledge.model, call);
  const arg = call && typeof drop?.on.at === 'number' ? call.args[drop.on.at] : undefined;
  const path = arg && pathOf(withoutCasts(arg));
  if (!call || !drop || path === undefined || !state.names.includes(path)) return undefined;
  const { file, prepared } = where;
  const orders = [taken.order && orderOf(taken.order, acquired), drop.order && orderOf(drop.order, call)] as const;
  if (isOtherOrder(file, ...orders) && !isSplit(prepared)) return 'order';
  if (drop.frozen) return taken.unit === 'page' ? 'frozen' : undefined;
  if (drop.as === 'address') return isPagePointer(locals, path) ? 'structure' : undefined;
  return taken.as === 'address' && isAddress(locals, path) ? 'address' : undefined;
}

/** `void *`, `char *`, `unsigned long`: a variable that leads to memory and to no structure. */
function isAddress({ types }: Prepared['locals'], path: string): boolean {
  const type = types.get(path);
  if (type === undefined || type.tag !== '') return false;
  return type.pointers === 1
    ? /^(void|char|unsigned char|u8|u32|u64|uint8_t)$/.test(type.base)
    : type.base === 'unsigned long';
}
