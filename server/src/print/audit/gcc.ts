import { isAbsolute, join, relative } from 'node:path';
import { findingClass, findingMessage, RULE_RESERVED } from '@pageref/shared';
import type { AuditReport, AuditSummary, FindingClass, Place, Site } from '@pageref/shared';
import { oneLine } from '../common.js';

export interface GccOptions {
  /** Absolute path of the folder a reader resolves relative paths from. */
  readonly cwd: string;
  /** Also a note for each place that decided. */
  readonly verbose: boolean;
}

const LEVEL: Readonly<Record<FindingClass, 'warning' | 'note'>> = {
  'wrong-today': 'warning',
  'right-by-accident': 'note',
  unclear: 'note',
};

/** A line's file, place and level; what it says; and the name it can be filtered by. */
export interface GccLine {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly rule: string;
}

/**
 * The sites that need care, as gcc prints its diagnostics: what editors and build tools have parsers for. What was not
 * analysed is a note; nothing else is printed, so no line needs to be skipped.
 */
export function auditGcc(report: AuditReport, { cwd, verbose }: GccOptions): string {
  const lines = report.sites.flatMap((site) => siteLines(site, report, verbose));
  return gccText([...lines, ...coverageNotes(report.summary)], report.root, cwd);
}

/** What was not looked at, as notes. */
export function coverageNotes({ functions, files }: Pick<AuditSummary, 'functions' | 'files'>): GccLine[] {
  return [
    ...functions.notAnalysed.map(({ function: name, why, ...place }) =>
      note(place, `${name} is not analysed: ${why}`, 'not-analysed'),
    ),
    ...files.unreadable.map(({ path, why }) => note({ path, line: 1, column: 1 }, `not read: ${why}`, 'not-read')),
    ...(files.inPart ?? []).map(({ path, why }) =>
      note({ path, line: 1, column: 1 }, `read in part: ${why}`, 'read-in-part'),
    ),
  ];
}

/** @param cwd absolute path of the folder a reader resolves relative paths from */
export function gccText(lines: readonly GccLine[], root: string, cwd: string): string {
  return lines.map((line) => `${lineText(line, root, cwd)}\n`).join('');
}

function siteLines(site: Site, { release }: AuditReport, verbose: boolean): GccLine[] {
  const cls = findingClass(site);
  if (!cls) return [];
  const { path, line, column, reason, related } = site;
  const text = findingMessage(cls, site, release);
  const head: GccLine = { path, line, column, level: LEVEL[cls], text, rule: RULE_RESERVED };
  if (!verbose) return [head];
  const decided = note({ ...reason, column: 1 }, `decided by ${reason.contract}`, RULE_RESERVED);
  return [head, decided, ...related.map((one) => note(one, one.text, RULE_RESERVED))];
}

export function note({ path, line, column }: Place, text: string, rule: string): GccLine {
  return { path, line, column, level: 'note', text, rule };
}

function lineText({ path, line, column, level, text, rule }: GccLine, root: string, cwd: string): string {
  return oneLine(`${fileName(root, path, cwd)}:${line}:${column}: ${level}: ${text} [${rule}]`);
}

/** Relative where the file lies below the folder the reader is in. */
function fileName(root: string, path: string, cwd: string): string {
  const absolute = join(root, path);
  const near = relative(cwd, absolute);
  return near.startsWith('..') || isAbsolute(near) ? absolute : near;
}
