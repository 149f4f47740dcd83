import {
  VERDICTS,
  type AuditedRelease,
  type AuditReport,
  type AuditSummary,
  type SuppressedSite,
  type WhatIf,
} from '@pageref/shared';
import {
  filesJson,
  functionsJson,
  suppressionsJson,
  siteJson,
  stringify,
  userModelJson,
  writerJson,
} from '../json-parts.js';

/** The contract of docs/json.md for `audit`. */
export function auditJson(report: AuditReport): string {
  const { schemaVersion, tool, release, releases, root, sites, suppressed, writers, whatIf, summary } = report;
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    release,
    ...(releases && { releases: releases.map(releaseJson) }),
    root,
    sites: sites.map(siteJson),
    ...(suppressed && { suppressed: suppressed.map(suppressedJson) }),
    writers: writers.map(writerJson),
    ...(whatIf === undefined ? {} : { whatIf: whatIf.map(whatIfJson) }),
    summary: summaryJson(summary),
  });
}

function releaseJson({ release, mentions, tests, byVerdict, byImpact }: AuditedRelease): AuditedRelease {
  return { release, mentions, tests, byVerdict: verdictsJson(byVerdict), byImpact: impactsJson(byImpact) };
}

function verdictsJson(byVerdict: AuditSummary['byVerdict']): AuditSummary['byVerdict'] {
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, byVerdict[verdict]])) as AuditSummary['byVerdict'];
}

function impactsJson(byImpact: AuditSummary['byImpact']): AuditSummary['byImpact'] {
  return { 'wrong-today': byImpact['wrong-today'], 'right-by-accident': byImpact['right-by-accident'] };
}

function suppressedJson({ site, by: { suppression }, inBaseline }: SuppressedSite): unknown {
  const { verdict, reason } = suppression;
  return { ...siteJson(site), judged: { verdict, reason, inBaseline } };
}

function whatIfJson({ path, line, column, function: where, verdict, impact, change }: WhatIf): WhatIf {
  return { path, line, column, function: where, verdict, impact, change };
}

function summaryJson({
  mentions,
  tests,
  byVerdict,
  byImpact,
  bySubsystem,
  functions,
  files,
  release,
  userModel,
  judged,
  arches,
}: AuditSummary): unknown {
  return {
    mentions,
    tests,
    byVerdict: verdictsJson(byVerdict),
    byImpact: impactsJson(byImpact),
    bySubsystem: bySubsystem.map(({ subsystem, mentions: count, needs, care }) => ({
      subsystem,
      mentions: count,
      needs,
      care,
    })),
    functions: functionsJson(functions),
    files: filesJson(files),
    release: { value: release.value, detected: release.detected },
    userModel: userModelJson(userModel),
    ...(judged && { judged: suppressionsJson(judged) }),
    arches: arches.map(({ arch, zoneDevice, why }) => ({ arch, zoneDevice, why })),
  };
}
