import type { TextEdit } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import type { CallExpr } from '../../ownership/calls.js';
import { includeEdits } from '../fixes/includes.js';
import type { Candidate, Headers } from '../fixes/index.js';
import { knownName } from '../fixes/names.js';
import type { WritingPlace } from '../fixes/request.js';
import type { RuleWorld } from '../rule.js';
import { blankNonCode } from '../../syntax/index.js';
import type { FunctionIr } from '../../syntax/index.js';

/** What the findings of one function are to be repaired with. */
export interface RepairRequest {
  readonly world: RuleWorld;
  readonly file: SourceFile;
  readonly fn: FunctionIr;
  readonly headers: Headers;
  /** Offset of the finding that is to be put right. */
  readonly start: number;
}

/**
 * A give-back that a repair has written or leads to, and the call that took what it gives back, or the parameter by which a
 * locked page came in: offsets in the text after it.
 */
export interface Owed {
  readonly call: number;
  readonly taken: number | { readonly lockedParameter: string };
}

/** One way to put a finding right, before it was tried. */
export interface Repair extends Candidate {
  /** Offset of the finding's report, and of the call that took the page; undefined where the report names none. */
  readonly of: { readonly start: number; readonly taken: number | undefined };
  /** What has to be owed on every way that leads there, or the repair is wrong. */
  readonly owed: readonly Owed[];
}

/** Columns that a line of an editor's menu has room for. */
const MENU_WIDTH = 60;

/**
 * Title and kind of a repair: it needs a look where something must hold, which the title then ends with.
 * @param short what it is called where the name that it writes is too long for a menu
 */
export function judgedAs(
  title: string,
  short: string,
  precondition: string,
): Pick<Candidate, 'title' | 'kind' | 'precondition'> {
  const behind = precondition === '' ? '' : ` (${precondition})`;
  const whole = `${title}${behind}`;
  return {
    title: whole.length < MENU_WIDTH ? whole : `${short}${behind}`,
    kind: precondition === '' ? 'safe' : 'needs-look',
    precondition,
  };
}

/** Where an offset of the old text that no edit covers stands in the new one. An insertion there comes before it. */
export function movedBy(edits: readonly TextEdit[], offset: number): number {
  return edits
    .filter(({ end }) => end <= offset)
    .reduce((sum, { start, end, text }) => sum + text.length - (end - start), offset);
}

/** Where the text of an edit begins in the new text. */
export function placeOfEdit(edits: readonly TextEdit[], edit: TextEdit): number {
  const before = edits.slice(0, edits.indexOf(edit));
  return before.reduce((sum, { start, end, text }) => sum + text.length - (end - start), edit.start);
}

/**
 * The edits with the `#include`s that they need. A header that declares what the function calls already is there, however it
 * came in. Undefined for a name that the tree does not have.
 */
export function withHeaders(
  place: WritingPlace,
  names: readonly string[],
  there: readonly string[],
  edits: readonly TextEdit[],
): Pick<Candidate, 'edits' | 'includes'> | undefined {
  const code = blankNonCode(place.file.text);
  // What the file calls already is declared for it, wherever that may be.
  const fresh = names.filter((name) => !new RegExp(`\\b${name}\\s*\\(`).test(code));
  const known = fresh.map((name) => knownName(place, name)).filter((name) => name !== undefined);
  if (known.length < fresh.length) return undefined;
  const headers = new Set(there.map((name) => knownName(place, name)?.header));
  return includeEdits(
    place,
    known.filter(({ header }) => !headers.has(header)),
    edits,
  );
}

/** True for a call that stands in the text as itself: no macro stands for it. */
export function isWritten({ original }: SourceFile, { name, start, end }: CallExpr): boolean {
  const text = original.slice(start, end);
  return name !== undefined && text.startsWith(name) && /^\s*\(/.test(text.slice(name.length)) && text.endsWith(')');
}
