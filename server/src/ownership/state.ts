import type { NodeId } from '../flow/cfg/cfg.js';
import type { Facts, Signs } from './values.js';
import { ANY } from './values.js';
import type { Path } from './paths.js';

/**
 * One followed acquisition at one point.
 *  held      this function owes the give-back
 *  released  it was given back
 *  gone      somebody else owns it now, or its name was lost
 */
export type Typestate = 'held' | 'released' | 'gone';

/** The sides of conditions on a result that say nothing of its sign; they stand beside the signs. */
export const STRANGE_TRUE = 8;
export const STRANGE_FALSE = 16;
export const STRANGE = STRANGE_TRUE | STRANGE_FALSE;
export const EVERY_OUTCOME = ANY | STRANGE;
/** Beside the outcomes: the called function is seen and may give the page back, on which outcome is not certain. */
export const UNCERTAIN = 32;

/** A call that was handed the page and of which nothing is known, by the offset of the call. */
export type HandedTo = ReadonlyMap<number, Signs>;

/** Immutable: a step makes a new one. */
export interface State {
  readonly typestate: Typestate;
  /** Paths that name the page, sorted. */
  readonly names: readonly Path[];
  /** References taken beside the followed one on the same page. */
  readonly extra: number;
  /** It was stored where others can find it. */
  readonly stored: boolean;
  readonly facts: Facts;
  /** Conditions by their text that hold or do not, as long as nothing in them is written. */
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly handedTo: HandedTo;
  /** Variables that hold the result of such a call. */
  readonly resultOf: ReadonlyMap<Path, number>;
  /** How it came here: the step before, and the node of this one. */
  readonly before: State | undefined;
  readonly node: NodeId;
}

/** A state and those it came from, the last one first. */
export function* backFrom(state: State): Generator<State, undefined> {
  for (let at: State | undefined = state; at; at = at.before) yield at;
  return undefined;
}

/** Joined states of one key differ in what is known only, never in who owns the page. */
export function keyOf(state: State): string {
  const { typestate, names, extra, stored, handedTo } = state;
  return [typestate, names.join(), extra, stored, [...handedTo.keys()].join()].join('|');
}

/** Equal states of one node need one visit. */
export function identityOf(state: State): string {
  const facts = [...state.facts].map(([path, signs]) => `${path}=${String(signs)}`).sort();
  const conditions = [...state.conditions].map(([text, holds]) => `${text}=${String(holds)}`).sort();
  const handed = [...state.handedTo].map(([at, signs]) => `${String(at)}:${String(signs)}`);
  return [keyOf(state), facts.join(), conditions.join(), handed.join()].join('|');
}

/** What both states know. */
export function joinStates(a: State, b: State): State {
  return {
    ...a,
    facts: joinFacts(a.facts, b.facts),
    conditions: new Map([...a.conditions].filter(([text, holds]) => b.conditions.get(text) === holds)),
    handedTo: new Map([...a.handedTo].map(([at, signs]) => [at, signs | (b.handedTo.get(at) ?? EVERY_OUTCOME)])),
    resultOf: new Map([...a.resultOf].filter(([path, at]) => b.resultOf.get(path) === at)),
  };
}

export function joinFacts(a: Facts, b: Facts): Facts {
  const joined = new Map<Path, Signs>();
  for (const [path, signs] of a) {
    const sum = signs | (b.get(path) ?? ANY);
    if (sum !== ANY) joined.set(path, sum);
  }
  return joined;
}
