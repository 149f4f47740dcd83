import type { Confidence, Impact, Reason, RelatedPlace, Verdict } from '@pageref/shared';
import type { Because, Thing } from '../semantics/state.js';

/** A verdict before it is tied to its mention. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly confidence: Confidence;
  readonly impact?: Impact;
  readonly consequence?: string;
  readonly related?: readonly RelatedPlace[];
  readonly whatIf?: string;
}

/** Makes a reason that stands at the mention itself. */
export type Here = (contract: string, text: string) => Reason;

/** The source a page is known to come from: the filter it went through last, or where it was made. */
export function namedSource(thing: Thing): Because | undefined {
  const filter = thing.removals.findLast((because) => because.role === 'filter');
  if (filter) return filter;
  const { role } = thing.origin;
  return role === 'provenance' || role === 'filter' || role === 'caller' ? thing.origin : undefined;
}
