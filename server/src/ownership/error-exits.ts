import type { Cfg } from '../flow/cfg/cfg.js';
import { assignmentOf } from './nodes.js';
import type { Path } from './paths.js';
import type { Prepared, WayOut } from './prepared.js';
import { NEGATIVE, POSITIVE, valuePath, ZERO } from './values.js';

/** Which ways out of a function tell that it failed. */

/** A way out that reports an error: an error pointer or NULL, what is not zero and can be negative, the result of a failed call. */
export function isError({ state, value, returned }: WayOut, codes: Codes): boolean {
  if (returned === undefined || returned === 0 || codes === 'none') return false;
  if (codes === 'pointer') return (returned & POSITIVE) === 0;
  if ((returned & ZERO) !== 0) return false;
  const path = value && valuePath(value);
  if (path !== undefined && state.resultOf.has(path)) return true;
  // What can be positive as well is a code when the function uses it for codes.
  return returned === NEGATIVE || ((returned & NEGATIVE) !== 0 && path !== undefined && codes.has(path));
}

/** How a function reports failures: by its pointer, not at all, or by codes in these variables. */
export type Codes = 'pointer' | 'none' | ReadonlySet<Path>;

export function codesOf({ returns }: Prepared['fn'], { nodes }: Cfg): Codes {
  if (returns.pointers > 0) return 'pointer';
  if (returns.tag === 'enum') return 'none';
  const codes = new Set<Path>();
  for (const node of nodes) {
    const { target, value } = assignmentOf(node) ?? {};
    if (target === undefined || !value) continue;
    if (value.op === 'call' || (value.op === 'unary' && value.operator === '-')) codes.add(target);
  }
  return codes;
}
