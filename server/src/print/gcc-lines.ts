import nativePath from 'node:path';
import type { PlatformPath } from 'node:path';
import type { AuditSummary, Place, UnreadableFile } from '@pageref/shared';
import { oneLine } from './common.js';

/** Lines as gcc prints its diagnostics. */

export interface GccOptions {
  /** Absolute path of the folder a reader resolves relative paths from. */
  readonly cwd: string;
  /** Also a note for each place that decided. */
  readonly verbose: boolean;
  /** Notes as well as problems; all when left out. */
  readonly shown?: 'problems' | 'all';
}

/** A line's file, place and level; what it says; and the name it can be filtered by. */
export interface GccLine {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly rule: string;
}

/** What was not looked at, as notes. */
export function coverageNotes({ functions, files }: Pick<AuditSummary, 'functions' | 'files'>): GccLine[] {
  return [
    ...functions.notAnalysed.map(({ function: name, why, ...place }) =>
      note(place, `${name} is not analysed: ${why}`, 'not-analysed'),
    ),
    ...files.unreadable.map(unreadLine),
    ...(files.inPart ?? []).map(({ path, why }) =>
      note({ path, line: 1, column: 1 }, `read in part: ${why}`, 'read-in-part'),
    ),
  ];
}

/** What was asked for by name and not read is an error: the report says nothing of it. */
function unreadLine({ path, why, named }: UnreadableFile): GccLine {
  const line = note({ path, line: 1, column: 1 }, `not read: ${why}`, 'not-read');
  return named ? { ...line, level: 'error' } : line;
}

/** @param cwd absolute path of the folder a reader resolves relative paths from */
export function gccText(lines: readonly GccLine[], root: string, cwd: string): string {
  return lines.map((line) => `${lineText(line, root, cwd)}\n`).join('');
}

export function note({ path, line, column }: Place, text: string, rule: string): GccLine {
  return { path, line, column, level: 'note', text, rule };
}

function lineText({ path, line, column, level, text, rule }: GccLine, root: string, cwd: string): string {
  return oneLine(`${fileName(root, path, cwd)}:${line}:${column}: ${level}: ${text} [${rule}]`);
}

/**
 * The file as a person in that folder names it: relative where it lies below.
 * @param path in the tree, with forward slashes
 * @param flavour of paths; another one than this machine's in tests
 */
export function fileName(root: string, path: string, cwd: string, flavour: PlatformPath = nativePath): string {
  const absolute = flavour.join(root, path);
  const near = flavour.relative(cwd, absolute);
  const isOutside = near === '..' || near.startsWith(`..${flavour.sep}`) || flavour.isAbsolute(near);
  return isOutside ? absolute : near;
}
