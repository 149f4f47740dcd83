import { isOwedAt } from '../../ownership/arrivals.js';
import type { Taken } from '../../ownership/arrivals.js';
import type { Prepared } from '../../ownership/prepared.js';
import { acquisitionsIn } from '../../ownership/follow.js';
import { callsOf } from '../../ownership/nodes.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { RuleId } from '@pageref/shared';
import { preparedReadings } from '../references/file-knowledge.js';
import type { RuleWorld } from '../rule.js';
import { leakRepairs, methodRepairs } from './leaks.js';
import type { Owed, Repair, RepairRequest } from './repair.js';
import { onlinePageRepairs } from './online-page.js';
import { shortPinRepairs } from './short-pin.js';
import { wrongReleaseRepairs } from './wrong-release.js';

export type { Repair, RepairRequest } from './repair.js';

/** What puts the findings of a rule right, in the order in which they are tried: the first that holds is offered. */
export type Repairer = (request: RepairRequest) => readonly Repair[];

/** The rules whose findings are repaired by what the function itself and the model say. */
export const REPAIRERS: ReadonlyMap<RuleId, Repairer> = new Map<RuleId, Repairer>([
  ['wrong-release', wrongReleaseRepairs],
  ['get-without-put', (request) => leakRepairs(request, 'page')],
  ['locked-page-left', (request) => [...leakRepairs(request, 'lock'), ...methodRepairs(request)]],
  ['kvm-pfn-leak', (request) => [...leakRepairs(request, 'kvm-map'), ...leakRepairs(request, 'page')]],
  ['short-pin', shortPinRepairs],
  ['memmap-not-online', onlinePageRepairs],
  ['pagemap-ref-leak', (request) => leakRepairs(request, 'pgmap')],
]);

function takenIn(prepared: Prepared, taken: Owed['taken']): readonly Taken[] {
  if (typeof taken === 'object') return [{ parameter: taken.lockedParameter, unit: 'lock' }];
  return acquisitionsIn(prepared).filter(({ call }) => call.start === taken);
}

/** True where what a repair gives back is owed on every way that leads there, in the text after it. */
export function areOwed(world: RuleWorld, file: SourceFile, owed: readonly Owed[]): boolean {
  return owed.every(({ call: at, taken }) => {
    const item = file.itemAt(at);
    const [fn, ...others] = item
      ? file.table.find(item.name).filter(({ start }) => start >= item.start && start < item.end)
      : [];
    const [prepared, ...readings] = fn && others.length === 0 ? preparedReadings(world, file, fn) : [];
    if (!prepared || readings.length > 0) return false;
    const call = prepared.cfg.nodes.flatMap(callsOf).find(({ start }) => start === at);
    return call !== undefined && takenIn(prepared, taken).some((one) => isOwedAt(prepared, one, call));
  });
}
