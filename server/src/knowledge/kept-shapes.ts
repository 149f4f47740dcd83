import {
  isFlag,
  isNotAnalysed,
  isNumber,
  isText,
  isWrapperCallSite,
  listOf,
  maybe,
  oneOf,
  orNull,
  PLACE_FIELDS,
  record,
  WRAPPER_ROLES,
} from '@pageref/shared';
import type { Summary } from '../contracts/file-summaries.js';
import type { ArgumentSummary } from '../flow/context.js';
import { isBecause, isContract, isEffect, isEffectPlace, isHeld } from '../flow/contract-shape.js';
import type { Decision, Wrapper } from '../rules/wrappers/wrapper.js';
import type { CallOfTest } from './call-sites.js';
import type { OwnWrappers } from './callers.js';
import type { Definition } from './definitions.js';
import type { HandedHere } from './elsewhere.js';
import type { FileInference, FunctionBalance, PlacedSite } from './infer-file.js';
import type { OpenFunction, Questions } from './questions.js';

/**
 * The shapes of what runs keep for one another. A text of the cache that has another shape counts as none: the hash in it
 * only says that it is as it was written.
 */

const isDecision = record<Decision>({ role: oneOf(WRAPPER_ROLES), calls: listOf(isText) });
const isTest = record<Wrapper['test']>(PLACE_FIELDS);
const isWrapper = record<Wrapper>({
  name: isText,
  level: isNumber,
  static: isFlag,
  path: isText,
  line: isNumber,
  parameter: maybe(isNumber),
  does: isDecision,
  answers: isFlag,
  asksMemoryType: isFlag,
  row: maybe(record<NonNullable<Wrapper['row']>>({ whenTrue: isNumber, whenFalse: isNumber })),
  exempts: maybe(isFlag),
  test: isTest,
});

const isCall = record<CallOfTest>({ test: isTest, site: isWrapperCallSite });

export const isWrappers = record<OwnWrappers>({ wrappers: listOf(isWrapper), calls: listOf(isCall) });

export const isQuestions = record<Questions>({
  callees: listOf(isText),
  callers: listOf(record<OpenFunction>({ name: isText, parameters: isNumber })),
});

const isGiven = record<ArgumentSummary>({
  kinds: isNumber,
  cutByReservedBit: isNumber,
  origin: isBecause,
  ofDevicePage: isFlag,
});

const isHanded = record<HandedHere>({
  values: orNull(listOf(orNull(isGiven))),
  callees: listOf(isText),
});

const isDefinition = record<Definition>({
  path: isText,
  name: isText,
  contract: maybe(isContract),
  callees: listOf(isText),
});

export const ANSWER_FIELDS = {
  definition: maybe(orNull(isDefinition)),
  contract: maybe(isContract),
  handed: maybe(isHanded),
  calls: maybe(listOf(isCall)),
} as const;

const isBalance = record<FunctionBalance>({
  path: isText,
  function: isText,
  start: isNumber,
  reading: isNumber,
  pairs: listOf(
    record<FunctionBalance['pairs'][number]>({
      acquire: isHeld,
      release: record<FunctionBalance['pairs'][number]['release']>({ name: isText, effect: isEffect }),
      acquiredAt: isEffectPlace,
      releasedAt: isEffectPlace,
    }),
  ),
  leaks: listOf(
    record<FunctionBalance['leaks'][number]>({
      acquire: isHeld,
      kinds: isNumber,
      releasedBy: isText,
      releasedAt: isEffectPlace,
      partsAt: isEffectPlace,
      leftAt: isEffectPlace,
      acquiredAt: isEffectPlace,
    }),
  ),
});

/** `rounds`: what a file gave to a round of the inference. */
export const isFileInference = record<FileInference>({
  path: isText,
  summaries: listOf(record<Summary>({ name: isText, static: isFlag, contract: isContract, limits: listOf(isText) })),
  changed: listOf(isText),
  wrappers: listOf(isWrapper),
  sites: listOf(
    record<PlacedSite>({ ...PLACE_FIELDS, start: isNumber, function: isText, wrapper: isWrapper, decides: isDecision }),
  ),
  balances: listOf(isBalance),
  functions: listOf(isNumber),
  notAnalysed: listOf(isNotAnalysed),
  tangled: listOf(isNotAnalysed),
});
