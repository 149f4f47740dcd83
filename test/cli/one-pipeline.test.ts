import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AuditReport, CheckReport, ContractsReport, UsesReport } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref } from '../support/cli.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** What one command says of a line, the others say too: with other files of the tree, with judgements, with any paths. */

const MAKEFILE = '//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n';

interface Reports {
  audit: AuditReport;
  check: CheckReport;
  uses: UsesReport;
  contracts: ContractsReport;
}

async function report<Name extends keyof Reports>(
  name: Name,
  { root }: Tree,
  args: readonly string[],
  stdin = '',
): Promise<Reports[Name]> {
  const { stdout, stderr } = await pageref([name, ...args, '--no-cache', '--format', 'json'], {
    cwd: root,
    engine,
    stdin,
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Reports[Name];
}

const USER = `
void touch(unsigned long pfn)
{
	struct page *page;

	if (pfn_valid(pfn)) {
		page = pfn_to_page(pfn);
		if (my_is_dev(page))
			return;
		SetPageDirty(page);
	}
}
`;
const ASKS = '\nbool my_is_dev(struct page *page)\n{\n\treturn is_zone_device_page(page);\n}\n';

/** What a check says of mm/user.c: of the tree, of the file, and of its text from standard input. */
async function saidOfUser(helper: string): Promise<number[]> {
  let said: number[] = [];
  await withTree(`${MAKEFILE}//- mm/user.c${USER}//- mm/helper.c${helper}`, async (tree) => {
    const stdin = ['--stdin', '--stdin-filename', 'mm/user.c'];
    const runs = [
      await report('check', tree, ['.']),
      await report('check', tree, ['mm/user.c']),
      await report('check', tree, stdin, USER),
    ];
    said = runs.map(({ findings }) => findings.length);
  });
  return said;
}

test('a text from standard input is judged with the functions of other files, as the tree is', async () => {
  assert.deepEqual(await saidOfUser(ASKS), [0, 0, 0]);
  assert.deepEqual(await saidOfUser(ASKS.replace('is_zone_device_page', 'PageHighMem')), [1, 1, 1]);
});

const CALLED = `
void note_page(struct page *page)
{
	if (PageReserved(page))
		return;
	put_page(page);
}
`;

function caller(source: string): string {
  return `\nvoid one(unsigned long addr)\n{\n\tstruct page *page;\n\n\tif (${source})\n\t\tnote_page(page);\n}\n`;
}

/** Places that audit and check speak of. */
async function placesOf(source: string): Promise<{ audit: string[]; check: string[]; fix: boolean }> {
  let places = { audit: [] as string[], check: [] as string[], fix: false };
  await withTree(`${MAKEFILE}//- mm/a.c${CALLED}//- mm/b.c${caller(source)}`, async (tree) => {
    const { sites } = await report('audit', tree, ['.']);
    const { findings } = await report('check', tree, ['.', '--rule', 'reserved-conflates-zone-device']);
    const plan = await engine.planFixes({ paths: [tree.root], jobs: 1 });
    places = {
      audit: sites.filter(({ verdict }) => verdict === 'needs-zone-device').map(({ path }) => path),
      check: findings.map(({ path }) => path),
      fix: plan.files.length > 0,
    };
  });
  return places;
}

test('what callers in another file hand in counts for check and fix as it does for an audit', async () => {
  assert.deepEqual(await placesOf('(page = alloc_page(GFP_KERNEL))'), { audit: [], check: [], fix: false });
  const leaks = await placesOf('get_user_pages_fast(addr, 1, 1, &page) == 1');
  assert.deepEqual(leaks, { audit: ['mm/a.c'], check: ['mm/a.c'], fix: true });
});

test('what is judged is silent in audit and fix too, and counted', () =>
  withTree(
    `${MAKEFILE}//- mm/a.c${CALLED}//- mm/b.c${caller('get_user_pages_fast(addr, 1, 1, &page) == 1')}`,
    async (tree) => {
      const run = (...args: readonly string[]) => pageref([...args, '--no-cache'], { cwd: tree.root, engine });
      assert.equal((await run('audit', '.')).code, 1);
      assert.match((await run('fix', '.', '--format', 'diff')).stdout, /is_zone_device_page/);
      const { stdout } = await run('baseline', '.', '--reason', 'known');
      tree.write('.pageref-judged.jsonl', stdout);
      const audited = await run('audit', '.');
      assert.equal(audited.code, 0);
      assert.match(audited.stdout, /judged, silent +1/);
      assert.equal((await run('fix', '.', '--format', 'diff')).stdout, '');
      const { suppressed, sites } = (await report('audit', tree, ['.'])) as unknown as Listed;
      assert.deepEqual([suppressed.map(({ path }) => path), sites], [['mm/a.c'], []]);
    },
  ));

/** Sites and judged ones in the JSON of an audit. */
interface Listed {
  readonly sites: readonly unknown[];
  readonly suppressed: readonly { readonly path: string }[];
}

const OLD = `//- Makefile\nVERSION = 6\nPATCHLEVEL = 1\n//- mm/a.c${CALLED}//- fs/b.c${caller('get_user_pages_fast(addr, 1, 1, &page) == 1')}`;

test('several trees in one command line are judged by their own release each', () =>
  withTree(OLD, (old) =>
    withTree(OLD.replace('PATCHLEVEL = 1\n', 'PATCHLEVEL = 12\n'), async (fresh) => {
      const run = (...args: readonly string[]) => pageref([...args, '--no-cache'], { cwd: old.root, engine });
      for (const name of ['audit', 'check', 'uses', 'contracts'] as const) {
        const alone = await Promise.all(
          [old, fresh].map(async ({ root }) => (await run(name, root, '--format', 'json')).stdout),
        );
        const both = await run(name, join(old.root, 'mm'), fresh.root, join(old.root, 'fs'), '--format', 'json');
        const [first = '', second = ''] = both.stdout.split(/(?<=^}\n)/m);
        assert.match(first, /"release": "6\.1"/);
        assert.equal(second, alone[1], name);
        assert.equal(both.code, name === 'audit' || name === 'check' ? 1 : 0);
      }
      assert.match((await run('audit', old.root, fresh.root)).stdout, /6\.1 \(Makefile[^]*6\.12 \(Makefile/);
      const refused = await run('audit', old.root, fresh.root, '--format', 'sarif');
      assert.deepEqual([refused.code, refused.stdout], [2, '']);
      assert.match(refused.stderr, /--format sarif shows one tree/);
      assert.match((await run('audit', old.root, join(old.root, 'none'))).stderr, /no such file or folder/);
    }),
  ));

test('every command takes a file and a folder in a tree, by the release of the tree', () =>
  withTree(OLD, async (tree) => {
    for (const name of ['audit', 'check', 'uses', 'contracts'] as const) {
      for (const path of ['mm', 'mm/a.c', join(tree.root, 'mm')]) {
        const { release, root, summary } = await report(name, tree, [path]);
        assert.deepEqual([release, root], ['6.1', tree.root], `${name} ${path}`);
        assert.match(summary.release.detected, /Makefile/);
      }
    }
    const { sites } = await report('audit', tree, ['mm', 'fs']);
    assert.deepEqual(
      sites.map(({ path, verdict, reason }) => [path, verdict, reason.contract]),
      [['mm/a.c', 'needs-zone-device', 'get_user_pages_fast']],
    );
    assert.deepEqual(await report('audit', tree, ['mm']), {
      ...(await report('audit', tree, ['.'])),
      summary: (await report('audit', tree, ['mm'])).summary,
    });
  }));
