import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { changedFiles } from 'pageref/dist/vfs/index.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

const FILES = ['mm/a.c', 'mm/a-longer-name.c', 'mm/b.c', 'mm/bé.c', 'mm/new.c', 'mm/missing.c', 'z.c'];
const FIXTURE = FILES.slice(0, 4)
  .concat('z.c')
  .map((path) => `//- ${path}\nint x; /* ${path} */\n`)
  .join('');

function git(root: string, ...args: readonly string[]): void {
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main'];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  execFileSync('git', [...identity, ...args], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

function committed({ root }: Tree, ...init: readonly string[]): void {
  git(root, 'init', '-q', ...init);
  git(root, 'add', '.');
  git(root, 'commit', '-q', '-m', 'one');
}

function edit(tree: Tree): void {
  tree.write('mm/new.c', 'int y;\n');
  appendFileSync(join(tree.root, 'mm/b.c'), 'int y;\n');
  // The same bytes once more: only the time is another.
  writeFileSync(join(tree.root, 'mm/a.c'), readFileSync(join(tree.root, 'mm/a.c')));
}

for (const [name, init, version] of [
  ['as git makes it', [], undefined],
  ['version 4', [], '4'],
  ['with SHA-256', ['--object-format=sha256'], '2'],
] as const) {
  test(`files that differ from the index, ${name}`, () =>
    withTree(FIXTURE, (tree) => {
      committed(tree, ...init);
      if (version !== undefined) git(tree.root, 'update-index', '--index-version', version);
      assert.deepEqual(changedFiles(tree.root, FILES), []);
      edit(tree);
      assert.deepEqual(changedFiles(tree.root, FILES), ['mm/b.c', 'mm/new.c']);
      git(tree.root, 'add', '-N', 'mm/new.c');
      assert.deepEqual(changedFiles(tree.root, FILES), ['mm/b.c', 'mm/new.c'], 'version 3, for what is to be added');
      assert.deepEqual(changedFiles(join(tree.root, 'mm'), ['a.c', 'b.c']), ['b.c'], 'a folder of the work tree');
      git(tree.root, 'add', '.');
      assert.deepEqual(changedFiles(tree.root, FILES), [], 'staged');
    }));
}

test('a work tree that was added to a repository', () =>
  withTree(FIXTURE, (tree) => {
    committed(tree);
    git(tree.root, 'worktree', 'add', '-q', 'added');
    writeFileSync(join(tree.root, 'added/z.c'), 'int other;\n');
    assert.deepEqual(changedFiles(join(tree.root, 'added'), FILES), ['z.c']);
  }));

test('no index, or none that can be read, is a reason', () =>
  withTree(FIXTURE, (tree) => {
    const why = (): unknown => changedFiles(tree.root, FILES);
    assert.deepEqual(why(), { why: 'it is no git work tree' });
    mkdirSync(join(tree.root, '.git'));
    tree.write('.git/HEAD', 'ref: refs/heads/main\n');
    assert.match(JSON.stringify(why()), /index cannot be read: no such file/);
    for (const index of ['', 'DIRC', 'DIRC\0\0\0\u0009\0\0\0\0', 'nonsense and more of it']) {
      tree.write('.git/index', index);
      assert.deepEqual(why(), { why: 'git has an index of an unknown format' });
    }
    tree.write('.git/index', `DIRC\0\0\0\u0002\0\0\u0001\0${'x'.repeat(100)}`);
    assert.deepEqual(why(), { why: "git's index is damaged" });
  }));

test('a split index is a reason', () =>
  withTree(FIXTURE, (tree) => {
    committed(tree);
    git(tree.root, 'update-index', '--split-index');
    assert.deepEqual(changedFiles(tree.root, FILES), { why: 'git has a split index, which is not read' });
  }));
