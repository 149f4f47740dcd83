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
  /** Something was asked that goes deeper than is followed. */
  readonly wasTooDeep: boolean;
}

export function makeEvaluator(symbols: Symbols): Evaluator {
  const depth = new Depth();
  const forced = leastFixpoint(depth, false, (name, ask) => isForced(symbols, name, { ask, depth }));
  const possible = leastFixpoint(depth, true, (name, ask) => isPossible(symbols, name, { ask, forced, depth }));
  return {
    canBeOn: possible,
    canHold: (expression) => canHold(expression, { ask: possible, forced, depth }),
    get wasTooDeep() {
      return depth.wasTooDeep;
    },
  };
}

/**
 * Questions that may be open at once: symbols that hang on symbols, and parentheses in parentheses. Those of a kernel go 18
 * deep; the stack of a thread holds some thousands.
 */
const MAX_DEPTH = 600;

/** How deep the questions are in each other. */
class Depth {
  wasTooDeep = false;
  private open = 0;

  /** @param doubt the answer to what is too deep */
  ask(question: () => boolean, doubt: boolean): boolean {
    if (this.open >= MAX_DEPTH) return this.giveUp(doubt);
    this.open++;
    const answer = question();
    this.open--;
    return answer;
  }

  giveUp(doubt: boolean): boolean {
    this.wasTooDeep = true;
    return doubt;
  }
}

type Ask = (name: string) => boolean;

/**
 * The least solution of a monotone question over symbols that may hang on each other in circles (two symbols that only
 * select one another are both off). Only what is asked for is worked out. A `true` is final; a `false` found while a
 * circle is open is not, so passes are repeated until one finds nothing new.
 * @param doubt the answer where the question goes too deep
 */
function leastFixpoint(depth: Depth, doubt: boolean, question: (name: string, ask: Ask) => boolean): Ask {
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
        if (!depth.ask(() => question(name, ask), doubt)) return false;
        yes.add(name);
        return true;
      };
      if (ask(asked)) return true;
      if (yes.size === before) for (const name of visited) no.add(name);
    }
  };
}

interface MustContext {
  readonly ask: Ask;
  readonly depth: Depth;
}

interface Context extends MustContext {
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
function isForced(symbols: Symbols, name: string, context: MustContext): boolean {
  const placed = symbols.definitions.get(name) ?? [];
  const byDefault = placed.some(({ definition, outer }) => {
    const { depends, defaults } = bodyOf(definition);
    const first = defaults[0];
    if (!first || placed.some((one) => bodyOf(one.definition).prompt)) return false;
    return [outer, ...depends, first.condition, first.value].every((part) => mustHold(part, context));
  });
  const selectors = symbols.selectors.get(name) ?? [];
  const always = (selector: Selector): boolean =>
    selector.strong && mustHold(conditionOf(selector), context) && context.ask(selector.by.definition.name);
  return byDefault || (placed.length > 0 && selectors.some(always));
}

function mustHold(expression: Expression, context: MustContext): boolean {
  switch (expression.op) {
    case 'constant':
      return expression.value === 'y';
    case 'unread':
      return context.depth.giveUp(false);
    case 'symbol':
      return context.ask(expression.name);
    case 'not':
      return expression.of.op === 'constant' && expression.of.value === 'n';
    case 'and':
      return context.depth.ask(() => expression.parts.every((part) => mustHold(part, context)), false);
    case 'or':
      return context.depth.ask(() => expression.parts.some((part) => mustHold(part, context)), false);
  }
}

function canHold(expression: Expression, context: Context): boolean {
  switch (expression.op) {
    case 'constant':
      return expression.value !== 'n';
    case 'unread':
      return context.depth.giveUp(true);
    case 'symbol':
      return context.ask(expression.name);
    case 'not':
      return context.depth.ask(() => canFail(expression.of, context), true);
    case 'and':
      return context.depth.ask(() => expression.parts.every((part) => canHold(part, context)), true);
    case 'or':
      return context.depth.ask(() => expression.parts.some((part) => canHold(part, context)), true);
  }
}

function canFail(expression: Expression, context: Context): boolean {
  switch (expression.op) {
    case 'constant':
      return expression.value !== 'y';
    case 'unread':
      return context.depth.giveUp(true);
    case 'symbol':
      return !context.forced(expression.name);
    case 'not':
      return context.depth.ask(() => canHold(expression.of, context), true);
    case 'and':
      return context.depth.ask(() => expression.parts.some((part) => canFail(part, context)), true);
    case 'or':
      return context.depth.ask(() => expression.parts.every((part) => canFail(part, context)), true);
  }
}
