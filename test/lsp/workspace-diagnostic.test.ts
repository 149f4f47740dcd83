import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WorkspaceDiagnosticReport } from 'vscode-languageserver-protocol/node';
import { PUBLISHES, uriOf, withServer } from '../support/lsp.js';
import type { LspClient } from '../support/lsp.js';
import { GUARDED, LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

const TREE = `${MAKEFILE_6_12}//- mm/leak.c
${LEAK}//- mm/guarded.c
${GUARDED}//- drivers/leak.c
${LEAK}//- mm/plain.c
int plain;
`;
const scoped = (scope: string) => (): unknown => ({ scope });

/** An editor that asks for the diagnostics of a workspace again and again, as VS Code does. */
class Asker {
  private ids: { uri: string; value: string }[] = [];

  constructor(
    private readonly client: LspClient,
    private readonly root: string,
  ) {}

  /** "path findings" of what is new, "path same" of the rest. */
  async ask(more: object = {}): Promise<string[]> {
    const params = { previousResultIds: this.ids, ...more };
    const { items } = await this.client.request<WorkspaceDiagnosticReport>('workspace/diagnostic', params);
    const kept = new Map(this.ids.map(({ uri, value }) => [uri, value]));
    for (const { uri, resultId } of items) {
      if (resultId === undefined) kept.delete(uri);
      else kept.set(uri, resultId);
    }
    this.ids = [...kept].map(([uri, value]) => ({ uri, value }));
    return this.shown(items);
  }

  shown(items: WorkspaceDiagnosticReport['items']): string[] {
    return items.map((item) => {
      const path = item.uri.slice(uriOf(this.root).length + 1);
      return `${path} ${item.kind === 'full' ? String(item.items.length) : 'same'}`;
    });
  }
}

/** Resolves to whether a request was answered within the next answers of the server. */
async function isHeld(client: LspClient, asked: Promise<unknown>): Promise<boolean> {
  let answered = false;
  void asked.then(
    () => (answered = true),
    () => (answered = true),
  );
  // Answers come in the order the work is done: after two more of the same length, this one would be there.
  for (let n = 0; n < 2; n++) await client.request('workspace/symbol', { query: 'x' });
  return !answered;
}

test('pulled: the whole workspace, then only what is new; an answer without news is held back', async () => {
  await withTree(TREE, async (tree) => {
    const { root } = tree;
    await withServer({ folders: [root], settings: scoped('workspace') }, async (client) => {
      const asker = new Asker(client, root);
      assert.deepEqual(await asker.ask(), ['drivers/leak.c 1', 'mm/leak.c 1']);
      const held = asker.ask();
      assert.ok(await isHeld(client, held));
      const changed = (path: string, type: number): Promise<void> =>
        client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(join(root, path)), type }] });
      tree.write('mm/plain.c', LEAK);
      await changed('mm/plain.c', 2);
      assert.deepEqual(await held, ['drivers/leak.c same', 'mm/leak.c same', 'mm/plain.c 1']);
      const next = asker.ask();
      rmSync(join(root, 'drivers/leak.c'));
      await changed('drivers/leak.c', 3);
      assert.deepEqual(await next, ['mm/leak.c same', 'mm/plain.c same', 'drivers/leak.c 0']);
      // What is open is asked for by itself, and comes back when it is closed.
      const last = asker.ask();
      await client.open(uriOf(join(root, 'mm/leak.c')), GUARDED);
      assert.deepEqual(await last, ['mm/plain.c same', 'mm/leak.c 0']);
      const back = asker.ask();
      await client.close(uriOf(join(root, 'mm/leak.c')));
      assert.deepEqual(await back, ['mm/leak.c 1', 'mm/plain.c same']);
    });
  });
});

test('pulled: nothing beside the open files unless it is asked for, and a setting wakes what was held', async () => {
  await withTree(TREE, async ({ root }) => {
    let scope = 'openFiles';
    await withServer({ folders: [root], settings: () => ({ scope }) }, async (client) => {
      const asker = new Asker(client, root);
      assert.deepEqual(await asker.ask(), []);
      const held = asker.ask();
      assert.ok(await isHeld(client, held));
      scope = 'workspace';
      await client.notify('workspace/didChangeConfiguration', { settings: null });
      assert.deepEqual(await held, ['drivers/leak.c 1', 'mm/leak.c 1']);
    });
  });
});

test('pulled: partial results, a folder of a kernel, cancellation, odd parameters', async () => {
  await withTree(TREE, async ({ root }) => {
    const folders = [join(root, 'mm')];
    await withServer({ folders, settings: scoped('workspace') }, async (client) => {
      const asker = new Asker(client, root);
      assert.deepEqual(await asker.ask({ partialResultToken: 'part' }), []);
      const parts = client.progress.filter(({ token }) => token === 'part');
      const items = parts.flatMap(({ value }) => value['items'] as WorkspaceDiagnosticReport['items']);
      assert.deepEqual(asker.shown(items), ['mm/leak.c 1']);
      const previousResultIds = items.map(({ uri, resultId }) => ({ uri, value: resultId }));
      const stopped = client.requestAndCancel('workspace/diagnostic', { previousResultIds });
      await assert.rejects(stopped, { code: -32800 });
      for (const odd of [null, {}, { previousResultIds: 7 }, { previousResultIds: [null, { uri: 7 }] }]) {
        const report = await client.request<WorkspaceDiagnosticReport>('workspace/diagnostic', odd);
        assert.equal(report.items.length, 1);
      }
    });
  });
});

test('pulled: files that differ from the index of git', async () => {
  await withTree(TREE, async (tree) => {
    const { root } = tree;
    await withServer({ folders: [root], settings: scoped('changedFiles') }, async (client) => {
      assert.deepEqual(await new Asker(client, root).ask(), []);
      await client.until(() => client.logged(/which files have changed is not known.*no git work tree/), 'a log line');
    });
    execFileSync('git', ['init', '-q'], { cwd: root });
    execFileSync('git', ['add', '.'], { cwd: root });
    tree.write('mm/leak.c', `\n${LEAK}`);
    await withServer({ folders: [root], settings: scoped('changedFiles') }, async (client) => {
      assert.deepEqual(await new Asker(client, root).ask(), ['mm/leak.c 1']);
    });
  });
});

test('published: files that are not open, an open one by itself, and what changes', async () => {
  await withTree(TREE, async (tree) => {
    const { root } = tree;
    const options = { folders: [root], capabilities: PUBLISHES, initializationOptions: { scope: 'workspace' } };
    await withServer(options, async (client) => {
      const leak = uriOf(join(root, 'mm/leak.c'));
      const counts = (): (number | undefined)[] => {
        const last = (path: string): number | undefined =>
          client.published.findLast(({ uri }) => uri === uriOf(join(root, path)))?.diagnostics.length;
        return [last('drivers/leak.c'), last('mm/leak.c'), last('mm/plain.c')];
      };
      const reach = (expected: (number | undefined)[]): Promise<void> =>
        client.until(() => JSON.stringify(counts()) === JSON.stringify(expected), JSON.stringify(expected));
      await reach([1, 1, undefined]);
      await client.open(leak, GUARDED, 3);
      assert.deepEqual(await client.publishedFor(leak, 3), []);
      await client.close(leak);
      await reach([1, 1, undefined]);
      tree.write('mm/plain.c', LEAK);
      tree.write('drivers/leak.c', GUARDED);
      const changes = ['mm/plain.c', 'drivers/leak.c'].map((path) => ({ uri: uriOf(join(root, path)), type: 2 }));
      await client.notify('workspace/didChangeWatchedFiles', { changes });
      await reach([0, 1, 1]);
    });
  });
});

test('of a document that was closed an empty report is given, which no client would think of by itself', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const asker = new Asker(client, root);
      assert.deepEqual(await asker.ask(), []);
      const uri = uriOf(join(root, 'mm/leak.c'));
      await client.open(uri, LEAK);
      assert.equal((await client.diagnostics(uri)).length, 1);
      const asked = asker.ask();
      await client.close(uri);
      assert.deepEqual(await asked, ['mm/leak.c 0']);
      assert.ok(await isHeld(client, asker.ask()), 'it is said once');
    });
  });
});
