import type { Fix, Place } from '@pageref/shared';
import { faultOf, isOpen } from '../../runs/fix/fault.js';
import type { Fault } from '../../runs/fix/fault.js';
import type { FixPlan } from '../../runs/fix/plan.js';

/** One finding of a plan: the fix that is taken, or what is offered for it and why nothing is. */
export interface PlannedFinding {
  readonly fault: Fault;
  readonly taken: Fix | undefined;
  readonly offered: readonly Fix[];
  readonly why: string;
}

/** The findings of a plan in the order of their places. */
export function plannedFindings({ files }: FixPlan): PlannedFinding[] {
  const applied = files.flatMap((file) =>
    file.applied.map((one) => ({ fault: one, taken: one.fix, offered: [], why: '' })),
  );
  const left = files.flatMap((file) =>
    file.left.map((one) => ({ fault: one, taken: undefined, offered: one.fixes, why: one.why })),
  );
  return [...applied, ...left].sort((a, b) => byPlace(faultOf(a.fault), faultOf(b.fault)));
}

/** How many findings are fixed, wait for a person, and are right today: nobody has to do anything about those. */
export function countPlanned(
  findings: readonly PlannedFinding[],
): Readonly<Record<'taken' | 'left' | 'right', number>> {
  const open = findings.filter(({ taken }) => taken === undefined);
  const left = open.filter(({ fault }) => isOpen(fault)).length;
  return { taken: findings.length - open.length, left, right: open.length - left };
}

function byPlace(a: Place, b: Place): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
