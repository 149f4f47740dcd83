import type { FixPlan } from '../../runs/fix/plan.js';

/** What was done with the fixes that were chosen. */
export type FixOutcome = 'listed' | 'written' | 'patched';

/** A plan of fixes, and what became of it. */
export interface FixReport {
  readonly plan: FixPlan;
  readonly done: FixOutcome;
  /** What was written, a line each. */
  readonly wrote: readonly string[];
}
