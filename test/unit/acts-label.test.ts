import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnershipAct } from '@pageref/shared';
import { actsLabel } from 'pageref/dist/rules/references/acts.js';

/** The types of the model that stand for a page. */
const PAGES = ['page', 'folio'];
const type = (base: string, pointers: number) => ({ base, pointers, tag: '' });
const PARAMS = [
  { name: 'page', type: type('page', 1) },
  { name: 'out', type: type('page', 2) },
  { name: 'start', type: type('dma_addr_t', 0) },
];

function label(base: string, pointers: number, ...acts: readonly Partial<OwnershipAct>[]): string | undefined {
  const whole = acts.map((act): OwnershipAct => ({
    does: 'take',
    unit: 'reference',
    on: { at: 0 },
    when: 'always',
    ...act,
  }));
  return actsLabel({ returns: type(base, pointers), params: PARAMS }, whole, PAGES);
}

test('what is done is told by outcome, in the words of what the function returns', () => {
  const out = { on: { at: 1, through: 'out' }, when: 'zero' } as const;
  assert.equal(label('int', 0, out), 'returns 0: +1 ref in *out');
  assert.equal(
    label('int', 0, { does: 'drop', when: 'negative' }, out),
    'returns 0: +1 ref in *out; fails: -1 ref of page',
  );
  assert.equal(label('bool', 0, { unit: 'lock', when: 'positive' }), 'returns true: +1 lock of page');
  assert.equal(
    label('struct page', 1, { on: { at: 'result' }, unit: 'page', when: 'positive' }),
    'returns a pointer: +1 page',
  );
  assert.equal(
    label('long', 0, { on: { at: 1, through: 'array' }, unit: 'pin', when: 'positive' }),
    'returns > 0: +1 pin in out[]',
  );
  assert.equal(label('kvm_pfn_t', 0, { on: { at: 'result' }, when: 'positive' }), 'no error: +1 ref');
});

test('a page that is kept is told, what is only looked at is not', () => {
  assert.equal(label('void', 0, { does: 'hand-over' }), 'caller gives up page');
  assert.equal(label('int', 0, { does: 'hand-over', on: { at: 2 }, when: 'zero' }), undefined, 'no page');
  assert.equal(label('void', 0, { does: 'borrow' }), undefined);
  assert.equal(label('void', 0, { does: 'drop' }, { does: 'drop' }), '-1 ref of page');
  assert.equal(label('void', 0), undefined);
});

test('a table is gone through, and what an argument counts is no single one', () => {
  assert.equal(label('void', 0, { does: 'drop', on: { at: 1 } }), '-1 ref of each of out[]');
  const drop: OwnershipAct = { does: 'drop', unit: 'reference', on: { at: 0 }, when: 'always' };
  const fn = { returns: type('void', 0), params: PARAMS };
  assert.equal(actsLabel(fn, [drop], PAGES, new Set(['drop'])), '-n ref of page');
  assert.equal(actsLabel(fn, [drop], PAGES, new Set(['take'])), '-1 ref of page');
});
