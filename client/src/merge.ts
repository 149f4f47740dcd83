import { byPlace, compareTexts, countFunctions, countSites } from '@pageref/shared';
import type { AuditReport, AuditResult, Place } from '@pageref/shared';

/**
 * The audit of a tree with some of its files looked at again.
 * @param paths the files `part` speaks of, also those of which it has nothing to say any more
 */
export function mergeAudit(whole: AuditResult, part: AuditResult, paths: readonly string[]): AuditResult {
  const again = new Set(paths);
  const merged = <Row extends Place>(old: readonly Row[], now: readonly Row[]): Row[] =>
    [...old.filter(({ path }) => !again.has(path)), ...now].sort(byPlace);
  const [before, after] = [whole.report, part.report];
  const files = [...whole.files.filter(({ path }) => !again.has(path)), ...part.files].sort((a, b) =>
    compareTexts(a.path, b.path),
  );
  const sites = merged(before.sites, after.sites);
  const notAnalysed = merged(before.summary.functions.notAnalysed, after.summary.functions.notAnalysed);
  const whatIf = before.whatIf && { whatIf: merged(before.whatIf, after.whatIf ?? []) };
  return {
    rootUri: whole.rootUri,
    files,
    report: {
      ...before,
      sites,
      writers: merged(before.writers, after.writers),
      ...whatIf,
      summary: {
        ...before.summary,
        ...countSites(sites, files),
        functions: countFunctions(files, notAnalysed),
        files: mergeFiles(before, after, again, files.length),
      },
    },
  };
}

function mergeFiles(
  { summary: { files: before } }: AuditReport,
  { summary: { files: after } }: AuditReport,
  again: ReadonlySet<string>,
  matched: number,
): AuditReport['summary']['files'] {
  const unreadable = [...before.unreadable.filter(({ path }) => !again.has(path)), ...after.unreadable];
  return { ...before, matched, unreadable: unreadable.sort((a, b) => compareTexts(a.path, b.path)) };
}
