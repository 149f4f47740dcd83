import { GET_WITHOUT_PUT, KVM_PFN_LEAK, LOCKED_PAGE_LEFT } from '@pageref/shared';
import type { OwnedUnit, RelatedPlace, StepText } from '@pageref/shared';
import { facetOf } from '@pageref/shared/model';
import { leaksOf } from '../../ownership/judge-leak.js';
import type { Leak } from '../../ownership/judge-leak.js';
import { unitOf } from '../../ownership/follow.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import type { FollowedFunction } from './followed.js';
import { localNamesFor } from './file-knowledge.js';
import { followFunction } from './followed.js';
import { oneOfEachReading, shortNameOf } from './reports.js';
import { droppersOf, takersOf } from './taking-names.js';
import { leftByMethod } from './methods.js';
import { leftInSlots, reportLeft } from './slots.js';
import { placeOf } from '../step-places.js';
import { endOf, stepsBetween, takenPlace } from './steps.js';

/** A page that is still held where the function is left. */
export const getWithoutPut: Rule = {
  meta: GET_WITHOUT_PUT,
  names: (world) => takersOf(world, 'page'),
  localNames: (file, world) => localNamesFor(file, world, takersOf(world, 'page')),
  check: (subject) =>
    withSlots(
      subject,
      leaksIn(subject, (one) => isOf(one, 'page') && !isOfKvm(subject, one)),
    ),
};

/** A page that is still locked where the function is left. A method that has to unlock its page names nothing that locks one. */
export const lockedPageLeft: Rule = {
  meta: LOCKED_PAGE_LEFT,
  names: (world) => [...takersOf(world, 'lock'), ...droppersOf(world, 'lock')],
  localNames: (file, world) => localNamesFor(file, world, takersOf(world, 'lock')),
  check: (subject) => [...leaksIn(subject, (one) => isOf(one, 'lock'), placesOfLost('page')), ...leftByMethod(subject)],
};

/** A guest page that KVM looked up or mapped, which is still held where the function is left. */
export const kvmPfnLeak: Rule = {
  meta: KVM_PFN_LEAK,
  names: kvmTakers,
  localNames: (file, world) => localNamesFor(file, world, kvmTakers(world)),
  check: (subject) => leaksIn(subject, (one) => isOf(one, 'kvm-map') || isOfKvm(subject, one)),
};

function kvmTakers(world: Pick<RuleWorld, 'model'>): string[] {
  const pages = takersOf(world, 'page').filter((name) => isReleasedByKvm(world, name));
  return [...takersOf(world, 'kvm-map'), ...pages];
}

function isOf({ acquisition }: Followed, facet: ReturnType<typeof facetOf>): boolean {
  return facetOf(acquisition.act.unit) === facet;
}

function isOfKvm({ world }: Subject, { acquisition: { call, act } }: Followed): boolean {
  return facetOf(act.unit) === 'page' && isReleasedByKvm(world, call.name ?? '');
}

/** True for a name whose counterparts are KVM's own. */
function isReleasedByKvm({ model }: Pick<RuleWorld, 'model'>, name: string): boolean {
  return model.entries.get(name)?.counterparts?.some((one) => one.startsWith('kvm_release_')) === true;
}

function leaksIn(
  { world, file, fn, giveUp }: Subject,
  isMeant: (one: Followed) => boolean,
  isSaid: (reading: FollowedFunction, at: number) => boolean = () => false,
): readonly Report[] {
  if (!fn || fn.origin === 'macro') return [];
  const readings = followFunction(world, file, fn).map((reading) => {
    const lost: Leak[] = [];
    return reading.followed.filter(isMeant).flatMap((one): Report[] => {
      if (!one.complete) {
        giveUp();
        return [];
      }
      const leaks = leaksOf(one, reading.prepared);
      const [first] = leaks;
      if (!first || isSaid(reading, first.start) || lost.some((other) => isSameLoss(other, first))) return [];
      lost.push(first);
      return [reportOf(file, reading, one, leaks)];
    });
  });
  return oneOfEachReading(readings);
}

/** `if (try) trylock_page(page); else lock_page(page);`: one page that is lost at one place, however it was taken. */
function isSameLoss(one: Leak, other: Leak): boolean {
  return one.start === other.start && one.state.names.some((name) => other.state.names.includes(name));
}

/** A page that is lost where it is still locked is one defect, and said once, of the page. */
function placesOfLost(facet: ReturnType<typeof facetOf>): (reading: FollowedFunction, at: number) => boolean {
  return ({ prepared, followed }, at) =>
    followed.some(
      (one) => one.complete && isOf(one, facet) && leaksOf(one, prepared).some(({ start }) => start === at),
    );
}

/** Pages that stay in slots of their table, where nothing was found of them along the paths. */
function withSlots(subject: Subject, leaks: readonly Report[]): readonly Report[] {
  const more = leftInSlots(subject, false).map((left) => reportLeft(subject.file, left, 'slots'));
  const takenAt = ({ related: [taken] = [] }: Report): string => `${String(taken?.line)}:${String(taken?.column)}`;
  const known = new Set(leaks.map(takenAt));
  return [...leaks, ...more.filter((report) => !known.has(takenAt(report)))];
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

/** What is said of the place where a page is lost. */
const LOST: Readonly<Record<Leak['evidence'], StepText>> = {
  'error-exit': 'left',
  exit: 'left',
  'never-released': 'left',
  overwritten: 'overwritten',
  'holder-freed': 'holder-freed',
};

function reportOf(file: SourceFile, reading: FollowedFunction, followed: Followed, leaks: readonly Leak[]): Report {
  const { prepared } = reading;
  const { call, act } = followed.acquisition;
  const [leak] = leaks;
  const { start, length, evidence, release } = leak as Leak;
  const by = shortNameOf(file, call);
  const isLocked = act.unit === 'reference' && placesOfLost('lock')(reading, start);
  const others = leaks.slice(1).filter((more) => more.start !== start);
  return {
    start,
    length,
    api: by,
    message: evidence,
    values: { what: isLocked ? 'the locked page' : WHAT[act.unit], by },
    related: [
      takenPlace(file, call),
      ...(release ? [placeOf(file, release.start, 'given-back')] : []),
      ...others.map((more) => placeOf(file, more.start, 'also-left')),
    ],
    steps: stepsOf(file, prepared, followed, leak as Leak),
  };
}

function stepsOf(
  file: SourceFile,
  prepared: Prepared,
  followed: Followed,
  { state, start, evidence }: Leak,
): readonly RelatedPlace[] {
  const end = endOf(prepared, followed, state);
  const unit = unitOf(followed.acquisition);
  return [
    takenPlace(file, followed.acquisition.call),
    ...(end ? stepsBetween({ file, prepared }, unit, end) : []),
    placeOf(file, start, LOST[evidence]),
  ];
}
