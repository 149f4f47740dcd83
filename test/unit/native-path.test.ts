import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import { test } from 'node:test';
import { innermost } from 'pageref/dist/lsp/folders.js';
import { placeOf, pathOfUri } from 'pageref/dist/lsp/uris.js';
import { fileName } from 'pageref/dist/print/gcc-lines.js';
import { commonFolder, isWithin, pathBelow, pathInside, slashed, withoutEnd } from 'pageref/dist/vfs/native-path.js';
import { normalisePath } from 'pageref/dist/vfs/path.js';

/** Paths of both flavours on any machine: no test of this repository runs on Windows. */

for (const [flavour, root, path, inside] of [
  [posix, '/src/linux', '/src/linux/mm/a.c', 'mm/a.c'],
  [posix, '/src/linux', '/src/linux-next/mm/a.c', undefined],
  [posix, '/src/linux', '/src/linux', undefined],
  [posix, '/src/linux', '/src/linux/..a/b.c', '..a/b.c'],
  [posix, '/', '/mm/a.c', 'mm/a.c'],
  [posix, '/src/Linux', '/src/linux/a.c', undefined],
  [win32, 'c:\\src\\linux', 'c:\\src\\linux\\mm\\a.c', 'mm/a.c'],
  [win32, 'c:\\src\\linux', 'C:\\src\\Linux\\mm\\a.c', 'mm/a.c'],
  [win32, 'c:\\src\\linux', 'C:\\SRC\\LINUX', undefined],
  [win32, 'c:\\src\\linux', 'c:\\src\\linux-next\\a.c', undefined],
  [win32, 'c:\\src\\linux', 'd:\\src\\linux\\a.c', undefined],
  [win32, 'c:\\', 'c:\\mm\\a.c', 'mm/a.c'],
  [win32, '\\\\server\\share\\linux', '\\\\server\\share\\linux\\mm\\a.c', 'mm/a.c'],
  [win32, '\\\\server\\share\\linux', '\\\\server\\other\\linux\\mm\\a.c', undefined],
] as const) {
  test(`${path} in ${root} is ${inside ?? 'outside'}`, () => {
    assert.equal(pathInside(root, path, flavour), inside);
    assert.equal(isWithin(root, path, flavour), inside !== undefined || slashed(root, path, flavour) === '');
    if (inside !== undefined) assert.equal(pathInside(root, pathBelow(root, inside, flavour), flavour), inside);
  });
}

test('a separator at the end of a folder is taken away, that of a root is not', () => {
  for (const path of ['/src/linux', '/src/linux/']) assert.equal(withoutEnd(path, posix), '/src/linux');
  for (const path of ['c:\\src', 'c:\\src\\', 'c:/src/']) assert.equal(withoutEnd(path, win32), 'c:\\src');
  assert.equal(withoutEnd('/', posix), '/');
  assert.equal(withoutEnd('c:\\', win32), 'c:\\');
});

test('the innermost folder of a workspace', () => {
  const folders = (...paths: string[]): { uri: string; path: string }[] => paths.map((path) => ({ uri: path, path }));
  const ofWindows = folders('c:\\src', 'c:\\src\\linux', 'c:\\src\\linux-next');
  assert.equal(innermost(ofWindows, 'c:\\src\\linux\\mm\\a.c', win32)?.path, 'c:\\src\\linux');
  assert.equal(innermost(ofWindows, 'C:\\src\\other\\a.c', win32)?.path, 'c:\\src');
  assert.equal(innermost(ofWindows, 'd:\\a.c', win32), undefined);
  assert.equal(innermost(folders('/src', '/src/linux'), '/src/linux/a.c', posix)?.path, '/src/linux');
  assert.equal(innermost(folders('/'), '/a.c', posix)?.path, '/');
});

test('the folder that all of some lie in', () => {
  assert.equal(commonFolder(['/src/linux/mm', '/src/linux/mm-old/x'], posix), '/src/linux');
  assert.equal(commonFolder(['c:\\src\\linux\\mm', 'C:\\src\\linux\\fs'], win32), 'c:\\src\\linux');
  assert.equal(commonFolder(['/a', '/b'], posix), '/');
  assert.equal(commonFolder(['c:\\a', 'c:\\b'], win32), 'c:\\');
  assert.equal(commonFolder(['c:\\a', 'd:\\b'], win32), undefined);
  assert.equal(commonFolder(['\\\\server\\share\\a', 'c:\\b'], win32), undefined);
});

for (const [path, onLinux, onWindows] of [
  ['mm/a.c', 'mm/a.c', 'mm/a.c'],
  ['mm\\..\\..\\evil.c', 'mm\\..\\..\\evil.c', undefined],
  ['mm/a.c:stream', 'mm/a.c:stream', undefined],
  ['\\\\server\\share\\a.c', '\\\\server\\share\\a.c', undefined],
  ['c:a.c', undefined, undefined],
  ['mm/../../a.c', undefined, undefined],
] as const) {
  test(`${path} as a path in a tree`, () => {
    assert.deepEqual([normalisePath(path, 'linux'), normalisePath(path, 'win32')], [onLinux, onWindows]);
  });
}

for (const [flavour, root, cwd, shown] of [
  [posix, '/src/linux', '/src/linux', 'mm/a.c'],
  [posix, '/src/linux', '/src', 'linux/mm/a.c'],
  [posix, '/src/linux', '/src/linux/fs', '/src/linux/mm/a.c'],
  [win32, 'c:\\src\\linux', 'C:\\src\\linux', 'mm\\a.c'],
  [win32, 'c:\\src\\linux', 'c:\\src\\linux\\fs', 'c:\\src\\linux\\mm\\a.c'],
  [win32, 'c:\\src\\linux', 'd:\\', 'c:\\src\\linux\\mm\\a.c'],
] as const) {
  test(`mm/a.c of ${root} is ${shown} to who is in ${cwd}`, () => {
    assert.equal(fileName(root, 'mm/a.c', cwd, flavour), shown);
  });
}

test('a URI stands for a path of this system or for none', () => {
  const isWindows = process.platform === 'win32';
  assert.equal(pathOfUri('file:///src/linux/a%20b.c')?.replaceAll('\\', '/'), '/src/linux/a b.c');
  assert.equal(pathOfUri('file:///C%3A/src/a.c'), isWindows ? 'c:\\src\\a.c' : undefined);
  assert.equal(placeOf('file:///c:/src/a.c', ['/src']).path, isWindows ? 'c:\\src\\a.c' : undefined);
  assert.equal(placeOf('git:/c:/src/a.c?x', ['/src']).path, isWindows ? 'c:\\src\\a.c' : undefined);
  for (const uri of ['untitled:Untitled-1', 'git:/src/a.c', 'a.c', '']) assert.equal(pathOfUri(uri), undefined);
});
