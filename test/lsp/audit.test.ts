import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AuditResult, Site } from '@pageref/shared';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { PULLS, uriOf, withServer } from '../support/lsp.js';
import type { LspClient } from '../support/lsp.js';
import { GUARDED, LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

const TREE = `${MAKEFILE_6_12}//- mm/leak.c
${LEAK}//- mm/guarded.c
${GUARDED}//- mm/plain.c
int plain;
//- arch/x86/mm/here.c
${LEAK}`;

function verdicts({ report }: AuditResult): string[] {
  return report.sites.map(({ path, line, verdict }) => `${path}:${String(line)} ${verdict}`);
}

const ALL = ['arch/x86/mm/here.c:10 needs-zone-device', 'mm/guarded.c:5 guarded', 'mm/leak.c:10 needs-zone-device'];

test('pageref/audit: the report, with progress the client asked for', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const result = await client.request<AuditResult>('pageref/audit', { workDoneToken: 'bar' });
      assert.equal(result.rootUri, uriOf(root));
      assert.deepEqual(verdicts(result), ALL);
      const { report } = result;
      assert.deepEqual([report.schemaVersion, report.release, report.summary.byVerdict.guarded], [1, '6.12', 1]);
      const bar = client.progress.filter(({ token }) => token === 'bar').map(({ value }) => value['kind']);
      assert.deepEqual([bar[0], bar.at(-1)], ['begin', 'end']);
    });
  });
});

test('pageref/audit: progress the server asks for', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      await client.request('pageref/audit', {});
      assert.match(String(client.progress[0]?.value['title']), /Audit PageReserved/);
      assert.match(
        String(client.progress.at(-1)?.value['message']),
        /^Linux 6\.12: 3 mentions .* 2 need care \(2 wrong today\)/,
      );
    });
  });
});

test('pageref/audit: only the files asked for, and of one that was deleted nothing', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const files = ['mm/leak.c', 'mm/gone.c'].map((path) => uriOf(join(root, path)));
      const result = await client.request<AuditResult>('pageref/audit', { files });
      assert.deepEqual(verdicts(result), [ALL[2]]);
      assert.deepEqual(
        result.files.map(({ path }) => path),
        ['mm/leak.c'],
      );
      assert.deepEqual(result.report.summary.files.unreadable, []);
    });
  });
});

test('pageref/audit: options, and a URI of a file in the tree', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({}, async (client) => {
      const uri = uriOf(join(root, 'mm/leak.c'));
      const audit = (options: object): Promise<AuditResult> => client.request('pageref/audit', { uri, ...options });
      assert.deepEqual(verdicts(await audit({ verdicts: ['guarded'] })), [ALL[1]]);
      assert.equal((await audit({ kernelRelease: '5.4' })).report.release, '5.4');
      const changed = (await audit({ whatIf: 'no-reserved-zone-device' })).report.whatIf?.map(({ path }) => path);
      assert.deepEqual(changed, ['arch/x86/mm/here.c', 'mm/leak.c']);
    });
  });
});

test('partial results: every site comes before the end, none at the end', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const result = await client.request<AuditResult>('pageref/audit', { partialResultToken: 7 });
      assert.deepEqual([result.report.sites, result.report.summary.mentions], [[], 3]);
      const parts = client.progress.filter(({ token }) => token === 7);
      const sites = parts.flatMap(({ value }) => value['sites'] as Site[]);
      assert.deepEqual(sites.map(({ path }) => path).sort(), ['arch/x86/mm/here.c', 'mm/guarded.c', 'mm/leak.c']);
    });
  });
});

test('unsaved buffers are the truth', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      await client.open(uriOf(join(root, 'mm/leak.c')), 'int fixed;\n');
      await client.open(uriOf(join(root, 'mm/plain.c')), LEAK);
      await client.open(uriOf(join(root, 'mm/never-saved.c')), `\n${LEAK}`);
      await client.open(`git:${join(root, 'mm/guarded.c')}`, LEAK);
      const expected = [ALL[0], ALL[1], 'mm/never-saved.c:11 needs-zone-device', 'mm/plain.c:10 needs-zone-device'];
      assert.deepEqual(verdicts(await client.request('pageref/audit', {})), expected);
    });
  });
});

test('the command does the same, and says so', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root], capabilities: {} }, async (client) => {
      const command = { command: 'pageref.audit' };
      assert.deepEqual(verdicts(await client.request('workspace/executeCommand', command)), ALL);
      assert.match(client.messages[0] ?? '', /2 need care/);
      const args = { ...command, arguments: [{ uri: uriOf(root), verdicts: ['guarded'] }] };
      assert.deepEqual(verdicts(await client.request('workspace/executeCommand', args)), [ALL[1]]);
    });
  });
});

test('the folder an audit is asked for is the tree, also where it lies in another tree or in a folder of trees', async () => {
  const nested = `${TREE}//- work/${MAKEFILE_6_12.slice(4)}//- work/mm/leak.c\n${LEAK}`;
  await withTree(nested, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const inner = join(root, 'work');
      const result = await client.request<AuditResult>('pageref/audit', { uri: uriOf(inner) });
      assert.equal(result.rootUri, uriOf(inner));
      assert.deepEqual(verdicts(result), ['mm/leak.c:10 needs-zone-device']);
    });
  });
  await withTree(
    `//- one/${MAKEFILE_6_12.slice(4)}//- one/mm/leak.c\n${LEAK}//- two/mm/leak.c\n${LEAK}`,
    async ({ root }) => {
      await withServer({ folders: [root] }, async (client) => {
        const inner = join(root, 'one');
        const result = await client.request<AuditResult>('pageref/audit', { uri: uriOf(inner) });
        assert.equal(result.rootUri, uriOf(inner));
      });
    },
  );
});

async function failure(request: Promise<unknown>): Promise<{ readonly code: number; readonly message: string }> {
  try {
    await request;
  } catch (error) {
    return error as { code: number; message: string };
  }
  return { code: 0, message: 'it succeeded' };
}

const REQUEST_CANCELLED = -32800;

/** A tree that takes long enough to be stopped in. */
const LARGE = MAKEFILE_6_12 + Array.from({ length: 1000 }, (_, n) => `//- mm/f${String(n)}.c\n${LEAK}`).join('');

test('an audit can be cancelled: by the request, and by the stop button', async () => {
  await withTree(LARGE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const source = new CancellationTokenSource();
      const request = client.connection.sendRequest('pageref/audit', { partialResultToken: 'p' }, source.token);
      await client.until(() => client.progress.some(({ token }) => token === 'p'), 'a first part');
      source.cancel();
      assert.equal((await failure(request)).code, REQUEST_CANCELLED);
      await client.until(() => lastMessage(client) === 'stopped', 'the end of the progress');

      const second = client.request('pageref/audit', { workDoneToken: 'w', partialResultToken: 'q' });
      await client.until(() => client.progress.some(({ token }) => token === 'q'), 'a first part');
      await client.notify('window/workDoneProgress/cancel', { token: 'w' });
      assert.equal((await failure(second)).code, REQUEST_CANCELLED);
    });
  });
});

function lastMessage(client: LspClient): unknown {
  return client.progress.filter(({ value }) => value['kind'] === 'end').at(-1)?.value['message'];
}

test('other requests are answered while an audit runs', async () => {
  await withTree(LARGE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      let done = false;
      const audit = client.request<AuditResult>('pageref/audit', { partialResultToken: 'p' }).then((result) => {
        done = true;
        return result;
      });
      await client.until(() => client.progress.some(({ token }) => token === 'p'), 'a first part');
      const uri = uriOf(join(root, 'mm/new.c'));
      await client.open(uri, LEAK);
      assert.equal((await client.diagnostics(uri)).length, 1);
      assert.equal(done, false);
      assert.equal((await audit).report.summary.mentions, 1000);
    });
  });
});

test('cancelled requests of every kind', async () => {
  await withTree(LARGE, async ({ root }) => {
    await withServer({ folders: [root], capabilities: PULLS }, async (client) => {
      const uri = uriOf(join(root, 'mm/f1.c'));
      await client.open(uri, LEAK);
      const at = { textDocument: { uri }, position: { line: 9, character: 8 } };
      for (const [method, params] of [
        ['textDocument/diagnostic', { textDocument: { uri } }],
        ['textDocument/hover', at],
        ['textDocument/documentHighlight', at],
        ['textDocument/codeLens', { textDocument: { uri } }],
        ['workspace/symbol', { query: '' }],
        ['workspace/executeCommand', { command: 'pageref.audit' }],
        ['pageref/status', { uri }],
      ] as const) {
        const code = (await failure(client.requestAndCancel(method, params))).code;
        assert.equal(code, REQUEST_CANCELLED, method);
      }
    });
  });
});

test('an audit that cannot be done says why', async () => {
  await withTree(TREE, async (tree) => {
    const { root } = tree;
    await withServer({}, async (client) => {
      assert.match((await failure(client.request('pageref/audit', {}))).message, /no folder is open/);
      assert.match((await failure(client.request('pageref/audit', { uri: 'untitled:x' }))).message, /not a file: URI/);
      tree.remove();
      assert.match((await failure(client.request('pageref/audit', { uri: uriOf(root) }))).message, /no such folder/);
    });
  });
});
