import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { audit, check } from 'pageref/dist/runs/index.js';
import { CachedScanner } from 'pageref/dist/search/cached-scanner.js';
import { scanTree } from 'pageref/dist/search/scanner.js';
import type { ScanResult } from 'pageref/dist/search/scanner.js';
import { cacheFile } from 'pageref/dist/vfs/cache.js';
import { inferTree } from '../support/infer.js';
import { keptIn, withFolder } from '../support/cache.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** What runs keep for one another: it makes them faster and nothing else. */

const FILES = `
//- mm/a.c
put_page(page);
//- mm/b.c
get_page(page);
//- mm/both.c
get_page(page); put_page(page);
//- mm/none.c
int none;
//- drivers/d.h
put_page(page);
`;
/** Every file counts as settled, however young it is. */
const TRUSTED = Date.now() + 1e9;

/** One search with the cache in `folder`, which has to find what a search without finds; gives the bytes it had to read. */
async function search(
  { root }: Tree,
  folder: string,
  names = ['put_page', 'get_page'],
  before?: number,
): Promise<number> {
  const scanner = new CachedScanner({ root, jobs: 2 }, cacheFile(folder, 'searches', root), before);
  const told: unknown[] = [];
  try {
    const result = await scanner.scan({ names, onMatch: (match) => told.push(match) });
    await scanner.remember();
    const plain = await scanTree({ root, jobs: 1, names });
    assert.deepEqual(withoutBytes(result), withoutBytes(plain));
    assert.equal(told.length, plain.matches.length);
    return result.bytesRead;
  } finally {
    scanner.close();
  }
}

function withoutBytes({ bytesRead: _bytesRead, ...result }: ScanResult): Omit<ScanResult, 'bytesRead'> {
  return result;
}

test('files that have not changed are not read again, for the same names', () =>
  withTree(FILES, (tree) =>
    withFolder(async (folder) => {
      const all = await search(tree, folder, undefined, TRUSTED);
      assert.ok(all > 0);
      assert.equal(await search(tree, folder, undefined, TRUSTED), 0);
      assert.equal(
        await search(tree, folder, ['none', 'get_page'], TRUSTED),
        all,
        'other names are looked for everywhere',
      );
      assert.equal(await search(tree, folder, ['none', 'get_page'], TRUSTED), 0);
      assert.equal(await search(tree, folder, undefined, TRUSTED), 0, 'and the first ones are still known');
    }),
  ));

test('names that an earlier search looked for among others are not looked for again', () =>
  withTree(FILES, (tree) =>
    withFolder(async (folder) => {
      await search(tree, folder, undefined, TRUSTED);
      assert.equal(await search(tree, folder, ['get_page'], TRUSTED), 0);
      const now = 'get_page(now);\n';
      tree.write('mm/a.c', now);
      assert.equal(await search(tree, folder, ['put_page'], TRUSTED), now.length);
      assert.equal(await search(tree, folder, ['get_page'], TRUSTED), now.length);
      assert.equal(await search(tree, folder, ['get_page'], TRUSTED), 0);
      assert.ok((await search(tree, folder, ['get_page', 'none'], TRUSTED)) > now.length, 'one name is new');
    }),
  ));

test('files that are new, changed, gone or cannot be read', () =>
  withTree(FILES, (tree) =>
    withFolder(async (folder) => {
      const other = ['none'];
      // More than a file may have: it is named as unreadable every time.
      tree.write('mm/big.c', '');
      truncateSync(join(tree.root, 'mm/big.c'), 65 * 1024 * 1024);
      await search(tree, folder, undefined, TRUSTED);
      await search(tree, folder, other, TRUSTED);
      tree.write('mm/a.c', 'nothing here\n');
      assert.equal(await search(tree, folder, undefined, TRUSTED), 'nothing here\n'.length);
      tree.write('mm/none.c', 'int none; put_page(none);\n');
      tree.write('fs/new.c', 'get_page(none);\n');
      rmSync(join(tree.root, 'mm/b.c'));
      await search(tree, folder, undefined, TRUSTED);
      await search(tree, folder, other, TRUSTED);
      rmSync(join(tree.root, 'drivers'), { recursive: true });
      await search(tree, folder, other, TRUSTED);
      await search(tree, folder, undefined, TRUSTED);
      assert.equal(await search(tree, folder, undefined, TRUSTED), 0);
    }),
  ));

test('a file that was changed a moment ago is read again', () =>
  withTree(FILES, (tree) =>
    withFolder(async (folder) => {
      const all = await search(tree, folder);
      assert.equal(await search(tree, folder), all);
    }),
  ));

test('a search of some files asks no cache and leaves none', () =>
  withTree(FILES, ({ root }) =>
    withFolder(async (folder) => {
      const scanner = new CachedScanner({ root, jobs: 1 }, cacheFile(folder, 'searches', root), TRUSTED);
      try {
        const { matches } = await scanner.scan({ names: ['get_page'], files: ['mm/b.c'] });
        assert.deepEqual(matches, [{ path: 'mm/b.c', names: ['get_page'] }]);
        await scanner.remember();
        assert.deepEqual(keptIn(folder), []);
      } finally {
        scanner.close();
      }
    }),
  ));

const GUEST = `
//- virt/guest.c
bool guest_is_reserved_pfn(unsigned long pfn)
{
	return PageReserved(pfn_to_page(pfn));
}
//- virt/user.c
void guest_release_pfn(unsigned long pfn)
{
	if (!guest_is_reserved_pfn(pfn))
		put_page(pfn_to_page(pfn));
}
`;

test('the inference gives the same with what the run before has kept, and after an edit what it gives without', () =>
  withTree(GUEST, (tree) =>
    withFolder(async (cache) => {
      const infer = async (kept: boolean): Promise<string> => {
        const found = await inferTree(tree.root, { jobs: 2, release: '4.20', ...(kept && { cache }) });
        return JSON.stringify([found, [...found.files]]);
      };
      const rounds = (): string => {
        const [path] = keptIn(cache, 'rounds');
        return path === undefined ? '' : readFileSync(path, 'utf8') + String(statSync(path).ino);
      };
      // Files younger than two seconds are not trusted.
      await sleep(2100);
      const plain = await infer(false);
      assert.equal(await infer(true), plain);
      const kept = rounds();
      assert.match(kept, /guest_release_pfn/);
      assert.equal(await infer(true), plain);
      assert.equal(rounds(), kept, 'nothing was new');

      tree.write(
        'virt/guest.c',
        'bool guest_is_reserved_pfn(unsigned long pfn)\n{\n\tstruct page *page = pfn_to_page(pfn);\n\n' +
          '\treturn PageReserved(page) && !is_zone_device_page(page);\n}\n',
      );
      const edited = await infer(false);
      assert.notEqual(edited, plain);
      assert.equal(await infer(true), edited, 'what the other file gave rests on the one that changed');
    }),
  ));

const ARCHES = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- Kconfig
source "mm/Kconfig"
source "arch/$(SRCARCH)/Kconfig"
//- mm/Kconfig
config ARCH_HAS_PTE_DEVMAP
	bool
config ZONE_DEVICE
	bool "device memory"
	depends on ARCH_HAS_PTE_DEVMAP
//- arch/able/Kconfig
config ABLE
	def_bool y
//- arch/able/mm/drop.c
void drop(struct page *page)
{
	if (!PageReserved(page))
		put_page(page);
}
`;

test('an audit gives the same with what the run before has kept, also after an edit of a file that is no C', () =>
  withTree(ARCHES, (tree) =>
    withFolder(async (cache) => {
      const judge = async (kept: boolean): Promise<string> => {
        const report = await audit({ paths: [tree.root], jobs: 1, ...(kept && { cache }) });
        return JSON.stringify(report);
      };
      await sleep(2100);
      const plain = await judge(false);
      assert.equal(await judge(true), plain);
      const looks = (): string[] => keptIn(cache, 'files');
      assert.equal(looks().length, 1);
      const kept = readFileSync(looks()[0] ?? '', 'utf8');
      assert.match(kept, /drop\.c/);
      assert.equal(await judge(true), plain);
      assert.equal(readFileSync(looks()[0] ?? '', 'utf8'), kept);

      tree.write('arch/able/Kconfig', 'config ABLE\n\tdef_bool y\n\tselect ARCH_HAS_PTE_DEVMAP\n');
      const able = await judge(false);
      assert.notEqual(able, plain);
      assert.equal(await judge(true), able);
    }),
  ));

/** What tells a file of the cache that was written anew from one that was not. */
function marksOf(folder: string): string[] {
  return keptIn(folder).map((path) => `${path} ${String(statSync(path).ino)}`);
}

test('a check of some files leaves what is kept of the whole tree, and keeps its own', () =>
  withTree(`//- Makefile\nVERSION = 4\nPATCHLEVEL = 20\n${GUEST}`, (tree) =>
    withFolder(async (cache) => {
      const judge = async (paths: readonly string[], kept = true): Promise<string> => {
        const options = { paths: paths.map((path) => join(tree.root, path)), jobs: 1 };
        return JSON.stringify(await check({ ...options, ...(kept && { cache }) }));
      };
      const PARTS = [['virt/guest.c'], ['virt']];
      await sleep(2100);
      const plain = await judge(['.'], false);
      assert.equal(await judge(['.']), plain);
      const whole = marksOf(cache);
      assert.equal(whole.length, 3, whole.join());
      for (const part of PARTS) assert.equal(await judge(part), await judge(part, false));
      const all = marksOf(cache);
      assert.deepEqual(
        whole.filter((mark) => !all.includes(mark)),
        [],
      );
      assert.equal(all.filter((mark) => mark.includes('rounds-part')).length, PARTS.length);
      for (const part of [['.'], ...PARTS]) await judge(part);
      assert.deepEqual(marksOf(cache), all, 'nothing was new');

      tree.write('virt/guest.c', 'bool guest_is_reserved_pfn(unsigned long pfn)\n{\n\treturn pfn_valid(pfn);\n}\n');
      for (const part of [['.'], ...PARTS]) assert.equal(await judge(part), await judge(part, false), 'after an edit');
    }),
  ));

const FAR = `
//- Makefile
VERSION = 6
PATCHLEVEL = 1
//- virt/guest.h
static inline void drop_guest(struct page *page)
{
	put_page(page);
}
//- virt/guest.c
#include "guest.h"
bool guest_is_reserved_pfn(unsigned long pfn)
{
	return PageReserved(pfn_to_page(pfn));
}
void guest_release_pfn(unsigned long pfn)
{
	if (!guest_is_reserved_pfn(pfn))
		drop_guest(pfn_to_page(pfn));
}
//- virt/user.c
#include "guest.h"
void guest_unmap(unsigned long pfn)
{
	if (!guest_is_reserved_pfn(pfn))
		drop_guest(pfn_to_page(pfn));
	guest_release_pfn(pfn);
}
`;

test('what is kept of the rounds says the same after the code of a header has changed, for all rules', () =>
  withTree(FAR, (tree) =>
    withFolder(async (cache) => {
      const said = async (kept: boolean): Promise<readonly string[]> => {
        const { findings } = await check({ paths: [tree.root], jobs: 1, ...(kept && { cache }) });
        return findings.map((one) => JSON.stringify(one));
      };
      await sleep(2100);
      const plain = await said(false);
      assert.ok(plain.some((one) => one.includes('reserved-wrapper')));
      assert.deepEqual(await said(true), plain);
      assert.equal(keptIn(cache, 'rounds').length, 1);
      tree.write(
        'virt/guest.h',
        'static inline void drop_guest(struct page *page)\n{\n\tflush_dcache_page(page);\n}\n',
      );
      const edited = await said(false);
      assert.notDeepEqual(edited, plain);
      assert.deepEqual(await said(true), edited);
    }),
  ));
