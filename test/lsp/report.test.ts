import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AuditResult, EffectTableResult, NamesResult, ReportResult } from '@pageref/shared';
import { formatsOf, printerOf } from 'pageref/dist/print/formats.js';
import { plain } from 'pageref/dist/print/paint.js';
import { uriOf, withServer } from '../support/lsp.js';
import { GUARDED, LEAK, MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';

const TREE = `${MAKEFILE_6_12}//- mm/leak.c
${LEAK}//- mm/guarded.c
${GUARDED}`;

test('pageref/report: the texts of the command line', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const { report } = await client.request<AuditResult>('pageref/audit', {});
      for (const format of formatsOf('audit')) {
        const { text } = await client.request<ReportResult>('pageref/report', { report, format });
        const print = await printerOf('audit', format);
        assert.equal(text, print(report, { verbose: false, paint: plain, cwd: root }), format);
      }
    });
  });
});

test('pageref/report: what cannot be printed is refused with the reason', async () => {
  await withServer({}, async (client) => {
    const ask = (params: unknown): Promise<unknown> => client.request('pageref/report', params);
    await assert.rejects(ask({ format: 'pdf', report: {} }), /format can be text, json, sarif, markdown, html, gcc/);
    for (const report of [undefined, null, 7, 'text', [], {}, { sites: {}, summary: [] }]) {
      await assert.rejects(ask({ format: 'html', report }), /report must be one that pageref\/audit gave/);
    }
    await assert.rejects(ask(null), /the parameters must be an object/);
    assert.deepEqual(
      client.logs.filter(({ type }) => type < 3),
      [],
    );
  });
});

test('pageref/audit of some files: only they are looked at', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const audit = (...files: string[]): Promise<AuditResult> =>
        client.request('pageref/audit', { files: files.map((path) => uriOf(join(root, path))) });
      const whole = await client.request<AuditResult>('pageref/audit', {});
      assert.deepEqual(
        whole.files.map(({ path, subsystem, functions }) => [path, subsystem, functions]),
        [
          ['mm/guarded.c', 'mm', 1],
          ['mm/leak.c', 'mm', 1],
        ],
      );
      const part = await audit('mm/leak.c');
      assert.deepEqual(
        part.report.sites,
        whole.report.sites.filter(({ path }) => path === 'mm/leak.c'),
      );
      assert.deepEqual(part.files, whole.files.slice(1));
      await client.open(uriOf(join(root, 'mm/guarded.c')), LEAK);
      assert.equal((await audit('mm/guarded.c')).report.sites[0]?.verdict, 'needs-zone-device');
      assert.deepEqual((await audit('mm/leak.c')).report.sites, part.report.sites);
      assert.deepEqual((await audit('mm/gone.c', '../outside.c')).report.sites, []);
      assert.deepEqual((await audit()).files, []);
    });
  });
});

test('pageref/effectTable: the model, the code of the document, and names that are not known', async () => {
  await withTree(TREE, async ({ root }) => {
    await withServer({ folders: [root] }, async (client) => {
      const uri = uriOf(join(root, 'mm/demo.c'));
      await client.open(
        uri,
        'static bool is_mmio(unsigned long pfn)\n{\n\treturn PageReserved(pfn_to_page(pfn));\n}\n',
      );
      const table = (name: string): Promise<EffectTableResult> => client.request('pageref/effectTable', { name, uri });
      const known = (await table('put_page')).markdown ?? '';
      assert.match(known, /^# `put_page` in Linux 6\.12\n\n\| page kind +\|/);
      assert.match(known, /^\| `fs-dax` \|.*\| yes \|$/m);
      assert.match(known, /^## What the model says$/m);
      const read = (await table('is_mmio')).markdown ?? '';
      assert.match(read, /Read from its own code, `mm\/demo\.c:1:1`\./);
      assert.match(read, /non-zero \(reserved, of pfn\)/);
      assert.match(read, /^\| `buddy` \|.*\| no \|$/m);
      assert.match(read, /^\| `device-dax` \|.*\| yes \|$/m);
      assert.deepEqual(await table('put_pge').then(({ markdown, near }) => [markdown, near[0]]), [null, 'put_page']);
      await assert.rejects(client.request('pageref/effectTable', { uri }), /name must be a string/);
    });
  });
});

test('pageref/names: those of the release', async () => {
  await withServer({ settings: () => ({ kernelRelease: '4.20' }) }, async (client) => {
    const { release, names } = await client.request<NamesResult>('pageref/names', {});
    assert.equal(release, '4.20');
    const list = names.map(({ name }) => name);
    assert.deepEqual(list, list.toSorted());
    assert.deepEqual([list.includes('put_page'), list.includes('folio_put')], [true, false]);
  });
});
