import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareReleases, RELEASES, nearest } from '@pageref/shared';
import { oneLine } from 'pageref/dist/print/common.js';
import { wrap } from 'pageref/dist/print/text-rows.js';
import { cell, code } from 'pageref/dist/print/markdown-parts.js';

test('nearest finds typing mistakes, and nothing where nothing is near', () => {
  const names = ['get_page', 'put_page', 'put_user_page', 'folio_put', 'pfn_valid'];
  assert.deepEqual(nearest('put_pgae', names), ['put_page']);
  assert.deepEqual(nearest('ptu_page', names), ['put_page']);
  assert.deepEqual(nearest('PUT_PAGE', names, 1), ['put_page']);
  assert.deepEqual(nearest('pfn', names), ['pfn_valid']);
  assert.deepEqual(nearest('kmalloc', names), []);
  assert.deepEqual(nearest('', names), []);
});

test('the known releases run from 4.20 to 7.1 without a gap', () => {
  assert.deepEqual([RELEASES.length, RELEASES[0], RELEASES[1], RELEASES.at(-1)], [43, '4.20', '5.0', '7.1']);
  assert.ok(RELEASES.includes('5.19') && RELEASES.includes('6.0') && !RELEASES.includes('5.20'));
  assert.deepEqual([...RELEASES].sort(compareReleases), RELEASES);
});

test('text from a tree cannot leave its line or steer a terminal', () => {
  assert.equal(oneLine('a\u001b[31m\nb\tc\u009b'), 'a\\u001b[31m\\nb\\tc\\u009b');
});

test('text wraps at blanks', () => {
  const lines = wrap(`${'word '.repeat(40)}end`, '  ').split('\n');
  assert.ok(lines.every((line) => line.length <= 80 && line.startsWith('  word')));
  assert.equal(wrap('x'.repeat(100)), 'x'.repeat(100));
});

test('markdown cells hold any text', () => {
  assert.equal(cell('a|b <i> *c* __d__ e_f & g'), 'a\\|b &lt;i&gt; \\*c\\* \\_\\_d\\_\\_ e_f &amp; g');
  assert.equal(code('a|b'), '`a\\|b`');
  assert.equal(code('a`b``c'), '``` a`b``c ```');
});
