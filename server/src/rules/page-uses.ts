import type { ResolvedModel } from '@pageref/shared';
import type { Contract } from '../flow/contract.js';
import type { Call, CallListener, FlowContext } from '../flow/context.js';
import { typeOf } from '../flow/domain/access-paths.js';
import type { State, Value } from '../flow/domain/state.js';
import type { Expr } from '../syntax/index.js';

/** Uses of a struct page, as opposed to uses of the number it goes by. */

/** True for an expression that is a page or folio: a variable of such a type, or what a conversion makes of a number. */
export function isPage(context: FlowContext, model: ResolvedModel, expr: Expr): boolean {
  if (expr.op === 'cast') return isPage(context, model, expr.operand);
  if (expr.op === 'call' && expr.name !== undefined) {
    if (model.pageTypes.fromNumbers.includes(expr.name)) return true;
    const [first] = expr.args;
    const conversion = model.entries.get(expr.name)?.conversion;
    return conversion !== undefined && first !== undefined && isPage(context, model, first);
  }
  const type = typeOf(expr, context.types);
  return type?.pointers === 1 && model.pageTypes.names.includes(type.base);
}

/** True for the number of a page: page_to_pfn(page) and what is counted from it. */
export function isNumberOfPage(context: FlowContext, model: ResolvedModel, expr: Expr): boolean {
  if (expr.op === 'binary') return isNumberOfPage(context, model, expr.left);
  if (expr.op !== 'call' || expr.name === undefined || model.pageTypes.fromNumbers.includes(expr.name)) return false;
  const [first] = expr.args;
  if (!model.entries.get(expr.name)?.conversion || !first) return false;
  return isPage(context, model, first) || isNumberOfPage(context, model, first);
}

/** A call that looks at the page an argument names or does something to it. */
export interface PageUse {
  readonly call: Call;
  readonly at: number;
  readonly value: Value;
  readonly state: State;
}

/**
 * Listens for calls that use a page. Conversions only pass it on, and a test for ZONE_DEVICE or of the range is the very
 * question a user of a number should ask.
 */
export function pageUses(context: FlowContext, model: ResolvedModel, found: (use: PageUse) => void): CallListener {
  return (call, contract, args, state) => {
    if (contract?.conversion || contract?.attribute) return;
    if (contract?.predicate && asksWhatItIs(contract)) return;
    args.forEach((value, at) => {
      const arg = call.args[at];
      if (arg && value.page !== undefined && isPage(context, model, arg)) found({ call, at, value, state });
    });
  };
}

function asksWhatItIs({ predicate }: Contract): boolean {
  return predicate !== undefined && predicate.class !== 'kind' && predicate.class !== 'reserved';
}
