import type { ModelEntry } from '@pageref/shared';

/** A name with two ranges that say everything the model can say of a name, to test the printers without the model. */
export function fullModelEntries(): readonly [ModelEntry, ModelEntry] {
  return [OLD, NEW];
}

const OLD: ModelEntry = {
  name: 'demo_page',
  form: 'function',
  range: { since: '4.20', until: '5.10' },
  evidence: ['4.20:mm/demo.c:10#demo_page'],
  summary: 'Looks up the page of an address and takes a reference on it.',
  sources: [
    {
      role: 'filter',
      result: { at: 'result' },
      kinds: ['buddy', 'fs-dax'],
      kindsSince: { 'fs-dax': '6.15' },
      nullable: true,
    },
  ],
  effects: [
    {
      does: 'acquire',
      on: { at: 2, through: 'array' },
      unit: 'reference',
      count: '1 on head page',
      when: 'ret > 0',
      kinds: { no: ['zero-page'], otherwise: 'yes' },
    },
  ],
  counterparts: ['put_page'],
};

const NEW: ModelEntry = {
  ...OLD,
  range: { since: '5.12', sinceAfter: '5.10' },
  predicate: {
    class: 'zone-device',
    of: { at: 0, through: 'field', field: 'page' },
    answers: { yes: ['fs-dax'], maybe: ['hole'], otherwise: 'no' },
    trueWhen: 'zero',
  },
  conversion: { from: { at: 1, through: 'out' }, to: { at: 'result' }, origin: 'pte' },
  preconditions: [{ of: { at: 0 }, needs: 'held', text: 'the caller holds a reference' }],
  callback: { callback: 1, parameter: 0, kinds: ['buddy'] },
  attribute: { of: { at: 0 }, what: 'zone' },
  references: 'acquire',
  replacedBy: 'demo_folio',
  zoneDevice: 'answers yes',
  context: 'may sleep',
};
