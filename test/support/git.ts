import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';

/** git for tests: no configuration of this machine, no hooks, and no repository above the folder it runs in. */
export const GIT_ENV = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A Tester',
  GIT_AUTHOR_EMAIL: 'tester@example.org',
  GIT_COMMITTER_NAME: 'A Tester',
  GIT_COMMITTER_EMAIL: 'tester@example.org',
  GIT_CEILING_DIRECTORIES: tmpdir(),
};

/** Runs git in a folder and gives its output; throws when it fails. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: folder, env: GIT_ENV, encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** What git says against a patch in a folder; empty when it would apply. */
export function applyCheck(folder: string, patch: string | Uint8Array): string {
  const run = spawnSync('git', ['apply', '--check', '--whitespace=error-all', '-'], {
    cwd: folder,
    env: GIT_ENV,
    input: patch,
  });
  return run.status === 0 ? '' : run.stderr.toString() || `exit code ${String(run.status)}`;
}
