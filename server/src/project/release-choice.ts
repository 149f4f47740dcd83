import { compareReleases, NEWEST_RELEASE, OLDEST_RELEASE } from '@pageref/shared';
import type { Release } from '@pageref/shared';
import { detectRelease, rhelCodeOf } from '../kernel/release.js';
import type { TreeFiles } from '../vfs/index.js';

/** The release of a tree and the one it is judged by: the nearest the model knows. */
export interface JudgedRelease {
  readonly release: Release | undefined;
  readonly judgedBy: Release;
  /** How the release was found, one sentence. */
  readonly detected: string;
  /** RHEL_RELEASE_CODE, where the tree is one of that distribution. */
  readonly rhel?: number;
  /** The tree says of itself that it is a kernel. */
  readonly isKernel: boolean;
}

/**
 * @param asked what --kernel or a setting says; it wins over the tree's Makefile
 * @param by how a person names the release
 */
export function judgedRelease(files: TreeFiles, asked: Release | undefined, by = '--kernel'): JudgedRelease {
  const found = detectRelease(files);
  const release = asked ?? found.release;
  const judgedBy = nearestKnown(release ?? NEWEST_RELEASE);
  const rhel = rhelCodeOf(files);
  const distribution = { isKernel: found.release !== undefined, ...(rhel !== undefined && { rhel }) };
  if (release === undefined) {
    const detected = `${found.detected}; release unknown, judged as ${judgedBy}: name the release with ${by} X.Y`;
    return { release, judgedBy, detected, ...distribution };
  }
  const how = asked === undefined ? found.detected : `given with ${by} (${found.detected})`;
  const known = `; the model knows ${OLDEST_RELEASE} to ${NEWEST_RELEASE}, judged as ${judgedBy}`;
  return { release, judgedBy, detected: judgedBy === release ? how : how + known, ...distribution };
}

export function nearestKnown(release: Release): Release {
  if (compareReleases(release, OLDEST_RELEASE) < 0) return OLDEST_RELEASE;
  return compareReleases(release, NEWEST_RELEASE) > 0 ? NEWEST_RELEASE : release;
}
