import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
import { FILES_PER_UNIT, type Batch, type BatchResult, type FileBatch } from 'pageref/dist/search/scan-protocol.js';
import { UnitQueue } from 'pageref/dist/search/unit-queue.js';
import { Scanner, scanTree, type FileMatch } from 'pageref/dist/search/scanner.js';
import { walkTree, type ListFolder } from 'pageref/dist/search/walk.js';
import { withTree, type Tree } from '../support/tree.js';

const NAMES = ['PageReserved', 'put_page'];
const FIXTURE = `
//- .gitignore
/*
//- .git/a.c
put_page();
//- mm/page.c
if (PageReserved(page))
	put_page(page);
//- mm/deep/er/b.h
#define drop(p) put_page(p)
//- mm.c
int put_pages;
//- mm/notes.txt
put_page
//- z.c
put_page(page);
`;
const FOUND = [
  { path: 'mm/deep/er/b.h', names: ['put_page'] },
  { path: 'mm/page.c', names: ['PageReserved', 'put_page'] },
  { path: 'z.c', names: ['put_page'] },
];

/** What makes trees awkward: links, loops, folders with file names, odd bytes. */
function addOddities(tree: Tree): void {
  mkdirSync(join(tree.root, 'dir.c'));
  tree.write('dir.c/inner.h', 'int put_page;');
  symlinkSync('..', join(tree.root, 'mm', 'loop'));
  symlinkSync('page.c', join(tree.root, 'mm', 'link.c'));
  symlinkSync('/nowhere', join(tree.root, 'dangling.c'));
  tree.write('latin1.c', Buffer.from('/* M\u00fcller */ put_page(p);', 'latin1'));
  tree.write('nul.c', 'int a;\0put_page\0');
  tree.write('empty.c', '');
  tree.write('large.h', Buffer.concat([Buffer.alloc(10 * 1024 * 1024, 'x '), Buffer.from(' put_page')]));
}

test('walkTree lists C files in order and follows no link', () =>
  withTree(FIXTURE, async (tree) => {
    addOddities(tree);
    const files = [
      'dir.c/inner.h',
      'empty.c',
      'large.h',
      'latin1.c',
      'mm.c',
      'mm/deep/er/b.h',
      'mm/page.c',
      'nul.c',
      'z.c',
    ];
    assert.deepEqual(await walkTree(tree.root), { files, unreadable: [] });
  }));

test('walkTree notes a folder it cannot list and goes on', async () => {
  const list: ListFolder = (_root, path) =>
    Promise.resolve(
      path === ''
        ? { folders: ['secret', 'mm'], files: ['a.c'] }
        : path === 'mm/'
          ? { folders: [], files: ['b.c'] }
          : { why: 'no' },
    );
  assert.deepEqual(await walkTree('/x', { list }), {
    files: ['a.c', 'mm/b.c'],
    unreadable: [{ path: 'secret', why: 'no' }],
  });
});

test('walkTree of nothing is one unreadable folder', async () => {
  assert.deepEqual(await walkTree('/nowhere/at/all'), {
    files: [],
    unreadable: [{ path: '.', why: 'no such file or folder' }],
  });
});

test('walkTree stops when told to', () =>
  withTree(FIXTURE, async ({ root }) => {
    await assert.rejects(walkTree(root, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  }));

test('scanTree finds the files that hold a name, sorted', () =>
  withTree(FIXTURE, async ({ root }) => {
    const result = await scanTree({ root, names: NAMES, jobs: 2 });
    assert.deepEqual(result.matches, FOUND);
    assert.deepEqual([result.filesRead, result.unreadable], [4, []]);
  }));

test('a scan of the walked list is the same as one that walks itself, for any number of workers', () =>
  withTree(FIXTURE, async (tree) => {
    addOddities(tree);
    for (let at = 0; at < 300; at++) tree.write(`many/f${String(at)}.c`, at % 7 === 0 ? 'put_page();' : 'int a;');
    const { files } = await walkTree(tree.root);
    const { root } = tree;
    const one = await scanTree({ root, names: NAMES, jobs: 1 });
    assert.equal(one.matches.length, 50);
    assert.equal(one.filesRead, files.length);
    assert.deepEqual(await scanTree({ root, names: NAMES, jobs: 2 }), one);
    assert.deepEqual(await scanTree({ root, names: NAMES, jobs: 3, files }), one);
  }));

test('files that cannot be read are noted', () =>
  withTree(FIXTURE, async (tree) => {
    addOddities(tree);
    const files = ['z.c', 'dangling.c', 'missing.c', 'dir.c'];
    const { matches, unreadable } = await scanTree({ root: tree.root, names: NAMES, jobs: 2, files });
    assert.deepEqual(
      matches.map(({ path }) => path),
      ['z.c'],
    );
    assert.deepEqual(unreadable, [
      { path: 'dangling.c', why: 'no such file or folder' },
      { path: 'dir.c', why: 'it is a folder, not a file' },
      { path: 'missing.c', why: 'no such file or folder' },
    ]);
  }));

test('matches and progress arrive while the scan runs', () =>
  withTree(FIXTURE, async ({ root }) => {
    const seen: FileMatch[] = [];
    let done = 0;
    await scanTree({
      root,
      names: NAMES,
      jobs: 1,
      onMatch: (match) => seen.push(match),
      onProgress: (progress) => (done = progress.done),
    });
    assert.deepEqual(
      seen.map(({ path }) => path).sort(),
      FOUND.map(({ path }) => path),
    );
    assert.equal(done, 4);
  }));

test('a callback that throws fails the scan, not the process', () =>
  withTree(FIXTURE, async ({ root }) => {
    const onMatch = (): void => {
      throw new Error('from the caller');
    };
    await assert.rejects(scanTree({ root, names: NAMES, jobs: 2, onMatch }), /from the caller/);
  }));

test('no files and no names are no trouble', () =>
  withTree(FIXTURE, async ({ root }) => {
    const none = { matches: [], unreadable: [], filesRead: 0, bytesRead: 0 };
    assert.deepEqual(await scanTree({ root, names: NAMES, jobs: 2, files: [] }), none);
    assert.deepEqual((await scanTree({ root, names: [], jobs: 2 })).matches, []);
  }));

test('a scanner answers several rounds with the same workers', () =>
  withTree(FIXTURE, async ({ root }) => {
    const scanner = new Scanner({ root, jobs: 2 });
    assert.deepEqual((await scanner.scan({ names: NAMES })).matches, FOUND);
    assert.deepEqual((await scanner.scan({ names: ['drop'] })).matches, [{ path: 'mm/deep/er/b.h', names: ['drop'] }]);
    scanner.close();
    await assert.rejects(scanner.scan({ names: NAMES }), /closed/);
  }));

test('an abort ends the scan at once', () =>
  withTree(FIXTURE, async ({ root }) => {
    await assert.rejects(scanTree({ root, names: NAMES, jobs: 2, signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
    const later = new AbortController();
    const running = scanTree({ root, names: NAMES, jobs: 2, signal: later.signal });
    later.abort();
    await assert.rejects(running, { name: 'AbortError' });
  }));

/** A worker that dies whenever it reaches one of `files`, as a crash inside the platform would look. */
function dyingWorker(tree: Tree, files: readonly string[]): URL {
  const real = import.meta.resolve('pageref/dist/search/scan-worker.js');
  const source = `
import { syncBuiltinESMExports } from 'node:module';
import fs from 'node:fs';
const open = fs.openSync;
fs.openSync = (path, flags) => {
  if (${JSON.stringify(files)}.some((file) => path.endsWith(file))) process.exit(7);
  return open(path, flags);
};
syncBuiltinESMExports();
await import(${JSON.stringify(real)});
`;
  tree.write('dying-worker.mjs', source);
  return pathToFileURL(join(tree.root, 'dying-worker.mjs'));
}

test('a worker that dies costs one file and nothing else', () =>
  withTree(FIXTURE, async (tree) => {
    const worker = dyingWorker(tree, ['mm/page.c']);
    const { matches, unreadable, filesRead } = await scanTree({ root: tree.root, names: NAMES, jobs: 2, worker });
    assert.deepEqual(
      matches,
      FOUND.filter(({ path }) => path !== 'mm/page.c'),
    );
    assert.deepEqual(unreadable, [{ path: 'mm/page.c', why: 'a scan worker stopped while reading it: it ended' }]);
    assert.equal(filesRead, 3);
  }));

test('a second death ends the scan with the file that caused it', () =>
  withTree(FIXTURE, async (tree) => {
    const worker = dyingWorker(tree, ['mm/page.c', 'z.c']);
    const scan = scanTree({ root: tree.root, names: NAMES, jobs: 1, worker });
    await assert.rejects(scan, /a scan worker stopped while reading (mm\/page|z)\.c: it ended/);
  }));

test('a worker that does not start is an error', () =>
  withTree(FIXTURE, async ({ root }) => {
    const worker = pathToFileURL(join(root, 'no-such-worker.mjs'));
    await assert.rejects(scanTree({ root, names: NAMES, jobs: 1, worker }), /a scan worker stopped: .*no-such-worker/);
  }));

test('a worker gives the files of a large folder back in pieces: none is carried to and fro with all the others', () =>
  withTree('//- a.c\n', async ({ root, write }) => {
    for (let at = 0; at < 1000; at++) write(`mm/f${String(at)}.c`, '');
    const current = new SharedArrayBuffer(4100);
    const worker = new Worker(new URL(import.meta.resolve('pageref/dist/search/scan-worker.js')), {
      workerData: { root: `${root}/`, current },
    });
    try {
      const ask = async (units: readonly FileBatch[]): Promise<BatchResult> => {
        worker.postMessage({ id: 1, units, skip: [], names: ['put_page'] } satisfies Batch);
        const [answer] = (await once(worker, 'message')) as [BatchResult];
        return answer;
      };
      const { rest, filesRead } = await ask([{ folder: 'mm/' }]);
      const sizes = rest.map(({ files = [] }) => files.length);
      assert.ok(
        sizes.every((size) => size > 0 && size <= FILES_PER_UNIT),
        sizes.join(),
      );
      assert.equal(filesRead + sizes.reduce((sum, size) => sum + size, 0), 1000);
    } finally {
      await worker.terminate();
    }
  }));

test('a queue takes more folders than a function takes arguments, and gives them in order', () => {
  const queue = new UnitQueue();
  const units = Array.from({ length: 300_000 }, (_, at): FileBatch => ({
    folder: `${String(at)}/`,
    files: ['a.c', 'b.c'],
  }));
  queue.add(units);
  assert.deepEqual([queue.length, queue.files], [300_000, 600_000]);
  const taken: FileBatch[] = [];
  for (let size = 1; queue.length > 0; size = (size * 7) % 10_007) taken.push(...queue.take(size));
  assert.deepEqual([taken.length, queue.files], [300_000, 0]);
  assert.ok(taken.every((unit, at) => unit === units[at]));
  assert.deepEqual(queue.take(5), []);
});
