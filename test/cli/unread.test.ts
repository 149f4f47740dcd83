import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { UnreadableFile } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref } from '../support/cli.js';
import type { Outcome } from '../support/cli.js';
import { fullCheckReport } from '../support/reports.js';
import { git } from '../support/git.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** What was not read does not pass for clean: it is said in every format, and what was asked for makes the exit code 2. */

const LEAK = 'void f(struct page *p) { if (!PageReserved(p)) put_page(p); }\n';
const KERNEL = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- mm/good.c
int good;
`;
const CHECK_FORMATS = ['text', 'gcc', 'json', 'sarif', 'checkpatch-terse', 'b4', 'b4-review'];
const FORMATS: readonly (readonly [command: string, formats: readonly string[]])[] = [
  ['check', CHECK_FORMATS],
  ['audit', ['text', 'json', 'sarif', 'markdown', 'html', 'gcc']],
  ['uses', ['text', 'json', 'markdown']],
  ['contracts', ['text', 'json']],
];

function run({ root }: Tree, ...args: readonly string[]): Promise<Outcome> {
  return pageref([...args, '--no-cache'], { cwd: root, engine });
}

/** A file with findings that no run may read: a link out of the tree, under a name of C source. */
function addUnreadable(tree: Tree, path = 'mm/a.c'): void {
  tree.write('../outside.c', LEAK);
  symlinkSync(join(tree.root, '..', 'outside.c'), join(tree.root, path));
}

/** A file that names what every command looks for, and is larger than any source. */
function addLarge(tree: Tree, path: string): void {
  tree.write(path, LEAK);
  truncateSync(join(tree.root, path), 65 * 1024 * 1024);
}

async function withUnreadable(body: (tree: Tree) => Promise<void>): Promise<void> {
  await withTree('//- linux/none\n', async ({ root, write }) => {
    rmSync(join(root, 'linux'), { recursive: true });
    const top = join(root, 'linux');
    mkdirSync(join(top, 'mm'), { recursive: true });
    const tree: Tree = { root: top, write: (path, text) => write(join('linux', path), text), remove: () => undefined };
    tree.write('Makefile', 'VERSION = 6\nPATCHLEVEL = 12\n');
    tree.write('mm/good.c', 'int good;\n');
    addUnreadable(tree);
    await body(tree);
  });
}

for (const format of CHECK_FORMATS) {
  test(`a named file that is not read: check --format ${format}`, () =>
    withUnreadable(async (tree) => {
      const { code, stdout, stderr } = await run(tree, 'check', 'mm/a.c', 'mm/good.c', '--format', format);
      assert.equal(code, 2);
      assert.match(stdout, /mm\/a\.c/);
      assert.match(stdout, /a symbolic link leads out of the tree/);
      assert.equal(stderr, 'pageref: "mm/a.c" was not read: a symbolic link leads out of the tree\n');
    }));
}

test('the short formats call it an error, sarif an execution that failed', () =>
  withUnreadable(async (tree) => {
    const out = async (format: string): Promise<string> =>
      (await run(tree, 'check', 'mm/a.c', '--format', format)).stdout;
    const why = 'not read: a symbolic link leads out of the tree';
    assert.equal(await out('b4'), `mm/a.c:1: ERROR: ${why} [not-read]\n`);
    assert.equal(await out('checkpatch-terse'), `mm/a.c:1: ERROR:NOT_READ: ${why}\n`);
    assert.equal(await out('gcc'), `mm/a.c:1:1: error: ${why} [not-read]\n`);
    const [review] = JSON.parse(await out('b4-review')) as { status: string; summary: string; details: string }[];
    assert.equal(review?.status, 'fail');
    assert.match(review.summary, /, 1 file not read$/);
    const log = JSON.parse(await out('sarif')) as {
      runs: { invocations: { executionSuccessful: boolean; toolExecutionNotifications: { level: string }[] }[] }[];
    };
    assert.deepEqual(
      log.runs.flatMap(({ invocations }) =>
        invocations.map((one) => [
          one.executionSuccessful,
          ...one.toolExecutionNotifications.map(({ level }) => level),
        ]),
      ),
      [[false, 'error']],
    );
    const { summary } = JSON.parse(await out('json')) as { summary: { files: { unreadable: UnreadableFile[] } } };
    assert.deepEqual(summary.files.unreadable, [
      { path: 'mm/a.c', why: 'a symbolic link leads out of the tree', named: true },
    ]);
  }));

const ODD: readonly (readonly [what: string, make: (path: string) => void, why: RegExp])[] = [
  ['a named pipe', (path) => execFileSync('mkfifo', [path]), /not a regular file/],
  ['a device', (path) => symlinkSync('/dev/null', path), /link leads out of the tree/],
  ['more than a source has', (path) => execFileSync('truncate', ['-s', '100M', path]), /more than 67108864/],
];

for (const [what, make, why] of ODD) {
  test(`a named file that is ${what}`, { skip: process.platform === 'win32' && 'POSIX only' }, () =>
    withTree(KERNEL, async (tree) => {
      make(join(tree.root, 'mm/odd.c'));
      const { code, stdout } = await run(tree, 'check', 'mm/odd.c', '--format', 'b4');
      assert.equal(code, 2);
      assert.match(stdout, why);
    }),
  );
}

const AS_ROOT = process.geteuid?.() === 0 ? { skip: 'root may read everything' } : {};

test('a named folder that cannot be listed', AS_ROOT, () =>
  withTree(KERNEL, async (tree) => {
    tree.write('mm/inner/b.c', LEAK);
    chmodSync(join(tree.root, 'mm/inner'), 0);
    try {
      const inner = await run(tree, 'check', 'mm/inner', 'mm/good.c', '--format', 'b4');
      assert.equal(inner.code, 2);
      const outer = await run(tree, 'check', 'mm', '--format', 'b4');
      assert.deepEqual([outer.code, outer.stdout.includes('mm/inner:1: WARNING: not read')], [0, true]);
    } finally {
      chmodSync(join(tree.root, 'mm/inner'), 0o700);
    }
  }),
);

for (const [command, formats] of FORMATS) {
  test(`one file of a tree that is not read is said in all formats of ${command}, and counts with --fail-on-unread`, () =>
    withTree(KERNEL, async (tree) => {
      tree.write('mm/a.c', LEAK);
      const plain = await run(tree, command, '.');
      addLarge(tree, 'mm/large.c');
      for (const format of formats) {
        const { code, stdout, stderr } = await run(tree, command, '.', '--format', format);
        assert.equal(code, plain.code, format);
        assert.match(stdout, /large\.c/, format);
        assert.equal(stderr, '', format);
        const strict = await run(tree, command, '.', '--format', format, '--fail-on-unread');
        assert.deepEqual([strict.code, strict.stdout], [2, stdout], format);
        assert.match(strict.stderr, /^pageref: "mm\/large\.c" was not read: /);
      }
      rmSync(join(tree.root, 'mm/large.c'));
      assert.equal((await run(tree, command, '.', '--fail-on-unread')).code, plain.code);
    }));
}

for (const about of ['Makefile', 'Kconfig', 'MAINTAINERS']) {
  test(`a ${about} that cannot be read is said: without it the tree is taken for another one`, () =>
    withTree(KERNEL, async (tree) => {
      tree.write('mm/a.c', LEAK);
      rmSync(join(tree.root, about), { force: true });
      symlinkSync('/etc/hostname', join(tree.root, about));
      const { code, stdout } = await run(tree, 'check', '.', '--format', 'b4');
      assert.equal(code, 1);
      assert.match(stdout, new RegExp(`^${about}:1: WARNING: not read: a symbolic link leads out of the tree`, 'm'));
      assert.equal((await run(tree, 'audit', '.', '--fail-on-unread')).code, 2);
    }));
}

test('many files that are not read: some are listed, what was named first, all are counted', async () => {
  const report = fullCheckReport();
  const unreadable: UnreadableFile[] = Array.from({ length: 30 }, (_, at) => ({
    path: `mm/${String(at)}.c`,
    why: 'no',
  }));
  unreadable.push({ path: 'mm/named.c', why: 'no', named: true });
  const summary = { ...report.summary, files: { ...report.summary.files, unreadable } };
  const check = (...args: readonly string[]): Promise<Outcome> =>
    pageref(['check', 'linux', ...args], {
      engine: { check: () => Promise.resolve({ ...report, findings: [], summary }) },
    });
  const short = await check('--format', 'b4');
  assert.equal(short.code, 2);
  const lines = short.stdout.split('\n');
  assert.deepEqual([lines.length, lines[0]], [12, 'mm/named.c:1: ERROR: not read: no [not-read]']);
  assert.equal(lines[10], '.:1: WARNING: 21 more files were not read [not-read]');
  assert.match((await check()).stdout, /^21 more files were not read \(--verbose lists them\)$/m);
  assert.equal((await check('--verbose')).stdout.match(/: not read: /g)?.length, 31);
  assert.match((await check('--fail-on-unread')).stderr, /^pageref: 21 more were not read$/m);
});

/** An engine whose tree goes away when it is half done: after the scan, before its files are analysed. */
function vanishing(go: () => void): typeof engine {
  const onProgress = (): void => {
    go();
  };
  const late = <Options extends object, Report>(act: (options: Options) => Promise<Report>) => {
    return (options: Options): Promise<Report> => act({ ...options, onProgress });
  };
  return { ...engine, check: late(engine.check), audit: late(engine.audit), uses: late(engine.uses) };
}

const GOES: readonly (readonly [string, (root: string) => void])[] = [
  ['removed', (root) => rmSync(root, { recursive: true, force: true })],
  [
    'exchanged for another',
    (root) => {
      renameSync(root, `${root}-before`);
      mkdirSync(join(root, 'mm'), { recursive: true });
    },
  ],
];

for (const [how, go] of GOES) {
  for (const [command, formats] of FORMATS.slice(0, 3)) {
    test(`a tree that is ${how} while ${command} reads it`, async () => {
      for (const format of formats) {
        await withTree(KERNEL, async (tree) => {
          tree.write('mm/a.c', LEAK);
          let gone = false;
          const odd = vanishing(() => {
            if (!gone) go(tree.root);
            gone = true;
          });
          const { code, stdout, stderr } = await pageref([command, tree.root, '--no-cache', '--format', format], {
            engine: odd,
          });
          rmSync(`${tree.root}-before`, { recursive: true, force: true });
          assert.ok(gone);
          assert.equal(code, 2, format);
          assert.match(stdout, /it went away while it was read/, format);
          assert.match(stderr, /^pageref: "\." was not read: it went away while it was read$/m);
        });
      }
    });
  }
}

test('a comparison says what it did not read of either tree', () =>
  withTree(KERNEL, async (tree) => {
    addLarge(tree, 'mm/a.c');
    const { code, stdout } = await run(tree, 'audit', '.', '--compare', '.', '--fail-on-unread');
    assert.equal(code, 2);
    assert.ok(stdout.includes(`${tree.root}/mm/a.c: not read: `), stdout);
    assert.equal((await run(tree, 'audit', '.', '--compare', '.')).code, 0);
  }));

test('fix changes nothing where it was to change a file that it cannot read', () =>
  withUnreadable(async (tree) => {
    tree.write('mm/b.c', LEAK);
    for (const way of [['--in-place'], ['--format', 'diff']]) {
      const { code, stdout, stderr } = await run(tree, 'fix', 'mm/a.c', 'mm/b.c', ...way);
      assert.deepEqual([code, stdout], [2, ''], way.join(' '));
      assert.match(stderr, /"mm\/a\.c" was not read/);
    }
    const listed = await run(tree, 'fix', 'mm/a.c', 'mm/b.c');
    assert.equal(listed.code, 2);
    assert.match(listed.stdout, /mm\/a\.c: not read: /);
    assert.equal(readFileSync(join(tree.root, 'mm/b.c'), 'utf8'), LEAK);
    addLarge(tree, 'mm/large.c');
    const whole = await run(tree, 'fix', '.');
    assert.equal(whole.code, 1);
    assert.match(whole.stdout, /mm\/large\.c: not read: /);
  }));

test('a baseline is not written for what was not read', () =>
  withUnreadable(async (tree) => {
    const file = join(tree.root, 'judged.jsonl');
    const { code, stdout } = await run(tree, 'baseline', 'mm/a.c', '--reason', 'x', '--write', file);
    assert.deepEqual([code, stdout], [2, '']);
    assert.throws(() => readFileSync(file), { code: 'ENOENT' });
  }));

test('a changed file that is not read, beside one that was deleted', () =>
  withTree(KERNEL, async (tree) => {
    git(tree.root, 'init', '-q', '-b', 'main');
    tree.write('mm/a.c', LEAK);
    tree.write('mm/gone.c', LEAK);
    git(tree.root, 'add', '-A');
    git(tree.root, 'commit', '-q', '-m', 'One');
    rmSync(join(tree.root, 'mm/gone.c'));
    const deleted = await run(tree, 'check', '--diff', 'HEAD', '--format', 'b4');
    assert.deepEqual(deleted, { code: 0, stdout: '', stderr: '' });
    writeFileSync(join(tree.root, 'mm/a.c'), Buffer.alloc(65 * 1024 * 1024, 32));
    for (const format of CHECK_FORMATS) {
      const { code, stdout } = await run(tree, 'check', '--diff', 'HEAD', '--format', format);
      assert.equal(code, 2);
      assert.match(stdout, /mm\/a\.c[^]*more than/, format);
    }
  }));
