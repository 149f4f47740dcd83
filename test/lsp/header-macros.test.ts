import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import type { Hover, InlayHint } from 'vscode-languageserver-protocol';
import { assertSame, EditorTree } from '../support/editor-tree.js';
import type { Lines } from '../support/editor-tree.js';
import { PULLS, uriOf, withServer } from '../support/lsp.js';
import { MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

const HEADER = `#ifndef CARD_COMPAT_H
#define CARD_COMPAT_H
#ifdef CARD_HAVE_PIN
#define CARD_PIN(addr, nr, pages) pin_user_pages_fast(addr, nr, FOLL_WRITE, pages)
#define CARD_UNPIN unpin_user_page
#else
#define CARD_PIN(addr, nr, pages) get_user_pages_fast(addr, nr, FOLL_WRITE, pages)
#define CARD_UNPIN put_page
#endif
#define CARD_PIN_ONE(addr, page) CARD_PIN(addr, 1, page)
#define CARD_DROP(page) put_page(page)
/* What a card has. */
#endif
`;

/** A driver that forgets a page on one way out, as its header tells, and one that puts a page that nobody holds any more. */
const MODULE = `//- Kbuild
obj-m += card.o
//- include/compat.h
${HEADER}//- src/map.c
#include "compat.h"
int card_map(struct card *card, unsigned long addr)
{
	struct page *page;

	if (CARD_PIN_ONE(addr, &page) != 1)
		return -EFAULT;
	if (card_busy(card))
		return -EBUSY;
	CARD_DROP(card->page);
	CARD_UNPIN(page);
	return 0;
}
//- src/twice.c
#include "compat.h"
void card_twice(struct card *card)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return;
	put_page(page);
	put_page(page);
}
//- src/other.c
int card_other(struct page *page)
{
	return page_count(page);
}
`;
const [MAP, COMPAT] = ['src/map.c', 'include/compat.h'];

const leaks = (lines: Lines): boolean =>
  lines.some((line) => /^src\/map\.c:\d+:\d+ .*\| get-without-put \|/.test(line));
const isQuiet = (lines: Lines): boolean => lines.length === 0;

/** Runs `body` with an editor that has the module open; nothing may be logged. */
async function inEditor(fixture: string, body: (editor: EditorTree, tree: Tree) => Promise<void>): Promise<void> {
  await withTree(fixture, async (tree) => {
    const editor = new EditorTree(tree.root);
    try {
      await body(editor, tree);
      assert.deepEqual(editor.log, []);
    } finally {
      editor.close();
    }
  });
}
type Tree = Parameters<Parameters<typeof withTree>[1]>[0];

/** What is said when the first look is over, which begins when somebody asks. */
async function looked(editor: EditorTree): Promise<Lines> {
  await editor.says(MAP);
  assert.ok(await editor.until(() => editor.looks.length === 1));
  return await editor.says(MAP);
}

/** Longer than an edit waits for the next one. */
const afterPause = (): Promise<unknown> => sleep(800);

test('files of a module in an editor are what check says of them', async () => {
  await withTree(MODULE, async ({ root }) => {
    const paths = [MAP, 'src/twice.c', 'src/other.c', COMPAT];
    assert.ok((await assertSame(root, paths, { isModule: true })) >= 2);
  });
});

test('a header that was never saved counts, and no more when it is closed', async () => {
  const empty = MODULE.replace(HEADER, '');
  await inEditor(empty, async (editor) => {
    editor.open(MAP);
    assert.deepEqual(await looked(editor), []);
    const header = editor.open(COMPAT, HEADER);
    assert.ok(leaks(await editor.settles(MAP, leaks)));
    header.close();
    assert.deepEqual(await editor.settles(MAP, isQuiet), []);
  });
});

test('an edit of a header judges the open files again, and one that leaves its macros alone does not', async () => {
  await inEditor(MODULE, async (editor) => {
    editor.open(COMPAT);
    editor.open(MAP);
    assert.ok(leaks(await editor.settles(MAP, leaks)));
    await afterPause();
    const [changes, looks] = [editor.changes, editor.looks.length];
    editor.edit(COMPAT, 'What a card has', 'put_page() and what else a card has');
    editor.edit(MAP, 'int card_map', '\nint card_map');
    await afterPause();
    assert.ok(leaks(await editor.says(MAP)));
    assert.deepEqual([editor.changes, editor.looks.length], [changes, looks], 'nobody has looked again');
    editor.edit(
      COMPAT,
      'CARD_PIN_ONE(addr, page) CARD_PIN(addr, 1, page)',
      'CARD_PIN_ONE(addr, page) card_pin(addr, page)',
    );
    assert.deepEqual(await editor.settles(MAP, isQuiet), []);
    assert.ok(editor.changes > changes, 'the client is told');
    editor.edit(COMPAT, 'card_pin(addr, page)', 'CARD_PIN(addr, 1, page)');
    assert.ok(leaks(await editor.settles(MAP, leaks)));
    editor.edit(COMPAT, 'CARD_PIN_ONE', 'CARD_PIN_FIRST');
    editor.edit(MAP, 'CARD_PIN_ONE', 'CARD_PIN_FIRST');
    assert.ok(await editor.until(() => editor.changes > changes + 2));
    assert.ok(leaks(await editor.settles(MAP, leaks)), 'by another name');
  });
});

test('a header that changes on disk is looked at again, a C file is not', async () => {
  await inEditor(MODULE, async (editor, { root, write }) => {
    editor.open(MAP);
    assert.ok(leaks(await editor.settles(MAP, leaks)));
    write('src/other.c', 'void card_other(void)\n{\n}\n');
    editor.workspace.filesChanged([join(root, 'src/other.c')]);
    write(COMPAT, HEADER.replaceAll('_user_pages_fast', '_nothing_at_all'));
    editor.workspace.filesChanged([join(root, COMPAT)]);
    assert.deepEqual(await editor.settles(MAP, isQuiet), []);
    assert.deepEqual(editor.looks, ['done', 'done']);
  });
});

test('an edit of the macros of a header does not search the module', async () => {
  await inEditor(MODULE, async (editor, { root, write }) => {
    editor.open(COMPAT);
    editor.open(MAP);
    assert.ok(leaks(await editor.settles(MAP, leaks)));
    await afterPause();
    const looks = editor.looks.length;
    write('include/more.h', '#define CARD_GRAB(addr, page) get_user_pages_fast(addr, 1, 0, page)\n');
    editor.edit(MAP, 'CARD_PIN_ONE', 'CARD_GRAB');
    editor.edit(COMPAT, 'CARD_DROP(page) put_page(page)', 'CARD_DROP(page) put_page((page))');
    assert.ok(await editor.until(() => editor.looks.length === looks + 1));
    assert.deepEqual(await editor.says(MAP), [], 'nobody was told of the new file');
    editor.workspace.filesChanged([join(root, 'include/more.h')]);
    assert.ok(leaks(await editor.settles(MAP, leaks)));
  });
});

test('headers of a kernel are not looked for, nor those of a kernel inside of a module', async () => {
  await inEditor(`${MAKEFILE_6_12}${MODULE}`, async (editor) => {
    editor.open(MAP);
    assert.deepEqual(await looked(editor), []);
    await afterPause();
    assert.deepEqual(await editor.says(MAP), []);
  });
  const inside = MAKEFILE_6_12.replace('//- Makefile', '//- linux/Makefile');
  await inEditor(`${inside}${MODULE.replace('//- include', '//- linux/include')}`, async (editor) => {
    editor.open(MAP);
    assert.deepEqual(await looked(editor), []);
  });
});

test('fixes know the macros of headers', async () => {
  await inEditor(MODULE, async (editor) => {
    const document = editor.open(MAP);
    assert.ok(leaks(await editor.settles(MAP, leaks)));
    const { findings } = await document.analysis();
    const [leak] = findings.filter(({ rule }) => rule === 'get-without-put');
    const fixable = leak && (await document.fixesOf(leak));
    assert.ok(fixable, 'the finding is found again by who looks for fixes');
  });
});

test('a client is told when macros of headers are known, and sees what they stand for', async () => {
  await withTree(MODULE, async ({ root }) => {
    const capabilities = { ...PULLS, textDocument: { ...PULLS.textDocument, inlayHint: {} } };
    const settings = (): unknown => ({ kernelRelease: '6.12', inlayHints: { references: true } });
    await withServer({ folders: [root], capabilities, settings }, async (client) => {
      const [uri, text] = [uriOf(join(root, MAP)), readFileSync(join(root, MAP), 'utf8')];
      await client.open(uri, text);
      const before = await client.pull(uri);
      assert.deepEqual(before.kind === 'full' && before.items, []);
      await client.until(() => client.refreshes > 0, 'a refresh');
      assert.deepEqual(
        (await client.diagnostics(uri)).map(({ code }) => code),
        ['get-without-put'],
      );
      assert.notEqual((await client.pull(uri)).resultId, before.resultId);
      assert.ok(client.logged(/looked for macros of headers: done after/));
      const lines = text.split('\n');
      const at = lines.findIndex((line) => line.includes('CARD_UNPIN'));
      const position = { line: at, character: 3 };
      const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri }, position });
      assert.match(JSON.stringify(hover.contents), /It stands for put\\+_page\(\), unpin\\+_user\\+_page\(\)/);
      const range = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };
      const hints = await client.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range });
      // What is something else in each way has no label.
      assert.deepEqual(
        hints.map(({ position: { line }, label }) => `${String(line + 1)} ${typeof label === 'string' ? label : ''}`),
        ['10 -1 ref'],
      );
    });
  });
});

test('a module is not looked at where the settings say so', async () => {
  await withTree(MODULE, async ({ root }) => {
    await withServer({ folders: [root], settings: () => ({ wholeTree: false }) }, async (client) => {
      const uri = uriOf(join(root, MAP));
      await client.open(uri, readFileSync(join(root, MAP), 'utf8'));
      assert.deepEqual(await client.diagnostics(uri), []);
      await sleep(1500);
      assert.deepEqual(await client.diagnostics(uri), []);
      assert.equal(client.logged('macros of headers'), false);
    });
  });
});
