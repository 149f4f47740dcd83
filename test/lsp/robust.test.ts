import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PUBLISHES, uriOf, withServer } from '../support/lsp.js';
import { GUARDED, LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

const KERNEL = `${MAKEFILE_6_12}//- mm/demo.c\n${LEAK}`;

test('a folder that vanishes: what is open is still judged', async () => {
  await withTree(KERNEL, async (tree) => {
    const { root } = tree;
    await withServer({ folders: [root] }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, LEAK);
      assert.equal((await client.diagnostics(uri)).length, 1);
      tree.remove();
      await client.notify('workspace/didChangeWatchedFiles', {
        changes: ['Makefile', 'Kconfig', '.git/HEAD'].map((path) => ({ uri: uriOf(join(root, path)), type: 3 })),
      });
      await client.change(uri, 2, [{ text: `\n${LEAK}` }]);
      assert.match(JSON.stringify(await client.diagnostics(uri)), /Linux 7\.1/);
      assert.ok(client.logged(`${root}: Linux 6.12 (Makefile says 6.12.0)`), JSON.stringify(client.logs));
      assert.ok(client.logged(`${root}: Linux 7.1 (the release is unknown: no top Makefile (no such file or folder)`));
      assert.deepEqual(await client.request('workspace/symbol', { query: 'count' }), []);
      await assert.rejects(client.request('pageref/audit', {}), /no such folder: /);
    });
  });
});

test('a server started on a folder that is not there', async () => {
  await withServer({ folders: ['/nowhere/at/all'] }, async (client) => {
    const uri = 'file:///nowhere/at/all/mm/demo.c';
    await client.open(uri, LEAK);
    assert.equal((await client.diagnostics(uri)).length, 1);
  });
});

test('a file renamed while open', async () => {
  await withTree(KERNEL, async ({ root }) => {
    await withServer({ folders: [root], capabilities: PUBLISHES }, async (client) => {
      const [before, after] = ['mm/demo.c', 'mm/renamed.c'].map((path) => uriOf(join(root, path))) as [string, string];
      await client.open(before, LEAK);
      assert.equal((await client.publishedFor(before, 1)).length, 1);
      renameSync(join(root, 'mm/demo.c'), join(root, 'mm/renamed.c'));
      await client.change(before, 2, [{ text: `\n${LEAK}` }]);
      assert.equal((await client.publishedFor(before, 2)).length, 1);
      await client.close(before);
      await client.open(after, LEAK);
      assert.equal((await client.publishedFor(after, 1)).length, 1);
      const cleared = client.published.findLast(({ uri }) => uri === before);
      assert.deepEqual(cleared, { uri: before, diagnostics: [] });
    });
  });
});

test('10,000 watched files at once are one refresh', async () => {
  await withTree(KERNEL, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(uri, LEAK);
      await client.diagnostics(uri);
      writeFileSync(join(root, 'Makefile'), 'VERSION = 5\nPATCHLEVEL = 10\n');
      const event = (n: number): { uri: string; type: number } => ({
        uri: uriOf(join(root, `d/f${String(n)}.c`)),
        type: 1,
      });
      const changes = Array.from({ length: 10_000 }, (_, n) => event(n));
      await client.notify('workspace/didChangeWatchedFiles', { changes });
      for (let n = 0; n < 200; n++) await client.notify('workspace/didChangeWatchedFiles', { changes: [event(n)] });
      await client.until(() => client.refreshes > 0, 'a refresh');
      assert.match(JSON.stringify(await client.diagnostics(uri)), /Linux 5\.10/);
      assert.equal(client.refreshes, 1);
      assert.ok(client.logged('10000 files have changed at once: what is known of the trees is read again'));
    });
  });
});

test('files that decide nothing cause no refresh; a Kconfig file does', async () => {
  const kconfig = 'config ZONE_DEVICE\n\tbool "zone"\n';
  const text = `${KERNEL}//- Kconfig\nsource "arch/$(SRCARCH)/Kconfig"\nsource "mm/Kconfig"\n//- mm/Kconfig\n${kconfig}//- arch/demo/Kconfig\nconfig DEMO\n\tdef_bool y\n//- arch/demo/a.c\n`;
  await withTree(text, async (tree) => {
    const { root } = tree;
    await withServer({ folders: [root] }, async (client) => {
      const uri = uriOf(join(root, 'arch/demo/a.c'));
      await client.open(uri, LEAK);
      assert.equal((await client.diagnostics(uri)).length, 1);
      const changed = (path: string): Promise<void> =>
        client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(join(root, path)), type: 2 }] });
      await changed('drivers/a.c');
      await changed('README');
      tree.write('mm/Kconfig', `${kconfig}\tdepends on NEVER\nconfig NEVER\n\tbool\n`);
      await changed('mm/Kconfig');
      await client.until(() => client.refreshes > 0, 'a refresh');
      assert.deepEqual(await client.diagnostics(uri), [], 'the arch can no longer enable ZONE_DEVICE');
      assert.equal(client.refreshes, 1);
    });
  });
});

test('a document of 5 MB: diagnostics, and an edit', async () => {
  const filler = 'static int filler(int a)\n{\n\treturn a ? a + 1 : 0; /* nothing of interest */\n}\n\n';
  const text = filler.repeat(Math.ceil((5 * 1024 * 1024) / filler.length)) + LEAK;
  await withServer({}, async (client) => {
    const uri = 'file:///nowhere/large.c';
    await client.open(uri, text);
    assert.equal((await client.diagnostics(uri)).length, 1);
    const at = { line: 2, character: 1 };
    await client.change(uri, 2, [{ range: { start: at, end: at }, text: '/* x */ ' }]);
    assert.equal((await client.diagnostics(uri)).length, 1);
  });
});

test('odd texts: binary, unbalanced, deep, one long line', async () => {
  await withServer({}, async (client) => {
    const texts = [
      '\0\u0001PageReserved(\ud800',
      'void f(struct page *p)\n{\n\tif (PageReserved(p)) {{{{',
      `int f(struct page *p) { return ${'('.repeat(20_000)}PageReserved(p)${')'.repeat(20_000)}; }`,
      `int f(struct page *p) { return ${'1 + '.repeat(100_000)}PageReserved(p); }`,
      '#define X PageReserved(\n#define Y(p) PageReserved(p)\n'.repeat(500),
      `${'#if A\n'.repeat(2_000)}PageReserved(p)`,
    ];
    for (const [n, text] of texts.entries()) {
      const uri = `file:///nowhere/odd${String(n)}.c`;
      await client.open(uri, text);
      assert.equal((await client.pull(uri)).kind, 'full');
      const middle = { line: 0, character: Math.min(30, text.length) };
      await client.request('textDocument/hover', { textDocument: { uri }, position: middle });
      await client.request('textDocument/documentHighlight', { textDocument: { uri }, position: middle });
    }
  });
});

test('settings of the wrong type: the default, and one log line each', async () => {
  const wrong = { kernelRelease: 6.12, severities: 'high', maxProblems: '200', codeLens: 'yes' };
  await withServer({ settings: () => wrong }, async (client) => {
    await client.open('file:///n/a.c', LEAK);
    const first = await client.diagnostics('file:///n/a.c');
    assert.equal(first[0]?.severity, 2);
    await client.notify('workspace/didChangeConfiguration', { settings: null });
    await client.diagnostics('file:///n/a.c');
    const lines = client.logs.map(({ message }) => message).filter((message) => message.startsWith('pageref.'));
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      ['pageref.severities', 'pageref.kernelRelease', 'pageref.maxProblems', 'pageref.codeLens'],
    );
  });
  for (const settings of [7, 'x', [], null, { severities: { unclear: 'loud' } }]) {
    await withServer({ settings: () => settings, initializationOptions: 'odd' }, async (client) => {
      await client.open('file:///n/a.c', LEAK);
      assert.equal((await client.diagnostics('file:///n/a.c')).length, 1);
    });
  }
});

test('edits of what is not open are left alone; opening twice takes the new text', async () => {
  await withServer({}, async (client) => {
    const uri = 'file:///n/a.c';
    await client.change(uri, 2, [{ text: LEAK }]);
    await client.close(uri);
    assert.deepEqual(await client.diagnostics(uri), []);
    await client.open(uri, LEAK);
    await client.open(uri, GUARDED, 2);
    assert.deepEqual(await client.diagnostics(uri), []);
  });
});

test('a newer version voids older results, and the last word is about the last text', async () => {
  await withServer({ capabilities: PUBLISHES }, async (client) => {
    const uri = 'file:///n/a.c';
    await client.open(uri, LEAK);
    for (let version = 2; version <= 200; version++) {
      await client.change(uri, version, [{ text: version % 2 === 0 ? GUARDED : `${'\n'.repeat(version)}${LEAK}` }]);
    }
    await client.change(uri, 201, [{ text: `\n\n${LEAK}` }]);
    const [last] = await client.publishedFor(uri, 201);
    assert.equal(last?.range.start.line, 11);
    const versions = client.published.map(({ version = 0 }) => version);
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => a - b),
    );
  });
  await withServer({}, async (client) => {
    const uri = 'file:///n/a.c';
    await client.open(uri, LEAK);
    const pulls = [];
    for (let version = 2; version <= 30; version++) {
      await client.change(uri, version, [{ text: `${'\n'.repeat(version)}${LEAK}` }]);
      pulls.push(client.pull(uri).catch((error: unknown) => error as { code: number; data: unknown }));
    }
    for (const [n, answer] of (await Promise.all(pulls)).entries()) {
      if ('code' in answer) assert.deepEqual([answer.code, answer.data], [-32802, { retriggerRequest: true }]);
      else if (answer.kind === 'full') assert.ok((answer.items[0]?.range.start.line ?? 0) >= n + 2 + 9);
    }
  });
});

test('names that steer a terminal are shown as what they are', async () => {
  const name = 'a\u001b]0;title\u0007\u202eb';
  const shown = 'a\\u001b]0;title\\u0007\\u202eb';
  await withTree(KERNEL, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const uri = uriOf(join(root, '.pageref.json'));
      await client.open(uri, JSON.stringify({ [name]: 1 }), 1, 'json');
      const told = (await client.diagnostics(uri)).map(({ message }) =>
        typeof message === 'string' ? message : message.value,
      );
      assert.ok(
        told.some((message) => message.includes(`"${shown}"`)),
        told.join('\n'),
      );
      const audit = client.request('pageref/audit', { uri: uriOf(join('/nowhere', name)) });
      await assert.rejects(audit, (error: Error) => error.message.endsWith(shown));
      const all = [...told, ...client.logs.map(({ message }) => message)].join('');
      assert.doesNotMatch(all, /[\u001b\u0007\u202e]/);
    });
  });
});

test('a notification that makes no sense changes nothing, and the log names what is wrong', async () => {
  const uri = 'file:///n/a.c';
  const textDocument = { uri, version: 2 };
  const edit = { range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }, text: '' };
  const odd: readonly (readonly [method: string, params: unknown, told: string])[] = [
    ['textDocument/didOpen', null, 'the parameters must be an object'],
    [
      'textDocument/didOpen',
      { textDocument: { ...textDocument, languageId: 'c' } },
      'textDocument.text must be a string',
    ],
    ['textDocument/didChange', { textDocument, contentChanges: null }, 'contentChanges must be an array'],
    ['textDocument/didChange', { textDocument, contentChanges: [edit, {}] }, 'contentChanges.text must be a string'],
    ['textDocument/didChange', { textDocument, contentChanges: [edit, { ...edit, range: {} }] }, 'position must have'],
    ['textDocument/didClose', { textDocument: { uri: 7 } }, 'textDocument.uri must be a string'],
    ['workspace/didChangeWatchedFiles', { changes: [{ type: 1 }] }, 'changes.uri must be a string'],
    ['workspace/didChangeWorkspaceFolders', { event: { added: [] } }, 'event.removed must be an array'],
  ];
  for (const [method, params, told] of odd) {
    await withServer({}, async (client) => {
      await client.open(uri, LEAK);
      await client.notify(method, params);
      await client.until(() => client.logged(`a notification could not be used: ${told}`), `${method}: ${told}`);
      assert.equal((await client.diagnostics(uri)).length, 1, method);
    });
  }
});

test('no parameters at all are no accident of what the library passes instead', async () => {
  await withServer({}, async (client) => {
    for (const params of [null, undefined]) {
      await assert.rejects(client.request('textDocument/hover', params), /textDocument\.uri must be a string/);
    }
  });
});
