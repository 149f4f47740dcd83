import type { RevisionResult } from '@pageref/shared';
import { found } from '../../project/stored.js';
import { renamesBetween } from '../../vfs/index.js';
import type { Repository } from '../../vfs/index.js';
import type { Revision } from './revisions.js';

export const NO_RENAMES: ReadonlyMap<string, string> = new Map();

/** Renamed files, by the new name, among those in which one of two revisions has something and the other has nothing. */
export async function renamedIn(
  repository: Repository,
  from: Pick<Revision, 'id'> | undefined,
  to: Pick<Revision, 'id'>,
  before: RevisionResult,
  after: RevisionResult,
): Promise<ReadonlyMap<string, string>> {
  const [old, now] = [pathsIn(before), pathsIn(after)];
  const gone = [...old].filter((path) => !now.has(path));
  const come = [...now].filter((path) => !old.has(path));
  if (!from || gone.length === 0 || come.length === 0) return NO_RENAMES;
  const renames = found(await renamesBetween(repository, from.id, to.id, [...gone, ...come]), to.id);
  return new Map([...renames].map(([one, other]) => [other, one]));
}

function pathsIn({ tests, findings }: RevisionResult): ReadonlySet<string> {
  return new Set([...tests, ...findings].map(({ path }) => path));
}
