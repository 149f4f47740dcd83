import { needsCare } from '@pageref/shared';
import type { Release, Site } from '@pageref/shared';

/** How reports of runs by several releases tell them apart. */

/** "5.4 and 6.1", "5.4, 6.1 and 6.12". */
export function listOfReleases(releases: readonly Release[]): string {
  const [last, ...before] = releases.toReversed();
  return before.length === 0 ? (last ?? '') : `${before.toReversed().join(', ')} and ${last ?? ''}`;
}

/** The releases of which what is said of a site holds: those in which it needs care, where one does. */
export function releasesMeant(site: Site): readonly Release[] | undefined {
  return site.releases?.filter((one) => needsCare(one) === needsCare(site)).map(({ release }) => release);
}

/** What stands in a row behind its place, one cell for each release. */
export interface ReleaseRow {
  readonly place: string;
  readonly cells: readonly string[];
}

/** A table with a column for each release, all columns as wide as their widest cell. */
export function tableOf(releases: readonly Release[], rows: readonly ReleaseRow[]): string[] {
  const wide = Math.max(...rows.map(({ place }) => place.length));
  const cell = Math.max(...[...rows.flatMap(({ cells }) => cells), ...releases].map(({ length }) => length));
  const line = ({ place, cells }: ReleaseRow): string =>
    `${place.padEnd(wide)}${cells.map((one) => `  ${one.padEnd(cell)}`).join('')}`.trimEnd();
  return [{ place: '', cells: releases }, ...rows].map(line);
}
