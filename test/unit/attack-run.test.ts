import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Attack } from '../attack/attack.js';
import { Random } from '../attack/random.js';
import { runAttacks } from '../attack/run.js';

/** Fails where its number is small: in one round of ten or so. */
const folders: string[] = [];
const fragile: Attack = {
  name: 'fragile',
  promise: 'numbers are not small',
  share: 1,
  round: ({ random, folder, tried }) => {
    folders.push(folder);
    writeFileSync(join(folder, 'left'), '');
    const number = random.below(1000);
    tried(2);
    assert.ok(number >= 100, `${String(number)} is small`);
    return Promise.resolve();
  },
};

async function runOf(options: {
  readonly only?: readonly string[];
  readonly round?: number;
  readonly minutes?: number;
  readonly keeps?: boolean;
}): Promise<{
  readonly said: string;
  readonly rounds: number;
}> {
  const said: string[] = [];
  const all = { seed: 7, minutes: 0.01, only: [], say: (line: string) => said.push(line), ...options };
  const [outcome] = await runAttacks([fragile], all);
  return { said: said.join('\n'), rounds: outcome?.rounds ?? 0 };
}

test('a failure prints the one command that shows it again, and it does', async () => {
  const { said } = await runOf({});
  const [, number, seed, round] = /(\d+) is small[^]*?--only fragile --seed (\d+) --round (\d+)/.exec(said) ?? [];
  assert.equal(seed, '7');
  const again = await runOf({ round: Number(round) });
  assert.match(again.said, new RegExp(`^FAILED fragile: numbers are not small\n[^]*${String(number)} is small`));
  assert.equal(again.rounds, 1);
});

test('three failures are enough, folders are taken away, and only what is asked for is run', async () => {
  const { said } = await runOf({ minutes: 1 });
  assert.equal(said.split('FAILED').length - 1, 3);
  assert.ok(folders.length > 3);
  assert.deepEqual(folders.filter(existsSync), []);
  assert.deepEqual(await runAttacks([fragile], { seed: 1, minutes: 1, only: ['other'], say: () => undefined }), []);
});

test('the folder of a failed round stays where that is asked for', async () => {
  const { said } = await runOf({ keeps: true });
  const kept = [...said.matchAll(/kept: (.*)/g)].map(([, folder = '']) => folder);
  assert.ok(kept.length > 0);
  for (const folder of kept) {
    assert.ok(existsSync(join(folder, 'left')));
    rmSync(folder, { recursive: true });
  }
  assert.deepEqual(folders.filter(existsSync), []);
});

test('every attack makes one round at least', async () => {
  const calm = { ...fragile, round: () => Promise.resolve() };
  const said: string[] = [];
  const outcomes = await runAttacks([calm], { seed: 1, minutes: 0, only: [], say: (line) => said.push(line) });
  assert.equal(outcomes[0]?.rounds, 1);
  assert.match(said.join('\n'), /^fragile +1 rounds +0 tried +0 failed +0 s$/);
});

test('random numbers belong to their words', () => {
  const three = (...words: string[]): number[] => {
    const random = new Random(...words);
    return [random.next(), random.below(1000), random.pick([1, 2, 3])];
  };
  assert.deepEqual(three('a', 'b'), three('a', 'b'));
  assert.notDeepEqual(three('a', 'b'), three('ab'));
  const random = new Random('spread');
  const seen = new Set(Array.from({ length: 1000 }, () => random.below(10)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(random.shuffled([1, 2, 3, 4, 5]).sort(), [1, 2, 3, 4, 5]);
});
