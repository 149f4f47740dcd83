import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import {
  ASSERTIONS,
  ENTRIES,
  FLAG_GUARDS,
  PAGEMAP_TYPES,
  RESERVED_BIT,
  SYNTAX_MACROS,
  TREE_SIGNS,
  TYPES,
} from '@pageref/shared/model';
import { REPOSITORY } from '../support/golden.js';

/** No kernel API, macro or type is named outside of shared/model: what the program knows of one is data, with a range. */

const MODEL_NAMES: ReadonlySet<string> = new Set([
  ...[...ENTRIES, ...ASSERTIONS].map(({ name }) => name),
  ...TYPES.map(({ type }) => type),
  ...PAGEMAP_TYPES.map(({ type }) => type),
  ...FLAG_GUARDS.flatMap(({ type, mask }) => [type, mask]),
  ...Object.values(SYNTAX_MACROS).flatMap((list: readonly (string | { readonly name: string })[]) =>
    list.map((one) => (typeof one === 'string' ? one : one.name)),
  ),
  ...Object.values(RESERVED_BIT).flatMap((words: string | readonly string[]) => words),
  ...TREE_SIGNS.helpers,
  ...TREE_SIGNS.daxMixedMap.flags,
  TREE_SIGNS.normalPage.asks,
]);

/** The bit the program is about stands in titles and sentences; nothing looks for it by these. */
const SUBJECT = ['PG_reserved', 'PageReserved'];

/** Examples in messages for people. */
const EXAMPLES = [
  'server/src/cli/commands/api.ts: put_page',
  'server/src/cli/readers.ts: get_page',
  'server/src/cli/readers.ts: put_page',
  'server/src/cli/table.ts: put_page',
];

function sources(folder: string): string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(REPOSITORY, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

/** Names of the model in the strings, templates and regular expressions of a text. */
function namesIn(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      const isPattern = ts.isRegularExpressionLiteral(node);
      const shown = isPattern ? node.text.replace(/\\\w/g, ' ') : node.text;
      for (const [word] of shown.matchAll(/[A-Za-z_]\w*/g))
        if (isName(word) && (isPattern || !SUBJECT.includes(word))) found.push(word);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2022, true));
  return found;
}

/** A name that is an English word as well (`slab`, `max`) cannot be told from the word. */
function isName(word: string): boolean {
  return MODEL_NAMES.has(word) && /_|[a-z][A-Z]/.test(word);
}

test('no name of the model stands in the strings and patterns of the server', () => {
  const files = sources('server/src');
  const found = files.flatMap((file) =>
    namesIn(readFileSync(join(REPOSITORY, file), 'utf8')).map((name) => `${file}: ${name}`),
  );
  assert.ok(MODEL_NAMES.size > 400, 'the model was read');
  assert.deepEqual([...new Set(found)].sort(), EXAMPLES);
});

test('the test sees names in strings, templates and patterns, and no other words', () => {
  const text = [
    "const a = 'put_page';",
    'const b = `x ${a} get_page(${a}) folio_put`;',
    'const c = /\\bSetPageReserved\\b|PG_reserved/;',
    "const d = 'a page with PG_reserved, put_pages, slab'; // put_page",
    "import { put_page } from './put_page.js';",
  ].join('\n');
  assert.deepEqual(namesIn(text), ['put_page', 'get_page', 'folio_put', 'SetPageReserved', 'PG_reserved']);
});
