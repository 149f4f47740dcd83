#!/usr/bin/env node
/**
 * Writes what is made from the settings table in shared/src/settings.ts, the configuration in the manifest and
 * docs/settings.md, and from the table of commands in server/src/cli/table.ts, the manual page docs/pageref.1. Run it after a
 * build and a change of either: `npm run generate`. Tests compare them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { SETTINGS, SETTINGS_SECTION } from '@pageref/shared';
import { manualPage } from '../server/dist/cli/manual/man.js';
import { COMMANDS } from '../server/dist/cli/table.js';

const TOP = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** `contributes.configuration` of the manifest. */
export function configuration() {
  const properties = SETTINGS.map(({ key, description, enumDescriptions, ...schema }, order) => [
    `${SETTINGS_SECTION}.${key}`,
    {
      ...schema,
      ...(enumDescriptions && { markdownEnumDescriptions: enumDescriptions }),
      markdownDescription: description,
      order,
    },
  ]);
  return { title: 'pageref', properties: Object.fromEntries(properties) };
}

/** The text of docs/settings.md. */
export async function settingsPage() {
  const rows = SETTINGS.map(
    (one) => `| \`${one.key}\` | \`${JSON.stringify(one.default)}\` | ${one.scope} | ${meaning(one)} |`,
  );
  const page = `# Settings

Made from \`shared/src/settings.ts\` by \`npm run generate\`.

In VS Code each key stands behind \`${SETTINGS_SECTION}.\`. Other editors hand the server the section \`${SETTINGS_SECTION}\` as an object, or the
same object as initialization options; [editors.md](editors.md) shows how. A value that cannot be used is noted in the
log, and the default is used instead.

A setting of scope \`resource\` can have another value in each folder of a workspace. One of scope \`window\` is read by VS Code
alone.

| setting | default | scope | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
  const path = join(TOP, 'docs', 'settings.md');
  return format(page, { ...(await resolveConfig(path)), filepath: path });
}

function meaning({ description, enum: values, minimum }) {
  const choice = values ? ` One of ${values.map((value) => `\`${value}\``).join(', ')}.` : '';
  return `${description}${choice}${minimum === undefined ? '' : ` At least ${minimum}.`}`;
}

/** The text of docs/pageref.1. */
export function manual() {
  return manualPage(COMMANDS);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(TOP, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  manifest.contributes.configuration = configuration();
  writeFileSync(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
  writeFileSync(join(TOP, 'docs', 'settings.md'), await settingsPage());
  writeFileSync(join(TOP, 'docs', 'pageref.1'), manual());
}
