import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareReleases, RELEASES } from '@pageref/shared';
import { ENTRIES, OUTCOMES, ownershipModel, OWNERSHIP_ROWS, resolve } from '@pageref/shared/model';

const COUNTING = ['acquire', 'release', 'transfer'];
/** Outcomes that no result shows: an argument decides. */
const BY_ARGUMENT = ['arg2 is true'];

test('every outcome that the model has in words is one that can be followed', () => {
  const words = new Set(
    ENTRIES.flatMap(({ effects = [] }) =>
      effects.filter(({ does }) => COUNTING.includes(does)).map(({ when }) => when),
    ),
  );
  assert.ok(words.size > 5);
  assert.deepEqual(
    [...words].filter((when) => OUTCOMES[when] === undefined && !BY_ARGUMENT.includes(when)),
    [],
  );
});

test('a row holds for some releases, and its evidence is of one of them', () => {
  for (const { name, range, evidence } of OWNERSHIP_ROWS) {
    assert.ok(range.until === undefined || compareReleases(range.since, range.until) < 0, name);
    assert.ok(evidence.length > 0, name);
    for (const one of evidence) assert.match(one, new RegExp(`^\\d+\\.\\d+:[\\w./-]+:\\d+#${name.replace('->', '')}$`));
  }
});

test('what takes a page has something that gives it back in the same release', () => {
  for (const release of RELEASES) {
    const { acts } = ownershipModel(release, resolve(release).entries);
    const all = [...acts.values()].flat();
    const dropped = new Set(all.filter(({ does }) => does === 'drop').map(({ unit }) => unit));
    const taken = new Set(all.filter(({ does }) => does === 'take').map(({ unit }) => unit));
    // A page of an allocator goes back as one reference as well.
    assert.deepEqual(
      [...taken].filter((unit) => !dropped.has(unit)),
      [],
      release,
    );
  }
});

test('a row stands in place of what the effects say of the same facet', () => {
  const { acts } = ownershipModel('6.12', resolve('6.12').entries);
  assert.deepEqual(
    acts.get('filemap_add_folio')?.map(({ does, unit }) => `${does} ${unit}`),
    ['hand-over reference', 'take lock'],
  );
  assert.deepEqual(
    acts.get('put_page')?.map(({ does, unit, when }) => `${does} ${unit} ${when}`),
    ['drop reference always'],
  );
});
