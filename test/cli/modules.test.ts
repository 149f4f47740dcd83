import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SUPPRESSIONS_FILE } from '@pageref/shared';
import type { AuditReport, CheckReport, UsesReport } from '@pageref/shared';
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

/** What a command says of a folder by some releases. */
async function jsonOf<Report>(command: string, root: string, kernel: string): Promise<Report> {
  const { stdout } = await spawnPageref([command, root, '--no-cache', '--format', 'json', '--kernel', kernel]);
  return JSON.parse(stdout) as Report;
}

test('several releases give what a run for each of them gives', async () => {
  await withTree(BY_RELEASE, async ({ root }) => {
    const reportBy = (kernel: string): Promise<CheckReport> => jsonOf('check', root, kernel);
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

const JUDGED_BY_RELEASE = `
//- map.c
struct page *demo_page_of_pte(struct vm_area_struct *vma, unsigned long addr, pte_t pte)
{
	struct page *page = vm_normal_page(vma, addr, pte);

	if (!page || PageReserved(page))
		return NULL;
	get_page(page);
	return page;
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

/** What an audit says of each site, one line: its line and what each release makes of it. */
function verdictsBy({ sites }: AuditReport): string[] {
  return sites.map(({ line, releases = [] }) =>
    [line, ...releases.map(({ release, verdict, impact }) => `${release} ${impact ?? verdict}`)].join(', '),
  );
}

test('an audit by several releases has what an audit by each of them has', async () => {
  await withTree(JUDGED_BY_RELEASE, async ({ root }) => {
    const reportBy = (kernel: string): Promise<AuditReport> => jsonOf('audit', root, kernel);
    const all = await reportBy('7.1,5.4,6.12');
    assert.deepEqual(verdictsBy(all), [
      '5, 5.4 guarded, 6.12 wrong-today, 7.1 wrong-today',
      // Other releases do not compile it.
      '17, 5.4 wrong-today, 6.12 not-a-test, 7.1 not-a-test',
    ]);
    assert.deepEqual(
      all.sites.map(({ verdict }) => verdict),
      ['needs-zone-device', 'needs-zone-device'],
    );
    assert.equal(all.release, null);
    assert.deepEqual(
      all.releases?.map(({ release, mentions }) => [release, mentions]),
      [
        ['5.4', 2],
        ['6.12', 2],
        ['7.1', 2],
      ],
    );
    for (const { release, ...counts } of all.releases ?? []) {
      const { mentions, tests, byVerdict, byImpact } = (await reportBy(release)).summary;
      assert.deepEqual(counts, { mentions, tests, byVerdict, byImpact });
    }
  });
});

test('what is judged in the one release that has it is judged in an audit by several', async () => {
  await withTree(JUDGED_BY_RELEASE, async ({ root }) => {
    const report = (kernel: string): Promise<AuditReport> => jsonOf('audit', root, kernel);
    const [, old] = (await report('5.4')).sites;
    const { path, function: name, fingerprint } = old as AuditReport['sites'][number];
    const judged = { path, function: name, rule: 'reserved-conflates-zone-device', fingerprint };
    const line = JSON.stringify({ ...judged, verdict: 'false-positive', reason: 'Only old kernels have it.' });
    writeFileSync(join(root, SUPPRESSIONS_FILE), `{"pageref":"judged findings","schemaVersion":1}\n${line}\n`);
    const { sites, suppressed = [], summary } = await report('5.4,6.12');
    assert.deepEqual(
      sites.map((one) => one.line),
      [5, 17],
    );
    // 6.12 does not compile it, and what is not judged there is told.
    assert.deepEqual(
      sites[1]?.releases?.map(({ release }) => release),
      ['6.12'],
    );
    assert.equal(suppressed.length, 0);
    assert.deepEqual(summary.judged?.unused, []);
  });
});

test('an audit by several releases in each format', async () => {
  await withTree(JUDGED_BY_RELEASE, async ({ root }) => {
    const said = async (...more: string[]): Promise<string> =>
      (await spawnPageref(['audit', root, '--no-cache', '--kernel', '5.4,6.12', ...more])).stdout;
    const text = await said();
    assert.match(text, /^ {4}guarded in 5\.4\n {4}wrong-today in 6\.12$/m);
    assert.match(
      text,
      /^2 sites that need care, by release\n +5\.4 +6\.12\n.*\nmap\.c:17 demo_done +wrong-today +not-a-test$/m,
    );
    assert.match(text, /^ {2}releases +judged by 5\.4, 6\.12, given with --kernel$/m);
    assert.match(
      await said('--format', 'gcc'),
      /map\.c:17:7: warning: .* \(5\.4\) \[reserved-conflates-zone-device\]$/m,
    );
    const sarif = JSON.parse(await said('--format', 'sarif')) as { runs: { results: { properties: unknown }[] }[] };
    const properties = sarif.runs[0]?.results.map((one) => (one.properties as { releases: unknown }).releases);
    assert.deepEqual(properties, [['6.12'], ['5.4']]);
  });
});

test('what an audit by several releases cannot do is refused', async () => {
  for (const [args, line] of [
    [['--format', 'html'], 'pageref: --kernel: there is no html of several releases'],
    [['--what-if', 'no-reserved-zone-device'], 'pageref: --what-if is about one release'],
    [['--compare', '.'], 'pageref: --compare is about one release of each tree'],
  ] as const) {
    const { code, stdout, stderr } = await spawnPageref(['audit', '.', '--kernel', '5.4,6.12', ...args]);
    assert.deepEqual([code, stdout, stderr.split('\n')[0]], [2, '', line]);
  }
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

/** A module and kernels beside it, in folders of one tree. */
const BESIDE = `
//- module/Makefile
# The driver's own version.
VERSION = 6
PATCHLEVEL = 2
obj-m += demo.o
//- module/demo.c
#include <linux/demo.h>
void demo_done(struct page *page)
{
	if (!PageReserved(page))
		demo_core_put(page);
}
//- linux/Makefile
VERSION = 6
PATCHLEVEL = 1
SUBLEVEL = 9
//- linux/mm/demo.c
void demo_core_put(struct page *page)
{
	put_page(page);
}
//- outer/linux-5.4/Makefile
VERSION = 5
PATCHLEVEL = 4
//- two/a/Makefile
VERSION = 5
PATCHLEVEL = 4
//- two/b/Makefile
VERSION = 5
PATCHLEVEL = 10
//- headers/Makefile
include /usr/src/linux-headers-6.6.13-common/Makefile
//- headers/include/config/kernel.release
6.6.13+bpo-amd64
`;

interface Ran {
  readonly code: number;
  readonly stderr: string;
  readonly report: CheckReport;
}

/** Checks the module of BESIDE; paths behind --tree are folders of it. */
async function besideKernel(...options: readonly string[]): Promise<Ran> {
  return await withTree(BESIDE, async ({ root }) => {
    const given = options.map((one, at) => (options[at - 1] === '--tree' ? `${root}/${one}` : one));
    const line = ['check', `${root}/module`, '--no-cache', '--format', 'json', ...given];
    const { code, stdout, stderr } = await spawnPageref(line);
    const text = stderr.replaceAll(root, '.');
    return {
      code,
      stderr: text,
      report: JSON.parse(stdout === '' ? '{}' : stdout.replaceAll(root, '.')) as CheckReport,
    };
  });
}

/** What `uses` lists, one line for each use in a C file: path, line, name and operand. */
async function used(files: string, ...options: readonly string[]): Promise<readonly string[]> {
  return await withTree(files, async ({ root }) => {
    const args = ['uses', root, '--no-cache', '--format', 'json', '--kernel', '6.12', ...options];
    const { uses } = JSON.parse((await spawnPageref(args)).stdout) as UsesReport;
    const inCode = uses.filter(({ path }) => path.endsWith('.c'));
    return inCode.map(({ path, line, api, argument }) => `${path}:${String(line)} ${api} (${argument})`);
  });
}

test('uses lists calls of macros of a header under what they stand for', async () => {
  const files = `${COMPAT}
//- src/map.c
void demo_map(struct demo *demo, struct page *given)
{
	DEMO_PIN(demo->addr, 1, demo->pages);
	DEMO_UNPIN(given);
	demo_other(given);
}
`;
  const all = [
    'src/map.c:3 get_user_pages_fast (demo->pages)',
    'src/map.c:3 pin_user_pages_fast (demo->pages)',
    'src/map.c:4 put_page (given)',
    'src/map.c:4 unpin_user_page (given)',
  ];
  assert.deepEqual([...(await used(files))].sort(), all);
  assert.deepEqual(await used(files, '--api', 'put_page'), [all[2]]);
});

test('a macro of a header inside of a kernel is looked for by nobody', async () => {
  const kernel = `//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n//- Kconfig\n${COMPAT}//- mm/a.c\nvoid a(struct page *p)\n{\n\tDEMO_UNPIN(p);\n}\n`;
  assert.deepEqual(await used(kernel), []);
});

const PAGEMAP_IN_HEADER = `
//- demo_pmm.h
struct demo_memory {
	/* struct dev_pagemap elsewhere; */
	struct dev_pagemap pages;
};
void demo_show(struct dev_pagemap *given);
//- demo_gpu.h
#include "demo_pmm.h"
`;

/** A walk over the range of a member of the device. */
function walkOver(member: string, header = 'demo_gpu.h'): string {
  return `${PAGEMAP_IN_HEADER}
//- demo_walk.c
#include "${header}"
void demo_walk(struct demo_gpu *gpu)
{
	unsigned long pfn;

	for (pfn = PHYS_PFN(gpu->memory->${member}.range.start); pfn < gpu->last; pfn++)
		if (is_device_private_page(pfn_to_page(pfn)))
			demo_evict(gpu, pfn);
}
`;
}

test('a dev_pagemap that an included header declares is the own one', async () => {
  assert.deepEqual(await checked(walkOver('pages'), '--kernel', '6.12'), []);
});

test('what no included header declares as one is none: a comment, a parameter, a header that is not included', async () => {
  const reported = ['demo_walk.c:7 zone-device-test-unpinned'];
  assert.deepEqual(await checked(walkOver('elsewhere'), '--kernel', '6.12'), reported);
  assert.deepEqual(await checked(walkOver('given'), '--kernel', '6.12'), reported);
  assert.deepEqual(await checked(walkOver('pages', 'demo_none.h'), '--kernel', '6.12'), reported);
});

test('the Makefile of a module is no kernel, whatever versions it counts', async () => {
  const { report } = await besideKernel();
  assert.equal(report.release, null);
  assert.match(report.summary.release.detected, /not a kernel Makefile; release unknown/);
});

test('--tree gives the release, and what the functions of that kernel do', async () => {
  const { report } = await besideKernel('--tree', 'linux');
  assert.deepEqual([report.release, report.summary.release.detected], ['6.1', 'Makefile says 6.1.9, in ./linux']);
  const [finding] = report.findings;
  assert.equal(finding?.impact, 'wrong-today');
  assert.match(finding.message, /skip put_page\(\)/);
  const alone = await besideKernel('--kernel', '6.1');
  assert.deepEqual(alone.report.findings, []);
});

test('--tree finds the kernel one folder below, and the headers of a distribution by their release string', async () => {
  assert.equal((await besideKernel('--tree', 'outer')).report.release, '5.4');
  const { report } = await besideKernel('--tree', 'headers');
  assert.equal(report.summary.release.detected, 'include/config/kernel.release says 6.6.13+bpo-amd64, in ./headers');
  assert.equal(report.release, '6.6');
});

test('several kernels are several releases, and each speaks for its own', async () => {
  const { report } = await besideKernel('--tree', 'linux', '--tree', 'outer');
  assert.deepEqual(
    report.releases?.map(({ release }) => release),
    ['5.4', '6.1'],
  );
  assert.deepEqual(
    report.findings.map(({ releases }) => releases?.map(({ release }) => release)),
    [['6.1']],
  );
  const listed = await besideKernel('--tree', 'linux', '--kernel', '5.10,6.1');
  assert.deepEqual(
    listed.report.findings.map(({ releases }) => releases?.map(({ release }) => release)),
    [['6.1']],
  );
});

test('a kernel that is none, or another than named, is refused', async () => {
  for (const [options, says] of [
    [['--tree', 'module'], /^pageref: --tree: no kernel in \.\/module: /],
    [['--tree', 'two'], /^pageref: --tree: more than one kernel in \.\/two: name one of \.\/two\/a, \.\/two\/b/],
    [['--tree', 'nowhere'], /^pageref: --tree: no such folder: \.\/nowhere/],
    [
      ['--tree', 'linux', '--kernel', '6.12'],
      /^pageref: --tree: "\.\/linux" is Linux 6\.1, which --kernel does not name/,
    ],
    [['--tree', 'outer', '--tree', 'two/a'], /^pageref: --tree: .* are both Linux 5\.4/],
  ] as const) {
    const { code, stderr } = await besideKernel(...options);
    assert.deepEqual([code, says.test(stderr), stderr], [2, true, stderr]);
  }
  await withTree(BESIDE, async ({ root }) => {
    const { code, stderr } = await spawnPageref(['check', `${root}/linux`, '--tree', `${root}/outer`]);
    assert.deepEqual([code, stderr.includes('--tree is for code outside of a kernel')], [2, true]);
  });
});

test('a folder around one kernel is judged by the release of that kernel', async () => {
  const around = BESIDE.replace(/^\/\/- (outer|two|headers)[^]*/m, '');
  await withTree(around, async ({ root }) => {
    const { stdout } = await spawnPageref(['check', root, '--no-cache', '--format', 'json']);
    const { release, findings } = JSON.parse(stdout) as CheckReport;
    assert.deepEqual(
      [release, findings.map(({ path, impact }) => [path, impact])],
      ['6.1', [['module/demo.c', 'wrong-today']]],
    );
  });
});

/** A test of the reserved bit that only an arch with ZONE_DEVICE is wrong about. */
const RESERVED_ONLY = `
int demo_isolate(unsigned long pfn)
{
	struct page *page;

	if (!pfn_valid(pfn))
		return 0;
	page = pfn_to_page(pfn);
	if (PageReserved(page))
		return -EBUSY;
	get_page(page);
	demo_remember(page);
	return 0;
}`;

test('a folder around one kernel knows the arches of its files', async () => {
  const around = `
//- linux/Makefile
VERSION = 5
PATCHLEVEL = 6
SUBLEVEL = 0
//- linux/Kbuild
# of a kernel
//- linux/mm/Kconfig
config ARCH_HAS_PTE_DEVMAP
	bool
config ZONE_DEVICE
	bool "Device memory"
	depends on ARCH_HAS_PTE_DEVMAP
//- linux/arch/x86/Kconfig
config X86
	def_bool y
	select ARCH_HAS_PTE_DEVMAP
//- linux/arch/ia64/Kconfig
config IA64
	bool
	default y
//- linux/arch/ia64/x.c
${RESERVED_ONLY}
//- linux/arch/x86/x.c
${RESERVED_ONLY}
`;
  await withTree(around, async ({ root }) => {
    for (const [path, below] of [
      [root, 'linux/'],
      [`${root}/linux`, ''],
    ] as const) {
      const { stdout } = await spawnPageref(['check', path, '--no-cache', '--format', 'json']);
      const { findings } = JSON.parse(stdout) as CheckReport;
      assert.deepEqual([...new Set(findings.map((one) => one.path))], [`${below}arch/x86/x.c`]);
    }
  });
});

test('--define says what the build has found, over what the file says', async () => {
  const files = `
//- pin.c
int demo_pin(unsigned long addr, int n, struct page **pages)
{
#ifdef HAVE_PIN
	return pin_user_pages_fast(addr, n, FOLL_WRITE, pages) < n ? -EFAULT : 0;
#else
	return get_user_pages_fast(addr, n, FOLL_WRITE, pages) == n ? 0 : -ENOMEM;
#endif
}
//- .pageref.json
{ "schemaVersion": 1, "model": [], "defines": { "HAVE_PIN": true } }
`;
  const lines = (...options: readonly string[]): Promise<readonly string[]> =>
    checked(files, '--kernel', '6.12', ...options);
  assert.deepEqual(await lines(), ['pin.c:4 short-pin']);
  assert.deepEqual(await lines('--define', 'HAVE_PIN=0'), ['pin.c:6 short-pin']);
  assert.deepEqual(await lines('--define', 'HAVE_PIN=0', '--define', 'HAVE_PIN'), ['pin.c:4 short-pin']);
});

test('what is no macro is refused, on the command line and in the file', async () => {
  await withTree(
    '//- a.c\nint a;\n//- .pageref.json\n{ "schemaVersion": 1, "model": [], "defines": { "A-B": true, "C": 2 } }\n',
    async ({ root }) => {
      const given = await spawnPageref(['check', root, '--define', 'HAVE-PIN']);
      assert.deepEqual(
        [given.code, given.stderr.split('\n')[0]],
        [2, 'pageref: --define: "HAVE-PIN" is no macro that is defined or not'],
      );
      const { code, stderr } = await spawnPageref(['check', root]);
      assert.equal(code, 2);
      assert.match(stderr, /\.pageref\.json:1:\d+: "A-B" is no C identifier/);
      assert.match(stderr, /\.pageref\.json:1:\d+: .*(boolean|true)/);
    },
  );
});

const OWN_HEADERS = `
//- src/alloc.c
#include <linux/gfp.h>
#include "err.h"
int demo_alloc(struct demo *demo, int order)
{
	int status = 0;

	demo->page = alloc_pages(GFP_KERNEL, order);
	if (!demo->page)
		FAIL(-ENOMEM);
	if (demo_map(demo)) {
		__free_pages(demo->page, order);
		return -EIO;
	}
fail:
	return status;
}
//- src/touch.c
#include "err.h"
int demo_touch(struct demo *demo, int order)
{
	struct page *page = alloc_pages(GFP_KERNEL, order);
	int status = page ? DEMO_OK : DEMO_BUSY;

	CHECK(status);
	if (demo_map(demo, page)) {
		__free_pages(page, order);
		return -EIO;
	}
	demo->page = page;
	return 0;
}
int demo_forget(struct demo *demo, int order)
{
	struct page *page = alloc_pages(GFP_KERNEL, order);

	if (!page)
		return -ENOMEM;
	CHECK(demo_map(demo));
	__free_pages(page, order);
	return 0;
}
//- src/old.c
#include "compat.h"
int demo_old(struct demo *demo, unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, FOLL_WRITE, &page) != 1)
		return -EFAULT;
#ifdef DEMO_OLD
	if (demo->dead)
		return -EIO;
#endif
#ifndef DEMO_NEW
	if (demo->gone)
		return -EIO;
#endif
	put_page(page);
	return 0;
}
//- inc/err.h
#ifndef ERR_H
#define ERR_H
#define FAIL(err)		\\
	do {			\\
		status = err;	\\
		goto fail;	\\
	} while (0)
#define RETURN_ON(failed, err)	\\
	do {			\\
		if (failed)	\\
			return err;	\\
	} while (0)
#define CHECK(err)	RETURN_ON((err) < 0, err)
enum demo_status { DEMO_OK, DEMO_BUSY = -3 };
#endif
//- src/compat.h
#ifndef COMPAT_H
#define COMPAT_H
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)
#define DEMO_OLD
#else
#define DEMO_NEW 1
#endif
#endif
`;

test('what headers of a module define counts for the files that include them', async () => {
  assert.deepEqual(await checked(OWN_HEADERS, '--kernel', '6.12'), ['src/touch.c:21 get-without-put']);
  assert.deepEqual(await checked(OWN_HEADERS, '--kernel', '5.4'), [
    'src/old.c:10 get-without-put',
    'src/touch.c:21 get-without-put',
  ]);
});

test('a header that has changed is read again, whatever is kept', async () => {
  await withTree(OWN_HEADERS, async ({ root }) => {
    const said = async (): Promise<readonly string[]> => {
      const env = { PAGEREF_CACHE_DIR: join(root, '.cache') };
      const { stdout } = await spawnPageref(['check', root, '--format', 'json', '--kernel', '6.12'], env);
      return (JSON.parse(stdout) as CheckReport).findings.map(({ path, line }) => `${path}:${String(line)}`);
    };
    assert.deepEqual(await said(), ['src/touch.c:21']);
    writeFileSync(join(root, 'inc/err.h'), '#define FAIL(err) demo_fail(err)\n#define CHECK(err) demo_check(err)\n');
    assert.deepEqual(await said(), ['src/alloc.c:11', 'src/touch.c:9']);
  });
});
