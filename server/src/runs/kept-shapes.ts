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
import type { VersionArmCounts } from '@pageref/shared';
import type { Answer } from '../knowledge/elsewhere.js';
import { ANSWER_FIELDS, isQuestions, isWrappers } from '../knowledge/kept-shapes.js';
import type { Identity } from '../rules/fingerprint.js';
import type { FileTests, MentionVerdict } from '../rules/reserved/verdicts.js';
import type { FileFindings, UnmarkedEditorFinding } from './check-file.js';
import type { KeptOfFile } from './file-world.js';

const isFinding = record<UnmarkedEditorFinding>({
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
  steps: maybe(listOf(isRelatedPlace)),
  source: maybe(isText),
  identity: record<Identity>({ rule: isText, path: isText, function: isText, api: isText, statement: isText }),
  undecided: isFlag,
});

const isTests = record<FileTests>({
  verdicts: listOf(record<MentionVerdict>({ start: isNumber, site: isUnmarkedSite, whatIf: maybe(isText) })),
  writers: listOf(isWriter),
  holders: isNumber,
  unread: listOf(isNotAnalysed),
});

const isFindings = record<FileFindings>({
  findings: listOf(isFinding),
  undecided: listOf(isFinding),
  functions: isNumber,
  notAnalysed: listOf(isNotAnalysed),
  failures: listOf(isRuleFailure),
});

/** `files`: what a run found out of a file, or what the file said to a question of another one. */
export type Kept = KeptOfFile & Answer;

export const isKept = record<Kept>({
  ...ANSWER_FIELDS,
  arms: maybe(record<VersionArmCounts>({ others: isNumber, builds: maybe(isNumber), undecided: isNumber })),
  questions: maybe(isQuestions),
  calleesForRules: maybe(listOf(isText)),
  wrappers: maybe(isWrappers),
  tests: maybe(isTests),
  findings: maybe(isFindings),
});
