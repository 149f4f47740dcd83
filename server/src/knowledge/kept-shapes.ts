import {
  isFlag,
  isNotAnalysed,
  isNumber,
  isReason,
  isSite,
  isText,
  isWhatIf,
  isWrapperCallSite,
  isWriter,
  listOf,
  maybe,
  oneOf,
  PLACE_FIELDS,
  record,
  VERDICTS,
  WRAPPER_ROLES,
} from '@pageref/shared';
import type { Site } from '@pageref/shared';
import type { Summary } from '../contracts/file-summaries.js';
import { isContract, isEffect, isEffectPlace, isHeld } from '../flow/contract-shape.js';
import type { FileAudit } from '../rules/reserved/verdicts.js';
import type { Decision, Wrapper } from '../rules/wrappers/wrapper.js';
import type { FirstLook } from './callers.js';
import type { FileInference, FunctionBalance, PlacedSite } from './infer-file.js';

/**
 * The shapes of what runs keep for one another. A text of the cache that has another shape counts as none: the hash in it
 * only says that it is as it was written.
 */

const isDecision = record<Decision>({ role: oneOf(WRAPPER_ROLES), calls: listOf(isText) });
const isTest = record<Wrapper['test']>({
  ...PLACE_FIELDS,
  judged: maybe(
    record<Pick<Site, 'verdict' | 'reason' | 'confidence'>>({
      verdict: oneOf(VERDICTS),
      reason: isReason,
      confidence: oneOf(['high', 'medium', 'low']),
    }),
  ),
});
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

const isFileAudit = record<FileAudit>({
  sites: listOf(isSite),
  writers: listOf(isWriter),
  whatIf: listOf(isWhatIf),
  functions: isNumber,
  notAnalysed: listOf(isNotAnalysed),
});

/** `looks`: what an audit found in a file. */
export const isFirstLook = record<FirstLook>({
  path: isText,
  audit: isFileAudit,
  wrappers: listOf(isWrapper),
  calls: listOf(record<FirstLook['calls'][number]>({ test: isTest, site: isWrapperCallSite })),
  open: listOf(record<FirstLook['open'][number]>({ name: isText, parameters: isNumber })),
  restsOnOthers: isFlag,
});

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
  restsOnOthers: isFlag,
});
