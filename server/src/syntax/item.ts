import type { Span } from './ir.js';

/**
 * A top-level item of a C file. Items cover the whole text in order, without overlap:
 * comments and blank space between two items belong to an item of kind `trivia`.
 */
export interface Item extends Span {
  readonly kind: 'function' | 'define' | 'type' | 'declaration' | 'directive' | 'trivia';
  /** Name of the function, macro or type; empty where there is none. */
  readonly name: string;
  /** True when the item stands in a `#if 0` arm. */
  readonly dead: boolean;
}

/** What a position in C text is. */
export type Lexical = 'code' | 'comment' | 'string' | 'char' | 'directive' | 'include';
