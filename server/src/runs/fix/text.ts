import { applyEdits } from '@pageref/shared';
import type { Fix } from '@pageref/shared';
import { faultOf } from './fault.js';
import type { Fault, Fixable } from './fault.js';
import { fixesIn } from './fixes.js';
import { repairsIn } from './repairs.js';
import type { TextToRepair } from './repairs.js';

/** A fix that was taken, with the finding as it stood in the text before all fixes. */
export type AppliedFix = Fault & { readonly fix: Fix };

/** What became of the findings of one text. */
export interface FixedText {
  readonly text: string;
  readonly applied: readonly AppliedFix[];
  /** Findings that were left, with what is offered for them. */
  readonly left: readonly Fixable[];
}

/** The fix to take of those that are offered; undefined to leave the finding. */
export type Choose = (finding: Fixable) => Fix | undefined;

/** The single safe fix. */
export const preferred: Choose = ({ fixes }) => fixes.find((fix) => fix.preferred);

/** Fixes one finding after the other, each in the text that the one before has left, until none is chosen any more. */
export function fixedText(given: TextToRepair, choose: Choose): FixedText {
  const applied: AppliedFix[] = [];
  let { text } = given;
  let found = fixablesIn(given);
  // The same findings as in `found`, as they stood in the text before all fixes.
  let originals = found.map(withoutAdvice);
  // Every fix leaves one finding less; the bound is for a mistake in that.
  for (let rounds = found.length; rounds > 0; rounds--) {
    const at = found.findIndex((finding) => choose(finding));
    const [next, fault] = [found[at], originals[at]];
    const fix = next && choose(next);
    if (!fix || !fault) break;
    applied.push({ ...fault, fix });
    text = applyEdits(text, fix.edits);
    found = fixablesIn({ ...given, text, judged: undefined, judgedByRules: undefined });
    originals = stillThere(found, originals.toSpliced(at, 1));
  }
  return { text, applied, left: found.map((one, at) => ({ ...one, ...originals[at] })) };
}

/** What can be done about a text: tests of the reserved bit first, then what other rules find. */
function fixablesIn(given: TextToRepair): readonly Fixable[] {
  return [...fixesIn(given), ...repairsIn(given)];
}

function withoutAdvice(one: Fault): Fault {
  return 'site' in one ? { site: one.site } : { finding: one.finding };
}

/** What each finding was before; where more than one went with a fix, the fingerprints tell which. */
function stillThere(found: readonly Fixable[], before: readonly Fault[]): Fault[] {
  if (found.length === before.length) return [...before];
  const markOf = (one: Fault): string => faultOf(one).fingerprint;
  return found.map((one) => before.find((other) => markOf(other) === markOf(one)) ?? withoutAdvice(one));
}
