import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fingerprints } from 'pageref/dist/rules/fingerprint.js';
import { auditText } from '../support/memory-tree.js';

const WALK = `static int helper(struct page *page)
{
	return page_count(page);
}

static void walk(struct page *page, unsigned long pfn)
{
	int n = helper(page);

	/* not ours */
	if (PageReserved(page) && n > 1)
		put_page(page);
	if (PageReserved(pfn_to_page(pfn)))
		return;
	get_page(page);
}
`;

async function marksOf(text: string, path = 'mm/walk.c'): Promise<string[]> {
  return (await auditText('6.12', path, text)).sites.map((site) => site.fingerprint);
}

/** What people do to a file that leaves the findings of walk() the same. */
const EDITS: readonly ((text: string) => string)[] = [
  (text) => `/* One more line. */\n${text}`,
  (text) => `int before(void)\n{\n\treturn 0;\n}\n\n${text}`,
  (text) => `${text}\nint after(struct page *page)\n{\n\treturn PageReserved(page);\n}\n`,
  (text) => text.replace(/\bhelper\b/g, 'count_of'),
  (text) => text.replace('int n = ', 'int  n =\n\t\t'),
  (text) => text.replace('PageReserved(page) && n > 1', 'PageReserved( page )\n\t    && /* why */ n > 1'),
  (text) => text.replace('\tget_page(page);', '\tif (n) {\n\t\tget_page(page);\n\t}'),
  (text) => text.replace(/\t/g, '        '),
  (text) => text.replace(/\n/g, '\r\n'),
  (text) => text.replace('/* not ours */', '// not\n'),
];

test('a fingerprint survives moved lines, new code around it, another layout and renamed functions', async () => {
  const before = await marksOf(WALK);
  assert.equal(new Set(before).size, 2);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: EDITS.length - 1 }), { maxLength: 5 }), async (order) => {
      const text = order.reduce((edited, at) => EDITS[at]?.(edited) ?? edited, WALK);
      const sites = (await auditText('6.12', 'mm/walk.c', text)).sites.filter((site) => site.function === 'walk');
      assert.deepEqual(
        sites.map((site) => site.fingerprint),
        before,
        text,
      );
    }),
    { numRuns: 60 },
  );
});

test('another file, function or statement is another finding', async () => {
  const [first] = await marksOf(WALK);
  for (const other of [
    marksOf(WALK, 'mm/other.c'),
    marksOf(WALK.replace(/\bwalk\b/, 'stroll')),
    marksOf(WALK.replace('n > 1', 'n > 2')),
    marksOf(WALK.replace('PageReserved(page) &&', 'folio_test_reserved(page_folio(page)) &&')),
  ])
    assert.notEqual((await other)[0], first);
});

test('the same statement twice in a function is told apart by order', () => {
  const one = { rule: 'r', path: 'a.c', function: 'f', api: 'PageReserved', statement: 'if (PageReserved(page))' };
  const [first, second] = fingerprints([one, one]);
  assert.notEqual(first, second);
  assert.deepEqual(fingerprints([{ ...one, function: 'g' }, one, one]).slice(1), [first, second]);
});
