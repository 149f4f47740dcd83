import { classOf, SAFE_CLASS } from '@pageref/shared';
import type { CheckReport } from '@pageref/shared';
import { joinFindings } from 'pageref/dist/runs/defects.js';

/** What an editor shows of a file, as far as a check says it. */
export interface ShownFinding {
  /** `line:column`, one-based. */
  readonly at: string;
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
}

/** What an editor shows of a file of a check: one defect once, and what is right as a hint. */
export function shownIn({ findings, release }: CheckReport, path: string): ShownFinding[] {
  return joinFindings(findings.filter((one) => one.path === path)).map(({ head, message }) => ({
    at: `${String(head.line)}:${String(head.column)}`,
    rule: head.rule,
    severity: classOf({ ...head, isUndecided: false }) === SAFE_CLASS ? 'hint' : head.severity,
    message: `${message} (Linux ${String(release)})`,
  }));
}
