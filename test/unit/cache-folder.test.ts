import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from 'pageref/dist/cli/cache-folder.js';
import { filesToDrop } from 'pageref/dist/vfs/cache-room.js';
import type { StoredFile } from 'pageref/dist/vfs/cache-room.js';
import { cacheFile, cacheTrouble } from 'pageref/dist/vfs/cache.js';
import { distrust } from 'pageref/dist/vfs/own-folder.js';
import { keptIn, withFolder } from '../support/cache.js';
import { pageref, spawnPageref } from '../support/cli.js';
import { REPOSITORY } from '../support/golden.js';
import { withTree } from '../support/tree.js';

/** The cache folder is on disks that others use as well: what is not ours is neither deleted, written, read nor waited for. */

const MARKER = 'CACHEDIR.TAG';
const POSIX = process.platform === 'win32' ? { skip: 'Windows has no such files' } : {};

function one(folder: string, tree = '/a tree'): ReturnType<typeof cacheFile> {
  return cacheFile(folder, 'kind', tree);
}

/** The one file that is kept. */
function pathIn(folder: string): string {
  const [path = '', ...more] = keptIn(folder);
  assert.deepEqual(more, []);
  return path;
}

test('a cache file gives back what it was given', () =>
  withFolder((outer) => {
    const folder = join(outer, 'new', 'folder');
    assert.equal(one(folder).load(), undefined);
    one(folder).save('one\ntwo \u00e9\n');
    assert.equal(one(folder).load(), 'one\ntwo \u00e9\n');
    assert.equal(one(folder, '/another tree').load(), undefined);
    assert.equal(cacheFile(folder, 'kind', '/a tree', { part: 'mm' }).load(), undefined);
    assert.equal(cacheFile(folder, 'kind', '/a tree', { about: 'x86' }).load(), undefined);
    assert.equal(statSync(folder).mode & 0o077, 0, 'nobody else reads it');
    assert.match(readFileSync(join(folder, MARKER), 'utf8'), /^Signature: 8a477f597d28d172789f06886806bc55\n/);
    assert.equal(cacheTrouble(folder), undefined);
  }));

test('a cache file that is torn, was changed or is of another program is as good as none', () =>
  withFolder((folder) => {
    one(folder).save('{"long":"text"}');
    const path = pathIn(folder);
    const text = readFileSync(path, 'utf8');
    const damaged = [
      '',
      '\n',
      text.slice(0, -1),
      `${text} `,
      text.replace('long', 'lung'),
      text.replace(/"program":"./, '"program":"x'),
      text.replace('a tree', 'a bush'),
      text.replace('\n', ''),
    ];
    for (const wrong of damaged) {
      writeFileSync(path, wrong);
      assert.equal(one(folder).load(), undefined, JSON.stringify(wrong));
    }
    writeFileSync(path, text);
    assert.equal(one(folder).load(), '{"long":"text"}');
  }));

test('where the cache is: a folder of its own in whatever is named', () => {
  const folder = (env: Record<string, string>, platform: NodeJS.Platform = 'linux', cache = true): string | undefined =>
    cacheFolder({ env }, { cache }, platform);
  assert.equal(folder({ HOME: '/home/a' }), '/home/a/.cache/pageref');
  assert.equal(folder({ HOME: '/home/a', XDG_CACHE_HOME: '/var/c' }), '/var/c/pageref');
  assert.equal(folder({ HOME: '/home/a', XDG_CACHE_HOME: 'not/absolute' }), '/home/a/.cache/pageref');
  assert.equal(folder({ HOME: '/Users/a', XDG_CACHE_HOME: '/var/c' }, 'darwin'), '/Users/a/Library/Caches/pageref');
  assert.equal(folder({ HOME: '/home/a', PAGEREF_CACHE_DIR: '/fast' }), '/fast/pageref');
  assert.equal(folder({ HOME: '/home/a', PAGEREF_CACHE_DIR: 'off' }), undefined);
  assert.equal(folder({ HOME: '/home/a', PAGEREF_CACHE_DIR: 'relative' }), undefined);
  assert.equal(folder({ HOME: '/home/a' }, 'linux', false), undefined);
  assert.equal(folder({}), undefined);
  const local = 'C:\\Users\\a\\AppData\\Local';
  assert.equal(folder({ LOCALAPPDATA: local, HOME: '/home/a' }, 'win32'), `${local}\\pageref\\cache`);
  assert.equal(folder({ LOCALAPPDATA: local, PAGEREF_CACHE_DIR: 'D:\\fast' }, 'win32'), 'D:\\fast\\pageref');
  assert.equal(folder({ LOCALAPPDATA: 'Local', HOME: '/home/a' }, 'win32'), undefined);
});

const KERNEL = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- mm/a.c
void f(struct page *p) { if (!PageReserved(p)) put_page(p); }
`;

test('a run deletes nothing of others in the folder that is named for the cache', () =>
  withTree(KERNEL, (tree) =>
    withFolder(async (folder) => {
      for (let at = 0; at < 40; at++) {
        for (const name of [`mail${String(at)}.tmp`, `db${String(at)}.cache`]) {
          writeFileSync(join(folder, name), 'precious');
          lutimesSync(join(folder, name), 1e9, 1e9);
        }
      }
      const { code } = await spawnPageref(['check', tree.root], { PAGEREF_CACHE_DIR: folder });
      assert.equal(code, 1);
      assert.deepEqual(readdirSync(folder).length, 81);
      assert.deepEqual(
        readdirSync(join(folder, 'pageref')).filter((name) => !/^(\w+-[0-9a-f]{20}\.cache|CACHEDIR\.TAG)$/.test(name)),
        [],
      );
    }),
  ));

test('a folder that holds what pageref has not made is not used, and stays as it is', () =>
  withFolder((folder) => {
    const foreign = ['mail.tmp', 'db.cache', 'searches-1234.cache', 'README'];
    for (const name of foreign) writeFileSync(join(folder, name), 'precious');
    for (let at = 0; at < 70; at++) one(folder, String(at)).save('body');
    assert.deepEqual(readdirSync(folder).sort(), foreign.sort());
    assert.equal(one(folder).load(), undefined);
    assert.match(cacheTrouble(folder) ?? '', /pageref has not made it/);
  }));

test('what somebody puts into our own folder is not deleted either', () =>
  withFolder((folder) => {
    one(folder).save('body');
    const foreign = ['note.txt', 'x.cache', 'kind-0123.tmp', 'kind-00000000000000000000.cache.bak'];
    for (const name of foreign) {
      writeFileSync(join(folder, name), 'precious');
      lutimesSync(join(folder, name), 1e9, 1e9);
    }
    mkdirSync(join(folder, 'kind-00000000000000000000.cache'));
    for (let at = 0; at < 70; at++) one(folder, String(at)).save('body');
    for (const name of foreign) assert.equal(readFileSync(join(folder, name), 'utf8'), 'precious');
    assert.equal(one(folder, '69').load(), 'body');
  }));

test('a folder with files of earlier builds is taken over, temporaries of killed runs are removed', () =>
  withFolder((folder) => {
    const left = `looks-${'0'.repeat(20)}.cache`;
    const temporaries = [`${left}.4711.tmp`, `${left}.0123456789abcdef.tmp`, `${MARKER}.0123456789abcdef.tmp`];
    for (const name of [left, ...temporaries]) writeFileSync(join(folder, name), '');
    for (const name of temporaries.slice(1)) lutimesSync(join(folder, name), 1e9, 1e9);
    one(folder).save('body');
    assert.equal(one(folder).load(), 'body');
    const names = readdirSync(folder).filter((name) => name.endsWith('.tmp'));
    assert.deepEqual(names, temporaries.slice(0, 1), 'one may be under way');
  }));

test('a folder or file that others can write, or that is another user’s, is not used', POSIX, () =>
  withFolder(async (outer) => {
    const folder = join(outer, 'pageref');
    one(folder).save('body');
    const path = pathIn(folder);
    for (const mode of [0o660, 0o606, 0o622]) {
      chmodSync(path, mode);
      assert.equal(one(folder).load(), undefined, mode.toString(8));
      assert.equal(cacheTrouble(folder), `${basename(path)}: others can write it`);
    }
    one(folder).save('new');
    assert.equal(one(folder).load(), 'new', 'it is replaced, not written to');
    for (const mode of [0o770, 0o707, 0o1777]) {
      chmodSync(folder, mode);
      assert.equal(one(folder).load(), undefined, mode.toString(8));
      one(folder, '/another').save('body');
      assert.equal(keptIn(folder).length, 1);
    }
    const { stderr } = await pageref('check linux --verbose', {
      env: { PAGEREF_CACHE_DIR: outer },
      engine: { cacheTrouble },
    });
    assert.equal(stderr, `pageref: the cache ${JSON.stringify(folder)} is not used: others can write it\n`);
    const quiet = await pageref('check linux', { env: { PAGEREF_CACHE_DIR: outer }, engine: { cacheTrouble } });
    assert.equal(quiet.stderr, '');
    const user = process.geteuid?.() ?? 0;
    assert.equal(distrust({ uid: user + 1, mode: 0o40700 }), 'it belongs to another user');
    assert.equal(distrust({ uid: user, mode: 0o40755 }), undefined);
  }),
);

test('nothing is written through a link that somebody has planted', POSIX, () =>
  withFolder((outer) => {
    const [folder, victim] = [join(outer, 'pageref'), join(outer, 'victim')];
    writeFileSync(victim, 'precious');
    one(folder).save('body');
    const path = pathIn(folder);
    for (const name of [`${path}.${String(process.pid)}.tmp`, `${path}.tmp`]) symlinkSync(victim, name);
    rmSync(path);
    symlinkSync(victim, path);
    one(folder).save('body');
    assert.equal(readFileSync(victim, 'utf8'), 'precious');
    assert.equal(one(folder).load(), 'body');
    renameSync(path, join(outer, 'elsewhere'));
    symlinkSync(join(outer, 'elsewhere'), path);
    assert.equal(one(folder).load(), undefined, 'what a link leads to may be anybody’s');
    for (const link of [join(outer, 'linked'), join(outer, 'dangling')]) {
      symlinkSync(link.endsWith('linked') ? folder : join(outer, 'nowhere'), link);
      one(link, '/new').save('body');
      assert.equal(one(link, '/new').load(), undefined);
    }
    assert.ok(!existsSync(join(outer, 'nowhere')));
  }),
);

/** Runs a script that may hang in a process of its own; gives what it prints. */
function inProcess(script: string): string {
  const module = pathToFileURL(join(REPOSITORY, 'server', 'dist', 'vfs', 'cache.js')).href;
  const source = `import { cacheFile, cacheTrouble } from '${module}'; ${script}`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    timeout: 20_000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  });
  return run.error ? run.error.message : run.stdout;
}

test('a cache cannot stop a run: pipes, devices, endless files, folders that cannot be made', POSIX, () =>
  withFolder((outer) => {
    const folder = join(outer, 'pageref');
    const ask = (at: string): string =>
      inProcess(`const file = cacheFile(${JSON.stringify(at)}, 'kind', '/a tree');
        const before = file.load(); file.save('new'); console.log(before, file.load());`);
    one(folder).save('old');
    const path = pathIn(folder);
    const odd: readonly (readonly [string, () => void])[] = [
      ['a named pipe', () => execFileSync('mkfifo', [path])],
      ['a link to a device', () => symlinkSync('/dev/zero', path)],
      ['a link to itself', () => symlinkSync(path, path)],
      [
        'a file of 3 GB',
        () => {
          writeFileSync(path, '');
          truncateSync(path, 3e9);
        },
      ],
    ];
    for (const [what, make] of odd) {
      rmSync(path);
      make();
      assert.equal(ask(folder), 'undefined new\n', what);
    }
    rmSync(path);
    mkdirSync(path);
    assert.equal(ask(folder), 'undefined undefined\n', 'a folder');
    rmSync(join(folder, MARKER));
    execFileSync('mkfifo', [join(folder, MARKER)]);
    assert.equal(ask(folder), 'undefined undefined\n', 'a pipe for a marker');
    execFileSync('mkfifo', [join(outer, 'pipe')]);
    for (const at of ['pipe', 'pipe/in', 'a/b/c']) assert.equal(ask(join(outer, at)), 'undefined undefined\n', at);
    assert.ok(!existsSync(join(outer, 'a')), 'at most two folders are made');
    // Here mkdir says ENOENT below a folder that exists, and Node's recursive mkdir goes round for ever.
    if (existsSync('/proc/self')) assert.equal(ask('/proc/.cache/pageref'), 'undefined undefined\n');
  }),
);

function stored(name: string, tree: string, usedAt: number, more: Partial<StoredFile> = {}): StoredFile {
  return { name, tree, isPart: false, usedAt, bytes: 1, ...more };
}

test('what goes: whole trees, those first that were used longest ago', () => {
  const room = { trees: 2, bytes: 100, whole: 3, parts: 2 };
  const files = [
    stored('old-used-now', 'a', 1),
    stored('other-of-a', 'a', 9),
    stored('b1', 'b', 2),
    stored('b2', 'b', 3),
    stored('c', 'c', 4),
  ];
  assert.deepEqual(filesToDrop(files, 'a', room), ['b1', 'b2']);
  assert.deepEqual(filesToDrop(files, 'b', room), ['c'], 'the tree in use stays, however old its files are');
  assert.deepEqual(filesToDrop(files, 'a', { ...room, trees: 9 }), []);
  const large = files.map((file) => ({ ...file, bytes: 40 }));
  assert.deepEqual(filesToDrop(large, 'a', { ...room, trees: 9 }), ['c', 'b1', 'b2']);
});

test('what goes of the tree in use: parts do not push out the whole', () => {
  const room = { trees: 2, bytes: 100, whole: 3, parts: 2 };
  const parts = [1, 2, 3, 4].map((at) => stored(`part${String(at)}`, 'a', 10 + at, { isPart: true }));
  const whole = [1, 2, 3].map((at) => stored(`whole${String(at)}`, 'a', at));
  assert.deepEqual(filesToDrop([...parts, ...whole], 'a', room).sort(), ['part1', 'part2']);
  assert.deepEqual(filesToDrop([...whole, stored('whole4', 'a', 4)], 'a', room), ['whole1']);
});

test('a matrix of seven releases in turn finds all of them, and what is read counts as used', () =>
  withFolder((folder) => {
    const kinds = ['searches', 'looks', 'rounds', 'checks'];
    const trees = Array.from({ length: 7 }, (_, at) => `/linux-${String(at)}`);
    for (const tree of trees) for (const kind of kinds) cacheFile(folder, kind, tree).save(tree);
    for (const tree of trees) for (const kind of kinds) assert.equal(cacheFile(folder, kind, tree).load(), tree);
    for (const path of keptIn(folder)) lutimesSync(path, 1e9, 1e9);
    assert.equal(cacheFile(folder, 'looks', '/linux-3').load(), '/linux-3');
    for (let at = 0; at < 31; at++) cacheFile(folder, 'looks', `/another-${String(at)}`).save('body');
    const found = trees.filter((tree) => kinds.every((kind) => cacheFile(folder, kind, tree).load() === tree));
    assert.deepEqual(found, ['/linux-3'], 'all that is kept of a tree stays or goes together');
  }));
