import type { Confidence, Impact, KindSet, Reason, RelatedPlace, Verdict } from '@pageref/shared';
import type { FlowContext } from '../../flow/context.js';
import type { Evidence, AbstractPage } from '../../flow/domain/state.js';
import type { Consequence } from './consequence.js';
import type { Mention } from './mention.js';

/** A verdict before it is tied to its mention. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly confidence: Confidence;
  readonly impact?: Impact;
  readonly consequence?: string;
  readonly related?: readonly RelatedPlace[];
  readonly whatIf?: string;
  readonly basis?: Basis;
}

/** What a needs-zone-device verdict rests on: the fixes are chosen by it. */
export interface Basis {
  readonly test: NonNullable<Mention['test']>;
  readonly context: FlowContext;
  /** The tested page, and the ZONE_DEVICE kinds of it that reach the test. */
  readonly page: AbstractPage;
  readonly device: KindSet;
  /** What the page is known to come from. */
  readonly source: Evidence | undefined;
  readonly consequence: Consequence;
}

/** Makes a reason that stands at the mention itself. */
export type Here = (contract: string, text: string) => Reason;

/** The source a page is known to come from: the filter it went through last, or where it was made. */
export function namedSource(page: AbstractPage): Evidence | undefined {
  const filter = page.cuts.findLast((because) => because.role === 'filter');
  if (filter) return filter;
  const { role } = page.origin;
  return role === 'provenance' || role === 'filter' || role === 'caller' ? page.origin : undefined;
}
