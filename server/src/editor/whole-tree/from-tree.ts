import { NO_MACROS } from '../../knowledge/header-macros.js';
import type { HeaderMacros } from '../../knowledge/header-macros.js';
import type { ShiftedFindings } from './shifted.js';

/** Macros of headers, with a text that is the same for the same ones. */
export interface KnownMacros {
  readonly macros: HeaderMacros;
  readonly key: string;
}

export const NO_KNOWN_MACROS: KnownMacros = { macros: NO_MACROS, key: '' };

/** What is known of a document that its own text does not say, as far as it is known yet. */
export interface FromTree {
  /** What the rules that rest on the whole tree find in it. */
  readonly findings: ShiftedFindings;
  /** What headers of the module define for it. */
  readonly macros: KnownMacros;
}

export const NOTHING_FROM_TREE: FromTree = { findings: [], macros: NO_KNOWN_MACROS };

/** A text that is the same for the same. */
export function identityOf({ findings, macros: { key } }: FromTree): string {
  return JSON.stringify([findings, key]);
}
