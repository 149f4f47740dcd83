import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Attack } from '../attack.js';
import { run, runWell } from '../process.js';
import type { Random } from '../random.js';
import { someSources, TREE, writeTree } from '../texts.js';

/** What no run has kept. */
const BODIES: readonly string[] = [
  ...['null', '{}', '[]', '7', '"x"', 'not json', '[[[]]]', '{"__proto__":1}', '', '[['.repeat(50_000)],
  '{"files":7,"searches":7,"paths":{}}',
];

/** What is done to the files of a cache, by what it is called in a failure. */
const DAMAGE: Readonly<Record<string, (path: string, random: Random) => void>> = {
  torn: (path, random) => {
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, random.below(bytes.length)));
  },
  flipped: (path, random) => {
    const bytes = readFileSync(path);
    for (let n = 0; n < 3; n++) bytes[random.below(bytes.length)] = random.below(256);
    writeFileSync(path, bytes);
  },
  random: (path, random) => {
    writeFileSync(path, random.bytes(random.below(5000)));
  },
  forged: (path, random) => {
    forge(path, () => random.pick(BODIES));
  },
  mutated: (path, random) => {
    forge(path, (body) => mutated(random, body));
  },
  turned: (path) => {
    // Every list and number of the body is there and none means what it did, with the right sum.
    forge(path, (body) => body.replace(/\d+/g, '-1').replace(/\[/g, '{"a":[').replace(/\]/g, ']}'));
  },
  pipe: (path) => {
    rmSync(path);
    execFileSync('mkfifo', [path]);
  },
  zero: (path) => {
    rmSync(path);
    symlinkSync('/dev/zero', path);
  },
  folder: (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  loop: (path) => {
    rmSync(path);
    symlinkSync(path, path);
  },
  unreadable: (path) => {
    chmodSync(path, 0);
  },
};

export const caches: Attack = {
  name: 'caches',
  promise: 'whatever is in the cache folder, a run says what it says without one, and touches no file but its own',
  share: 3,
  round: async ({ random, folder, tried }) => {
    const [tree, cache] = [join(folder, 'tree'), join(folder, 'cache')];
    writeTree(tree, { ...TREE, ...someSources(random, 6) });
    const command = random.pick(['audit', 'check', 'contracts']);
    const line = [command, tree, '--format', 'json'];
    const foreign = ['mail.tmp', 'db.cache', '.hidden', 'searches-x.cache', 'x'].map((name) => join(cache, name));
    const without = await runWell([...line, '--no-cache']);
    writeTree(cache, { x: '' });
    for (const path of foreign) writeFileSync(path, 'precious');
    const env = { PAGEREF_CACHE_DIR: cache };
    await runWell(line, { env });
    for (const [what, damage] of random.shuffled(Object.entries(DAMAGE)).slice(0, 4)) {
      for (const path of filesOf(cache, foreign)) if (random.chance(0.7)) damage(path, random);
      if (random.chance(0.2)) chmodSync(cache, random.pick([0o777, 0o500, 0o700]));
      const ran = await run(line, { env });
      assert.deepEqual([what, ran.code, ran.stderr], [what, without.code, '']);
      assert.equal(ran.stdout.toString(), without.stdout.toString(), what);
      for (const path of foreign) assert.equal(readFileSync(path, 'utf8'), 'precious', path);
      chmodSync(cache, 0o700);
      tried();
    }
  },
};

/** All regular files below the folder that somebody may have kept something in. */
function filesOf(cache: string, foreign: readonly string[]): string[] {
  return readdirSync(cache, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !foreign.includes(path) && existsSync(path));
}

/** Another body under the head that is there; where the head has a sum of the body, it is the right one. */
function forge(path: string, change: (body: string) => string): void {
  const [head = '', ...rest] = readFileSync(path, 'utf8').split('\n');
  const body = change(rest.join('\n'));
  const sum = (one: string): string => createHash('sha256').update(one).digest('hex');
  writeFileSync(path, `${head.replace(sum(rest.join('\n')), sum(body))}\n${body}`);
}

/** The body with one value somewhere in it that has another type than it had; one that is no JSON has a hole. */
function mutated(random: Random, body: string): string {
  try {
    return JSON.stringify(withOneOdd(random, JSON.parse(body)));
  } catch {
    return body.slice(random.below(body.length));
  }
}

function withOneOdd(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? 'x' : 7;
  const keys = Object.keys(value);
  if (keys.length === 0 || random.chance(0.1)) return 7;
  const key = random.pick(keys);
  const inner = withOneOdd(random, (value as Record<string, unknown>)[key]);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}
