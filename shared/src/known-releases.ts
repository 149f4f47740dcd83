import type { Release } from './release.js';

/** The mainline releases the model speaks of, by major number: a new release is another `last`, or a new line. */
const SERIES = [
  { major: 4, first: 20, last: 20 },
  { major: 5, first: 0, last: 19 },
  { major: 6, first: 0, last: 19 },
  { major: 7, first: 0, last: 1 },
] as const;

/** Every mainline release the model can be asked about, oldest first. */
export const RELEASES: readonly Release[] = SERIES.flatMap(({ major, first, last }) =>
  Array.from({ length: last - first + 1 }, (_, at): Release => `${major}.${first + at}`),
);

/** Long-term releases of kernel.org: what a range of releases stops at between its ends. */
export const LONG_TERM_RELEASES: readonly Release[] = ['5.4', '5.10', '5.15', '6.1', '6.6', '6.12', '6.18'];

/** The oldest release that matters to the model; facts that are older carry it as `since`. */
export const OLDEST_RELEASE: Release = `${SERIES[0].major}.${SERIES[0].first}`;
/** The newest release the facts were read from. */
export const NEWEST_RELEASE: Release = RELEASES.at(-1) ?? OLDEST_RELEASE;
