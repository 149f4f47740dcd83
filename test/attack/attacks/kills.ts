import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack, Round } from '../attack.js';
import { run, runWell } from '../process.js';
import { someSources, TREE, writeTree } from '../texts.js';

const COMMANDS: readonly (readonly string[])[] = [
  ['audit', 'TREE', '--format', 'json'],
  ['check', 'TREE', '--format', 'json'],
  ['contracts', 'TREE', '--format', 'json'],
  ['check', 'TREE', '--format', 'sarif'],
];

export const kills: Attack = {
  name: 'kills',
  promise: 'a run that is killed while it writes costs later runs nothing but time, and no file is left half written',
  share: 3,
  round: async (round) => {
    const tree = join(round.folder, 'tree');
    writeTree(tree, { ...TREE, ...someSources(round.random, 8) });
    if (round.random.chance(0.3)) await killFix(round, tree);
    else await killCached(round, tree);
  },
};

/** Files get other times, the run that has to look at them again is killed, and the next one must say what one without a cache says. */
async function killCached({ random, folder, tried }: Round, tree: string): Promise<void> {
  const env = { PAGEREF_CACHE_DIR: join(folder, 'cache') };
  const line = random.pick(COMMANDS).map((word) => (word === 'TREE' ? tree : word));
  const first = await runWell(line, { env });
  for (let n = 0; n < 3; n++) {
    for (const path of random.some(3, sourcesBelow(tree))) utimesSync(path, 1_000_000_000 + n, 1_000_000_000 + n);
    await run(line, { env, kill: { signal: 'SIGKILL', after: random.next() * first.milliseconds } });
    const after = await runWell(line, { env });
    const without = await runWell([...line, '--no-cache']);
    assert.deepEqual([after.code, after.stderr], [without.code, '']);
    assert.equal(after.stdout.toString(), without.stdout.toString());
    tried();
  }
}

/** Every file is what it was, or what the fix makes of it; never something between. */
async function killFix({ random, folder, tried }: Round, tree: string): Promise<void> {
  const done = join(folder, 'done');
  const before = textsBelow(tree);
  for (const [path, text] of before) writeTree(done, { [path]: text });
  const whole = await runWell(['fix', done, '--in-place', '--needs-look', '--no-cache']);
  const after = textsBelow(done);
  await run(['fix', tree, '--in-place', '--needs-look', '--no-cache'], {
    kill: { signal: random.pick(['SIGKILL', 'SIGTERM', 'SIGINT']), after: random.next() * whole.milliseconds },
  });
  for (const [path, text] of textsBelow(tree)) {
    if (/\.(?:c|h)$/.test(path)) assert.ok(text === before.get(path) || text === after.get(path), `${path} is torn`);
  }
  tried();
}

function sourcesBelow(tree: string): string[] {
  return [...textsBelow(tree).keys()].filter((path) => path.endsWith('.c')).map((path) => join(tree, path));
}

function textsBelow(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' }).filter((one) =>
    one.isFile(),
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, 'latin1')];
    }),
  );
}
