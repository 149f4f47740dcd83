import type { PlatformPath } from 'node:path';
import { isWithin, withoutEnd } from '../editor/workspace.js';
import { pathOfUri } from './uris.js';

/** A folder of the workspace. */
export interface Folder {
  readonly uri: string;
  readonly path: string;
}

/** Folders with a path; those of other schemes are nothing the server can read. */
export function foldersOf(folders: readonly { readonly uri: string }[]): Folder[] {
  return folders.flatMap(({ uri }) => {
    const path = pathOfUri(uri);
    return path === undefined ? [] : [{ uri, path: withoutEnd(path) }];
  });
}

/** The innermost workspace folder a document lies in. */
export function folderOf({ folders }: { readonly folders: readonly Folder[] }, uri: string): Folder | undefined {
  const path = pathOfUri(uri);
  return path === undefined ? folders[0] : innermost(folders, path);
}

/** @param flavour of paths; another one than this machine's in tests */
export function innermost(folders: readonly Folder[], path: string, flavour?: PlatformPath): Folder | undefined {
  return folders
    .filter((folder) => isWithin(folder.path, path, flavour))
    .sort((a, b) => b.path.length - a.path.length)[0];
}
