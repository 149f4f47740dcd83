import { ANY, MIRRORED, NEGATIVE, POSITIVE, ZERO } from '../ownership/values.js';
import type { Signs } from '../ownership/values.js';
import { having } from '../ownership/state.js';
import { asNumber, numberOf, signsOfSymbol, symbolOf, withAnswer, withSigns } from './state.js';
import type { SlotState, Value } from './state.js';

/** What a computation can come to, each with the state behind it. */
export type Outcomes<Found> = readonly (readonly [Found, SlotState])[];

export function andThen<A, B>(outcomes: Outcomes<A>, next: (found: A, state: SlotState) => Outcomes<B>): Outcomes<B> {
  const [only] = outcomes;
  // Most computations come to one thing.
  if (only && outcomes.length === 1) return next(only[0], only[1]);
  return outcomes.flatMap(([found, state]) => next(found, state));
}

const COMPUTED: Readonly<Record<string, (a: number, b: number) => number | undefined>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? undefined : Math.trunc(a / b)),
  '%': (a, b) => (b === 0 ? undefined : a % b),
  '<<': (a, b) => (b < 0 || b > 30 ? undefined : a * 2 ** b),
  '>>': (a, b) => (b < 0 || b > 30 ? undefined : Math.floor(a / 2 ** b)),
};

/** The value of `a OP b`: a number, a symbol that was counted on, or a symbol that is named by what it was made of. */
export function computed(operator: string, a: Value, b: Value, state: SlotState): Value {
  const [left, right] = [asNumber(a, state), asNumber(b, state)];
  const number = left !== undefined && right !== undefined ? COMPUTED[operator]?.(left, right) : undefined;
  if (number !== undefined) return numberOf(number);
  if (operator === '+' && a.is === 'symbol' && right !== undefined) return symbolOf(a.name, a.plus + right);
  if (operator === '+' && b.is === 'symbol' && left !== undefined) return symbolOf(b.name, b.plus + left);
  if (operator === '-' && a.is === 'symbol' && right !== undefined) return symbolOf(a.name, a.plus - right);
  if (operator === '-' && a.is === 'symbol' && b.is === 'symbol' && a.name === b.name) {
    return numberOf(a.plus - b.plus);
  }
  return symbolOf(`(${nameOf(a)}${operator}${nameOf(b)})`);
}

/** A value as a part of a name. */
export function nameOf(value: Value): string {
  switch (value.is) {
    case 'number':
      return String(value.number);
    case 'page':
      return `page ${String(value.page)}`;
    case 'unset':
      return 'unset';
    case 'symbol':
      return value.plus === 0 ? value.name : `${value.name}+${String(value.plus)}`;
  }
}

const COMPARED: Readonly<Record<string, (difference: number) => boolean>> = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
  '==': (difference) => difference === 0,
  '!=': (difference) => difference !== 0,
};

export function isComparison(operator: string): boolean {
  return operator in COMPARED;
}

/** The signs that a value can have where it compares so with zero. */
const AGAINST_ZERO: Readonly<Record<string, Signs>> = {
  '<': NEGATIVE,
  '<=': NEGATIVE | ZERO,
  '>': POSITIVE,
  '>=': ZERO | POSITIVE,
  '==': ZERO,
  '!=': NEGATIVE | POSITIVE,
};

/** Both answers to `a OP b`, as far as they can be; `bounds` where it bounds a loop, whose range is then chosen. */
export function compared(operator: string, a: Value, b: Value, state: SlotState, bounds: boolean): Outcomes<boolean> {
  const difference = differenceOf(a, b, state);
  const test = COMPARED[operator];
  if (difference !== undefined && test) return [[test(difference), state]];
  const chosen = bounds ? (chosenFor(a, b, state) ?? chosenFor(b, a, state)) : undefined;
  if (chosen) return compared(operator, a, b, chosen, false);
  if (asNumber(a, state) === 0 && b.is !== 'number') return compared(MIRRORED[operator] ?? '', b, a, state, false);
  if (asNumber(b, state) === 0) return againstZero(operator, a, state);
  return both(`(${nameOf(a)}${operator}${nameOf(b)})`, state);
}

function differenceOf(a: Value, b: Value, state: SlotState): number | undefined {
  const [left, right] = [asNumber(a, state), asNumber(b, state)];
  if (left !== undefined && right !== undefined) return left - right;
  if (a.is === 'symbol' && b.is === 'symbol' && a.name === b.name) return a.plus - b.plus;
  if (a.is === 'page' && b.is === 'page') return a.page - b.page;
  if (right !== undefined) return sideOf(a, right, state);
  const side = left === undefined ? undefined : sideOf(b, left, state);
  return side === undefined ? undefined : -side;
}

/** On which side of a number a value is for certain: a page is no NULL and no error, a failure is less than any count. */
function sideOf(value: Value, number: number, state: SlotState): number | undefined {
  if (value.is === 'page') return number <= 0 ? 1 : undefined;
  if (value.is !== 'symbol' || value.plus !== 0) return undefined;
  const signs = signsOfSymbol(value.name, state);
  if (number > 0 && (signs & POSITIVE) === 0) return -1;
  return number < 0 && (signs & NEGATIVE) === 0 ? 1 : undefined;
}

function againstZero(operator: string, value: Value, state: SlotState): Outcomes<boolean> {
  if (value.is !== 'symbol' || value.plus !== 0) return both(`(${nameOf(value)}${operator}0)`, state);
  const yes = AGAINST_ZERO[operator] ?? ANY;
  return bySigns(value.name, yes, state);
}

/** Both answers to a question that tells the signs of a symbol apart. */
export function bySigns(name: string, yes: Signs, state: SlotState): Outcomes<boolean> {
  const [whenTrue, whenFalse] = [withSigns(state, name, yes), withSigns(state, name, ANY & ~yes)];
  return [...one(true, whenTrue), ...one(false, whenFalse)];
}

/** Both answers to a question by its name, or the one that this path has given before. */
export function both(name: string, state: SlotState): Outcomes<boolean> {
  return [...one(true, withAnswer(state, name, true)), ...one(false, withAnswer(state, name, false))];
}

function one(holds: boolean, state: SlotState | undefined): Outcomes<boolean> {
  return state ? [[holds, state]] : [];
}

/** The state in which a symbol is a small number, because a loop runs up to it. */
function chosenFor(value: Value, other: Value, state: SlotState): SlotState | undefined {
  return asNumber(other, state) === undefined ? undefined : chosen(value, state, state.pages.length > 0);
}

/** The state in which a symbol is a small number. */
export function chosen(value: Value, state: SlotState, isGuess: boolean): SlotState | undefined {
  if (value.is !== 'symbol' || (signsOfSymbol(value.name, state) & POSITIVE) === 0) return undefined;
  const bound = having(state.bound, value.name, state.some - value.plus);
  return { ...state, bound, guessed: state.guessed || isGuess };
}
