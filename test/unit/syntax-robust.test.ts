import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FunctionIr, Item } from 'pageref/dist/syntax/index.js';
import { findWords, splitItems } from 'pageref/dist/syntax/index.js';
import { readAll, testReader } from '../support/syntax.js';

/** One of everything, to be damaged. */
const FIXTURE = `#include <linux/mm.h>
#define get(p) do { \\
	get_page(p); \\
} while (0)
struct demo { struct page *page; };
SYSCALL_DEFINE2(map, struct page __user *, p, size_t, n)
{
	struct page *a __free(put_page) = pfn_to_page(page_to_pfn(p)), *b[2] = { a, };
#ifdef CONFIG_A
	if (PageReserved(a)) {
#else
	if (a) {
#endif
		put_page(a); /* it's "done" */
	}
	list_for_each_entry(b, &p->list, lru) {
		switch (n) { case 1 ... 3: go(sizeof(struct page *), 'x', "s\\""); break; default: goto out; }
	}
#if 0
	} don't {
#endif
	scoped_guard(mutex, &lock) return ({ int t = b[0] ? 0x1fUL : -1; t; });
out:
}
static inline int next(void) { return min_t(unsigned long, a, b); }
`;

const PIECES = [
  '{',
  '}',
  '(',
  ')',
  '"',
  "'",
  '/*',
  '*/',
  '//',
  '#if 0\n',
  '#else\n',
  '#endif\n',
  '\\\n',
  '\n',
  '\0',
].concat(['é', '\u{1f600}', ';', '#', '##', '\r\n', 'while', 'goto *', 'case', '...', ',', '=']);

const edit = fc.record({
  at: fc.nat(FIXTURE.length),
  drop: fc.nat(40),
  piece: fc.constantFrom('', ...PIECES),
});

function damage(text: string, edits: readonly { at: number; drop: number; piece: string }[]): string {
  return edits.reduce((now, { at, drop, piece }) => now.slice(0, at) + piece + now.slice(at + drop), text);
}

function assertCovers(text: string, items: readonly Item[]): void {
  let at = 0;
  for (const item of items) {
    assert.equal(item.start, at);
    assert.ok(item.end > item.start);
    at = item.end;
  }
  assert.equal(at, text.length);
}

/** Every name must be the original text at its own offsets. */
function assertNames(text: string, fn: FunctionIr): void {
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) {
      const node = value as { op?: string; start: number; end: number; name?: string };
      if (node.op === 'name') assert.equal(text.slice(node.start, node.end), node.name);
      if (node.op !== undefined) assert.ok(node.start >= 0 && node.end <= text.length + 3 && node.start <= node.end);
      Object.values(value).forEach(walk);
    }
  };
  walk(fn.body);
  assert.ok(fn.name.endsWith(text.slice(fn.nameAt, fn.nameAt + 1)) || fn.name.includes(text.charAt(fn.nameAt)));
}

test('robust: splitting covers any text without overlap', () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
      const text = damage(FIXTURE, edits);
      assertCovers(text, splitItems(text));
      for (const { word, start, end } of findWords(text, new Set(['get_page', 'page']))) {
        assert.equal(text.slice(start, end), word);
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('robust: reading damaged text never throws, and names keep their offsets', async () => {
  const reader = await testReader();
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 5 }), (edits) => {
      const text = damage(FIXTURE, edits);
      for (const item of splitItems(text)) {
        const { functions, error } = reader.readFunction(text, item);
        if (error !== undefined) assert.deepEqual(functions, []);
        for (const fn of functions) assertNames(text, fn);
      }
    }),
    { numRuns: 400, seed: 2 },
  );
});

test('robust: the fixture itself reads', async () => {
  const results = await readAll(FIXTURE);
  assert.deepEqual(
    results.flatMap(({ functions }) => functions.map(({ name }) => name)),
    ['get', 'sys_map', 'sys_map', 'next'],
  );
});

test('robust: random text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      assertCovers(text, splitItems(text));
    }),
    { seed: 3 },
  );
});

test('robust: a half-written function is not analysed and says where', async () => {
  const [result] = await readAll('int f(struct page *p)\n{\n\tif (PageReserved(p)\n\t\treturn 1;\n}\n');
  assert.ok(result !== undefined);
  assert.deepEqual(result.functions, []);
  assert.ok(result.error !== undefined && result.error.start > 20);
});

test('robust: NUL bytes and latin-1 text', async () => {
  const [, nul] = await readAll('int a(void) { }\nint b(void) { x\0y; }\n');
  assert.notEqual(nul?.error, undefined);
  const [fine] = await readAll('int c(void) { /* \xe9 */ f("\xe9\0"); }\n');
  assert.deepEqual([fine?.error, fine?.functions.length], [undefined, 1]);
});

test('robust: a line of a megabyte', async () => {
  const source = `int table[] = { ${'1, '.repeat(350_000)} };\nint f(void) { g(${'1, '.repeat(30_000)}2); }\n`;
  const [result] = await readAll(source);
  assert.equal(result?.functions.length, 1);
});

test('robust: nesting beyond the stack is an error, not an exception', async () => {
  const depth = 20_000;
  const [result] = await readAll(`int f(void) { return ${'('.repeat(depth)}1${')'.repeat(depth)}; }\n`);
  assert.ok(result !== undefined);
});
