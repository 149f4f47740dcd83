import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { USER_MODEL_FILE } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref } from '../support/cli.js';
import { REPOSITORY } from '../support/golden.js';
import { withTree } from '../support/tree.js';

const page = readFileSync(join(REPOSITORY, 'docs', 'user-model.md'), 'utf8');

/** Blocks of the page in one language, in order. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((match) => match[1] ?? '');
}

const [code = ''] = blocks('c');
const [good = '', bad = ''] = blocks('json');
const [alone = '', told = '', mistakes = ''] = blocks('text');

/** The sites of the example, as the page shows them; or what standard error says. */
async function run(model?: string): Promise<string> {
  return withTree(code, async ({ root, write }) => {
    if (model !== undefined) write(USER_MODEL_FILE, model);
    const { stdout, stderr } = await pageref(['audit', root, '--kernel', '6.12'], { engine });
    const lines = [...stdout.matchAll(/^(\S+:\d+:\d+: \w+: [a-z-]+) /gm)].map((match) => match[1] ?? '');
    return stderr === '' ? lines.sort((a, b) => Number(a.split(':')[1]) - Number(b.split(':')[1])).join('\n') : stderr;
  });
}

test('docs/user-model.md: without the file the example could meet a device page', async () => {
  assert.equal(await run(), alone.trim());
});

test('docs/user-model.md: with the file it is told apart', async () => {
  assert.equal(await run(good), told.trim());
});

test('docs/user-model.md: the mistakes are those that are shown', async () => {
  const lines = (await run(bad)).split('\n').filter((line) => line.startsWith(USER_MODEL_FILE));
  assert.equal(lines.join('\n'), mistakes.trim());
});

test('docs/user-model.md lists the keys of an entry, and no others', () => {
  const schema = JSON.parse(
    readFileSync(join(REPOSITORY, 'shared', 'schemas', 'pageref.schema.json'), 'utf8'),
  ) as Schema;
  const entry = schema.properties.model.items.properties;
  const rows = [...page.matchAll(/^\| `(\w+)`\s*\| \w+\s*\| (.*?)\s*\|$/gm)];
  assert.deepEqual(rows.map((row) => row[1]).sort(), Object.keys(entry).sort());
  for (const [, name = '', text = ''] of rows) {
    const parts = entry[name]?.items?.properties ?? entry[name]?.properties;
    if (!parts || name === 'range') continue;
    const listed = [...(text.split(':')[0] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1]);
    assert.deepEqual(listed.sort(), Object.keys(parts).sort(), name);
  }
});

interface Schema {
  readonly properties: { readonly model: { readonly items: { readonly properties: Readonly<Record<string, Part>> } } };
}

interface Part {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly items?: Part;
}
