import { PUT_WITHOUT_GET } from '@pageref/shared';
import type { RelatedPlace } from '@pageref/shared';
import { facetOf } from '@pageref/shared/model';
import { operandPath } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import { callsOf } from '../../ownership/nodes.js';
import { unitOf } from '../../ownership/follow.js';
import type { Prepared } from '../../ownership/prepared.js';
import { putsEachTurn } from '../../ownership/judge-turns.js';
import { secondPuts } from '../../ownership/judge-twice.js';
import type { SecondPut } from '../../ownership/judge-twice.js';
import { learntAt } from '../../ownership/way.js';
import type { OwnershipState } from '../../ownership/state.js';
import type { Event } from '../../ownership/draft.js';
import { NEGATIVE, ZERO } from '../../ownership/values.js';
import type { Signs } from '../../ownership/values.js';
import type { Path } from '../../ownership/paths.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Report, Rule, Subject } from '../rule.js';
import { standInNames } from './file-knowledge.js';
import { followFunction } from './followed.js';
import { callNameAt, firstOfEach, shortNameOf } from './reports.js';
import { droppersOf, takersOf } from './taking-names.js';
import { placeOf, turnPlace } from '../step-places.js';
import { endOf, putBefore, stepsBetween, takenPlace } from './steps.js';
import type { FollowedFunction } from './followed.js';
import { wrongSlotPuts } from './slots.js';

/** A page that is given back twice on one path, and a give-back of what is no page. */
export const putWithoutGet: Rule = {
  meta: PUT_WITHOUT_GET,
  names: (world) => [...takersOf(world, 'page'), ...droppersOf(world, 'page')],
  localNames: standInNames,
  check,
};

function check(subject: Subject): readonly Report[] {
  const { world, file, fn, giveUp } = subject;
  if (!fn || fn.origin === 'macro') return [];
  const reports = followFunction(world, file, fn).flatMap((reading) => {
    if (reading.followed.some(({ complete }) => !complete)) giveUp();
    return [...twiceGivenBack(file, reading), ...noPages(file, reading), ...inEachTurn(file, reading)];
  });
  return firstOfEach([...reports, ...wrongSlotPuts(subject)]);
}

function twiceGivenBack(file: SourceFile, { prepared, followed }: FollowedFunction): readonly Report[] {
  return secondPuts(prepared, followed).map((put): Report => {
    const { start, length, seen } = put;
    const by = callNameAt(file, put);
    const related = seen ? [takenPlace(file, seen.followed.acquisition.call)] : [];
    return {
      start,
      length,
      api: by,
      message: 'twice',
      values: { by },
      related,
      steps: stepsToSecond(file, prepared, put),
    };
  });
}

/** Elements that a loop gives back again in its next turn, because it stays where it is. */
function inEachTurn(file: SourceFile, { prepared }: FollowedFunction): readonly Report[] {
  return putsEachTurn(prepared).map(({ call, index }) => {
    const { start, end } = call;
    const by = shortNameOf(file, call);
    return {
      start,
      length: end - start,
      api: by,
      message: 'each-turn',
      values: { by, index: index.replace(/#\d+/g, '') },
    };
  });
}

function stepsToSecond(file: SourceFile, prepared: Prepared, put: SecondPut): readonly RelatedPlace[] {
  const { seen, first: before } = put;
  const again = placeOf(file, put.start, 'again', { by: callNameAt(file, put) });
  const dropped = ({ start }: Pick<Event, 'start'>, by: string): RelatedPlace =>
    placeOf(file, start, 'dropped', { by });
  if (!seen) return [...(before ? [dropped(before, shortNameOf(file, before))] : []), again];
  const { followed, event } = seen;
  const { acquisition } = followed;
  const end = endOf(prepared, followed, event.state);
  const first = putBefore(prepared, followed, event);
  const back = first && dropped(first, callNameAt(file, first));
  return [
    takenPlace(file, acquisition.call),
    ...(end ? stepsBetween({ file, prepared }, unitOf(acquisition), end, back) : []),
    again,
  ];
}

/** Give-backs of what is an error pointer, or NULL where that is not taken, in a state that reaches them. */
function noPages(file: SourceFile, { prepared }: FollowedFunction): readonly Report[] {
  const { cfg, knowledge } = prepared;
  const before = prepared.before();
  return cfg.nodes.flatMap((node) =>
    callsOf(node).flatMap((call): Report[] => {
      const acts = knowledge.model.acts.get(call.name ?? '') ?? [];
      return acts.flatMap((act): Report[] => {
        const path =
          act.does === 'drop' && facetOf(act.unit) === 'page' ? operandPath(call, act.on, knowledge) : undefined;
        if (path === undefined || path.includes('[]')) return [];
        const known = (sign: Signs): OwnershipState | undefined =>
          (before.get(node.id) ?? []).find(({ facts }) => facts.get(path) === sign);
        const [error, none] = [act.acceptsError === true ? undefined : known(NEGATIVE), known(ZERO)];
        if (error)
          return [report(file, call, 'error', learntPlace(file, prepared, { id: node.id, last: error }, path))];
        return act.refusesNull && none
          ? [report(file, call, 'null', learntPlace(file, prepared, { id: node.id, last: none }, path))]
          : [];
      });
    }),
  );
}

/** Where the function comes to know that a page is none. */
function learntPlace(
  file: SourceFile,
  prepared: Prepared,
  at: Parameters<typeof learntAt>[1],
  path: Path,
): RelatedPlace | undefined {
  const learnt = learntAt(prepared, at, path);
  if (!learnt) return undefined;
  return 'condition' in learnt
    ? turnPlace(file, learnt)
    : placeOf(file, learnt.start, 'set', { place: path.replace(/#\d+/g, '') });
}

function report(file: SourceFile, call: CallExpr, message: 'error' | 'null', learnt: RelatedPlace | undefined): Report {
  const { start, end } = call;
  const by = shortNameOf(file, call);
  const steps = [...(learnt ? [learnt] : []), placeOf(file, start, 'put', { by })];
  return { start, length: end - start, api: by, message, values: { by }, steps };
}
