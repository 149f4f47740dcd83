import type { FunctionIr } from '../syntax/ir.js';

/** The functions of one file, lowered when they are asked for. */
export interface FunctionTable {
  readonly path: string;
  /** True when every caller of a static function is in this file (a .c file). */
  readonly closed: boolean;
  /** True when a function or macro of the file has the name, readable or not; nothing is read for the answer. */
  has(name: string): boolean;
  /** Definitions of a name; several when preprocessor arms define it more than once. */
  find(name: string): readonly FunctionIr[];
  /** Other functions whose code mentions the name, in file order; not `complete` when one of them could not be read. */
  mentioning(name: string): { readonly functions: readonly FunctionIr[]; readonly complete: boolean };
  /** True when the name is used outside of functions: in an ops table or another initialiser, or in a macro body. */
  usedOutside(name: string): boolean;
  /** The macros of a name; no function is read for the answer. */
  macros(name: string): readonly FunctionIr[];
  /** One-based line of an offset. */
  lineOf(offset: number): number;
  /** One-based line and column (UTF-16 code units) of an offset. */
  place(offset: number): { readonly line: number; readonly column: number };
}
