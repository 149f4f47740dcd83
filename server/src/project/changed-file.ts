import type { UnreadableFile } from '@pageref/shared';
import type { TreeFiles } from '../vfs/index.js';

/** A C file after the change. */
export interface ChangedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The text, made of the bytes when it is asked for: most changed files are only looked through. */
  readonly text: () => string;
  /** The text before, read when it is asked for: few changed files have a finding. Undefined where all of it is new. */
  readonly before: () => Promise<string | undefined>;
}

export interface ChangedFiles {
  readonly files: readonly ChangedFile[];
  /** Changed files that cannot be read as they are now. */
  readonly unreadable: readonly UnreadableFile[];
  /** The tree the changes belong to. */
  readonly tree: TreeFiles;
  /** Ends what was started to read them; no text before can be asked for any more. */
  readonly close: () => void;
}
