import { SHORT_PIN } from '@pageref/shared';
import { negativeCountOf } from '../../ownership/judge-count.js';
import { shortPinsOf } from '../../ownership/judge-short.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import { firstOfEach, followFunction, localNamesFor, shortNameOf, takersOf, writtenName } from './followed.js';
import type { FollowedFunction } from './followed.js';

/** A result that says that fewer pages were got than asked for, taken for one that says that none were. */
export const shortPin: Rule = {
  meta: SHORT_PIN,
  names: (world) => takersOf(world, 'page'),
  localNames: (file, world) => localNamesFor(file, world, takersOf(world, 'page')),
  check,
};

function check({ world, file, fn }: Subject): readonly Report[] {
  if (!fn || fn.origin === 'macro') return [];
  const readings = followFunction(world, file, fn);
  return firstOfEach(
    readings.flatMap((reading) => [...shortPinsIn(file, reading), ...negativeCountsIn(file, reading, world.model)]),
  );
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
        related: [
          { ...file.place(call.start), text: `${writtenName(file, call)} takes them here` },
          { ...file.place(found.exit), text: 'the function is left here with them' },
        ],
      },
    ];
  });
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
    const taken = { ...file.place(call.start), text: `the result of ${writtenName(file, call)} is kept unsigned here` };
    return [{ start, length: end - start, api: by, message: 'unsigned', values: { by }, related: [taken] }];
  });
}
