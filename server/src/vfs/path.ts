/** Paths inside a tree: relative to its root, with forward slashes on every platform. */

/**
 * The path with `.` and `..` worked out, or undefined when it leaves the root or is absolute.
 * Back slashes are ordinary characters, as they are in file names on Linux; on Windows they separate folders, and a colon
 * names a drive or another stream, so that no path of a tree has either.
 */
export function normalisePath(path: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\0')) return undefined;
  if (platform === 'win32' && /[\\:]/.test(path)) return undefined;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** Order of paths: by UTF-16 code unit, which is byte order for every name a kernel tree has. */
export function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** True for the files Kconfig is made of, by their path. */
export function isKconfigName(path: string): boolean {
  return /(^|\/)Kconfig[^/]*$/.test(path);
}

/** True for the names a run over a tree reads: C source and C headers. */
export function isSourceName(name: string): boolean {
  if (name.length < 3 || name.charCodeAt(name.length - 2) !== 46) return false;
  const last = name.charCodeAt(name.length - 1);
  return last === 99 || last === 104;
}

/** The same of a path. */
export function isSourcePath(path: string): boolean {
  return isSourceName(path.slice(path.lastIndexOf('/') + 1));
}
