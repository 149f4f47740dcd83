/** Messages between a run over stored files and the thread that reads and searches them. */

/** How git is started, and where the thread says that a blob is there. */
export interface StoredSetup {
  readonly root: string;
  readonly settings: readonly string[];
  /** Three 32-bit numbers: a `ReadState`, the bytes of the blob, nothing. */
  readonly control: SharedArrayBuffer;
}

/** `waiting` until the thread has answered; `short`: the buffer is too small for the bytes. */
export const READ_STATE = { waiting: 0, read: 1, short: 2, missing: 3, large: 4, other: 5, failed: 6 } as const;

export type StoredTask =
  | { readonly kind: 'read'; readonly blob: string; readonly into: SharedArrayBuffer }
  | {
      readonly kind: 'search';
      readonly id: number;
      readonly blobs: readonly string[];
      readonly names: readonly string[];
    }
  | { readonly kind: 'filters' }
  | { readonly kind: 'know'; readonly filters: StoredFilters };

/** Filters of blobs one behind the other. */
export interface StoredFilters {
  readonly blobs: readonly string[];
  /** 32-bit words of each. */
  readonly lengths: readonly number[];
  readonly words: Uint32Array;
}

export type StoredAnswer =
  | {
      readonly kind: 'found';
      readonly id: number;
      /** Index of a blob, and indices of the names that it holds. */
      readonly hits: readonly (readonly [blob: number, names: readonly number[]])[];
      /** Index of a blob that is no source, and why. */
      readonly unread: readonly (readonly [blob: number, why: string])[];
      readonly bytesRead: number;
    }
  /** A blob is not there, or git ended: nothing can be said of the tree. */
  | { readonly kind: 'lost'; readonly id: number; readonly blob: number; readonly why: string | undefined }
  | { readonly kind: 'filters'; readonly filters: StoredFilters };
