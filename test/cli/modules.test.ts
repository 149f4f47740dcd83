import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckReport } from '@pageref/shared';
import { spawnPageref } from '../support/cli.js';
import { withTree } from '../support/tree.js';

/** Code outside of a kernel's tree, judged as its makers build it. */

const BY_RELEASE = `
//- pin.c
#include <linux/version.h>
int demo_pin(unsigned long addr, int n, struct page **pages)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
	int got = pin_user_pages_fast(addr, n, FOLL_WRITE, pages);
#else
	int got = get_user_pages_fast(addr, n, 1, pages);
#endif
	if (got < n)
		return -EFAULT;
	return 0;
}
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 0, 0)
void demo_done(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return;
	if (!PageReserved(page))
		put_page(page);
}
#endif
`;

test('several releases give what a run for each of them gives', async () => {
  await withTree(BY_RELEASE, async ({ root }) => {
    const reportBy = async (kernel: string): Promise<CheckReport> => {
      const { stdout } = await spawnPageref(['check', root, '--no-cache', '--format', 'json', '--kernel', kernel]);
      return JSON.parse(stdout) as CheckReport;
    };
    const all = await reportBy('5.4,6.1,6.12');
    assert.deepEqual(
      all.findings.map(({ line, rule, releases = [] }) => [line, rule, releases.map(({ release }) => release).join()]),
      [
        [9, 'short-pin', '6.1,6.12'],
        [20, 'reserved-conflates-zone-device', '5.4'],
      ],
    );
    for (const release of ['5.4', '6.1', '6.12']) {
      const alone = (await reportBy(release)).findings.map(({ line, rule, message }) => [line, rule, message]);
      const here = all.findings.flatMap(({ line, rule, releases = [] }) =>
        releases.flatMap((one) => (one.release === release ? [[line, rule, one.message]] : [])),
      );
      assert.deepEqual(here, alone);
    }
  });
});

/** What a check of files says, one line for each finding: path, line and rule. */
async function checked(files: string, ...options: readonly string[]): Promise<readonly string[]> {
  return await withTree(files, async ({ root }) => {
    const { stdout } = await spawnPageref(['check', root, '--no-cache', '--format', 'json', ...options]);
    const { findings } = JSON.parse(stdout) as CheckReport;
    return findings.map(({ path, line, rule }) => `${path}:${String(line)} ${rule}`);
  });
}

const COMPAT = `
//- include/compat.h
#ifndef DEMO_COMPAT_H
#define DEMO_COMPAT_H
#ifdef HAVE_PIN_USER_PAGES
#define DEMO_PIN(addr, nr, pages) pin_user_pages_fast(addr, nr, FOLL_WRITE, pages)
#define DEMO_UNPIN unpin_user_page
#else
#define DEMO_PIN(addr, nr, pages) get_user_pages_fast(addr, nr, FOLL_WRITE, pages)
#define DEMO_UNPIN put_page
#endif
#define DEMO_PIN_ONE(addr, page) DEMO_PIN(addr, 1, page)
#endif
`;

test('macros of a header of the module are what they stand for, in every file', async () => {
  const leak = `${COMPAT}
//- src/map.c
int demo_map(struct demo *demo, unsigned long addr)
{
	struct page *page;

	if (DEMO_PIN_ONE(addr, &page) != 1)
		return -EFAULT;
	if (demo_busy(demo))
		return -EBUSY;
	DEMO_UNPIN(page);
	return 0;
}
`;
  assert.deepEqual(await checked(leak, '--kernel', '6.12'), ['src/map.c:8 get-without-put']);
  const right = leak.replace('return -EBUSY;', 'return DEMO_UNPIN(page), -EBUSY;');
  assert.deepEqual(await checked(right, '--kernel', '6.12'), []);
});
