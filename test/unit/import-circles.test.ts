import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { REPOSITORY } from '../support/golden.js';

/**
 * Modules that import one another in a circle: none can be read, tested or moved without the others, and where it is values
 * they import which of them runs first is an accident of who asks. A module that is loaded late (`await import()`) finds
 * everything there.
 */

type Graph = ReadonlyMap<string, readonly string[]>;

type Imported = 'values' | 'types and values';

function graphOf(folders: readonly string[], imported: Imported): Graph {
  const files = folders.flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(REPOSITORY, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
  );
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(join(REPOSITORY, file), 'utf8'), imported)]));
}

/** Files that a file imports something of, or passes it on from. */
function importsOf(file: string, text: string, imported: Imported): string[] {
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  return statements.flatMap((statement) => {
    const module = moduleOf(statement, imported);
    return module?.startsWith('.') ? [join(file, '..', module).replaceAll('\\', '/').replace(/\.js$/, '.ts')] : [];
  });
}

/** `import { type A }` is no import of types: the braces stay, empty, and the module is loaded. */
function moduleOf(statement: ts.Statement, imported: Imported): string | undefined {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const isType = ts.isImportDeclaration(statement)
    ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    : statement.isTypeOnly;
  return isType && imported === 'values' ? undefined : textOf(statement.moduleSpecifier);
}

function textOf(specifier: ts.Expression | undefined): string | undefined {
  return specifier && ts.isStringLiteral(specifier) ? specifier.text : undefined;
}

/** Sets of files each of which reaches all the others of its set, in the order of their names. */
function circlesOf(graph: Graph): string[][] {
  const reach = new Map([...graph.keys()].map((file) => [file, reachedFrom(graph, file)]));
  const circles = [...graph.keys()]
    .map((file) => [...(reach.get(file) ?? [])].filter((other) => reach.get(other)?.has(file)).sort())
    .filter((circle) => circle.length > 0);
  return [...new Map(circles.map((circle) => [circle.join(' '), circle])).values()].sort();
}

/** Everything a file leads to; the file itself where it comes back to it. */
function reachedFrom(graph: Graph, from: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...(graph.get(from) ?? [])];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    open.push(...(graph.get(file) ?? []));
  }
  return reached;
}

const FOLDERS = ['shared/src', 'shared/model', 'server/src', 'client/src'];

test('no circle between modules, of values or of types', () => {
  const graph = graphOf(FOLDERS, 'types and values');
  assert.ok(graph.size > 300, 'the sources were found');
  assert.deepEqual(circlesOf(graph), []);
});

test('the test sees circles of values, and of types where it is asked for them', () => {
  const texts: Readonly<Record<string, string>> = {
    'a.ts': "import { b } from './b.js';",
    'b.ts': "export { c } from './sub/c.js';",
    'sub/c.ts': "import { a, type B } from '../a.js';",
    'd.ts': "import type { E } from './e.js'; export type { F } from './e.js'; const late = await import('./e.js');",
    'e.ts': "import { d } from './d.js';",
    'f.ts': "import { type G } from './g.js';",
    'g.ts': "import './f.js';",
    'h.ts': "const late = await import('./i.js');",
    'i.ts': "import type { h } from './h.js';",
  };
  const circles = (imported: Imported): string[][] =>
    circlesOf(new Map(Object.entries(texts).map(([file, text]) => [file, importsOf(file, text, imported)])));
  const ofValues = [
    ['a.ts', 'b.ts', 'sub/c.ts'],
    ['f.ts', 'g.ts'],
  ];
  assert.deepEqual(circles('values'), ofValues);
  assert.deepEqual(circles('types and values'), [...ofValues, ['d.ts', 'e.ts']].sort());
});
