import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DEFAULT_SETTINGS, readSettings, SETTINGS, SETTINGS_SECTION } from '@pageref/shared';
import { REPOSITORY } from '../support/golden.js';

/** scripts/generate.mjs makes the manifest's part and the page; run `npm run generate` when these fail. */
interface Generator {
  configuration(): unknown;
  settingsPage(): Promise<string>;
}

const SCRIPT = pathToFileURL(join(REPOSITORY, 'scripts', 'generate.mjs')).href;
const generator = (await import(SCRIPT)) as Generator;

function textOf(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

test('the manifest has the settings of the table: npm run generate', () => {
  const manifest = JSON.parse(textOf('package.json')) as { contributes: { configuration: unknown } };
  assert.deepEqual(manifest.contributes.configuration, JSON.parse(JSON.stringify(generator.configuration())));
});

test('docs/settings.md is the page of the table: npm run generate', async () => {
  assert.equal(textOf('docs/settings.md'), await generator.settingsPage());
});

/** An object with one value at a dotted path. */
function nested(key: string, value: unknown): Record<string, unknown> {
  const [first = '', ...rest] = key.split('.');
  return { [first]: rest.length === 0 ? value : nested(rest.join('.'), value) };
}

for (const { key, default: fallback, scope, enum: values } of SETTINGS) {
  test(`the server and the table agree on ${SETTINGS_SECTION}.${key}`, () => {
    assert.deepEqual(readSettings(nested(key, fallback)), { settings: DEFAULT_SETTINGS, problems: [] });
    if (scope === 'window') return;
    for (const value of values ?? []) assert.deepEqual(readSettings(nested(key, value)).problems, [], value);
    assert.equal(readSettings(nested(key, ['nonsense'])).problems.length, 1, 'a value of another type is noted');
  });
}

test('a choice says what each of its values means', () => {
  assert.deepEqual(
    SETTINGS.filter((one) => one.enum?.length !== one.enumDescriptions?.length),
    [],
  );
});
