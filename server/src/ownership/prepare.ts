import type { Cfg, CfgVocabulary, NodeId } from '../flow/cfg/cfg.js';
import type { Conditions } from '../syntax/conditions-around.js';
import type { FunctionIr } from '../syntax/ir.js';
import { standsInWarning, askedAgain, codesAsked, askedPaths, repeatedConditions, conditionsOfArms } from './asked.js';
import { actingName } from './calls.js';
import type { CallExpr, CallKnowledge } from './calls.js';
import { livenessOf } from './live.js';
import { loopsOf, releasesInLoops, waysTo } from './loops.js';
import { lazy, once } from './memo.js';
import { callsOf } from './nodes.js';
import { localsOf } from './paths.js';
import type { Prepared } from './prepared.js';
import { contextOf, run, startOf } from './run.js';
import type { OwnershipState } from './state.js';

/** What is found out of a function once, for all that is followed in it. */

/** States of a node that are kept apart before the acquisition that is followed was reached. */
const MAX_BASE_STATES = 12;

const NOTHING_ASSUMED: Conditions = new Map();

export function prepare(
  fn: FunctionIr,
  cfg: Cfg,
  { text, assertions }: { readonly text: string; readonly assertions: CfgVocabulary['assertions'] },
  knowledge: CallKnowledge,
  assumed: Conditions = NOTHING_ASSUMED,
): Prepared {
  const loops = loopsOf(cfg);
  const inLoops = new Set([...loops.values()].flatMap((body) => [...body]));
  const repeated = repeatedConditions(cfg, text, knowledge, inLoops);
  const armConditions = conditionsOfArms(cfg, text);
  const locals = localsOf(fn, cfg, (name) => knowledge.model.memory.has(name));
  const prepared: Prepared = {
    fn,
    cfg,
    knowledge,
    locals,
    asked: askedPaths(cfg),
    codes: codesAsked(cfg),
    repeated,
    isAsserted: (node) =>
      node.op === 'branch' && node.assertion !== undefined && assertions.get(node.assertion)?.proves !== true,
    isWarned: (node) => node.op === 'branch' && standsInWarning(text, node.condition.start),
    armConditions,
    assumed,
    loops,
    inLoops,
    live: lazy(() => livenessOf(cfg, (node) => askedAgain(node, repeated, armConditions))),
    before: lazy(() => statesBefore(prepared)),
    releasedIn: once((unit) => releasesInLoops(cfg, { loops, inLoops, locals }, knowledge, unit)),
  };
  return prepared;
}

/**
 * The states in which nodes are reached while nothing is followed: the same for every unit. What lies behind the last call that
 * takes or gives back is left out, because nobody asks how it is reached.
 */
function statesBefore(prepared: Prepared): ReadonlyMap<NodeId, readonly OwnershipState[]> {
  const { cfg } = prepared;
  const ways = waysTo(cfg, (node) => callsOf(node).some((call) => isAccounted(prepared, call)));
  if (!ways.has(cfg.entry)) return new Map();
  const context = { ...contextOf(prepared, 'reference', () => undefined), followsGone: true };
  return run(prepared, context, [[cfg.entry, startOf(prepared)]], { most: MAX_BASE_STATES, ways }).reached;
}

function isAccounted({ knowledge: { model, mayTake } }: Prepared, call: CallExpr): boolean {
  const name = actingName(call);
  return name !== undefined && (mayTake(name) || model.acts.get(name)?.some(({ does }) => does === 'drop') === true);
}
