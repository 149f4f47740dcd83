import type { Item } from './item.js';
import { SplitState } from './split-state.js';

/**
 * Cuts C text into top-level items, in one pass over it. Items cover the text in order and without overlap.
 * Braces are counted as the first live arm of each #if group has them, and a `}` in column 0 that closes a function
 * ends it whatever was counted: an unbalanced function cannot swallow those behind it.
 * Total: any text gives items. Offsets are UTF-16 code units.
 */
export function splitItems(text: string): readonly Item[] {
  const state = new SplitState(text);
  state.run();
  return state.items;
}
