import { GET_WITHOUT_PUT, LOCKED_PAGE_LEFT } from '@pageref/shared';
import type { OwnedUnit, RelatedPlace, RuleMeta } from '@pageref/shared';
import { facetOf } from '@pageref/shared/model';
import { leaksOf } from '../../ownership/judge-leak.js';
import type { Leak } from '../../ownership/judge-leak.js';
import type { Followed } from '../../ownership/follow.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Report, Rule, Subject } from '../rule.js';
import { followFunction, localNamesFor, oneOfEachReading, shortNameOf, takersOf, writtenName } from './followed.js';

/** A page that is still held where the function is left. */
export const getWithoutPut: Rule = leakRule(GET_WITHOUT_PUT, 'page');

/** A page that is still locked where the function is left. */
export const lockedPageLeft: Rule = leakRule(LOCKED_PAGE_LEFT, 'lock');

function leakRule(meta: RuleMeta, facet: ReturnType<typeof facetOf>): Rule {
  return {
    meta,
    names: (world) => takersOf(world, facet),
    localNames: (file, world) => localNamesFor(file, world, takersOf(world, facet)),
    check: (subject) => leaksIn(subject, facet),
  };
}

function leaksIn({ world, file, fn, giveUp }: Subject, facet: ReturnType<typeof facetOf>): readonly Report[] {
  if (!fn || fn.origin === 'macro') return [];
  const readings = followFunction(world, file, fn).map(({ prepared, followed }) =>
    followed
      .filter(({ acquisition }) => facetOf(acquisition.act.unit) === facet)
      .flatMap((one): Report[] => {
        if (!one.complete) {
          giveUp();
          return [];
        }
        const leaks = leaksOf(one, prepared);
        return leaks.length === 0 ? [] : [reportOf(file, one, leaks)];
      }),
  );
  return oneOfEachReading(readings);
}

const WHAT: Readonly<Record<OwnedUnit, string>> = {
  reference: 'the page',
  pin: 'the pinned page',
  page: 'the page',
  fragment: 'the fragment',
  'page-pool': 'the page',
  'pgmap-reference': 'the pgmap',
  'kvm-map': 'the mapping',
  lock: 'the page',
};

function reportOf(file: SourceFile, { acquisition }: Followed, leaks: readonly Leak[]): Report {
  const { call, act } = acquisition;
  const [leak] = leaks;
  const { start, length, evidence, release } = leak as Leak;
  const by = shortNameOf(file, call);
  const place = (at: number, text: string): RelatedPlace => ({ ...file.place(at), text });
  return {
    start,
    length,
    api: by,
    message: evidence,
    values: { what: WHAT[act.unit], by },
    related: [
      place(call.start, `${writtenName(file, call)} takes it here`),
      ...(release ? [place(release.start, 'it is given back here, on another path')] : []),
      ...leaks
        .slice(1)
        .flatMap((more) => (more.start === start ? [] : [place(more.start, 'and it is not given back here')])),
    ],
  };
}
