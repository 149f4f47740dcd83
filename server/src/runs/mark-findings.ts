import { byPlace } from '@pageref/shared';
import type { Finding } from '@pageref/shared';
import { fingerprints } from '../rules/fingerprint.js';
import { comparePaths } from '../vfs/index.js';
import type { UnmarkedEditorFinding } from './check-item.js';

/** A finding with what it is known by from run to run. */
export interface MarkedFinding {
  readonly finding: Finding;
  readonly identity: UnmarkedEditorFinding['identity'];
  /** Nothing is told of it in a check. */
  readonly isUndecided: boolean;
}

/**
 * The findings of some files in order of place, told apart. All count for that, so that a finding keeps its fingerprint
 * when another one is decided on.
 */
export function markFindings(findings: readonly UnmarkedEditorFinding[]): MarkedFinding[] {
  const sorted = [...findings].sort(byPlaceAndRule);
  const marks = fingerprints(sorted.map(({ identity }) => identity));
  return sorted.map(({ identity, undecided, ...finding }, at) => ({
    finding: { ...finding, fingerprint: marks[at] ?? '' },
    identity,
    isUndecided: undecided,
  }));
}

function byPlaceAndRule(a: UnmarkedEditorFinding, b: UnmarkedEditorFinding): number {
  return byPlace(a, b) || comparePaths(a.rule, b.rule) || comparePaths(a.message, b.message);
}
