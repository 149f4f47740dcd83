import { join } from 'node:path';
import { listFolderSync, readSource } from './disk.js';
import type { FolderListing, SourceText } from './disk.js';

/** The files of one tree. Paths are relative to its root, with forward slashes. Never throws. */
export interface TreeFiles {
  read(path: string): SourceText;
  list(folder: string): FolderListing | { readonly why: string };
}

/**
 * The files below a folder.
 * @param buffers text that stands for the file at an absolute path: an editor's, which need not be saved
 */
export function filesBelow(root: string, buffers?: ReadonlyMap<string, string>): TreeFiles {
  return {
    read: (path) => {
      const text = buffers?.get(join(root, path));
      return text === undefined ? readSource(root, path) : { text };
    },
    list: (folder) => listFolderSync(root, folder),
  };
}
