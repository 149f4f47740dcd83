/**
 * Kernel releases as the model writes them: "6.12", two decimal numbers.
 * Point releases are not told apart; a tree's own facts do that (see tree-facts.ts).
 */
export type Release = `${number}.${number}`;

/**
 * The releases an entry holds for. `since` is the first mainline release with the behaviour and `until` the first
 * one without it; no `until` means it still holds in the newest release the model knows.
 * Where the exact release is not proven the bracket is kept: `sinceAfter: "5.4", since: "6.1"` reads "first seen in 6.1,
 * not there in 5.4", and the entry is taken to begin at 6.1.
 */
export interface ReleaseRange {
  readonly since: Release;
  readonly sinceAfter?: Release;
  readonly until?: Release;
  readonly untilAfter?: Release;
}

const RELEASE = /^(\d+)\.(\d+)$/;

/** Reads "6.12" and also "6.12.117" or "v6.12-rc3"; undefined for anything else. */
export function parseRelease(text: string): Release | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.\d+)*(?:[-+~].*)?$/.exec(text.trim());
  return match ? `${Number(match[1])}.${Number(match[2])}` : undefined;
}

/** Negative, zero or positive as `a` is older than, the same as or newer than `b`. */
export function compareReleases(a: Release, b: Release): number {
  const [left, right] = [RELEASE.exec(a), RELEASE.exec(b)];
  if (!left || !right) return a < b ? -1 : a > b ? 1 : 0;
  return Number(left[1]) - Number(right[1]) || Number(left[2]) - Number(right[2]);
}

/** True when `release` lies in `range`, or between the last release that is known to lack it and the first that is known to have it. */
export function mayBeIn(range: ReleaseRange, release: Release): boolean {
  const { sinceAfter } = range;
  if (sinceAfter === undefined) return inRange(range, release);
  const isBefore = range.until !== undefined && compareReleases(release, range.until) >= 0;
  return compareReleases(sinceAfter, release) < 0 && !isBefore;
}

/** True when `release` lies in `range` (`until` is exclusive). */
export function inRange(range: ReleaseRange, release: Release): boolean {
  return (
    compareReleases(range.since, release) <= 0 &&
    (range.until === undefined || compareReleases(release, range.until) < 0)
  );
}
