import type { Release } from '@pageref/shared';
import { blankNonCode } from '../../syntax/index.js';

/** One arm of an `#if` group: the text from its directive to the next of the group. */
export interface Arm {
  /** Offset of the directive. */
  readonly start: number;
  /** What is behind `#if` or `#elif`; undefined for `#else`, and for `#ifdef`, which asks for no number. */
  readonly condition: string | undefined;
  /** The conditions of the arms before it, which do not hold in this one. */
  readonly before: readonly (string | undefined)[];
}

/** The arms around a place, from the outside in. */
export function armsAround(text: string, at: number): readonly Arm[] {
  const open: Arm[] = [];
  for (const { index, 1: keyword = '', 2: rest = '' } of blankNonCode(text).matchAll(/^[ \t]*#[ \t]*(\w+)([^\n]*)/gm)) {
    if (index > at) break;
    if (keyword === 'if') open.push({ start: index, condition: rest, before: [] });
    else if (keyword.startsWith('if')) open.push({ start: index, condition: undefined, before: [] });
    else if (keyword === 'endif') open.pop();
    else if (keyword === 'elif' || keyword === 'else') {
      const last = open.pop();
      if (!last) continue;
      const condition = keyword === 'elif' ? rest : undefined;
      open.push({ start: index, condition, before: [...last.before, last.condition] });
    }
  }
  return open;
}

/** True where what stands in `outer` is there for whatever stands in `inner`: no arm is around it that is not around both. */
export function isThereFor(outer: readonly Arm[], inner: readonly Arm[]): boolean {
  return outer.every(({ start }) => inner.some((arm) => arm.start === start));
}

/** True for an arm that other releases have: what this one has may be missing in them. */
export function isForOthers({ condition, before }: Arm, release: Release): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  const holds = (text: string | undefined): boolean | undefined =>
    text === undefined ? undefined : compared(text, major * 0x10000 + minor * 0x100);
  return holds(condition) === false || before.some((one) => holds(one) === true);
}

const COMPARISON =
  /^\s*\(?\s*LINUX_VERSION_CODE\s*(<=|>=|<|>|==|!=)\s*KERNEL_VERSION\s*\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)\s*\)?\s*$/;

/** What a comparison with the release comes to; undefined for any other condition. */
function compared(condition: string, code: number): boolean | undefined {
  const [, operator, ...numbers] = COMPARISON.exec(condition) ?? [];
  if (operator === undefined) return undefined;
  const [major = 0, minor = 0, patch = 0] = numbers.map(Number);
  const other = major * 0x10000 + minor * 0x100 + patch;
  const results: Readonly<Record<string, boolean>> = {
    '<': code < other,
    '<=': code <= other,
    '>': code > other,
    '>=': code >= other,
    '==': code === other,
    '!=': code !== other,
  };
  return results[operator];
}
