import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { resolve } from '@pageref/shared/model';
import { inferTree } from '../support/infer.js';
import { BUNDLED_PROGRAM } from '../support/cli.js';
import { kernelTree } from '../support/kernel-tree.js';
import { compare, once, print, runOnce, type Command } from './measure.js';

/**
 * Runs of the program over a whole kernel beside ripgrep, which only lists the files that hold the same names: first runs,
 * and runs after one of the same tree.
 * BENCH_RUNS sets how many are counted (default 7), BENCH_KERNEL the release (default 6.12).
 */
const release = process.env['BENCH_KERNEL'] === '6.1' ? '6.1' : '6.12';
const tree = kernelTree(release);
const folder = mkdtempSync(join(tmpdir(), 'pageref-bench-names-'));
try {
  if (tree.skip !== undefined) console.log(`bench skipped: ${tree.skip}`);
  else await benchTree(tree.root);
} finally {
  rmSync(folder, { recursive: true });
}

async function benchTree(root: string): Promise<void> {
  const model = resolve(release);
  const { tests, setters, clearers, bit } = model.reservedBit;
  const few = [...tests, ...setters, ...clearers, bit];
  console.log(`audit of ${release}, ${few.length} names`);
  compare(pageref('audit', root), ripgrep(root, few), 'aim: at most 4, below 300 MB');
  compare(pagerefAgain('audit', root), ripgrep(root, few), 'aim: at most 4');
  const all = [...model.entries.keys()];
  console.log(`uses of ${release}, ${all.length} names`);
  compare(pageref('uses', root), ripgrep(root, all), 'aim: at most 3, below 300 MB');
  const inferred = await inferredNames(root);
  console.log(`contracts of ${release}, ${inferred.length} names`);
  compare(pageref('contracts', root), ripgrep(root, inferred), 'aim: at most 4, below 500 MB');
  compare(pagerefAgain('contracts', root), ripgrep(root, inferred), 'aim: at most 4');
  console.log(`check of ${release}, ${all.length} names`);
  // A first one takes a minute: once is enough, and it is the one before those of the same tree.
  const again = pagerefAgain('check', root, 'cache-of-check');
  once({ ...again, label: 'pageref check' }, ripgrep(root, all), 'aim: at most 3, below 400 MB');
  compare(again, ripgrep(root, all), 'aim: at most 1.2');
  benchSpatch(root, few);
}

/** The names that whole-tree inference looks for, those it learns on the way among them. */
async function inferredNames(root: string): Promise<readonly string[]> {
  const { names } = await inferTree(root, { jobs: 2 });
  return names;
}

/** As if for the first time: nothing is kept of the runs before. */
function pageref(command: string, root: string): Command {
  const args = [BUNDLED_PROGRAM, command, root, '--format', 'json', '--output', '/dev/null'];
  const env = { PAGEREF_CACHE_DIR: 'off' };
  return { label: `pageref ${command}`, program: process.execPath, args, env, good: [0, 1] };
}

/** The run after one of the same tree, which is the one that is not counted. */
function pagerefAgain(command: string, root: string, cache = 'cache'): Command {
  return {
    ...pageref(command, root),
    label: `pageref ${command}, again`,
    env: { PAGEREF_CACHE_DIR: join(folder, cache) },
  };
}

function ripgrep(root: string, names: readonly string[]): Command {
  return { label: 'ripgrep -l', program: rgPath, args: [...searchOptions(names), root], good: [0] };
}

/** Same files, same names, as many threads as the machine has here. */
function searchOptions(names: readonly string[]): string[] {
  const file = join(folder, `names-${names.length}`);
  writeFileSync(file, `${names.join('\n')}\n`);
  return ['-l', '-w', '-F', '--no-ignore', '-j2', '-g', '*.[ch]', '-f', file];
}

/** Coccinelle on the same question, once, for the record: it gets only the files that hold a name. */
function benchSpatch(root: string, names: readonly string[]): void {
  if (spawnSync('spatch', ['--version']).status !== 0) {
    console.log('spatch is not installed; no figure for it');
    return;
  }
  const { stdout } = spawnSync(rgPath, [...searchOptions(names), root], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const files = stdout.split('\n').filter((line) => line.endsWith('.c'));
  const rule = join(folder, 'reserved.cocci');
  writeFileSync(rule, '@r@\nexpression page;\nposition p;\n@@\n* PageReserved@p(page)\n');
  console.log(`spatch, one run over the ${files.length} C files that hold a name`);
  const args = ['--sp-file', rule, '--no-includes', '--very-quiet', ...files];
  print('spatch', [runOnce({ label: 'spatch', program: 'spatch', args, good: [0] })]);
}
