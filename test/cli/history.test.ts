import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import * as engine from 'pageref/dist/runs/index.js';
import { compareVersions } from 'pageref/dist/runs/history/revisions.js';
import { pageref } from '../support/cli.js';
import type { Outcome } from '../support/cli.js';
import { REPOSITORY } from '../support/golden.js';
import { KERNEL, withRepository } from '../support/history.js';
import type { TestRepository } from '../support/history.js';
import { saidOnDisk, saidThere } from '../support/history-said.js';
import type { SaidThere } from '../support/history-said.js';
import { withTree } from '../support/tree.js';

/** What `history` says of repositories built here: planted changes are named with their commits, by the whole program. */

const TEST = `int kept(struct page *page)
{
	if (PageReserved(page))
		return 0;
	put_page(page);
	return 1;
}
`;
const GUARDED = `int kept(struct page *page)
{
	if (is_zone_device_page(page))
		return 1;
	if (PageReserved(page))
		return 0;
	put_page(page);
	return 1;
}
`;
const LEAK = `int leaks(struct device *dev)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	clear_highpage(page);
	demo_write(dev, PAGE_SIZE);
	return 0;
}
`;
const FIXTURE = `${KERNEL}//- mm/a.c\n${TEST}//- mm/other.c\nint other;\n`;

interface Report {
  readonly columns: readonly { revision: string | null; commit: string | null; counts: Record<string, number> }[];
  readonly rows: readonly {
    id: string;
    kind: 'test' | 'finding';
    rule: string;
    function: string;
    spans: readonly { from: number; to: number; state: string; path: string; line: number; fingerprint: string }[];
  }[];
  readonly events: readonly { what: string; id: string; row: number; column: number; before: string; after: string }[];
  readonly bisections?: readonly { what: string; commit: string; subject: string; onBranch: boolean }[];
}

async function history(root: string, ...args: readonly string[]): Promise<Outcome> {
  return await pageref(['history', root, '--no-cache', ...args], { engine });
}

async function report(root: string, ...args: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await history(root, '--format', 'json', ...args);
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Report;
}

/** Events of a function as "came 2 null -> warning", by column. */
function eventsOf({ rows, events }: Report, name: string): string[] {
  return events
    .filter(({ row }) => rows.at(row)?.function === name && rows.at(row)?.kind === 'test')
    .map(({ what, column, before, after }) => `${what} ${column} ${before} -> ${after}`);
}

test('each planted change is named with its commit, and what only moved or was renamed is no event', async () => {
  await withRepository(FIXTURE, async (repository) => {
    repository.write('mm/a.c', `/* moved */\n${TEST}`);
    repository.commit('Move lines');
    repository.git('mv', 'mm/a.c', 'mm/b.c');
    repository.commit('Rename the file');
    repository.write('mm/b.c', `/* moved */\n${GUARDED}`);
    const guarded = repository.commit('Ask for device pages first');
    repository.write('mm/b.c', '/* moved */\n');
    const gone = repository.commit('Drop the function');
    const found = await report(repository.root, '--revs', 'v6.12..HEAD');
    assert.deepEqual(eventsOf(found, 'kept'), [
      'changed 3 needs-zone-device/wrong-today -> guarded',
      'went 4 guarded -> null',
    ]);
    assert.equal(found.columns[3]?.commit, guarded);
    assert.equal(found.columns[4]?.commit, gone);
    assert.deepEqual(
      found.rows
        .filter(({ kind }) => kind === 'test')
        .map(({ spans }) => spans.map(({ path, line }) => `${path}:${line}`)),
      [['mm/a.c:3', 'mm/a.c:4', 'mm/b.c:4', 'mm/b.c:6']],
    );
  });
});

test('text says what came with commit, date and subject, in short lines, and exits with 1', async () => {
  await withRepository(FIXTURE, async (repository) => {
    repository.write('mm/other.c', LEAK);
    const id = repository.commit('Add a leak');
    const { stdout, code } = await history(repository.root, '--revs', 'v6.12..HEAD');
    assert.match(stdout, new RegExp(`^HEAD  \\d{4}-\\d\\d-\\d\\d  Add a leak \\(${id.slice(0, 12)}\\)$`, 'm'));
    assert.match(stdout, /^ {2}\+ mm\/other\.c:9:\d+\n {6}warning: get-without-put in leaks \[[0-9a-f]{12}\]$/m);
    assert.equal(Math.max(...stdout.split('\n').map(({ length }) => length)) <= 100, true);
    assert.equal(code, 1);
  });
});

test('JSON is as the schema says', async () => {
  const schema = JSON.parse(
    readFileSync(join(REPOSITORY, 'shared/schemas/pageref-history.schema.json'), 'utf8'),
  ) as object;
  await withRepository(FIXTURE, async (repository) => {
    repository.write('mm/other.c', LEAK);
    repository.commit('Add a leak');
    const found = await report(repository.root, '--revs', 'v6.12..HEAD');
    const validate = new Ajv({ strict: false }).compile(schema);
    assert.ok(validate(found), JSON.stringify(validate.errors));
  });
});

function inColumn({ rows }: Report, column: number): readonly SaidThere[] {
  return rows.flatMap((row) =>
    row.spans.filter(({ from, to }) => from <= column && column <= to).map((span) => ({ ...row, ...span })),
  );
}

test('every revision says what audit and check say of its files on disk, whatever came before it', async () => {
  await withRepository(FIXTURE, async (repository) => {
    const wrapper = 'bool is_ram(struct page *page)\n{\n\treturn !PageReserved(page);\n}\n';
    const user = 'void use(struct page *page)\n{\n\tif (is_ram(page))\n\t\tput_page(page);\n}\n';
    const steps: readonly (readonly [string, string])[] = [
      ['mm/other.c', LEAK],
      ['mm/ram.c', wrapper],
      ['mm/use.c', user],
      ['mm/ram.c', wrapper.replace('!Page', '!is_zone_device_page(page) && !Page')],
      ['include/linux/ram.h', `static inline ${wrapper}`],
      ['mm/ram.c', ''],
      ['mm/use.c', `#include <linux/ram.h>\n${user}`],
      ['include/linux/ram.h', 'bool is_ram(struct page *page);\n'],
      ['.pageref.json', '{ "schemaVersion": 1, "rules": { "get-without-put": "error" } }'],
      ['.pageref.json', '{ "schemaVersion": 1, "rules": { "get-without-put": "off" } }'],
    ];
    for (const [path, text] of steps) {
      repository.write(path, text);
      repository.commit(`Write ${path}`);
    }
    const found = await report(repository.root, '--revs', 'v6.12..HEAD');
    for (const [at, { commit }] of found.columns.entries()) {
      repository.git('checkout', '-q', '--detach', commit ?? '');
      assert.deepEqual(saidThere(inColumn(found, at)), await saidOnDisk(repository.root), `column ${at}`);
    }
    repository.git('checkout', '-q', 'main');
  });
});

/** So many folders that what a file asks of others is looked for in what it includes and beside it only. */
const LARGE = Array.from({ length: 210 }, (_, at) => `//- lib/part${at}/a.c\nint part${at};\n`).join('');

test('in a large tree a revision says what audit says, whichever file that was included has changed', async () => {
  const drop = 'void drop_guest(struct page *page)\n{\n\tput_page(page);\n}\n';
  const flush = drop.replace('put_page', 'flush_dcache_page');
  const guest = (name: string): string =>
    `void ${name}(struct guest *guest)\n{\n\tif (!PageReserved(guest->page))\n\t\tdrop_guest(guest->page);\n}\n`;
  const fixture = `${KERNEL}${LARGE}//- virt/a/main.c
#include "../common/drop.c"
${guest('finish')}//- virt/b/main.c
#include "../common/drop.inc"
${guest('finish_other')}//- virt/c/main.c
#include "../common/late.inc"
${guest('finish_late')}//- virt/common/drop.c
${drop}//- virt/common/drop.inc
${drop}`;
  await withRepository(fixture, async (repository) => {
    for (const path of ['virt/common/drop.c', 'virt/common/drop.inc', 'virt/common/late.inc']) {
      repository.write(path, flush);
      repository.commit(`Write ${path}`);
    }
    const found = await report(repository.root, '--revs', 'v6.12..HEAD');
    for (const [at, { commit }] of found.columns.entries()) {
      repository.git('checkout', '-q', '--detach', commit ?? '');
      assert.deepEqual(saidThere(inColumn(found, at)), await saidOnDisk(repository.root), `column ${at}`);
    }
    assert.deepEqual(eventsOf(found, 'finish_late').at(-1), 'changed 3 unclear -> needs-zone-device/right-by-accident');
    repository.git('checkout', '-q', 'main');
  });
});

test('tags come in the order of kernel versions', () => {
  const tags = ['v6.10', 'v6.1.10', 'v6.2-rc1', 'v6.1', 'v6.2', 'v6.1.9', 'v6.1-rc7', 'v6.1-rc10', 'v5.19'];
  assert.deepEqual(tags.sort(compareVersions), [
    'v5.19',
    'v6.1-rc7',
    'v6.1-rc10',
    'v6.1',
    'v6.1.9',
    'v6.1.10',
    'v6.2-rc1',
    'v6.2',
    'v6.10',
  ]);
});

test('tags by glob, every n-th commit and the main line are columns', async () => {
  await withRepository(FIXTURE, async (repository) => {
    for (const at of [1, 2, 3, 4, 5]) {
      repository.write('mm/other.c', `int other = ${at};\n`);
      repository.commit(`Step ${at}`);
      repository.git('tag', `v6.12.${at + 7}`);
    }
    repository.git('checkout', '-q', '-b', 'side', 'v6.12');
    repository.write('mm/side.c', LEAK);
    repository.commit('On the side');
    repository.git('checkout', '-q', 'main');
    repository.git('merge', '-q', '-m', 'Merge the side', 'side');
    const names = async (...args: readonly string[]): Promise<unknown[]> =>
      (await report(repository.root, ...args)).columns.map(({ revision }) => revision);
    const tags = ['v6.12', 'v6.12.8', 'v6.12.9', 'v6.12.10', 'v6.12.11', 'v6.12.12'];
    assert.deepEqual(await names('--revs', 'v6.*'), tags);
    const id = (name: string): string => repository.git('rev-parse', name).slice(0, 12);
    assert.deepEqual(await names('--revs', 'v6.12..main', '--first-parent', '--every', '4'), [
      'v6.12',
      id('v6.12.11'),
      'main',
    ]);
    assert.equal((await names('--revs', 'v6.12..main')).length, 8);
  });
});

test('--bisect names the commit, also one that was merged', async () => {
  await withRepository(FIXTURE, async (repository) => {
    for (const at of [1, 2, 3]) {
      repository.write('mm/other.c', `int other = ${at};\n`);
      repository.commit(`Step ${at}`);
    }
    repository.git('checkout', '-q', '-b', 'side', 'v6.12');
    repository.write('mm/more.c', 'int more;\n');
    repository.commit('Something else on the side');
    repository.write('mm/side.c', LEAK);
    const leak = repository.commit('Add a leak on the side');
    repository.git('mv', 'mm/side.c', 'mm/aside.c');
    repository.commit('Rename it');
    repository.git('checkout', '-q', 'main');
    repository.git('merge', '-q', '-m', 'Merge the side', 'side');
    repository.git('rm', '-q', 'mm/a.c');
    const gone = repository.commit('Drop the test');
    repository.git('tag', 'v6.13');
    const found = await report(repository.root, '--revs', 'v6.12,v6.13');
    const idOf = (name: string, rule: string): string =>
      found.rows.find((row) => row.function === name && row.rule === rule)?.id ?? '';
    const ids = [idOf('leaks', 'get-without-put'), idOf('kept', 'reserved-conflates-zone-device').slice(0, 10)];
    const bisected = await report(repository.root, '--revs', 'v6.12,v6.13', '--bisect', ids.join());
    assert.deepEqual(
      bisected.bisections?.map(({ what, commit, subject, onBranch }) => [what, commit, subject, onBranch]),
      [
        ['came', leak, 'Add a leak on the side', false],
        ['went', gone, 'Drop the test', false],
      ],
    );
  });
});

test('what people have judged in a revision is silent in it', async () => {
  await withRepository(FIXTURE, async (repository) => {
    const line = (await pageref(['baseline', repository.root, '--no-cache', '--reason', 'known'], { engine })).stdout;
    repository.write('.pageref-judged.jsonl', line);
    repository.commit('Judge it');
    const { columns } = await report(repository.root, '--revs', 'v6.12..HEAD');
    assert.deepEqual(
      columns.map(({ counts }) => counts['care']),
      [1, 0],
    );
  });
});

test('trees on disk are columns, and events are told between them', async () => {
  await withTree(`${KERNEL}//- mm/a.c\n${TEST}`, async (one) => {
    await withTree(`${KERNEL}//- mm/a.c\n${GUARDED}`, async (other) => {
      const { stdout } = await pageref(['history', one.root, other.root, '--no-cache', '--format', 'json'], { engine });
      assert.deepEqual(eventsOf(JSON.parse(stdout) as Report, 'kept'), [
        'changed 1 needs-zone-device/wrong-today -> guarded',
      ]);
    });
  });
});

async function fails(root: string, args: readonly string[], says: RegExp): Promise<void> {
  const { code, stdout, stderr } = await history(root, ...args);
  assert.equal(stdout, '');
  assert.match(stderr, says);
  assert.equal(code, 2);
}

test('input that cannot be right is told with what to do', async () => {
  await withRepository(FIXTURE, async (repository) => {
    const { root } = repository;
    await fails(root, ['--revs', 'v9.9..HEAD'], /git knows no commit "v9\.9"/);
    await fails(root, ['--revs', 'HEAD..HEAD'], /HEAD\.\.HEAD: there is no commit between the two/);
    await fails(root, ['--revs', 'v7.*'], /no tag matches "v7\.\*": git tag lists them/);
    await fails(root, ['--revs', 'v6.*', '--bisect', 'ffffffff'], /none of the revisions has ffffffff/);
    await fails(root, ['--revs', 'v6.*', '--bisect', 'xyz'], /"xyz" is no fingerprint/);
    await fails(root, ['--revs', 'v6.*', '--every', '0'], /--every: "0" is not a number/);
    await fails(root, ['--every', '2'], /--first-parent and --every go with --revs/);
    await fails(root, ['--bisect', 'ffffffff'], /--bisect looks through a repository/);
    await fails(join(root, 'mm'), ['--revs', 'v6.*'], /is no git repository/);
  });
});

test('a revision that is no kernel ends the run', async () => {
  await withRepository(FIXTURE, async (repository) => {
    repository.git('rm', '-q', 'Makefile');
    repository.commit('No kernel any more');
    await fails(repository.root, ['--revs', 'v6.12..HEAD'], /HEAD: this revision is no kernel: .*no top Makefile/);
  });
});

test('a shallow clone is told for a range; its tags can be looked at', async () => {
  await withRepository(FIXTURE, async (repository) => {
    repository.write('mm/other.c', LEAK);
    repository.commit('Add a leak');
    repository.git('tag', 'v6.13');
    await withTree('//- none\n', async ({ root }) => {
      repository.git(
        'clone',
        '-q',
        '--depth',
        '1',
        '--branch',
        'v6.13',
        `file://${repository.root}`,
        join(root, 'clone'),
      );
      await fails(join(root, 'clone'), ['--revs', 'v6.13..HEAD'], /the clone is shallow.*git fetch --unshallow/);
      assert.equal((await report(join(root, 'clone'), '--revs', 'v6.13')).columns.length, 1);
    });
  });
});

for (const path of ['mm/a.c', 'MAINTAINERS', 'arch/x86/Kconfig']) {
  test(`a repository without the object of ${path} is told, and nothing is fetched`, async () => {
    const fixture = `${FIXTURE}//- MAINTAINERS\nMM\nF: mm/\n//- arch/x86/Kconfig\nconfig X86\n`;
    await withRepository(fixture, async (repository) => {
      lose(repository, path);
      await fails(
        repository.root,
        ['--revs', 'v6.12'],
        new RegExp(`v6.12: git does not have ${path} \\([0-9a-f]{40}\\)`),
      );
    });
  });
}

function lose({ root, git }: TestRepository, path: string): void {
  const id = git('rev-parse', `HEAD:${path}`).trim();
  rmSync(join(root, '.git', 'objects', id.slice(0, 2), id.slice(2)));
}
