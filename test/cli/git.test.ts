import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref, spawnPageref } from '../support/cli.js';
import { git } from '../support/git.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** What git is asked for a change: nothing of the repository runs, nothing is missing in silence, and it is started seldom. */

const LEAK = 'void f(struct page *p) { if (!PageReserved(p)) put_page(p); }\n';
const KERNEL = `//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n//- mm/a.c\n${LEAK}`;
const B4 = ['--format', 'b4', '--no-cache'];
const POSIX = process.platform === 'win32' ? { skip: 'the programs of this test are shell scripts' } : {};

interface Repository extends Tree {
  /** A folder beside the tree. */
  readonly beside: string;
}

/** A kernel whose second commit changes a function that has no finding. */
async function withRepository(body: (tree: Repository) => Promise<void>): Promise<void> {
  await withTree('//- beside/none\n', async ({ root: outer }) => {
    await withTree(KERNEL, async (tree) => {
      const repository = { ...tree, beside: join(outer, 'beside') };
      git(tree.root, 'init', '-q', '-b', 'main');
      commit(repository, 'One');
      tree.write('mm/a.c', `${LEAK}\nint tail;\n`);
      commit(repository, 'Two');
      await body(repository);
    });
  });
}

function commit({ root }: Tree, subject: string): void {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', subject);
}

/** Takes an object away from git, as a partial clone has it; the repository says where it would come from. */
function lose({ root, beside }: Repository, name: string): string {
  const id = git(root, 'rev-parse', name).trim();
  rmSync(join(root, '.git', 'objects', id.slice(0, 2), id.slice(2)));
  const trap = script(join(beside, 'trap'), `touch '${join(beside, 'sprung')}'`);
  for (const [key, value] of [
    ['core.repositoryformatversion', '1'],
    ['extensions.partialClone', 'origin'],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.url', `ext::${trap}`],
    ['protocol.ext.allow', 'always'],
    ['core.sshCommand', trap],
  ] as const) {
    git(root, 'config', key, value);
  }
  return id;
}

function script(path: string, body: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A folder whose git does something first. */
function gitWith({ beside }: Repository, body: string): string {
  const real = git('/', '--exec-path').trim();
  script(join(beside, 'bin', 'git'), `${body}\nexec '${join(real, 'git')}' "$@"`);
  return `${join(beside, 'bin')}:${process.env['PATH'] ?? ''}`;
}

test('a blob that a partial clone has not fetched is an error with its name, and nothing is fetched', POSIX, () =>
  withRepository(async (tree) => {
    const id = lose(tree, 'HEAD~1:mm/a.c');
    const args = ['check', tree.root, '--diff', 'HEAD~1..HEAD', ...B4];
    for (const env of [{}, { PATH: gitWith(tree, 'unset GIT_NO_LAZY_FETCH') }]) {
      const { code, stdout, stderr } = await spawnPageref(args, env);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, new RegExp(`^pageref: HEAD~1\\.\\.HEAD: git does not have mm/a\\.c \\(${id}\\)[^\\n]*\\n$`));
      assert.ok(!existsSync(join(tree.beside, 'sprung')));
    }
  }),
);

const LOST: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['HEAD:mm/a.c', ['--diff', 'HEAD~1..HEAD']],
  ['HEAD:Makefile', ['--diff', 'HEAD~1..HEAD']],
  ['HEAD:mm', ['--diff', 'HEAD~1..HEAD']],
  ['HEAD~1:mm/a.c', ['--diff', 'HEAD~1']],
  ['HEAD~1:mm', ['--diff', 'HEAD~1']],
  ['HEAD~1:mm/a.c', ['--patch', '-', '--at', 'HEAD~1']],
];

test('whatever object is missing: exit code 2, its id, and no word of a finding', POSIX, async () => {
  for (const [name, args] of LOST) {
    await withRepository(async (tree) => {
      const stdin = git(tree.root, 'format-patch', '-1', '--stdout').replace(/^index .*\n/m, '');
      const id = lose(tree, name);
      const { code, stdout, stderr } = await pageref(['check', '.', ...args, ...B4], { cwd: tree.root, engine, stdin });
      assert.deepEqual([code, stdout], [2, ''], `${name} ${args.join(' ')}`);
      assert.ok(stderr.includes(id), stderr);
      assert.ok(!existsSync(join(tree.beside, 'sprung')));
    });
  }
});

test('the git of the tree is not run, wherever the PATH looks first', POSIX, () =>
  withRepository(async (tree) => {
    const own = script(join(tree.root, 'git'), `touch '${join(tree.beside, 'sprung')}'; exit 1`);
    for (const first of ['.', '', tree.root, join(tree.root, 'mm', '..')]) {
      const { code } = await spawnPageref(['check', tree.root, '--diff', 'HEAD~1', ...B4], {
        PATH: `${first}:${process.env['PATH'] ?? ''}`,
      });
      assert.equal(code, 0, first);
    }
    const { stderr, code } = await spawnPageref(['check', tree.root, '--diff', 'HEAD~1'], { PATH: join(own, '..') });
    assert.deepEqual([code, stderr], [2, 'pageref: HEAD~1: git is not installed\n']);
    assert.ok(!existsSync(join(tree.beside, 'sprung')));
  }),
);

test('git works where the caller stands, with transports off', POSIX, () =>
  withRepository(async (tree) => {
    const log = join(tree.beside, 'log');
    const PATH = gitWith(tree, `echo "$(pwd) $GIT_ALLOW_PROTOCOL $GIT_NO_LAZY_FETCH $GIT_TERMINAL_PROMPT" >> '${log}'`);
    await spawnPageref(['check', tree.root, '--diff', 'HEAD~1..HEAD', ...B4], { PATH });
    const lines = new Set(readFileSync(log, 'utf8').trim().split('\n'));
    assert.deepEqual([...lines], [`${process.cwd()} none 1 0`]);
  }),
);

test('a filter is not run, also where git cannot tell from the times whether a file has changed', POSIX, () =>
  withRepository(async (tree) => {
    const trap = script(join(tree.beside, 'trap'), `touch '${join(tree.beside, 'sprung')}'; cat`);
    writeFileSync(join(tree.root, '.git', 'info', 'attributes'), '*.c filter=trap\n');
    const file = join(tree.root, 'mm/a.c');
    const check = () => pageref(['check', '.', '--diff', 'HEAD', ...B4], { cwd: tree.root, engine });
    utimesSync(file, 2e9, 2e9);
    git(tree.root, 'update-index', '-q', '--refresh');
    for (const key of ['clean', 'process']) {
      git(tree.root, 'config', `filter.trap.${key}`, trap);
      git(tree.root, 'config', 'filter.trap.required', 'true');
      // As old as the index is: git reads the file to see whether it is still the same.
      utimesSync(join(tree.root, '.git', 'index'), 2e9, 2e9);
      const { code, stdout } = await check();
      assert.deepEqual([code, stdout], [0, ''], key);
      assert.ok(!existsSync(join(tree.beside, 'sprung')), key);
      git(tree.root, 'config', '--remove-section', 'filter.trap');
    }
    git(tree.root, 'config', 'filter.tr=ap.clean', trap);
    const { code, stderr } = await check();
    assert.equal(code, 2);
    assert.match(stderr, /filter with an odd name: "tr=ap"/);
  }),
);

test('git is started a few times for any number of files', POSIX, () =>
  withRepository(async (tree) => {
    for (let at = 0; at < 300; at++) tree.write(`mm/many${String(at)}.c`, LEAK);
    commit(tree, 'Three');
    for (let at = 0; at < 300; at++)
      tree.write(`mm/many${String(at)}.c`, LEAK.replace('!PageReserved', '! PageReserved'));
    commit(tree, 'Four');
    const log = join(tree.beside, 'log');
    const PATH = gitWith(tree, `echo "$*" >> '${log}'`);
    for (const range of ['HEAD~1..HEAD', 'HEAD~1']) {
      const { code, stdout } = await spawnPageref(['check', tree.root, '--diff', range, ...B4], { PATH });
      assert.equal(code, 1);
      assert.equal(stdout.trim().split('\n').length, 300);
      const starts = readFileSync(log, 'utf8').trim().split('\n');
      rmSync(log);
      assert.equal(starts.filter((line) => line.includes('cat-file')).length, 1);
      assert.ok(starts.length <= 6, starts.join('\n'));
    }
  }),
);

test('a run is stopped while git has not answered yet, and git with it', POSIX, () =>
  withRepository(async (tree) => {
    const pids = join(tree.beside, 'pids');
    mkdirSync(pids);
    const PATH = gitWith(tree, `case "$*" in *diff-tree*) touch "${pids}/$$"; exec sleep 60;; esac`);
    const abort = new AbortController();
    const before = process.env['PATH'];
    process.env['PATH'] = PATH;
    try {
      const running = engine.checkChanges({
        path: tree.root,
        jobs: 1,
        changes: { kind: 'range', range: 'HEAD~1..HEAD' },
        signal: abort.signal,
      });
      running.catch(() => undefined);
      while (readdirSync(pids).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      abort.abort();
      await assert.rejects(running, { name: 'AbortError' });
    } finally {
      process.env['PATH'] = before;
    }
    const [pid = ''] = readdirSync(pids);
    const isAlive = (): boolean => {
      try {
        return process.kill(Number(pid), 0);
      } catch {
        return false;
      }
    };
    for (let tries = 0; tries < 200 && isAlive(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(!isAlive());
  }),
);

test('links and what is no file are no source', POSIX, () =>
  withRepository(async (tree) => {
    git(tree.root, 'rm', '-q', 'mm/a.c');
    writeFileSync(join(tree.beside, 'target'), 'a.c');
    const id = git(tree.root, 'hash-object', '-w', join(tree.beside, 'target')).trim();
    git(tree.root, 'update-index', '--add', '--cacheinfo', `120000,${id},mm/link.c`);
    git(tree.root, 'commit', '-q', '-m', 'A link');
    const { code, stdout } = await pageref(['check', '.', '--diff', 'HEAD~1..HEAD', ...B4], { cwd: tree.root, engine });
    assert.deepEqual([code, stdout], [0, '']);
  }),
);
