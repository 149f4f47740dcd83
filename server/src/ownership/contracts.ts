import type { Operand, OwnedUnit, OwnershipAct, Sign } from '@pageref/shared';
import type { CallExpr } from './calls.js';
import { acquisitionsIn, follow, followParameter } from './follow.js';
import { lazy } from './memo.js';
import { callsOf } from './nodes.js';
import type { Followed, Prepared, WayOut } from './prepared.js';
import type { IsEnough } from './run.js';
import { insidesDropped } from './insides.js';
import { isHandedOn, isSurelyHanded, leads, reachesCall } from './handed.js';
import { isPartOf, isSmallNumber, pathOf, rootOf } from './paths.js';
import type { Path } from './paths.js';
import { UNCERTAIN } from './state.js';
import type { OwnershipState } from './state.js';
import { NEGATIVE, POSITIVE, signsOf, ZERO } from './values.js';
import type { Signs } from './values.js';

/**
 * What a function does to the references of its callers, read from its own code: by outcome, as the model says it of a
 * kernel API. What it does not do on every path of an outcome is not said; a parameter of which nothing certain can be said
 * makes the whole function unknown.
 */

type Units = readonly [OwnedUnit, ...OwnedUnit[]];

/** Facets a parameter is followed for. */
const UNITS: Units = ['reference', 'lock'];
/** The unit that a facet is followed by. */
const UNIT_OF = { page: 'reference', lock: 'lock', pgmap: 'pgmap-reference', 'kvm-map': 'kvm-map' } as const;
const SIGNS: readonly Sign[] = ['negative', 'zero', 'positive'];

/** What is read from a function's code. */
export interface ReadFunction {
  /** Undefined where one of its parameters may be kept, or was too tangled. */
  readonly acts: readonly OwnershipAct[] | undefined;
  /** What its caller gets of it, whatever becomes of the parameters. */
  readonly takes: readonly OwnershipAct[];
  /** What it surely does to pages that its parameters hold, also where nothing certain can be said of the rest. */
  readonly insides: readonly OwnershipAct[];
  /** It gives back on some path what it is handed. */
  readonly mayDrop: boolean;
}

/** What is read of the parameters. */
type ReadParams = Pick<ReadFunction, 'acts' | 'mayDrop'>;

/** A function of which nothing certain can be said, and that may give back what it is handed. */
const TANGLED: ReadParams = { acts: undefined, mayDrop: true };

export function actsOfFunction(prepared: Prepared): ReadFunction {
  const { insides, isCertain } = actsOnInsides(prepared);
  const { acts: own, mayDrop } = isCertain ? actsOnAllParams(prepared) : TANGLED;
  const takes = takesOf(prepared);
  // Who may give back what is in a parameter may have taken back what it put there.
  return own
    ? { acts: [...own, ...insides, ...takes], takes, insides, mayDrop }
    : {
        acts: undefined,
        takes: takes.filter(({ on }) => on.at === 'result'),
        insides,
        mayDrop: mayDrop || insides.length > 0,
      };
}

function actsOnAllParams(prepared: Prepared): ReadParams {
  const calls = prepared.cfg.nodes.flatMap(callsOf);
  const params = prepared.fn.params.flatMap(({ type, name }, at): Param[] =>
    isSmallNumber(type) ? [] : [{ at, name }],
  );
  return params.length === 0 ? NOTHING : actsOnParams(prepared, params, calls);
}

/** It does nothing to what it is handed. */
const NOTHING: ReadParams = { acts: [], mayDrop: false };

interface Param {
  readonly at: number;
  readonly name: Path;
}

/**
 * The acts on the parameters. One of which nothing certain can be said makes the function unknown, so those that it surely gives
 * back to nobody are looked at first, and no further than to that.
 */
function actsOnParams(prepared: Prepared, params: readonly Param[], calls: readonly CallExpr[]): ReadParams {
  const unitsOf = unitsToldApart(prepared, calls);
  const dropping = calls.filter((call) => couldDrop(prepared, call));
  const isDropped = ({ name }: Param): boolean => reachesCall(prepared, name, dropping);
  const [others, dropped] = [params.filter((one) => !isDropped(one)), params.filter(isDropped)];
  const acts = new Map<number, readonly OwnershipAct[]>();
  const isCertain = areKept(prepared, others, unitsOf, acts);
  const mayDrop = areDropped(prepared, dropped, unitsOf, { acts, isCertain });
  const known = params.flatMap(({ at }) => acts.get(at) ?? []);
  return { acts: acts.size === params.length ? known : undefined, mayDrop };
}

/** Enters the acts on parameters that are not given back; false where nothing certain can be said of one of them. */
function areKept(
  prepared: Prepared,
  params: readonly Param[],
  unitsOf: UnitsOf,
  acts: Map<number, readonly OwnershipAct[]>,
): boolean {
  if (params.some(({ name }) => isSurelyHanded(prepared, name))) return false;
  const handed = new Set(params.filter(({ name }) => isHandedOn(prepared, name)));
  for (const param of [...handed, ...params.filter((one) => !handed.has(one))]) {
    const found: OwnershipAct[] = [];
    for (const units of unitsOf(param.name)) {
      const isEnough = isUnknownAfter(prepared, 'kept');
      const followed = followParameter(prepared, param.name, units[0], { isEnough });
      const certain = units.map((unit) => actOnParameter(followed, { at: param.at }, unit));
      if (certain.includes(undefined)) return false;
      found.push(...certain.flatMap((some) => some ?? []));
    }
    acts.set(param.at, found);
  }
  return true;
}

/** Enters the acts on parameters that may be given back; true where one of them is on some path. */
function areDropped(
  prepared: Prepared,
  params: readonly Param[],
  unitsOf: UnitsOf,
  { acts, isCertain: others }: { readonly acts: Map<number, readonly OwnershipAct[]>; readonly isCertain: boolean },
): boolean {
  let [isCertain, mayDrop] = [others, false];
  for (const { at, name } of params) {
    const found: OwnershipAct[] = [];
    for (const units of unitsOf(name)) {
      const isEnough = isUnknownAfter(prepared, isCertain ? 'dropped' : 'unknown');
      const followed = followParameter(prepared, name, units[0], { isEnough });
      mayDrop ||= dropsOnSomePath(followed);
      const certain = units.map((unit) => actOnParameter(followed, { at }, unit));
      isCertain &&= !certain.includes(undefined);
      found.push(...certain.flatMap((some) => some ?? []));
      if (!isCertain && mayDrop) return true;
    }
    if (isCertain) acts.set(at, found);
  }
  return mayDrop;
}

/**
 * Says when enough was seen of a parameter to say that nothing certain can be said of it: of one that is `kept` when somebody else
 * has it in the end, of one that may be `dropped` when it was, too, and at once where the function is `unknown` anyway.
 */
function isUnknownAfter({ fn, cfg }: Prepared, is: 'kept' | 'dropped' | 'unknown'): IsEnough {
  const isVoid = fn.returns.base === 'void' && fn.returns.pointers === 0;
  const seen = new Map<Sign, Set<Fate>>(SIGNS.map((sign) => [sign, new Set()]));
  let [isUnknown, isDropped] = [is === 'unknown', is === 'kept'];
  return (state, id, way) => {
    isDropped ||= state.typestate === 'released';
    // Without a result to tell them apart by, all ways out are of one outcome.
    if (is === 'kept' && isVoid) isUnknown ||= fateOf(state) === 'gone' && leads(cfg, id);
    if (way && !isUnknown) isUnknown = isContradiction(seen, way);
    return isUnknown && isDropped;
  };
}

/** Enters a way out; true where no outcome tells any more what becomes of the page, whatever other ways there are. */
function isContradiction(seen: ReadonlyMap<Sign, Set<Fate>>, way: WayOut): boolean {
  for (const [sign, fates] of seen) if (waysOf([way], signsOf(sign)).length > 0) fates.add(fateOf(way.state));
  const all = [...seen.values()];
  const isGone = all.some((fates) => fates.has('gone'));
  const lost = all.filter((fates) => fates.has('gone') || fates.has('released'));
  return all.some((fates) => fates.size > 1) || (isGone && lost.length > 1);
}

/** The units that a parameter is followed for one by one, because the function's calls tell them apart, or together. */
type UnitsOf = (name: Path) => readonly Units[];

function unitsToldApart(prepared: Prepared, calls: readonly CallExpr[]): UnitsOf {
  const { actsOf, unlocksFound } = prepared.knowledge;
  const acting = calls.filter(
    ({ name }) => name !== undefined && actsOf(name)?.some(({ does }) => does !== 'borrow') === true,
  );
  if (acting.length === 0) return () => [UNITS];
  const apart = UNITS.map((unit): Units => [unit]);
  const unlocks = lazy(() => calls.some(({ name }) => name !== undefined && unlocksFound(name)));
  return (name) => (reachesCall(prepared, name, acting) || unlocks() ? apart : [UNITS]);
}

function dropsOnSomePath({ complete, events, ways }: Followed): boolean {
  if (!complete || events.some(({ does }) => does === 'drop')) return true;
  return ways.some(({ state }) => [...state.handedTo.values()].some((one) => (one & UNCERTAIN) !== 0));
}

function couldDrop({ knowledge }: Prepared, { name }: CallExpr): boolean {
  if (name === undefined) return false;
  return knowledge.actsOf(name)?.some(({ does }) => does === 'drop') ?? knowledge.mayDrop(name);
}

/** What surely becomes of the pages in places inside of parameters, and whether that is certain of all of them. */
function actsOnInsides(prepared: Prepared): { readonly insides: readonly OwnershipAct[]; readonly isCertain: boolean } {
  const insides = insidesDropped(prepared);
  if (!insides) return { insides: [], isCertain: false };
  const found = insides.flatMap(({ path, on, facets }) =>
    [...facets].map((facet) => {
      const unit = UNIT_OF[facet];
      const followed = followParameter(prepared, path, unit, { fills: path.endsWith('[]') });
      // The give-back is there: where following does not come by it, the place has a name that was not seen.
      return followed.events.some(({ does }) => does === 'drop') ? actOnParameter(followed, on, unit) : undefined;
    }),
  );
  return { insides: found.flatMap((acts) => acts ?? []), isCertain: !found.includes(undefined) };
}

type Fate = 'kept' | 'released' | 'gone';

/** What becomes of a parameter's page, by the outcome it can be told from; undefined where that is not certain. */
function actOnParameter(followed: Followed, on: Operand, unit: OwnedUnit): OwnershipAct[] | undefined {
  const { ways, events, complete } = followed;
  if (!complete || returnsIt(followed)) return undefined;
  const fates = new Set(ways.map(({ state }) => fateOf(state)));
  if (fates.size === 0 || (fates.size === 1 && fates.has('kept'))) return [];
  const given = unitOfDrops(events) ?? { unit, isMixed: true };
  if (fates.size === 1 && fates.has('released')) return [{ does: 'drop', ...given, on, when: 'always' }];
  const bySign = SIGNS.map((sign) => ({
    sign,
    fates: new Set(waysOf(ways, signsOf(sign)).map(({ state }) => fateOf(state))),
  }));
  const certain = bySign.filter((one) => one.fates.size === 1 && !one.fates.has('kept'));
  const kept = bySign.filter((one) => one.fates.size === 0 || (one.fates.size === 1 && one.fates.has('kept')));
  const [only] = certain;
  if (!only || certain.length + kept.length < SIGNS.length || certain.length > 1) return undefined;
  if (only.fates.has('released')) return [{ does: 'drop', ...given, on, when: only.sign }];
  return [{ does: 'hand-over', unit, on, when: only.sign }];
}

/** What it returns leads to the page, and nobody who asks for the acts would know; an object that keeps the page now owns it. */
function returnsIt({ ways, events }: Followed): boolean {
  return events.some(({ does, start, state }) => {
    if (does !== 'returned') return false;
    if (!state.stored) return true;
    const values = ways.flatMap(({ value }) => (value?.start === start ? [pathOf(value)] : []));
    const isHolder = (value: Path | undefined): boolean =>
      value !== undefined && !state.names.includes(value) && state.names.some((name) => isPartOf(name, value));
    return values.length === 0 || !values.every(isHolder);
  });
}

/** What all give-backs are of; undefined where they differ. */
function unitOfDrops(events: Followed['events']): { readonly unit: OwnedUnit } | undefined {
  const [unit, ...more] = new Set(events.filter(({ does }) => does === 'drop').map((event) => event.unit));
  return unit !== undefined && more.length === 0 ? { unit } : undefined;
}

function waysOf(ways: readonly WayOut[], signs: Signs): readonly WayOut[] {
  return ways.filter(({ returned }) => returned === undefined || (returned & signs) !== 0);
}

function fateOf(state: OwnershipState): Fate {
  if (state.typestate === 'released') return 'released';
  return state.typestate === 'gone' || state.stored || state.handedTo.size > 0 ? 'gone' : 'kept';
}

/** Pages that the function hands to its caller: as its result, or through a pointer it was given. */
function takesOf(prepared: Prepared): readonly OwnershipAct[] {
  const found = new Map<string, OwnershipAct>();
  for (const acquisition of acquisitionsIn(prepared)) {
    const followed = follow(prepared, acquisition);
    for (const act of takesIn(prepared, followed)) found.set(JSON.stringify([act.unit, act.on]), act);
  }
  return [...found.values()];
}

function takesIn({ fn, locals }: Prepared, { acquisition, events, ways }: Followed): readonly OwnershipAct[] {
  const { unit } = acquisition.act;
  const takes: OwnershipAct[] = [];
  const isShared = (state: OwnershipState): boolean => state.stored || state.handedTo.size > 0;
  if (fn.returns.pointers > 0 && events.some(({ does, state }) => does === 'returned' && !isShared(state))) {
    takes.push({ does: 'take', unit, on: { at: 'result' }, when: 'positive' });
  }
  for (const way of ways) {
    if (way.state.typestate !== 'held') continue;
    const out = way.state.names.find((name) => /^(\*\w+|\w+\[\])$/.test(name) && locals.params.has(rootOf(name)));
    const at = out === undefined ? -1 : fn.params.findIndex(({ name }) => name === rootOf(out));
    const when = at < 0 ? undefined : outcomeOf(way);
    const through = out?.endsWith('[]') === true ? 'array' : 'out';
    if (when !== undefined) takes.push({ does: 'take', unit, on: { at, through }, when });
  }
  return takes;
}

function outcomeOf({ returned }: WayOut): OwnershipAct['when'] | undefined {
  if (returned === undefined) return 'always';
  return ({ [NEGATIVE]: 'negative', [ZERO]: 'zero', [POSITIVE]: 'positive' } as const)[returned];
}
