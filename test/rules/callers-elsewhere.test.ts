import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from 'pageref/dist/runs/index.js';
import { withTree } from '../support/tree.js';

/** Functions whose page comes from callers in other files, and whose answer is asked for there. */

const ISOLATE = `
//- mm/isolate.c
bool page_is_stuck(struct page *page)
{
	return PageReserved(page);
}
`;
const TREE = `//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- include/linux/isolate.h
bool page_is_stuck(struct page *page);
${ISOLATE}`;

const ONLINE = `
//- mm/offline.c
int offline_one(unsigned long pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	return page && !page_is_stuck(page);
}
`;

const UNKNOWN = `
//- mm/anything.c
int any_one(struct thing *thing)
{
	return !page_is_stuck(thing->page);
}
`;

/** The verdict on the one test, and the calls that ask for it. */
async function judged(source: string): Promise<string[]> {
  let lines: string[] = [];
  await withTree(source, async ({ root }) => {
    const { sites } = await audit({ paths: [root], jobs: 1 });
    const tests = sites.filter(({ kind }) => kind === 'test');
    lines = tests.flatMap(({ verdict, reason, calls = [] }) => [
      `${verdict}: ${reason.contract}`,
      ...calls.map((call) => `${call.path}:${call.line} ${call.function} ${call.role}`),
    ]);
  });
  return lines;
}

test('a name that another arch defines takes no call away from the file that holds it', async () => {
  const lines = await judged(`//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- arch/parisc/mm/map.c
bool map_it(struct page *page)
{
	return PageReserved(page);
}
//- arch/mips/mm/map.c
static bool is_hole(struct page *page)
{
	return PageReserved(page);
}
bool map_it(struct page *page)
{
	return is_hole(page);
}
`);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('arch/')),
    ['arch/mips/mm/map.c:7 map_it other'],
  );
});

test('where all callers are seen, what they pass decides', async () => {
  assert.deepEqual(await judged(TREE + ONLINE), [
    'never-zone-device: pfn_to_online_page',
    'mm/offline.c:5 offline_one other',
  ]);
});

test('one caller that passes anything is enough', async () => {
  assert.deepEqual(await judged(TREE + ONLINE + UNKNOWN), [
    'needs-zone-device: thing->page',
    'mm/anything.c:3 any_one other',
    'mm/offline.c:5 offline_one other',
  ]);
});

test('a function that is exported, or stands in a table, has callers nobody sees', async () => {
  const exported = `${TREE}EXPORT_SYMBOL_GPL(page_is_stuck);\n${ONLINE}`;
  assert.deepEqual((await judged(exported))[0], 'needs-zone-device: page');
  const table = `${TREE}${ONLINE}//- mm/table.c\nstatic const struct ops ops = {\n\t.stuck = page_is_stuck,\n};\n`;
  assert.deepEqual((await judged(table))[0], 'needs-zone-device: page');
});

test('what one arch defines is not asked for by another', async () => {
  const arch = (name: string): string => ISOLATE.replace('mm/isolate.c', `arch/${name}/mm/isolate.c`);
  const other = ONLINE.replace('mm/offline.c', 'arch/arm/mm/offline.c');
  const source = `//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n${arch('x86')}${other}`;
  assert.deepEqual(await judged(source), ['needs-zone-device: page']);
});
