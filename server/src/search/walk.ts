import type { UnreadableFile } from '@pageref/shared';
import { listFolder } from '../vfs/disk.js';
import { comparePaths, isSourceName } from '../vfs/path.js';
import { aborted } from './abort.js';

/** Eight folders at a time keep the thread pool busy; more gained nothing on a kernel tree. */
const IN_FLIGHT = 8;

export interface Walk {
  /** Paths of all *.c and *.h files, relative to the root, sorted. */
  readonly files: readonly string[];
  /** Folders that could not be listed, sorted. */
  readonly unreadable: readonly UnreadableFile[];
}

export type ListFolder = typeof listFolder;

/**
 * Lists all C files below `root`. Symbolic links are not followed, `.git` is left out, and ignore files are not obeyed
 * because distribution trees ship a `.gitignore` that hides the whole kernel.
 * Rejects with an AbortError when `signal` fires; an unreadable folder is noted and the walk goes on.
 */
export async function walkTree(
  root: string,
  { signal, list = listFolder }: { readonly signal?: AbortSignal | undefined; readonly list?: ListFolder } = {},
): Promise<Walk> {
  const files: string[] = [];
  const unreadable: UnreadableFile[] = [];
  const folders: string[] = [''];
  const visit = async (folder: string): Promise<void> => {
    const listing = await list(root, folder);
    if ('why' in listing) {
      unreadable.push({ path: folder === '' ? '.' : folder.slice(0, -1), why: listing.why });
      return;
    }
    for (const name of listing.folders) if (name !== '.git') folders.push(`${folder}${name}/`);
    for (const name of listing.files) if (isSourceName(name)) files.push(folder + name);
  };
  await workOff(folders, visit, signal);
  files.sort(comparePaths);
  unreadable.sort((a, b) => comparePaths(a.path, b.path));
  return { files, unreadable };
}

/** Visits `queue`, which grows meanwhile, until it is empty and nothing is in flight. */
function workOff(queue: string[], visit: (folder: string) => Promise<void>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let running = 0;
    const step = (): void => {
      if (signal?.aborted) {
        reject(aborted());
        return;
      }
      for (let next = queue.pop(); next !== undefined; next = running < IN_FLIGHT ? queue.pop() : undefined) {
        running++;
        visit(next).then(() => {
          running--;
          step();
        }, reject);
      }
      if (running === 0) resolve();
    };
    step();
  });
}
