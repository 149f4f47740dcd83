import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeSource, listFolder, readSource, statTree } from 'pageref/dist/vfs/disk.js';
import { BlockReader } from 'pageref/dist/vfs/block-reader.js';
import { reasonOf } from 'pageref/dist/vfs/failure.js';
import { isSourceName, normalisePath } from 'pageref/dist/vfs/path.js';
import { withTree } from '../support/tree.js';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('source is UTF-8 where it can be and latin-1 where it cannot', () => {
  assert.equal(decodeSource(Buffer.from('/* Müller */')), '/* Müller */');
  assert.equal(decodeSource(latin1('/* Müller */')), '/* Müller */');
  assert.equal(decodeSource(new Uint8Array(0)), '');
});

test('nothing is dropped from a source: BOM, NUL and CR keep their places', () => {
  const text = '\uFEFFint a;\0\r\nint b;';
  assert.equal(decodeSource(Buffer.from(text)), text);
});

test('a view into a larger buffer is decoded by its own bytes only', () => {
  const all = Buffer.from('xxint a;xx');
  assert.equal(decodeSource(new Uint8Array(all.buffer, all.byteOffset + 2, 6)), 'int a;');
});

for (const [path, expected] of [
  ['mm/a.c', 'mm/a.c'],
  ['./mm//a.c', 'mm/a.c'],
  ['mm/../kernel/a.c', 'kernel/a.c'],
  ['..', undefined],
  ['mm/../../a.c', undefined],
  ['/etc/passwd', undefined],
  ['C:/a.c', undefined],
  ['a\0.c', undefined],
] as const) {
  test(`path ${JSON.stringify(path)} is ${expected ?? 'refused'}`, () => {
    assert.equal(normalisePath(path), expected);
  });
}

test('names of C files', () => {
  const names = ['a.c', 'a.h', '.c', 'a.cc', 'a.S', 'ac', 'a.c.orig', 'a.C'];
  assert.deepEqual(names.filter(isSourceName), ['a.c', 'a.h']);
});

test('readSource reads below the root and says why when it cannot', () =>
  withTree('//- mm/a.c\nint a;', (tree) => {
    mkdirSync(join(tree.root, 'dir.c'));
    symlinkSync('/nowhere/at/all', join(tree.root, 'dangling.c'));
    symlinkSync('/etc/hostname', join(tree.root, 'outside.c'));
    symlinkSync('mm/a.c', join(tree.root, 'inside.c'));
    symlinkSync('loop.c', join(tree.root, 'loop.c'));
    const why = (path: string): string => {
      const source = readSource(tree.root, path);
      return 'why' in source ? source.why : 'read';
    };
    assert.deepEqual(readSource(tree.root, 'mm/a.c'), { text: 'int a;' });
    assert.equal(why('inside.c'), 'read');
    assert.equal(why('mm/b.c'), 'no such file or folder');
    assert.equal(why('dangling.c'), 'no such file or folder');
    assert.equal(why('mm/a.c/b.c'), 'a part of the path is not a folder');
    assert.equal(why('dir.c'), 'it is a folder, not a file');
    assert.equal(why('loop.c'), 'too many symbolic links');
    assert.equal(why('../a.c'), 'the path leaves the tree');
    assert.match(why('outside.c'), /leads out of the tree|no such file/);
  }));

test('a file above the limit is refused without reading it', () =>
  withTree('', (tree) => {
    tree.write('big.c', '');
    const fd = openSync(join(tree.root, 'big.c'), 'r+');
    ftruncateSync(fd, 65 * 1024 * 1024);
    closeSync(fd);
    assert.deepEqual(readSource(tree.root, 'big.c'), { why: 'it has 68157440 bytes, more than 67108864' });
    assert.match(String(new BlockReader().read(join(tree.root, 'big.c'))), /more than 67108864 bytes/);
  }));

test('the reason of a failure is in words', () => {
  assert.equal(reasonOf(Object.assign(new Error('x'), { code: 'EACCES' })), 'no permission to read it');
  assert.equal(reasonOf(Object.assign(new Error('x'), { code: 'ESTALE' })), 'ESTALE while reading it');
  assert.equal(reasonOf(new Error('odd')), 'odd');
  assert.equal(reasonOf('text'), 'text');
});

test('statTree tells a folder, a file and nothing apart', () =>
  withTree('//- a.c\n', ({ root }) => {
    const kind = (path: string): string => statTree(path).kind;
    assert.equal(kind(root), 'folder');
    assert.equal(kind(join(root, 'a.c')), 'file');
    assert.equal(kind(join(root, 'missing')), 'missing');
    assert.equal(kind(join(root, 'a.c', 'below')), 'missing');
    symlinkSync('loop', join(root, 'loop'));
    assert.equal(kind(join(root, 'loop')), 'unreadable');
  }));

test('listFolder leaves symbolic links out and never rejects', () =>
  withTree('//- mm/a.c\n', async ({ root }) => {
    symlinkSync('..', join(root, 'mm', 'up'));
    assert.deepEqual(await listFolder(root, 'mm'), { folders: [], files: ['a.c'] });
    assert.deepEqual(await listFolder(root, 'fs'), { why: 'no such file or folder' });
  }));

test('the block reader grows for a large file and reuses its buffer for the next', () =>
  withTree('//- small.c\nint a;', (tree) => {
    const large = Buffer.alloc(10 * 1024 * 1024 + 3, 'x');
    tree.write('large.h', large);
    tree.write('exact.h', Buffer.alloc(1024 * 1024, 'y'));
    tree.write('empty.c', '');
    const reader = new BlockReader();
    const read = (path: string): number | string => reader.read(join(tree.root, path));
    assert.equal(read('exact.h'), 1024 * 1024);
    assert.equal(read('large.h'), large.length);
    assert.deepEqual(Buffer.compare(reader.buffer.subarray(0, large.length), large), 0);
    assert.equal(read('small.c'), 6);
    assert.equal(read('empty.c'), 0);
    assert.equal(read('missing.c'), 'no such file or folder');
    assert.equal(read('.'), 'it is a folder, not a file');
  }));
