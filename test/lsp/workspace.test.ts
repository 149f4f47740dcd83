import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Superseded, Workspace } from 'pageref/dist/ide/workspace.js';
import type { KnownTree, WorkspaceDocument } from 'pageref/dist/ide/workspace.js';
import { LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { memoryTree } from '../support/memory-tree.js';
import { withTree } from '../support/tree.js';

function workspaceWith(): { readonly workspace: Workspace; readonly log: string[] } {
  const log: string[] = [];
  return { workspace: new Workspace({ jobs: 1, log: (message) => log.push(message) }), log };
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
  assert.equal(log.length, 2);
  assert.match(log[0] ?? '', /demo\.c: it could not be analysed, its findings are missing: Error: the model is broken/);
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
    const { workspace } = workspaceWith();
    const { trees } = workspace;
    assert.equal(trees.rootOf(join(root, 'mm/deep/down/a.c')), root);
    const first = await trees.open(root, undefined);
    assert.equal(workspace.filesChanged([join(root, 'mm/a.c'), join(root, 'README')]), false);
    assert.equal(workspace.filesChanged([join(root, 'include/linux/mm.h')]), true);
    assert.equal(await trees.open(root, undefined), first);
    tree.write(
      'include/linux/mm.h',
      'static inline bool is_zone_device_page(const struct page *page)\n{\n\treturn 0;\n}\n',
    );
    assert.equal(await trees.open(root, undefined), first, 'nobody has told of it');
    workspace.filesChanged([join(root, 'include/linux/mm.h')]);
    const second = await trees.open(root, undefined);
    assert.notEqual(second.id, first.id);
    tree.write('Makefile', 'VERSION = 5\nPATCHLEVEL = 4\n');
    trees.recheckReleases();
    assert.equal((await trees.open(root, undefined)).tree.release, '5.4');
    assert.equal(workspace.filesChanged(Array.from({ length: 501 }, () => 'x')), true);
    assert.equal((await trees.open(root, '6.1')).tree.release, '6.1');
  });
});
