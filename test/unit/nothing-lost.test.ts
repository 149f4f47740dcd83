import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckReport, RuleId } from '@pageref/shared';
import { findTargets } from 'pageref/dist/project/targets.js';
import { audit, check, contracts } from 'pageref/dist/runs/index.js';
import { run } from 'pageref/dist/runs/pipeline.js';
import { heldText } from 'pageref/dist/search/held-text.js';
import { withTree } from '../support/tree.js';

/** What a run could lose without a sign: an arm of #if, a function that is too tangled, a file that fails, the other side of a test. */

const MAKEFILE = '//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n';

async function checked(fixture: string, rule: RuleId): Promise<CheckReport> {
  return await withTree(MAKEFILE + fixture, ({ root }) => check({ paths: [root], jobs: 1, rules: [rule] }));
}

const SAME_HEAD = `int touch_user(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, FOLL_WRITE, &page) != 1)
		return -EFAULT;
`;
const SAME_TAIL = '\tscribble(page_address(page));\n\tput_page(page);\n\treturn 0;\n}\n';
const LEAKS = `${SAME_HEAD}\tif (PageReserved(page))\n\t\treturn -EINVAL;\n${SAME_TAIL}`;
const GIVES_BACK = `${SAME_HEAD}\tif (PageReserved(page)) {\n\t\tput_page(page);\n\t\treturn -EINVAL;\n\t}\n${SAME_TAIL}`;

test('a leak in either arm of an #if is found, and its line is that of the arm', async () => {
  const arms = (first: string, second: string): string =>
    `//- mm/a.c\n#ifdef CONFIG_A\n${first}#else\n${second}#endif\n`;
  const linesOf = async (fixture: string): Promise<number[]> =>
    (await checked(fixture, 'imbalanced-for-zone-device')).findings.map(({ line }) => line);
  assert.deepEqual(await linesOf(arms(LEAKS, GIVES_BACK)), [8]);
  assert.deepEqual(await linesOf(arms(GIVES_BACK, LEAKS)), [23]);
  assert.deepEqual(await linesOf(arms(LEAKS, LEAKS)), [8, 21]);
  assert.deepEqual(await linesOf(arms(GIVES_BACK, GIVES_BACK)), []);
});

/** A loop in which a page needs as many turns as there are variables. */
function chain(length: number): string {
  const each = Array.from({ length }, (_, at) => at);
  return [
    ...each.map((at) => `\tstruct page *v${String(at)} = alloc_page(GFP_KERNEL);\n`),
    `\tv${String(length - 1)} = given;\n`,
    '\twhile (n--) {\n',
    ...each.slice(1).map((at) => `\t\tv${String(at - 1)} = v${String(at)};\n`),
    '\t}\n\tif (PageReserved(v0))\n\t\tSetPageChecked(v0);\n',
  ].join('');
}

test('a function that is too tangled for a rule is counted as not analysed', async () => {
  const leak = (before: string): string => `//- mm/a.c
int map_one(unsigned long pfn, struct page *given, int n)
{
	struct dev_pagemap *pgmap;
${before}
	pgmap = get_dev_pagemap(pfn, NULL);
	if (!pgmap)
		return -ENXIO;
	if (prepare())
		return -EFAULT;
	put_dev_pagemap(pgmap);
	return 0;
}
`;
  const plain = await checked(leak(''), 'pagemap-ref-leak');
  assert.deepEqual([plain.findings.length, plain.summary.functions.notAnalysed], [1, []]);
  const { findings, summary } = await checked(leak(chain(80)), 'pagemap-ref-leak');
  assert.equal(findings.length, 0);
  assert.deepEqual(
    summary.functions.notAnalysed.map(({ function: name, why }) => [name, /too tangled/.test(why)]),
    [['map_one', true]],
  );
  assert.equal(summary.functions.analysed, summary.functions.mentioning - 1);
});

test('contracts count a function once, however many rounds look at it', () =>
  withTree(
    `${MAKEFILE}//- mm/a.c
static bool is_mmio(struct page *page)
{
	return PageReserved(page);
}
bool is_mmio_pfn(unsigned long pfn)
{
	return is_mmio(pfn_to_page(pfn));
}
//- mm/b.c
bool is_odd(unsigned long pfn)
{
	return is_mmio_pfn(pfn);
}
void drop_pfn(unsigned long pfn)
{
	if (!is_odd(pfn))
		put_page(pfn_to_page(pfn));
}
`,
    async ({ root }) => {
      const { summary } = await contracts({ paths: [root], jobs: 1 });
      assert.ok(summary.rounds.length > 1);
      assert.equal(summary.functions.mentioning, 4);
    },
  ));

test('a file on which the analysis fails costs that file, and is told', () =>
  withTree(`${MAKEFILE}//- mm/a.c\n${LEAKS}//- mm/b.c\n${LEAKS}`, async ({ root }) => {
    const fails = {
      bytes: heldText(LEAKS).bytes,
      text: (): string => {
        throw new Error('it went wrong');
      },
    };
    const { files, coverage } = await run({
      targets: await findTargets([root]),
      jobs: 1,
      kind: 'test',
      rules: ['reserved-conflates-zone-device', 'imbalanced-for-zone-device'],
      texts: new Map([['mm/a.c', fails]]),
    });
    assert.deepEqual(
      files.map(({ path, findings }) => [path, findings.length > 0]),
      [['mm/b.c', true]],
    );
    assert.deepEqual(
      coverage.unreadable.map(({ path, why }) => [path, /it went wrong/.test(why)]),
      [['mm/a.c', true]],
    );
  }));

test('a second test of the bit behind one that is an argument goes the way of either answer', () =>
  withTree(
    `${MAKEFILE}//- mm/a.c
void release_one(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return;
	note(PageReserved(page));
	if (!PageReserved(page))
		put_page(page);
}
`,
    async ({ root }) => {
      const { sites } = await audit({ paths: [root], jobs: 1 });
      assert.deepEqual(
        sites.map(({ line, verdict, impact }) => [line, verdict, impact]),
        [
          [7, 'needs-zone-device', 'wrong-today'],
          [8, 'needs-zone-device', 'wrong-today'],
        ],
      );
    },
  ));
