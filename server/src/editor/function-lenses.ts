import type { SourceFile } from '../contracts/source-file.js';
import { labelledFunctions } from '../rules/references/acts.js';
import type { RuleWorld } from '../rules/rule.js';
import { effectLabel } from '../runs/api/effect-label.js';
import type { FunctionIr } from '../syntax/index.js';
import { reservedTests } from './reserved-tests.js';

/** A function of which something is said above it. */
export interface FunctionLens {
  readonly name: string;
  /** Extent of its name, UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** All of its calls are in its own file. */
  readonly local: boolean;
  /** What it does to references of its callers, in a few words; undefined for what is a test of the reserved bit and no more. */
  readonly label?: string;
}

/** The functions of a file that answer the reserved test for others, and those that move references for them, in its order. */
export function functionLenses(world: RuleWorld, file: SourceFile): readonly FunctionLens[] {
  const tests = reservedTests(file).filter(({ answers }) => answers);
  const found = new Map(labelledFunctions(world, file).map(({ fn, label }) => [fn, label]));
  const others = functionsOf(file).flatMap((fn): FunctionLens[] => {
    const local = fn.static && file.table.closed;
    const entry = fn.static ? undefined : world.model.entries.get(fn.name);
    // What is written behind its calls is said above it too.
    const label = (entry && effectLabel(entry, world.deviceKinds)) ?? found.get(fn);
    return label === undefined
      ? []
      : [{ name: fn.name, start: fn.nameAt, end: fn.nameAt + fn.name.length, local, label }];
  });
  const both = tests.map((test): FunctionLens => {
    const label = others.find(({ start }) => start === test.start)?.label;
    return label === undefined ? test : { ...test, label: `reserved test; ${label}` };
  });
  const known = new Set(tests.map(({ start }) => start));
  return [...both, ...others.filter(({ start }) => !known.has(start))].sort((a, b) => a.start - b.start);
}

/** Each function once, at the first of its definitions. */
function functionsOf({ items, table }: SourceFile): readonly FunctionIr[] {
  const held = items.filter(({ kind, dead }) => kind === 'function' && !dead);
  const names = [...new Set(held.map(({ name }) => name))];
  return names.flatMap((name) => table.find(name).slice(0, 1)).filter(({ origin }) => origin === 'function');
}
