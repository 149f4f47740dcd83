import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RELEASES } from '@pageref/shared';
import { resolve, resolveWith, SIGNATURES } from '@pageref/shared/model';

const EVIDENCE = /^(\d+\.\d+:[\w/.+-]+:\d+#[\w.]+|commit:[0-9a-f]{12})$/;

test('each signature has evidence, and no role twice', () => {
  for (const { name, parameters, evidence } of SIGNATURES) {
    assert.equal(new Set(parameters).size, parameters.length, name);
    assert.ok(evidence.length > 0, name);
    for (const item of evidence) assert.match(item, EVIDENCE);
  }
});

test('flags and pages are where the entry of the release has them', () => {
  for (const release of RELEASES) {
    const { entries, signatures } = resolve(release);
    for (const [name, { own }] of signatures) {
      const [source] = entries.get(name)?.sources ?? [];
      if (source) assert.equal(source.result.at, own.indexOf('pages'), `${name} in ${release}`);
      if (source?.flags) assert.equal(source.flags.at, own.indexOf('flags'), `${name} in ${release}`);
    }
  }
});

test('the signature of a release is the one of its range', () => {
  const parametersIn = (release: (typeof RELEASES)[number]): number | undefined =>
    resolve(release).signatures.get('get_user_pages_remote')?.own.length;
  assert.deepEqual((['5.8', '5.9', '6.4', '6.5'] as const).map(parametersIn), [8, 7, 7, 6]);
});

test("an entry of the user has the user's parameters", () => {
  const own = { ...resolve('6.12').entries.get('get_user_pages')!, evidence: ['mine'] };
  assert.ok(!resolveWith('6.12', [own]).signatures.has('get_user_pages'));
});
