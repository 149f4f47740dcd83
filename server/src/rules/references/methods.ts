import { isBorrower, isReader } from '../../ownership/calls.js';
import { followParameter } from '../../ownership/follow.js';
import { callsOf } from '../../ownership/nodes.js';
import { codesOf, isError } from '../../ownership/error-exits.js';
import { backFrom } from '../../ownership/state.js';
import type { Followed, Prepared, WayOut } from '../../ownership/prepared.js';
import { pathOf } from '../../ownership/paths.js';
import { leftBy } from '../../ownership/way.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { FunctionIr } from '../../syntax/index.js';
import { visitExpressions } from '../../syntax/ir-walk.js';
import type { Report, Subject } from '../rule.js';
import { preparedReadings } from './file-knowledge.js';
import { firstOfEach } from './reports.js';
import { ownershipOf } from './taking-names.js';
import { placeOf } from '../step-places.js';
import { stepsBetween } from './steps.js';

/** A function that the file hands out as a method or to a call, and where it does. */
interface Method {
  /** The member or the call that it is given to. */
  readonly by: string;
  readonly is: 'method' | 'callback';
  readonly at: number;
  readonly unless: string | undefined;
  /** Offset of the name behind the member, or among the arguments. */
  readonly named: number;
}

/** Ways out of a method that is called with a locked page, on which nobody can have unlocked it. */
export function leftByMethod({ world, file, fn }: Subject): readonly Report[] {
  const found = fn && lockedWays(world, file, fn);
  if (!found) return [];
  const { method, prepared, ways } = found;
  const reports = ways.map((way): Report => {
    const { start, length } = way;
    const related = [placeOf(file, method.named, method.is, { by: method.by })];
    const turns = stepsBetween({ file, prepared }, { unit: 'lock', fills: false }, leftBy(prepared, way));
    const steps = [...turns, placeOf(file, start, 'left')];
    return { start, length, api: method.by, message: method.is, values: { by: method.by }, related, steps };
  });
  return firstOfEach(reports);
}

/** A method that is called with a locked page, followed from its start, and the ways out on which the page stays locked. */
export interface LockedWays {
  readonly method: Method;
  readonly prepared: Prepared;
  readonly parameter: string;
  readonly followed: Followed;
  readonly ways: readonly WayOut[];
}

/** Undefined for a function that is no such method. */
export function lockedWays(world: Subject['world'], file: SourceFile, fn: FunctionIr): LockedWays | undefined {
  const method = fn.origin === 'function' ? (methodOf(world, file, fn) ?? callbackOf(world, file, fn)) : undefined;
  const parameter = method && fn.params[method.at]?.name;
  if (!method || parameter === undefined) return undefined;
  const [prepared, ...others] = preparedReadings(world, file, fn);
  if (!prepared || others.length > 0) return undefined;
  const followed = followParameter(prepared, parameter, 'lock', { keepsWays: true });
  return { method, prepared, parameter, followed, ways: leftOn(file, followed, prepared, method.unless) };
}

function methodOf(world: Subject['world'], file: SourceFile, { name }: FunctionIr): Method | undefined {
  for (const [member, { at, unless }] of ownershipOf(world).lockedMethods) {
    const given = new RegExp(`\\.${member}\\s*=\\s*(${name})\\b`, 'd');
    for (const { start, end } of file.declaring(name)) {
      const found = given.exec(file.text.slice(start, end))?.indices?.[1];
      if (found) return { by: member, is: 'method', at, unless, named: start + found[0] };
    }
  }
  return undefined;
}

/** `read_cache_pages(mapping, pages, demo_fill, data)` in another function of the file. */
function callbackOf(world: Subject['world'], file: SourceFile, { name }: FunctionIr): Method | undefined {
  const { lockedCallbacks } = ownershipOf(world);
  if (!file.matches(new RegExp(`\\b(${[...lockedCallbacks.keys()].join('|')})\\s*\\(`))) return undefined;
  const found: Method[] = [];
  for (const { body } of file.table.mentioning(name).functions) {
    visitExpressions(body, (expr) => {
      const by = expr.op === 'call' ? (expr.name ?? '') : '';
      const known = lockedCallbacks.get(by);
      const given = known && expr.op === 'call' ? expr.args[known.given] : undefined;
      if (!known || given?.op !== 'name' || given.name !== name) return;
      found.push({ by, is: 'callback', at: known.at, unless: known.unless, named: given.start });
    });
  }
  return found[0];
}

/** The function itself unlocks the page on another way, and on this one it shows it to nobody who could. */
function leftOn(
  file: SourceFile,
  { ways, complete }: Followed,
  prepared: Prepared,
  unless: string | undefined,
): readonly WayOut[] {
  if (!complete || !ways.some(({ state }) => state.typestate === 'released')) return [];
  const codes = codesOf(prepared.fn, prepared.cfg);
  return ways.filter((way) => {
    const { typestate, handedTo, stored } = way.state;
    const isLeft = typestate === 'held' && handedTo.size === 0 && !stored;
    if (!isLeft || (unless !== undefined && (way.value && pathOf(way.value)) === unless)) return false;
    return isError(way, codes) || !passesStranger(file, prepared, way);
  });
}

/** True where a call of code that is not at hand was passed: it may have begun to read, and whoever ends that unlocks the page. */
function passesStranger(file: SourceFile, { cfg, knowledge }: Prepared, { state }: WayOut): boolean {
  const isKnown = (name: string | undefined): boolean =>
    name !== undefined &&
    (file.table.has(name) ||
      isBorrower(knowledge, name) ||
      isReader(knowledge, name) ||
      knowledge.model.acts.has(name));
  for (const { node } of backFrom(state)) {
    const at = cfg.nodes[node];
    if (at && callsOf(at).some(({ name }) => !isKnown(name))) return true;
  }
  return false;
}
