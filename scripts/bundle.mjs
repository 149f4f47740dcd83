/**
 * Bundles: one file for the command line, one for each worker thread, the parts that these share and load when they need them,
 * one for the VS Code side, and the two WASM files beside them. They are what the VSIX and the npm package ship; nothing in
 * them is native.
 */
import { build } from 'esbuild';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TOP = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const BUNDLE = join(TOP, 'dist', 'bundle');
const WASM = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-c/tree-sitter-c.wasm'];

const COMMON = {
  bundle: true,
  platform: 'node',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  // What jsonc-parser names as "main" loads its parts in a way no bundler follows.
  mainFields: ['module', 'main'],
};
/** Packages in the older module format ask for Node's modules with a `require` that ES modules do not have. */
const REQUIRE =
  "import { createRequire as pagerefRequire } from 'node:module'; const require = pagerefRequire(import.meta.url);";

/** Writes dist/bundle anew from what the compiler has built. */
export async function bundle() {
  rmSync(BUNDLE, { recursive: true, force: true });
  const results = await Promise.all([bundleServer(join(BUNDLE, 'server')), bundleClient(join(BUNDLE, 'client'))]);
  writeFileSync(join(BUNDLE, 'THIRD-PARTY-NOTICES.txt'), notices(results.map(({ metafile }) => metafile)));
}

/** Writes the command line with its language server and its threads to a folder, which lies as deep as server/dist/cli. */
export async function bundleServer(folder) {
  rmSync(folder, { recursive: true, force: true });
  const server = join(TOP, 'server', 'dist');
  const result = await build({
    ...COMMON,
    entryPoints: [join(server, 'cli', 'main.js'), ...workers(server)],
    entryNames: '[name]',
    outdir: folder,
    format: 'esm',
    // A thread, and a command, reads what it needs: of the whole program in one file the reading alone takes a tenth of a second.
    splitting: true,
    chunkNames: 'part-[hash]',
    target: 'node20',
    banner: { js: REQUIRE },
  });
  copyWasm(folder);
  return result;
}

function bundleClient(folder) {
  return build({
    ...COMMON,
    entryPoints: [join(TOP, 'client', 'dist', 'extension.js')],
    outfile: join(folder, 'extension.cjs'),
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
  });
}

/** A worker is a file of its own: the program starts it by its place beside the main one. */
function workers(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('-worker.js'))
    .map((name) => join(folder, name));
}

function copyWasm(folder) {
  const require = createRequire(join(TOP, 'server', 'package.json'));
  for (const module of WASM) cpSync(require.resolve(module), join(folder, basename(module)));
}

/** The licences of the packages whose code is in a bundle ask for their text to come with it. */
function notices(metafiles) {
  const inputs = metafiles.flatMap(({ inputs: files }) => Object.keys(files));
  const folders = new Set([...inputs, ...WASM.map((module) => join('node_modules', module))].flatMap(packageOf));
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(TOP, folder, 'package.json'), 'utf8'));
      return `${name} ${version} (${license})\n\n${licenceText(folder)}`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function packageOf(path) {
  const [folder] = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.replaceAll('\\', '/')) ?? [];
  return folder === undefined ? [] : [folder];
}

function licenceText(folder) {
  const name = readdirSync(join(TOP, folder)).find((file) => /^licen[sc]e/i.test(file));
  return name === undefined ? 'The package has no licence file.\n' : readFileSync(join(TOP, folder, name), 'utf8');
}

/** Copies files into an empty folder, keeping their paths. */
export function stage(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  for (const file of files) {
    if (!existsSync(join(TOP, file))) throw new Error(`${file} is to be packaged and does not exist`);
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(TOP, file), join(folder, file));
  }
}
