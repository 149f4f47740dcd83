import type { ModelEntry } from '../src/index.js';

/**
 * Which names undo which. A pair is written once, on the entry that takes the reference, or that comes first where none is
 * taken: get_page() names put_page(), alloc_page() names __free_page(). What gives back gets the names of all that it
 * undoes from there, in the order of the model. What only sometimes gives back, such as put_page_testzero(), is nothing a
 * person would be told to write behind get_page(); it names what it undoes itself, as does what has nothing else to say.
 */

/** What each name undoes, as the entries of one release say it. */
export type Undone = ReadonlyMap<string, readonly string[]>;

export function undoneBy(entries: readonly ModelEntry[]): Undone {
  const undone = new Map<string, string[]>();
  for (const { name, counterparts = [] } of entries)
    for (const undoing of counterparts) {
      const known = undone.get(undoing);
      if (known) known.push(name);
      else undone.set(undoing, [name]);
    }
  return undone;
}

/** The entry with every name that it undoes, or is undone by; those it says itself come first. */
export function withCounterparts(entry: ModelEntry, undone: Undone): ModelEntry {
  const undoes = undone.get(entry.name);
  if (!undoes || takes(entry)) return entry;
  return { ...entry, counterparts: [...new Set([...(entry.counterparts ?? []), ...undoes])] };
}

function takes({ effects = [] }: ModelEntry): boolean {
  return effects.some(({ does }) => does === 'acquire');
}
