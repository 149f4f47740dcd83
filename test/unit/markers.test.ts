import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from '../support/fixtures.js';
import { expandedLength, parseMarked, releasesOf } from '../support/markers.js';

/** What the comparison says of a one-file fixture. */
async function said(fixture: string): Promise<string> {
  const [file] = parseMarked(fixture);
  assert.ok(file);
  return differences(file);
}

const GUARDED = ['void f(struct page *page)', '{', '\tif (is_zone_device_page(page) || PageReserved(page))'];

test('markers: ranges of releases, both ends included', () => {
  assert.deepEqual(releasesOf('6.18..'), ['6.18', '6.19', '7.0', '7.1']);
  assert.deepEqual(releasesOf('..5.1'), ['4.20', '5.0', '5.1']);
  assert.deepEqual(releasesOf('5.19..6.1'), ['5.19', '6.0', '6.1']);
  assert.deepEqual(releasesOf('5.4, 6.12'), ['5.4', '6.12']);
  assert.throws(() => releasesOf('3.10'), /no release/);
});

test('markers: tabs are 8 wide', () => {
  assert.equal(expandedLength('\tif ('), 12);
  assert.equal(expandedLength('abc\tx'), 9);
});

test('markers: header, marker and text are told apart', () => {
  const [file] = parseMarked(
    '//- mm/a.c  kernel: 6.1, 6.12  arch: off\nint a;\n    //^^ guarded low: x "y" then "z"\nint b;\n',
  );
  assert.ok(file);
  assert.deepEqual([file.path, file.releases, file.zoneDevice], ['mm/a.c', ['6.1', '6.12'], false]);
  assert.equal(file.text, 'int a;\nint b;\n');
  const { line, column, verdict, confidence, contract, says, then } = file.markers[0] ?? assert.fail();
  assert.deepEqual([line, column, verdict, confidence, contract], [1, 6, 'guarded', 'low', 'x']);
  assert.deepEqual([says, then], [['y'], ['z']]);
});

test('markers: a marker that says nothing is an error', () => {
  assert.throws(() => parseMarked('//- a.c\nint a;\n  //^^ safe\n'), /no marker/);
  assert.throws(() => parseMarked('//- a.c\nint a;\n  //^^ guarded perhaps\n'), /unknown word/);
});

test('markers: a right marker makes no difference', async () => {
  const column = ' '.repeat(41 - 2);
  assert.equal(await said(['//- a.c', ...GUARDED, `${column}//^^^^ handled`, '\t\tg();', '}'].join('\n')), '');
});

test('markers: a missed and an invented site are both told', async () => {
  const text = await said(['//- a.c', ...GUARDED, '  //^^^^ handled', '\t\tg();', '}'].join('\n'));
  assert.match(text, /in 7\.1:/);
  assert.match(text, /missed/);
  assert.match(text, /invented[^]*handled test high: is_zone_device_page/);
});

test('markers: each wrong part is named', async () => {
  const column = ' '.repeat(41 - 2);
  const text = await said(
    ['//- a.c', ...GUARDED, `${column}//^^^^ guarded low: other "moon"`, '\t\tg();', '}'].join('\n'),
  );
  assert.match(text, /verdict must be guarded; confidence must be low; contract must be other; must say "moon"/);
});
