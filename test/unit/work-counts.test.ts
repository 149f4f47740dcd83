import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RULE_RESERVED } from '@pageref/shared';
import type { RuleId } from '@pageref/shared';
import { REPAIRED_RULES } from 'pageref/dist/runs/fix/repairs.js';
import { audit, check, checkReleases, contracts, planFixes } from 'pageref/dist/runs/index.js';
import { onWork } from 'pageref/dist/syntax/counters.js';
import type { Work } from 'pageref/dist/syntax/counters.js';
import { withTree } from '../support/tree.js';

/** What a run works at: each file is cut once, each function read once, its graph built once, each test judged once. */

const TREE = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- mm/test.c
bool is_mmio(struct page *page)
{
	return PageReserved(page);
}
void note_page(struct page *page)
{
	if (PageReserved(page))
		return;
	put_page(page);
}
//- mm/use.c
void use_one(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 1, &page) == 1)
		note_page(page);
}
void use_other(struct page *page)
{
	if (!is_mmio(page))
		put_page(page);
}
//- mm/pfn.c
void touch(unsigned long pfn)
{
	if (pfn_valid(pfn))
		SetPageDirty(pfn_to_page(pfn));
}
`;

type Counts = Record<Exclude<Work, 'visit'>, { readonly times: number; readonly most: number }>;

/** How often each kind of work was done in a run, and how often at most on the same thing. */
async function countsOf(run: () => Promise<unknown>): Promise<Counts> {
  const seen = new Map<Work, Map<unknown, number>>();
  onWork((work, on) => {
    const times = seen.get(work) ?? new Map<unknown, number>();
    seen.set(work, times.set(on, (times.get(on) ?? 0) + 1));
  });
  try {
    await run();
  } finally {
    onWork(undefined);
  }
  const of = (work: keyof Counts): Counts[keyof Counts] => {
    const times = [...(seen.get(work)?.values() ?? [])];
    return { times: times.reduce((sum, one) => sum + one, 0), most: Math.max(0, ...times) };
  };
  return { cut: of('cut'), read: of('read'), graph: of('graph'), flow: of('flow'), judge: of('judge') };
}

const RUNS = { audit, check, contracts };

/** Flows of a function: by itself, with its callers, and down both sides of its tests. */
const MOST_FLOWS = { audit: 17, check: 18, contracts: 18 };

/** A file is opened for each round of the inference, by itself, for what others ask of it, and with what others say. */
const MOST_OPENED = { audit: 7, check: 9, contracts: 7 };

for (const name of ['audit', 'check', 'contracts'] as const) {
  test(`${name} does nothing twice`, () =>
    withTree(TREE, async ({ root }) => {
      const { cut, read, graph, flow, judge } = await countsOf(() => RUNS[name]({ paths: [root], jobs: 1 }));
      for (const [what, { times, most }] of Object.entries({ cut, read, graph, judge })) {
        assert.ok(times > 0, what);
        assert.equal(most, 1, what);
      }
      assert.ok(flow.most <= MOST_FLOWS[name], `${String(flow.most)} flows of one function`);
    }));
}

for (const name of ['audit', 'check', 'contracts'] as const) {
  test(`${name} says the same where no text can stay open, and opens a file again for those who ask only`, () =>
    withTree(TREE, async ({ root }) => {
      const options = { paths: [root], jobs: 1 };
      const reports: unknown[] = [await RUNS[name](options)];
      const { cut } = await countsOf(async () => reports.push(await RUNS[name]({ ...options, openText: 0 })));
      assert.deepEqual(reports[1], reports[0]);
      assert.ok(cut.most > 1 && cut.most <= MOST_OPENED[name], `a file was cut ${String(cut.most)} times`);
    }));
}

test('a run of fixes cuts its files once, and once more for each text that it tries', () =>
  withTree(TREE, async ({ root }) => {
    const plan = await countsOf(() => planFixes({ paths: [root], jobs: 1 }));
    const [file] = (await planFixes({ paths: [root], jobs: 1 })).files;
    assert.ok(file);
    // What the rules with fixes ask of other files is read as for a check.
    const rules: readonly RuleId[] = [RULE_RESERVED, ...REPAIRED_RULES];
    const only = await countsOf(() => check({ paths: [root], jobs: 1, rules }));
    assert.ok(plan.cut.times > only.cut.times && plan.cut.times <= only.cut.times + 6, String(plan.cut.times));
    assert.equal(plan.graph.most, 1);
  }));

test('a check by several releases cuts and reads each file once', async () => {
  await withTree(TREE, async ({ root }) => {
    const options = { paths: [root], jobs: 1 };
    const { cut, read } = await countsOf(() =>
      checkReleases(['6.1', '6.6', '6.12'], {}, (one) => check({ ...options, ...one })),
    );
    assert.deepEqual([cut.times, cut.most, read.most], [3, 1, 1]);
  });
});
