import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from 'pageref/dist/runs/audit.js';
import { check } from 'pageref/dist/runs/check.js';
import { planFixes } from 'pageref/dist/runs/fix/tree.js';
import { withTree } from '../support/tree.js';

/** What functions of other files do with a page decides a verdict: found where it can be, and said where it cannot. */

const MAKEFILE = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
`;

/** A function that hands the tested page to `drop_guest()` unless it is reserved; ARG is what it hands over. */
function user(arg = 'page', includes = '', path = 'drivers/guest/main.c'): string {
  return `
//- ${path}
${includes}
void finish(struct guest *guest)
{
	struct page *page = guest->page;

	if (!PageReserved(page))
		drop_guest(${arg});
}
`;
}

interface Said {
  readonly audit: string;
  readonly check: string;
  readonly fixes: readonly string[];
}

/** What three runs say of the only test of a tree. */
async function said(fixture: string): Promise<Said> {
  return await withTree(MAKEFILE + fixture, async ({ root }) => {
    const { sites } = await audit({ paths: [root], jobs: 1 });
    const tests = sites.filter(({ kind }) => kind === 'test');
    assert.equal(tests.length, 1);
    const { findings } = await check({ paths: [root], jobs: 1, rules: ['reserved-conflates-zone-device'] });
    const plan = await planFixes({ paths: [root], jobs: 1 });
    return {
      audit: `${tests[0]?.verdict ?? ''} ${tests[0]?.impact ?? tests[0]?.reason.contract ?? ''}`,
      check: findings.map(({ impact }) => impact ?? '').join(),
      fixes: plan.files.flatMap(({ applied }) => applied.map(({ fix }) => fix.id)),
    };
  });
}

const WRONG: Said = { audit: 'needs-zone-device wrong-today', check: 'wrong-today', fixes: [] };
const RIGHT: Said = {
  audit: 'needs-zone-device right-by-accident',
  check: 'right-by-accident',
  fixes: ['name-zone-device'],
};

function unclear(name: string): Said {
  return { audit: `unclear ${name}`, check: '', fixes: [] };
}

test('a release in a header that is included, itself or through another one', async () => {
  const inline = 'static inline void drop_guest(struct page *page)\n{\n\tput_page(page);\n}\n';
  const direct = user('page', '#include "guest.h"');
  assert.deepEqual(await said(`${direct}//- drivers/guest/guest.h\n${inline}`), WRONG);
  const nested = '//- drivers/guest/guest.h\n#include <linux/drop.h>\n//- include/linux/drop.h\n';
  assert.deepEqual(await said(`${direct}${nested}${inline}`), WRONG);
  const asm = user('page', '#include <asm/drop.h>', 'arch/x86/kvm/main.c');
  assert.deepEqual(await said(`${asm}//- arch/x86/include/asm/drop.h\n${inline}`), WRONG);
  assert.deepEqual(await said(`${asm}//- arch/arm64/include/asm/drop.h\nint nothing;\n`), unclear('drop_guest'));
});

test('a macro of a header that is a release, or another name for one', async () => {
  const source = user('page', '#include "compat.h"');
  for (const define of [
    'drop_guest put_page',
    'drop_guest(p) put_page(p)',
    'drop_guest drop_page\n#define drop_page put_page',
  ])
    assert.deepEqual(await said(`${source}//- drivers/guest/compat.h\n#define ${define}\n`), WRONG, define);
  assert.deepEqual(await said(`${source}//- drivers/guest/compat.h\n#define drop_guest dump_page\n`), RIGHT);
});

test('a release in a file beside, and anywhere in a small tree', async () => {
  const released = 'void drop_guest(struct page *page)\n{\n\tput_page(page);\n}\n';
  assert.deepEqual(await said(`${user()}//- drivers/guest/pages.c\n${released}`), WRONG);
  assert.deepEqual(await said(`${user()}//- lib/pages.c\n${released}`), WRONG);
  // A function of another file that is static there is not the one that is called.
  assert.deepEqual(await said(`${user()}//- drivers/guest/pages.c\nstatic ${released}`), unclear('drop_guest'));
});

test('a far function that leaves the references alone is no reason to doubt', async () => {
  const flush = 'void drop_guest(struct page *page)\n{\n\tflush_dcache_page(page);\n\tpr_info("%p", page);\n}\n';
  assert.deepEqual(await said(`${user()}//- lib/pages.c\n${flush}`), RIGHT);
});

test('a far function is followed on to others, and to what it is handed', async () => {
  const member = 'void drop_guest(struct guest *guest)\n{\n\tdrop_it(guest->page);\n}\n';
  const last = 'void drop_it(struct page *page)\n{\n\tunpin_user_page(page);\n}\n';
  assert.deepEqual(await said(`${user('guest')}//- lib/a.c\n${member}//- lib/b.c\n${last}`), WRONG);
  assert.deepEqual(await said(`${user('guest')}//- lib/a.c\n${member}`), unclear('drop_it'));
  const other = member.replace('guest->page', 'guest->shadow');
  assert.deepEqual(await said(`${user('guest')}//- lib/a.c\n${other}`), RIGHT);
});

test('far functions that call each other come to an end', async () => {
  const there = 'void drop_guest(struct page *page)\n{\n\tback(page);\n}\n';
  const back = 'void back(struct page *page)\n{\n\tdrop_guest(page);\n}\n';
  assert.deepEqual(await said(`${user()}//- lib/a.c\n${there}//- lib/b.c\n${back}`), RIGHT);
  const chain = [1, 2, 3, 4, 5, 6].map((at) => {
    const next = at === 6 ? 'put_page' : `hop${String(at + 1)}`;
    return `//- lib/${String(at)}.c\nvoid hop${String(at)}(struct page *page)\n{\n\t${next}(page);\n}\n`;
  });
  const first = 'static void drop_guest(struct page *page)\n{\n\thop1(page);\n}\n';
  const { audit: verdict } = await said(`${user('page', first)}${chain.join('')}`);
  assert.match(verdict, /^unclear hop/);
});

test('what one arm of a header does counts for all of them', async () => {
  const arms =
    '#ifdef CONFIG_GUEST\nvoid static inline drop_guest(struct page *page) { }\n#else\n#define drop_guest put_page\n#endif\n';
  assert.deepEqual(await said(`${user('page', '#include "guest.h"')}//- drivers/guest/guest.h\n${arms}`), WRONG);
});

test('a function that cannot be read may do anything', async () => {
  const odd = 'void drop_guest(struct page *page)\n{\n\t@@@ (\n}\n';
  assert.deepEqual(await said(`${user()}//- lib/pages.c\n${odd}`), unclear('drop_guest'));
});

test('a result that rests on another file is not kept from run to run', async () => {
  const released = '//- drivers/guest/pages.c\nvoid drop_guest(struct page *page)\n{\n\tput_page(page);\n}\n';
  await withTree(MAKEFILE + user() + released, async ({ root, write }) => {
    const cache = `${root}/.cache-of-the-test`;
    const verdict = async (): Promise<string> => {
      const { sites } = await audit({ paths: [root], jobs: 1, cache });
      return sites.map((site) => `${site.verdict} ${site.impact ?? ''}`).join();
    };
    assert.equal(await verdict(), 'needs-zone-device wrong-today');
    write('drivers/guest/pages.c', 'void drop_guest(struct page *page)\n{\n\tflush_dcache_page(page);\n}\n');
    assert.equal(await verdict(), 'needs-zone-device right-by-accident');
  });
});
