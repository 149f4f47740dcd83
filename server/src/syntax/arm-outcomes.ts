import type { MacroState } from './version-macros.js';

/** What an arm has made of names, by its end. */
export type Changes = Map<string, MacroState | undefined>;

/** The arms of a group of `#if` that are compiled, or may be. */
interface Outcomes {
  /** What they have made of names. */
  readonly outcomes: readonly Changes[];
  /** One of them is compiled for certain. */
  readonly taken: boolean;
}

/** What names are behind a group: what all its arms make of them, and not known where they differ. */
export function merged({ outcomes, taken }: Outcomes, macros: ReadonlyMap<string, MacroState>): Changes {
  const values = new Map<string, (MacroState | undefined)[]>();
  for (const outcome of outcomes) {
    for (const [name, state] of outcome) {
      const known = values.get(name);
      if (known) known.push(state);
      else values.set(name, [state]);
    }
  }
  const found: Changes = new Map();
  for (const [name, states] of values) {
    const everywhere = taken && states.length === outcomes.length;
    const all = everywhere ? states : [...states, macros.get(name)];
    found.set(name, all.every((one) => isSameState(one, all[0])) ? all[0] : 'unknown');
  }
  return found;
}

function isSameState(a: MacroState | undefined, b: MacroState | undefined): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.text === b.text : a === b;
}
