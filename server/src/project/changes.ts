import { decodeSource, filesBelow, slashed } from '../vfs/index.js';
import type { ChangedFiles } from './changed-file.js';
import type { ChangeSource } from './options.js';
import { patchChanges } from './patch-changes.js';
import { pathsInside } from './paths-inside.js';
import { rangeChanges } from './range-changes.js';

/**
 * Works out the changes. Throws CannotRun where that cannot be done, with what to do about it, and what the signal is
 * aborted with.
 */
export async function readChanges(root: string, source: ChangeSource, signal?: AbortSignal): Promise<ChangedFiles> {
  switch (source.kind) {
    case 'text': {
      const path = pathsInside(root, '--stdin-filename')(slashed(root, source.path));
      const { bytes } = source;
      const file = { path, bytes, text: () => decodeSource(bytes), before: () => Promise.resolve(undefined) };
      return { files: [file], unreadable: [], tree: filesBelow(root), close: () => undefined };
    }
    case 'range':
      return await rangeChanges(root, source.range, signal);
    case 'patch':
      return await patchChanges(root, source, signal);
  }
}
