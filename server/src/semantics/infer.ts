import type { Attribute, KindSet, Precondition, Predicate } from '@pageref/shared';
import { reservedThing } from './assume.js';
import type { Contract, EffectRow, PredicateRow, SourceRow } from './contract.js';
import { separatedKinds } from './contract.js';
import type { FlowContext } from './context.js';
import { replayCalls, returnedValue } from './flow.js';
import type { Flow } from './flow.js';
import { mayNamePage } from './places.js';
import { groupsOf, thingOf } from './things.js';
import { WARNED } from './state.js';
import type { State, Thing, ThingId, Value } from './state.js';

/**
 * A function's own contract, read from its flow: a boolean answer about a parameter is a predicate row, a page it hands
 * back is a source row, calls that take or drop references on a parameter are effect rows, each per kind.
 */
export function inferContract(context: FlowContext, flow: Flow, from: { path: string; line: number }): Contract {
  const returns = collectReturns(context, flow);
  const effects: EffectRow[] = [];
  const preconditions: Precondition[] = [];
  const classes = new Map<number, Predicate['class']>();
  collectCalls(context, flow, { effects, preconditions, classes });
  const predicate = inferPredicate(context, returns, classes);
  const source = inferSource(context, returns);
  const attribute = inferAttribute(context, returns);
  return {
    name: context.fn.name,
    from,
    ...(predicate && { predicate }),
    ...(attribute && { attribute }),
    sources: source ? [source] : [],
    effects,
    preconditions,
    counterparts: [],
  };
}

interface Returned {
  readonly value: Value;
  readonly state: State;
}

function collectReturns(context: FlowContext, flow: Flow): Returned[] {
  const returns: Returned[] = [];
  for (const node of flow.cfg.nodes) {
    if (node.op !== 'return') continue;
    const state = flow.before.get(node.id);
    if (state?.places.get(WARNED)?.known === 'nonnull') continue;
    if (state && node.value) returns.push({ value: returnedValue(context, flow, node), state });
  }
  return returns;
}

/** The thing a parameter named on entry, as a state has it. */
function parameterThing(context: FlowContext, state: State, index: number): Thing | undefined {
  const param = context.fn.params[index];
  return param && thingOf(context, state, `at:${param.name}`);
}

/** Index of the parameter whose page a thing is, directly or in the same range. */
export function parameterOf(context: FlowContext, groups: readonly ThingId[] | undefined): number | undefined {
  if (!groups) return undefined;
  const index = context.fn.params.findIndex((param) => groups.includes(`at:${param.name}`));
  return index < 0 ? undefined : index;
}

function inferPredicate(
  context: FlowContext,
  returns: readonly Returned[],
  classes: ReadonlyMap<number, Predicate['class']>,
): PredicateRow | undefined {
  for (const [index, cls] of classes) {
    let [whenTrue, whenFalse] = [0, 0];
    const place = context.fn.params[index]?.name ?? '';
    for (const { value, state } of returns) {
      // A missing page is no page of any kind: what is returned for it says nothing.
      if (state.places.get(place)?.known === 'null') continue;
      const thing = parameterThing(context, state, index);
      const kinds = thing?.kinds ?? context.provenance.any;
      const { mayBeTrue, mayBeFalse } = truthOf(value, kinds, `at:${place}`);
      whenTrue |= mayBeTrue;
      whenFalse |= mayBeFalse;
    }
    if (whenTrue !== whenFalse && returns.length > 0) return { class: cls, of: { at: index }, whenTrue, whenFalse };
  }
  return undefined;
}

/** Kinds for which a returned value can be true and false: a page that is handed back is not null. */
function truthOf(value: Value, kinds: KindSet, parameter: ThingId): { mayBeTrue: KindSet; mayBeFalse: KindSet } {
  if (value.known === 'nonnull') return { mayBeTrue: kinds, mayBeFalse: 0 };
  if (value.known === 'null') return { mayBeTrue: 0, mayBeFalse: kinds };
  if (value.nullTest?.of === parameter) {
    return { mayBeTrue: kinds & value.nullTest.whenNonNull, mayBeFalse: kinds & value.nullTest.whenNull };
  }
  if (value.thing === parameter) return { mayBeTrue: kinds, mayBeFalse: 0 };
  return { mayBeTrue: kinds, mayBeFalse: kinds };
}

/** What the pages a function returns can be; nothing when one of them is of unknown origin. */
function inferSource(context: FlowContext, returns: readonly Returned[]): SourceRow | undefined {
  if (!mayNamePage(context.fn.returns)) return undefined;
  let kinds = 0;
  let nullable = false;
  let role: SourceRow['role'] = 'provenance';
  const parameters = new Set<number | undefined>();
  for (const { value, state } of returns) {
    if (value.known === 'null') nullable = true;
    if (value.thing === undefined) continue;
    const thing = thingOf(context, state, value.thing);
    kinds |= value.nullTest?.of === value.thing ? thing.kinds & value.nullTest.whenNonNull : thing.kinds;
    nullable ||= value.nullTest !== undefined;
    parameters.add(parameterOf(context, thing.groups));
    if (thing.origin.role !== 'provenance') role = 'filter';
  }
  if (parameters.size === 0) return undefined;
  const only = parameters.size === 1 ? [...parameters][0] : undefined;
  if (only === undefined && kinds === context.provenance.any) return undefined;
  return { role, result: { at: 'result' }, kinds, same: only === undefined ? undefined : { at: only }, nullable };
}

/** A helper that hands back the zone of a page it was given. */
function inferAttribute(context: FlowContext, returns: readonly Returned[]): Attribute | undefined {
  for (const { value, state } of returns) {
    if (!value.attribute) continue;
    const at = parameterOf(context, groupsOf(context, state, value.attribute.of));
    if (at !== undefined) return { ...value.attribute.asked, of: { at } };
  }
  return undefined;
}

/** What every definition of a name agrees on: arms of #if may define it more than once. */
export function joinContracts(contracts: readonly Contract[]): Contract | undefined {
  return contracts.reduce<Contract | undefined>((sum, one) => (sum ? joinTwo(sum, one) : one), undefined);
}

function joinTwo(a: Contract, b: Contract): Contract {
  const { predicate: _predicate, attribute: _attribute, ...plain } = a;
  const predicate = joinPredicates(a.predicate, b.predicate);
  const attribute = a.attribute ?? b.attribute;
  const [left, right] = [a.sources[0], b.sources[0]];
  const source = left && right && left.same?.at === right.same?.at ? joinSources(left, right) : undefined;
  const agreed = a.preconditions.filter((one) =>
    b.preconditions.some((two) => two.needs === one.needs && two.of.at === one.of.at),
  );
  return {
    ...plain,
    ...(predicate && { predicate }),
    ...(attribute && { attribute }),
    sources: source ? [source] : [],
    effects: [...a.effects, ...b.effects],
    preconditions: agreed,
  };
}

function joinPredicates(a: PredicateRow | undefined, b: PredicateRow | undefined): PredicateRow | undefined {
  if (!a || !b || a.of.at !== b.of.at) return undefined;
  return { ...a, whenTrue: a.whenTrue | b.whenTrue, whenFalse: a.whenFalse | b.whenFalse };
}

function joinSources(a: SourceRow, b: SourceRow): SourceRow {
  const role = a.role === b.role ? a.role : 'filter';
  return { ...a, role, kinds: a.kinds | b.kinds, nullable: a.nullable || b.nullable };
}

interface Collected {
  readonly effects: EffectRow[];
  readonly preconditions: Precondition[];
  readonly classes: Map<number, Predicate['class']>;
}

/** The strongest question asked of a parameter decides what kind of predicate the function is. */
const STRENGTH: readonly Predicate['class'][] = ['valid', 'kind', 'range', 'memory-type', 'reserved', 'zone-device'];

function collectCalls(context: FlowContext, flow: Flow, into: Collected): void {
  const asked = (index: number | undefined, cls: Predicate['class']): void => {
    if (index === undefined) return;
    const before = into.classes.get(index);
    if (!before || STRENGTH.indexOf(cls) > STRENGTH.indexOf(before)) into.classes.set(index, cls);
  };
  replayCalls(context, flow, (call, contract, args, state) => {
    if (!contract) return;
    const parameterAt = (at: number | 'result'): number | undefined => {
      const thing = at === 'result' ? undefined : args[at]?.thing;
      return thing === undefined ? undefined : parameterOf(context, groupsOf(context, state, thing));
    };
    const { predicate } = contract;
    if (predicate) {
      const separates = predicate.class !== 'memory-type' && separatedKinds(predicate) !== 0;
      asked(parameterAt(predicate.of.at), separates ? 'zone-device' : predicate.class);
    }
    for (const source of contract.sources) if (source.same) asked(parameterAt(source.same.at), 'range');
    collectEffects(context, contract, call.name ?? '', args, state, into, parameterAt);
  });
  for (const node of flow.cfg.nodes) {
    const state = flow.before.get(node.id);
    if (node.op !== 'branch' || !state || !context.vocabulary.matchReserved(node.condition)) continue;
    const copy = state.copy();
    const id = reservedThing(context, copy, node.condition);
    asked(id === undefined ? undefined : parameterOf(context, groupsOf(context, copy, id)), 'reserved');
  }
}

function collectEffects(
  context: FlowContext,
  contract: Contract,
  via: string,
  args: readonly Value[],
  state: State,
  into: Collected,
  parameterAt: (at: number | 'result') => number | undefined,
): void {
  for (const effect of contract.effects) {
    const index = parameterAt(effect.on.at);
    const id = effect.on.at === 'result' ? undefined : args[effect.on.at]?.thing;
    if (index === undefined || id === undefined) continue;
    const affected = effect.affected & thingOf(context, state, id).kinds;
    into.effects.push({ ...effect, on: { at: index }, affected, via: effect.via ?? via });
  }
  for (const precondition of contract.preconditions) {
    const index = parameterAt(precondition.of.at);
    if (index !== undefined) into.preconditions.push({ ...precondition, of: { at: index } });
  }
}
