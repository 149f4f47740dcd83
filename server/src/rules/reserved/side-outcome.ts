import type { Effect, KindSet, Precondition, Predicate } from '@pageref/shared';
import { exprText } from '../../syntax/expr-text.js';
import { separatedKinds } from '../../flow/contract.js';
import { touchedPages } from '../../flow/calls.js';
import type { FlowContext } from '../../flow/context.js';
import { reachedNodes, replayCalls, returnedValue } from '../../flow/fixpoint.js';
import type { Flow } from '../../flow/fixpoint.js';
import { FOLLOWED } from '../../flow/what-if.js';
import { WARNED } from '../../flow/domain/state.js';
import type { PageId, Value } from '../../flow/domain/state.js';
import { aliasesOf } from '../../flow/domain/pages.js';
import type { FileAnalysis } from '../../contracts/file-analysis.js';

/** Something that happens to the page on one side of a test. */
export type Act = { readonly at: number; readonly name: string; readonly path: string; readonly line: number } &
  /** `through` is the function that is called; `name` the one that has the effect in the end. */
  (
    | {
        readonly kind: 'effect';
        readonly does: Effect['does'];
        readonly unit: Effect['unit'];
        readonly through: string;
      }
    | { readonly kind: 'needs'; readonly needs: Precondition['needs'] }
    /** A question that tells device pages apart, and which kinds of them; `exact` when it is asked of the tested page itself. */
    | {
        readonly kind: 'asks';
        readonly class: Predicate['class'];
        readonly separated: KindSet;
        readonly exact: boolean;
      }
    | { readonly kind: 'call' }
  );

/** How a side of the test can leave the function: the values it may return, as text. */
export interface SideOutcome {
  readonly acts: readonly Act[];
  readonly returns: ReadonlySet<string>;
  /** False when a bound cut the walk off: what is missing may still happen. */
  readonly complete: boolean;
  /** Truth of the returned values when all agree. */
  readonly truth: 'null' | 'nonnull' | undefined;
}

/** What happens to the pages of a group on the way that a flow took; to any page without one. */
export function outcome(
  unit: FileAnalysis,
  context: FlowContext,
  flow: Flow,
  aliases: ReadonlySet<PageId> | undefined,
): SideOutcome {
  const acts = new Map<string, Act>();
  const statements = new Set(reachedNodes(flow).flatMap(({ node }) => (node.op === 'eval' ? [node.expr] : [])));
  replayCalls(context, flow, (call, contract, args, state, result, _node, before) => {
    const place = { at: call.start, name: call.name ?? '', path: unit.table.path, line: unit.table.lineOf(call.start) };
    const add = (act: Act): void => {
      const key = `${act.kind}:${act.name}:${String(act.at)}:${act.kind === 'effect' ? act.does : ''}`;
      acts.set(key, act);
    };
    // What a function of the file does to what it is handed, it does to what was there before the call.
    const then = contract?.from === 'model' ? state : before;
    const touched = (operand: Effect['on']): readonly PageId[] =>
      touchedPages(context, state, call, args, result, operand, then);
    const touches = (operand: Effect['on']): boolean =>
      aliases === undefined ||
      touched(operand).some((id) => aliasesOf(context, state, id).some((group) => aliases.has(group)));
    for (const effect of contract?.effects ?? []) {
      if (touches(effect.on))
        add({
          ...place,
          kind: 'effect',
          does: effect.does,
          unit: effect.unit,
          through: place.name,
          name: effect.via ?? place.name,
        });
    }
    for (const precondition of contract?.preconditions ?? []) {
      const tells = precondition.needs === 'boot-memory' || precondition.needs === 'owner-free';
      if (tells && touches(precondition.of)) add({ ...place, kind: 'needs', needs: precondition.needs });
    }
    const predicate = contract?.predicate;
    const separated = predicate ? separatedKinds(predicate) : 0;
    if (predicate && separated !== 0 && touches(predicate.of)) {
      const exact = touched(predicate.of).includes(FOLLOWED);
      add({ ...place, kind: 'asks', class: predicate.class, separated, exact });
    }
    if (statements.has(call) && isPlainCall(contract) && aliases && call.args.some((_arg, at) => touches({ at }))) {
      add({ ...place, kind: 'call' });
    }
  });
  return { acts: [...acts.values()], complete: flow.complete, ...returnsOf(context, flow) };
}

/** A call that is neither a question nor a conversion: something is done with the page. */
function isPlainCall(
  contract: { predicate?: unknown; conversion?: unknown; attribute?: unknown; effects: readonly unknown[] } | undefined,
): boolean {
  return (
    !contract || (!contract.predicate && !contract.conversion && !contract.attribute && contract.effects.length === 0)
  );
}

function returnsOf(context: FlowContext, flow: Flow): Pick<SideOutcome, 'returns' | 'truth'> {
  const returns = new Set<string>();
  const truths = new Set<Value['known']>();
  for (const { node, state } of reachedNodes(flow)) {
    if (node.op !== 'return' || state.paths.get(WARNED)?.known === 'nonnull') continue;
    const value = returnedValue(context, flow, node);
    truths.add(value.known ?? (value.page !== undefined && context.fn.returns.pointers > 0 ? 'nonnull' : undefined));
    returns.add(node.known === undefined ? exprText(node.value) : String(node.known === 1));
  }
  const [truth] = truths;
  return { returns, truth: truths.size === 1 ? truth : undefined };
}
