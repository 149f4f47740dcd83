import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shape } from '@pageref/shared';
import { isFileInference } from 'pageref/dist/knowledge/kept-shapes.js';
import { audit, check } from 'pageref/dist/runs/index.js';
import { isKept } from 'pageref/dist/runs/kept-shapes.js';
import { readSearchIndex } from 'pageref/dist/search/search-index.js';
import { cacheFile } from 'pageref/dist/vfs/cache.js';
import { keptIn, withFolder } from '../support/cache.js';
import { TEST_FOLDER } from '../support/golden.js';
import { makeTree, splitFixture } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** A text with the right hash and another shape is not used: the runs say what they say without it. */

const FIXTURES = [
  'contracts/guest.c',
  'reserved-wrapper/guest.c',
  'imbalanced-for-zone-device/guest.c',
  'imbalanced-for-zone-device/paths.c',
  'pagemap-ref-leak/leaks.c',
  'consequence.c',
];

let small: Tree;
let rich: Tree;

before(async () => {
  [small, rich] = [treeOf(FIXTURES.slice(1, 2)), treeOf(FIXTURES)];
  // Files younger than two seconds are not trusted.
  await sleep(2100);
});

after(() => {
  for (const tree of [small, rich]) tree.remove();
});

function treeOf(fixtures: readonly string[]): Tree {
  const tree = makeTree('//- Makefile\nVERSION = 4\nPATCHLEVEL = 20\n');
  fixtures.forEach((fixture, at) => {
    const text = readFileSync(join(TEST_FOLDER, 'fixtures', fixture), 'utf8');
    for (const [path, file] of splitFixture(text)) tree.write(join(`part${String(at)}`, path), file);
  });
  return tree;
}

async function runs(tree: Tree, cache?: string): Promise<string> {
  return (await auditOf(tree, cache)) + (await checkOf(tree, cache));
}

async function auditOf({ root }: Tree, cache?: string): Promise<string> {
  return JSON.stringify(await audit({ paths: [root], jobs: 1, ...(cache !== undefined && { cache }) }));
}

async function checkOf({ root }: Tree, cache?: string): Promise<string> {
  return JSON.stringify(await check({ paths: [root], jobs: 1, ...(cache !== undefined && { cache }) }));
}

interface KeptFile {
  readonly kind: string;
  /** Which runs it is of. */
  readonly about: string;
  /** Puts another text in place of what was kept, with the hash that belongs to it. */
  readonly forge: (body: string) => void;
  readonly body: string;
}

function keptFiles(folder: string): KeptFile[] {
  return keptIn(folder).map((path) => {
    const [head = '', body = ''] = readFileSync(path, 'utf8').split('\n');
    const { pageref: kind, what } = JSON.parse(head) as { pageref: string; what: string };
    const [root, about] = JSON.parse(what) as [string, string];
    return { kind, about, body, forge: (text) => cacheFile(folder, kind, root, { about }).save(text) };
  });
}

test('bodies that are something else are as good as none', () =>
  withFolder(async (folder) => {
    const plain = await runs(small);
    assert.equal(await runs(small, folder), plain);
    const kept = keptFiles(folder);
    assert.deepEqual(
      kept.map(({ kind }) => kind),
      ['files', 'files', 'rounds', 'searches'],
    );
    for (const { kind, about, body, forge } of kept) {
      const good = JSON.parse(body) as { files?: object[] };
      const files = (change: object): string =>
        JSON.stringify({ ...good, files: good.files?.map((file) => ({ ...file, ...change })) });
      const bodies = ['', 'not json', 'null', '{}', '[]', '7', '"text"', '['.repeat(200_000), body.slice(0, -2)];
      if (good.files) bodies.push(files({ result: null }), files({ result: {} }), files({ stamp: 1 }));
      else bodies.push(JSON.stringify({ ...good, searches: [{}] }), JSON.stringify({ ...good, stamps: '' }));
      for (const forged of bodies) {
        forge(forged);
        // What an audit keeps no check uses, and the other way round.
        const again = about.startsWith('audit') ? await auditOf(small, folder) : await checkOf(small, folder);
        assert.ok(plain.includes(again), `${kind}: ${forged.slice(0, 80)}`);
      }
    }
    await runs(small, folder);
    const marks = keptFiles(folder);
    assert.equal(await runs(small, folder), plain);
    assert.deepEqual(
      keptFiles(folder).map(({ body }) => body),
      marks.map(({ body }) => body),
      'what the runs write themselves is used',
    );
  }));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The value with one of its parts replaced: a list or object by a number, anything else by an object. */
function* spoilt(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) {
    yield {};
    return;
  }
  yield 1;
  for (const [key, part] of Object.entries<Json>(value)) {
    for (const wrong of spoilt(part)) {
      // A wrapper's row has more than its type says, which nobody reads.
      if (key === 'row' && !spoilsRow(wrong)) continue;
      yield Array.isArray(value) ? value.with(Number(key), wrong) : { ...value, [key]: wrong };
    }
  }
}

/** True where one of the two fields that are read is not a number. */
function spoilsRow(wrong: Json): boolean {
  if (typeof wrong !== 'object' || wrong === null || Array.isArray(wrong)) return true;
  return typeof wrong['whenTrue'] !== 'number' || typeof wrong['whenFalse'] !== 'number';
}

const SHAPES: Readonly<Record<string, Shape<unknown>>> = {
  files: isKept,
  rounds: isFileInference,
};

test('every part of a result is looked at', () =>
  withFolder(async (folder) => {
    await runs(rich, folder);
    let parts = 0;
    for (const { kind, body } of keptFiles(folder)) {
      const shape = SHAPES[kind];
      if (!shape) continue;
      const { files } = JSON.parse(body) as { files: { result: Json }[] };
      for (const { result } of files) {
        assert.ok(shape(result), `${kind}: ${JSON.stringify(result)}`);
        for (const wrong of spoilt(result)) {
          parts++;
          assert.ok(!shape(wrong), `${kind}: ${JSON.stringify(wrong)}`);
        }
      }
    }
    assert.ok(parts > 1000, String(parts));
  }));

test('every part of a search is looked at', () =>
  withFolder(async (folder) => {
    await runs(rich, folder);
    const body = keptFiles(folder).find(({ kind }) => kind === 'searches')?.body ?? '';
    assert.ok(readSearchIndex(body));
    for (const wrong of spoilt(JSON.parse(body) as Json))
      assert.equal(readSearchIndex(JSON.stringify(wrong)), undefined);
    const odd = body.replace(/(\["[^"]+",)\d+/, '$1999');
    assert.notEqual(odd, body);
    assert.equal(readSearchIndex(odd), undefined, 'an index of no name');
  }));
