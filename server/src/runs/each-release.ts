import { compareReleases } from '@pageref/shared';
import type { Release } from '@pageref/shared';
import type { AmongReleases, TreeOptions } from '../project/options.js';
import { SharedFiles } from '../project/shared-files.js';
import type { CacheFile } from '../vfs/cache.js';

/** A run by one of several releases. */
export type AskOfRelease<Report> = (one: Required<Pick<TreeOptions, 'release' | 'among'>>) => Promise<Report>;

/** What a run by one release has come to. */
export interface InRelease<Report> {
  readonly release: Release;
  readonly report: Report;
}

/** The same run by each of several releases, oldest first, over files that are read once. */
export async function inEachRelease<Report>(
  releases: readonly Release[],
  { cache }: Pick<TreeOptions, 'cache'>,
  ask: AskOfRelease<Report>,
): Promise<readonly InRelease<Report>[]> {
  const ordered = releases.toSorted(compareReleases);
  const files = new SharedFiles();
  const searches = cache === undefined ? heldFile() : undefined;
  const among: AmongReleases = { releases: ordered, files, searches };
  const reports: InRelease<Report>[] = [];
  for (const release of ordered) reports.push({ release, report: await ask({ release, among }) });
  return reports;
}

/** Runs over the same files by different releases keep nothing for one another but what they have searched for. */
export function amongReleases({ among, release }: Pick<TreeOptions, 'among' | 'release'>): {
  readonly about: string;
  readonly kept?: CacheFile;
} {
  return among ? { about: ` ${release ?? ''}`, ...(among.searches && { kept: among.searches }) } : { about: '' };
}

/** Keeps what was searched for in memory. */
function heldFile(): CacheFile {
  let held: string | undefined;
  return { load: () => held, save: (body) => void (held = body) };
}
