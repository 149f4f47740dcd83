import {
  VERDICTS,
  type ApiUse,
  type AuditReport,
  type AuditSummary,
  type ComparedTree,
  type CompareReport,
  type Explanation,
  type FunctionChange,
  type NotAnalysed,
  type RelatedPlace,
  type Site,
  type SiteChange,
  type UnreadableFile,
  type UsesReport,
  type WhatIf,
  type WrapperCallSite,
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
      userModel: userModelJson(summary.userModel),
    },
  });
}

export function compareJson(report: CompareReport): string {
  const { schemaVersion, tool, before, after, changes, explanations, functions, writers, summary } = report;
  const { unchanged, worse, better, added, removed, changed } = summary;
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    before: treeJson(before),
    after: treeJson(after),
    changes: changes.map(changeJson),
    explanations: explanations.map(explanationJson),
    functions: functions.map(functionJson),
    writers: { added: writers.added.map(writerJson), removed: writers.removed.map(writerJson) },
    summary: { unchanged, worse, better, added, removed, changed },
  });
}

function functionJson({ what, change, path, function: name, gone, come }: FunctionChange): FunctionChange {
  return { what, change, path, function: name, gone, come };
}

function treeJson({ root, release, detected, mentions, tests, notAnalysed }: ComparedTree): ComparedTree {
  return { root, release, detected, mentions, tests, notAnalysed };
}

function changeJson({ change, trend, differs, before, after, explainedBy }: SiteChange): SiteChange {
  return { change, trend, differs, before: before && siteJson(before), after: after && siteJson(after), explainedBy };
}

function explanationJson({ name, text, gone, come, history }: Explanation): Explanation {
  const entries = history.map(({ release, commit, subject, effect }) => ({ release, commit, subject, effect }));
  return { name, text, gone, come, history: entries };
}

function siteJson({
  path,
  line,
  column,
  function: name,
  form,
  kind,
  statement,
  fingerprint,
  verdict,
  impact,
  reason,
  confidence,
  consequence,
  related,
  calls = [],
}: Site): Site {
  const { contract, path: reasonPath, line: reasonLine, text } = reason;
  return {
    path,
    line,
    column,
    function: name,
    form,
    kind,
    statement,
    fingerprint,
    verdict,
    impact,
    reason: { contract, path: reasonPath, line: reasonLine, text },
    confidence,
    consequence,
    related: related.map(relatedJson),
    calls: calls.map(callJson),
  };
}

function callJson({ path, line, column, function: where, wrapper, role }: WrapperCallSite): WrapperCallSite {
  return { path, line, column, function: where, wrapper, role };
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

function useJson({
  path,
  line,
  column,
  function: where,
  api,
  effect,
  on,
  argument,
  counterpart,
  zoneDevice,
}: ApiUse): ApiUse {
  return { path, line, column, function: where, api, effect, on, argument, counterpart, zoneDevice };
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
    userModel: userModelJson(userModel),
    arches: arches.map(({ arch, zoneDevice, why }) => ({ arch, zoneDevice, why })),
  };
}

export function userModelJson(userModel: AuditSummary['userModel']): AuditSummary['userModel'] {
  return userModel.map(({ path, entries, overrides }) => ({ path, entries, overrides }));
}

export function functionsJson({
  mentioning,
  analysed,
  notAnalysed,
}: AuditSummary['functions']): AuditSummary['functions'] {
  return { mentioning, analysed, notAnalysed: notAnalysed.map(notAnalysedJson) };
}

function notAnalysedJson({ path, line, column, function: where, why }: NotAnalysed): NotAnalysed {
  return { path, line, column, function: where, why };
}

export function filesJson({ walked, read, matched, unreadable, inPart }: AuditSummary['files']): AuditSummary['files'] {
  const list = (files: readonly UnreadableFile[]): UnreadableFile[] => files.map(({ path, why }) => ({ path, why }));
  return { walked, read, matched, unreadable: list(unreadable), ...(inPart && { inPart: list(inPart) }) };
}

export function stringify(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
