import type { Place } from './finding.js';

/** Order of texts by UTF-16 code unit: the same everywhere, whatever the language of the machine. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order every list of a report has. */
export function byPlace(a: Place, b: Place): number {
  return compareTexts(a.path, b.path) || a.line - b.line || a.column - b.column;
}
