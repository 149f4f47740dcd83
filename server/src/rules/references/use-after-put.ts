import { USE_AFTER_PUT } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { usesAfterPut } from '../../ownership/judge-use.js';
import type { Report, Rule, Subject } from '../rule.js';
import { callNameAt, droppersOf, firstOfEach, followFunction, oneOfEachReading, standInNames } from './followed.js';
import type { FollowedFunction } from './followed.js';

/** A page that is looked at after its reference was given back. */
export const useAfterPut: Rule = {
  meta: USE_AFTER_PUT,
  names: (world) => droppersOf(world, 'page'),
  localNames: standInNames,
  check,
};

function check({ world, file, fn, giveUp }: Subject): readonly Report[] {
  if (!fn || fn.origin === 'macro') return [];
  const readings = followFunction(world, file, fn);
  if (readings.some(({ followed }) => followed.some(({ complete }) => !complete))) giveUp();
  return oneOfEachReading(readings.map((one) => usesIn(file, one)));
}

function usesIn(file: SourceFile, { prepared, followed }: FollowedFunction): readonly Report[] {
  const reports = usesAfterPut(prepared, followed).map(({ start, length, put }): Report => {
    const by = callNameAt(file, put);
    const given = { ...file.place(put.start), text: `${by}() drops it here` };
    return { start, length, api: by, message: 'used', values: { by }, related: [given] };
  });
  return firstOfEach(reports);
}
