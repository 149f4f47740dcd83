import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as engine from 'pageref/dist/runs/index.js';
import { keptIn, withFolder } from '../support/cache.js';
import { pageref, PROGRAM, spawnPageref } from '../support/cli.js';
import type { Outcome } from '../support/cli.js';
import { git } from '../support/git.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** Paths, names and files that a stranger has chosen: told or refused, never followed out of the tree and never waited for. */

const LEAK = 'void f(struct page *p) { if (!PageReserved(p)) put_page(p); }\n';
const KERNEL = `//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n//- mm/a.c\n${LEAK}`;
const LINUX = process.platform === 'linux' ? {} : { skip: 'names of bytes and /dev/stdin are tried on Linux' };

function check({ root }: Tree, args: readonly string[], stdin = ''): Promise<Outcome> {
  return pageref(['check', '.', ...args, '--format', 'b4', '--no-cache'], { cwd: root, engine, stdin });
}

/** A patch that makes a file, as git writes it. */
function making(path: string): string {
  const body = LEAK.trimEnd();
  return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${body}\n`;
}

const OUTSIDE: readonly (readonly [what: string, patch: string])[] = [
  ['a file above the tree', making('../../evil.c')],
  ['a file above the tree, behind a folder', making('mm/../../evil.c')],
  ['an absolute path', '--- /dev/null\n+++ //etc/evil.c\n@@ -0,0 +1 @@\n+int evil;\n'],
  ['git itself', making('.git/evil.c')],
  ['git of a folder', making('mm/.git/evil.c')],
  ['a folder behind a link', making('out/evil.c')],
  ['a link to a file', making('mm/link.c')],
  ['a link that leads nowhere', making('gone/evil.c')],
  ['a name in quotes', making('x').replaceAll('a/x', '"a/../\\145vil.c"').replaceAll('b/x', '"b/../\\145vil.c"')],
  ['a rename to above', 'diff --git a/mm/a.c b/../a.c\nsimilarity index 100%\nrename from mm/a.c\nrename to ../a.c\n'],
  [
    'a rename from above',
    'diff --git a/../a.c b/mm/b.c\nsimilarity index 100%\nrename from ../a.c\nrename to mm/b.c\n',
  ],
  ['a change above', '--- a/../a.c\n+++ b/../a.c\n@@ -1 +1 @@\n-int a;\n+int b;\n'],
  [
    'a file that goes, above',
    'diff --git a/../a.c b/../a.c\ndeleted file mode 100644\n--- a/../a.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-int a;\n',
  ],
  ['a file that is no C', making('../evil.txt')],
];

for (const [what, patch] of OUTSIDE) {
  test(`a patch that leaves the tree is refused: ${what}`, () =>
    withFolder((outside) =>
      withTree(KERNEL, async (tree) => {
        writeFileSync(join(outside, 'evil.c'), 'int evil;\n');
        symlinkSync(outside, join(tree.root, 'out'));
        symlinkSync(join(outside, 'evil.c'), join(tree.root, 'mm/link.c'));
        symlinkSync(join(outside, 'nowhere'), join(tree.root, 'gone'));
        git(tree.root, 'init', '-q', '-b', 'main');
        git(tree.root, 'add', '-A');
        git(tree.root, 'commit', '-q', '-m', 'One');
        for (const at of [[], ['--at', 'HEAD']]) {
          const { code, stdout, stderr } = await check(tree, ['--patch', '-', ...at], patch);
          assert.deepEqual([code, stdout], [2, ''], stderr);
          assert.match(
            stderr,
            /^pageref: standard input: "[^"]+" is no path in the tree: git apply refuses it as well\n$/,
          );
        }
      }),
    ));
}

test('a patch in the tree is taken, in whatever form its paths are', () =>
  withTree(KERNEL, async (tree) => {
    mkdirSync(join(tree.root, 'real'));
    symlinkSync('real', join(tree.root, 'linked'));
    for (const path of ['mm/new.c', 'mm/./new.c', 'new/folder/new.c', 'linked/new.c']) {
      const { code, stdout } = await check(tree, ['--patch', '-'], making(path));
      assert.equal(code, 1, path);
      assert.ok(stdout.startsWith(`${path.replace('/./', '/')}:1: WARNING: `), stdout);
    }
  }));

test('a text for a file behind a link out of the tree is refused', () =>
  withFolder((outside) =>
    withTree(KERNEL, async (tree) => {
      symlinkSync(outside, join(tree.root, 'out'));
      const { code, stdout, stderr } = await check(tree, ['--stdin', '--stdin-filename', 'out/a.c'], LEAK);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /--stdin-filename: "out\/a\.c" is no path in the tree/);
    }),
  ));

test('a pipe that nobody writes to is no patch; one that is written to is', LINUX, () =>
  withTree(KERNEL, async (tree) => {
    const pipe = join(tree.root, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const args = ['check', tree.root, '--format', 'b4', '--no-cache', '--patch'];
    const silent = await spawnPageref([...args, pipe]);
    assert.deepEqual([silent.code, silent.stdout], [2, '']);
    assert.match(silent.stderr, /cannot read ".*pipe": it is a pipe that nobody writes to/);
    // As the shell does for <(git diff): the writer is there before the reader.
    const script = `node '${PROGRAM}' ${args.join(' ')} <(printf '%s' "$PATCH")`;
    const given = execFileSync('bash', ['-c', `${script} || true`], {
      env: { ...process.env, PATCH: making('mm/b.c') },
    });
    assert.match(given.toString(), /^mm\/b\.c:1: WARNING: /);
    for (const odd of ['/dev/zero', '/dev/null', tree.root]) {
      assert.match((await spawnPageref([...args, odd])).stderr, /it is (neither a file nor a pipe|a folder)/);
    }
  }),
);

for (const [what, patch] of [
  ['a pipe', 'pipe'],
  ['standard input', '-'],
] as const) {
  test(`a run that waits for a patch from ${what} ends by a signal`, LINUX, () =>
    withTree(KERNEL, async (tree) => {
      const pipe = join(tree.root, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const child = spawn(process.execPath, [PROGRAM, 'check', tree.root, '--patch', patch === '-' ? '-' : pipe], {
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      // Somebody has it open and writes nothing.
      const writer = patch === '-' ? undefined : createWriteStream(pipe, { flags: 'r+' });
      const ended = new Promise((resolve) => child.on('close', (_code, signal) => resolve(signal)));
      await sleep(1500);
      child.kill('SIGTERM');
      assert.equal(await ended, 'SIGTERM');
      writer?.destroy();
    }),
  );
}

const BYTES = Buffer.from([0x6d, 0x6d, 0x2f, 0xff, 0xc3, 0xa9, 0x80, 0x2e, 0x63]);

/** A tree with C files below names that are no UTF-8. */
async function withOddNames(body: (tree: Tree, top: Buffer) => Promise<void>): Promise<void> {
  await withTree(KERNEL, async (tree) => {
    const top = Buffer.from(`${tree.root}/`);
    writeFileSync(Buffer.concat([top, BYTES]), LEAK);
    mkdirSync(Buffer.concat([top, Buffer.from([0xfe])]));
    writeFileSync(Buffer.concat([top, Buffer.from([0xfe]), Buffer.from('/b.c')]), LEAK);
    await body(tree, top);
  });
}

interface Found {
  readonly findings: readonly { readonly path: string }[];
  readonly summary: { readonly files: { readonly unreadable: readonly unknown[] } };
}

function foundIn({ stdout }: Outcome): readonly string[] {
  const { findings, summary } = JSON.parse(stdout) as Found;
  assert.deepEqual(summary.files.unreadable, []);
  return findings.map(({ path }) => path);
}

const ODD_PATHS = ['mm/a.c', 'mm/\udcff\u00e9\udc80.c', '\udcfe/b.c'];

test('files whose names are no UTF-8 are read, named as they are, and kept', LINUX, () =>
  withOddNames((tree) =>
    withFolder(async (cache) => {
      await sleep(2100);
      const run = (...paths: readonly string[]): Promise<Outcome> =>
        spawnPageref(['check', ...paths.map((path) => join(tree.root, path)), '--format', 'json'], {
          PAGEREF_CACHE_DIR: cache,
        });
      const first = await run('.');
      assert.deepEqual(foundIn(first), ODD_PATHS);
      assert.deepEqual(await run('.'), first, 'with what the run before has kept');
      assert.match(readFileSync(keptIn(join(cache, 'pageref'), 'files')[0] ?? '', 'utf8'), /udcff/);
      assert.deepEqual(foundIn(await run('mm')), ODD_PATHS.slice(0, 2));
      const sarif = await spawnPageref(['check', tree.root, '--format', 'sarif', '--no-cache']);
      assert.equal(sarif.code, 1);
    }),
  ),
);

test('git knows them by the same names', LINUX, () =>
  withOddNames(async (tree, top) => {
    git(tree.root, 'init', '-q', '-b', 'main');
    git(tree.root, 'add', '-A');
    git(tree.root, 'commit', '-q', '-m', 'One');
    for (const path of [BYTES, Buffer.from([0xfe, ...Buffer.from('/b.c')])]) {
      writeFileSync(Buffer.concat([top, path]), LEAK.replace('!Page', '! Page'));
    }
    const diff = ['check', tree.root, '--no-cache', '--format', 'json', '--diff'];
    assert.deepEqual(foundIn(await spawnPageref([...diff, 'HEAD'])).toSorted(), ODD_PATHS.slice(1).toSorted());
    git(tree.root, 'commit', '-qam', 'Two');
    assert.deepEqual(foundIn(await spawnPageref([...diff, 'HEAD~1..HEAD'])).toSorted(), ODD_PATHS.slice(1).toSorted());
    const patch = git(tree.root, 'format-patch', '-1', '--stdout');
    const { stdout } = await pageref(['check', '.', '--patch', '-', '--at', 'HEAD~1', '--format', 'json'], {
      cwd: tree.root,
      engine,
      stdin: patch,
    });
    assert.deepEqual(foundIn({ code: 1, stdout, stderr: '' }).toSorted(), ODD_PATHS.slice(1).toSorted());
  }),
);

test('a report that cannot be written leaves what somebody else has put beside it', () =>
  withFolder(async (folder) => {
    const report = join(folder, 'report.txt');
    writeFileSync(`${report}.${String(process.pid)}.tmp`, 'precious');
    const { code } = await pageref(['audit', 'linux', '--output', report]);
    assert.equal(code, 1);
    assert.equal(readFileSync(`${report}.${String(process.pid)}.tmp`, 'utf8'), 'precious');
    assert.ok(existsSync(report));
    assert.equal(readdirSync(folder).length, 2);
  }));
