import type { Declaration, Fix, ResolvedModel } from '@pageref/shared';
import type { Basis } from '../reserved/judgement.js';
import type { Mention } from '../reserved/mention.js';
import type { SourceFile } from '../../contracts/source-file.js';

/** What the tree's headers say. Looked up when it is asked for; nothing is assumed where the tree has headers. */
export interface Headers {
  /** False for a text in no tree: then the model's own evidence says where a name is declared. */
  readonly present: boolean;
  /** @param hints paths of headers that are likely to hold the name */
  declaring(name: string, hints: readonly string[]): Declaration | undefined;
  /** Headers that a header includes, as they are written there. */
  includesOf(header: string): ReadonlySet<string>;
  /** True when the file at `path` exports the name to modules. */
  exported(name: string, path: string): boolean;
}

/** Where something is written, and what says which names can be written there. */
export interface WritingPlace {
  readonly file: SourceFile;
  /** What is put right: it says in which arms of `#if` the change stands. */
  readonly mention: Pick<Mention, 'start'>;
  readonly model: ResolvedModel;
  readonly headers: Headers;
}

/** All that the fixes of one finding are made from. */
export interface FixRequest extends WritingPlace {
  readonly mention: Mention;
  readonly basis: Basis;
}

/** A fix before it is known whether it is the only safe one. */
export type Candidate = Omit<Fix, 'preferred'>;
