import { createHash } from 'node:crypto';
import type { Settings } from '@pageref/shared';
import type { KnownTree } from '../editor/workspace.js';

/**
 * Hash of everything the diagnostics of a text depend on: the text, the tree with its model, the settings, which findings were
 * judged, and what is found in it on account of the whole tree.
 */
export function resultIdOf(
  uri: string,
  { id }: KnownTree,
  settings: Settings,
  { judged, fromTree }: { readonly judged: string; readonly fromTree: string },
  text: string,
): string {
  const hash = createHash('sha256').update(`${uri}\0${id}\0${JSON.stringify(settings)}\0${judged}\0${fromTree}\0`);
  return hash.update(text).digest('hex').slice(0, 32);
}
