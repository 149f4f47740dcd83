import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CodeAction, TextEdit } from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SUPPRESSIONS_FILE, RULE_RESERVED } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { addSuppression, HEADER } from 'pageref/dist/runs/suppressions/write.js';
import { pageref } from '../support/cli.js';
import {
  apply,
  CODE_ACTION,
  EDITOR,
  SuppressingSession,
  linesOf,
  PATH,
  reasoned,
  TREE,
  withSession,
} from '../support/suppressing-session.js';
import { PUBLISHES, uriOf, withServer } from '../support/lsp.js';
import { LEAK } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

test('the open text of the file wins over the disk, and its edit is of its version', async () => {
  await withSession(async (session) => {
    const { client, judged } = session;
    apply(await session.edit('Suppress with a reason: later'));
    const whole = reasoned(session.onDisk());
    await session.wrote(whole);
    assert.deepEqual(await session.diagnostics(), []);

    await client.open(judged, `${HEADER}\n`, 3, 'jsonl');
    assert.equal((await session.diagnostics()).length, 1);
    const { documentChanges } = await session.edit('Suppress with a reason: later');
    const [change] = documentChanges ?? [];
    assert.ok(change && 'edits' in change && documentChanges?.length === 1);
    assert.deepEqual(change.textDocument, { uri: judged, version: 3 });
    const document = TextDocument.create(judged, 'jsonl', 3, `${HEADER}\n`);
    const edited = TextDocument.applyEdits(document, change.edits as TextEdit[]);
    await client.change(judged, 4, [{ text: edited }]);
    const [problem, ...more] = await client.diagnostics(judged);
    assert.match(JSON.stringify(problem?.message), /say why: the reason must not be empty/);
    assert.deepEqual(more, []);
    await client.change(judged, 5, [{ text: reasoned(edited) }]);
    assert.deepEqual([await client.diagnostics(judged), await session.diagnostics()], [[], []]);

    await client.change(judged, 6, [{ text: `${HEADER}\n` }]);
    assert.equal((await session.diagnostics()).length, 1, 'the line was taken back');
    await client.close(judged);
    assert.deepEqual(await session.diagnostics(), [], 'the disk counts again');
  });
});

test('a result id is no longer good when a finding was judged, and stays so when another file was', async () => {
  await withSession(async (session) => {
    const { client, uri } = session;
    const first = await client.pull(uri);
    apply(await session.edit('Suppress with a reason: later'));
    const own = reasoned(session.onDisk());
    await session.wrote(own.replace(PATH, 'mm/other.c'));
    const { resultId } = first as { resultId: string };
    assert.equal((await client.pull(uri, resultId)).kind, 'unchanged');
    await session.wrote(own);
    const after = await client.pull(uri, resultId);
    assert.deepEqual(after.kind === 'full' && after.items, []);
  });
});

test('a branch switch brings its own judgements, also when its first sign alone is told', async () => {
  await withSession(async ({ tree, client, ...session }) => {
    const { uri } = session;
    const [finding] = await client.diagnostics(uri);
    const { fingerprint } = finding?.data as { fingerprint: string };
    const place = { path: PATH, function: 'demo_access', rule: RULE_RESERVED, fingerprint } as const;
    tree.write(SUPPRESSIONS_FILE, addSuppression('', { ...place, verdict: 'later', reason: 'Here.' }));
    assert.equal((await client.diagnostics(uri)).length, 1, 'nobody has told of it');
    const changes = [{ uri: uriOf(join(tree.root, '.git/HEAD')), type: 2 }];
    await client.notify('workspace/didChangeWatchedFiles', { changes });
    assert.deepEqual(await client.diagnostics(uri), []);
  });
});

test('diagnostics that are published go and come back', async () => {
  const textDocument = { ...PUBLISHES.textDocument, codeAction: CODE_ACTION };
  await withTree(TREE, async (tree) => {
    await withServer({ folders: [tree.root], capabilities: { textDocument } }, async (client) => {
      const session = new SuppressingSession(tree, client);
      await client.open(session.uri, LEAK, 1);
      const [finding] = await client.publishedFor(session.uri, 1);
      const [action] = await session.actions(finding);
      const { edit } = await client.request<CodeAction>('codeAction/resolve', action);
      assert.ok(edit);
      apply(edit);
      const count = (): number => client.published.filter(({ uri }) => uri === session.uri).length;
      await session.wrote(reasoned(session.onDisk()));
      await client.until(() => count() === 2, 'diagnostics without the finding');
      await session.wrote(`${HEADER}\n`);
      await client.until(() => count() === 3, 'diagnostics with it');
      assert.deepEqual(
        client.published.filter(({ uri }) => uri === session.uri).map(({ diagnostics }) => diagnostics.length),
        [1, 0, 1],
      );
    });
  });
});

test('files that are not open are silent too', async () => {
  await withTree(TREE, async (tree) => {
    const settings = (): object => ({ scope: 'workspace' });
    await withServer({ folders: [tree.root], capabilities: EDITOR, settings }, async (client) => {
      const session = new SuppressingSession(tree, client);
      const pull = async (): Promise<readonly { items?: unknown[] }[]> =>
        (
          await client.request<{ items: { items?: unknown[] }[] }>('workspace/diagnostic', {
            previousResultIds: [{ uri: session.uri, value: 'old' }],
          })
        ).items;
      assert.deepEqual(
        (await pull()).map(({ items }) => items?.length),
        [1],
      );
      await client.open(session.uri, LEAK);
      apply(await session.edit('Suppress with a reason: later'));
      await client.close(session.uri);
      await session.wrote(reasoned(session.onDisk()));
      assert.deepEqual(
        (await pull()).map(({ items }) => items?.length),
        [0],
      );
    });
  });
});

test('what the editor writes the command line honours, and the other way round', async () => {
  const text = `${LEAK}${LEAK.replace('demo_access', 'demo_twice').replace(
    '\treturn 0;',
    '\tif (!PageReserved(page))\n\t\tput_page(page);\n\treturn 0;',
  )}`;
  await withSession(
    async (session) => {
      const { root } = session.tree;
      const run = async (...words: string[]): Promise<string> => {
        const { code, stdout, stderr } = await pageref(words, { engine, cwd: root });
        assert.deepEqual([code, stderr], [0, '']);
        return stdout;
      };
      const rule = ['--rule', 'reserved-conflates-zone-device'];
      const found = await session.diagnostics();
      assert.equal(found.length, 3);
      let file = '';
      for (const { data } of found) {
        await session.suppress({ fingerprint: (data as { fingerprint: string }).fingerprint });
        file = session.onDisk();
      }
      await session.wrote(file);
      assert.deepEqual(await session.diagnostics(), []);
      const report = JSON.parse(await run('check', '.', ...rule, '--format', 'json')) as {
        findings: unknown[];
        summary: { judged: { suppressed: number; unused: unknown[] } };
      };
      const { suppressed, unused } = report.summary.judged;
      assert.deepEqual([suppressed, unused], [3, []]);

      await session.wrote(undefined);
      assert.equal((await session.diagnostics()).length, 3);
      await run('baseline', '.', ...rule, '--reason', 'Old.', '--output', SUPPRESSIONS_FILE);
      await session.wrote(session.onDisk());
      assert.deepEqual(await session.diagnostics(), []);
    },
    EDITOR,
    text,
  );
});

/** Two tests that cannot be decided on, and the statement of the second one again where it can. */
const UNCLEAR = `#define demo_busy(page) do { if (PageReserved(page)) demo_wait(page); } while (0)

int demo_mixed(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return -EFAULT;
	goto out;
	if (!PageReserved(page))
		put_page(page);
out:
	if (!PageReserved(page))
		put_page(page);
	return 0;
}
`;

test('what cannot be decided can be judged too; the command line keeps its line', async () => {
  await withSession(
    async (session) => {
      const check = async (): Promise<{ findings: { fingerprint: string }[]; unused: unknown[] }> => {
        const words = ['check', '.', '--rule', 'reserved-conflates-zone-device', '--format', 'json'];
        const { stdout } = await pageref(words, { engine, cwd: session.tree.root });
        const { findings, summary } = JSON.parse(stdout) as {
          findings: { fingerprint: string }[];
          summary: { judged: { unused: unknown[] } };
        };
        return { findings, unused: summary.judged.unused };
      };
      const marks = (await session.diagnostics()).map(({ data }) => (data as { fingerprint: string }).fingerprint);
      assert.equal(marks.length, 3);
      assert.deepEqual(
        (await check()).findings.map(({ fingerprint }) => fingerprint),
        [marks[2]],
      );
      for (const fingerprint of marks.slice(0, 2)) await session.suppress({ fingerprint });
      await session.wrote(session.onDisk());
      assert.equal((await session.diagnostics()).length, 1);
      assert.deepEqual((await check()).unused, []);
    },
    EDITOR,
    UNCLEAR,
  );
});

test('a line with a mistake silences nothing, the others do', async () => {
  await withSession(async (session) => {
    await session.suppress();
    const whole = session.onDisk();
    for (const broken of [
      whole.replace('"intended"', '"wrong"'),
      whole.replace('"reason":"No dax here."', '"reason":" "'),
      whole.replace(/"fingerprint":"./, '"fingerprint":"'),
      whole.replace('{"path"', '<<<<<<< HEAD {"path"'),
      whole.slice(0, -3),
    ]) {
      await session.wrote(broken);
      assert.equal((await session.diagnostics()).length, 1, broken);
    }
    await session.wrote(`${whole}<<<<<<< HEAD\n`);
    assert.deepEqual(await session.diagnostics(), []);
    assert.ok(session.client.logged(/\.pageref-judged\.jsonl: 1 line has a mistake and is left out/));
  });
});

test('each tree of a session has its own file', async () => {
  const trees = ['one', 'two'].map((name) => TREE.replaceAll('//- ', `//- ${name}/`)).join('');
  await withTree(trees, async (tree) => {
    const folders = ['one', 'two'].map((name) => join(tree.root, name));
    await withServer({ folders, capabilities: EDITOR }, async (client) => {
      const [one, two] = ['one', 'two'].map((name) => new SuppressingSession(tree, client, `${name}/${PATH}`));
      assert.ok(one && two);
      await client.open(one.uri, LEAK);
      await client.open(two.uri, LEAK);
      apply(await two.edit('Suppress with a reason: later'));
      assert.equal(existsSync(join(tree.root, 'one', SUPPRESSIONS_FILE)), false);
      const path = `two/${SUPPRESSIONS_FILE}`;
      tree.write(path, reasoned(readFileSync(join(tree.root, path), 'utf8')));
      await client.notify('workspace/didChangeWatchedFiles', {
        changes: [{ uri: uriOf(join(tree.root, path)), type: 1 }],
      });
      assert.equal(linesOf(readFileSync(join(tree.root, path), 'utf8'))[0]?.path, PATH);
      assert.deepEqual([(await one.diagnostics()).length, (await two.diagnostics()).length], [1, 0]);
    });
  });
});

test('fixing everything leaves judged findings alone', async () => {
  const two = `${LEAK}${LEAK.replace('demo_access', 'demo_other')}`;
  await withSession(
    async (session) => {
      await session.suppress();
      await session.wrote(session.onDisk());
      const [action] = await session.client.request<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri: session.uri },
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        context: { diagnostics: [], only: ['source.fixAll'] },
      });
      const { edit } = await session.client.request<CodeAction>('codeAction/resolve', action);
      const [change] = edit?.documentChanges ?? [];
      assert.ok(change && 'edits' in change);
      const fixed = TextDocument.applyEdits(TextDocument.create(session.uri, 'c', 7, two), change.edits as TextEdit[]);
      assert.match(fixed, /demo_access[^]*!PageReserved[^]*demo_other/);
      assert.equal(fixed.split('PageReserved').length, 2);
    },
    EDITOR,
    two,
  );
});
