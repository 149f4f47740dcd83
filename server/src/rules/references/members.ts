import type { CallExpr } from '../../ownership/calls.js';
import type { Prepared } from '../../ownership/prepared.js';
import type { Made } from '../../contracts/only-filled.js';
import { valuesAssigned } from '../../syntax/ir-walk.js';
import type { Expr } from '../../syntax/ir.js';

/** Pages that members of structures hold. */

/** A call about a page that a member holds, and what fills the member. */
export interface CallOnMember {
  readonly call: CallExpr;
  readonly made: Made;
}

/** The member that a page is read of, here or where the variable gets its only value. */
export function memberOf({ fn }: Prepared, page: Expr): Expr | undefined {
  if (page.op === 'member') return page;
  const values = page.op === 'name' ? valuesAssigned(fn, page.name) : [];
  const [value] = values;
  return values.length === 1 && value?.op === 'member' ? value : undefined;
}
