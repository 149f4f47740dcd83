import { jsonText, SUPPRESSION_VERDICTS } from '@pageref/shared';
import type {
  AuditSummary,
  SuppressionSummary,
  NotAnalysed,
  RelatedPlace,
  Site,
  SiteInRelease,
  UnreadableFile,
  WrapperCallSite,
  Writer,
  VersionArmCounts,
} from '@pageref/shared';

/**
 * What the JSON reports are made of. Every object is rebuilt key by key, so that the order of keys in the output depends on the
 * printers and not on how a report was put together.
 */

export function siteJson({
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
  releases,
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
    ...(releases && { releases: releases.map(siteInReleaseJson) }),
  };
}

function siteInReleaseJson({ release, verdict, impact, confidence }: SiteInRelease): SiteInRelease {
  return { release, verdict, impact, confidence };
}

function callJson({ path, line, column, function: where, wrapper, role }: WrapperCallSite): WrapperCallSite {
  return { path, line, column, function: where, wrapper, role };
}

export function relatedJson({ path, line, column, text }: RelatedPlace): RelatedPlace {
  return { path, line, column, text };
}

export function writerJson({ path, line, column, function: where, name, does, marksZoneDevice }: Writer): Writer {
  return { path, line, column, function: where, name, does, marksZoneDevice };
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

export function filesJson(files: AuditSummary['files']): AuditSummary['files'] {
  const { walked, read, matched, unreadable, inPart, versionArms: arms } = files;
  const parts = inPart?.map(({ path, why }) => ({ path, why }));
  return {
    walked,
    read,
    matched,
    unreadable: unreadable.map(unreadJson),
    ...(parts && { inPart: parts }),
    ...(arms && { versionArms: armsJson(arms) }),
  };
}

function armsJson({ others, builds, undecided }: VersionArmCounts): VersionArmCounts {
  return { others, ...(builds !== undefined && { builds }), undecided };
}

export function unreadJson({ path, why, named = false }: UnreadableFile): UnreadableFile {
  return { path, why, named };
}

export function suppressionsJson({ files, suppressed, byVerdict, unused }: SuppressionSummary): unknown {
  return {
    files: files.map(({ path, judgements: suppressions, baseline }) => ({ path, judgements: suppressions, baseline })),
    suppressed,
    byVerdict: Object.fromEntries(SUPPRESSION_VERDICTS.map((verdict) => [verdict, byVerdict[verdict]])),
    unused: unused.map(({ file, line, suppression }) => {
      const { rule, path, function: name, fingerprint, verdict, reason } = suppression;
      return { file, line, rule, path, function: name, fingerprint, verdict, reason };
    }),
  };
}

export function stringify(value: unknown): string {
  return `${jsonText(value, 2)}\n`;
}
