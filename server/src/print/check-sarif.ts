import type { Notification, ReportingDescriptor, Result } from 'sarif';
import { RULES } from '@pageref/shared';
import type { CheckReport, Finding, FindingSeverity, RuleFailure, RuleMeta } from '@pageref/shared';
import { physical, relatedLocations, sarifLog } from './sarif-log.js';

const LEVELS: Readonly<Record<FindingSeverity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};
const FAILED = 'rule-failed';

/** SARIF 2.1.0: every rule is described, whether it found something or not. */
export function checkSarif({ tool, release, root, findings, summary }: CheckReport): string {
  return sarifLog({
    tool,
    release,
    root,
    coverage: summary,
    rules: RULES.map(descriptor),
    results: findings.map(result),
    more: {
      kinds: [{ id: FAILED, shortDescription: { text: 'A rule failed on a file; its findings there are missing.' } }],
      list: summary.failures.map(failure),
    },
  });
}

function descriptor({ id, title, description, action, severity, confidence, kind }: RuleMeta): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: description },
    defaultConfiguration: { level: LEVELS[severity] },
    help: { text: `${description}\n\n${action}`, markdown: `${description}\n\n*${action}*` },
    properties: { kind, precision: confidence },
  };
}

function result(finding: Finding): Result {
  const { rule, severity, impact, message, wrapper, role, related, fingerprint } = finding;
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
    relatedLocations: relatedLocations(related),
    partialFingerprints: { 'pagerefFinding/v1': fingerprint },
    properties: { impact, wrapper, role },
  };
}

function failure({ rule, path, why }: RuleFailure): Notification {
  return {
    descriptor: { id: FAILED },
    level: 'error',
    message: { text: `${rule} failed on ${path}, its findings there are missing: ${why}` },
  };
}
