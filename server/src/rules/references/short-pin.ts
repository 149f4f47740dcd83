import { SHORT_PIN, stepText } from '@pageref/shared';
import type { RelatedPlace } from '@pageref/shared';
import { negativeCountOf, negativeCountsGiven } from '../../ownership/judge-count.js';
import { shortPinsOf } from '../../ownership/judge-short.js';
import type { ShortPin } from '../../ownership/judge-short.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import { localNamesFor } from './file-knowledge.js';
import { followFunction } from './followed.js';
import { firstOfEach, shortNameOf, writtenName } from './reports.js';
import { ownershipOf, takersOf } from './taking-names.js';
import { placeOf, turnPlace } from '../step-places.js';
import { endOf, stepsBetween, takenPlace } from './steps.js';
import { unitOf } from '../../ownership/follow.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import { unaskedBytesIn } from '../../ownership/judge-bytes.js';
import type { FollowedFunction } from './followed.js';
import { calleeIn, leftInSlots, reportLeft } from './slots.js';

/** A result that says that fewer pages were got than asked for, taken for one that says that none were. */
export const shortPin: Rule = {
  meta: SHORT_PIN,
  names: (world) => [...takersOf(world, 'page'), ...ownershipOf(world).byBytes.keys()],
  localNames: (file, world) => localNamesFor(file, world, takersOf(world, 'page')),
  check,
};

function check(subject: Subject): readonly Report[] {
  const { world, file, fn } = subject;
  if (!fn || fn.origin === 'macro') return [];
  const readings = followFunction(world, file, fn);
  const reports = readings.flatMap((reading) => [
    ...shortPinsIn(file, reading),
    ...negativeCountsIn(file, reading, world.model),
    ...negativeCountsGivenIn(world, file, reading),
  ]);
  const bytes = readings.flatMap(({ prepared }) => unaskedIn(file, prepared));
  const known = new Set(reports.map(({ api }) => api));
  const left = leftInSlots(subject, true).map((one) => reportLeft(file, one, 'left'));
  return firstOfEach([...reports, ...bytes, ...left.filter(({ api }) => !known.has(api))]);
}

function unaskedIn(file: SourceFile, prepared: Prepared): readonly Report[] {
  return unaskedBytesIn(prepared).map(({ taker, use: { start, end } }) => {
    const by = shortNameOf(file, taker);
    const related = [placeOf(file, taker.start, 'filled', { by: writtenName(file, taker) })];
    const steps = [...related, placeOf(file, start, 'used-as-filled')];
    return { start, length: end - start, api: by, message: 'bytes', values: { by }, related, steps };
  });
}

function shortPinsIn(file: SourceFile, { prepared, followed }: FollowedFunction): readonly Report[] {
  return followed.flatMap((one): Report[] => {
    const [found] = one.complete ? shortPinsOf(one, prepared) : [];
    if (!found) return [];
    const { call, act } = one.acquisition;
    const { start, end } = found.condition;
    const by = shortNameOf(file, call);
    return [
      {
        start,
        length: end - start,
        api: by,
        message: 'short',
        values: { by, held: act.unit === 'pin' ? 'pinned' : 'referenced' },
        related: [takenPlace(file, call, 'taken-them'), placeOf(file, found.exit, 'left-them')],
        steps: shortSteps(file, prepared, one, found),
      },
    ];
  });
}

/** The comparison that sees it is one of the steps, whatever else leads to the end. */
function shortSteps(
  file: SourceFile,
  prepared: Prepared,
  followed: Followed,
  { condition, state, exit }: ShortPin,
): readonly RelatedPlace[] {
  const { acquisition } = followed;
  const end = endOf(prepared, followed, state);
  const turns = end ? stepsBetween({ file, prepared }, unitOf(acquisition), end) : [];
  const seen = turnPlace(file, { condition, holds: true });
  const isSeen = turns.some(({ line, column }) => line === seen.line && column === seen.column);
  return [
    takenPlace(file, acquisition.call, 'taken-them'),
    ...(isSeen ? [] : [{ ...seen, text: stepText('fewer') }]),
    ...turns,
    placeOf(file, exit, 'left-them'),
  ];
}

function negativeCountsGivenIn(
  world: RuleWorld,
  file: SourceFile,
  { prepared, followed }: FollowedFunction,
): readonly Report[] {
  const { sources } = world.model.userPages;
  return followed
    .filter(({ acquisition: { call } }) => sources.includes(call.name ?? ''))
    .flatMap((one) =>
      negativeCountsGiven(one, prepared, (name) => calleeIn(world, file, name)).map(({ call, callee }): Report => {
        const { call: taken } = one.acquisition;
        const by = shortNameOf(file, taken);
        const steps = [takenPlace(file, taken, 'taken-them'), placeOf(file, call.start, 'given-count', { by: callee })];
        const place = { start: call.start, length: call.end - call.start, api: by };
        return { ...place, message: 'negative', values: { by, release: callee }, related: steps.slice(0, 1), steps };
      }),
    );
}

/** Calls that get user pages fail with a code; what looks pages up in a mapping gets none at worst. */
function negativeCountsIn(
  file: SourceFile,
  { prepared, followed }: FollowedFunction,
  { userPages }: RuleWorld['model'],
): readonly Report[] {
  return followed.flatMap((one): Report[] => {
    const isOfUser = userPages.sources.includes(one.acquisition.call.name ?? '');
    const condition = isOfUser ? negativeCountOf(one, prepared) : undefined;
    if (!condition) return [];
    const { call } = one.acquisition;
    const { start, end } = condition;
    const by = shortNameOf(file, call);
    const taken = placeOf(file, call.start, 'unsigned', { by: writtenName(file, call) });
    const steps = [taken, placeOf(file, start, 'compared')];
    return [{ start, length: end - start, api: by, message: 'unsigned', values: { by }, related: [taken], steps }];
  });
}
