import { byPlace, compareTexts, countFunctions, countSites } from '@pageref/shared';
import type { AuditReport, AuditResult, Place, Site } from '@pageref/shared';

/** A file that was edited, or changed on disk. */
export interface ChangedFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  /** Undefined for a file that is gone. */
  readonly text: string | undefined;
}

/**
 * Other files of which something may be said anew: what was said of them names a changed file, or a function that a changed
 * file mentions now and that callers or a callee decide about. Sorted.
 */
export function restingOn({ report }: AuditResult, changed: readonly ChangedFile[]): readonly string[] {
  const paths = new Set(changed.map(({ path }) => path));
  const words = new Set(changed.flatMap(({ text = '' }) => text.match(/\w+/g) ?? []));
  const rests = (site: Site): boolean =>
    placesOf(site).some(({ path }) => paths.has(path)) || namesOf(site).some((name) => words.has(name));
  const found = report.sites.filter((site) => !paths.has(site.path) && rests(site));
  return [...new Set(found.map(({ path }) => path))].sort(compareTexts);
}

function placesOf({ reason, related, calls = [] }: Site): readonly { readonly path: string }[] {
  return [reason, ...related, ...calls];
}

/** The functions that are asked about in other files: that of the test, those that pass its answer on, and one that was not seen. */
function namesOf({ function: name, calls = [], verdict, reason }: Site): readonly string[] {
  return [name, ...calls.map(({ wrapper }) => wrapper), ...(verdict === 'unclear' ? [reason.contract] : [])];
}

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
