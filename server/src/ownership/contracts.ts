import type { OwnedUnit, OwnershipAct, Sign } from '@pageref/shared';
import type { TypeName } from '../syntax/ir.js';
import { operandPath } from './calls.js';
import type { CallExpr } from './calls.js';
import { acquisitionsIn, callsOf, follow, followParameter } from './follow.js';
import type { Followed, Prepared, WayOut } from './follow.js';
import { rootOf } from './paths.js';
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
const SIGNS: readonly Sign[] = ['negative', 'zero', 'positive'];

/** What is read from a function's code. */
export interface ReadFunction {
  /** Undefined where one of its parameters may be kept, or was too tangled. */
  readonly acts: readonly OwnershipAct[] | undefined;
  /** It gives back on some path what it is handed. */
  readonly mayDrop: boolean;
}

/** A function of which nothing certain can be said, and that may give back what it is handed. */
const TANGLED: ReadFunction = { acts: undefined, mayDrop: true };

export function actsOfFunction(prepared: Prepared): ReadFunction {
  if (dropsInside(prepared)) return TANGLED;
  const calls = prepared.cfg.nodes.flatMap(callsOf);
  const acts: OwnershipAct[] = [];
  let [isCertain, mayDrop] = [true, false];
  const params = [...prepared.fn.params.entries()].filter(([, { type }]) => !isSmallNumber(type));
  const told = params.length === 0 ? [] : unitsToldApart(prepared, calls);
  for (const [at, { name }] of params) {
    for (const units of told) {
      const followed = followParameter(prepared, name, units[0]);
      mayDrop ||= dropsOnSomePath(followed);
      for (const unit of units) {
        const act = actOnParameter(followed, at, unit);
        isCertain &&= act !== undefined;
        acts.push(...(act ?? []));
      }
      if (isCertain) continue;
      if (mayDrop) return TANGLED;
      if (!calls.some((call) => couldDrop(prepared, call))) return { acts: undefined, mayDrop: false };
    }
  }
  return { acts: isCertain ? [...acts, ...takesOf(prepared)] : undefined, mayDrop };
}

/** Units whose acts a function's calls tell apart are followed one by one, others together. */
function unitsToldApart({ knowledge }: Prepared, calls: readonly CallExpr[]): readonly Units[] {
  const acts = calls.flatMap(({ name }) => (name === undefined ? [] : (knowledge.actsOf(name) ?? [])));
  return acts.some(({ does }) => does !== 'borrow') ? UNITS.map((unit): Units => [unit]) : [UNITS];
}

function dropsOnSomePath({ complete, events, ways }: Followed): boolean {
  if (!complete || events.some(({ does }) => does === 'drop')) return true;
  return ways.some(({ state }) => [...state.handedTo.values()].some((one) => (one & UNCERTAIN) !== 0));
}

function couldDrop({ knowledge }: Prepared, { name }: CallExpr): boolean {
  if (name === undefined) return false;
  return knowledge.actsOf(name)?.some(({ does }) => does === 'drop') ?? knowledge.mayDrop(name);
}

/** What a parameter holds is given back: which of it the caller has put there is not followed. */
function dropsInside({ fn, cfg, knowledge }: Prepared): boolean {
  const params = new Set(fn.params.filter(({ type }) => !isPage(type)).map(({ name }) => name));
  return cfg.nodes.flatMap(callsOf).some((call) => {
    const acts = call.name === undefined ? undefined : knowledge.model.acts.get(call.name);
    return (acts ?? []).some((act) => {
      const path = act.does === 'drop' ? operandPath(call, act.on, knowledge) : undefined;
      return path !== undefined && path !== rootOf(path) && params.has(rootOf(path));
    });
  });
}

/** A page, or an array of pages: what is given back there is what was handed in. */
function isPage({ base }: TypeName): boolean {
  return /\b(page|folio)$/.test(base);
}

/** Flags, sizes and orders; a page may be handed as a pointer, an address, a number or a type of its own. */
function isSmallNumber({ pointers, base }: TypeName): boolean {
  return (
    pointers === 0 &&
    /^(bool|(unsigned )?(int|short|char)|unsigned|[us](8|16|32)|size_t|gfp_t|loff_t|enum \w+)$/.test(base)
  );
}

type Fate = 'kept' | 'released' | 'gone';

/** What becomes of a parameter's page, by the outcome it can be told from; undefined where that is not certain. */
function actOnParameter({ ways, events, complete }: Followed, at: number, unit: OwnedUnit): OwnershipAct[] | undefined {
  // What it returns leads to the page, and nobody who asks for the acts would know.
  if (!complete || events.some(({ does }) => does === 'returned')) return undefined;
  const fates = new Set(ways.map(fateOf));
  const on = { at };
  if (fates.size === 0 || (fates.size === 1 && fates.has('kept'))) return [];
  const given = unitOfDrops(events) ?? { unit, isMixed: true };
  if (fates.size === 1 && fates.has('released')) return [{ does: 'drop', ...given, on, when: 'always' }];
  const bySign = SIGNS.map((sign) => ({ sign, fates: new Set(waysOf(ways, signsOf(sign)).map(fateOf)) }));
  const certain = bySign.filter((one) => one.fates.size === 1 && !one.fates.has('kept'));
  const kept = bySign.filter((one) => one.fates.size === 0 || (one.fates.size === 1 && one.fates.has('kept')));
  const [only] = certain;
  if (!only || certain.length + kept.length < SIGNS.length || certain.length > 1) return undefined;
  if (only.fates.has('released')) return [{ does: 'drop', ...given, on, when: only.sign }];
  return [{ does: 'hand-over', unit, on, when: only.sign }];
}

/** What all give-backs are of; undefined where they differ. */
function unitOfDrops(events: Followed['events']): { readonly unit: OwnedUnit } | undefined {
  const [unit, ...more] = new Set(events.filter(({ does }) => does === 'drop').map((event) => event.unit));
  return unit !== undefined && more.length === 0 ? { unit } : undefined;
}

function waysOf(ways: readonly WayOut[], signs: Signs): readonly WayOut[] {
  return ways.filter(({ returned }) => returned === undefined || (returned & signs) !== 0);
}

function fateOf({ state }: WayOut): Fate {
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
