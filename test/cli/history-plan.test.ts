import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { test } from 'node:test';
import * as engine from 'pageref/dist/runs/index.js';
import { jobsOf } from 'pageref/dist/runs/history/plan.js';
import { pageref, PROGRAM, spawnPageref } from '../support/cli.js';
import type { Outcome } from '../support/cli.js';
import { KERNEL, withRepository } from '../support/history.js';
import { noSlurm, startSlurm } from '../support/slurm.js';
import { withTree } from '../support/tree.js';

/** A history that is cut into jobs says what one run says, whatever happens to a job; a store spares work and changes nothing. */

const TEST =
  'int kept(struct page *page)\n{\n\tif (PageReserved(page))\n\t\treturn 0;\n\tput_page(page);\n\treturn 1;\n}\n';
const FIXTURE = `${KERNEL}//- mm/a.c\n${TEST}//- mm/other.c\nint other;\n`;

interface Planned {
  readonly root: string;
  /** Folder of the plan. */
  readonly plan: string;
  /** A folder beside. */
  readonly beside: string;
}

/** A repository of nine revisions, with a folder for its plan. */
async function withHistory(body: (where: Planned) => Promise<void>): Promise<void> {
  await withRepository(FIXTURE, async (repository) => {
    for (const at of [1, 2, 3, 4, 5, 6, 7, 8]) {
      repository.write(`mm/file${at % 3}.c`, TEST.replace('kept', `kept${at}`));
      repository.commit(`Step ${at}`);
    }
    await withTree('//- none\n', async ({ root: beside }) => {
      await body({ root: repository.root, plan: join(beside, 'a plan'), beside });
    });
  });
}

async function run(...args: readonly string[]): Promise<Outcome> {
  return await pageref(['history', '--no-cache', ...args], { engine });
}

async function ok(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  assert.equal(stderr, '');
  assert.notEqual(code, 2);
  return stdout;
}

const JSON_FORMAT = ['--format', 'json'] as const;

async function whole(root: string): Promise<string> {
  return await ok(root, '--revs', 'v6.12..main', ...JSON_FORMAT);
}

async function fails(says: RegExp, ...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run(...args);
  assert.match(stderr, says);
  assert.equal(stdout, '');
  assert.equal(code, 2);
}

test('the merged report has the bytes of one run, for any number of shards', async () => {
  await withHistory(async ({ root, plan }) => {
    const expected = await whole(root);
    for (const shards of ['1', '4', '7', '99']) {
      const folder = `${plan}${shards}`;
      await ok(root, '--revs', 'v6.12..main', '--plan', folder, '--shards', shards);
      const lines = readFileSync(join(folder, 'jobs.txt'), 'utf8').trimEnd().split('\n');
      for (let job = lines.length; job >= 1; job--) await ok('--plan', folder, '--job', String(job));
      assert.equal(await ok('--plan', folder, '--merge', ...JSON_FORMAT), expected, `${shards} shards`);
    }
  });
});

test('a job that did not end, or left a torn result, is named, and run again by itself', async () => {
  await withHistory(async ({ root, plan }) => {
    await ok(root, '--revs', 'v6.12..main', '--plan', plan, '--shards', '3');
    for (const job of ['1', '3']) await ok('--plan', plan, '--job', job);
    await fails(/--merge: job 2 of .* left no whole result: run it again/, '--plan', plan, '--merge');
    await ok('--plan', plan, '--job', '2');
    const results = join(plan, 'results');
    const [first = '', second = ''] = readdirSync(results).filter((name) => name.startsWith('revision-'));
    truncateSync(join(results, first), 200);
    const bytes = readFileSync(join(results, second));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(join(results, second), bytes);
    await fails(/--merge: jobs? [123].* left no whole result/, '--plan', plan, '--merge');
    for (const job of ['1', '2', '3']) await ok('--plan', plan, '--job', job);
    assert.equal(await ok('--plan', plan, '--merge', ...JSON_FORMAT), await whole(root));
  });
});

test('results of another build are not merged, and a plan of another build is not run', async () => {
  await withHistory(async ({ root, plan }) => {
    await ok(root, '--revs', 'v6.12..main', '--plan', plan);
    await ok('--plan', plan, '--job', '1');
    const results = join(plan, 'results');
    const [name = ''] = readdirSync(results).filter((one) => one.startsWith('revision-'));
    ofAnotherBuild(join(results, name));
    await fails(/another build of pageref has written results there: run (it|them) again/, '--plan', plan, '--merge');
    const text = readFileSync(join(plan, 'plan.json'), 'utf8');
    writeFileSync(join(plan, 'plan.json'), text.replace(/"program":"[0-9a-f]+"/, `"program":"${'0'.repeat(64)}"`));
    await fails(/another build of pageref made the plan/, '--plan', plan, '--job', '1');
  });
});

test('a full disk ends a job with what could not be written; what it wrote before is whole', async () => {
  await withHistory(async ({ root, plan }) => {
    await ok(root, '--revs', 'v6.12..main', '--plan', plan);
    let left = 3;
    const full = (path: string, bytes: Uint8Array): void => {
      if (left-- <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      writeFileSync(path, bytes, { mode: 0o600 });
    };
    const runJob: typeof engine.runJob = (options) => engine.runJob({ ...options, write: full });
    const { code, stderr } = await pageref(['history', '--no-cache', '--plan', plan, '--job', '1'], {
      engine: { ...engine, runJob },
    });
    assert.match(stderr, /cannot write .*revision-[0-9a-f]+\.v1: .*no space left/);
    assert.equal(code, 2);
    assert.equal(readdirSync(join(plan, 'results')).filter((name) => name.startsWith('revision-')).length, 3);
    await ok('--plan', plan, '--job', '1');
    assert.equal(await ok('--plan', plan, '--merge', ...JSON_FORMAT), await whole(root));
  });
});

test('a run with a store has the bytes of one without, and two at once do not hurt each other', async () => {
  await withHistory(async ({ root, beside }) => {
    const expected = await whole(root);
    const args = ['history', root, '--revs', 'v6.12..main', '--store', join(beside, 'store'), ...JSON_FORMAT];
    const [one, other] = await Promise.all([spawnPageref(args), spawnPageref(args)]);
    assert.deepEqual([one.stdout, other.stdout, one.stderr, other.stderr], [expected, expected, '', '']);
    assert.equal((await spawnPageref(args)).stdout, expected);
    // Without the results of revisions those of files are used.
    const store = join(beside, 'store');
    const kinds = new Set(readdirSync(store).map((name) => name.replace(/-.*/, '')));
    assert.deepEqual([...kinds].sort(), ['CACHEDIR.TAG', 'files', 'revision', 'words']);
    for (const name of readdirSync(store)) if (name.startsWith('revision-')) truncateSync(join(store, name), 10);
    assert.equal((await spawnPageref(args)).stdout, expected);
  });
});

/** Runs the built program where no file may have a byte. */
async function spawnWithoutRoom(args: readonly string[]): Promise<Outcome> {
  return await spawnPageref(args, {}, ['sh', '-c', 'ulimit -f 0; exec "$@"', 'sh']);
}

const noLimits = process.platform === 'win32' ? { skip: 'the system has no ulimit' } : {};

test('where nothing can be written a job ends with why, and a run goes on without its store', noLimits, async () => {
  await withHistory(async ({ root, plan, beside }) => {
    const expected = await whole(root);
    await ok(root, '--revs', 'v6.12..main', '--plan', plan);
    const job = ['history', '--no-cache', '--plan', plan, '--job', '1'];
    const full = await spawnWithoutRoom(job);
    assert.match(full.stderr, /cannot write to .*results: a file cannot be so large here/);
    assert.deepEqual([full.code, full.stdout], [2, '']);
    assert.deepEqual(
      readdirSync(join(plan, 'results')).filter((name) => !/^CACHEDIR\.TAG$/.test(name)),
      [],
    );
    assert.equal((await spawnPageref(job)).code, 0);
    assert.equal(await ok('--plan', plan, '--merge', ...JSON_FORMAT), expected);

    const stored = ['history', root, '--revs', 'v6.12..main', '--store', join(beside, 'store'), ...JSON_FORMAT];
    const { stdout, stderr } = await spawnWithoutRoom(stored);
    assert.equal(stdout, expected);
    assert.match(stderr, /the store does not keep everything: cannot write to .*: a file cannot be so large here/);
  });
});

/** Writes the first line of a file of a store anew, as if another build had written it. */
function ofAnotherBuild(path: string): void {
  const bytes = readFileSync(path);
  const end = bytes.indexOf(10);
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as object;
  const other = Buffer.from(JSON.stringify({ ...head, program: '0'.repeat(64) }));
  writeFileSync(path, Buffer.concat([other, bytes.subarray(end)]));
}

test('what another build has put into a store is not believed, whatever it says', async () => {
  await withHistory(async ({ root, beside }) => {
    const store = join(beside, 'store');
    const stored = async (...revs: readonly string[]): Promise<string> =>
      await ok(root, '--revs', ...revs, '--store', store, ...JSON_FORMAT);
    // What this build would believe says nothing of the tests that are there.
    await stored('v6.12..main');
    const revisions = readdirSync(store).filter((name) => name.startsWith('revision-'));
    for (const name of revisions) {
      const bytes = readFileSync(join(store, name));
      const result = JSON.parse(gunzipSync(bytes.subarray(bytes.indexOf(10) + 1)).toString()) as object;
      const body = gzipSync(JSON.stringify({ ...result, tests: [], findings: [] }));
      const head = JSON.parse(bytes.toString('utf8', 0, bytes.indexOf(10))) as object;
      const sum = createHash('sha256').update(body).digest('hex');
      writeFileSync(join(store, name), Buffer.concat([Buffer.from(`${JSON.stringify({ ...head, sum })}\n`), body]));
    }
    const expected = await whole(root);
    assert.notEqual(await stored('v6.12..main'), expected, 'what this build wrote is believed');
    for (const name of readdirSync(store)) if (name.endsWith('.v1')) ofAnotherBuild(join(store, name));
    assert.equal(await stored('v6.12..main'), expected);
    assert.equal(await stored('v6.12..main'), expected, 'and what was written over it is its own');
  });
});

test('a store is pruned by age, then by size', async () => {
  await withHistory(async ({ root, beside }) => {
    const store = join(beside, 'store');
    await ok(root, '--revs', 'v6.12..main', '--store', store);
    const files = (): string[] => readdirSync(store).filter((name) => name.endsWith('.v1'));
    const [old = ''] = files();
    utimesSync(join(store, old), 1, 1);
    const before = files().length;
    const { stdout } = await run('--prune', '--store', store, '--max-age', '30');
    assert.match(stdout, /: 1 files, \d+ MB thrown out, \d+ files, \d+ MB left/);
    assert.equal(files().includes(old), false);
    assert.equal(files().length, before - 1);
    const { left, removed } = engine.pruneStore(store, { bytes: 2000 });
    assert.ok(left.bytes <= 2000 && removed.files > 0);
    await fails(/--store: there is no/, '--prune', '--store', join(beside, 'nothing'));
    writeFileSync(join(beside, 'mine.txt'), 'x');
    assert.deepEqual(engine.pruneStore(beside, { bytes: 0 }).removed, { files: 0, bytes: 0 });
  });
});

test('options that do not go together are told', async () => {
  await withHistory(async ({ root, plan }) => {
    await fails(/--shards, --job and --merge go with --plan/, root, '--job', '1');
    await fails(/--job and --merge take what the plan says/, root, '--plan', plan, '--job', '1', '--revs', 'v6.*');
    await fails(
      /--bisect and --plan do not go together/,
      root,
      '--plan',
      plan,
      '--revs',
      'v6.*',
      '--bisect',
      'ffffffff',
    );
    await fails(/there is no plan in/, '--plan', plan, '--merge');
    await fails(/--plan takes one repository and --revs/, root, '--plan', plan);
    await ok(root, '--revs', 'v6.12..main', '--plan', plan);
    await fails(/--job: the plan has the jobs 1 to 1/, '--plan', plan, '--job', '2');
    await fails(/was made with other options/, '--plan', plan, '--job', '1', '--rule', 'short-pin');
  });
});

test('jobs are balanced by what changes', () => {
  const sizes = (changes: readonly number[], shards: number): number[] =>
    jobsOf(changes, shards).map(({ from, to }) => to - from);
  assert.deepEqual(sizes([100, 10, 10, 10, 10, 10], 2), [3, 3]);
  assert.deepEqual(sizes([100, 90, 1, 1, 1, 1], 2), [1, 5]);
  assert.deepEqual(sizes([100, 1], 9), [1, 1]);
  assert.deepEqual(sizes([100], 1), [1]);
});

const hasParallel = process.env['CI'] === 'true' || spawnSync('parallel', ['--version']).status === 0;
const skip = hasParallel ? {} : { skip: 'no GNU parallel: apt-get install parallel' };

/** The environment of jobs in which `pageref` is killed the first time that it is run with some words. */
function killingOnce(beside: string, words: string): NodeJS.ProcessEnv {
  const killed = join(beside, 'killed');
  const kill = `case "$*" in *"${words}"*) [ -e '${killed}' ] || { touch '${killed}'; kill -9 $$; };; esac`;
  writeFileSync(join(beside, 'pageref'), `#!/bin/sh\n${kill}\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  chmodSync(join(beside, 'pageref'), 0o755);
  const path = `${beside}:${process.env['PATH'] ?? ''}`;
  return { ...process.env, PATH: path, PAGEREF_CACHE_DIR: join(beside, 'cache'), HOME: beside };
}

test('GNU parallel runs the list with seven shards, one job killed in the middle and run again', skip, async () => {
  await withHistory(async ({ root, plan, beside }) => {
    await ok(root, '--revs', 'v6.12..main', '--plan', plan, '--shards', '7');
    const env = killingOnce(beside, '--job 3');
    execFileSync('parallel', ['--will-cite', '--jobs', '2', '--retries', '3', '-a', join(plan, 'jobs.txt')], { env });
    assert.equal(readdirSync(beside).includes('killed'), true);
    assert.equal(await ok('--plan', plan, '--merge', ...JSON_FORMAT), await whole(root));
  });
});

const withoutSlurm = process.env['CI'] === 'true' ? undefined : noSlurm();

test(
  'Slurm runs an array of seven jobs, one killed in the middle and run again, and the merge behind it',
  withoutSlurm === undefined ? {} : { skip: withoutSlurm },
  async (t) => {
    await withHistory(async ({ root, plan, beside }) => {
      await ok(root, '--revs', 'v6.12..main', '--plan', plan, '--shards', '7');
      const slurm = startSlurm();
      if (typeof slurm === 'string') {
        t.skip(slurm);
        return;
      }
      try {
        const env = { ...killingOnce(beside, '--job 3'), ...slurm.env, PATH: `${beside}:${process.env['PATH'] ?? ''}` };
        const job = `for try in 1 2 3; do pageref history --plan '${plan}' --job $SLURM_ARRAY_TASK_ID && exit; done; exit 2`;
        const log = `--output=${join(beside, 'log')}`;
        const array = ['--parsable', '--array=1-7', log, '--wrap', job];
        const id = execFileSync('sbatch', array, { env, encoding: 'utf8', cwd: beside }).trim();
        const merged = join(beside, 'matrix.json');
        const merge = `pageref history --plan '${plan}' --merge --format json --output '${merged}' || [ $? = 1 ]`;
        execFileSync('sbatch', ['--wait', `--dependency=afterok:${id}`, log, '--wrap', merge], { env, cwd: beside });
        assert.equal(readdirSync(beside).includes('killed'), true);
        assert.equal(readFileSync(merged, 'utf8'), await whole(root));
      } finally {
        slurm.stop();
      }
    });
  },
);
