import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from 'pageref/dist/cli/cache-folder.js';
import { audit } from 'pageref/dist/runs/index.js';
import { inferTree } from 'pageref/dist/knowledge/infer-tree.js';
import { openTree } from 'pageref/dist/project/tree.js';
import { RememberingScanner } from 'pageref/dist/search/cached-scanner.js';
import { scanTree } from 'pageref/dist/search/scanner.js';
import type { ScanResult } from 'pageref/dist/search/scanner.js';
import { cacheFile } from 'pageref/dist/vfs/cache.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** What runs keep for one another: it makes them faster and nothing else. */

async function withFolder<T>(body: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pageref-cache-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a cache file gives back what it was given', () =>
  withFolder((folder) => {
    const file = cacheFile(join(folder, 'new', 'folder'), 'kind', '/a tree');
    assert.equal(file.load(), undefined);
    file.save('one\ntwo \u00e9\n');
    assert.equal(file.load(), 'one\ntwo \u00e9\n');
    assert.equal(cacheFile(join(folder, 'new', 'folder'), 'kind', '/another tree').load(), undefined);
    assert.equal(statSync(join(folder, 'new', 'folder')).mode & 0o077, 0, 'nobody else reads it');
  }));

test('a cache file that is torn, was changed or is of another program is as good as none', () =>
  withFolder((folder) => {
    const file = cacheFile(folder, 'kind', 'what');
    file.save('{"long":"text"}');
    const path = join(folder, readdirSync(folder)[0] ?? '');
    const text = readFileSync(path, 'utf8');
    const damaged = [
      '',
      '\n',
      text.slice(0, -1),
      `${text} `,
      text.replace('long', 'lung'),
      text.replace(/"program":"./, '"program":"x'),
      text.replace('what', 'that'),
      text.replace('\n', ''),
    ];
    for (const wrong of damaged) {
      writeFileSync(path, wrong);
      assert.equal(file.load(), undefined, JSON.stringify(wrong));
    }
    writeFileSync(path, text);
    assert.equal(file.load(), '{"long":"text"}');
  }));

test('a folder that cannot be written is no reason to fail; one that fills up is emptied', () =>
  withFolder((folder) => {
    writeFileSync(join(folder, 'file'), '');
    cacheFile(join(folder, 'file'), 'kind', 'what').save('body');
    for (let at = 0; at < 60; at++) cacheFile(folder, 'kind', `tree ${String(at)}`).save('body');
    assert.ok(readdirSync(folder).length <= 25, readdirSync(folder).join());
    assert.equal(cacheFile(folder, 'kind', 'tree 59').load(), 'body');
  }));

test('where the cache is', () => {
  const folder = (env: Record<string, string>, platform: NodeJS.Platform = 'linux', cache = true): string | undefined =>
    cacheFolder({ env }, { cache }, platform);
  assert.equal(folder({ HOME: '/home/a' }), '/home/a/.cache/pageref');
  assert.equal(folder({ HOME: '/home/a', XDG_CACHE_HOME: '/var/c' }), '/var/c/pageref');
  assert.equal(folder({ HOME: '/home/a', XDG_CACHE_HOME: 'not/absolute' }), '/home/a/.cache/pageref');
  assert.equal(folder({ HOME: '/Users/a', XDG_CACHE_HOME: '/var/c' }, 'darwin'), '/Users/a/Library/Caches/pageref');
  assert.equal(folder({ HOME: '/home/a', PAGEREF_CACHE_DIR: '/fast' }), '/fast');
  assert.equal(folder({ HOME: '/home/a', PAGEREF_CACHE_DIR: 'off' }), undefined);
  assert.equal(folder({ HOME: '/home/a', PAGEREF_CACHE_DIR: 'relative' }), undefined);
  assert.equal(folder({ HOME: '/home/a' }, 'linux', false), undefined);
  assert.equal(folder({}), undefined);
});

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
  const scanner = new RememberingScanner({ root, jobs: 2 }, cacheFile(folder, 'searches', root), before);
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
      const scanner = new RememberingScanner({ root, jobs: 1 }, cacheFile(folder, 'searches', root), TRUSTED);
      try {
        const { matches } = await scanner.scan({ names: ['get_page'], files: ['mm/b.c'] });
        assert.deepEqual(matches, [{ path: 'mm/b.c', names: ['get_page'] }]);
        await scanner.remember();
        assert.deepEqual(readdirSync(folder), []);
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
        const opened = await openTree(tree.root, '4.20');
        const found = await inferTree(opened, { jobs: 2, ...(kept && { cache }) });
        return JSON.stringify([found, [...found.files]]);
      };
      const rounds = (): string => {
        const [name] = readdirSync(cache).filter((one) => one.startsWith('rounds'));
        return name === undefined
          ? ''
          : readFileSync(join(cache, name), 'utf8') + String(statSync(join(cache, name)).ino);
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
        const report = await audit({ root: tree.root, jobs: 1, ...(kept && { cache }) });
        return JSON.stringify(report);
      };
      await sleep(2100);
      const plain = await judge(false);
      assert.equal(await judge(true), plain);
      const looks = (): string[] => readdirSync(cache).filter((name) => name.startsWith('looks'));
      assert.equal(looks().length, 1);
      const kept = readFileSync(join(cache, looks()[0] ?? ''), 'utf8');
      assert.match(kept, /drop\.c/);
      assert.equal(await judge(true), plain);
      assert.equal(readFileSync(join(cache, looks()[0] ?? ''), 'utf8'), kept);

      tree.write('arch/able/Kconfig', 'config ABLE\n\tdef_bool y\n\tselect ARCH_HAS_PTE_DEVMAP\n');
      const able = await judge(false);
      assert.notEqual(able, plain);
      assert.equal(await judge(true), able);
    }),
  ));
