import { needsCare } from '@pageref/shared';
import type { Fix, Site } from '@pageref/shared';
import type { FixPlan } from '../../runs/fix/tree.js';

/** One finding of a plan: the fix that is taken, or what is offered for it and why nothing is. */
export interface PlannedFinding {
  readonly site: Site;
  readonly taken: Fix | undefined;
  readonly offered: readonly Fix[];
  readonly why: string;
}

/** The findings of a plan in the order of their places. */
export function plannedFindings({ files }: FixPlan): PlannedFinding[] {
  const applied = files.flatMap((file) =>
    file.applied.map(({ site, fix }) => ({ site, taken: fix, offered: [], why: '' })),
  );
  const left = files.flatMap((file) =>
    file.left.map(({ site, fixes, why }) => ({ site, taken: undefined, offered: fixes, why })),
  );
  return [...applied, ...left].sort((a, b) => byPlace(a.site, b.site));
}

/** How many findings are fixed, wait for a person, and are right today: nobody has to do anything about those. */
export function countPlanned(
  findings: readonly PlannedFinding[],
): Readonly<Record<'taken' | 'left' | 'right', number>> {
  const open = findings.filter(({ taken }) => taken === undefined);
  const left = open.filter(({ site }) => needsCare(site)).length;
  return { taken: findings.length - open.length, left, right: open.length - left };
}

function byPlace(a: Site, b: Site): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
