import type { Expr, Span } from '../../syntax/index.js';
import { blankNonCode } from '../../syntax/index.js';
import { expressionsAround } from '../../syntax/ir-walk.js';
import type { FixRequest } from './request.js';
import { inBrackets, lineStart } from '../../syntax/source-text.js';

/** What a condition that is put in a slot must not be torn apart by. */
export type Surroundings = 'free' | '&&' | '||' | 'tight';

/** The place of a test in its expression: what is replaced, and what stands around it. */
export interface Slot extends Span {
  /** The test alone, without a `!` in front. */
  readonly test: Expr;
  /** An odd number of `!` stands in front of the test, inside the slot. */
  readonly negated: boolean;
  readonly around: Surroundings;
  /** Where the chain of the same operator begins on the slot's line; the slot's own start without one. */
  readonly chainStart: number;
}

/** The slot of the test a finding speaks of; undefined when the text around it is not what the reading says. */
export function slotOf({ file, mention, basis }: FixRequest): Slot | undefined {
  const { condition } = basis.test.node;
  const around = expressionsAround(basis.test.fn, mention.start);
  const at = around.findLastIndex((expr) => expr.start === condition.start && expr.end === condition.end);
  const test = around[at];
  if (!test) return undefined;
  const code = blankNonCode(file.text);
  const parents = around.slice(0, at).reverse();
  let [slot, negated, used]: [Expr, boolean, number] = [test, false, 0];
  // A `!` belongs to the slot when nothing but blanks stands between it and what it negates.
  for (const parent of parents) {
    if (parent.op !== 'unary' || parent.operator !== '!' || inBrackets(code, slot)) break;
    [slot, negated, used] = [parent, !negated, used + 1];
  }
  const outer = parents.slice(used);
  const surroundings = inBrackets(code, slot) ? 'free' : surroundingsOf(outer[0], slot);
  return {
    start: slot.start,
    end: slot.end,
    test,
    negated,
    around: surroundings,
    chainStart: chainStart(file.text, code, slot, outer),
  };
}

function surroundingsOf(parent: Expr | undefined, child: Expr): Surroundings {
  switch (parent?.op) {
    case 'binary':
      return parent.operator === '&&' || parent.operator === '||' ? parent.operator : 'tight';
    case 'unary':
    case 'update':
    case 'cast':
    case 'unknown':
      return 'tight';
    case 'conditional':
      return parent.condition.start === child.start ? 'tight' : 'free';
    default:
      return 'free';
  }
}

/** The outermost expression of one operator that the slot is an operand of, as far as no brackets come between. */
function chainStart(text: string, code: string, slot: Span, parents: readonly Expr[]): number {
  let start = slot.start;
  let child: Span = slot;
  let operator: string | undefined;
  for (const parent of parents) {
    if (parent.op !== 'binary' || inBrackets(code, child) || (operator ?? parent.operator) !== parent.operator) break;
    operator = parent.operator;
    [child, start] = [parent, parent.start];
  }
  return start >= lineStart(text, slot.start) ? start : firstOfLine(text, slot.start);
}

function firstOfLine(text: string, at: number): number {
  const start = lineStart(text, at);
  return start + (/^[ \t]*/.exec(text.slice(start, at))?.[0].length ?? 0);
}
