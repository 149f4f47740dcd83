import {
  FINDING_SEVERITIES,
  IMPACTS,
  isFlag,
  isNotAnalysed,
  isNumber,
  isRelatedPlace,
  isRuleFailure,
  isText,
  isUnmarkedSite,
  isWriter,
  listOf,
  maybe,
  oneOf,
  orNull,
  PLACE_FIELDS,
  record,
  RULE_IDS,
  WRAPPER_ROLES,
} from '@pageref/shared';
import type { Identity } from '../rules/fingerprint.js';
import type { FileResult, MentionVerdict, UnmarkedFinding } from './check-file.js';

const isFinding = record<UnmarkedFinding>({
  ...PLACE_FIELDS,
  rule: oneOf(RULE_IDS),
  length: isNumber,
  function: isText,
  severity: oneOf(FINDING_SEVERITIES),
  impact: orNull(oneOf(IMPACTS)),
  message: isText,
  wrapper: orNull(isText),
  role: orNull(oneOf(WRAPPER_ROLES)),
  related: listOf(isRelatedPlace),
  identity: record<Identity>({ rule: isText, path: isText, function: isText, api: isText, statement: isText }),
  undecided: isFlag,
});

/** `checks`: what the rules found in a file. */
export const isFileResult = record<FileResult>({
  path: isText,
  verdicts: listOf(record<MentionVerdict>({ start: isNumber, site: isUnmarkedSite, whatIf: maybe(isText) })),
  writers: listOf(isWriter),
  findings: listOf(isFinding),
  undecided: listOf(isFinding),
  functions: isNumber,
  notAnalysed: listOf(isNotAnalysed),
  failures: listOf(isRuleFailure),
});
