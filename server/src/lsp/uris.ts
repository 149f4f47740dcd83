import { basename, isAbsolute, join } from 'node:path';
import { URI } from 'vscode-uri';
import type { DocumentPlace } from '../editor/workspace.js';

/** Absolute path of a file: URI; undefined for any other, and for what is no URI. */
export function pathOfUri(uri: string): string | undefined {
  const parsed = parse(uri);
  return parsed?.scheme === 'file' ? absolutePath(parsed) : undefined;
}

/** A drive of Windows is no place on other systems: its path would be one from the working folder. */
function absolutePath({ fsPath }: URI): string | undefined {
  return isAbsolute(fsPath) ? fsPath : undefined;
}

export function uriOfPath(path: string): string {
  return URI.file(path).toString();
}

/**
 * Where a document belongs. An old version of a file (git:) is judged in the file's tree, a text that was never saved in
 * that of the first workspace folder; neither stands for a file.
 */
export function placeOf(uri: string, folders: readonly string[]): DocumentPlace {
  const parsed = parse(uri);
  const name = basename(parsed?.path ?? '') || 'untitled';
  const file = parsed?.scheme === 'file' ? absolutePath(parsed) : undefined;
  if (file !== undefined) return { path: file, isFile: true, name };
  const [folder] = folders;
  const isPlaced = parsed !== undefined && parsed.scheme !== 'untitled' && parsed.path.startsWith('/');
  const path = isPlaced ? absolutePath(URI.file(parsed.path)) : folder === undefined ? undefined : join(folder, name);
  return { path, isFile: false, name };
}

function parse(uri: string): URI | undefined {
  if (!/^[A-Za-z][\w+.-]*:/.test(uri)) return undefined;
  try {
    return URI.parse(uri);
  } catch {
    return undefined;
  }
}
