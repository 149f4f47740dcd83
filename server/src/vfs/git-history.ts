import type { Difference, Failure, Repository } from './git.js';

/** Asking git for commits: which there are, what came before what, and which files were renamed. Nothing is checked out. */

/** A commit, and the tree that stands for what it holds. */
export interface Commit {
  readonly id: string;
  /** Full id of its top tree. */
  readonly tree: string;
  readonly parents: readonly string[];
  /** When it was committed, UTC: YYYY-MM-DD. */
  readonly date: string;
  /** First line of its message. */
  readonly subject: string;
}

/** Ids of the commits between two, oldest first, without the first. */
export async function commitsBetween(
  repository: Repository,
  from: string,
  to: string,
  chain: 'all' | 'first-parent',
): Promise<readonly string[] | Failure> {
  const only = chain === 'first-parent' ? ['--first-parent'] : [];
  const answer = await repository.ask(['rev-list', '--reverse', '--topo-order', ...only, `${from}..${to}`, '--']);
  return 'why' in answer ? answer : linesOf(answer.bytes);
}

/** Names of all tags. */
export async function tagNames(repository: Repository): Promise<readonly string[] | Failure> {
  const answer = await repository.ask(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/tags']);
  return 'why' in answer ? answer : linesOf(answer.bytes);
}

/** Commits that are asked about in one call: a command line holds them. */
const AT_ONCE = 400;

/** What commits are, by their full ids and in their order. */
export async function describeCommits(
  repository: Repository,
  ids: readonly string[],
): Promise<readonly Commit[] | Failure> {
  const found = new Map<string, Commit>();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const format = '--format=%H%x00%T%x00%P%x00%ct%x00%s';
    const answer = await repository.ask(['rev-list', '--no-walk=unsorted', '--encoding=UTF-8', format, ...some, '--']);
    if ('why' in answer) return answer;
    for (const line of linesOf(answer.bytes)) {
      const commit = commitIn(line);
      if (commit) found.set(commit.id, commit);
    }
  }
  const lost = ids.find((id) => !found.has(id));
  return lost === undefined
    ? ids.flatMap((id) => found.get(id) ?? [])
    : { why: `git does not have the commit ${lost}` };
}

function commitIn(line: string): Commit | undefined {
  const [id, tree, parents, seconds, subject] = line.split('\0');
  if (id === undefined || tree === undefined || parents === undefined || subject === undefined) return undefined;
  const date = new Date(Number(seconds) * 1000);
  const isDate = Number.isFinite(date.getTime());
  return {
    id,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    date: isDate ? date.toISOString().slice(0, 10) : '',
    subject,
  };
}

/** True for a clone that ends at some commit because it was told so. */
export async function isShallow(repository: Repository): Promise<boolean> {
  const answer = await repository.ask(['rev-parse', '--is-shallow-repository']);
  return 'bytes' in answer && answer.bytes.toString().trim() === 'true';
}

/** The last commit that two have in common; undefined where there is none. */
export async function mergeBase(repository: Repository, one: string, other: string): Promise<string | undefined> {
  const answer = await repository.ask(['merge-base', one, other]);
  return 'why' in answer ? undefined : linesOf(answer.bytes)[0];
}

/**
 * The files that another revision has under another name, old name first. Only these paths are compared: among all files of two
 * releases git gives up.
 */
export async function renamesBetween(
  repository: Repository,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string> | Failure> {
  if (paths.length === 0) return new Map();
  const options = ['-r', '-z', '--raw', '-M', '-l0', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all'];
  const answer = await repository.ask([
    '--literal-pathspecs',
    'diff-tree',
    ...options,
    '--diff-filter=R',
    '--relative',
    from,
    to,
    '--',
    ...paths,
  ]);
  if ('why' in answer) return answer;
  const words = answer.bytes.toString('utf8').split('\0');
  const renames = new Map<string, string>();
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [before, after] = [words[at + 1], words[at + 2]];
    if (before !== undefined && after !== undefined) renames.set(before, after);
  }
  return renames;
}

/** All files of a revision, as what differs from nothing. */
export async function filesOfTree(repository: Repository, tree: string): Promise<readonly Difference[] | Failure> {
  const ids = await repository.idsAt(tree);
  if ('why' in ids) return ids;
  return [...ids.ids].map(([path, id]) => ({ path, before: undefined, after: { id } }));
}

function linesOf(bytes: Buffer): string[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}
