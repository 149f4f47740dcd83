import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from 'pageref/dist/runs/index.js';
import { KEY_FILES } from '../support/key-files.js';
import { kernelTree } from '../support/kernel-tree.js';
import { shownIn } from '../support/shown-findings.js';
import { GUARDED, LEAK, WRAPPER } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';
import { runInHost, skipHost } from './support/host.js';

/** The extension from within: what it gives the editor, in windows made for it. */

const skip = skipHost();

/** What comes out of a page table: dax pages among it in newer releases only. */
const WALK = `int demo_walk(struct vm_area_struct *vma, unsigned long addr, pte_t pte)
{
	struct page *page = vm_normal_page(vma, addr, pte);

	if (!page || PageReserved(page))
		return 0;
	mark_page_accessed(page);
	return 1;
}
`;

/** Files of a small kernel, by path. */
function kernel(major: number, minor: number): Record<string, string> {
  return {
    Makefile: `VERSION = ${String(major)}\nPATCHLEVEL = ${String(minor)}\nSUBLEVEL = 0\n`,
    'include/linux/page-flags.h': '',
    'drivers/demo/leak.c': LEAK,
    'drivers/demo/guarded.c': GUARDED,
    'drivers/demo/wrapper.c': WRAPPER,
    'mm/walk.c': WALK,
  };
}

function writeAll(tree: Tree, folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) tree.write(join(folder, path), text);
}

/** The git extension has something to show of a folder that has a commit. */
function commitAll(folder: string): void {
  const git = (...words: string[]): void => void execFileSync('git', ['-C', folder, ...words], { stdio: 'ignore' });
  git('init');
  git('add', '--all');
  git('-c', 'user.name=demo', '-c', 'user.email=demo@localhost', 'commit', '--message=demo');
}

test('two kernels in one window', { skip }, (context) =>
  withTree('', async (tree) => {
    const folders = ['newer', 'older', 'vanishing'];
    writeAll(tree, 'newer', { ...kernel(7, 0), 'drivers/demo/crlf.c': LEAK.replaceAll('\n', '\r\n') });
    writeAll(tree, 'older', kernel(5, 4));
    writeAll(tree, 'vanishing', kernel(6, 12));
    commitAll(join(tree.root, 'newer'));
    tree.write('trees.code-workspace', JSON.stringify({ folders: folders.map((path) => ({ path })) }));
    await runInHost(context, { suite: 'trees', open: join(tree.root, 'trees.code-workspace') });
  }),
);

test('a window without a kernel', { skip }, (context) =>
  withTree('', async (tree) => {
    writeAll(tree, 'plain', { README: 'No kernel.\n', 'leak.c': LEAK });
    writeAll(tree, 'kernel', kernel(6, 12));
    const env = { PAGEREF_E2E_KERNEL: join(tree.root, 'kernel') };
    await runInHost(context, { suite: 'plain', open: join(tree.root, 'plain'), env });
  }),
);

/** What `check --all` says of the key files, as an editor shows it. */
async function saidOf(root: string): Promise<Record<string, string[]>> {
  const report = await check({ paths: KEY_FILES.map((path) => join(root, path)), jobs: 1 });
  const lines = (path: string): string[] =>
    shownIn(report, path)
      .map(({ at, rule, severity, message }) => `${at} ${rule} ${severity} ${message}`)
      .sort();
  return Object.fromEntries(KEY_FILES.map((path) => [path, lines(path)]));
}

const { root: whole = '', skip: noKernel } = kernelTree('6.12');

test('a whole kernel', { skip: skip || (noKernel ?? false) }, (context) =>
  withTree('', async (tree) => {
    const said = join(tree.root, 'said.json');
    writeFileSync(said, JSON.stringify(await saidOf(whole)));
    const settings = { 'pageref.wholeTree': true };
    await runInHost(context, { suite: 'kernel', open: whole, env: { PAGEREF_E2E_SAID: said }, settings });
  }),
);
