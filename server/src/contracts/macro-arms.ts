import type { FunctionIr } from '../syntax/ir.js';
import { conditionsAround } from '../syntax/conditions-around.js';
import type { Conditions } from '../syntax/conditions-around.js';
import type { ReadFunctions } from './read-functions.js';

/** One definition of a macro, and what has to hold for it to be the one. */
export interface MacroArm {
  readonly fn: FunctionIr;
  readonly when: Conditions;
}

/** The definitions of a macro in a text, in its order. */
export function macroArmsIn(text: string, functions: Pick<ReadFunctions, 'macros'>, name: string): MacroArm[] {
  const found = functions.macros(name);
  const conditions = conditionsAround(
    text,
    found.map(({ start }) => start),
  );
  return found.map((fn, at) => ({ fn, when: conditions[at] ?? new Map<string, boolean>() }));
}
