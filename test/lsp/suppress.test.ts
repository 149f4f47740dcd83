import assert from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ApplyWorkspaceEditResult, CodeAction, Command } from 'vscode-languageserver-protocol/node';
import { SUPPRESSIONS_FILE } from '@pageref/shared';
import {
  apply,
  CODE_ACTION,
  EDITOR,
  editorWith,
  SuppressingSession,
  linesOf,
  PATH,
  reasoned,
  TREE,
  withSession,
} from '../support/suppressing-session.js';
import { PULLS, withServer } from '../support/lsp.js';
import { LEAK } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

const ASKS = { ...EDITOR, experimental: { pageref: { asksReason: true } } };

test('an action for each verdict makes the file, with a line that waits for its reason', async () => {
  await withSession(async (session) => {
    const { client, judged } = session;
    assert.deepEqual(
      (await session.actions()).map(({ title, kind, edit, isPreferred }) => [title, kind, edit, isPreferred]),
      ['false positive', 'intended', 'later'].map((label) => [
        `Suppress with a reason: ${label}`,
        'quickfix',
        undefined,
        undefined,
      ]),
    );
    const edit = await session.edit('Suppress with a reason: intended');
    const [create, change] = edit.documentChanges ?? [];
    assert.deepEqual(create, { kind: 'create', uri: judged, options: { ignoreIfExists: true } });
    assert.deepEqual(change && 'textDocument' in change && change.textDocument, { uri: judged, version: null });
    assert.equal(existsSync(join(session.tree.root, SUPPRESSIONS_FILE)), false);
    apply(edit);
    const [line] = linesOf(session.onDisk());
    assert.deepEqual([line?.path, line?.verdict, line?.reason], [PATH, 'intended', '']);

    await session.wrote(session.onDisk());
    assert.equal((await session.diagnostics()).length, 1, 'nothing is silent without a reason');
    await session.wrote(reasoned(session.onDisk()));
    await client.until(() => client.refreshes > 0, 'a refresh');
    assert.deepEqual(await session.diagnostics(), []);
    assert.deepEqual(await session.actions(), []);

    const before = client.refreshes;
    await session.wrote(undefined);
    await client.until(() => client.refreshes > before, 'a second refresh');
    assert.equal((await session.diagnostics()).length, 1);
  });
});

test('after the edit the editor is taken to where the reason is missing', async () => {
  await withSession(async (session) => {
    const [action] = await session.actions();
    const { edit, command } = await session.client.request<CodeAction>('codeAction/resolve', action);
    assert.ok(edit);
    apply(edit);
    await session.client.request('workspace/executeCommand', command);
    const line = session.onDisk().split('\n')[1] ?? '';
    const column = line.indexOf('"reason":"') + '"reason":"'.length + 1;
    assert.deepEqual(session.client.shown, [`${session.judged}#2:${column}-2:${column}`]);
  });
});

test('an editor that shows no documents is told the place', async () => {
  await withSession(
    async (session) => {
      apply(await session.edit('Suppress with a reason: later'));
      const [action] = await session.actions();
      await session.client.request('workspace/executeCommand', action?.command);
      assert.deepEqual(session.client.messages, [
        `${join(session.tree.root, SUPPRESSIONS_FILE)}:2: write the reason there. Until then the finding is still shown.`,
      ]);
    },
    { ...EDITOR, window: PULLS.window },
  );
});

test('choosing again puts the new verdict in place of the line that waits', async () => {
  await withSession(async (session) => {
    apply(await session.edit('Suppress with a reason: later'));
    const before = session.onDisk();
    assert.deepEqual(await session.edit('Suppress with a reason: later'), { documentChanges: [] });
    apply(await session.edit('Suppress with a reason: intended'));
    assert.equal(session.onDisk(), before.replace('"later"', '"intended"'));
  });
});

test('an editor that makes no files gets the edit alone, one without versions plain changes', async () => {
  await withSession(
    async (session) => {
      const edit = await session.edit('Suppress with a reason: later');
      assert.deepEqual(
        edit.documentChanges?.map((change) => 'kind' in change),
        [false],
      );
      apply(edit);
      assert.equal(linesOf(session.onDisk()).length, 1);
    },
    editorWith({ workspaceEdit: { documentChanges: true } }),
  );
  await withSession(
    async (session) => {
      const edit = await session.edit('Suppress with a reason: later');
      assert.deepEqual(Object.keys(edit.changes ?? {}), [session.judged]);
      apply(edit);
      assert.equal(linesOf(session.onDisk()).length, 1);
    },
    editorWith({ workspaceEdit: { resourceOperations: ['create'] } }),
  );
});

test('an edit is refused when the document has changed, and comes at once where it cannot be asked for later', async () => {
  await withSession(async (session) => {
    const [action] = await session.actions();
    await session.client.change(session.uri, 8, [{ text: `\n${LEAK}` }]);
    await assert.rejects(session.client.request('codeAction/resolve', action), { code: -32801 });
  });
  const { resolveSupport: _resolve, ...codeAction } = CODE_ACTION;
  await withSession(
    async (session) => {
      const [action] = await session.actions();
      assert.equal(action?.data, undefined);
      assert.ok(action?.edit);
      apply(action.edit);
      assert.equal(linesOf(session.onDisk())[0]?.verdict, 'false-positive');
    },
    { ...EDITOR, textDocument: { ...EDITOR.textDocument, codeAction } },
  );
});

test('a text that stands for no file of a tree has no such action', async () => {
  await withSession(async (session) => {
    const { client } = session;
    for (const uri of ['untitled:Untitled-1', session.uri.replace('file:', 'git:')]) {
      await client.open(uri, LEAK);
      const [finding] = await client.diagnostics(uri);
      const menu = await client.request<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri },
        range: finding?.range,
        context: { diagnostics: [finding] },
      });
      assert.ok(menu.length > 0);
      assert.equal(
        menu.some(({ title }) => title.startsWith('Suppress')),
        false,
      );
    }
  });
});

test('an editor that asks for the reason is offered its own command, and the server edits with what it gives', async () => {
  await withSession(async (session) => {
    const [finding] = await session.diagnostics();
    const { fingerprint } = finding?.data as { fingerprint: string };
    const [action, ...more] = await session.actions();
    assert.deepEqual(more, []);
    assert.equal(action?.title, 'Suppress with a reason...');
    assert.deepEqual(action.command, {
      title: 'Suppress with a reason...',
      command: 'pageref.askReason',
      arguments: [{ uri: session.uri, fingerprint }],
    });
    assert.deepEqual(await session.suppress({ reason: 'Because "x"\nand y' }), { uri: session.judged });
    const [line] = linesOf(session.onDisk());
    assert.deepEqual([line?.verdict, line?.reason], ['intended', 'Because "x"\nand y']);
    await session.wrote(session.onDisk());
    assert.deepEqual(await session.diagnostics(), []);
    const hover = await session.client.request<unknown>('textDocument/hover', {
      textDocument: { uri: session.uri },
      position: finding?.range.start,
    });
    assert.match(JSON.stringify(hover), /Judged \(intended\): Because/);
  }, ASKS);
});

test('an editor without code action literals has the command for each verdict', async () => {
  await withSession(
    async (session) => {
      const commands = (await session.actions()) as unknown as Command[];
      assert.deepEqual(
        commands.map(({ command }) => command),
        ['pageref.suppress', 'pageref.suppress', 'pageref.suppress'],
      );
      await session.client.request('workspace/executeCommand', commands[2]);
      assert.deepEqual(
        linesOf(session.onDisk()).map(({ verdict, reason }) => [verdict, reason]),
        [['later', '']],
      );
      assert.equal(session.client.shown.length, 1);
    },
    { ...EDITOR, textDocument: PULLS.textDocument },
  );
});

test('an edit that the editor does not apply is an error, and nothing is written', async () => {
  await withTree(TREE, async (tree) => {
    const applyEdit = (): ApplyWorkspaceEditResult => ({ applied: false, failureReason: 'read-only' });
    await withServer({ folders: [tree.root], capabilities: EDITOR, applyEdit }, async (client) => {
      const session = new SuppressingSession(tree, client);
      await client.open(session.uri, LEAK);
      await assert.rejects(session.suppress(), { code: -32803, message: 'the edit was not applied: read-only' });
      assert.equal(existsSync(join(tree.root, SUPPRESSIONS_FILE)), false);
    });
  });
  await withSession(
    (session) => assert.rejects(session.suppress(), { code: -32803, message: /does not apply edits/ }),
    editorWith({ applyEdit: false }),
  );
});

test('a file that leads out of the tree is neither read nor edited', async () => {
  await withSession(async (session) => {
    symlinkSync('/dev/null', join(session.tree.root, SUPPRESSIONS_FILE));
    const [action] = await session.actions();
    await assert.rejects(session.client.request('codeAction/resolve', action), {
      code: -32803,
      message: /cannot be read: a symbolic link leads out of the tree/,
    });
  });
});

test('nonsense is answered with an error', async () => {
  await withSession(async (session) => {
    const { client, uri } = session;
    const bad = (method: string, params: unknown): Promise<void> =>
      assert.rejects(client.request(method, params), { code: -32602 });
    const [finding] = await session.diagnostics();
    const { fingerprint } = finding?.data as { fingerprint: string };
    const data = { uri, version: 7, fingerprint, verdict: 'later' };
    for (const wrong of [
      { ...data, verdict: 'baseline' },
      { ...data, verdict: 7 },
      { ...data, fingerprint: undefined },
      { ...data, version: '7' },
    ]) {
      await bad('codeAction/resolve', { title: 'mine', data: wrong });
    }
    await assert.rejects(client.request('codeAction/resolve', { title: 'mine', data: { ...data, fingerprint: 'x' } }), {
      code: -32801,
    });
    for (const wrong of [
      undefined,
      [],
      'all',
      { ...data, verdict: 'baseline' },
      { ...data, reason: '' },
      { ...data, reason: ' \n' },
      { ...data, reason: 7 },
      { ...data, fingerprint: 'gone' },
      { ...data, uri: 7 },
    ]) {
      await bad('workspace/executeCommand', { command: 'pageref.suppress', arguments: [wrong] });
    }
    await bad('workspace/executeCommand', { command: 'pageref.suppress' });
    await bad('workspace/executeCommand', { command: 'pageref.showReason', arguments: [{ uri }] });
    assert.equal(existsSync(join(session.tree.root, SUPPRESSIONS_FILE)), false);
  });
});

/** Two functions on one page: the test, what rests on it, and calls that ask through it. */
const ONE_DEFECT = `static bool demo_is_reserved(unsigned long pfn)
{
	if (pfn_valid(pfn))
		return PageReserved(pfn_to_page(pfn));
	return true;
}
static void put_pfn(unsigned long pfn)
{
	if (!demo_is_reserved(pfn))
		unpin_user_page(pfn_to_page(pfn));
}
long demo_pin(struct mm_struct *mm, unsigned long addr)
{
	struct page *page;
	long got = pin_user_pages_remote(mm, addr, 1, 0, &page, NULL);

	if (got == 1)
		put_pfn(page_to_pfn(page));
	return got;
}
`;

test('who judges a defect judges all findings that tell of it', async () => {
  await withSession(
    async (session) => {
      await session.diagnostics();
      await session.client.until(() => session.client.refreshes > 0, 'what the whole tree knows');
      const found = await session.diagnostics();
      const defect = found.find(({ code }) => code === 'reserved-conflates-zone-device');
      assert.equal(found.length, 2);
      await session.suppress(defect?.data as object);
      const lines = linesOf(session.onDisk());
      assert.deepEqual([...new Set(lines.map(({ rule }) => rule))].sort(), [
        'imbalanced-for-zone-device',
        'reserved-conflates-zone-device',
        'reserved-wrapper',
      ]);
      assert.ok(lines.every(({ reason }) => reason === 'No dax here.'));
      await session.wrote(session.onDisk());
      const left = await session.diagnostics();
      assert.deepEqual(
        left.map(({ code }) => code),
        ['pfn-valid-is-not-ram'],
      );
    },
    ASKS,
    ONE_DEFECT,
    {},
  );
});
