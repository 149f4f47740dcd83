import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UsesReport } from '@pageref/shared';
import { describeApi, uses } from 'pageref/dist/runs/index.js';
import { pageref, type Outcome } from '../support/cli.js';
import { kernelTree } from '../support/kernel-tree.js';
import { withTree } from '../support/tree.js';

/** Whole runs of `pageref uses` with the real engine, on trees on disk. */

const TREE = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- mm/a.c
static void take(struct page *page)
{
	get_page(page);
	put_page(page);
}
//- mm/b.c
static int pin(void)
{
	return get_user_pages_remote(a, b, c, d, e, f, g, h);
}
//- include/b.h
void put_page(struct page *page);
#define drop(p) put_page(p)
//- mm/half.c
static void whole(struct page *page)
{
	put_page(page);
}
static void half(struct page *page)
{
	if (page {
		put_page(page);
}
`;

function run(root: string, ...args: string[]): Promise<Outcome> {
  return pageref(['uses', root, ...args], { engine: { uses, describeApi } });
}

async function json(root: string, ...args: string[]): Promise<UsesReport> {
  const { code, stdout, stderr } = await run(root, '--format', 'json', ...args);
  assert.deepEqual([code, stderr], [0, '']);
  return JSON.parse(stdout) as UsesReport;
}

const placesOf = ({ uses: found }: UsesReport): string[] =>
  found.map((use) => `${use.path}:${use.line}:${use.column} ${use.function} ${use.api} ${use.argument}`.trim());

test('every use, sorted; a function that is half written is counted and its calls are there', () =>
  withTree(TREE, async ({ root }) => {
    const report = await json(root);
    assert.deepEqual(placesOf(report), [
      'include/b.h:2:17 drop put_page p',
      'mm/a.c:3:2 take get_page page',
      'mm/a.c:4:2 take put_page page',
      'mm/b.c:3:9 pin get_user_pages_remote e',
      'mm/half.c:3:2 whole put_page page',
      'mm/half.c:8:3 half put_page',
    ]);
    const { functions, byApi, files, release } = report.summary;
    assert.deepEqual([functions.mentioning, functions.analysed], [4, 3]);
    assert.deepEqual(
      functions.notAnalysed.map(({ path, function: name }) => `${path} ${name}`),
      ['mm/half.c half'],
    );
    assert.deepEqual(byApi, [
      { api: 'put_page', uses: 4 },
      { api: 'get_page', uses: 1 },
      { api: 'get_user_pages_remote', uses: 1 },
    ]);
    assert.deepEqual([files.matched, files.unreadable, release.value], [4, [], '6.12']);
  }));

test('--kernel decides which argument it is', () =>
  withTree(TREE, async ({ root }) => {
    const report = await json(root, '--kernel', '5.8', '--api', 'get_user_pages_remote');
    assert.deepEqual(placesOf(report), ['mm/b.c:3:9 pin get_user_pages_remote f']);
    assert.equal(report.release, '5.8');
  }));

test('--api lists only these names, also one that nothing uses', () =>
  withTree(TREE, async ({ root }) => {
    const report = await json(root, '--api', 'get_page,folio_put');
    assert.deepEqual(placesOf(report), ['mm/a.c:3:2 take get_page page']);
    assert.deepEqual(report.summary.byApi, [
      { api: 'get_page', uses: 1 },
      { api: 'folio_put', uses: 0 },
    ]);
  }));

test('a name that is mistyped, or not in the release, ends the run with advice', () =>
  withTree(TREE, async ({ root }) => {
    const mistyped = await run(root, '--api', 'put_pge');
    assert.equal(mistyped.code, 2);
    assert.match(mistyped.stderr, /put_page/);
    const gone = await run(root, '--api', 'get_user_pages_longterm');
    assert.equal(gone.code, 2);
    assert.match(gone.stderr, /there is no get_user_pages_longterm in 6\.12: it is there from 4\.20 to before 5\.\d/);
    await assert.rejects(
      uses({ paths: [root], jobs: 1, apis: ['put_pge'] }),
      /knows no "put_pge": did you mean put_page/,
    );
  }));

test('the same bytes with one job, with four, and twice in a row', () =>
  withTree(TREE, async ({ root }) => {
    for (const format of ['text', 'json', 'markdown']) {
      const outputs = [];
      for (const jobs of ['1', '2', '4', '2']) outputs.push(await run(root, '--format', format, '--jobs', jobs));
      assert.equal(new Set(outputs.map(({ stdout }) => stdout)).size, 1);
      assert.match(outputs[0]?.stdout ?? '', /put_page/);
    }
  }));

test('a tree that is no kernel is indexed, and the release asked for', () =>
  withTree('//- a.c\nvoid f(struct page *p) { put_page(p); }\n', async ({ root }) => {
    const report = await json(root);
    assert.deepEqual(placesOf(report), ['a.c:1:26 f put_page p']);
    assert.equal(report.release, null);
    assert.match(report.summary.release.detected, /--kernel X\.Y/);
  }));

test('no such folder, an aborted run', () =>
  withTree(TREE, async ({ root }) => {
    assert.equal((await run(`${root}/none`)).code, 2);
    const stopped = AbortSignal.abort();
    await assert.rejects(uses({ paths: [root], jobs: 2, apis: [], signal: stopped }), { name: 'AbortError' });
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    await assert.rejects(uses({ paths: [root], jobs: 2, apis: [], signal: controller.signal, onProgress }), {
      name: 'AbortError',
    });
  }));

const kernel = kernelTree('6.12');
test('at least 99 % of the functions of 6.12 are analysed', { skip: kernel.skip ?? false }, async () => {
  const { summary } = await uses({ paths: [kernel.root ?? ''], jobs: 2, apis: [] });
  const { mentioning, analysed, notAnalysed } = summary.functions;
  const percent = (100 * analysed) / mentioning;
  console.log(
    `uses of 6.12: ${summary.uses}; functions analysed: ${analysed} of ${mentioning}, ${percent.toFixed(2)} %`,
  );
  assert.ok(percent >= 99, notAnalysed.map((one) => `${one.path}:${one.line} ${one.function}: ${one.why}`).join('\n'));
  assert.ok(mentioning > 2500 && summary.uses > 4500);
});
