import { FINDING_SEVERITIES } from '@pageref/shared';
import type {
  CheckedRelease,
  CheckReport,
  CheckSummary,
  Finding,
  FindingSeverity,
  SuppressedFinding,
} from '@pageref/shared';
import { filesJson, functionsJson, suppressionsJson, relatedJson, stringify, userModelJson } from '../json-parts.js';

/** The stable contract of docs/json.md for `check`; objects are rebuilt key by key, as for the other reports. */
export function checkJson(report: CheckReport): string {
  const { schemaVersion, tool, release, releases, root, findings, suppressed, summary } = report;
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    release,
    ...(releases && { releases: releases.map(releaseJson) }),
    root,
    findings: findings.map(findingJson),
    suppressed: suppressed.map(suppressedJson),
    summary: summaryJson(summary),
  });
}

function releaseJson({ release, findings, bySeverity, functions }: CheckedRelease): unknown {
  const { mentioning, analysed } = functions;
  return { release, findings, bySeverity: severitiesJson(bySeverity), functions: { mentioning, analysed } };
}

function findingJson(finding: Finding): unknown {
  const {
    rule,
    path,
    line,
    column,
    function: name,
    severity,
    impact,
    message,
    wrapper,
    role,
    related,
    steps,
    fingerprint,
    releases,
  } = finding;
  return {
    rule,
    path,
    line,
    column,
    function: name,
    severity,
    impact,
    message,
    wrapper,
    role,
    related: related.map(relatedJson),
    ...(steps && { steps: steps.map(relatedJson) }),
    fingerprint,
    ...(releases && {
      releases: releases.map((one) => ({
        release: one.release,
        severity: one.severity,
        impact: one.impact,
        message: one.message,
      })),
    }),
  };
}

function suppressedJson({ finding, by, inBaseline }: SuppressedFinding): unknown {
  const { rule, path, line, column, function: name, severity, message, fingerprint } = finding;
  const { verdict, reason } = by.suppression;
  return { rule, path, line, column, function: name, severity, message, fingerprint, verdict, reason, inBaseline };
}

function summaryJson(summary: CheckSummary): unknown {
  return {
    findings: summary.findings,
    bySeverity: severitiesJson(summary.bySeverity),
    byRule: summary.byRule.map(({ rule, findings, bySeverity }) => ({
      rule,
      findings,
      bySeverity: severitiesJson(bySeverity),
    })),
    functions: functionsJson(summary.functions),
    files: filesJson(summary.files),
    release: { value: summary.release.value, detected: summary.release.detected },
    userModel: userModelJson(summary.userModel),
    judged: suppressionsJson(summary.judged),
    ...(summary.config && { config: summary.config }),
    failures: summary.failures.map(({ rule, path, why }) => ({ rule, path, why })),
  };
}

function severitiesJson(counts: Readonly<Record<FindingSeverity, number>>): unknown {
  return Object.fromEntries(FINDING_SEVERITIES.map((level) => [level, counts[level]]));
}
