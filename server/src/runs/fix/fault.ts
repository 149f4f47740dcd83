import { needsCare } from '@pageref/shared';
import type { Finding, FixAdvice, Site } from '@pageref/shared';

/** A finding and what can be done about it. `start` is the offset of the mention in the text. */
export interface FixableSite extends FixAdvice {
  readonly site: Site;
  readonly start: number;
}

/** What a rule other than that of the reserved bit has found, and what can be done about it. */
export interface FixableFinding extends FixAdvice {
  readonly finding: Finding;
  readonly start: number;
}

/** What is wrong somewhere: a test of the reserved bit, or what another rule has found. */
export type Fault = Pick<FixableSite, 'site'> | Pick<FixableFinding, 'finding'>;

export type Fixable = FixableSite | FixableFinding;

/** True where somebody has to do something about it today. */
export function isOpen(fault: Fault): boolean {
  return !('site' in fault) || needsCare(fault.site);
}

/** Where it is, and what it is known by. */
export function faultOf(fault: Fault): Site | Finding {
  return 'site' in fault ? fault.site : fault.finding;
}
