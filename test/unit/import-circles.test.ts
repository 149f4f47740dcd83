import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { REPOSITORY } from '../support/golden.js';

/**
 * Modules that import values of one another in a circle: which of them runs first is then an accident of who asks, and none
 * can be read, tested or moved without the others. Types are gone when the program runs, and a module that is loaded late
 * (`await import()`) finds everything there.
 */

type Graph = ReadonlyMap<string, readonly string[]>;

function graphOf(folders: readonly string[]): Graph {
  const files = folders.flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(REPOSITORY, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
  );
  return new Map(files.map((file) => [file, valueImports(file, readFileSync(join(REPOSITORY, file), 'utf8'))]));
}

/** Files that a file imports values of, or passes them on from. */
function valueImports(file: string, text: string): string[] {
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  return statements.flatMap((statement) => {
    const module = valueModule(statement);
    return module?.startsWith('.') ? [join(file, '..', module).replaceAll('\\', '/').replace(/\.js$/, '.ts')] : [];
  });
}

/** `import { type A }` is no import of types: the braces stay, empty, and the module is loaded. */
function valueModule(statement: ts.Statement): string | undefined {
  if (ts.isImportDeclaration(statement)) {
    const isType = statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return isType ? undefined : textOf(statement.moduleSpecifier);
  }
  return ts.isExportDeclaration(statement) && !statement.isTypeOnly ? textOf(statement.moduleSpecifier) : undefined;
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

test('no circle of values between modules', () => {
  const graph = graphOf(['shared/src', 'shared/model', 'server/src', 'client/src']);
  assert.ok(graph.size > 300, 'the sources were found');
  assert.deepEqual(circlesOf(graph), []);
});

test('the test sees circles of values, and none of types', () => {
  const texts: Readonly<Record<string, string>> = {
    'a.ts': "import { b } from './b.js';",
    'b.ts': "export { c } from './sub/c.js';",
    'sub/c.ts': "import { a, type B } from '../a.js';",
    'd.ts': "import type { E } from './e.js'; export type { F } from './e.js'; const late = await import('./e.js');",
    'e.ts': "import { d } from './d.js';",
    'f.ts': "import { type G } from './g.js';",
    'g.ts': "import './f.js';",
  };
  const graph = new Map(Object.entries(texts).map(([file, text]) => [file, valueImports(file, text)]));
  assert.deepEqual(circlesOf(graph), [
    ['a.ts', 'b.ts', 'sub/c.ts'],
    ['f.ts', 'g.ts'],
  ]);
});
