#!/usr/bin/env node
/**
 * What stands behind `npm start`, `npm test` and the other scripts: install and build when something is missing or has
 * changed, then run. Plain JavaScript without dependencies, because it must run on a fresh clone before anything is
 * installed. When nothing has changed it calls neither npm nor the compiler, so it also works without a network.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOP = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const LOCK = join(TOP, 'package-lock.json');
const STAMPS = join(TOP, 'node_modules', '.pageref');
/** What `npm start` runs: a bundle as it is shipped, which loads twice as fast as the modules that it is made of. */
const RUN = join(TOP, 'dist', 'run', 'server');
const SAMPLE = join(TOP, 'sample', 'linux');
const COMMANDS = ['audit', 'check', 'baseline', 'fix', 'uses', 'contracts', 'api', 'explain', '--help', '--version'];
/** Packages by what has to be built: the tool alone, or the tests as well. */
const TARGETS = { server: ['shared', 'server'], '': ['shared', 'server', 'client', 'test'] };
/** A test file that takes longer hangs: it is ended and named, where the run would wait for ever. Milliseconds. */
const FILE_MS = 20 * 60_000;
/** Pictures of the UI walk that the documentation shows. */
const PICTURES = ['finding.png', 'audit.png'];

const [task = 'start', ...args] = process.argv.slice(2);
const tasks = {
  start,
  test,
  e2e,
  screenshots,
  bench,
  random,
  compile,
  attack,
  build: () => prepare(''),
  generate: () => script('generate.mjs'),
  package: () => script('package.mjs'),
};
if (!Object.hasOwn(tasks, task)) fail(`no such task: ${task}`, `It can be ${Object.keys(tasks).join(', ')}.`);
process.exitCode = (await tasks[task]()) ?? 0;

/** `npm start`, `npm start -- PATH --format json`, `npm start -- api put_page`. */
async function start() {
  await prepare('server');
  await bundle();
  const code = await run(process.execPath, [join(RUN, 'main.js'), ...cliArguments()], callerFolder());
  // Findings are an answer and not a failure of `npm start`; npm would print an error block under the report.
  return code === 1 ? 0 : code;
}

function cliArguments() {
  if (COMMANDS.includes(args[0])) return args;
  return ['audit', ...(args.length === 0 || args[0].startsWith('-') ? [SAMPLE] : []), ...args];
}

/** npm runs scripts at the top of the package; a relative PATH is meant from where the person stands. */
function callerFolder() {
  return process.env.INIT_CWD && existsSync(process.env.INIT_CWD) ? process.env.INIT_CWD : TOP;
}

/** `npm test`, `npm test -- unit/model`: words choose test files by path, options go to node's test runner. */
async function test() {
  await prepare('');
  return runTests('.test.js', availableParallelism());
}

/** `npm run test:e2e`, `npm run test:e2e -- walk`: the packaged extension in VS Code, one window after the other. */
async function e2e() {
  const code = await script('package.mjs', ['vsix']);
  return code === 0 ? runTests('.e2e.js', 1) : code;
}

/** The pictures of the documentation, from a walk through the packaged extension. */
async function screenshots() {
  args.push('e2e/walk');
  const code = await e2e();
  if (code !== 0) return code;
  const [from, to] = [join(TOP, 'test', 'e2e', 'artifacts'), join(TOP, 'docs', 'images')];
  for (const name of PICTURES) copyFileSync(join(from, name), join(to, name));
  return 0;
}

function runTests(suffix, concurrency) {
  const dist = join(TOP, 'test', 'dist');
  const words = args.filter((word) => !word.startsWith('-'));
  const files = filesUnder(dist)
    .filter((file) => file.endsWith(suffix))
    .filter((file) => words.length === 0 || words.some((word) => slashed(relative(dist, file)).includes(word)))
    .sort();
  if (files.length === 0)
    fail(`no test file matches ${words.join(' ') || 'anything'}`, 'Give a part of its path: npm test -- unit/model');
  const options = args.filter((word) => word.startsWith('-'));
  // What one run found is none of the next test's business; tests of the cache name a folder of their own.
  process.env.PAGEREF_CACHE_DIR = 'off';
  const runner = ['--test', '--test-reporter=spec', `--test-timeout=${FILE_MS}`, `--test-concurrency=${concurrency}`];
  return run(process.execPath, [...runner, ...options, ...files], TOP);
}

async function bench() {
  await prepare('');
  await bundle();
  const folder = join(TOP, 'test', 'dist', 'bench');
  const words = args.filter((word) => !word.startsWith('-'));
  const files = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith('.bench.js') && (words.length === 0 || words.some((word) => name.includes(word))))
    .sort();
  if (files.length === 0) fail('no bench to run', 'See test/bench/.');
  for (const name of files) {
    const code = await run(process.execPath, [join(folder, name)], TOP);
    if (code !== 0) return code;
  }
  return 0;
}

/** `npm run test:random`, `npm run test:random -- --runs 5000 --seed 7`: random programs against what they really do. */
async function random() {
  await prepare('');
  return run(process.execPath, [join(TOP, 'test', 'dist', 'random', 'programs.random.js'), ...args], TOP);
}

/** `npm run test:compile`: the fixes for a real kernel, compiled. */
async function compile() {
  await prepare('');
  return run(process.execPath, [join(TOP, 'test', 'dist', 'compile', 'fixes.compile.js'), ...args], TOP);
}

/** `npm run test:attack`: everything that was ever tried against the program, with other random numbers each time. */
async function attack() {
  await prepare('');
  return run(process.execPath, [join(TOP, 'test', 'dist', 'attack', 'main.js'), ...args], TOP);
}

/** A script that needs packages and the build. */
async function script(name, words = args) {
  await prepare('');
  return run(process.execPath, [join(TOP, 'scripts', name), ...words], TOP);
}

async function prepare(target) {
  await install();
  await build(target);
}

/** Runs `npm ci` when node_modules is missing or belongs to another package-lock.json. */
async function install() {
  const wanted = hashOf([readFileSync(LOCK)]);
  if (readStamp('install') === wanted) return;
  if (!installedBySomebodyElse()) {
    say('installing packages (npm ci)');
    const npm = process.env.npm_execpath;
    const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
    const code = npm ? await run(process.execPath, [npm, ...options], TOP) : await run('npm', options, TOP);
    if (code !== 0) fail('npm ci failed', 'It needs the npm registry once; run it by hand to see why: npm ci');
  }
  writeStamp('install', wanted);
}

/** A person or CI may have run `npm ci` before; npm keeps a copy of the lock file it worked from. */
function installedBySomebodyElse() {
  const copy = join(TOP, 'node_modules', '.package-lock.json');
  if (readStamp('install') !== undefined || !existsSync(copy)) return false;
  return modified(LOCK) <= modified(copy);
}

/** Runs the compiler when a source file was added, removed or written since the last build that succeeded. */
async function build(target) {
  if (isBuilt(target)) return;
  say('building');
  const begun = stampsOf(target);
  const compiler = join(TOP, 'node_modules', 'typescript', 'bin', 'tsc');
  const code = await run(process.execPath, [compiler, '-b', ...(target ? [target] : [])], TOP);
  if (code !== 0) fail('the build failed', 'The messages above say where.');
  if (target === '') removeStaleTests();
  for (const [name, state] of begun) writeStamp(name, state);
}

/** Bundles what was built, when that is not what the bundle was made of. */
async function bundle() {
  const wanted = readStamp(stampName('server'));
  if (readStamp('bundle') === wanted && existsSync(RUN)) return;
  const { bundleServer } = await import('./bundle.mjs');
  await bundleServer(RUN);
  writeStamp('bundle', wanted);
}

function isBuilt(target) {
  const folders = TARGETS[target];
  return (
    readStamp(stampName(target)) === stateOf(folders) &&
    folders.every((folder) => existsSync(join(TOP, folder, 'dist')))
  );
}

/** Building everything builds the tool as well. The state is taken before the build, so that an edit meanwhile counts. */
function stampsOf(target) {
  const built = target === '' ? Object.keys(TARGETS) : [target];
  return built.map((one) => [stampName(one), stateOf(TARGETS[one])]);
}

function stampName(target) {
  return `build-${target || 'all'}`;
}

function stateOf(folders) {
  return hashOf(
    buildInputs(folders).map((file) => `${relative(TOP, file)}\0${modified(file)}\0${statSync(file).size}\n`),
  );
}

function buildInputs(folders) {
  const configs = [LOCK, ...['tsconfig.base.json', 'tsconfig.json'].map((name) => join(TOP, name))];
  const sources = folders.flatMap((folder) =>
    filesUnder(join(TOP, folder)).filter((file) => /\.c?ts$|[/\\]tsconfig\.json$/.test(file)),
  );
  return [...configs, ...sources.filter((file) => !file.includes(`${sep}dist${sep}`))].sort();
}

/** The output of a test that was deleted or renamed would go on running. */
function removeStaleTests() {
  const dist = join(TOP, 'test', 'dist');
  for (const file of filesUnder(dist)) {
    if (!/\.c?js$/.test(file)) continue;
    const source = join(TOP, 'test', relative(dist, file).replace(/js$/, 'ts'));
    if (!existsSync(source)) rmSync(file);
  }
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', '.git'].includes(entry.name) ? [] : filesUnder(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Runs a program on this terminal and gives its exit code; ctrl-C is left to the program. */
function run(command, words, cwd) {
  return new Promise((done) => {
    const child = spawn(command, words, {
      cwd,
      stdio: 'inherit',
      shell: process.platform === 'win32' && command === 'npm',
    });
    const wait = () => undefined;
    process.on('SIGINT', wait);
    child.on('error', (error) => fail(`cannot run ${command}: ${error.message}`, 'Is it installed?'));
    child.on('close', (code, signal) => {
      process.off('SIGINT', wait);
      done(code ?? (signal === 'SIGINT' ? 130 : 2));
    });
  });
}

function readStamp(name) {
  const file = join(STAMPS, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function writeStamp(name, text) {
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(join(STAMPS, name), text);
}

function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function modified(file) {
  return statSync(file).mtimeMs;
}

function slashed(path) {
  return path.split(sep).join('/');
}

function say(text) {
  process.stderr.write(`pageref: ${text}\n`);
}

function fail(what, next) {
  process.stderr.write(`pageref: ${what}\n${next}\n`);
  process.exit(2);
}
