import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { KnownTree, WorkspaceDocument } from 'pageref/dist/editor/workspace.js';
import { Workspace } from 'pageref/dist/editor/workspace.js';
import type { Tree } from 'pageref/dist/project/tree.js';
import { LspClient, PULLS, uriOf } from '../support/lsp.js';
import { LEAK, MAKEFILE_6_12, WRAPPER } from '../support/lsp-texts.js';
import { memoryTree } from '../support/memory-tree.js';
import { withTree } from '../support/tree.js';

/** What a tree was asked to do with texts. */
interface Work {
  /** How often each text was cut into items. */
  readonly cut: Map<string, number>;
  /** How often each function was read, by its text and where it begins in it. */
  readonly read: Map<string, number>;
}

function countingTree(tree: Tree): { readonly tree: Tree; readonly work: Work } {
  const work: Work = { cut: new Map(), read: new Map() };
  const count = (into: Map<string, number>, what: string): void => {
    into.set(what, (into.get(what) ?? 0) + 1);
  };
  const { tools } = tree;
  const counted: Tree['tools'] = {
    ...tools,
    // A vocabulary is made for a text as it is opened.
    vocabularyOf: (text, items) => {
      count(work.cut, text);
      return tools.vocabularyOf(text, items);
    },
    reader: {
      ...tools.reader,
      readFunction: (text, item) => {
        count(work.read, `${item.name} at ${String(item.start)} of ${text}`);
        return tools.reader.readFunction(text, item);
      },
    },
  };
  return { tree: { ...tree, tools: counted }, work };
}

function unexpected(message: string): never {
  throw new Error(message);
}

/** Everything a person does in a document without changing it. */
async function lookAround(document: WorkspaceDocument, text: string): Promise<void> {
  const { findings } = await document.analysis();
  await document.hover(text.indexOf('put_page'));
  await document.hover(text.indexOf('page;'));
  await document.pairs(text.indexOf('put_page'));
  for (const finding of findings) await document.fixesOf(finding);
  await document.functionLenses();
  await document.allTests();
  await document.effectTable('demo_access');
  await document.analysis();
}

test('a version is cut once and each of its functions read once, whatever is asked about it', async () => {
  const { tree, work } = countingTree(await memoryTree('6.12'));
  const known: KnownTree = { root: undefined, tree, id: 'counting' };
  const workspace = new Workspace({ jobs: 1, log: unexpected });
  workspace.trees.open = () => Promise.resolve(known);
  const document = workspace.open({ path: undefined, isFile: false, name: 'demo.c' });
  const first = `${WRAPPER}${LEAK}`;
  for (const text of [first, first.replace('return -EFAULT', 'return -EIO')]) {
    document.setText(text);
    await lookAround(document, text);
    assert.equal(work.cut.get(text), 1);
    const read = [...work.read].filter(([what]) => what.endsWith(text));
    assert.ok(read.length >= 3);
    assert.deepEqual(
      read.filter(([, times]) => times !== 1),
      [],
    );
  }
});

test('the lenses of a document are counted in one look through the tree', async () => {
  const files = `${MAKEFILE_6_12}//- mm/other.c\nint ask(struct page *p)\n{\n\treturn one_is(p) + two_is(p);\n}\n`;
  await withTree(files, async ({ root }) => {
    const client = await LspClient.start({
      folders: [root],
      capabilities: PULLS,
      settings: () => ({ codeLens: true }),
    });
    try {
      const uri = uriOf(join(root, 'mm/tests.c'));
      const text = ['one', 'two', 'three'].map((name) => WRAPPER.replaceAll('demo_', `${name}_`)).join('\n');
      await client.open(uri, text.replaceAll('_is_reserved', '_is'));
      const lenses = await client.request<object[]>('textDocument/codeLens', { textDocument: { uri } });
      const resolved = await Promise.all(
        lenses.map((lens) => client.request<{ command: { title: string } }>('codeLens/resolve', lens)),
      );
      assert.deepEqual(
        resolved.map(({ command }) => command.title),
        ['reserved test: 3 call sites', 'reserved test: 3 call sites', 'reserved test: 2 call sites'],
      );
    } finally {
      client.kill();
    }
  });
});

test('one look through a tree gives the calls of all names, and is made again when a text changes', async () => {
  await withTree(`${MAKEFILE_6_12}//- mm/wrapper.c\n${WRAPPER}`, async ({ root }) => {
    const workspace = new Workspace({ jobs: 1, log: unexpected });
    const { tree } = await workspace.trees.open(root, undefined);
    const wanted = (): boolean => true;
    const names = ['demo_drop', 'demo_is_reserved'];
    const first = workspace.calls(tree, names, wanted);
    assert.equal(await workspace.calls(tree, names, wanted), await first);
    assert.deepEqual(Object.fromEntries(await first), { demo_drop: 1, demo_is_reserved: 2 });
    const document = workspace.open({ path: join(root, 'mm/other.c'), isFile: true, name: 'other.c' });
    document.setText('void other(struct page *page)\n{\n\tdemo_drop(page);\n}\n');
    assert.equal((await workspace.calls(tree, names, wanted)).get('demo_drop'), 2);
  });
});
