import type { FindingSeverity } from '@pageref/shared';
import { joinFindings } from '../runs/defects.js';
import type { Joinable, Joined } from '../runs/defects.js';
import { lineStarts, positionAt } from '../syntax/index.js';
import type { EditorFinding, EditorPlace, TextAnalysis } from './incremental.js';

/** One thing that is wrong in a document, or worth a note, however many findings tell of it. */
export interface EditorDefect {
  /** The finding that stands for all. */
  readonly head: EditorFinding;
  readonly message: string;
  /** All but the calls, the head first. */
  readonly voices: readonly EditorFinding[];
  /** Calls of functions that hand on the answer of a test. */
  readonly calls: readonly EditorFinding[];
}

/**
 * Findings of a document, joined as the reports of a check join them; in the order of the text.
 * @param severityOf how loud a finding is for who looks at them
 */
export function defectsIn(
  { path, text, findings }: Pick<TextAnalysis, 'path' | 'text' | 'findings'>,
  severityOf: (finding: EditorFinding) => FindingSeverity = ({ severity }) => severity,
): readonly EditorDefect[] {
  const starts = lineStarts(text);
  const placed = ({ place }: EditorPlace): { path: string; line: number } =>
    'offset' in place ? { path, line: positionAt(starts, place.offset).line } : place;
  const joinable = findings.map((finding): Told => {
    const { rule, message, wrapper, related, start } = finding;
    const severity = severityOf(finding);
    return {
      rule,
      message,
      wrapper,
      severity,
      path,
      ...positionAt(starts, start),
      related: related.map(placed),
      finding,
    };
  });
  // A check has no finding where it could not decide: nothing is joined to one.
  const isOpen = ({ finding }: Told): boolean => finding.class === 'unclear';
  const decided = joinFindings(joinable.filter((one) => !isOpen(one)));
  const open = joinable.filter(isOpen).flatMap((one) => joinFindings([one]));
  return [...decided, ...open].map(defectOf).sort((a, b) => a.head.start - b.head.start);
}

/** All findings that a defect stands for. */
export function membersOf({ voices, calls }: EditorDefect): readonly EditorFinding[] {
  return [...voices, ...calls];
}

interface Told extends Joinable {
  readonly finding: EditorFinding;
}

function defectOf({ head, message, voices, calls }: Joined<Told>): EditorDefect {
  const findingsOf = (told: readonly Told[]): EditorFinding[] => told.map(({ finding }) => finding);
  return { head: head.finding, message, voices: findingsOf(voices), calls: findingsOf(calls) };
}
