import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { IMPACTS, PAGE_KINDS, VERDICTS } from '@pageref/shared';
import { SYNTAX_MACROS } from '@pageref/shared/model';
import { createCReader, createWasmParser, splitItems } from 'pageref/dist/syntax/index.js';
import { REPOSITORY } from '../support/golden.js';

/** The words that stand in messages, hovers, comments and names of the analysis with a meaning of their own. */
const WORDS = [
  ...['page kind', 'kind set', 'ZONE_DEVICE page', 'reserved bit', 'pgmap', 'tree fact'],
  ...['mention', 'test', 'reason', 'confidence', 'consequence', 'wrapper', 'role', 'finding', 'fingerprint'],
  ...['suppression', 'what-if', 'contract', 'predicate', 'source', 'filter', 'provenance', 'conversion', 'effect'],
  ...['precondition', 'counterpart', 'reference', 'pin', 'pgmap reference', 'abstract page', 'access path'],
  ...['evidence', 'cut', 'alias', 'neighbour', 'join', 'argument summary', 'round', 'not analysed', 'too tangled'],
];

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'docs/rules', 'docs/walkthrough'].flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

/** Entries of the glossary by their heading: what stands below each. */
function entries(): ReadonlyMap<string, string> {
  const parts = textOf('docs/glossary.md').split(/^### /m).slice(1);
  return new Map(parts.map((part) => [(part.split('\n')[0] ?? '').replaceAll('`', ''), part.split(/^## /m)[0] ?? '']));
}

function examplesIn(text: string): string[] {
  return [...text.matchAll(/^```c\n([^]*?)^```$/gm)].map((match) => match[1] ?? '');
}

/** Anchors of a page's headings, as GitHub and VS Code make them. */
function anchorsOf(path: string): ReadonlySet<string> {
  const headings = [...textOf(path).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((one) =>
      one
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('every verdict, impact, page kind and word of the analysis has its entry, and each entry once', () => {
  const headings = [...textOf('docs/glossary.md').matchAll(/^### (.+)$/gm)].map((match) =>
    (match[1] ?? '').replaceAll('`', ''),
  );
  assert.deepEqual([...headings].sort(), [...WORDS, ...VERDICTS, ...IMPACTS, ...PAGE_KINDS].sort());
});

test('every word and every page kind has a small example, and says something before it', () => {
  for (const word of [...WORDS, ...PAGE_KINDS]) {
    const entry = entries().get(word) ?? '';
    const [example = '', ...more] = examplesIn(entry);
    assert.ok(example !== '' && more.length === 0, word);
    assert.ok(example.split('\n').length <= 18, `${word}: the example is long`);
    assert.ok((entry.split('```')[0] ?? '').length > word.length + 30, word);
  }
});

test('the examples are C that the analysis reads', async () => {
  const reader = createCReader({ parser: await createWasmParser(), syntax: SYNTAX_MACROS });
  for (const text of examplesIn(textOf('docs/glossary.md'))) {
    const items = splitItems(text);
    assert.ok(items.length > 0, text);
    for (const item of items) assert.equal(reader.readFunction(text, item).error?.why, undefined, text);
  }
});

test('links between the pages, and to headings in them, lead somewhere', () => {
  for (const page of PAGES) {
    for (const [whole, file = '', anchor] of textOf(page).matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const target = file === '' ? page : normalize(join(dirname(page), file));
      assert.ok(existsSync(join(REPOSITORY, target)), `${page}: ${whole}`);
      if (anchor !== undefined) assert.ok(anchorsOf(target).has(anchor), `${page}: ${whole}`);
    }
  }
});

test('the pages of verdicts, model and rules lead to the glossary, and it is shipped with them', () => {
  for (const page of PAGES.filter((one) => /^docs\/(rules\/.*|verdicts|model|architecture)\.md$|^README/.test(one)))
    assert.match(textOf(page), /\((?:docs\/|\.\.\/)?glossary\.md\)/, page);
  assert.match(textOf('.vscodeignore'), /^!docs\/glossary\.md$/m);
  assert.match(textOf('scripts/package.mjs'), /'docs\/glossary\.md'/);
});

test('what is shipped in the VSIX links only to what is shipped there', () => {
  const shipped = [...textOf('.vscodeignore').matchAll(/^!(docs\/.*\.md)$/gm)].map((match) => match[1] ?? '');
  for (const page of shipped.filter((one) => /glossary|verdicts|rules/.test(one)))
    for (const [whole, file = ''] of textOf(page).matchAll(/\]\((?![a-z]+:)([^)#\s]+)(?:#[^)\s]+)?\)/g))
      assert.ok(shipped.includes(normalize(join(dirname(page), file))), `${page}: ${whole}`);
});
