import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { REPOSITORY } from '../support/golden.js';

/**
 * Who may import whom below server/src. A row is for a folder and what lies in it, unless an inner folder has a row of its
 * own; what it names are folders, with all that lies in them, or single files. A folder always may import itself.
 */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  vfs: [],
  syntax: [],
  search: ['vfs'],
  kernel: ['syntax', 'vfs'],
  'kernel/kconfig': ['vfs'],
  flow: ['syntax'],
  'flow/cfg': ['syntax'],
  'flow/domain': ['flow/context.ts', 'flow/contract.ts', 'syntax'],
  contracts: ['flow', 'syntax'],
  ownership: ['flow/cfg', 'syntax'],
  slots: ['ownership', 'flow/cfg', 'syntax'],
  rules: ['contracts', 'ownership', 'slots', 'flow', 'syntax'],
  'rules/fixes': ['rules/reserved', 'contracts', 'flow', 'syntax'],
  'rules/reserved': ['rules/rule.ts', 'rules/fingerprint.ts', 'rules/fixes', 'contracts', 'flow', 'syntax'],
  'rules/wrappers': ['rules/rule.ts', 'rules/reserved', 'contracts', 'flow', 'syntax'],
  'rules/imbalance': ['rules/rule.ts', 'contracts', 'flow', 'syntax'],
  'rules/pagemap': ['rules/rule.ts', 'rules/step-places.ts', 'contracts', 'flow', 'syntax'],
  'rules/references': ['rules/rule.ts', 'rules/step-places.ts', 'ownership', 'slots', 'contracts', 'flow', 'syntax'],
  'rules/repairs': ['rules/rule.ts', 'rules/references', 'rules/fixes', 'ownership', 'contracts', 'flow', 'syntax'],
  project: ['rules', 'contracts', 'flow', 'kernel', 'search', 'syntax', 'vfs'],
  'project/user-model': ['project/options.ts', 'kernel', 'syntax', 'vfs'],
  knowledge: ['project', 'rules', 'contracts', 'flow', 'kernel', 'search', 'syntax', 'vfs'],
  runs: ['knowledge', 'project', 'rules', 'contracts', 'flow', 'kernel', 'search', 'syntax', 'vfs'],
  'runs/api': ['flow'],
  'runs/owners': [
    'runs/pipeline.ts',
    'runs/run-request.ts',
    'runs/coverage.ts',
    'runs/rule-world.ts',
    'rules',
    'project',
    'contracts',
    'flow',
    'search',
    'syntax',
    'vfs',
  ],
  'runs/uses': [
    'runs/pipeline.ts',
    'runs/run-request.ts',
    'runs/coverage.ts',
    'project',
    'contracts',
    'flow',
    'search',
    'syntax',
    'vfs',
  ],
  'runs/contracts': [
    'runs/pipeline.ts',
    'runs/run-request.ts',
    'runs/coverage.ts',
    'knowledge',
    'project',
    'rules',
    'contracts',
    'flow',
    'search',
    'syntax',
    'vfs',
  ],
  'runs/compare': [
    'runs/audit.ts',
    'runs/pipeline.ts',
    'runs/run-request.ts',
    'runs/suppressions',
    'runs/api',
    'project',
    'rules',
    'contracts',
    'flow',
    'kernel',
    'vfs',
  ],
  'runs/fix': [
    'runs/pipeline.ts',
    'runs/run-request.ts',
    'runs/check-file.ts',
    'runs/file-of-run.ts',
    'runs/mark-findings.ts',
    'runs/rule-world.ts',
    'runs/suppressions',
    'knowledge',
    'project',
    'rules',
    'contracts',
    'kernel',
    'vfs',
  ],
  'runs/suppressions': ['runs/check.ts', 'project', 'vfs'],
  editor: ['runs', 'knowledge', 'project', 'rules', 'contracts', 'flow', 'kernel', 'search', 'syntax', 'vfs'],
  print: ['runs'],
  lsp: ['print', 'editor'],
  cli: ['print', 'runs', 'project'],
};

/** Packages and Node modules that only some files may name. */
const RESTRICTED: readonly { readonly module: RegExp; readonly allowed: RegExp }[] = [
  { module: /^(web-)?tree-sitter(\/|$|-)/, allowed: /^server\/src\/syntax\// },
  { module: /^node:(fs|child_process)(\/|$)/, allowed: /^server\/src\/(vfs|cli)\// },
  {
    module: /^node:worker_threads$/,
    allowed: /^server\/src\/(search|(knowledge|runs)\/threads|editor\/whole-tree|lsp)\//,
  },
  { module: /^(zod|jsonc-parser)$/, allowed: /^server\/src\/(project|runs\/suppressions)\// },
  { module: /^commander$/, allowed: /^server\/src\/cli\// },
  { module: /^vscode-languageserver(\/|$|-)/, allowed: /^server\/src\/lsp\// },
  { module: /^vscode$|^vscode-languageclient(\/|$)/, allowed: /^client\// },
  // What is not listed stays free of Node, so that it can run in a browser; a fingerprint needs a hash.
  {
    module: /^node:/,
    allowed:
      /^(server\/src\/(syntax|vfs|search|kernel|project|knowledge|runs|editor|print|lsp|cli)|client)\/|^server\/src\/rules\/fingerprint\.ts$/,
  },
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

/** "shared", "client", "test", or the path of a file below server/src. */
function placeOf(file: string): string {
  return /^server\/src\/(.+)$/.exec(file)?.[1] ?? file.split('/')[0] ?? '';
}

/** The place an import leads to; undefined for packages and Node. */
function targetOf(file: string, module: string): string | undefined {
  if (/^@pageref\/shared(\/|$)/.test(module)) return 'shared';
  if (/^pageref(\/|$)/.test(module)) return 'server';
  if (!module.startsWith('.')) return undefined;
  return placeOf(join(file, '..', module.replace(/\.js$/, '.ts')).replaceAll('\\', '/'));
}

/** The row that holds for a place: that of the innermost folder that has one. */
function rowOf(place: string): string | undefined {
  for (let folder = dirname(place); folder !== '.'; folder = dirname(folder))
    if (Object.hasOwn(ROWS, folder)) return folder;
  return undefined;
}

function mayImport(place: string): readonly string[] {
  if (place === 'shared') return ['shared'];
  if (place === 'client') return ['client', 'shared'];
  const row = rowOf(place);
  return row === undefined ? [] : ['shared', row, ...(ROWS[row] ?? [])];
}

/** What is wrong with one import, or undefined. */
function complaint(file: string, module: string): string | undefined {
  const place = placeOf(file);
  const target = targetOf(file, module);
  if (target?.startsWith('lsp/') && file === STARTS_THE_SERVER) return undefined;
  if (target !== undefined) {
    const allowed = mayImport(place).some((one) => target === one || target.startsWith(`${one}/`));
    return allowed ? undefined : `${file} must not import ${target} (${module})`;
  }
  if (place === 'shared') return `${file}: shared imports nothing, not even ${module}`;
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
  const places = sources('server/src').map(placeOf);
  const folders = new Set(places.map((place) => dirname(place).split('/')[0] ?? ''));
  assert.deepEqual(
    [...folders].filter((folder) => !Object.hasOwn(ROWS, folder)),
    [],
  );
  const empty = Object.keys(ROWS).filter((row) => !places.some((place) => place.startsWith(`${row}/`)));
  assert.deepEqual(empty, [], 'rows without a folder');
});

test('the rule sees what breaks it', () => {
  const broken = [
    ['server/src/flow/a.ts', '../vfs/disk.js'],
    ['server/src/flow/a.ts', 'node:path'],
    ['server/src/flow/cfg/a.ts', '../evaluate.js'],
    ['server/src/flow/domain/a.ts', '../evaluate.js'],
    ['server/src/rules/pagemap/a.ts', '../reserved/judge.js'],
    ['server/src/runs/uses/a.ts', '../check.js'],
    ['server/src/knowledge/a.ts', '../runs/audit.js'],
    ['server/src/cli/a.ts', '../search/walk.js'],
    ['server/src/editor/a.ts', '../cli/run.js'],
    ['server/src/runs/a.ts', '../print/json.js'],
    ['server/src/runs/a.ts', 'node:worker_threads'],
    ['server/src/search/walk.ts', 'node:fs/promises'],
    ['server/src/rules/a.ts', 'web-tree-sitter'],
    ['shared/src/a.ts', 'node:path'],
    ['shared/src/a.ts', '../../server/src/syntax/ir.js'],
    ['client/src/a.ts', 'pageref/dist/runs/index.js'],
  ] as const;
  assert.deepEqual(
    broken.filter(([file, module]) => complaint(file, module) === undefined),
    [],
  );
  assert.equal(complaint('server/src/search/worker-pool.ts', 'node:worker_threads'), undefined);
  assert.equal(complaint('server/src/syntax/parser.ts', 'web-tree-sitter'), undefined);
  assert.equal(complaint('server/src/runs/compare/compare.ts', '../audit.js'), undefined);
});
