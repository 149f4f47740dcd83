import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildMatcher } from 'pageref/dist/search/matcher.js';
import { decodeSource, listFolder, readSource, statTree } from 'pageref/dist/vfs/disk.js';
import { BlockReader } from 'pageref/dist/vfs/block-reader.js';
import { reasonOf } from 'pageref/dist/vfs/failure.js';
import { nameBytes, nameOf } from 'pageref/dist/vfs/file-names.js';
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

test('on Windows a back slash or a colon in a path is no part of a name', () => {
  const paths = [
    'mm/a.c',
    '..\\..\\evil.c',
    'mm\\a.c',
    'mm/..\\..\\evil.c',
    'mm/a.c:stream',
    'C:evil.c',
    '\\\\server\\x.c',
  ];
  assert.deepEqual(
    paths.filter((path) => normalisePath(path, 'win32') !== undefined),
    ['mm/a.c'],
  );
  assert.equal(normalisePath('mm\\a.c', 'linux'), 'mm\\a.c');
});

test('names of bytes become text and the same bytes again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
      assert.deepEqual(nameBytes(nameOf(bytes)), Buffer.from(bytes));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      assert.equal(nameOf(Buffer.from(name)), name);
    }),
  );
  assert.equal(nameOf(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xe2, 0x82])), 'a\udcff\u00e9\udce2\udc82');
});

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
    assert.match(String(new BlockReader().read(join(tree.root, 'big.c'), () => undefined)), /more than 67108864 bytes/);
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

/** A file's length, or why it could not be read, and its blocks. */
function readBlocks(
  reader: BlockReader,
  path: string,
): { readonly result: number | string; readonly blocks: string[] } {
  const blocks: string[] = [];
  const take = (length: number): void => void blocks.push(Buffer.from(reader.buffer.subarray(0, length)).toString());
  return { result: reader.read(path, take), blocks };
}

test('the block reader cuts no identifier, and reuses its buffer for the next file', () =>
  withTree('//- small.c\nint a;', (tree) => {
    const words = 'put_page(page); '.repeat(700_000);
    tree.write('large.h', words);
    tree.write('exact.h', Buffer.alloc(1024 * 1024, 'y;'));
    tree.write('empty.c', '');
    const reader = new BlockReader();
    const read = (path: string): ReturnType<typeof readBlocks> => readBlocks(reader, join(tree.root, path));
    const large = read('large.h');
    assert.equal(large.result, words.length);
    assert.equal(large.blocks.length, 11);
    assert.equal(large.blocks.join(''), words);
    for (const block of large.blocks) assert.match(block.slice(-20), /\W$/);
    assert.deepEqual(
      ['exact.h', 'small.c', 'empty.c', 'missing.c', '.'].map((path) => read(path).result),
      [1024 * 1024, 6, 0, 'no such file or folder', 'it is a folder, not a file'],
    );
  }));

test('a file in blocks holds the names it holds as a whole, whatever the size of a block', () =>
  withTree('', (tree) => {
    const matcher = buildMatcher(['a', 'ab', 'put_page', 'b']);
    const aText = fc.array(fc.constantFrom('a', 'b', 'ab', 'put_page', 'put_', '0', ' ', '\n', '(', 'é'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(aText, fc.integer({ min: 4, max: 70 }), (pieces, size) => {
        const bytes = Buffer.from(pieces.join(''));
        tree.write('a.c', bytes);
        const reader = new BlockReader(size);
        const found = new Set<number>();
        reader.read(join(tree.root, 'a.c'), (length) => {
          for (const name of matcher.match(reader.buffer, length)) found.add(name);
        });
        const whole = matcher.match(bytes, bytes.length);
        // A name longer than a block cannot be seen; in a block of a megabyte none is.
        const seen = [...whole].filter((index) => index !== 2 || size > 'put_page'.length + 1);
        assert.deepEqual([...found].filter((index) => index !== 2 || size > 9).sort(), seen.sort());
      }),
      { numRuns: 500, seed: 1 },
    );
  }));
