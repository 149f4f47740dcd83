import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { NO_MACROS } from 'pageref/dist/knowledge/header-macros.js';
import { openTree } from 'pageref/dist/project/tree.js';
import { check } from 'pageref/dist/runs/index.js';
import type { JudgedFile } from 'pageref/dist/runs/threads/judge-protocol.js';
import { judgesOf } from 'pageref/dist/runs/threads/judges.js';
import { withTree } from '../support/tree.js';

/** Threads that judge files of a run: who has judged a file does not show. */

const MAKEFILE = '//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n';

/** A leak; a reference that a function of another file gives back, and one that it does not; a test that a caller decides on. */
function files(n: number): string {
  const mark = String(n);
  return `
//- drivers/d${mark}/leak.c
int fill_${mark}(struct dev *dev, unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return -EFAULT;
	if (!dev->ready)
		return -EIO;
	put_page(page);
	return 0;
}
//- drivers/d${mark}/use.c
int show_${mark}(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return -EFAULT;
	finish_${mark}(page);
	return 0;
}
int test_${mark}(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return -EFAULT;
	if (!is_ours_${mark}(page))
		put_page(page);
	return 0;
}
//- drivers/d${mark}/finish.c
void finish_${mark}(struct page *page)
{
	put_page(page);
}
bool is_ours_${mark}(struct page *page)
{
	return PageReserved(page);
}
`;
}

test('findings and counts are the same bytes with and without threads, and from what a run with threads has kept', () =>
  withTree(MAKEFILE + Array.from({ length: 60 }, (_, n) => files(n)).join(''), async ({ root, write }) => {
    write('drivers/d1/broken.c', 'int broken(struct page *page)\n{\n\tPageReserved(page) ] ( ;;\n}\n');
    const of = async (jobs: number, cache?: string): Promise<string> =>
      JSON.stringify(await check({ paths: [root], jobs, ...(cache !== undefined && { cache }) }), null, 1);
    const alone = await of(1);
    for (const rule of ['get-without-put', 'reserved-wrapper', 'imbalanced-for-zone-device']) {
      assert.ok(alone.includes(`"rule": "${rule}"`), `${rule} finds something`);
    }
    assert.equal(await of(3), alone);
    const cache = join(root, 'cache');
    assert.equal(await of(3, cache), alone);
    assert.equal(await of(3, cache), alone);
    assert.equal(await of(1, cache), alone);
  }));

test('a thread tells what was found out of a file, and why nothing can be said of one', () =>
  withTree(MAKEFILE + files(1), async ({ root }) => {
    const setup = {
      openText: 0,
      rules: ['get-without-put'] as const,
      arch: undefined,
      calls: false,
      standsAlone: false,
      isKept: true,
      macros: NO_MACROS,
      sites: new Map(),
      imbalances: new Map(),
    };
    const judges = judgesOf(await openTree(root, undefined), setup, 1, { worthStarting: 1 });
    const judged: JudgedFile[] = [];
    judges.onResults = (more) => judged.push(...more);
    const waiting = ['drivers/d1/leak.c', 'drivers/d1/gone.c'].map((path) => ({ path }));
    try {
      await new Promise<void>((resolve) => {
        judges.onChange = () => {
          judges.deal(waiting);
          if (judges.underWay === 0) resolve();
        };
        judges.deal(waiting);
      });
    } finally {
      judges.close();
    }
    const said = judged.map((one) =>
      'why' in one ? one : one.notes.flatMap(({ result }) => result.findings?.findings ?? []),
    );
    const [leak, gone] = said;
    assert.deepEqual(Array.isArray(leak) && leak.map(({ rule, function: name }) => [rule, name]), [
      ['get-without-put', 'fill_1'],
    ]);
    assert.ok(gone && 'why' in gone && gone.path === 'drivers/d1/gone.c' && gone.why !== '', JSON.stringify(gone));
  }));
