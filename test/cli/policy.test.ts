import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref } from '../support/cli.js';
import { uriOf, withServer } from '../support/lsp.js';
import { MAKEFILE_6_12 } from '../support/lsp-texts.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

const CODE = `int demo_map(unsigned long addr, int odd)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return -EFAULT;
	if (odd)
		return -EINVAL;
	put_page(page);
	return 0;
}
`;
const TREE = `${MAKEFILE_6_12}//- drivers/one/a.c\n${CODE}//- drivers/two/b.c\n${CODE}`;

function configure(root: string, config: object): void {
  writeFileSync(join(root, '.pageref.json'), JSON.stringify({ schemaVersion: 1, ...config }));
}

interface Checked {
  readonly code: number;
  /** "path severity" of each finding. */
  readonly findings: readonly string[];
  readonly leftOut: number | undefined;
}

async function checked({ root }: Tree, config: object, ...words: string[]): Promise<Checked> {
  configure(root, config);
  const { code, stdout } = await pageref(['check', root, '--format', 'json', ...words], { engine, cwd: root });
  const { findings, summary } = JSON.parse(stdout) as {
    readonly findings: readonly { readonly path: string; readonly severity: string }[];
    readonly summary: { readonly findings: number; readonly config?: { readonly leftOut: number } };
  };
  assert.equal(summary.findings, findings.length);
  return {
    code,
    findings: findings.map(({ path, severity }) => `${path} ${severity}`),
    leftOut: summary.config?.leftOut,
  };
}

const [ONE, TWO] = ['drivers/one/a.c', 'drivers/two/b.c'];
const RULE = 'get-without-put';

test('a project says which findings it wants, and how severe they are', async () => {
  await withTree(TREE, async (tree) => {
    const both = [`${ONE} warning`, `${TWO} warning`];
    assert.deepEqual(await checked(tree, { model: [] }), { code: 1, findings: both, leftOut: undefined });
    assert.deepEqual(await checked(tree, { rules: { [RULE]: 'on' } }), { code: 1, findings: both, leftOut: 0 });
    assert.deepEqual(await checked(tree, { rules: { [RULE]: 'off' } }), { code: 0, findings: [], leftOut: 2 });
    assert.deepEqual(await checked(tree, { rules: { [RULE]: 'off' } }, '--rule', RULE), {
      code: 1,
      findings: both,
      leftOut: 0,
    });
    assert.deepEqual(await checked(tree, { rules: { [RULE]: 'error' } }, '--fail-on', 'error'), {
      code: 1,
      findings: [`${ONE} error`, `${TWO} error`],
      leftOut: 0,
    });
    assert.deepEqual(await checked(tree, { paths: { include: ['drivers/one/'] } }), {
      code: 1,
      findings: [`${ONE} warning`],
      leftOut: 1,
    });
    assert.deepEqual(await checked(tree, { paths: { exclude: [ONE, 'drivers/tw'] } }), {
      code: 1,
      findings: [`${TWO} warning`],
      leftOut: 1,
    });
    assert.equal((await checked(tree, { failOn: 'none' })).code, 0);
    assert.equal((await checked(tree, { failOn: 'none' }, '--fail-on', 'warning')).code, 1);
  });
});

test('what is left out is said, and a mistake in the file ends the run', async () => {
  await withTree(TREE, async ({ root }) => {
    configure(root, { rules: { [RULE]: 'off' } });
    const { code, stdout } = await pageref(['check', root], { engine, cwd: root });
    assert.equal(code, 0);
    assert.match(stdout.replace(/\s+/g, ' '), /2 findings left out by \.pageref\.json/);
    for (const [config, message] of [
      [{ rules: { 'get-without-putt': 'off' } }, 'unknown key "get-without-putt"; did you mean "get-without-put"?'],
      [{ rules: { [RULE]: 'warn' } }, '"warn" is no known level; did you mean "warning"?'],
      [{ failOn: 'errors' }, '"errors" is no known severity; did you mean "error"?'],
      [{ paths: { exclude: ['../x'] } }, '"../x" is no path below the root of the tree, such as "drivers/acme"'],
    ] as const) {
      configure(root, config);
      const failed = await pageref(['check', root], { engine, cwd: root });
      assert.equal(failed.code, 2);
      assert.ok(failed.stderr.includes(message), failed.stderr);
    }
  });
});

test('an editor shows what the project wants; its own settings win; a mistake is shown in the file, and the defaults hold', async () => {
  await withTree(TREE, async ({ root }) => {
    let severities: object = {};
    mkdirSync(join(root, 'drivers'), { recursive: true });
    const shown = async (config: object): Promise<string> => {
      configure(root, config);
      let text = '';
      await withServer({ folders: [root], settings: () => ({ wholeTree: false, severities }) }, async (client) => {
        const uri = uriOf(join(root, ONE));
        await client.open(uri, CODE);
        text = (await client.diagnostics(uri)).map(({ severity }) => String(severity)).join();
        const file = uriOf(join(root, '.pageref.json'));
        await client.open(file, JSON.stringify({ schemaVersion: 1, ...config }), 1, 'json');
        for (const { message } of await client.diagnostics(file)) text += ` ${message as string}`;
      });
      return text;
    };
    assert.equal(await shown({ rules: { [RULE]: 'error' } }), '1');
    assert.equal(await shown({ rules: { [RULE]: 'off' } }), '');
    assert.equal(await shown({ paths: { exclude: ['drivers/one'] } }), '');
    assert.equal(await shown({ rules: { [RULE]: 'warn' } }), '2 "warn" is no known level; did you mean "warning"?');
    severities = { [RULE]: 'hint' };
    assert.equal(await shown({ rules: { [RULE]: 'error' } }), '4');
  });
});
