import { comparePaths } from '../vfs/index.js';

interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** The order every list of a report has. */
export function byPlace(a: Place, b: Place): number {
  return comparePaths(a.path, b.path) || a.line - b.line || a.column - b.column;
}
