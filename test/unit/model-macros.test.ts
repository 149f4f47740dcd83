import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ASSERTIONS, RESERVED_BIT, SYNTAX_MACROS, resolve } from '@pageref/shared/model';

describe('macros', () => {
  it('lets only BUG_ON prove anything, and only WARN-like macros have a value', () => {
    const macros = new Map(ASSERTIONS.map((macro) => [macro.name, macro]));
    assert.equal(macros.size, ASSERTIONS.length);
    assert.deepEqual(
      ASSERTIONS.filter((macro) => macro.proves).map((macro) => macro.name),
      ['BUG_ON'],
    );
    assert.equal(macros.get('WARN_ON_ONCE')?.value, 'condition');
    assert.equal(macros.get('VM_BUG_ON_PAGE')?.value, 'none');
    assert.equal(macros.get('VM_BUG_ON_PAGE')?.condition, 0);
    assert.equal(macros.get('might_sleep')?.condition, undefined);
  });

  it('lists no syntax word twice, and no loop that the naming rule finds anyway', () => {
    // READ_ONCE() is both a wrapper and a read that may not be merged, and a loop may be given a label to leave by; range
    // loops are described, not only named.
    const { volatileReads, rangeLoops, jumpsToLast, ...lists } = SYNTAX_MACROS;
    const words = Object.values(lists).flat();
    assert.equal(new Set(words).size, words.length);
    assert.equal(new Set(volatileReads).size, volatileReads.length);
    assert.equal(new Set(jumpsToLast).size, jumpsToLast.length);
    assert.equal(new Set(rangeLoops.map((loop) => loop.name)).size, rangeLoops.length);
    for (const loop of SYNTAX_MACROS.loops) assert.doesNotMatch(loop, /^for_each_|_for_each/);
  });

  it('spells the reserved bit the same in the names and in the effects', () => {
    const { entries } = resolve('6.12');
    for (const name of RESERVED_BIT.setters) assert.equal(entries.get(name)?.effects?.[0]?.does, 'set-reserved', name);
    for (const name of RESERVED_BIT.clearers) {
      assert.equal(entries.get(name)?.effects?.[0]?.does, 'clear-reserved', name);
    }
    for (const name of RESERVED_BIT.tests) assert.equal(entries.get(name)?.predicate?.class, 'reserved', name);
  });
});
