import { USE_AFTER_PUT } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { usesAfterPut } from '../../ownership/judge-use.js';
import { happensBy } from '../../ownership/way.js';
import type { Report, Rule, Subject } from '../rule.js';
import { standInNames } from './file-knowledge.js';
import { followFunction } from './followed.js';
import { callNameAt, firstOfEach, oneOfEachReading } from './reports.js';
import { droppersOf } from './taking-names.js';
import type { FollowedFunction } from './followed.js';
import { placeOf } from '../step-places.js';
import { stepsBetween, takenPlace } from './steps.js';

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
  const reports = usesAfterPut(prepared, followed).map(({ start, length, put, seen }): Report => {
    const by = callNameAt(file, put);
    const given = placeOf(file, put.start, 'dropped', { by });
    const { acquisition, event } = seen ?? {};
    const between =
      seen && event ? stepsBetween({ file, prepared }, seen.unit, happensBy(prepared, event), given) : [given];
    const steps = [
      ...(acquisition ? [takenPlace(file, acquisition.call)] : []),
      ...between,
      placeOf(file, start, 'used'),
    ];
    return { start, length, api: by, message: 'used', values: { by }, related: [given], steps };
  });
  return firstOfEach(reports);
}
