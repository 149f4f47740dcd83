import type { AuditSummary, UnreadableFile, VersionArmCounts } from '@pageref/shared';
import type { Tree } from '../project/tree.js';
import type { Coverage } from './run-request.js';

/** What every report says of its run. */

/** What a report says of the files of a run. */
export function filesOf(
  { filesRead, matched, unreadable, versionArms }: Coverage,
  inPart: readonly UnreadableFile[] = [],
): AuditSummary['files'] {
  return {
    walked: filesRead,
    read: filesRead,
    matched,
    unreadable,
    ...(inPart.length > 0 && { inPart }),
    ...(hasArms(versionArms) && { versionArms }),
  };
}

export function hasArms({ others, builds = 0, undecided }: VersionArmCounts): boolean {
  return others + builds + undecided > 0;
}

export function treeSummary({ release, detected, userModel }: Tree): Pick<AuditSummary, 'release' | 'userModel'> {
  return { release: { value: release ?? null, detected }, userModel: userModel.files };
}
