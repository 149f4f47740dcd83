import { PUT_WITHOUT_GET } from '@pageref/shared';
import type { OwnedUnit } from '@pageref/shared';
import { facetOf } from '@pageref/shared/model';
import { operandPath } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import { callsOf, isInLoop } from '../../ownership/follow.js';
import { NEGATIVE, ZERO } from '../../ownership/values.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Report, Rule, Subject } from '../rule.js';
import {
  callNameAt,
  droppersOf,
  firstOfEach,
  followFunction,
  shortNameOf,
  standInNames,
  takersOf,
  writtenName,
} from './followed.js';
import type { FollowedFunction } from './followed.js';

/** What an allocator gave has one owner; what was looked up may have been referenced before. */
const ALLOCATED: readonly OwnedUnit[] = ['page', 'fragment', 'page-pool'];

/** A page that is given back twice on one path, and a give-back of what is no page. */
export const putWithoutGet: Rule = {
  meta: PUT_WITHOUT_GET,
  names: (world) => [...takersOf(world, 'page'), ...droppersOf(world, 'page')],
  localNames: standInNames,
  check,
};

function check({ world, file, fn, giveUp }: Subject): readonly Report[] {
  if (!fn || fn.origin === 'macro') return [];
  const reports = followFunction(world, file, fn).flatMap((reading) => {
    if (reading.followed.some(({ complete }) => !complete)) giveUp();
    return [...twiceGivenBack(file, reading), ...noPages(file, reading)];
  });
  return firstOfEach(reports);
}

function twiceGivenBack(file: SourceFile, { prepared, followed }: FollowedFunction): readonly Report[] {
  return followed.flatMap(({ acquisition: { act, call, node }, events, complete }) => {
    // In another turn of a loop the name may stand for another page.
    if (!complete || isInLoop(prepared, node) || !ALLOCATED.includes(act.unit) || act.on.at !== 'result') return [];
    return events.flatMap(({ does, start, length, state }): Report[] => {
      if (does !== 'again' || state.stored || state.handedTo.size > 0) return [];
      const by = callNameAt(file, { start, length });
      const taken = { ...file.place(call.start), text: `${writtenName(file, call)} takes it here` };
      return [{ start, length, api: by, message: 'twice', values: { by }, related: [taken] }];
    });
  });
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
        const signs = (before.get(node.id) ?? []).map(({ facts }) => facts.get(path));
        if (signs.includes(NEGATIVE) && act.acceptsError !== true) return [report(file, call, 'error')];
        return act.refusesNull && signs.includes(ZERO) ? [report(file, call, 'null')] : [];
      });
    }),
  );
}

function report(file: SourceFile, call: CallExpr, message: 'error' | 'null'): Report {
  const { start, end } = call;
  const by = shortNameOf(file, call);
  return { start, length: end - start, api: by, message, values: { by } };
}
