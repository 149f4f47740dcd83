import { nearest, type ModelEntry, type Release } from '@pageref/shared';
import { ENTRIES, rangesOf, resolveWith } from '@pageref/shared/model';

/** What the model knows of a name. */
export interface ApiDescription {
  readonly known: true;
  readonly name: string;
  /** The release that was asked for, if any. */
  readonly release?: Release;
  /** What holds in that release, or every range, oldest first. Empty when the name does not exist in the release. */
  readonly entries: readonly ModelEntry[];
  /** Every range of the name, oldest first, so that changes can be shown. */
  readonly ranges: readonly ModelEntry[];
}

export interface UnknownApi {
  readonly known: false;
  readonly name: string;
  /** Names of the model that are spelled nearly the same. */
  readonly near: readonly string[];
}

/**
 * @param release only what holds in it; every range when it is not given
 * @param user entries a user added
 */
export function describeApi(
  name: string,
  release?: Release,
  user: readonly ModelEntry[] = [],
): ApiDescription | UnknownApi {
  const ranges = rangesOf(name, user);
  if (ranges.length === 0)
    return {
      known: false,
      name,
      near: nearest(
        name,
        [...ENTRIES, ...user].map((entry) => entry.name),
      ),
    };
  if (release === undefined) return { known: true, name, entries: ranges, ranges };
  const entry = resolveWith(release, user).entries.get(name);
  return { known: true, name, release, entries: entry ? [entry] : [], ranges };
}
