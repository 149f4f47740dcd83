import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameLines } from 'pageref/dist/print/check/frame.js';
import { plain } from 'pageref/dist/print/paint.js';

/** The frame of a line in which the part between two bars is what a finding is about. */
function frame(marked: string, width = 60): string[] {
  const [before = '', about = ''] = marked.split('¦');
  const at = { line: 7, column: before.length + 1, length: about.length };
  return frameLines({ ...at, source: marked.replaceAll('¦', '') }, { width, paint: plain, style: 'red' });
}

test('carets stand below what a finding is about, without the indentation', () => {
  assert.deepEqual(frame('\t\tif (¦PageReserved¦(page))'), [
    '    7 | if (PageReserved(page))',
    '      |     ^~~~~~~~~~~~',
  ]);
  assert.deepEqual(frame('¦x¦'), ['    7 | x', '      | ^']);
});

test('tabs in the line lead where a terminal leads them', () => {
  assert.deepEqual(frame('\ta =\t¦get()¦;\t/* c */'), ['    7 | a =     get();  /* c */', '      |         ^~~~~']);
});

test('a long line is cut, and what is marked stays in sight', () => {
  const far = frame(`\t${'a + '.repeat(40)}¦get()¦ + ${'b + '.repeat(40)}`);
  const near = frame(`\t¦get()¦ + ${'b + '.repeat(40)}`);
  const wide = frame(`\t¦get(${'b, '.repeat(40)}c)¦;`);
  for (const [text = '', carets = ''] of [far, near, wide]) {
    assert.ok(text.length <= 60 && carets.length <= 60, text);
    const at = carets.indexOf('^');
    assert.equal(text.slice(at, at + 4), 'get(');
    assert.ok(text.endsWith('...'));
  }
});

test('what is marked goes on in the next line, is empty, or is not in the line at all', () => {
  const at = { line: 7, column: 5, length: 400 };
  const options = { width: 60, paint: plain, style: 'red' } as const;
  assert.deepEqual(frameLines({ ...at, source: 'if (a &&  ' }, options), ['    7 | if (a &&', '      |     ^~~~']);
  assert.deepEqual(frameLines({ ...at, length: 0, source: 'if (a' }, options), ['    7 | if (a', '      |     ^']);
  assert.deepEqual(frameLines({ ...at, source: 'if' }, options), []);
  assert.deepEqual(frameLines(at, options), []);
});

test('nothing in the line steers a terminal', () => {
  const [text = '', carets = ''] = frame('\u001b[31m ¦get\u202e()¦');
  assert.deepEqual([text, carets], ['    7 | \\u001b[31m get\\u202e()', '      |            ^~~~~~~~~~~']);
});
