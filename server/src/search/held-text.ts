/** A text that stands for a file: an unsaved one of an editor, or what a change makes of it. */
export interface HeldText {
  /** Most texts of a large change are only looked through for names. */
  readonly bytes: () => Uint8Array;
  readonly text: () => string;
}

/** Such texts, by path relative to the root of their tree. */
export type Texts = ReadonlyMap<string, HeldText>;

export const NO_TEXTS: Texts = new Map();

export function heldText(text: string): HeldText {
  return { bytes: () => Buffer.from(text), text: () => text };
}
