import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContractsReport } from '@pageref/shared';
import { contracts } from 'pageref/dist/ide/index.js';
import { pageref, type Outcome } from '../support/cli.js';
import { golden, TEST_FOLDER } from '../support/golden.js';
import { withTree } from '../support/tree.js';

/** Whole runs of `pageref contracts` with the real engine, on a small tree made for the purpose. */

const TREE = readFileSync(join(TEST_FOLDER, 'fixtures', 'contracts', 'guest.c'), 'utf8');

async function run(...args: string[]): Promise<Outcome> {
  return withTree(TREE, async ({ root }) => {
    const outcome = await pageref(['contracts', root, ...args], { engine: { contracts } });
    return { ...outcome, stdout: outcome.stdout.replaceAll(root, '/work-folder/linux') };
  });
}

for (const [name, args] of [
  ['contracts.txt', []],
  ['contracts-verbose.txt', ['--verbose']],
  ['contracts.json', ['--format', 'json']],
  ['contracts-function.txt', ['--function', 'guest_release_pfn']],
  ['contracts-demand.txt', ['--function', 'guest_forget']],
  ['contracts-function.json', ['--function', 'guest_is_reserved_pfn', '--format', 'json']],
] as const) {
  test(`contracts ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await run(...args);
    assert.deepEqual([code, stderr], [0, '']);
    golden(`cli/golden/${name}`, stdout);
  });
}

test('the same bytes with one job, with two and with three', async () => {
  for (const args of [['--verbose'], ['--function', 'guest_drop_both', '--format', 'json']]) {
    const outputs = [];
    for (const jobs of ['1', '2', '3']) outputs.push((await run(...args, '--jobs', jobs)).stdout);
    assert.equal(new Set(outputs).size, 1);
  }
});

test('a mistyped name ends the run with advice; so does a name that only the model knows', async () => {
  const mistyped = await run('--function', 'guest_release_pfm');
  assert.equal(mistyped.code, 2);
  assert.match(
    mistyped.stderr,
    /no function or macro guest_release_pfm is defined in this tree; did you mean guest_release_pfn or fresh_release_pfn\?/,
  );
  const declared = await run('--function', 'put_page');
  assert.equal(declared.code, 2);
  assert.match(
    declared.stderr,
    /put_page is defined in this tree, though it is used there 3 times; .* pageref api put_page/,
  );
  assert.match((await run('--function', 'a b')).stderr, /"a b" is no C identifier/);
});

test('--function speaks of one name; the figures stay those of the tree', async () => {
  const all = JSON.parse((await run('--format', 'json')).stdout) as ContractsReport;
  const one = JSON.parse((await run('--format', 'json', '--function', 'fresh_release_pfn')).stdout) as ContractsReport;
  assert.deepEqual(one.summary, all.summary);
  assert.deepEqual(
    one.contracts.map(({ function: name }) => name),
    ['fresh_release_pfn'],
  );
  assert.deepEqual(
    all.contracts.find(({ function: name }) => name === 'fresh_release_pfn'),
    one.contracts[0],
  );
});
