import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { USER_MODEL_FILE } from '@pageref/shared';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref } from '../support/cli.js';
import { REPOSITORY } from '../support/golden.js';
import { withTree } from '../support/tree.js';

const PAGE = join(REPOSITORY, 'docs', 'modules.md');

interface Block {
  readonly language: string;
  readonly text: string;
}

/** The code blocks of the page, in order. */
function blocksOf(page: string): readonly Block[] {
  const found = page.matchAll(/^```(\w+)\n([^]*?)^```$/gm);
  return [...found].map(([, language = '', text = '']) => ({ language, text }));
}

/** What each command line prints that a text stands behind, the module set up as the blocks before it say. */
async function ran(blocks: readonly Block[]): Promise<string[]> {
  const [code] = blocks.filter(({ language }) => language === 'c');
  return await withTree(code?.text ?? '', async ({ root, write }) => {
    const printed: string[] = [];
    for (const [at, { language, text }] of blocks.entries()) {
      if (language === 'json') write(`my-module/${USER_MODEL_FILE}`, text);
      if (language !== 'sh' || blocks[at + 1]?.language !== 'text') continue;
      const words = text.trim().replaceAll('~/src', root).split(' ').slice(1);
      const { stdout, stderr } = await pageref([...words, '--no-cache'], { engine });
      assert.equal(stderr, '');
      printed.push(stdout.trim());
    }
    return printed;
  });
}

test('docs/modules.md: each way to set it up gives what the page shows', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const blocks = blocksOf(page);
  const shown = blocks.filter(({ language }) => language === 'text').map(({ text }) => text.trim());
  const printed = await ran(blocks);
  assert.equal(printed.length, 4);
  if (process.env['UPDATE_EXPECT'] === '1') {
    writeFileSync(
      PAGE,
      printed.reduce((text, one, at) => text.replace(shown[at] ?? '', () => one), page),
    );
  } else assert.deepEqual(printed, shown);
});
