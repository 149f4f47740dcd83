import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AuditReport, UsesReport } from '@pageref/shared';
import { USER_MODEL_FILE } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref, type Outcome } from '../support/cli.js';
import { withTree } from '../support/tree.js';

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

function model(kind: string, name = 'acme_ring_page', extra: object = {}): string {
  const sources = [{ role: 'provenance', result: { at: 'result' }, kinds: [kind] }];
  return JSON.stringify({ schemaVersion: 1, model: [{ name, summary: 'A page of the ring.', sources, ...extra }] });
}

function run(root: string, ...words: string[]): Promise<Outcome> {
  return pageref(words, { engine, cwd: root });
}

async function verdictOf(root: string, ...options: string[]): Promise<string> {
  const { stdout, stderr } = await run(root, 'audit', '.', '--format', 'json', ...options);
  assert.equal(stderr, '');
  return (JSON.parse(stdout) as AuditReport).sites.map(({ verdict }) => verdict).join();
}

test('--model adds entries, several times, and in place of the file of the tree', async () => {
  await withTree(TREE, async ({ root, write }) => {
    assert.equal(await verdictOf(root), 'needs-zone-device');
    write('models/ram.json', model('buddy'));
    write('models/other.json', model('buddy', 'acme_other_page'));
    write(USER_MODEL_FILE, model('fs-dax'));
    assert.equal(await verdictOf(root), 'needs-zone-device');
    assert.equal(
      await verdictOf(root, '--model', 'models/other.json', '--model', 'models/ram.json'),
      'never-zone-device',
    );
    const { stdout } = await run(root, 'audit', '.', '--model', 'models/ram.json');
    assert.match(stdout, /^ {2}user model {15}\S+ram\.json \(1 entry\)$/m);
  });
});

test('a mistake: exit code 2, every place, nothing on standard output', async () => {
  await withTree(TREE, async ({ root, write }) => {
    write(USER_MODEL_FILE, model('budy'));
    for (const words of [
      ['audit', '.'],
      ['uses', '.'],
      ['api', 'put_page'],
      ['audit', '.', '--compare', '.'],
    ]) {
      const { code, stdout, stderr } = await run(root, ...words);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      assert.match(
        stderr,
        /^pageref: a mistake in the user model:\n\.pageref\.json:1:\d+: "budy" is no known page kind/,
      );
    }
  });
});

test('uses lists the names of the file as well', async () => {
  await withTree(TREE, async ({ root, write }) => {
    write(USER_MODEL_FILE, model('buddy', 'acme_ring_page', { references: 'acquire' }));
    for (const options of [[], ['--api', 'acme_ring_page']]) {
      const { stdout } = await run(root, 'uses', '.', '--format', 'json', ...options);
      const { uses, summary } = JSON.parse(stdout) as UsesReport;
      assert.ok(uses.some(({ api, function: name }) => api === 'acme_ring_page' && name === 'acme_recycle'));
      assert.deepEqual(summary.userModel, [{ path: USER_MODEL_FILE, entries: 1, overrides: 0 }]);
    }
  });
});

test('api shows an entry with its line as evidence, and an override beside what it stands for', async () => {
  await withTree(TREE, async ({ root, write }) => {
    write(USER_MODEL_FILE, model('buddy'));
    const own = await run(root, 'api', 'acme_ring_page');
    assert.match(
      own.stdout,
      /^acme_ring_page \(function\), 4\.20 and later\n {2}A page of the ring\.\n[^]*evidence +\.pageref\.json:1$/m,
    );
    write('override.json', model('buddy', 'pfn_to_online_page', { override: true, range: { since: '6.12' } }));
    const changed = await run(root, 'api', 'pfn_to_online_page', '--kernel', '6.12', '--model', 'override.json');
    assert.match(changed.stdout, /^pfn_to_online_page \(function\), 6\.12 and later$/m);
    assert.ok(changed.stdout.includes(`${join(root, 'override.json')}:1`));
  });
});

test('an override wins over the model and over what the tree shows of itself', async () => {
  const tree = TREE.replace('acme_ring_page(ring)', 'vm_normal_page(vma, address, pte)');
  const memory =
    '//- mm/memory.c\nstruct page *vm_normal_page(struct vm_area_struct *vma, unsigned long address, pte_t pte)\n{\n\treturn pte_page(pte);\n}\n';
  await withTree(tree + memory, async ({ root, write }) => {
    assert.equal(await verdictOf(root), 'needs-zone-device');
    write(USER_MODEL_FILE, model('buddy', 'vm_normal_page', { override: true }));
    assert.equal(await verdictOf(root), 'never-zone-device');
  });
});
