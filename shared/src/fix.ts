/** What can be done about a finding, as plain data: the command line, SARIF and editors apply it alike. */

/** Replaces `[start, end)` of the ORIGINAL text (UTF-16 code units). */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export const FIX_IDS = [
  'exempt-zone-device',
  'name-zone-device',
  'zone-device-test',
  'online-page',
  'tree-helper',
  'drop-test',
  'right-release',
  'add-release',
  'goto-release',
  'short-release',
] as const;
export type FixId = (typeof FIX_IDS)[number];

/**
 * `safe`: what it changes is known and wanted, so that it may run over a whole file at once; `needs-look`: right only where
 * its precondition holds, and that is for a person to say.
 */
export type FixKind = 'safe' | 'needs-look';

/** One way to put a finding right. Edits are in the order of the text and do not overlap; none depends on another fix. */
export interface Fix {
  readonly id: FixId;
  /** One line for a menu; a `needs-look` one ends with its precondition. */
  readonly title: string;
  readonly kind: FixKind;
  /** True for the single safe fix of a finding. */
  readonly preferred: boolean;
  /** What must hold for it to be right, in words; empty where nothing must. */
  readonly precondition: string;
  readonly edits: readonly TextEdit[];
  /** Headers that the edits include anew, as they are written: `linux/mmzone.h`. */
  readonly includes: readonly string[];
}

/** What is offered for one finding; without fixes `why` says why not. */
export interface FixAdvice {
  readonly fixes: readonly Fix[];
  /** A sentence; empty when there are fixes. */
  readonly why: string;
}

/** Where a name is declared in a tree. */
export interface Declaration {
  /** As it is included: `linux/mmzone.h`. */
  readonly header: string;
  /** The declaration up to its closing bracket, one line. */
  readonly text: string;
  /** Its body stands in the header, so that modules need no export. */
  readonly inline: boolean;
}

/** The text after the edits, which are in order and do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let [result, from] = ['', 0];
  for (const { start, end, text: inserted } of edits) {
    result += text.slice(from, start) + inserted;
    from = end;
  }
  return result + text.slice(from);
}
