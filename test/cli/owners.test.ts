import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckReport, OwnersReport } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import type { OwnersOptions } from 'pageref/dist/project/options.js';
import { pageref } from '../support/cli.js';
import { golden } from '../support/golden.js';
import { fullOwnersReport } from '../support/reports.js';
import { withTree } from '../support/tree.js';

for (const [format, name] of [
  ['text', 'owners.txt'],
  ['json', 'owners.json'],
] as const) {
  test(`owners --format ${format}`, async () => {
    const { code, stdout, stderr } = await pageref(`owners linux --format ${format}`);
    assert.deepEqual([code, stderr], [0, '']);
    golden(`cli/golden/${name}`, stdout);
  });
}

for (const [place, meant] of [
  ['mm/a.c:setup', { function: 'setup' }],
  ['mm/a.c:12', { line: 12 }],
  ['mm/a.c', {}],
] as const) {
  test(`owners ${place} asks for what it names`, async () => {
    const seen: OwnersOptions[] = [];
    await pageref(`owners ${place}`, {
      engine: { owners: (options) => (seen.push(options), Promise.resolve(fullOwnersReport())) },
    });
    const [{ function: asked, line, paths } = { paths: [] }] = seen;
    assert.deepEqual(
      { paths, ...(asked !== undefined && { function: asked }), ...(line !== undefined && { line }) },
      { paths: ['/work-folder/mm/a.c'], ...meant },
    );
  });
}

const CODE = `//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- mm/demo.c
int demo_setup(struct demo *demo, size_t len)
{
	struct page *page = alloc_page(GFP_KERNEL);
	int err;

	if (!page)
		return -ENOMEM;
	if (len > PAGE_SIZE)
		return -EINVAL;
	err = demo_start(demo);
	if (err) {
		__free_page(page);
		return err;
	}
	demo->page = page;
	return 0;
}
int demo_share(struct demo *demo, struct page *page)
{
	get_page(page);
	demo->page = page;
	return 0;
}
`;

/** The ways out of one function, a line each. */
function waysOf({ functions }: OwnersReport, name: string): string[] {
  const found = functions.filter((one) => one.function === name).flatMap((one) => one.acquisitions);
  return found.flatMap(({ api, ways }) =>
    ways.map(({ line, returns, owners }) => {
      const who = owners.map(({ owner, by, line: at }) => `${owner} ${by} ${String(at ?? '')}`.trim());
      return `${api} ${String(line)} ${returns}: ${who.join(', ')}`;
    }),
  );
}

test('a way out says who owns the page there', () =>
  withTree(CODE, async ({ root }) => {
    const { stdout } = await pageref(['owners', 'mm/demo.c', '--no-cache', '--format', 'json'], { cwd: root, engine });
    const report = JSON.parse(stdout) as OwnersReport;
    assert.deepEqual(waysOf(report, 'demo_setup'), [
      'alloc_page 9 -EINVAL: this-function',
      'alloc_page 13 err: given-back __free_page 12',
      'alloc_page 16 0: kept demo.page',
    ]);
    assert.deepEqual(waysOf(report, 'demo_share'), ['get_page 22 0: kept demo.page']);
    assert.deepEqual(
      report.functions.flatMap(({ acquisitions }) => acquisitions.map(({ reported }) => reported)),
      [true, false],
    );
  }));

test('check --explain-silence says why a call is not reported, and refuses what is no place', () =>
  withTree(CODE, async ({ root }) => {
    const silent = await pageref(['check', '--explain-silence', 'mm/demo.c:20', '--no-cache'], { cwd: root, engine });
    assert.match(silent.stdout, /nothing is reported: demo\.page keeps it, where others find it/);
    const nothing = await pageref(['check', '--explain-silence', 'mm/demo.c:2', '--no-cache'], { cwd: root, engine });
    assert.deepEqual([nothing.code, nothing.stdout], [2, '']);
    assert.match(nothing.stderr, /no call on line 2 takes a page/);
    const wrong = await pageref(['check', '--explain-silence', 'mm/demo.c'], { cwd: root, engine });
    assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
    assert.match(wrong.stderr, /is no FILE:LINE/);
  }));

test('what is reported of pages that a short pin got, or that stay in a table, counts as reported', () => {
  const code = `
//- pin.c
int demo_short(unsigned long addr, int n, struct page **pages)
{
	int got = pin_user_pages_fast(addr, n, FOLL_WRITE, pages);

	if (got < n)
		return -EFAULT;
	return 0;
}
int demo_slot(struct mm_struct *mm, unsigned long addr)
{
	struct page *pages[2];
	int got = pin_user_pages_remote(mm, addr, 2, FOLL_LONGTERM, pages, NULL, NULL);

	if (got != 2)
		return got < 0 ? got : -EFAULT;
	unpin_user_pages(pages, 2);
	return 0;
}
`;
  return withTree(code, async ({ root }) => {
    const given = [root, '--kernel', '6.1', '--no-cache', '--format', 'json'];
    const check = JSON.parse((await pageref(['check', ...given], { cwd: root, engine })).stdout) as CheckReport;
    assert.deepEqual([...new Set(check.findings.map(({ function: of }) => of))], ['demo_short', 'demo_slot']);
    const owned = JSON.parse((await pageref(['owners', ...given], { cwd: root, engine })).stdout) as OwnersReport;
    const all = owned.functions.flatMap(({ acquisitions }) => acquisitions);
    assert.deepEqual(
      [...new Set(all.map(({ reported, silence }) => `${String(reported)} ${silence.join()}`))],
      ['true '],
    );
  });
});
