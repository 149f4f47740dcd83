import type {
  AuditSummary,
  SuppressionSummary,
  NotAnalysed,
  Place,
  PlacedSuppression,
  RuleId,
  SuppressedBy,
  UnreadableFile,
} from '@pageref/shared';
import {
  analysedText,
  countOf,
  fileRows,
  oneLine,
  placeText,
  silentText,
  unreadFiles,
  userModelText,
} from './common.js';
import type { Paint } from './paint.js';

/** What the reports for a terminal share: rows of a summary, the lists of what was not looked at, and wrapping. */

export interface TextOptions {
  /** Also related places, arches, unreadable files and the functions that were not analysed. */
  readonly verbose: boolean;
  readonly paint: Paint;
}

const WIDTH = 80;
/** A line for people is not longer, however wide the terminal is. */
export const WIDEST = 100;

/** A label and its value, values in one column. */
export function row(label: string, value: string): string {
  return `  ${label.padEnd(24)} ${value}`;
}

export function userModelRows(summary: Pick<AuditSummary, 'userModel'>): string[] {
  const text = userModelText(summary);
  return text === undefined ? [] : [row('user model', text)];
}

/** How many findings people have judged, where any file of such was read. */
export function suppressionRows(judged: SuppressionSummary): string[] {
  if (judged.files.length === 0) return [];
  const { unused } = judged;
  return [
    row('judged, silent', silentText(judged)),
    ...(unused.length > 0 ? [row('judged, not found', String(unused.length))] : []),
  ];
}

/** A judged finding, for those who want to see all. */
export function suppressedLine(
  place: Place & { readonly function: string; readonly rule: RuleId },
  { by: { suppression } }: SuppressedBy,
): string {
  const where = `${placeText(place)}: ${oneLine(place.function)}`;
  return `${where}: ${place.rule} is silent (${suppression.verdict}): ${oneLine(suppression.reason)}`;
}

export function unusedLine({
  file,
  line,
  suppression: { rule, path, function: name, reason },
}: PlacedSuppression): string {
  const finding = `${rule} in ${oneLine(path)}: ${oneLine(name)}`;
  return `${oneLine(file)}:${line}: information: not found any more, the line can go: ${finding}: ${oneLine(reason)}`;
}

/** How much of the tree the figures speak of. */
export function coverageRows(
  { functions, files }: Pick<AuditSummary, 'functions' | 'files'>,
  verbose: boolean,
): string[] {
  const rows = [
    row('functions analysed', analysedText(functions)),
    ...fileRows(files).map(([label, text]) => row(label, text)),
  ];
  const missing = functions.notAnalysed.length;
  if (missing === 0) return rows;
  return [...rows, row('not analysed', `${countOf(missing, 'function')}${verbose ? '' : ' (--verbose lists them)'}`)];
}

/** What the figures do not speak of, one line each; without --verbose only files that were not read, and not too many. */
export function coverageLists(
  { functions, files }: Pick<AuditSummary, 'functions' | 'files'>,
  verbose: boolean,
): string[] {
  if (!verbose) return unreadLines(files.unreadable, 'some');
  return [
    ...functions.notAnalysed.map(notAnalysedLine),
    ...unreadLines(files.unreadable, 'all'),
    ...(files.inPart ?? []).map(({ path, why }) => `${oneLine(path)}: read in part: ${oneLine(why)}`),
  ];
}

export function notAnalysedLine(place: NotAnalysed): string {
  return `${placeText(place)}: ${oneLine(place.function)}: not analysed: ${oneLine(place.why)}`;
}

export function unreadLines(files: readonly UnreadableFile[], amount: 'all' | 'some'): string[] {
  const { shown, more } = unreadFiles(files, amount);
  const lines = shown.map(({ path, why }) => `${oneLine(path)}: not read: ${oneLine(why)}`);
  return more === undefined ? lines : [...lines, `${more} (--verbose lists them)`];
}

/** Breaks text at blanks; a word longer than the width stands on a line of its own. */
export function wrap(text: string, indent = '', width = WIDTH): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line !== indent && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
