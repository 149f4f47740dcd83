import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelEntry, Release } from '@pageref/shared';
import { RELEASES, compareReleases, inRange } from '@pageref/shared';
import { ENTRIES, PAGE_KIND_FACTS, allNames, rangesOf, resolve, resolveWith } from '@pageref/shared/model';

const NAMES = [...new Set(ENTRIES.map((entry) => entry.name))];

/** The release before one, or undefined for the oldest. */
function before(release: Release): Release | undefined {
  return RELEASES[RELEASES.indexOf(release) - 1];
}

function title(entry: ModelEntry): string {
  return `${entry.name} from ${entry.range.since}`;
}

describe('ranges of the model', () => {
  it('has releases in order, from 4.20 to 7.1', () => {
    assert.equal(RELEASES.length, 43);
    assert.deepEqual([RELEASES[0], RELEASES.at(-1)], ['4.20', '7.1']);
    assert.deepEqual([...RELEASES].sort(compareReleases), [...RELEASES]);
  });

  it('gives every entry a range over known releases, in the right order', () => {
    for (const entry of ENTRIES) {
      const { since, sinceAfter, until, untilAfter } = entry.range;
      const edges = [sinceAfter, since, untilAfter, until].filter((edge) => edge !== undefined);
      for (const edge of edges) assert.ok(RELEASES.includes(edge), `${title(entry)}: ${edge}`);
      if (sinceAfter) assert.ok(compareReleases(sinceAfter, since) < 0, title(entry));
      if (until) assert.ok(compareReleases(since, until) < 0, title(entry));
      if (untilAfter && until) assert.ok(compareReleases(untilAfter, until) < 0, title(entry));
    }
  });

  it('gives every entry evidence in the agreed form, and a sentence', () => {
    const form = /^(\d+\.\d+:[\w/.+-]+(:\d+)?#[\w.]+|commit:[0-9a-f]{12})$/;
    for (const entry of ENTRIES) {
      assert.ok(entry.evidence.length > 0, title(entry));
      for (const item of entry.evidence) assert.match(item, form, title(entry));
      assert.match(entry.summary, /^\S.*\.$/, title(entry));
    }
  });

  it('never lets two ranges of a name overlap', () => {
    for (const name of NAMES) {
      for (const release of RELEASES) {
        const holding = rangesOf(name).filter((entry) => inRange(entry.range, release));
        assert.ok(holding.length <= 1, `${name} has ${holding.length} entries in ${release}`);
      }
    }
  });

  it('resolves each boundary from both sides', () => {
    for (const entry of ENTRIES) {
      const { name, range } = entry;
      const earlier = before(range.since);
      assert.equal(resolve(range.since).entries.get(name)?.summary, entry.summary, title(entry));
      assert.deepEqual(resolve(range.since).entries.get(name)?.range, range, title(entry));
      if (earlier) assert.notDeepEqual(resolve(earlier).entries.get(name)?.range, range, title(entry));
      if (range.until) {
        assert.notDeepEqual(resolve(range.until).entries.get(name)?.range, range, title(entry));
        assert.deepEqual(resolve(before(range.until) ?? '4.20').entries.get(name)?.range, range, title(entry));
      }
    }
  });

  it('covers every page kind without overlap', () => {
    for (const release of RELEASES) {
      const kinds = PAGE_KIND_FACTS.filter((facts) => inRange(facts.range, release)).map((facts) => facts.kind);
      assert.equal(new Set(kinds).size, kinds.length, release);
    }
    assert.equal(new Set(PAGE_KIND_FACTS.map((facts) => facts.kind)).size, 25);
  });

  it('answers for releases outside of its own as for the nearest one', () => {
    assert.deepEqual(allNames('4.4'), allNames('4.20'));
    assert.deepEqual(allNames('9.9'), allNames('7.1'));
    assert.equal(resolve('9.9').release, '9.9');
  });

  it('keeps a resolved model', () => {
    assert.equal(resolve('6.12'), resolve('6.12'));
  });

  it('lists ranges of a name oldest first, and none for an unknown name', () => {
    assert.deepEqual(
      rangesOf('get_page').map((entry) => entry.range.since),
      ['4.20', '5.16', '7.1'],
    );
    assert.deepEqual(rangesOf('no_such_name'), []);
  });

  it('knows the names of a release, sorted', () => {
    const names = allNames('4.20');
    assert.deepEqual([...names].sort(), [...names]);
    assert.ok(names.includes('put_page') && !names.includes('folio_put'));
  });
});

const PART_OF_A_FAMILY = 'one name of a family, which has others in those releases';
const RELEASE_NOT_PINNED = 'its first release is only known to lie between two trees that were read';

/** Counterparts that are missing in part of an entry's range, and why that is right. */
const PARTLY_THERE: Readonly<Record<string, string>> = {
  'folio_ref_try_add_rcu folio_put_refs': RELEASE_NOT_PINNED,
  'folio_ref_add folio_put_refs': RELEASE_NOT_PINNED,
  'folio_ref_add_unless folio_put_refs': RELEASE_NOT_PINNED,
  'get_user_pages put_user_page': 'put_page does the same in every release',
  'get_user_pages put_user_pages': 'put_page does the same in every release',
  'unpin_user_pages_dirty_lock pin_user_pages_unlocked': RELEASE_NOT_PINNED,
  'unpin_user_pages_dirty_lock pin_user_pages_fast_only': PART_OF_A_FAMILY,
  'unpin_user_page_range_dirty_lock pin_user_pages_fast_only': PART_OF_A_FAMILY,
  'undo_dev_pagemap get_user_pages_fast_only': PART_OF_A_FAMILY,
  'undo_dev_pagemap pin_user_pages_fast': PART_OF_A_FAMILY,
  'undo_dev_pagemap __get_user_pages_fast': PART_OF_A_FAMILY,
  'free_zone_device_page zone_device_page_init': 'drivers set the count themselves before 6.1',
  'devm_memremap_pages devm_memunmap_pages': 'until then only the end of the device took the mapping down',
  'folio_isolate_lru folio_putback_lru': RELEASE_NOT_PINNED,
  'putback_movable_pages folio_isolate_lru': PART_OF_A_FAMILY,
  'putback_movable_pages isolate_lru_page': PART_OF_A_FAMILY,
  'bio_iov_iter_get_pages bio_release_pages': 'until then each caller put the pages of its bio itself',
};

describe('counterparts', () => {
  it('exist wherever the entry does, or are listed with a reason', () => {
    const partly = new Set<string>();
    for (const entry of ENTRIES) {
      for (const name of entry.counterparts ?? []) {
        const missing = RELEASES.filter(
          (release) => inRange(entry.range, release) && !resolve(release).entries.has(name),
        );
        if (missing.length > 0) partly.add(`${entry.name} ${name}`);
      }
    }
    assert.deepEqual([...partly].sort(), Object.keys(PARTLY_THERE).sort());
  });

  it('are written on what takes a reference, and known of what gives it back', () => {
    const { entries } = resolve('6.12');
    assert.deepEqual(entries.get('get_page')?.counterparts, ['put_page']);
    const given = entries.get('put_page')?.counterparts ?? [];
    assert.equal(given[0], 'get_page');
    for (const name of ['get_user_pages_fast', 'alloc_page', 'find_get_page']) assert.ok(given.includes(name), name);
    assert.ok(!given.includes('pin_user_pages_fast'), 'a pin is not given back by put_page()');
    assert.ok(!resolve('7.1').entries.get('put_page')?.counterparts?.includes('get_user_pages_locked'), 'gone in 7.1');
    // put_page_testzero() undoes get_page(), but nobody is told to write it behind one.
    assert.deepEqual(entries.get('put_page_testzero')?.counterparts, ['get_page']);
  });

  it('of a user are known of the names of the model as well', () => {
    const { range, ...page } = rangesOf('get_page')[0]!;
    const own = { ...page, name: 'grab_page', range, counterparts: ['put_page'] };
    assert.ok(resolveWith('4.20', [own]).entries.get('put_page')?.counterparts?.includes('grab_page'));
    assert.ok(rangesOf('put_page', [own])[0]?.counterparts?.includes('grab_page'));
    assert.ok(!rangesOf('put_page', [own]).at(-1)?.counterparts?.includes('grab_page'), 'another range');
  });

  it('name only what exists once a release is chosen', () => {
    for (const release of RELEASES) {
      const { entries } = resolve(release);
      for (const entry of entries.values()) {
        for (const name of entry.counterparts ?? [])
          assert.ok(entries.has(name), `${entry.name}: ${name} in ${release}`);
      }
    }
  });
});
