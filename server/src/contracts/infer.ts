import { ZONE_DEVICE } from '@pageref/shared';
import type { Attribute, KindSet, Operand, Precondition, Predicate } from '@pageref/shared';
import { reservedPage } from '../flow/assume.js';
import type { Contract, EffectPlace, EffectRow, PredicateRow, SourceRow } from '../flow/contract.js';
import { separatedKinds } from '../flow/contract.js';
import type { Call, FlowContext } from '../flow/context.js';
import { touchedPages } from '../flow/calls.js';
import { evaluate } from '../flow/evaluate.js';
import { replayCalls, returnedValue } from '../flow/fixpoint.js';
import type { Flow } from '../flow/fixpoint.js';
import { mayNamePage, accessPathOf } from '../flow/domain/access-paths.js';
import { visitExpressions } from '../syntax/ir-walk.js';
import type { FunctionIr } from '../syntax/ir.js';
import { aliasesOf, pageOf } from '../flow/domain/pages.js';
import { WARNED } from '../flow/domain/state.js';
import type { State, AbstractPage, PageId, Value } from '../flow/domain/state.js';
import { heldKinds, referencesOn } from '../flow/domain/held.js';
import { exitEffects, NO_EFFECTS } from './exit-effects.js';
import type { Returned } from './exit-effects.js';
import { plainPath } from '../flow/domain/access-paths.js';

/**
 * A function's own contract, read from its flow: a boolean answer about a parameter is a predicate row, a page it hands
 * back is a source row, calls that take or drop references on a parameter are effect rows, each per kind.
 */
export function inferContract(
  context: FlowContext,
  flow: Flow,
  from: { path: string; line: number },
  placeOf?: (offset: number) => EffectPlace,
): Contract {
  const returns = collectReturns(context, flow);
  const effects: EffectRow[] = [];
  const preconditions: Precondition[] = [];
  const classes = new Map<number, Predicate['class']>();
  collectCalls(context, flow, { effects, preconditions, classes, placeOf });
  const predicate = inferPredicate(context, returns, classes);
  const source = inferSource(context, returns);
  const attribute = inferAttribute(context, returns);
  const handed = context.references ? exitEffects(context, exitsOf(context, flow)) : NO_EFFECTS;
  return {
    name: context.fn.name,
    from,
    ...(predicate && { predicate }),
    ...(attribute && { attribute }),
    sources: [...(source ? [source] : []), ...handed.sources],
    effects: [...effects, ...handed.effects],
    preconditions,
    counterparts: [],
  };
}

function collectReturns(context: FlowContext, flow: Flow): Returned[] {
  const returns: Returned[] = [];
  for (const node of flow.cfg.nodes) {
    if (node.op !== 'return') continue;
    const state = flow.before.get(node.id);
    if (state && node.value) returns.push({ value: returnedValue(context, flow, node), state });
  }
  return returns;
}

/** Every way out that is an answer, with the state after what is returned was evaluated; one for a function without a value. */
function exitsOf(context: FlowContext, flow: Flow): Returned[] {
  const exits = flow.cfg.nodes.flatMap((node): Returned[] => {
    const state = node.op === 'return' && node.value ? flow.before.get(node.id)?.copy() : undefined;
    if (!state || node.op !== 'return' || isWarned(state)) return [];
    if (node.known !== undefined) return [{ value: returnedValue(context, flow, node), state }];
    return node.value ? [{ value: evaluate(context, state, node.value), state }] : [];
  });
  const end = flow.before.get(flow.cfg.exit);
  return exits.length === 0 && end ? [{ value: {}, state: end }] : exits;
}

/** The page a parameter named on entry, as a state has it. */
function parameterPage(context: FlowContext, state: State, index: number): AbstractPage | undefined {
  const param = context.fn.params[index];
  return param && pageOf(context, state, `at:${param.name}`);
}

/** Index of the parameter whose page a page is, directly or in the same range. */
export function parameterOf(context: FlowContext, groups: readonly PageId[] | undefined): number | undefined {
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
    const isAsHanded = !isWritten(context.fn, place);
    for (const { value, state } of returns) {
      // A missing page is no page of any kind: what is returned for it says nothing.
      if (isAsHanded && state.paths.get(place)?.known === 'null') continue;
      const page = parameterPage(context, state, index);
      const kinds = page?.kinds ?? context.provenance.any;
      // What is returned behind a warning is no answer, unless it was the kind of page that was warned of.
      if (isWarned(state) && kinds === context.provenance.any) continue;
      const { mayBeTrue, mayBeFalse } = truthOf(value, kinds, `at:${place}`);
      whenTrue |= mayBeTrue;
      whenFalse |= mayBeFalse;
    }
    if (whenTrue !== whenFalse && returns.length > 0) return { class: cls, of: { at: index }, whenTrue, whenFalse };
  }
  return undefined;
}

function isWarned(state: State): boolean {
  return state.paths.get(WARNED)?.known === 'nonnull';
}

/** True where a function gives a parameter another value, or may let others do so. */
function isWritten(fn: FunctionIr, param: string): boolean {
  let written = false;
  visitExpressions(fn.body, (expr) => {
    const isTarget = expr.op === 'assign' || expr.op === 'update' || (expr.op === 'unary' && expr.operator === '&');
    if (isTarget) written ||= accessPathOf(expr.op === 'assign' ? expr.target : expr.operand) === param;
  });
  return written;
}

/** Kinds for which a returned value can be true and false: a page that is handed back is not null. */
function truthOf(value: Value, kinds: KindSet, parameter: PageId): { mayBeTrue: KindSet; mayBeFalse: KindSet } {
  if (value.known === 'nonnull') return { mayBeTrue: kinds, mayBeFalse: 0 };
  if (value.known === 'null') return { mayBeTrue: 0, mayBeFalse: kinds };
  if (value.nullTest?.of === parameter) {
    return { mayBeTrue: kinds & value.nullTest.whenNonNull, mayBeFalse: kinds & value.nullTest.whenNull };
  }
  if (value.page === parameter) return { mayBeTrue: kinds, mayBeFalse: 0 };
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
    if (value.page === undefined) continue;
    const page = pageOf(context, state, value.page);
    // What is in doubt here would be a proof there.
    const sure = page.doubt ? context.provenance.any : page.kinds;
    kinds |= value.nullTest?.of === value.page ? sure & value.nullTest.whenNonNull : sure;
    nullable ||= value.nullTest !== undefined;
    parameters.add(parameterOf(context, page.aliases));
    if (page.origin.role !== 'provenance') role = 'filter';
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
    const at = parameterOf(context, aliasesOf(context, state, value.attribute.of));
    if (at !== undefined) return { ...value.attribute.asked, of: { at } };
  }
  return undefined;
}

/** What every definition of a name agrees on: arms of #if may define it more than once. */
export function joinContracts(contracts: readonly Contract[]): Contract | undefined {
  return contracts.reduce<Contract | undefined>((sum, one) => (sum ? joinTwo(sum, one) : one), undefined);
}

function joinTwo(a: Contract, b: Contract): Contract {
  const { predicate: _predicate, attribute: _attribute, conversion: _conversion, callback: _callback, ...plain } = a;
  const predicate = joinPredicates(a.predicate, b.predicate);
  const attribute = a.attribute ?? b.attribute;
  const [left, right] = [a.sources[0], b.sources[0]];
  const source = left && right && givesAlike(left, right) ? joinSources(left, right) : undefined;
  const agreed = a.preconditions.filter((one) =>
    b.preconditions.some((two) => two.needs === one.needs && two.of.at === one.of.at),
  );
  return {
    ...plain,
    // What only one of the two is known to leave alone may be written.
    from: a.from === 'model' ? b.from : a.from,
    ...(predicate && { predicate }),
    ...(attribute && { attribute }),
    ...(a.conversion && isSame(a.conversion, b.conversion) && { conversion: a.conversion }),
    ...(a.callback && isSame(a.callback, b.callback) && { callback: a.callback }),
    sources: source ? [source] : [],
    effects: [...a.effects, ...b.effects],
    preconditions: agreed,
    ...((a.isIncomplete ?? b.isIncomplete) && { isIncomplete: true }),
  };
}

/** Both give their page by the same operand, as the same page as the same argument. */
function givesAlike(a: SourceRow, b: SourceRow): boolean {
  return a.same?.at === b.same?.at && isSame(a.result, b.result);
}

/** Compares plain data of the model. */
function isSame(a: object, b: object | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
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
  readonly placeOf: ((offset: number) => EffectPlace) | undefined;
}

/** The strongest question asked of a parameter decides what kind of predicate the function is. */
const STRENGTH: readonly Predicate['class'][] = ['valid', 'kind', 'range', 'memory-type', 'reserved', 'zone-device'];

function collectCalls(context: FlowContext, flow: Flow, into: Collected): void {
  const asked = (index: number | undefined, cls: Predicate['class']): void => {
    if (index === undefined) return;
    const before = into.classes.get(index);
    if (!before || STRENGTH.indexOf(cls) > STRENGTH.indexOf(before)) into.classes.set(index, cls);
  };
  replayCalls(context, flow, (call, contract, args, state, result, _node, before) => {
    if (!contract) return;
    const parameterAt = (at: number | 'result'): number | undefined => {
      const page = at === 'result' ? undefined : args[at]?.page;
      return page === undefined ? undefined : parameterOf(context, aliasesOf(context, state, page));
    };
    const { predicate } = contract;
    if (predicate) {
      const separates = predicate.class !== 'memory-type' && separatedKinds(predicate) !== 0;
      asked(parameterAt(predicate.of.at), separates ? 'zone-device' : predicate.class);
    }
    for (const source of contract.sources) if (source.same) asked(parameterAt(source.same.at), 'range');
    const told = { context, call, contract, args, state, result, before };
    if (context.references) collectReferences(told, into);
    else collectEffects(told, into);
    for (const precondition of contract.preconditions) {
      const index = parameterAt(precondition.of.at);
      if (index !== undefined) addPrecondition(into.preconditions, { ...precondition, of: { at: index } });
    }
  });
  for (const node of flow.cfg.nodes) {
    const state = flow.before.get(node.id);
    if (node.op !== 'branch' || !state || !context.vocabulary.matchReserved(node.condition)) continue;
    const copy = state.copy();
    const id = reservedPage(context, copy, node.condition);
    asked(id === undefined ? undefined : parameterOf(context, aliasesOf(context, copy, id)), 'reserved');
  }
}

/** What two calls need alike is needed once: functions that call each other would else never come to an end. */
function addPrecondition(known: Precondition[], one: Precondition): void {
  const isKnown = known.some(({ of, needs, text }) => of.at === one.of.at && needs === one.needs && text === one.text);
  if (!isKnown) known.push(one);
}

/** A call as the flow has it. */
interface Told {
  readonly context: FlowContext;
  readonly call: Call;
  readonly contract: Contract;
  readonly args: readonly Value[];
  readonly state: State;
  readonly result: Value;
  readonly before: State;
}

function collectEffects({ context, call, contract, args, state, result, before }: Told, into: Collected): void {
  for (const effect of contract.effects) {
    const then = contract.from === 'model' ? state : before;
    for (const id of touchedPages(context, state, call, args, result, effect.on, then)) {
      const named = operandOf(context, aliasesOf(context, state, id));
      if (!named) continue;
      // An array that is handed on whole is an array for the caller too.
      const isWhole = effect.on.at !== 'result' && args[effect.on.at]?.page === id && named.through === undefined;
      const on = isWhole && effect.on.through !== undefined ? { ...effect.on, at: named.at } : named;
      const affected = effect.affected & pageOf(context, state, id).kinds;
      addOnce(into.effects, { ...effect, on, affected, via: effect.via ?? call.name ?? '' });
    }
  }
}

/** What two calls do alike is said once: the rows of functions that call one another would else be multiplied from call to call. */
function addOnce(rows: EffectRow[], row: EffectRow): void {
  if (!rows.some((one) => isSameRow(one, row))) rows.push(row);
}

function isSameRow({ on: a, ...one }: EffectRow, { on: b, ...other }: EffectRow): boolean {
  if (one.affected !== other.affected || one.via !== other.via || a.at !== b.at || a.through !== b.through)
    return false;
  return a.field === b.field && isSame(one, other);
}

/** The operand that names a page in a call of this function: a parameter, or what a member or an array of one leads to. */
function operandOf(context: FlowContext, groups: readonly PageId[]): Operand | undefined {
  const index = parameterOf(context, groups);
  if (index !== undefined) return { at: index };
  for (const [at, { name }] of context.fn.params.entries()) {
    const place = groups.map(placeOfThing).find((one) => one?.startsWith(name));
    const below = place === undefined ? undefined : plainPath(place).slice(name.length);
    if (below === '[]') return { at, through: 'array' };
    if (below !== undefined && MEMBERS.test(below)) return { at, through: 'field', field: below.slice(2) };
  }
  return undefined;
}

/** The place a page was named after: its first one, or an element of an array after the index has changed. */
function placeOfThing(id: PageId): string | undefined {
  return /^at:(.*)$/.exec(id)?.[1] ?? /^lost:(.*\])@\d+$/.exec(id)?.[1];
}

/** Members below a parameter, and the elements of the last of them: `->req->pages[]`. */
const MEMBERS = /^(?:->\w+)+(?:\[\])?$/;

/**
 * A function's own contract with its references counted: a reference that it took itself and gives back is none of its
 * caller's business, and what it takes for its caller is what is still held at the ways out.
 */
function collectReferences({ context, call, contract, args, state, result }: Told, into: Collected): void {
  for (const effect of contract.effects) {
    if (effect.does === 'acquire') continue;
    for (const id of touchedPages(context, state, call, args, result, effect.on)) {
      const index = parameterOf(context, aliasesOf(context, state, id));
      if (index === undefined) continue;
      const page = pageOf(context, state, id);
      const counted = effect.does === 'release' || effect.does === 'transfer' || effect.does === 'free';
      const affected = effect.affected & page.kinds & ~(counted ? heldKinds(referencesOn(page)) : 0);
      const whole = effect.on.at !== 'result' && args[effect.on.at]?.page === id;
      const on = whole && effect.on.through ? { ...effect.on, at: index } : { at: index };
      if (affected === 0) continue;
      // What the caller leaves out was left out here, unless the callee left it out before.
      const here = narrows(effect, affected, page) ? into.placeOf?.(call.start) : undefined;
      const where = here ? { ...here, call: call.name ?? '' } : effect.where;
      const row = { ...effect, on, affected, via: effect.via ?? call.name ?? '' };
      addEffect(into.effects, where ? { ...row, where } : row);
    }
  }
}

/** Questions that people ask to keep their hands off a page; what else a page is (anonymous, slab) selects pages to work on. */
const TELLS = new Set<Predicate['class'] | undefined>(['reserved', 'zone-device', 'memory-type', 'range']);

/** True when an effect misses ZONE_DEVICE kinds on account of a test, and not of where the page comes from. */
function narrows(
  { affected: before }: EffectRow,
  affected: KindSet,
  { cutByReservedBit, cuts }: AbstractPage,
): boolean {
  const lost = before & ZONE_DEVICE & ~affected;
  return (
    (lost & cutByReservedBit) !== 0 ||
    (lost !== 0 && cuts.some((one) => one.role === 'refinement' && TELLS.has(one.class)))
  );
}

/** Two calls with the same effect on the same operand are one row, for the kinds of both. */
function addEffect(rows: EffectRow[], row: EffectRow): void {
  const same = rows.findIndex(
    (one) =>
      one.does === row.does &&
      one.unit === row.unit &&
      one.via === row.via &&
      one.on.at === row.on.at &&
      one.on.through === row.on.through,
  );
  const known = rows[same];
  if (known) rows[same] = { ...known, affected: known.affected | row.affected };
  else rows.push(row);
}
