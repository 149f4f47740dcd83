import { conjunction, type Expression } from './expression.js';
import { bodyOf } from './parse.js';
import { conditionOf, type Placed, type Selector, type Symbols } from './symbols.js';

/**
 * Can a symbol be y (or m) in some configuration? Conditions are judged one by one, as if they had nothing to do with each
 * other, and every doubt counts as "it can": an arch wrongly called unable would hide bugs, the other mistake costs a look.
 */
export interface Evaluator {
  canBeOn(name: string): boolean;
  /** Whether the expression can be true. */
  canHold(expression: Expression): boolean;
}

export function makeEvaluator(symbols: Symbols): Evaluator {
  const forced = leastFixpoint((name, ask) => isForced(symbols, name, ask));
  const possible = leastFixpoint((name, ask) => isPossible(symbols, name, { ask, forced }));
  return {
    canBeOn: possible,
    canHold: (expression) => canHold(expression, { ask: possible, forced }),
  };
}

type Ask = (name: string) => boolean;

/**
 * The least solution of a monotone question over symbols that may hang on each other in circles (two symbols that only
 * select one another are both off). Only what is asked for is worked out. A `true` is final; a `false` found while a
 * circle is open is not, so passes are repeated until one finds nothing new.
 */
function leastFixpoint(question: (name: string, ask: Ask) => boolean): Ask {
  const yes = new Set<string>();
  const no = new Set<string>();
  return (asked) => {
    for (;;) {
      if (yes.has(asked)) return true;
      if (no.has(asked)) return false;
      const before = yes.size;
      const visited = new Set<string>();
      const ask: Ask = (name) => {
        if (yes.has(name)) return true;
        if (no.has(name) || visited.has(name)) return false;
        visited.add(name);
        if (!question(name, ask)) return false;
        yes.add(name);
        return true;
      };
      if (ask(asked)) return true;
      if (yes.size === before) for (const name of visited) no.add(name);
    }
  };
}

interface Context {
  readonly ask: Ask;
  readonly forced: Ask;
}

/** Everything a definition needs apart from its prompt or default. */
export function dependenciesOf({ definition, outer }: Placed): Expression {
  return conjunction([outer, ...bodyOf(definition).depends]);
}

function isPossible(symbols: Symbols, name: string, context: Context): boolean {
  const placed = symbols.definitions.get(name);
  const selected = (selector: Selector): boolean =>
    canHold(conditionOf(selector), context) && context.ask(selector.by.definition.name);
  const selectors = symbols.selectors.get(name) ?? [];
  if (!placed) return isFree(name);
  if (selectors.some((selector) => selector.strong && selected(selector))) return true;
  const weak = selectors.some((selector) => !selector.strong && selected(selector));
  return placed.some((one) => canHold(dependenciesOf(one), context) && (weak || canBeChosen(one, context)));
}

function canBeChosen({ definition }: Placed, context: Context): boolean {
  const { prompt, defaults } = bodyOf(definition);
  if (prompt && canHold(prompt, context)) return true;
  return defaults.some(({ value, condition }) => canHold(condition, context) && canHold(value, context));
}

/**
 * A symbol no file that was read defines. An arch-level name by its prefix is off, as it is in a build; any other may stand
 * in a folder that was not read, and may be on.
 */
export function isFree(name: string): boolean {
  return !/^(?:ARCH|HAVE|CPU|SYS|GENERIC)_/.test(name) && !/^\d+BIT$|^MMU$/.test(name);
}

/** True when every configuration has the symbol on: a default y that nobody is asked about and nothing can switch off. */
function isForced(symbols: Symbols, name: string, ask: Ask): boolean {
  const placed = symbols.definitions.get(name) ?? [];
  const byDefault = placed.some(({ definition, outer }) => {
    const { depends, defaults } = bodyOf(definition);
    const first = defaults[0];
    if (!first || placed.some((one) => bodyOf(one.definition).prompt)) return false;
    return [outer, ...depends, first.condition, first.value].every((part) => mustHold(part, ask));
  });
  const selectors = symbols.selectors.get(name) ?? [];
  const always = (selector: Selector): boolean =>
    selector.strong && mustHold(conditionOf(selector), ask) && ask(selector.by.definition.name);
  return byDefault || (placed.length > 0 && selectors.some(always));
}

function mustHold(expression: Expression, ask: Ask): boolean {
  switch (expression.op) {
    case 'constant':
      return expression.value === 'y';
    case 'symbol':
      return ask(expression.name);
    case 'not':
      return expression.of.op === 'constant' && expression.of.value === 'n';
    case 'and':
      return expression.parts.every((part) => mustHold(part, ask));
    case 'or':
      return expression.parts.some((part) => mustHold(part, ask));
  }
}

function canHold(expression: Expression, context: Context): boolean {
  switch (expression.op) {
    case 'constant':
      return expression.value !== 'n';
    case 'symbol':
      return context.ask(expression.name);
    case 'not':
      return canFail(expression.of, context);
    case 'and':
      return expression.parts.every((part) => canHold(part, context));
    case 'or':
      return expression.parts.some((part) => canHold(part, context));
  }
}

function canFail(expression: Expression, context: Context): boolean {
  switch (expression.op) {
    case 'constant':
      return expression.value !== 'y';
    case 'symbol':
      return !context.forced(expression.name);
    case 'not':
      return canHold(expression.of, context);
    case 'and':
      return expression.parts.some((part) => canFail(part, context));
    case 'or':
      return expression.parts.every((part) => canFail(part, context));
  }
}
