import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CodeAction, Command, Diagnostic, TextEdit } from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { PeekParams } from '@pageref/shared';
import { PUBLISHES, PULLS, uriOf, withServer } from '../support/lsp.js';
import type { LspClient } from '../support/lsp.js';
import { GUARDED, LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

const KERNEL = `${MAKEFILE_6_12}//- include/linux/mmzone.h
static inline bool is_zone_device_page(const struct page *page)
{
	return true;
}
//- include/linux/mm.h
#include <linux/mmzone.h>
//- mm/demo.c
`;

const CODE_ACTION = {
  codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } },
  dataSupport: true,
  resolveSupport: { properties: ['edit'] },
  disabledSupport: true,
  isPreferredSupport: true,
};

/** An editor with everything fixes can use, columns in UTF-16. */
const EDITOR = {
  ...PULLS,
  general: { positionEncodings: ['utf-16'] },
  textDocument: { ...PULLS.textDocument, codeAction: CODE_ACTION },
  workspace: { ...PULLS.workspace, workspaceEdit: { documentChanges: true } },
  window: { ...PULLS.window, showDocument: { support: true } },
};

interface Opened {
  readonly client: LspClient;
  readonly uri: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly actions: (context?: object, diagnostic?: Diagnostic) => Promise<CodeAction[]>;
  readonly resolve: (action: CodeAction | undefined) => Promise<CodeAction>;
}

/** Opens a text in a small kernel and hands over what an editor would have. */
async function withText(
  text: string,
  body: (opened: Opened) => Promise<void>,
  capabilities: object = EDITOR,
): Promise<void> {
  await withTree(KERNEL, async ({ root }) => {
    await withServer({ folders: [root], capabilities }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, text, 7);
      const diagnostics = await client.diagnostics(uri);
      const range = diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
      await body({
        client,
        uri,
        diagnostics,
        actions: (context = {}, diagnostic) =>
          client.request('textDocument/codeAction', {
            textDocument: { uri },
            range: diagnostic?.range ?? range,
            context: { diagnostics, ...context },
          }),
        resolve: (action) => client.request('codeAction/resolve', action),
      });
    });
  });
}

/** The text after an edit that is of this version of the document. */
function edited(text: string, { edit }: CodeAction, uri: string, version: number): string {
  const [change] = edit?.documentChanges ?? [];
  assert.ok(change && 'edits' in change && edit?.documentChanges?.length === 1, JSON.stringify(edit));
  assert.deepEqual(change.textDocument, { uri, version });
  return TextDocument.applyEdits(TextDocument.create(uri, 'c', version, text), change.edits as TextEdit[]);
}

const FIXED = LEAK.replace('\tif (!PageReserved(page))\n\t\tput_page(page);', '\tput_page(page);');

test('the menu: fixes without their edits, the preferred one first, then what else can be done', async () => {
  await withText(LEAK, async ({ uri, diagnostics, actions, client }) => {
    assert.deepEqual(client.initialized.capabilities.codeActionProvider, {
      codeActionKinds: ['quickfix', 'source.fixAll.pageref'],
      resolveProvider: true,
    });
    const menu = await actions();
    assert.deepEqual(
      menu.map(({ title, kind, isPreferred }) => [title.split(/[:(]/)[0]?.trim(), kind, isPreferred]),
      [
        ['Drop the test', 'quickfix', true],
        ['Exempt ZONE_DEVICE pages with !is_zone_device_page', 'quickfix', undefined],
        ['Suppress with a reason', 'quickfix', undefined],
        ['Suppress with a reason', 'quickfix', undefined],
        ['Suppress with a reason', 'quickfix', undefined],
        ['Show why pageref says so', 'quickfix', undefined],
        ['Open the page about this rule', 'quickfix', undefined],
      ],
    );
    const [fix] = menu;
    assert.equal(fix?.edit, undefined);
    assert.deepEqual(fix?.diagnostics, diagnostics);
    const { fingerprint } = diagnostics[0]?.data as { fingerprint: string };
    assert.deepEqual(fix.data, { uri, version: 7, fingerprint, fix: 'drop-test' });
  });
});

const PINNED = `#include <linux/mm.h>

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
	unpin_user_page(page);
	return 0;
}
`;

test('what a reference rule finds is mended from the menu, by one short line', async () => {
  const wrong = PINNED.replace('unpin_user_page(page);\n\treturn 0', 'put_page(page);\n\treturn 0');
  await withText(wrong, async ({ client, uri, diagnostics, actions, resolve }) => {
    assert.deepEqual(diagnostics.map(({ code }) => code).sort(), ['get-without-put', 'wrong-release']);
    const leak = diagnostics.find(({ code }) => code === 'get-without-put');
    const [add] = await actions({}, leak);
    assert.deepEqual([add?.title, add?.isPreferred], ['Add unpin_user_page() before leaving', true]);
    const mended = edited(wrong, await resolve(add), uri, 7);
    assert.match(mended, /if \(demo->dead\) \{\n\t\tunpin_user_page\(page\);\n\t\treturn -ENODEV;\n\t\}/);
    await client.change(uri, 8, [{ text: mended }]);
    const [left, ...others] = await client.diagnostics(uri);
    assert.deepEqual([left?.code, others], ['wrong-release', []]);
    const [use] = await actions({ diagnostics: [left] }, left);
    assert.equal(use?.title, 'Use unpin_user_page() instead');
    const right = edited(mended, await resolve(use), uri, 8);
    await client.change(uri, 9, [{ text: right }]);
    assert.deepEqual(await client.diagnostics(uri), []);
  });
});

test('resolving makes the edit, and what it makes has no finding', async () => {
  await withText(LEAK, async ({ client, uri, actions, resolve }) => {
    const [drop, exempt] = await actions();
    const after = edited(LEAK, await resolve(drop), uri, 7);
    assert.equal(after, FIXED);
    assert.match(
      edited(LEAK, await resolve(exempt), uri, 7),
      /if \(!PageReserved\(page\) \|\| is_zone_device_page\(page\)\)/,
    );
    await client.change(uri, 8, [{ text: after }]);
    assert.deepEqual(await client.diagnostics(uri), []);
  });
});

test('an action of an older document is refused as content modified', async () => {
  await withText(LEAK, async ({ client, uri, actions, resolve }) => {
    const [fix] = await actions();
    await client.change(uri, 8, [{ text: `/* above */\n${LEAK}` }]);
    await assert.rejects(resolve(fix), { code: -32801, message: /has changed since the fix was offered/ });
    const [again] = await actions({}, (await client.diagnostics(uri))[0]);
    assert.equal(edited(`/* above */\n${LEAK}`, await resolve(again), uri, 8), `/* above */\n${FIXED}`);
    await client.close(uri);
    await assert.rejects(resolve(again), { code: -32801 });
  });
});

const TWO = `${LEAK}
int demo_mark(struct page *page)
{
	if (!PageReserved(page))
		SetPageDirty(page);
	return 0;
}

void demo_release(struct page *page)
{
	if (!PageReserved(page))
		put_page(page);
}
`;

test('source.fixAll.pageref applies safe fixes only, and only to those who ask', async () => {
  await withText(TWO, async ({ client, uri, actions, resolve }) => {
    assert.ok((await actions()).every(({ kind }) => kind === 'quickfix'));
    for (const kind of ['source.fixAll.pageref', 'source.fixAll', 'source']) {
      const found = await actions({ only: [kind] });
      assert.deepEqual(
        found.map((action) => action.kind),
        ['source.fixAll.pageref'],
        kind,
      );
      assert.equal(edited(TWO, await resolve(found[0]), uri, 7), TWO.replace(LEAK, FIXED));
    }
    assert.deepEqual(await actions({ only: ['refactor'] }), []);
    assert.deepEqual(await actions({ only: ['source.organizeImports'] }), []);
    await client.change(uri, 8, [{ text: TWO.replace(LEAK, FIXED) }]);
    assert.deepEqual(await actions({ only: ['source.fixAll.pageref'] }), []);
  });
});

test('where the test is right the menu says why there is no fix', async () => {
  await withText(TWO, async ({ diagnostics, actions }) => {
    const marks = await actions({}, diagnostics[1]);
    assert.equal(marks[0]?.title, 'No fix');
    assert.match(marks[0].disabled?.reason ?? '', /^Right today: /);
    const release = await actions({}, diagnostics[2]);
    assert.match(release[0]?.title ?? '', /\(the page must be pinned\)$/);
    assert.equal(release[0]?.isPreferred, undefined);
  });
});

test('commands say why, and open the page', async () => {
  await withText(TWO, async ({ client, diagnostics, actions }) => {
    const command = async (diagnostic: Diagnostic | undefined, title: RegExp): Promise<Command | undefined> =>
      (await actions({}, diagnostic)).find((action) => title.test(action.title))?.command;
    const why = await command(diagnostics[1], /^Show why/);
    const said = await client.request<string>('workspace/executeCommand', why);
    assert.match(said, /only because of PG_reserved.* Right today: /);
    assert.deepEqual(client.messages, [said]);
    const [action] = (await actions({}, diagnostics[1])).filter(({ title }) => title.startsWith('Show why'));
    assert.deepEqual(await client.request('codeAction/resolve', action), action, 'there is nothing to be resolved');
    const page = await client.request<string>(
      'workspace/executeCommand',
      await command(diagnostics[0], /^Open the page/),
    );
    assert.match(page, /docs\/rules\/reserved-conflates-zone-device\.md$/);
    assert.deepEqual(client.shown, [page]);
  });
});

const PEEKS = { ...EDITOR, experimental: { pageref: { peeksPlaces: true } } };

test('an editor that peeks is handed the way to a finding in its order, others none', async () => {
  const text = PINNED.replace('\tif (demo_run(demo->id)) {\n\t\tunpin_user_page(page);', '\tif (demo_run(demo->id)) {');
  await withText(
    text,
    async ({ uri, actions, diagnostics }) => {
      const peek = (await actions()).find(({ title }) => title.startsWith('Show why'))?.command;
      assert.equal(peek?.command, 'pageref.peekWhy');
      const { fingerprint } = diagnostics[0]?.data as { fingerprint: string };
      const [params] = peek.arguments as [PeekParams];
      assert.deepEqual([params.uri, params.fingerprint], [uri, fingerprint]);
      assert.deepEqual(params.position, diagnostics[0]?.range.start);
      const lines = params.places.map(({ uri: at, range }) => [at, range.start.line + 1]);
      const wanted = [7, 9, 10].map((line) => [uri, line]);
      assert.deepEqual(lines.slice(0, 3), wanted);
      assert.equal(new Set(lines.map(String)).size, lines.length);
    },
    PEEKS,
  );
});

test('a client that cannot resolve gets the edit at once; one without literals gets commands', async () => {
  const { resolveSupport: _resolve, ...simple } = CODE_ACTION;
  const plain = {
    ...EDITOR,
    textDocument: { ...EDITOR.textDocument, codeAction: simple },
    workspace: { ...EDITOR.workspace, workspaceEdit: {} },
  };
  await withText(
    LEAK,
    async ({ uri, actions }) => {
      const [fix] = await actions();
      assert.equal(fix?.data, undefined);
      const changes = fix?.edit?.changes?.[uri] ?? [];
      assert.equal(TextDocument.applyEdits(TextDocument.create(uri, 'c', 7, LEAK), changes), FIXED);
    },
    plain,
  );
  await withText(
    LEAK,
    async ({ actions }) => {
      const commands = (await actions()) as unknown as Command[];
      assert.deepEqual(
        commands.map(({ command }) => command),
        ['pageref.showWhy', 'pageref.openRule'],
      );
    },
    PULLS,
  );
});

test('columns are those of the encoding that was agreed', async () => {
  const text = LEAK.replace('if (!PageReserved', '/* ÄÖÜ ☃ */ if (page && !PageReserved');
  await withText(
    text,
    async ({ uri, actions, resolve }) => {
      const exempt = (await actions()).find(({ title }) => title.startsWith('Exempt'));
      const [change] = (await resolve(exempt)).edit?.documentChanges ?? [];
      assert.ok(change && 'edits' in change);
      const bytes = Buffer.from(text.split('\n')[9] ?? '');
      const [edit] = change.edits as TextEdit[];
      assert.equal(change.textDocument.uri, uri);
      assert.equal(bytes.subarray(edit?.range.start.character).toString().trimStart(), '!PageReserved(page))');
    },
    { ...EDITOR, general: { positionEncodings: ['utf-8'] } },
  );
});

test('nonsense is answered with an error, and nothing found with nothing', async () => {
  await withText(GUARDED, async ({ client, uri, actions }) => {
    assert.deepEqual(await actions(), []);
    assert.deepEqual(await actions({ only: ['source.fixAll'] }), []);
    const textDocument = { uri };
    const bad = (method: string, params: unknown): Promise<void> =>
      assert.rejects(client.request(method, params), { code: -32602 });
    await bad('textDocument/codeAction', { textDocument, range: 'all', context: {} });
    await bad('codeAction/resolve', { title: 'mine', data: { uri, version: '7' } });
    await bad('codeAction/resolve', { title: 'mine', data: { uri, version: 7, fingerprint: 'x', fix: 'no-such' } });
    await bad('codeAction/resolve', { title: 'mine' });
    await bad('workspace/executeCommand', { command: 'pageref.showWhy', arguments: [{ uri }] });
    await bad('workspace/executeCommand', { command: 'pageref.showWhy', arguments: [{ uri, fingerprint: 'gone' }] });
    await bad('workspace/executeCommand', { command: 'toString' });
    const away = { uri: `${uri}.gone`, version: 1, fingerprint: 'x', fix: 'drop-test' };
    await assert.rejects(client.request('codeAction/resolve', { title: 'mine', data: away }), { code: -32801 });
  });
});

test('an editor that waits for diagnostics can ask for fixes too', async () => {
  await withTree(KERNEL, async ({ root }) => {
    const textDocument = { ...PUBLISHES.textDocument, codeAction: CODE_ACTION };
    await withServer({ folders: [root], capabilities: { textDocument } }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, LEAK, 1);
      const [found] = await client.publishedFor(uri, 1);
      const menu = await client.request<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri },
        range: found?.range,
        context: { diagnostics: [found] },
      });
      assert.match(menu[0]?.title ?? '', /^Drop the test/);
    });
  });
});
