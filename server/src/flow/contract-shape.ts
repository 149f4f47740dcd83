import {
  either,
  isFlag,
  isNumber,
  isText,
  listOf,
  maybe,
  oneOf,
  PAGE_KINDS,
  PLACE_FIELDS,
  record,
} from '@pageref/shared';
import type { Attribute, CallbackSource, Conversion, Operand, PerKind, Precondition } from '@pageref/shared';
import type { Contract, EffectPlace, EffectRow, FlagRow, PredicateRow, SourceRow } from './contract.js';
import type { Evidence, Reference } from './domain/state.js';

/** Shapes of contracts, for those that were kept and come back. */

const isOperand = record<Operand>({
  at: either(isNumber, oneOf(['result'])),
  through: maybe(oneOf(['out', 'array', 'field'])),
  field: maybe(isText),
});
const areKinds = maybe(listOf(oneOf(PAGE_KINDS)));
const isPerKind = record<PerKind>({
  yes: areKinds,
  no: areKinds,
  maybe: areKinds,
  otherwise: oneOf(['yes', 'no', 'maybe']),
});
const EFFECT_PLACE = { ...PLACE_FIELDS, start: isNumber, function: isText } as const;
export const isEffectPlace = record<EffectPlace>(EFFECT_PLACE);
const CLASSES = ['reserved', 'zone-device', 'memory-type', 'range', 'valid', 'kind'] as const;
const UNITS = ['reference', 'pin', 'pgmap-reference'] as const;

export const isEffect = record<EffectRow>({
  does: oneOf([
    'acquire',
    'release',
    'transfer',
    'set-count',
    'dirty',
    'accessed',
    'set-reserved',
    'clear-reserved',
    'free',
    'map',
    'flush',
    'pgmap-register',
  ]),
  on: isOperand,
  unit: maybe(oneOf(UNITS)),
  count: maybe(isText),
  kinds: maybe(isPerKind),
  when: isText,
  affected: isNumber,
  via: maybe(isText),
  where: maybe(record<NonNullable<EffectRow['where']>>({ ...EFFECT_PLACE, call: isText })),
});

const isFlagRow = record<FlagRow>({ flag: isText, kinds: isNumber });

export const isContract = record<Contract>({
  name: isText,
  from: either(oneOf(['model']), record<Exclude<Contract['from'], string>>({ path: isText, line: isNumber })),
  predicate: maybe(
    record<PredicateRow>({
      class: oneOf(CLASSES),
      of: isOperand,
      whenTrue: isNumber,
      whenFalse: isNumber,
    }),
  ),
  sources: listOf(
    record<SourceRow>({
      role: oneOf(['filter', 'provenance']),
      result: isOperand,
      kinds: isNumber,
      same: maybe(isOperand),
      nullable: isFlag,
      flags: maybe(
        record<NonNullable<SourceRow['flags']>>({
          at: isNumber,
          needed: listOf(isFlagRow),
          refused: listOf(isFlagRow),
        }),
      ),
    }),
  ),
  conversion: maybe(
    record<Conversion>({
      from: isOperand,
      to: isOperand,
      origin: maybe(oneOf(['address', 'pte', 'none'])),
      nonNull: maybe(isFlag),
    }),
  ),
  effects: listOf(isEffect),
  preconditions: listOf(
    record<Precondition>({
      of: isOperand,
      needs: oneOf(['boot-memory', 'owner-free', 'held', 'struct-page']),
      text: isText,
    }),
  ),
  callback: maybe(
    record<CallbackSource & { readonly set: number }>({
      callback: isNumber,
      parameter: isNumber,
      kinds: listOf(oneOf(PAGE_KINDS)),
      set: isNumber,
    }),
  ),
  attribute: maybe(
    record<Attribute>({
      of: isOperand,
      what: oneOf(['zone', 'zone-number', 'pgmap']),
      deviceConstant: maybe(isText),
    }),
  ),
  counterparts: listOf(isText),
  aliasOf: maybe(listOf(isText)),
  isIncomplete: maybe(isFlag),
});

export const isHeld = record<Reference>({ by: isText, via: isText, at: isNumber, unit: oneOf(UNITS), kinds: isNumber });

export const isBecause = record<Evidence>({
  contract: isText,
  role: oneOf(['unknown', 'parameter', 'caller', 'filter', 'provenance', 'refinement']),
  class: maybe(oneOf(CLASSES)),
  at: isNumber,
  path: maybe(isText),
  line: maybe(isNumber),
  text: maybe(isText),
  gives: maybe(isNumber),
  isDoubtful: maybe(isFlag),
  condition: maybe(record<NonNullable<Evidence['condition']>>({ start: isNumber, end: isNumber })),
});
