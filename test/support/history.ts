import { git } from './git.js';
import { withTree } from './tree.js';
import type { Tree } from './tree.js';

/** A repository in which a test commits what it writes. */
export interface TestRepository extends Tree {
  /** Commits all that is written, and gives the full id. */
  readonly commit: (subject: string) => string;
  readonly git: (...args: readonly string[]) => string;
}

export const KERNEL = '//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\n';

/** Runs `body` on a repository whose first commit, tagged v6.12, holds the files of a fixture. */
export async function withRepository(
  fixture: string,
  body: (repository: TestRepository) => Promise<void>,
): Promise<void> {
  await withTree(fixture, async (tree) => {
    const run = (...args: readonly string[]): string => git(tree.root, ...args);
    const commit = (subject: string): string => {
      run('add', '-A');
      run('commit', '-q', '-m', subject);
      return run('rev-parse', 'HEAD').trim();
    };
    run('init', '-q', '-b', 'main');
    commit('Begin');
    run('tag', 'v6.12');
    await body({ ...tree, commit, git: run });
  });
}
