import {
  VERDICTS,
  type ApiUse,
  type AuditReport,
  type AuditSummary,
  type NotAnalysed,
  type RelatedPlace,
  type Site,
  type UsesReport,
  type WhatIf,
  type Writer,
} from '@pageref/shared';

/**
 * The stable contract of docs/json.md. Every object is rebuilt key by key, so the order of keys in the output depends on
 * this file and not on how a report was put together.
 */
export function auditJson(report: AuditReport): string {
  const { schemaVersion, tool, release, root, sites, writers, whatIf, summary } = report;
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    release,
    root,
    sites: sites.map(siteJson),
    writers: writers.map(writerJson),
    ...(whatIf === undefined ? {} : { whatIf: whatIf.map(whatIfJson) }),
    summary: summaryJson(summary),
  });
}

export function usesJson({ schemaVersion, tool, release, root, uses, summary }: UsesReport): string {
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    release,
    root,
    uses: uses.map(useJson),
    summary: {
      uses: summary.uses,
      byApi: summary.byApi.map(({ api, uses: count }) => ({ api, uses: count })),
      functions: functionsJson(summary.functions),
      files: filesJson(summary.files),
      release: { value: summary.release.value, detected: summary.release.detected },
    },
  });
}

function siteJson({
  path,
  line,
  column,
  function: name,
  form,
  kind,
  verdict,
  impact,
  reason,
  confidence,
  consequence,
  related,
}: Site): Site {
  const { contract, path: reasonPath, line: reasonLine, text } = reason;
  return {
    path,
    line,
    column,
    function: name,
    form,
    kind,
    verdict,
    impact,
    reason: { contract, path: reasonPath, line: reasonLine, text },
    confidence,
    consequence,
    related: related.map(relatedJson),
  };
}

function relatedJson({ path, line, column, text }: RelatedPlace): RelatedPlace {
  return { path, line, column, text };
}

function writerJson({ path, line, column, function: where, name, does, marksZoneDevice }: Writer): Writer {
  return { path, line, column, function: where, name, does, marksZoneDevice };
}

function whatIfJson({ path, line, column, function: where, verdict, change }: WhatIf): WhatIf {
  return { path, line, column, function: where, verdict, change };
}

function useJson({ path, line, column, function: where, api, effect, on, argument, counterpart }: ApiUse): ApiUse {
  return { path, line, column, function: where, api, effect, on, argument, counterpart };
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
  arches,
}: AuditSummary): AuditSummary {
  return {
    mentions,
    tests,
    byVerdict: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, byVerdict[verdict]]),
    ) as AuditSummary['byVerdict'],
    byImpact: { 'wrong-today': byImpact['wrong-today'], 'right-by-accident': byImpact['right-by-accident'] },
    bySubsystem: bySubsystem.map(({ subsystem, mentions: count, needs }) => ({ subsystem, mentions: count, needs })),
    functions: functionsJson(functions),
    files: filesJson(files),
    release: { value: release.value, detected: release.detected },
    arches: arches.map(({ arch, zoneDevice, why }) => ({ arch, zoneDevice, why })),
  };
}

function functionsJson({ mentioning, analysed, notAnalysed }: AuditSummary['functions']): AuditSummary['functions'] {
  return { mentioning, analysed, notAnalysed: notAnalysed.map(notAnalysedJson) };
}

function notAnalysedJson({ path, line, column, function: where, why }: NotAnalysed): NotAnalysed {
  return { path, line, column, function: where, why };
}

function filesJson({ walked, read, matched, unreadable }: AuditSummary['files']): AuditSummary['files'] {
  return { walked, read, matched, unreadable: unreadable.map(({ path, why }) => ({ path, why })) };
}

function stringify(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
