import nativePath from 'node:path';
import type { PlatformPath } from 'node:path';

/**
 * Between absolute paths as the system writes them and paths in a tree, which have forward slashes everywhere. The last parameter is
 * the system's flavour of paths; another one than this machine's is for tests.
 */

/** True for the folder itself and for all that lies below it. Windows tells no upper from lower case here. */
export function isWithin(folder: string, path: string, flavour: PlatformPath = nativePath): boolean {
  const way = flavour.relative(folder, path);
  return way !== '..' && !way.startsWith(`..${flavour.sep}`) && !flavour.isAbsolute(way);
}

/** The path below the root, with forward slashes; undefined for one outside of it, and for the root itself. */
export function pathInside(root: string, path: string, flavour: PlatformPath = nativePath): string | undefined {
  return path !== root && isWithin(root, path, flavour) ? slashed(root, path, flavour) || undefined : undefined;
}

/** The way from the root to a path below it, with forward slashes; empty for the root itself. */
export function slashed(root: string, path: string, flavour: PlatformPath = nativePath): string {
  return flavour.relative(root, path).split(flavour.sep).join('/');
}

/** The absolute path of a path in a tree. */
export function pathBelow(root: string, path: string, flavour: PlatformPath = nativePath): string {
  return flavour.join(root, ...path.split('/'));
}

/** Without the separator at its end, which only the root of a file system keeps. */
export function withoutEnd(path: string, flavour: PlatformPath = nativePath): string {
  return flavour.dirname(flavour.join(path, 'x'));
}

/** The innermost folder that all of these lie in; undefined where there is none, as on two drives. */
export function commonFolder(folders: readonly string[], flavour: PlatformPath = nativePath): string | undefined {
  let common = folders[0] ?? flavour.sep;
  for (const folder of folders) {
    while (!isWithin(common, folder, flavour)) {
      const above = flavour.dirname(common);
      if (above === common) return undefined;
      common = above;
    }
  }
  return common;
}
