import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref } from '../support/cli.js';
import type { Outcome } from '../support/cli.js';
import { applyCheck, git } from '../support/git.js';
import { golden, REPOSITORY } from '../support/golden.js';
import { fullFixReport } from '../support/reports.js';
import { withTree } from '../support/tree.js';

const VFIO = 'drivers/vfio/pin.c';

/** Runs `body` on a copy of the sample that is a git repository, and removes it. */
async function withSample(body: (root: string) => Promise<void>): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pageref-fix-')));
  const root = join(folder, 'linux');
  try {
    cpSync(join(REPOSITORY, 'sample', 'linux'), root, { recursive: true });
    git(root, 'init', '-q');
    git(root, 'add', '-A');
    git(root, 'commit', '-q', '-m', 'The sample');
    await body(root);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fix(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  return pageref(['fix', ...args], { cwd, engine });
}

test('without a way to apply them the fixes are listed and nothing is changed', async () => {
  await withSample(async (root) => {
    const { code, stdout, stderr } = await fix(root, '.');
    assert.equal(stderr, '');
    golden('cli/golden/fix.txt', stdout.replaceAll(root, '/linux'));
    assert.equal(git(root, 'status', '--porcelain'), '');
    assert.ok(code === 0 || code === 1);
  });
});

test('--format diff is a patch that git takes, and what --in-place does', async () => {
  await withSample(async (root) => {
    const { stdout: patch } = await fix(root, '.', '--format', 'diff', '--needs-look');
    golden('cli/golden/fix.diff', patch);
    assert.equal(applyCheck(root, patch), '');
    assert.equal(git(root, 'status', '--porcelain'), '');
    chmodSync(join(root, VFIO), 0o640);
    const { stdout } = await fix(root, '.', '--in-place', '--needs-look');
    assert.match(stdout, /^changed drivers\/vfio\/pin\.c$/m);
    assert.equal(statSync(join(root, VFIO)).mode & 0o777, 0o640);
    const done = git(root, 'diff')
      .replace(/^(index|old mode|new mode) .*\n/gm, '')
      .replace(/^(@@ .*? @@).*$/gm, '$1');
    assert.equal(done, patch);
    const again = await fix(root, '.', '--format', 'diff', '--needs-look');
    assert.equal(again.stdout, '', 'what is fixed is not fixed again');
    assert.deepEqual(readdirSync(join(root, 'drivers/vfio')), ['pin.c'], 'no file is left behind');
  });
});

test('files, verdicts and impacts choose what is fixed', async () => {
  await withSample(async (root) => {
    const one = await fix(root, VFIO, '--format', 'diff', '--needs-look');
    assert.deepEqual(one.stdout.match(/^diff --git .*$/gm), [`diff --git a/${VFIO} b/${VFIO}`]);
    assert.equal((await fix(root, '.', '--format', 'diff', '--verdict', 'guarded')).stdout, '');
    assert.equal((await fix(root, '.', '--format', 'diff', '--rule', 'pagemap-ref-leak')).stdout, '');
    const rule = await fix(root, '.', '--format', 'diff', '--rule', 'reserved-conflates-zone-device');
    assert.equal(rule.stdout, (await fix(root, '.', '--format', 'diff')).stdout);
    const [wrong, accident] = [
      await fix(root, '.', '--format', 'diff', '--impact', 'wrong-today'),
      await fix(root, '.', '--format', 'diff', '--impact', 'right-by-accident'),
    ];
    const both = await fix(root, '.', '--format', 'diff');
    const count = ({ stdout }: Outcome): number => stdout.match(/^@@ /gm)?.length ?? 0;
    assert.ok(count(wrong) > 0);
    assert.equal(count(wrong) + count(accident), count(both));
  });
});

test('--needs-look takes what a person has to check, and says so', async () => {
  await withTree(NEEDS_LOOK, async ({ root }) => {
    assert.equal((await fix(root, '.', '--format', 'diff')).stdout, '');
    const listed = await fix(root, '.');
    assert.equal(listed.code, 1);
    assert.match(listed.stdout, /needs a look: .*the page must be pinned/);
    const taken = await fix(root, '.', '--needs-look');
    assert.equal(taken.code, 0);
    assert.match(taken.stdout, /taken, to be checked: /);
  });
});

const NEEDS_LOOK = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- a.c
#include <linux/mm.h>
void release_guest(struct page *page)
{
	if (!PageReserved(page))
		put_page(page);
}
`;

test('--series writes a patch for each subsystem, in order, with what its message needs', async () => {
  await withSample(async (root) => {
    const folder = join(root, '..', 'patches');
    const { stdout } = await fix(root, '.', '--series', folder, '--needs-look');
    const names = readdirSync(folder).sort();
    assert.ok(names.length > 1);
    for (const name of names) {
      assert.ok(stdout.includes(`wrote ${name}: `), name);
      const patch = readFileSync(join(folder, name), 'utf8');
      golden(`cli/golden/series/${name}`, patch);
      const message = patch.split('\n---\n')[0] ?? '';
      assert.ok(
        message
          .split('\n')
          .slice(1)
          .every((line) => line.length <= 75),
        name,
      );
      git(root, 'apply', join(folder, name));
    }
    assert.equal((await fix(root, '.', '--format', 'diff')).stdout, '');
    const before = names.map((name) => readFileSync(join(folder, name), 'utf8'));
    git(root, 'checkout', '-q', '.');
    const again = await fix(root, '.', '--series', folder, '--needs-look');
    assert.equal(again.code, 2);
    assert.match(
      again.stderr,
      /--series: cannot write to .* is there already\nGive a folder that is new or empty\.\n$/,
    );
    assert.deepEqual(
      names.map((name) => readFileSync(join(folder, name), 'utf8')),
      before,
    );
  });
});

const REFERENCES = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- MAINTAINERS
Maintainers List
----------------

DEMO DRIVER
L:	demo@example.org
F:	drivers/demo.c
//- include/linux/mm.h
void unpin_user_page(struct page *page);
//- drivers/demo.c
#include <linux/mm.h>

static int demo_pin(struct demo *demo, unsigned long addr)
{
	struct page *page;

	if (pin_user_pages_fast(addr, 1, FOLL_WRITE, &page) != 1)
		return -EFAULT;
	if (demo->dead)
		return -ENODEV;
	if (demo_run(demo->id)) {
		unpin_user_page(page);
		return -EIO;
	}
	put_page(page);
	return 0;
}

static int demo_fill(struct demo *demo)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	if (demo_take(demo->id, page))
		return -EIO;
	__free_page(page);
	return 0;
}

static int demo_table(struct demo *demo)
{
	struct page *page = demo->pool ? demo_pool_page(demo->pool) : NULL;

	if (!page)
		page = alloc_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	if (demo->dead)
		return -ENODEV;
	if (demo_run(demo->id)) {
		__free_page(page);
		return -EIO;
	}
	demo->page = page;
	return 0;
}
`;

test('what the reference rules find is listed with its fixes, and those that are safe are applied', async () => {
  await withTree(REFERENCES, async ({ root }) => {
    const listed = await fix(root, '.');
    golden('cli/golden/fix-references.txt', listed.stdout.replaceAll(root, '/linux'));
    assert.equal(listed.code, 1);
    const patch = await fix(root, '.', '--format', 'diff');
    golden('cli/golden/fix-references.diff', patch.stdout);
    git(root, 'init', '-q');
    assert.equal(applyCheck(root, patch.stdout), '');
    const wrong = await fix(root, '.', '--format', 'diff', '--rule', 'wrong-release');
    assert.match(wrong.stdout, /^\+\tunpin_user_page\(page\);$/m);
    assert.equal(wrong.stdout.match(/^@@/gm)?.length, 1);
    assert.equal((await fix(root, '.', '--format', 'diff', '--verdict', 'needs-zone-device')).stdout, '');
    const folder = join(root, '..', 'patches-of-references');
    await fix(root, '.', '--series', folder, '--needs-look');
    const names = readdirSync(folder);
    assert.deepEqual(names, ['0001-demo-driver.patch']);
    golden('cli/golden/series/references.patch', readFileSync(join(folder, names[0] ?? ''), 'utf8'));
    rmSync(folder, { recursive: true });
    const { stdout: check } = await pageref(['check', '.', '--format', 'json'], { cwd: root, engine });
    const [first] = (JSON.parse(check) as { findings: { fingerprint: string; rule: string; function: string }[] })
      .findings;
    const judged = {
      rule: first?.rule,
      path: 'drivers/demo.c',
      function: first?.function,
      fingerprint: first?.fingerprint,
    };
    const line = JSON.stringify({ ...judged, verdict: 'false-positive', reason: 'The device owns it.' });
    writeFileSync(join(root, '.pageref-judged.jsonl'), `${line}\n`);
    assert.ok(!(await fix(root, '.')).stdout.includes(`${String(first?.function)}: ${String(first?.rule)}:`));
  });
});

test('bytes that are no UTF-8 and CRLF stay as they are', async () => {
  const text = (eol: string): string =>
    `#include <linux/mm.h>\nstatic void f(unsigned long a)\n{\n\tstruct page *page;\n\n\tif (get_user_pages_fast(a, 1, 0, &page) != 1)\n\t\treturn;\n\t/* J\xf6rg */\n\tif (!PageReserved(page))\n\t\tput_page(page);\n}\n`.replaceAll(
      '\n',
      eol,
    );
  await withTree('\n//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n', async (tree) => {
    tree.write('latin1.c', Buffer.from(text('\n'), 'latin1'));
    tree.write('crlf.c', text('\r\n'));
    let patch: Uint8Array = new Uint8Array();
    const planned = await engine.planFixes({ paths: [tree.root], jobs: 1 });
    patch = engine.planDiff(planned);
    assert.ok(Buffer.from(patch).includes(Buffer.from('J\xf6rg', 'latin1')));
    git(tree.root, 'init', '-q');
    assert.equal(applyCheck(tree.root, patch).replace(/.*trailing whitespace.*\n.*\n|warning: .*\n/g, ''), '');
    await fix(tree.root, '.', '--in-place');
    const changed = (old: string): string =>
      old.replace(/\tif \(!PageReserved\(page\)\)(\r?\n)\t\tput_page/, '\tput_page');
    assert.deepEqual(readFileSync(join(tree.root, 'latin1.c')), Buffer.from(changed(text('\n')), 'latin1'));
    assert.equal(readFileSync(join(tree.root, 'crlf.c'), 'utf8'), changed(text('\r\n')));
  });
});

test('what cannot be done is said, and nothing is written', async () => {
  await withSample(async (root) => {
    const both = await fix(root, '.', '--format', 'diff', '--in-place');
    assert.equal(both.code, 2);
    assert.match(both.stderr, /exclude one another/);
    const nowhere = await fix(root, 'gone');
    assert.deepEqual([nowhere.code, nowhere.stderr], [2, `pageref: no such file or folder: ${root}/gone\n`]);
    const odd = await fix(root, '.', '--impact', 'wrong');
    assert.deepEqual([odd.code, odd.stdout], [2, '']);
    assert.match(odd.stderr, /--impact: "wrong" is not known\nDid you mean wrong-today\?/);
    assert.equal(git(root, 'status', '--porcelain'), '');
  });
});

test('a file that changes between the reading and the writing is left alone', async () => {
  await withSample(async (root) => {
    const plan = await engine.planFixes({ paths: [root], jobs: 1, needsLook: true });
    writeFileSync(join(root, VFIO), '/* somebody else was here */\n');
    assert.throws(
      () => engine.applyPlan(plan),
      /drivers\/vfio\/pin\.c cannot be written: it has changed since it was read/,
    );
    assert.equal(readFileSync(join(root, VFIO), 'utf8'), '/* somebody else was here */\n');
  });
});

test('--diff still works, and says what it is called now', async () => {
  await withSample(async (root) => {
    const { stdout, stderr } = await fix(root, '.', '--diff', '--needs-look');
    assert.equal(stdout, (await fix(root, '.', '--format', 'diff', '--needs-look')).stdout);
    assert.equal(stderr, 'pageref: --diff is called --format diff now; the old name still works\n');
  });
});

test('--format json: what is taken, what is offered, and why nothing is', async () => {
  const { files, unreadable } = fullFixReport().plan;
  const plan = { root: '/linux', release: '6.12', files, unreadable } as const;
  const given = { engine: { planFixes: () => Promise.resolve(plan) } };
  const { code, stdout } = await pageref('fix linux --format json', given);
  assert.equal(code, 1);
  golden('cli/golden/fix.json', stdout);
});

test('findings that look the same in two arms are listed at their own places', async () => {
  const arm = `static void release_guest(struct page *page)
{
	if (!PageReserved(page))
		put_page(page);
}
`;
  const caller = `void use_guest(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, FOLL_WRITE, &page) == 1)
		release_guest(page);
}
`;
  await withTree(`//- mm/demo.c\n#ifdef CONFIG_A\n${arm}#else\n${arm}#endif\n${caller}`, async ({ root }) => {
    const { stdout } = await fix(root, '.', '--kernel', '6.12');
    assert.deepEqual(stdout.match(/^mm\/demo\.c:\d+(?=:)/gm), ['mm/demo.c:4', 'mm/demo.c:10']);
    assert.match(stdout, /2 findings in .*: 2 with a fix to be applied, 0 left to you/);
  });
});
