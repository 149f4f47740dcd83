import type { Sign } from '@pageref/shared';
import type { FileAnalysis } from './file-analysis.js';
import type { FunctionTable } from '../flow/function-table.js';
import type { FunctionIr, Item } from '../syntax/index.js';
import type { MacroArm } from './macro-arms.js';
import type { Unread } from './read-functions.js';
import type { Recall } from './recall.js';

/** One file as the rules see it: its text, its items, and its functions under analysis. */
export interface SourceFile {
  readonly path: string;
  /** As it stands in the file: what edits are made to. */
  readonly original: string;
  /** The same with what `#if` asks about the kernel's release answered by 0 or 1; offsets are the same. */
  readonly text: string;
  readonly items: readonly Item[];
  readonly table: FunctionTable;
  readonly analysis: FileAnalysis;
  /** The item an offset lies in. */
  itemAt(offset: number): Item | undefined;
  /** The functions and macros that have a name, none of them read for that. */
  named(name: string): readonly Item[];
  /** What kept a function from being read, by its item. */
  unread(item: Item): Unread | undefined;
  /** Whether an offset lies in an arm of `#if` that other releases compile, and this one does not. */
  ofOtherRelease(offset: number): boolean;
  /** The definitions of a macro of the file, each with what `#if` asks around it. */
  macroArms(name: string): readonly MacroArm[];
  /** The sign of a constant of the file, or of a header of its module; undefined where it is none, or where it may have several. */
  constant(name: string): Sign | undefined;
  /** What a pattern (without flags) matches in the text, comments included, in order. */
  found(pattern: RegExp): readonly RegExpExecArray[];
  /** Whether the text matches a pattern anywhere. */
  matches(pattern: RegExp): boolean;
  /** A function that was written anew, with the arguments of its calls where the release judged has them. */
  inSignature(fn: FunctionIr): FunctionIr;
  /** Whether the code of a header that it includes, by way of others too, matches a pattern. */
  includedMatches(pattern: RegExp): boolean;
  /** The macros of the file, in its order. */
  defines(): readonly Item[];
  /** For what rules find out of the file once and use for several functions: each of these rests on what was asked for it. */
  noted: Recall['noted'];
  /** For what rules find out of the file that is plain data without offsets: see `Recall`. */
  kept: Recall['kept'];
  /** Declarations and types at file level that hold a C identifier. */
  declaring(word: string): readonly Item[];
  /** One-based line and column (UTF-16 code units) of an offset. */
  place(offset: number): { readonly path: string; readonly line: number; readonly column: number };
}
