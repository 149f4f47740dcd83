import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CParser } from 'pageref/dist/syntax/index.js';
import { createNativeParser, createWasmParser } from 'pageref/dist/syntax/index.js';
import { openParser } from 'pageref/dist/project/open-parser.js';
import { REPOSITORY } from '../support/golden.js';

/** A folder in which `npm install tree-sitter@0.22.4 tree-sitter-c@0.23.6` was run. */
const FOLDER = process.env['PAGEREF_NATIVE_TREE_SITTER'];

const SNIPPETS = [
  '{ struct page *p = f(), *q; if (!p) goto out; out: ; }',
  '{ while (a, b, c) { x->y.z[1] += (u8)~v ? : w; } }',
  '{ switch (x) { case 1: a(); break; default: for (;;) b(); } }',
  '{ return ({ int t = g(); t; }); }',
  '{ do x--; while (x > 0 && !y); }',
];

test('native: the same trees as the parser that ships', async (t) => {
  if (FOLDER === undefined) {
    t.skip('set PAGEREF_NATIVE_TREE_SITTER to a folder with tree-sitter@0.22.4 and tree-sitter-c@0.23.6 installed');
    return;
  }
  const native = createNativeParser(FOLDER);
  assert.ok(native !== undefined, `no native tree-sitter in ${FOLDER}`);
  const shipped = await createWasmParser();
  for (const text of [...SNIPPETS, ...cHeaders()]) assertSameTree(native, shipped, text);
});

/** Real C beside the snippets: the headers that the grammar package itself comes with. */
function cHeaders(): readonly string[] {
  const folder = join(REPOSITORY, 'node_modules', 'tree-sitter-c', 'src', 'tree_sitter');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.h'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

function assertSameTree(native: CParser, shipped: CParser, text: string): void {
  assert.deepEqual(native.parse(text), shipped.parse(text), text.slice(0, 80));
}

test('native: absent packages give no parser', () => {
  assert.equal(createNativeParser('/nonexistent'), undefined);
});

test('native: asked for and not there is an error that says what to install', async (t) => {
  process.env['PAGEREF_NATIVE_TREE_SITTER'] = '/nonexistent';
  t.after(() => {
    if (FOLDER === undefined) delete process.env['PAGEREF_NATIVE_TREE_SITTER'];
    else process.env['PAGEREF_NATIVE_TREE_SITTER'] = FOLDER;
  });
  await assert.rejects(openParser(), {
    name: 'CannotRun',
    message: /install tree-sitter@0\.22\.4 and tree-sitter-c@0\.23\.6 in \/nonexistent/,
  });
});
