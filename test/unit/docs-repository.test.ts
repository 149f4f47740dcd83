import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { TOOL_VERSION } from '@pageref/shared';
import { REPOSITORY } from '../support/golden.js';

function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

test('one version everywhere', () => {
  const manifests = [
    'package.json',
    'shared/package.json',
    'server/package.json',
    'client/package.json',
    'test/package.json',
  ];
  const versions = manifests.map((path) => (JSON.parse(textOf(path)) as { version: string }).version);
  assert.deepEqual(
    versions,
    manifests.map(() => TOOL_VERSION),
  );
});

test('the changelog has an entry for the version or is still unreleased', () => {
  const changelog = textOf('CHANGELOG.md');
  assert.match(changelog, new RegExp(`^## (Unreleased|${TOOL_VERSION.replaceAll('.', '\\.')})`, 'm'));
});

test('dependencies are pinned to one version', () => {
  for (const path of ['package.json', 'server/package.json', 'client/package.json', 'test/package.json']) {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(textOf(path)) as Record<
      string,
      Record<string, string>
    >;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+/.test(version),
    );
    assert.deepEqual(loose, [], path);
  }
});

test('no package comes in without a line that says why, and no line stays for one that is gone', () => {
  const manifests = ['package.json', 'server/package.json', 'client/package.json', 'test/package.json'];
  const named = manifests.flatMap((path) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(textOf(path)) as Record<string, object>;
    return Object.keys({ ...dependencies, ...devDependencies });
  });
  const { packages } = JSON.parse(textOf('package-lock.json')) as {
    packages: Record<string, { readonly dev?: boolean; readonly link?: boolean }>;
  };
  const shipped = Object.entries(packages).flatMap(([path, { dev, link }]) =>
    dev || link || !path.includes('node_modules/') ? [] : path.slice(path.lastIndexOf('node_modules/') + 13),
  );
  const isOurs = (name: string): boolean => /^(?:@pageref\/|pageref)/.test(name);
  const rows = (textOf('docs/architecture.md').split('\n## Dependencies\n')[1] ?? '').matchAll(/^\|([^|]*)\|/gm);
  const listed = [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  assert.deepEqual(listed.sort(), [...new Set([...named, ...shipped])].filter((name) => !isOurs(name)).sort());
});

test('the README sets up with exactly two commands', () => {
  const blocks = [...textOf('README.md').matchAll(/```(?:sh|console)\n([^]*?)```/g)].map((match) => match[1] ?? '');
  const first = (blocks[0] ?? '').split('\n').filter((line) => line.trim() !== '');
  assert.deepEqual(
    first.map((line) => line.replace(/\s*#.*$/, '')),
    ['npm start', 'npm test'],
  );
});

test('links between the pages lead somewhere', () => {
  for (const page of [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'docs/json.md',
    'docs/security.md',
    'docs/editors.md',
    'docs/settings.md',
    'docs/workflow.md',
  ]) {
    const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
    assert.deepEqual(
      links.filter((link) => !existsSync(join(REPOSITORY, dirname(page), link))),
      [],
      page,
    );
  }
});
