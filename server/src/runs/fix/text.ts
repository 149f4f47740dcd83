import { applyEdits } from '@pageref/shared';
import type { Fix, Site } from '@pageref/shared';
import { fixesIn } from './fixes.js';
import type { FixableSite, FixText } from './fixes.js';

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
export function fixText(given: FixText, choose: Choose): FixedText {
  const applied: AppliedFix[] = [];
  const { file: _first, ...others } = given;
  let { text } = given;
  let found = fixesIn(given);
  const originals = new Map(found.map(({ site }) => [site.fingerprint, site]));
  const original = (site: Site): Site => originals.get(site.fingerprint) ?? site;
  // Every fix leaves one finding less; the bound is for a mistake in that.
  for (let rounds = found.length; rounds > 0; rounds--) {
    const next = found.find((finding) => choose(finding));
    const fix = next && choose(next);
    if (!fix) break;
    applied.push({ site: original(next.site), fix });
    text = applyEdits(text, fix.edits);
    found = fixesIn({ ...others, text });
  }
  return { text, applied, left: found.map((finding) => ({ ...finding, site: original(finding.site) })) };
}
