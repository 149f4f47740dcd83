import { compareTexts } from '@pageref/shared';
import { CannotRun } from '../../project/options.js';
import { commitOf, found } from '../../project/stored.js';
import { commitsBetween, describeCommits, isShallow, tagNames } from '../../vfs/index.js';
import type { Commit, Repository } from '../../vfs/index.js';

/** Which revisions of a repository a history looks at. */
export interface RevisionChoice {
  /** Ranges (A..B), tags by glob, and names of commits. */
  readonly revs: readonly string[];
  readonly chain: 'all' | 'first-parent';
  /** Of a range every n-th commit, and the last. */
  readonly every: number;
}

/** A revision by its name. */
export interface Revision extends Commit {
  /** A tag or what a person wrote, or the first digits of a commit. */
  readonly name: string;
}

/** Digits of a commit that people read. */
const SHORT = 12;

/** The revisions in the order of the choice: a range oldest first, tags as kernel versions. Throws CannotRun. */
export async function revisionsOf(repository: Repository, choice: RevisionChoice): Promise<readonly Revision[]> {
  const named: { readonly name: string; readonly id: string }[] = [];
  for (const rev of choice.revs) named.push(...(await namedBy(repository, rev, choice)));
  const ids = [...new Map(named.map((one) => [one.id, one])).values()];
  const commits = found(
    await describeCommits(
      repository,
      ids.map(({ id }) => id),
    ),
    choice.revs.join(),
  );
  return commits.map((commit, at) => ({ ...commit, name: ids[at]?.name ?? commit.id }));
}

async function namedBy(
  repository: Repository,
  rev: string,
  choice: RevisionChoice,
): Promise<readonly { readonly name: string; readonly id: string }[]> {
  const [, from, to] = /^(.*?)\.\.+(.*)$/.exec(rev) ?? [];
  if (from !== undefined && to !== undefined) return await rangeOf(repository, rev, { from, to }, choice);
  if (!/[*?[]/.test(rev)) return [{ name: shortName(rev), id: await commitOf(repository, rev) }];
  const isMatch = globTest(rev);
  const tags = found(await tagNames(repository), rev).filter((name) => isMatch(name));
  if (tags.length === 0)
    throw new CannotRun(`no tag matches "${rev}": git tag lists them, git fetch --tags brings them`);
  const commits = [];
  for (const name of tags.sort(compareVersions))
    commits.push({ name, id: await commitOf(repository, `refs/tags/${name}`) });
  return commits;
}

/** Both ends, and the commits between. */
async function rangeOf(
  repository: Repository,
  range: string,
  { from, to }: { readonly from: string; readonly to: string },
  { chain, every }: RevisionChoice,
): Promise<readonly { readonly name: string; readonly id: string }[]> {
  const first = await commitOf(repository, from === '' ? 'HEAD' : from);
  const last = await commitOf(repository, to === '' ? 'HEAD' : to);
  if (await isShallow(repository)) {
    throw new CannotRun(`${range}: the clone is shallow, so what lies between is not known: git fetch --unshallow`);
  }
  const between = found(await commitsBetween(repository, first, last, chain), range);
  if (between.length === 0) throw new CannotRun(`${range}: there is no commit between the two`);
  const picked = between.filter((_, at) => (at + 1) % every === 0 || at === between.length - 1);
  const nameOf = (id: string): string => (id === last && to !== '' ? shortName(to) : id.slice(0, SHORT));
  return [
    { name: from === '' ? first.slice(0, SHORT) : shortName(from), id: first },
    ...picked.map((id) => ({ name: nameOf(id), id })),
  ];
}

/** A full id is shortened, any other name stays. */
function shortName(name: string): string {
  return /^[0-9a-f]{40,64}$/.test(name) ? name.slice(0, SHORT) : name;
}

/** `*` and `?` as in a shell, over all of a name. */
function globTest(glob: string): (name: string) => boolean {
  const parts = glob
    .replace(/[.+^${}()|\\[\]]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^${parts}$`);
  return (name) => pattern.test(name);
}

/** v6.1-rc1, v6.1, v6.1.1, v6.10: numbers as numbers, and a candidate before what it is a candidate for. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const order = compareParts(one[at], other[at]);
    if (order !== 0) return order;
  }
  return compareTexts(a, b);
}

function partsOf(name: string): readonly string[] {
  return name.match(/\d+|-rc|[^\d]+?(?=-rc|\d|$)/g) ?? [];
}

/** The end of a name comes behind `-rc` and before anything else. */
function compareParts(a: string | undefined, b: string | undefined): number {
  const rank = (part: string | undefined): number => (part === '-rc' ? 0 : part === undefined ? 1 : 2);
  if (rank(a) !== 2 || rank(b) !== 2) return rank(a) - rank(b);
  const [one, other] = [Number(a), Number(b)];
  return Number.isNaN(one) || Number.isNaN(other) ? compareTexts(a ?? '', b ?? '') : one - other;
}
