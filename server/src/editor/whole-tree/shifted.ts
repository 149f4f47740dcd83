import type { RelatedPlace } from '@pageref/shared';
import type { TreeFindings } from '../../runs/tree-judge.js';
import { lineStarts } from '../../syntax/index.js';

/** A finding of a text, its lines replaced by offsets of another version of that text (UTF-16 code units). */
export type ShiftedFindings = TreeFindings;

/**
 * Where findings of one version of a text stand in another one. What stands before or behind the edit between the two moves with
 * its text; a finding in what was edited is left out: somebody is at it.
 */
export function shiftedTo(text: string, path: string, judged: string, findings: TreeFindings): ShiftedFindings {
  const starts = lineStarts(judged);
  const edit = editBetween(judged, text);
  const moved = (offset: number, length: number): number | undefined => {
    if (offset + length <= edit.start) return offset;
    return offset >= edit.end ? offset + edit.by : undefined;
  };
  const offsetOf = (line: number, column: number): number => (starts[line - 1] ?? 0) + column - 1;
  return findings.flatMap((finding) => {
    const start = moved(offsetOf(finding.line, finding.column), finding.length);
    if (start === undefined) return [];
    const shifted = (one: RelatedPlace): RelatedPlace => {
      if (one.path !== path) return one;
      return { ...one, line: moved(offsetOf(one.line, one.column), 0) ?? edit.start, column: 1 };
    };
    const { related, steps } = finding;
    const places = { related: related.map(shifted), ...(steps && { steps: steps.map(shifted) }) };
    return [{ ...finding, line: start, column: 1, ...places }];
  });
}

/** The one stretch of the old text that was replaced, and by how much what is behind it has moved. */
function editBetween(old: string, now: string): { readonly start: number; readonly end: number; readonly by: number } {
  if (old === now) return { start: old.length, end: old.length, by: 0 };
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start < most && old.charCodeAt(start) === now.charCodeAt(start)) start++;
  let tail = 0;
  while (tail < most - start && old.charCodeAt(old.length - 1 - tail) === now.charCodeAt(now.length - 1 - tail)) tail++;
  return { start, end: old.length - tail, by: now.length - old.length };
}
