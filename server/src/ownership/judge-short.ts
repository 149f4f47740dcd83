import { writtenIn } from '../flow/cfg/cfg.js';
import type { CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Expr } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import type { OwnershipModel } from '@pageref/shared';
import { callsOf } from './nodes.js';
import type { Followed, Prepared } from './prepared.js';
import { codesOf, isError } from './error-exits.js';
import { diesWithCall, isPartOf, pathOf, pathOfPlace, placeOf } from './paths.js';
import type { Path } from './paths.js';
import { backFrom } from './state.js';
import type { OwnershipState } from './state.js';
import { isCount } from './step-call.js';
import { refine, valuePath } from './values.js';

/** A test that sees that fewer pages were got than asked for, behind which nobody asks how many. */
export interface ShortPin {
  /** The comparison. */
  readonly condition: Expr;
  /** Where the function is left, and the state there. */
  readonly exit: number;
  readonly state: OwnershipState;
}

/**
 * Short results that are taken for failures: the function leaves by an error, and on the way there it neither asks how many
 * pages it got, nor looks at the slots one by one, nor hands the pages to anybody who might. What it gives back by another
 * number is not what it got.
 */
export function shortPinsOf(followed: Followed, prepared: Prepared): readonly ShortPin[] {
  const { acquisition, ways, events } = followed;
  const { act, call, path } = acquisition;
  if (act.does !== 'take' || !isCount(act) || asksForOne(call)) return [];
  const codes = codesOf(prepared.fn, prepared.cfg);
  const isVoid = prepared.fn.returns.base === 'void' && prepared.fn.returns.pointers === 0;
  // Whoever knows the structure may look for pages in it, unless it is cleaned up here.
  const isTheirs = path.includes('.') && !diesWithCall(prepared.locals, path);
  const isCleaned = events.some(({ does, state }) => state.short && (does === 'drop' || does === 'holder-freed'));
  if (isTheirs && !isCleaned) return [];
  const ends: readonly { readonly state: OwnershipState; readonly start: number }[] = [
    ...ways.filter((way) => isVoid || isError(way, codes)),
    ...events.filter(({ does }) => does === 'holder-freed'),
  ];
  return ends.flatMap(({ state, start }): ShortPin[] => {
    const condition =
      state.short && isForgotten(state, prepared, acquisition.path) ? seenAt(state, prepared) : undefined;
    return condition ? [{ condition, exit: start, state }] : [];
  });
}

/** For a single page there is nothing between all and none. */
function asksForOne({ args }: Followed['acquisition']['call']): boolean {
  return args.some((arg) => arg.op === 'number' && arg.value === 1);
}

/** The test that tells a state that too few pages were got. */
function seenAt(last: OwnershipState, { cfg }: Prepared): Expr | undefined {
  for (const at of backFrom(last)) {
    if (at.short && at.before?.short === true) continue;
    const node = cfg.nodes[at.node];
    return node?.op === 'branch' ? node.condition : undefined;
  }
  return undefined;
}

/** Nobody on the way from the call to the end asks how many there are, or for the pages themselves. */
function isForgotten(last: OwnershipState, prepared: Prepared, taken: Path): boolean {
  const { cfg, locals, knowledge } = prepared;
  if (last.handedTo.size > 0) return false;
  if (last.counts.some((place) => !diesWithCall(locals, pathOfPlace(place)))) return false;
  for (const at of backFrom(last)) {
    const node = cfg.nodes[at.node];
    const before = at.before;
    if (!node || !before || before.typestate === 'gone') break;
    const isTest = at.short && !before.short;
    if (!isTest && (asks(node, before, knowledge.model, taken) || looksAtSlots(prepared, at.node, taken))) return false;
  }
  return true;
}

/** True at the head of a loop that tells by each slot whether there is a page. */
function looksAtSlots({ cfg, loops }: Prepared, head: NodeId, taken: Path): boolean {
  return [...(loops.get(head) ?? [])].some((id) => {
    const node = cfg.nodes[id];
    return node?.op === 'branch' && isSlot(pathOf(node.condition), taken);
  });
}

/** An element of the array that was filled, or a part of one. */
function isSlot(path: Path | undefined, taken: Path): boolean {
  return path !== undefined && taken.endsWith('[]') && (path === taken || isPartOf(path, taken));
}

/** True where a node uses the count other than to tell failure by it, looks at a slot, or gives the pages to a call by the count. */
function asks(node: CfgNode, { facts, counts }: OwnershipState, model: OwnershipModel, taken: Path): boolean {
  const expr = writtenIn(node);
  if (!expr) return false;
  const reads = (part: Expr): boolean => {
    if (part.op === 'conditional') return reads(part.condition) || armsOf(part).some(reads);
    if (isSignTest(part, counts)) return false;
    const value = placeOf(part);
    if (value !== undefined && counts.includes(value)) return true;
    return partsOf(part).some(reads);
  };
  const armsOf = (part: Extract<Expr, { op: 'conditional' }>): Expr[] => [
    ...(refine(facts, part.condition, true, model) ? [part.then ?? part.condition] : []),
    ...(refine(facts, part.condition, false, model) ? [part.else] : []),
  ];
  if (node.op === 'branch') {
    const isCountAlone = counts.includes(valuePath(expr) ?? '');
    return isSlot(pathOf(expr), taken) || (!isCountAlone && reads(expr));
  }
  // What is copied to another variable as it is, is followed there.
  if (expr.op === 'assign' && expr.operator === '=')
    return !counts.includes(valuePath(expr.value) ?? '') && reads(expr.value);
  return reads(expr) || callsOf(node).some((call) => call.args.some(reads));
}

/** `got < 0`: asks whether it failed, not how many there are. */
function isSignTest(expr: Expr, counts: readonly Path[]): boolean {
  if (expr.op !== 'binary') return false;
  const [counted, other] = counts.includes(valuePath(expr.left) ?? '') ? [true, expr.right] : [false, expr.left];
  const isBound = other.op === 'number' || (other.op === 'unary' && other.operator === '-');
  return isBound && (counted || counts.includes(valuePath(expr.right) ?? ''));
}
