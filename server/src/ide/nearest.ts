/**
 * The definitions a file can mean: those of its arch, else those outside of every arch. What one arch defines means
 * nothing to common code, which is built for all of them.
 */
export function nearestTo<T extends { readonly path: string }>(path: string, all: readonly T[]): readonly T[] {
  const near = all.filter((one) => archOf(one.path) === archOf(path));
  return near.length > 0 ? near : all.filter((one) => archOf(one.path) === '');
}

/** The arch a path is built for; empty for common code. */
export function archOf(path: string): string {
  return /^arch\/([^/]+)\//.exec(path)?.[1] ?? '';
}
