import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Superseded, Workspace } from 'pageref/dist/editor/workspace.js';
import type { KnownTree, WorkspaceDocument } from 'pageref/dist/editor/workspace.js';
import { LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { memoryTree } from '../support/memory-tree.js';
import { withTree } from '../support/tree.js';

interface Watched {
  readonly workspace: Workspace;
  readonly log: string[];
  /** How often documents were said to be judged otherwise, after what was noted has been looked at. */
  readonly changes: () => Promise<number>;
}

function workspaceWith(): Watched {
  const log: string[] = [];
  let changes = 0;
  const workspace = new Workspace({ jobs: 1, log: (message) => log.push(message), onChange: () => changes++ });
  return {
    workspace,
    log,
    changes: () =>
      nextTurn()
        .then(nextTurn)
        .then(() => changes),
  };
}

function opened(workspace: Workspace, text: string, path?: string): WorkspaceDocument {
  const document = workspace.open({ path, isFile: path !== undefined, name: 'demo.c' });
  document.setText(text);
  return document;
}

test('an exception in one file costs its findings, and is logged once', async () => {
  const { workspace, log } = workspaceWith();
  const tree = await memoryTree('6.12');
  const contractOf = (): never => {
    throw new Error('the model is broken');
  };
  const broken: KnownTree = { root: undefined, tree: { ...tree, tools: { ...tree.tools, contractOf } }, id: 'x' };
  workspace.trees.open = () => Promise.resolve(broken);
  const document = opened(workspace, LEAK);
  assert.deepEqual((await document.analysis()).findings, []);
  document.setText(`${LEAK}\n`);
  assert.deepEqual((await document.analysis()).findings, []);
  assert.equal(await document.hover(LEAK.indexOf('use(page)')), undefined);
  assert.deepEqual(await document.pairs(LEAK.indexOf('put_page')), []);
  const failed = (rule: string): string =>
    `demo.c: the rule ${rule} failed, its findings are missing: the model is broken`;
  assert.deepEqual(log, [
    failed('reserved-conflates-zone-device'),
    failed('imbalanced-for-kind'),
    'demo.c: Error: the model is broken',
  ]);
});

test('a newer text voids what is being found out of the older one', async () => {
  const { workspace } = workspaceWith();
  const document = opened(workspace, LEAK);
  const first = document.analysis();
  document.setText(`\n${LEAK}`);
  await assert.rejects(first, Superseded);
  const second = await document.analysis();
  assert.equal(second.findings[0]?.start, LEAK.indexOf('PageReserved') + 1);
  const last = document.analysis();
  document.close();
  await assert.rejects(last, Superseded);
});

test('one text is analysed once, whoever asks', async () => {
  const { workspace } = workspaceWith();
  const document = opened(workspace, LEAK);
  const [one, two] = await Promise.all([document.analysis(), document.analysis()]);
  assert.equal(one, two);
  assert.equal(await document.analysis(), one);
});

test('a tree is read again when a file that decides changes, and stays the same object when nothing came of it', async () => {
  await withTree(`${MAKEFILE_6_12}//- include/linux/mm.h\n//- mm/Makefile\n`, async (tree) => {
    const { root } = tree;
    const { workspace, changes } = workspaceWith();
    const { trees } = workspace;
    assert.equal(trees.rootOf(join(root, 'mm/deep/down/a.c')), root);
    const first = await trees.open(root, undefined);
    workspace.filesChanged([join(root, 'mm/a.c'), join(root, 'README'), join(root, 'include/linux/mm.h')]);
    assert.equal(await changes(), 0);
    assert.equal(await trees.open(root, undefined), first);
    const header = 'static inline bool is_zone_device_page(const struct page *page)\n{\n\treturn 0;\n}\n';
    tree.write('include/linux/mm.h', header);
    assert.equal(await trees.open(root, undefined), first, 'nobody has told of it');
    workspace.filesChanged([join(root, 'include/linux/mm.h')]);
    assert.equal(await changes(), 1);
    const second = await trees.open(root, undefined);
    assert.notEqual(second.id, first.id);
    tree.write('Makefile', 'VERSION = 5\nPATCHLEVEL = 4\n');
    trees.recheckReleases();
    assert.equal((await trees.open(root, undefined)).tree.release, '5.4');
    tree.write('Makefile', 'VERSION = 5\nPATCHLEVEL = 10\n');
    workspace.filesChanged(Array.from({ length: 501 }, () => 'x'));
    assert.equal(await changes(), 3);
    assert.equal((await trees.open(root, undefined)).tree.release, '5.10');
    assert.equal((await trees.open(root, '6.1')).tree.release, '6.1');
  });
});

const ZONE_DEVICE_CONFIG = 'config ZONE_DEVICE\n\tbool "zone"\n';
const TREE = `${MAKEFILE_6_12}//- include/linux/mm.h
//- Kconfig
source "arch/$(SRCARCH)/Kconfig"
source "mm/Kconfig"
//- mm/Kconfig
${ZONE_DEVICE_CONFIG}//- arch/demo/Kconfig
config DEMO
\tdef_bool y
`;

test('what was not saved decides, of headers, Makefile and Kconfig as well', async () => {
  await withTree(TREE, async ({ root }) => {
    const { workspace, changes } = workspaceWith();
    const { trees } = workspace;
    const demo = opened(workspace, LEAK, join(root, 'arch/demo/a.c'));
    const facts = async (): Promise<readonly string[]> =>
      ((await demo.tree()).tree.facts.helpers ?? []).map(({ name }) => name);
    assert.equal((await demo.analysis()).findings.length, 1);
    assert.deepEqual(await facts(), []);
    const header = opened(workspace, '#define pfn_valid(pfn) 1\n', join(root, 'include/linux/mm.h'));
    assert.deepEqual(await facts(), ['pfn_valid']);
    header.setText('/* nothing */\n');
    assert.deepEqual(await facts(), []);
    header.setText('#define pfn_valid(pfn) 1\n');
    header.close();
    assert.deepEqual(await facts(), [], 'closed without saving');
    const before = await changes();
    trees.setBuffer(join(root, 'mm/Kconfig'), `${ZONE_DEVICE_CONFIG}\tdepends on NEVER\nconfig NEVER\n\tbool\n`);
    assert.equal(await changes(), before + 1);
    assert.deepEqual((await demo.analysis()).findings, [], 'the arch can no longer enable ZONE_DEVICE');
    trees.setBuffer(join(root, 'mm/Kconfig'), undefined);
    assert.equal((await demo.analysis()).findings.length, 1);
    trees.setBuffer(join(root, 'Makefile'), 'VERSION = 5\nPATCHLEVEL = 10\n');
    assert.equal((await demo.tree()).tree.release, '5.10');
    trees.setBuffer(join(root, 'arch/demo/Makefile'), 'VERSION = 5\nPATCHLEVEL = 4\n');
    assert.equal((await demo.tree()).root, join(root, 'arch/demo'), 'a tree inside of a tree');
  });
});

const FAR_USER = `#include "guest.h"

void finish(struct page *page)
{
	if (!PageReserved(page))
		drop_guest(page);
}
`;

test('a verdict that rests on a header is found anew when that header is typed in, or no longer included', async () => {
  await withTree(`${MAKEFILE_6_12}//- mm/guest.h\n#define drop_guest put_page\n`, async ({ root }) => {
    const { workspace } = workspaceWith();
    const document = opened(workspace, FAR_USER, join(root, 'mm/demo.c'));
    const verdict = async (): Promise<string> => {
      const { findings } = await document.analysis();
      return findings.map(({ class: cls }) => cls).join();
    };
    const wrong = await verdict();
    const header = opened(workspace, '#define drop_guest flush_dcache_page\n', join(root, 'mm/guest.h'));
    await nextTurn();
    const right = await verdict();
    header.setText('/* nothing */\n');
    await nextTurn();
    const unknown = await verdict();
    header.setText('#define drop_guest put_page\n');
    await nextTurn();
    assert.deepEqual(
      [wrong, right, unknown, await verdict()],
      ['wrong-today', 'right-by-accident', 'unclear', 'wrong-today'],
    );
    document.setText(FAR_USER.replace('#include "guest.h"', ''));
    assert.equal(await verdict(), 'unclear');
  });
});
