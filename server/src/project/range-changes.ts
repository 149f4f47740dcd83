import { join } from 'node:path';
import type { UnreadableFile } from '@pageref/shared';
import { blobId, decodeSource, exists, filesBelow, isSourcePath, readBytes, bytesOf } from '../vfs/index.js';
import type { Difference, FileBytes, Repository } from '../vfs/index.js';
import type { ChangedFile, ChangedFiles } from './changed-file.js';
import { commitOf, found, openRepository, orCannotRun, treeAt } from './stored.js';

/** From a revision to the files on disk (`REV`), or from one to another (`A..B`). */
export async function rangeChanges(root: string, range: string, signal?: AbortSignal): Promise<ChangedFiles> {
  const repository = await openRepository(root, range, signal);
  try {
    const [from = '', to] = range.split(/\.\.+/);
    const before = await commitOf(repository, from === '' ? 'HEAD' : from);
    const after = to === undefined ? undefined : await commitOf(repository, to === '' ? 'HEAD' : to);
    const differing = found(await repository.differing(before, after), range).filter(({ path }) => isSourcePath(path));
    const tree = after === undefined ? filesBelow(root) : await treeAt(repository, after, range);
    const sources = await orCannotRun(range, sourcesAfter(repository, root, differing, signal));
    return { ...sortOut(repository, range, differing, sources), tree, close: () => repository.close() };
  } catch (error) {
    repository.close();
    throw error;
  }
}

/** The bytes of the files after the change, by path; nothing for one that is gone, or is what it was. */
type Sources = ReadonlyMap<string, FileBytes>;

async function sourcesAfter(
  repository: Repository,
  root: string,
  differing: readonly Difference[],
  signal?: AbortSignal,
): Promise<Sources> {
  const sources = new Map<string, FileBytes>();
  const stored = differing.flatMap(({ path, before, after }) =>
    typeof after === 'object' && after.id !== before ? [{ path, id: after.id }] : [],
  );
  await repository.read(stored, (object, { path }) => sources.set(path, bytesOf(object)));
  for (const { path, before, after } of differing) {
    if (after !== 'on disk') continue;
    const bytes = bytesOnDisk(root, path, before);
    if (bytes) sources.set(path, bytes);
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  return sources;
}

/** git lists a file whose times have changed; whether its bytes have is seen here. */
function bytesOnDisk(root: string, path: string, before: string | undefined): FileBytes | undefined {
  const read = readBytes(root, path);
  if ('why' in read) return exists(join(root, path)) ? read : undefined;
  const isSame = before !== undefined && blobId(read.bytes, before.length > 40 ? 'sha256' : 'sha1') === before;
  return isSame ? undefined : read;
}

function sortOut(
  repository: Repository,
  range: string,
  differing: readonly Difference[],
  sources: Sources,
): Pick<ChangedFiles, 'files' | 'unreadable'> {
  const [files, unreadable]: [ChangedFile[], UnreadableFile[]] = [[], []];
  for (const { path, before: id } of differing) {
    const now = sources.get(path);
    if (!now) continue;
    if ('why' in now) unreadable.push({ path, why: now.why, named: true });
    else {
      const { bytes } = now;
      const before = (): Promise<string | undefined> => orCannotRun(range, textBefore(repository, path, id));
      files.push({ path, bytes, text: () => decodeSource(bytes), before });
    }
  }
  return { files, unreadable };
}

async function textBefore(repository: Repository, path: string, id: string | undefined): Promise<string | undefined> {
  if (id === undefined) return undefined;
  let text: string | undefined;
  await repository.read([{ path, id }], (object) => {
    const source = bytesOf(object);
    if ('bytes' in source) text = decodeSource(source.bytes);
  });
  return text;
}
