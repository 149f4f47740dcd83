import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildMatcher } from 'pageref/dist/search/matcher.js';

function found(names: readonly string[], text: string): string[] {
  const bytes = Buffer.from(text, 'latin1');
  return [...buildMatcher(names).match(bytes, bytes.length)].sort((a, b) => a - b).map((index) => names[index] ?? '');
}

/** The same question put to the platform's regular expressions. */
function expected(names: readonly string[], text: string): string[] {
  return names.filter((name) => new RegExp(`(?<![A-Za-z0-9_])${name}(?![A-Za-z0-9_])`).test(text));
}

const LONG = ['PageReserved', 'put_page', 'pfn_to_page'];
for (const [title, names, text, hits] of [
  ['a plain use', LONG, 'if (PageReserved(page))', ['PageReserved']],
  ['a name at the start', LONG, 'put_page(x)', ['put_page']],
  ['a name at the end', LONG, 'x = put_page', ['put_page']],
  ['nothing but the name', LONG, 'put_page', ['put_page']],
  ['a longer identifier', LONG, 'input_page put_page2 __put_page put_pages', []],
  ['a neighbour above 127', LONG, '\u00fcput_page\u00fc', ['put_page']],
  ['NUL bytes around', LONG, '\0\0put_page\0', ['put_page']],
  ['empty text', LONG, '', []],
  ['text shorter than any name', LONG, 'pu', []],
  ['one and two letter names', ['a', 'bc', 'ab'], 'a bc abc', ['a', 'bc']],
  ['three letters beside long ones', ['get', 'get_user_pages'], 'get(get_user_pagesx)', ['get']],
  [
    'a name that is a prefix of another',
    ['get_page', 'get_page_unless_zero'],
    'get_page_unless_zero',
    ['get_page_unless_zero'],
  ],
  ['no names', [], 'put_page', []],
  ['names that are no identifiers', ['a-b', '', 'x y', 'put_page'], 'a-b x y put_page', ['put_page']],
  ['the same name twice', ['put_page', 'put_page'], 'put_page', ['put_page', 'put_page']],
  ['a very long name', ['x'.repeat(300)], `y ${'x'.repeat(300)} z`, ['x'.repeat(300)]],
] as const) {
  test(`matcher: ${title}`, () => {
    assert.deepEqual(found(names, text), hits);
  });
}

test('bytes behind the length are not looked at', () => {
  const bytes = Buffer.from('x put_page');
  const matcher = buildMatcher(['put_page', 'put_pag']);
  assert.deepEqual([...matcher.match(bytes, bytes.length - 1)], [1]);
});

test('a name is found wherever it stands in a large block', () => {
  const matcher = buildMatcher(LONG);
  for (let at = 0; at < 400; at++) {
    const bytes = Buffer.from(`${' '.repeat(at)}put_page${' '.repeat(400 - at)}`);
    assert.deepEqual([...matcher.match(bytes, bytes.length)], [1], `at ${String(at)}`);
  }
});

test('matcher agrees with regular expressions', () => {
  const identifier = fc.stringMatching(/^[ab_][ab_1]{0,6}$/);
  const text = fc.array(fc.oneof(identifier, fc.constantFrom(' ', '(', '\n', '\u00e4', '\0', 'b_', '1')), {
    maxLength: 120,
  });
  fc.assert(
    fc.property(fc.uniqueArray(identifier, { maxLength: 8 }), text, (names, parts) => {
      const joined = parts.join('');
      assert.deepEqual(found(names, joined), expected(names, joined));
    }),
    { numRuns: 2000, seed: 612 },
  );
});
