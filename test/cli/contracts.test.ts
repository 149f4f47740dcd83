import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContractsReport } from '@pageref/shared';
import { contracts } from 'pageref/dist/runs/index.js';
import { pageref, type Outcome } from '../support/cli.js';
import { golden, TEST_FOLDER } from '../support/golden.js';
import { chain, zigzag } from '../support/chains.js';
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

/** What --function says of a name in a tree of one file. */
async function asked(text: string, name: string): Promise<string> {
  return withTree(`//- Makefile\nVERSION = 6\nPATCHLEVEL = 12\n//- mm/demo.c\n${text}`, async ({ root }) => {
    const { code, stdout } = await pageref(['contracts', root, '--function', name], { engine: { contracts } });
    assert.equal(code, 0);
    return stdout;
  });
}

test('what ends in unknown is said', async () => {
  const turning = zigzag(40);
  assert.match(await asked(turning, 'link7'), /link7 \(static\)\n    effect   release/);
  assert.match(
    await asked(turning, 'link39'),
    /unknown  Its calls go round in a circle, or its file was read as often/,
  );
  assert.match(await asked(chain(3), 'link2'), /release \(reference\) on arg0 by put_page\(\)(?![^]*unknown  )/);
  const twice = '#ifdef A\nvoid f(struct page *p) { put_page(p); }\n#else\nvoid f(struct page *p) { }\n#endif\n';
  assert.match(await asked(twice, 'f'), /unknown  It is defined more than once here, at lines 2, 4/);
  assert.match(
    await asked('void f(struct page *p) { if (p { put_page(p); }\n', 'f'),
    /unknown  Not analysed from line 1/,
  );
  assert.match(
    await asked('#define f(p) put_page(p)\n', 'f'),
    /mm\/demo\.c:1: f\n    effect   release[^]*unknown  It is a macro/,
  );
  assert.match(await asked('int f(int a) { return a; }\n', 'f'), /nothing that it does with pages was found/);
});
