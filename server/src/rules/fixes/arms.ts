import type { TextEdit } from '@pageref/shared';
import { blankNonCode } from '../../syntax/index.js';
import type { WritingPlace } from './request.js';

/** One arm of an `#if` group: the text from its directive to the next of the group. */
export interface Arm {
  /** Offset of the directive. */
  readonly start: number;
}

/** The arms around a place, from the outside in. */
export function armsAround(text: string, at: number): readonly Arm[] {
  const open: Arm[] = [];
  for (const { index, 1: keyword = '' } of blankNonCode(text).matchAll(/^[ \t]*#[ \t]*(\w+)[^\n]*/gm)) {
    if (index > at) break;
    if (keyword.startsWith('if')) open.push({ start: index });
    else if (keyword === 'endif') open.pop();
    else if (keyword.startsWith('elif') || keyword === 'else') {
      if (open.pop()) open.push({ start: index });
    }
  }
  return open;
}

/** True where what stands in `outer` is there for whatever stands in `inner`: no arm is around it that is not around both. */
export function isThereFor(outer: readonly Arm[], inner: readonly Arm[]): boolean {
  return outer.every(({ start }) => inner.some((arm) => arm.start === start));
}

/** True for an edit that is made in the very arms that the test is in; one that only includes a header may be made around them. */
export function staysInArm(
  { file: { text }, mention }: Pick<WritingPlace, 'file' | 'mention'>,
  edit: TextEdit,
): boolean {
  // What is put in front of a directive is not in its arm.
  const [there, here] = [armsAround(text, edit.start - 1), armsAround(text, mention.start)];
  if (/^[ \t]*#[ \t]*\w/m.test(blankNonCode(text.slice(edit.start, edit.end)))) return false;
  return isThereFor(there, here) && (there.length === here.length || edit.text.trimStart().startsWith('#include'));
}
