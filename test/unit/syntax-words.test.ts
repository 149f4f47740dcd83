import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findWords, lineStarts, namesAt, positionAt } from 'pageref/dist/syntax/index.js';

function lexicalOf(source: string): string[] {
  return findWords(source, new Set(['get_page', 'page_ref'])).map(
    (found) => `${found.word}@${found.start} ${found.lexical}`,
  );
}

test('words: whole identifiers only', () => {
  assert.deepEqual(lexicalOf('get_page xget_page get_page2 (get_page)'), ['get_page@0 code', 'get_page@30 code']);
});

test('words: each lexical class', () => {
  const source = [
    '#include <linux/page_ref.h>',
    '#define A get_page /* page_ref */',
    'f("get_page", \'get_page\'); // page_ref',
    "#error don't get_page",
    '\tget_page',
  ].join('\n');
  const classes = findWords(source, new Set(['get_page', 'page_ref'])).map((found) => found.lexical);
  assert.deepEqual(classes, ['include', 'directive', 'comment', 'string', 'char', 'comment', 'directive', 'code']);
});

test('words: a directive goes on over a spliced newline', () => {
  const classes = findWords('#define A \\\r\n get_page\nget_page', new Set(['get_page'])).map((found) => found.lexical);
  assert.deepEqual(classes, ['directive', 'code']);
});

test('words: an escape does not lend its letter', () => {
  assert.deepEqual(lexicalOf('"\\nget_page"'), ['get_page@3 string']);
});

test('lines: one-based, UTF-16, either line end', () => {
  const starts = lineStarts('a\r\nbc\n\u{1f600}d');
  assert.deepEqual(starts, [0, 3, 6]);
  assert.deepEqual(positionAt(starts, 0), { line: 1, column: 1 });
  assert.deepEqual(positionAt(starts, 4), { line: 2, column: 2 });
  assert.deepEqual(positionAt(starts, 8), { line: 3, column: 3 });
  assert.deepEqual(positionAt(starts, -1), { line: 1, column: 1 });
});

test('names in a text that was edited are those of a search from scratch', () => {
  const names = ['get_page', 'put_page', 'page', 'folio', 'a1', 'b_c', 'x', 'yy', 'z_'];
  const kept = new Set(names);
  const piece = fc.constantFrom(...names, ' ', '\n', '(', '_', '7', 'pag', 'e', '\u00e9', ' '.repeat(5000));
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.tuple(fc.nat(), fc.nat(4), piece), { maxLength: 8 }), (first, edits) => {
      let now = first;
      for (const [at, removed, put] of [[0, 0, ''] as const, ...edits]) {
        const from = at % (now.length + 1);
        now = now.slice(0, from) + put + now.slice(from + removed);
        assert.deepEqual(namesAt(now, kept).map(placed), namesAt(now, new Set(names)).map(placed));
      }
    }),
    { numRuns: 500, seed: 20181221 },
  );
});

function placed({ word, start, end }: ReturnType<typeof namesAt>[number]): readonly unknown[] {
  return [word, start, end];
}
