import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref } from '../support/cli.js';
import type { Outcome } from '../support/cli.js';
import { git } from '../support/git.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** Two functions, one of which leaks. */
const BASE = `#include <linux/mm.h>

static int quiet(unsigned long addr)
{
	return addr != 0;
}

static void leaks(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return;
	if (!PageReserved(page))
		put_page(page);
}
`;

const KERNEL = `
//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- mm/demo.c
${BASE}`;

const FILE = 'mm/demo.c';
const FINDING = /^mm\/demo\.c:\d+: WARNING: .*leaks.* \[reserved-conflates-zone-device\]$/;

/** A small kernel in a git repository, with its first commit called `base`. */
async function withRepository(body: (tree: Tree) => Promise<void>): Promise<void> {
  await withTree(KERNEL, async (tree) => {
    git(tree.root, 'init', '-q', '-b', 'main');
    commit(tree, 'The base');
    git(tree.root, 'tag', 'base');
    await body(tree);
  });
}

function commit({ root }: Tree, subject: string): void {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', subject);
}

function check({ root }: Tree, args: readonly string[], stdin: string | Uint8Array = ''): Promise<Outcome> {
  return pageref(['check', ...args], { cwd: root, engine, stdin });
}

/** The same text with a line more in one of its functions. */
const IN_QUIET = BASE.replace('\treturn addr != 0;', '\taddr++;\n\treturn addr != 0;');
const IN_LEAKS = BASE.replace('\tstruct page *page;\n', '\tstruct page *page;\n\n\taddr++;\n').replace(
  '\n\n\n',
  '\n\n',
);
const MENDED = BASE.replace('\tif (!PageReserved(page))\n\t\tput_page(page);', '\tput_page(page);');

function patchFor(tree: Tree, text: string): string {
  tree.write(FILE, text);
  const patch = git(tree.root, 'diff');
  git(tree.root, 'checkout', '-q', '.');
  return patch;
}

test('--patch: only functions the patch changes speak', async () => {
  await withRepository(async (tree) => {
    const loud = await check(tree, ['--patch', '-', '--format', 'b4'], patchFor(tree, IN_LEAKS));
    assert.deepEqual([loud.code, loud.stderr], [1, '']);
    assert.match(loud.stdout.trimEnd(), FINDING);
    assert.ok(loud.stdout.startsWith('mm/demo.c:16: '), loud.stdout);
    for (const text of [IN_QUIET, MENDED]) {
      assert.deepEqual(await check(tree, ['--patch', '-', '--format', 'b4'], patchFor(tree, text)), QUIET);
    }
    assert.equal(git(tree.root, 'status', '--porcelain'), '');
  });
});

const QUIET = { code: 0, stdout: '', stderr: '' };

test('--patch from a file, and a mail with a message and a signature', async () => {
  await withRepository(async (tree) => {
    tree.write(FILE, IN_LEAKS);
    commit(tree, 'One line more');
    const mail = git(tree.root, 'format-patch', '-1', '--stdout');
    git(tree.root, 'reset', '-q', '--hard', 'base');
    writeFileSync(join(tree.root, '..', 'mail.patch'), mail);
    try {
      const found = await check(tree, ['--patch', '../mail.patch', '--format', 'b4']);
      assert.match(found.stdout.trimEnd(), FINDING);
    } finally {
      rmSync(join(tree.root, '..', 'mail.patch'));
    }
  });
});

test('--patch: a patch the tree holds already is seen from the other side', async () => {
  await withRepository(async (tree) => {
    const patch = patchFor(tree, IN_LEAKS).replace(/^index .*\n/m, '');
    tree.write(FILE, IN_LEAKS);
    const found = await check(tree, ['--patch', '-', '--format', 'b4'], patch);
    assert.equal(found.code, 1);
    assert.match(found.stdout.trimEnd(), FINDING);
  });
});

test('--patch: the blob git names is the base, wherever the files on disk have gone', async () => {
  await withRepository(async (tree) => {
    const patch = patchFor(tree, IN_LEAKS);
    tree.write(FILE, 'int nothing_like_it;\n');
    assert.match((await check(tree, ['--patch', '-', '--format', 'b4'], patch)).stdout.trimEnd(), FINDING);
    const bare = patch.replace(/^index .*\n/m, '');
    const lost = await check(tree, ['--patch', '-', '--format', 'b4'], bare);
    assert.deepEqual([lost.code, lost.stdout], [2, '']);
    assert.equal(
      lost.stderr,
      'pageref: standard input: it does not apply to mm/demo.c near line 9: check it against the revision it was made for, with --at REV\n',
    );
    const at = await check(tree, ['--patch', '-', '--at', 'base', '--format', 'b4'], bare);
    assert.match(at.stdout.trimEnd(), FINDING);
  });
});

test('a patch that names lines far behind the end of a file is refused, or placed where its lines are', async () => {
  await withRepository(async (tree) => {
    const patch = (hunk: string): string => `--- a/${FILE}\n+++ b/${FILE}\n${hunk}`;
    const adds = await check(tree, ['--patch', '-'], patch('@@ -4294967297,0 +4294967298 @@\n+int more;\n'));
    assert.equal(adds.code, 2);
    assert.match(adds.stderr, /it does not apply to mm\/demo\.c near line 4294967298/);
    const moved = '@@ -4294967297,2 +4294967297,3 @@\n \tif (!PageReserved(page))\n \t\tput_page(page);\n+\treturn;\n';
    assert.equal((await check(tree, ['--patch', '-'], patch(moved))).code, 1);
  });
});

test('--diff: a revision against the files, and two revisions without a checkout', async () => {
  await withRepository(async (tree) => {
    tree.write(FILE, IN_QUIET);
    commit(tree, 'Quiet');
    tree.write(FILE, IN_QUIET.replace('\tstruct page *page;\n', '\tstruct page *page;\n\n\taddr++;\n'));
    commit(tree, 'Loud');
    assert.match((await check(tree, ['--diff', 'base', '--format', 'b4'])).stdout.trimEnd(), FINDING);
    assert.deepEqual(await check(tree, ['--diff', 'base..HEAD~1', '--format', 'b4']), QUIET);
    rmSync(join(tree.root, 'mm'), { recursive: true });
    assert.match((await check(tree, ['--diff', 'HEAD~1..HEAD', '--format', 'b4'])).stdout.trimEnd(), FINDING);
    assert.deepEqual(await check(tree, ['--diff', 'HEAD', '--format', 'b4']), QUIET);
  });
});

test('--diff: an edit that is not committed, and one that changes nothing', async () => {
  await withRepository(async (tree) => {
    tree.write(FILE, BASE);
    assert.deepEqual(await check(tree, ['--diff', 'HEAD', '--format', 'b4']), QUIET);
    tree.write(FILE, IN_LEAKS);
    assert.match((await check(tree, ['--diff', 'HEAD', '--format', 'b4'])).stdout.trimEnd(), FINDING);
  });
});

test('--stdin: a text that is not saved, in a tree and in none', async () => {
  await withTree(KERNEL, async (tree) => {
    const gcc = await check(tree, ['--stdin', '--stdin-filename', FILE, '--format', 'gcc'], IN_LEAKS);
    assert.match(gcc.stdout, /^mm\/demo\.c:16:7: warning: .* \[reserved-conflates-zone-device\]$/m);
    assert.deepEqual(
      await check(tree, ['--stdin', '--stdin-filename', 'mm/new/file.c', '--format', 'b4'], MENDED),
      QUIET,
    );
    assert.equal(readFileSync(join(tree.root, FILE), 'utf8'), BASE);
  });
});

test('formats: checkpatch, b4 and its review, byte for byte', async () => {
  await withRepository(async (tree) => {
    const patch = patchFor(tree, IN_LEAKS);
    const terse = await check(tree, ['--patch', '-', '--format', 'checkpatch-terse'], patch);
    const message = /^mm\/demo\.c:16: WARNING:RESERVED_CONFLATES_ZONE_DEVICE: (.*)\n$/.exec(terse.stdout)?.[1] ?? '';
    assert.notEqual(message, '', terse.stdout);
    const b4 = await check(tree, ['--patch', '-', '--format', 'b4'], patch);
    assert.equal(b4.stdout, `mm/demo.c:16: WARNING: ${message} [reserved-conflates-zone-device]\n`);
    const review = await check(tree, ['--patch', '-', '--format', 'b4-review'], patch);
    assert.equal(
      review.stdout,
      `${JSON.stringify([{ tool: 'pageref', status: 'warn', summary: '1 finding in changed functions', details: b4.stdout.trimEnd() }], null, 2)}\n`,
    );
    const clean = await check(tree, ['--patch', '-', '--format', 'b4-review'], patchFor(tree, IN_QUIET));
    assert.deepEqual([clean.code, clean.stderr], [0, '']);
    assert.equal((JSON.parse(clean.stdout) as { status: string }[])[0]?.status, 'pass');
    for (const format of ['text', 'json', 'sarif', 'gcc']) {
      const other = await check(tree, ['--patch', '-', '--format', format], patch);
      assert.deepEqual([other.code, other.stderr], [1, ''], format);
      assert.ok(other.stdout.includes('leaks'), format);
    }
  });
});

test('renames, new and deleted files, modes, and files that are no C', async () => {
  await withRepository(async (tree) => {
    const { root } = tree;
    const of = (change: () => void, ...options: readonly string[]): string => {
      change();
      git(root, 'add', '-A');
      const patch = git(root, 'diff', '--cached', ...options);
      git(root, 'reset', '-q', '--hard');
      return patch;
    };
    const rename = of(() => {
      git(root, 'mv', FILE, 'mm/other.c');
      tree.write('mm/other.c', IN_LEAKS);
    }, '-M');
    assert.match(rename, /^rename to mm\/other\.c$/m);
    assert.match((await check(tree, ['--patch', '-', '--format', 'b4'], rename)).stdout, /^mm\/other\.c:16: /);
    const moved = of(() => git(root, 'mv', FILE, 'mm/other.c'), '-M');
    const mode = of(() => git(root, 'update-index', '--chmod=+x', FILE)).trim();
    const gone = of(() => rmSync(join(root, FILE)));
    const text = of(() => tree.write('README', 'Words.\n'));
    for (const patch of [moved, gone, text]) {
      assert.deepEqual(await check(tree, ['--patch', '-', '--format', 'b4'], patch), QUIET, patch);
    }
    assert.equal(mode, '', 'the index is what was read');
    const exec = `diff --git a/${FILE} b/${FILE}\nold mode 100644\nnew mode 100755\n`;
    assert.deepEqual(await check(tree, ['--patch', '-', '--format', 'b4'], exec), QUIET);
    const fresh = of(() => tree.write('mm/fresh.c', BASE));
    assert.match((await check(tree, ['--patch', '-', '--format', 'b4'], fresh)).stdout, /^mm\/fresh\.c:14: /);
    const odd = of(() => tree.write('mm/döner box.c', BASE));
    assert.match((await check(tree, ['--patch', '-', '--format', 'b4'], odd)).stdout, /^mm\/döner box\.c:14: /);
  });
});

test('a series in one file: each patch sees what the one before has left', async () => {
  await withRepository(async (tree) => {
    tree.write(FILE, IN_QUIET);
    commit(tree, 'One');
    tree.write(FILE, IN_QUIET.replace('\taddr++;', '\taddr += 2;'));
    commit(tree, 'Two');
    const series = git(tree.root, 'format-patch', '--stdout', 'base');
    git(tree.root, 'reset', '-q', '--hard', 'base');
    assert.deepEqual(await check(tree, ['--patch', '-', '--format', 'b4'], series), QUIET);
  });
});

test('an empty patch is clean: a hook hands on what git diff prints', async () => {
  await withRepository(async (tree) => {
    for (const patch of ['', ' \n\n']) {
      assert.deepEqual(await check(tree, ['--patch', '-', '--format', 'b4'], patch), QUIET);
      const { code, stdout } = await check(tree, ['--patch', '-'], patch);
      assert.deepEqual([code, stdout.split('\n').at(-2)], [0, '0 problems']);
    }
  });
});

/** What cannot be checked, and what is said of it. */
const BAD: readonly (readonly [what: string, make: (good: string) => string | Uint8Array, says: string])[] = [
  [
    'a letter',
    () => 'Dear all,\n\nplease apply.\n',
    'standard input: no patch is in it: a unified diff is needed, as git diff or git format-patch write it',
  ],
  [
    'a hunk cut short',
    (good) => good.split('\n').slice(0, -3).join('\n'),
    'the patch is damaged: the hunk ends too early',
  ],
  [
    'a hunk with a strange line',
    (good) => good.replace(/^\+\t.*$/m, '?what'),
    'the patch is damaged: the hunk ends too early',
  ],
  [
    'CRLF throughout',
    (good) => good.replaceAll('\n', '\r\n'),
    'standard input: its lines end in CRLF: a mail program or an editor has changed it; get the patch as it was sent',
  ],
  [
    'a file that is not there',
    (good) => good.replaceAll('mm/demo.c', 'mm/gone.c').replace(/^index .*\n/m, ''),
    'standard input: it does not apply to mm/gone.c: mm/gone.c is not in the tree: check it against the revision it was made for, with --at REV',
  ],
  [
    'only binary files',
    () =>
      'diff --git a/logo.bin b/logo.bin\nindex 1234567..89abcde 100644\nBinary files a/logo.bin and b/logo.bin differ\n',
    'standard input: it changes binary files only: nothing in it can be checked',
  ],
  [
    'a C file as a binary one',
    (good) =>
      `${good}diff --git a/mm/b.c b/mm/b.c\nindex 1234567..89abcde 100644\nBinary files a/mm/b.c and b/mm/b.c differ\n`,
    'standard input: it changes mm/b.c as a binary file: make the patch with --text',
  ],
  ['bytes of no text', () => Uint8Array.from([0, 255, 254, 10, 0]), 'no patch is in it'],
];

test('a patch that cannot be checked: what is wrong, exit code 2, and nothing written', async () => {
  await withRepository(async (tree) => {
    const good = patchFor(tree, IN_LEAKS);
    for (const [what, make, says] of BAD) {
      const { code, stdout, stderr } = await check(tree, ['--patch', '-', '--format', 'b4'], make(good));
      assert.deepEqual([code, stdout], [2, ''], what);
      assert.ok(stderr.startsWith('pageref: ') && stderr.endsWith('\n') && stderr.includes(says), `${what}: ${stderr}`);
      assert.equal(stderr.split('\n').length, 2, `${what}: one line`);
    }
    assert.equal(git(tree.root, 'status', '--porcelain'), '');
  });
});

test('command lines that make no sense', async () => {
  await withRepository(async (tree) => {
    const says = async (args: readonly string[], message: RegExp): Promise<void> => {
      const { code, stderr } = await check(tree, args);
      assert.equal(code, 2);
      assert.match(stderr, message);
    };
    await says(['--diff', 'base', '--patch', '-'], /exclude one another/);
    await says(['--at', 'base', '.'], /--at goes with --patch/);
    await says(['--stdin'], /go together/);
    await says(['--stdin-filename', 'a.c'], /go together/);
    await says(['--diff', 'base', '.', 'mm'], /belongs to one tree/);
    await says(['--patch', 'gone.patch'], /cannot read "gone\.patch"/);
    await says(['--diff', 'no-such'], /no-such: git knows no commit "no-such"/);
    await says(['--diff', '--output=x'], /output=x/);
  });
});

test('a folder without git can be told a patch, but no revision', async () => {
  await withTree(KERNEL, async (tree) => {
    const { stderr, code } = await check(tree, ['--diff', 'HEAD']);
    assert.equal(code, 2);
    assert.match(stderr, /not a git repository/);
    const patch = `--- a/${FILE}\n+++ b/${FILE}\n@@ -5,1 +5,1 @@\n-\treturn addr != 0;\n+\treturn addr;\n`;
    assert.deepEqual(await check(tree, ['--patch', '-', '--format', 'b4'], patch), QUIET);
  });
});

test('nothing that a repository configures is run', async () => {
  await withRepository(async (tree) => {
    const { root } = tree;
    const trap = join(root, '.git', 'trap');
    writeFileSync(trap, `#!/bin/sh\ntouch '${join(root, 'sprung')}'\ncat\n`, { mode: 0o755 });
    mkdirSync(join(root, '.git', 'hooks'), { recursive: true });
    for (const hook of ['post-index-change', 'reference-transaction', 'pre-auto-gc']) {
      writeFileSync(join(root, '.git', 'hooks', hook), `#!/bin/sh\n'${trap}' </dev/null\n`, { mode: 0o755 });
    }
    for (const [key, value] of [
      ['core.fsmonitor', trap],
      ['core.pager', trap],
      ['pager.diff', trap],
      ['diff.external', trap],
      ['diff.trap.textconv', trap],
      ['diff.trap.command', trap],
      ['filter.trap.clean', trap],
      ['filter.trap.smudge', trap],
      ['filter.trap.process', trap],
      ['core.sshCommand', trap],
      ['uploadpack.packObjectsHook', trap],
    ] as const) {
      git(root, 'config', key, value);
    }
    writeFileSync(join(root, '.git', 'info', 'attributes'), '*.c filter=trap diff=trap\n');
    const patch = `--- a/${FILE}\n+++ b/${FILE}\n@@ -5,1 +5,1 @@\n-\treturn addr != 0;\n+\treturn addr;\n`;
    tree.write(FILE, IN_LEAKS);
    for (const args of [
      ['--diff', 'base'],
      ['--diff', 'base..HEAD'],
      ['--patch', '-', '--at', 'base'],
    ]) {
      assert.notEqual((await check(tree, args, patch)).code, 2, args.join(' '));
    }
    assert.throws(() => readFileSync(join(root, 'sprung')), { code: 'ENOENT' });
  });
});
