/** Messages between the scanner and its worker threads; hardly more than types, so that a worker loads nothing for them. */

/** Files of a folder that are one piece of work: with more, a batch would carry names to and fro that it does not get to. */
export const FILES_PER_UNIT = 128;

/** A piece of work: a folder with all that is below it, or some files of a folder. Paths end with "/" or are empty. */
export interface FileBatch {
  readonly folder: string;
  /** Names in `folder`; without them the folder is listed and its subfolders are scanned as well. */
  readonly files?: readonly string[];
}

export interface WorkerSetup {
  /** Absolute, with a trailing slash. */
  readonly root: string;
  /** Holds the path being read, as length (32 bit) and UTF-8 bytes: all that is left to know after a crash. */
  readonly current: SharedArrayBuffer;
}

export interface Batch {
  readonly id: number;
  readonly units: readonly FileBatch[];
  /** Paths not to be opened: a worker died on them. */
  readonly skip: readonly string[];
  /** Sent with a worker's first batch for these names. */
  readonly names?: readonly string[];
  /** Files are not read: their stamps are wanted, of what changed before that time (milliseconds since 1970). */
  readonly stampBefore?: number;
}

export interface BatchResult {
  readonly id: number;
  /** Work found or not reached, for the scanner to deal again. */
  readonly rest: readonly FileBatch[];
  /** Path and indices of the names found. */
  readonly matches: readonly { readonly path: string; readonly names: readonly number[] }[];
  readonly unreadable: readonly { readonly path: string; readonly why: string }[];
  readonly filesRead: number;
  readonly bytesRead: number;
  readonly stamps: readonly FileStamp[];
}

/** A path and its stamp, see `stampOf`. */
export type FileStamp = readonly [path: string, stamp: string];

/** Room for the length and for the longest path Linux allows. Bytes. */
export const CURRENT_BYTES = 4 + 4096;
