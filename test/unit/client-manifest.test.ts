import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AUDIT_COMMAND, RULE_IDS } from '@pageref/shared';
import { auditGcc } from 'pageref/dist/print/audit/gcc.js';
import { fullAuditReport } from '../support/reports.js';
import { REPOSITORY } from '../support/golden.js';

interface Command {
  readonly command: string;
  readonly title: string;
  readonly category: string;
}

interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly contributes: {
    readonly commands: readonly Command[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly problemMatchers: readonly { readonly pattern: Readonly<Record<string, string | number>> }[];
  };
}

function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

const manifest = JSON.parse(textOf('package.json')) as Manifest;
const { commands, menus, problemMatchers } = manifest.contributes;
const declared = new Set(commands.map(({ command }) => command));

test('every command of the manifest is registered, and every registered one is in it', () => {
  const source = textOf('client/src/commands/index.ts');
  const registered = [...source.matchAll(/'(pageref\.\w+)'/g)].map((match) => match[1]);
  const grouped = ['Verdict', 'Subsystem', 'Reason'].map((one) => `pageref.groupBy${one}`);
  assert.deepEqual([...declared].sort(), [...registered, ...grouped].sort());
  assert.ok(!declared.has(AUDIT_COMMAND), 'the language client registers what the server executes by itself');
});

test('the audit is found in the palette by its name', () => {
  const audit = commands.find(({ command }) => command === 'pageref.auditPageReserved');
  assert.deepEqual([audit?.category, audit?.title], ['pageref', 'Audit PageReserved']);
  assert.ok(commands.every(({ category }) => category === 'pageref'));
});

test('menus, walkthrough and welcome name commands there are', () => {
  const inMenus = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
  const inTexts = [...textOf('package.json').matchAll(/command:(pageref\.\w+)/g)].map((match) => match[1] ?? '');
  assert.deepEqual(
    [...inMenus, ...inTexts].filter((command) => !declared.has(command)),
    [],
  );
});

test('what .vscodeignore lets in exists once it is built, and no folder is let in as a whole', () => {
  const files = [...textOf('.vscodeignore').matchAll(/^!(.*)$/gm)].map((match) => match[1] ?? '');
  const sources = files.filter((file) => !file.startsWith('dist/'));
  assert.deepEqual(
    sources.filter((file) => !existsSync(join(REPOSITORY, file))),
    [],
  );
  // Parts of the bundle are named by what they hold, so their pattern is the only one.
  const patterns = files.filter((file) => file.includes('*') || file.endsWith('/'));
  assert.deepEqual(patterns, ['dist/bundle/server/part-*.js']);
  assert.ok(files.includes(manifest.main.replace('./', '')) && files.includes(manifest.icon));
});

test('the page of every rule is in the package', () => {
  const files = textOf('.vscodeignore');
  assert.deepEqual(
    RULE_IDS.filter((id) => !files.includes(`!docs/rules/${id}.md\n`)),
    [],
  );
});

test('media of the manifest is in the package', () => {
  const files = textOf('.vscodeignore');
  const media = [...textOf('package.json').matchAll(/"(docs\/[^"]+\.(?:md|svg|png))"/g)].map((match) => match[1] ?? '');
  assert.ok(media.length >= 5);
  assert.deepEqual(
    media.filter((file) => !files.includes(`!${file}\n`)),
    [],
  );
});

test('the types are those of the oldest editor', () => {
  const client = JSON.parse(textOf('client/package.json')) as { devDependencies: Record<string, string> };
  assert.equal(manifest.engines.vscode, `^${client.devDependencies['@types/vscode'] ?? ''}`);
});

test('the problem matcher reads every line of --format gcc', () => {
  const { regexp, ...groups } = problemMatchers[0]?.pattern ?? {};
  const report = fullAuditReport();
  const lines = auditGcc(report, { cwd: report.root, verbose: true }).trimEnd().split('\n');
  const read = lines.map((line) => new RegExp(String(regexp)).exec(line));
  const field = (name: string): (string | undefined)[] => read.map((match) => match?.[Number(groups[name])]);
  const needs = report.sites.find(({ verdict }) => verdict === 'needs-zone-device');
  assert.deepEqual([field('file')[0], field('line')[0], field('severity')[0]], [needs?.path, '12', 'warning']);
  assert.ok(field('code').every((code) => code !== undefined));
});
