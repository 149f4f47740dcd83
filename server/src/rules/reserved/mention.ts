import type { SiteKind, Writer } from '@pageref/shared';
import type { CfgNode } from '../../flow/cfg/cfg.js';
import type { FoundWord, FunctionIr } from '../../syntax/index.js';
import type { SourceFile } from '../../contracts/source-file.js';

/** One mention of the reserved bit and what the text makes of it; a test still has to be judged. */
export interface Mention {
  readonly start: number;
  /** PageReserved, folio_test_reserved or raw-bit. */
  readonly form: string;
  readonly kind: SiteKind;
  /** Enclosing function, "-" outside of one. */
  readonly function: string;
  /** The contract that explains a mention that is no test, and a sentence for it. */
  readonly lexical: { readonly contract: string; readonly text: string } | undefined;
  /** The test in its function; undefined where there is nothing to judge or the function could not be read. */
  readonly test: Test | undefined;
  /** The same test in other readings of the function (arms of an #if), or again where a macro asks its argument twice. */
  readonly others?: readonly Test[];
}

export interface Test {
  readonly fn: FunctionIr;
  readonly node: Extract<CfgNode, { op: 'branch' }>;
}

/** A mention that is no test, with what explains it. */
export function plainMention(
  file: SourceFile,
  word: FoundWord,
  form: string,
  kind: SiteKind,
  lexical: NonNullable<Mention['lexical']>,
): Mention {
  return { start: word.start, form, kind, function: functionName(file, word.start), lexical, test: undefined };
}

/** Name of the function an offset stands in, "-" outside of one. */
export function functionName(file: SourceFile, offset: number): string {
  const item = file.itemAt(offset);
  return item?.kind === 'function' && item.name !== '' ? item.name : '-';
}

export function writerAt(file: SourceFile, word: FoundWord, name: string, does: Writer['does']): Writer {
  return { ...file.place(word.start), function: functionName(file, word.start), name, does, marksZoneDevice: false };
}
