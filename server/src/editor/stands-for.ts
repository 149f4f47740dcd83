import type { MacroArm } from '../contracts/macro-arms.js';
import { calledBy } from '../contracts/stand-ins.js';

/** The names in a set that a macro of a header leads to, in all of its definitions, by way of other such macros too. */
export function standsFor(
  macro: string,
  macros: ReadonlyMap<string, readonly MacroArm[]>,
  isWanted: (name: string) => boolean,
): readonly string[] {
  const seen = new Set([macro]);
  for (const name of seen) {
    for (const { fn } of macros.get(name) ?? []) for (const inner of calledBy(fn)) seen.add(inner);
  }
  return [...seen].filter((name) => !macros.has(name) && isWanted(name)).sort();
}
