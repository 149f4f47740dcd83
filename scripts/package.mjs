#!/usr/bin/env node
/**
 * Makes the two artefacts people install, from the same bundle: dist/pageref-VERSION.vsix for VS Code on every platform, and
 * dist/pageref-VERSION.tgz for npm. `vsix` or `npm` as an argument makes one of them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { bundle, stage, TOP } from './bundle.mjs';

const DIST = join(TOP, 'dist');
const MANIFEST = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8'));
const SERVER = JSON.parse(readFileSync(join(TOP, 'server', 'package.json'), 'utf8'));
const PAGES = [
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'docs/cli.md',
  'docs/editors.md',
  'docs/json.md',
  'docs/workflow.md',
];

/** A message of an editor leads to the page of its rule. */
const RULE_PAGES = readdirSync(join(TOP, 'docs', 'rules')).map((name) => `docs/rules/${name}`);

const makers = { vsix, npm };
const wanted = process.argv.slice(2);
mkdirSync(DIST, { recursive: true });
await bundle();
for (const [name, make] of Object.entries(makers)) {
  if (wanted.length === 0 || wanted.includes(name)) process.stdout.write(`${relative(TOP, await make())}\n`);
}

/** What goes in is listed in .vscodeignore, file by file. */
async function vsix() {
  const packagePath = join(DIST, `pageref-${MANIFEST.version}.vsix`);
  rmSync(packagePath, { force: true });
  await createVSIX({
    cwd: TOP,
    packagePath,
    dependencies: false,
    readmePath: 'docs/vscode.md',
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
    skipLicense: false,
  });
  return packagePath;
}

/** The bundle needs no packages; those of the native parser are taken when somebody installs them. */
function npm() {
  const folder = join(DIST, 'npm');
  const server = readdirSync(join(DIST, 'bundle', 'server')).map((name) => `dist/bundle/server/${name}`);
  stage(folder, [
    ...server,
    'dist/bundle/THIRD-PARTY-NOTICES.txt',
    ...PAGES,
    'docs/glossary.md',
    'docs/model.md',
    'docs/pageref.1',
    'docs/settings.md',
    'docs/user-model.md',
    'shared/schemas/pageref.schema.json',
    'docs/verdicts.md',
    ...RULE_PAGES,
  ]);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(npmManifest(), undefined, 2)}\n`);
  const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', DIST], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (packed.status !== 0) throw new Error('npm pack failed');
  return join(DIST, packed.stdout.trim());
}

function npmManifest() {
  const { name, version, description, license, type, engines } = SERVER;
  const peers = { 'tree-sitter': '0.22.4', 'tree-sitter-c': '0.23.6' };
  return {
    name,
    version,
    description,
    keywords: MANIFEST.keywords,
    license,
    type,
    engines,
    bin: { pageref: 'dist/bundle/server/main.js' },
    man: './docs/pageref.1',
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((peer) => [peer, { optional: true }])),
  };
}
