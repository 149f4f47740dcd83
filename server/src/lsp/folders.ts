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
    return path === undefined ? [] : [{ uri, path: path.length > 1 ? path.replace(/\/$/, '') : path }];
  });
}

/** The innermost workspace folder a document lies in. */
export function folderOf({ folders }: { readonly folders: readonly Folder[] }, uri: string): Folder | undefined {
  const path = pathOfUri(uri);
  if (path === undefined) return folders[0];
  return folders
    .filter((folder) => path === folder.path || path.startsWith(`${folder.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}
