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

function byPlace(a: Site, b: Site): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
