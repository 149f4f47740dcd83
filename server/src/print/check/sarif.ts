import type { Notification, Result } from 'sarif';
import { RULES } from '@pageref/shared';
import type { CheckReport, Finding, RuleFailure, SuppressedFinding } from '@pageref/shared';
import { explainingPlaces } from './places.js';
import {
  codeFlow,
  FINGERPRINT,
  LEVELS,
  physical,
  relatedLocations,
  ruleDescriptor,
  sarifLog,
  suppressionOf,
  UNUSED_JUDGEMENT,
  unusedSuppression,
} from '../sarif-log.js';

const FAILED = 'rule-failed';

/** SARIF 2.1.0: every rule is described, whether it found something or not. */
export function checkSarif({ tool, release, releases, root, findings, suppressed, summary }: CheckReport): string {
  const { files, unused } = summary.judged;
  const stateOf = files.some(({ baseline }) => baseline) ? baselineState : () => ({});
  return sarifLog({
    tool,
    release,
    ...(releases && { releases: releases.map((one) => one.release) }),
    root,
    coverage: summary,
    rules: RULES.map(ruleDescriptor),
    results: [
      ...findings.map((finding) => ({ ...result(finding), suppressions: [], ...stateOf(false) })),
      ...suppressed.map((one) => ({ ...suppressedResult(one), ...stateOf(one.inBaseline) })),
    ],
    more: {
      kinds: [
        { id: FAILED, shortDescription: { text: 'A rule failed on a file; its findings there are missing.' } },
        UNUSED_JUDGEMENT,
      ],
      list: [...summary.failures.map(failure), ...unused.map(unusedSuppression)],
    },
  });
}

function result(finding: Finding): Result {
  const { rule, severity, impact, message, wrapper, role, steps, fingerprint, releases } = finding;
  return {
    ruleId: rule,
    ruleIndex: RULES.findIndex(({ id }) => id === rule),
    kind: 'fail',
    level: LEVELS[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: physical(finding, finding.length),
        logicalLocations: [{ name: finding.function, kind: 'function' }],
      },
    ],
    relatedLocations: relatedLocations(explainingPlaces(finding).beside),
    ...(steps && { codeFlows: [codeFlow(steps)] }),
    partialFingerprints: { [FINGERPRINT]: fingerprint },
    properties: { impact, wrapper, role, ...(releases && { releases: releases.map(({ release }) => release) }) },
  };
}

/** Only a run that was given a baseline can say what is new. */
function baselineState(inBaseline: boolean): Pick<Result, 'baselineState'> {
  return { baselineState: inBaseline ? 'unchanged' : 'new' };
}

function suppressedResult(suppressed: SuppressedFinding): Result {
  return { ...result(suppressed.finding), suppressions: [suppressionOf(suppressed)] };
}

function failure({ rule, path, why }: RuleFailure): Notification {
  return {
    descriptor: { id: FAILED },
    level: 'error',
    message: { text: `${rule} failed on ${path}, its findings there are missing: ${why}` },
  };
}
