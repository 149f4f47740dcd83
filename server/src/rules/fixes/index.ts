import type { Candidate, FixRequest } from './request.js';
import { staysInArm } from './arms.js';
import { conditionFixes } from './conditions.js';
import { dropFixes } from './drop-test.js';
import { helperFixes } from './tree-helper.js';
import { onlinePageFixes } from './online-page.js';
import { pageOperand } from './operand.js';
import { onlyMarks } from './situation.js';
import { slotOf } from './slot.js';

export type { Candidate, FixRequest, Headers } from './request.js';

/** What could be done about a needs-zone-device finding, and why nothing where that is so. */
export interface Candidates {
  readonly fixes: readonly Candidate[];
  readonly why: string;
}

/** Pure: the same finding in the same text and tree gives the same fixes, whatever other fixes there are. */
export function fixCandidates(request: FixRequest): Candidates {
  if (onlyMarks(request)) return { fixes: [], why: MARKS };
  const slot = slotOf(request);
  if (!slot) return { fixes: [], why: 'The test stands in text that is not plain C here: it must be changed by hand.' };
  const dropped = dropFixes(request, slot);
  const page = pageOperand(request);
  const fixes = page
    ? [
        ...dropped,
        ...conditionFixes(request, slot, page).map((fix) => (dropped.length > 0 ? demoted(fix) : fix)),
        ...helperFixes(request, slot, page),
        ...onlinePageFixes(request, slot, page),
      ]
    : dropped;
  const inArm = fixes.filter(({ edits }) => edits.every((edit) => staysInArm(request, edit)));
  if (fixes.length > 0) return { fixes: inArm, why: inArm.length > 0 ? '' : LEAVES_ARM };
  return { fixes, why: page ? NO_TEST : UNNAMED };
}

const MARKS =
  'Right today: pages with PG_reserved are marked dirty or accessed by their owner alone, ZONE_DEVICE pages too. Name them here if the bit goes.';
const LEAVES_ARM = 'The change would reach into an arm of #if that other builds compile: it must be made by hand.';
const NO_TEST = 'No header of this tree declares a test for ZONE_DEVICE pages that fits this one.';
const UNNAMED =
  'The tested page has no name that could be written twice without doing something twice: give it one first.';

/** Where every page came from the same GUP call, exempting ZONE_DEVICE leaves the other reserved pages behind. */
function demoted(fix: Candidate): Candidate {
  if (fix.kind === 'needs-look') return fix;
  const precondition = 'other reserved pages keep their reference';
  return { ...fix, kind: 'needs-look', precondition, title: `${fix.title} (${precondition})` };
}
