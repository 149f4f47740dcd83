import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { SUPPRESSIONS_FILE, USER_MODEL_FILE } from '@pageref/shared';
import { PUBLISHES, PULLS, span, uriOf, withServer } from '../support/lsp.js';
import { splitFixture, withTree } from '../support/tree.js';

const TREE = `//- Makefile
VERSION = 6
PATCHLEVEL = 12
//- drivers/acme.c
static void acme_recycle(struct acme_ring *ring)
{
	struct page *page = acme_ring_page(ring);

	if (!PageReserved(page))
		SetPageDirty(page);
}
`;

const MODEL = JSON.stringify({
  schemaVersion: 1,
  model: [
    {
      name: 'acme_ring_page',
      summary: 'Gives a page of the ring.',
      sources: [{ role: 'provenance', result: { at: 'result' }, kinds: ['buddy'] }],
    },
  ],
});

const CODE = splitFixture(TREE)[1]?.[1] ?? '';

test('an entry counts as soon as its file is saved, in diagnostics and in hovers', async () => {
  await withTree(TREE, async ({ root, write }) => {
    await withServer({ capabilities: PULLS, folders: [root] }, async (client) => {
      const uri = uriOf(join(root, 'drivers/acme.c'));
      await client.open(uri, CODE);
      assert.equal((await client.diagnostics(uri)).length, 1);
      write(USER_MODEL_FILE, MODEL);
      const changes = [{ uri: uriOf(join(root, USER_MODEL_FILE)), type: 1 }];
      await client.notify('workspace/didChangeWatchedFiles', { changes });
      await client.until(() => client.refreshes > 0, 'a refresh');
      assert.deepEqual(await client.diagnostics(uri), []);
      const position = { line: 2, character: CODE.split('\n')[2]?.indexOf('acme_ring_page') ?? 0 };
      const hover = await client.request<unknown>('textDocument/hover', { textDocument: { uri }, position });
      assert.match(JSON.stringify(hover), /Gives a page of the ring/);
    });
  });
});

test('a file with a mistake is logged and left out, and shown in itself', async () => {
  await withTree(TREE, async ({ root, write }) => {
    const broken = MODEL.replace('"buddy"', '"budy"');
    write(USER_MODEL_FILE, broken);
    await withServer({ capabilities: PUBLISHES, folders: [root] }, async (client) => {
      const [model, code] = [USER_MODEL_FILE, 'drivers/acme.c'].map((path) => uriOf(join(root, path))) as [
        string,
        string,
      ];
      await client.open(model, broken, 1, 'json');
      const [problem] = await client.publishedFor(model, 1);
      assert.equal(problem?.message, '"budy" is no known page kind; did you mean "buddy"?');
      const at = broken.indexOf('"budy"');
      assert.equal(span(problem.range), `1:${at + 1}-1:${at + 7}`);
      await client.open(code, CODE);
      assert.equal((await client.publishedFor(code, 1)).length, 1);
      assert.ok(client.logged(/the user model is not used: \.pageref\.json:1:\d+: "budy"/));
      await client.change(model, 2, [{ text: MODEL }]);
      assert.deepEqual(await client.publishedFor(model, 2), []);
    });
  });
});

test('mistakes in a file of judged findings are shown in it while it is edited', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ capabilities: PUBLISHES, folders: [root] }, async (client) => {
      const uri = uriOf(join(root, SUPPRESSIONS_FILE));
      const header = '{"pageref":"judged findings","schemaVersion":1}\n';
      const place = { path: 'a.c', function: 'f', rule: 'pagemap-ref-leak', fingerprint: '0'.repeat(32) };
      const line = JSON.stringify({ ...place, verdict: 'wrong', reason: 'Why.' });
      await client.open(uri, `${header}${line}\n`, 1, 'jsonl');
      const [problem, ...more] = await client.publishedFor(uri, 1);
      assert.match(JSON.stringify(problem?.message), /is no known verdict; it can be .*false-positive/);
      const at = line.indexOf('"wrong"');
      assert.equal(problem && span(problem.range), `2:${at + 1}-2:${at + 8}`);
      assert.deepEqual(more, []);
      await client.change(uri, 2, [{ text: header }]);
      assert.deepEqual(await client.publishedFor(uri, 2), []);
    });
  });
});
