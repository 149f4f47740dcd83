import { isLink, normalisePath, staysInside } from '../vfs/index.js';
import { CannotRun } from './options.js';

/**
 * Gives the paths of a change in the form all others have. Throws CannotRun for one that is outside of the tree, be it by
 * `..`, as an absolute path or through a link, and for one in `.git`: nothing may be said of what is not in the tree.
 * @param root absolute path of the tree
 * @param source what names the paths, for the message
 */
export function pathsInside(root: string, source: string): (path: string) => string {
  const folders = new Map<string, boolean>();
  const isInside = (folder: string): boolean => {
    const known = folders.get(folder) ?? staysInside(root, folder);
    folders.set(folder, known);
    return known;
  };
  return (path) => {
    const inside = normalisePath(path) ?? '';
    const folder = inside.slice(0, Math.max(0, inside.lastIndexOf('/')));
    const isFine = inside !== '' && !inside.split('/').includes('.git') && isInside(folder);
    if (isFine && (!isLink(root, inside) || staysInside(root, inside))) return inside;
    throw new CannotRun(`${source}: ${JSON.stringify(path)} is no path in the tree: git apply refuses it as well`);
  };
}
