import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { REPOSITORY } from '../support/golden.js';

/** Who may import whom, by folder of server/src; a layer always may import itself. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  syntax: ['shared'],
  vfs: ['shared'],
  semantics: ['syntax', 'shared'],
  rules: ['semantics', 'syntax', 'shared'],
  index: ['vfs', 'syntax', 'shared'],
  ide: ['index', 'rules', 'semantics', 'vfs', 'syntax', 'shared'],
  print: ['ide', 'shared'],
  lsp: ['print', 'ide', 'shared'],
  cli: ['print', 'ide', 'shared'],
};

/** Packages and Node modules that only some files may name. */
const RESTRICTED: readonly { readonly module: RegExp; readonly allowed: RegExp }[] = [
  { module: /^(web-)?tree-sitter(\/|$|-)/, allowed: /^server\/src\/syntax\// },
  { module: /^node:(fs|child_process)(\/|$)/, allowed: /^server\/src\/(vfs|cli)\// },
  { module: /^node:worker_threads$/, allowed: /^server\/src\/(index|ide\/threads)\// },
  { module: /^(zod|jsonc-parser)$/, allowed: /^server\/src\/ide\// },
  { module: /^commander$/, allowed: /^server\/src\/cli\// },
  { module: /^vscode-languageserver(\/|$|-)/, allowed: /^server\/src\/lsp\// },
  { module: /^vscode$|^vscode-languageclient(\/|$)/, allowed: /^client\// },
  // These stay free of Node, so that they can run in a browser.
  { module: /^node:/, allowed: /^(server\/src\/(syntax|vfs|index|ide|print|lsp|cli)|client)\// },
];

/** The one place that starts the server. */
const STARTS_THE_SERVER = 'server/src/cli/process.ts';

function sources(folder: string): string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(REPOSITORY, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(REPOSITORY, file), 'utf8');
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** "shared", "client", "test" or a layer of the server. */
function layerOf(file: string): string {
  return /^server\/src\/([^/]+)\//.exec(file)?.[1] ?? file.split('/')[0] ?? '';
}

/** The layer an import leads to; undefined for packages and Node. */
function targetOf(file: string, module: string): string | undefined {
  if (/^@pageref\/shared(\/|$)/.test(module)) return 'shared';
  if (/^pageref(\/|$)/.test(module)) return 'server';
  if (!module.startsWith('.')) return undefined;
  return layerOf(join(file, '..', module).replaceAll('\\', '/'));
}

function mayImport(layer: string): readonly string[] {
  if (layer === 'shared') return ['shared'];
  if (layer === 'client') return ['client', 'shared'];
  return [layer, ...(LAYERS[layer] ?? [])];
}

/** What is wrong with one import, or undefined. */
function complaint(file: string, module: string): string | undefined {
  const layer = layerOf(file);
  const target = targetOf(file, module);
  if (target === 'lsp' && file === STARTS_THE_SERVER) return undefined;
  if (target !== undefined) {
    return mayImport(layer).includes(target) ? undefined : `${file}: ${layer} must not import ${target} (${module})`;
  }
  if (layer === 'shared') return `${file}: shared imports nothing, not even ${module}`;
  const broken = RESTRICTED.find((rule) => rule.module.test(module) && !rule.allowed.test(file));
  return broken && `${file}: ${module} is not allowed here`;
}

test('the import rule holds', () => {
  const files = ['shared/src', 'shared/model', 'server/src', 'client/src'].flatMap(sources);
  assert.ok(files.length > 20, 'the sources were found');
  const complaints = files.flatMap((file) => importsOf(file).flatMap((module) => complaint(file, module) ?? []));
  assert.deepEqual(complaints, []);
});

test('every folder of the server has its place in the rule', () => {
  const folders = new Set(sources('server/src').map(layerOf));
  assert.deepEqual(
    [...folders].filter((folder) => !Object.hasOwn(LAYERS, folder)),
    [],
  );
});

test('the rule sees what breaks it', () => {
  const broken = [
    ['server/src/semantics/a.ts', '../vfs/disk.js'],
    ['server/src/semantics/a.ts', 'node:path'],
    ['server/src/cli/a.ts', '../index/walk.js'],
    ['server/src/ide/a.ts', '../cli/run.js'],
    ['server/src/ide/a.ts', '../print/json.js'],
    ['server/src/ide/a.ts', 'node:worker_threads'],
    ['server/src/index/walk.ts', 'node:fs/promises'],
    ['server/src/rules/a.ts', 'web-tree-sitter'],
    ['shared/src/a.ts', 'node:path'],
    ['shared/src/a.ts', '../../server/src/syntax/ir.js'],
    ['client/src/a.ts', 'pageref/dist/ide/index.js'],
  ] as const;
  assert.deepEqual(
    broken.filter(([file, module]) => complaint(file, module) === undefined),
    [],
  );
  assert.equal(complaint('server/src/index/worker-pool.ts', 'node:worker_threads'), undefined);
  assert.equal(complaint('server/src/syntax/parser.ts', 'web-tree-sitter'), undefined);
});
