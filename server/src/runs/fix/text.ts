import { applyEdits } from '@pageref/shared';
import type { Fix, Site } from '@pageref/shared';
import { fixesIn } from './fixes.js';
import type { FixableSite, TextToFix } from './fixes.js';

export interface AppliedFix {
  /** The finding as it stood in the text before all fixes. */
  readonly site: Site;
  readonly fix: Fix;
}

/** What became of the findings of one text. */
export interface FixedText {
  readonly text: string;
  readonly applied: readonly AppliedFix[];
  /** Findings that were left, with what is offered for them. */
  readonly left: readonly FixableSite[];
}

/** The fix to take of those that are offered; undefined to leave the finding. */
export type Choose = (finding: FixableSite) => Fix | undefined;

/** The single safe fix. */
export const preferred: Choose = ({ fixes }) => fixes.find((fix) => fix.preferred);

/** Fixes one finding after the other, each in the text that the one before has left, until none is chosen any more. */
export function fixedText(given: TextToFix, choose: Choose): FixedText {
  const applied: AppliedFix[] = [];
  let { text } = given;
  let found = fixesIn(given);
  // The same findings as in `found`, as they stood in the text before all fixes.
  let originals = found.map(({ site }) => site);
  // Every fix leaves one finding less; the bound is for a mistake in that.
  for (let rounds = found.length; rounds > 0; rounds--) {
    const at = found.findIndex((finding) => choose(finding));
    const [next, site] = [found[at], originals[at]];
    const fix = next && choose(next);
    if (!fix || !site) break;
    applied.push({ site, fix });
    text = applyEdits(text, fix.edits);
    found = fixesIn({ ...given, text, judged: undefined });
    originals = stillThere(found, originals.toSpliced(at, 1));
  }
  return { text, applied, left: found.map((finding, at) => ({ ...finding, site: originals[at] ?? finding.site })) };
}

/** What each finding was before; where more than one went with a fix, the fingerprints tell which. */
function stillThere(found: readonly FixableSite[], before: readonly Site[]): Site[] {
  if (found.length === before.length) return [...before];
  return found.map(({ site }) => before.find(({ fingerprint }) => fingerprint === site.fingerprint) ?? site);
}
