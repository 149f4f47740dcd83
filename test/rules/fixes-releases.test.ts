import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '@pageref/shared';
import { fixesOf, testFixFixture } from '../support/fix-fixtures.js';

testFixFixture('right-release');
testFixFixture('add-release');
testFixFixture('goto-release');
testFixFixture('locks');
testFixFixture('short-release');
testFixFixture('online-map');
testFixFixture('places');

const LEFT = `static int demo_early(struct demo *demo)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	if (demo->dead)
		return -ENODEV;
	if (demo_start(demo->id)) {
		__free_page(page);
		return -EIO;
	}
	demo->page = page;
	return 0;
}
`;

test('lines that are added end and begin as those around them', async () => {
  for (const [indent, eol] of [
    ['\t', '\r\n'],
    ['    ', '\n'],
  ] as const) {
    const text = LEFT.replaceAll('\t', indent).replaceAll('\n', eol);
    const [finding] = await fixesOf('6.12', 'demo.c', text);
    const after = applyEdits(text, finding?.fixes[0]?.edits ?? []);
    const inner = `${indent}${indent}`;
    const branch = [
      `${indent}if (demo->dead) {`,
      `${inner}__free_page(page);`,
      `${inner}return -ENODEV;`,
      `${indent}}`,
    ];
    assert.ok(after.includes(`${eol}${branch.join(eol)}${eol}`), after);
    assert.equal(after.split(eol).length, after.split('\n').length);
  }
});
