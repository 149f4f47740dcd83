import { kindSet } from '@pageref/shared';
import type { KindSet, Operand } from '@pageref/shared';
import type { Expr, FunctionIr, TypeName } from '../syntax/ir.js';
import type { Contract, ContractLookup, SourceRow } from './contract.js';
import { dependsOn, isBareAddress, mayNamePage, placeOf, pointee, typeOf } from './places.js';
import { joinThings, newThing, refine, UNKNOWN } from './state.js';
import type { Because, State, Thing, ThingId, Value } from './state.js';
import type { Vocabulary } from './vocabulary.js';
import { partsOf } from './walk.js';

export type Call = Extract<Expr, { op: 'call' }>;

/** Provenance sets that depend on the release, from the model. */
export interface ProvenanceKinds {
  /** Every kind that exists in the release. */
  readonly any: KindSet;
  readonly kernelObject: KindSet;
  readonly directMap: KindSet;
  readonly pageTableEntry: KindSet;
}

/** What is known of a parameter from the callers; undefined when they are not all seen. */
export type ParameterThing = (index: number) => Pick<Thing, 'kinds' | 'byBit' | 'origin'> | undefined;

/** Listens to calls as they are evaluated, with the things their arguments name. */
export type CallListener = (call: Call, contract: Contract | undefined, args: readonly Value[], state: State, result: Value) => void;

/** A thing nobody has asked about: made from where it comes from, from its neighbour, or from the two things it stands for. */
export type LazyThing = { readonly origin: Because } | { readonly near: ThingId } | { readonly either: readonly [ThingId, ThingId] };

export interface FlowContext {
  readonly fn: FunctionIr;
  readonly types: ReadonlyMap<string, TypeName>;
  readonly vocabulary: Vocabulary;
  readonly provenance: ProvenanceKinds;
  readonly contractOf: ContractLookup;
  readonly parameter: ParameterThing;
  /** Things that are made when somebody asks for them: where they come from, and what they are a neighbour of. */
  readonly lazy: Map<ThingId, LazyThing>;
  readonly onCall?: CallListener;
  /** Calls whose answer is taken as given, by the offset of the call: what-would-happen-if runs. */
  readonly forced?: ReadonlyMap<number, 'null' | 'nonnull'>;
  /** A thing whose kind set must not become empty: paths on which it does are not taken. */
  readonly mustExist?: ThingId;
}

/** The value a place has before anything was assigned to it in this function. */
export function initialValue(context: FlowContext, place: string): Value {
  return isNeverPage(context, place) ? {} : { thing: `at:${place}` };
}

function isNeverPage(context: FlowContext, place: string): boolean {
  const type = context.types.get(place);
  return type !== undefined && !mayNamePage(type);
}

/** The thing behind an id, made on first sight from what types and callers say of its place. */
export function thingOf(context: FlowContext, state: State, id: ThingId): Thing {
  const known = state.things.get(id);
  if (known) return known;
  const made = initialThing(context, id) ?? newThing(id, context.provenance.any, UNKNOWN);
  state.setThing(id, made);
  return made;
}

/** The groups of a thing, without making it. */
export function groupsOf(context: FlowContext, state: State, id: ThingId, depth = 8): readonly ThingId[] {
  const known = state.things.get(id);
  if (known) return known.groups;
  const lazy = context.lazy.get(id);
  if (!lazy || 'origin' in lazy || depth === 0) return [id];
  const parts = 'near' in lazy ? [lazy.near] : lazy.either;
  const groups = parts.flatMap((part) => groupsOf(context, state, part, depth - 1));
  return [...new Set([id, ...groups])].slice(0, 8);
}

/**
 * What a thing is before anything was learnt of it; undefined for one that exists only where its source made it.
 * A thing that a loop made of itself adds nothing to what it is made of otherwise.
 */
export function initialThing(context: FlowContext, id: ThingId, open: ReadonlySet<ThingId> = new Set()): Thing | undefined {
  const lazy = context.lazy.get(id);
  if (!lazy) return id.startsWith('at:') ? placeThing(context, id, id.slice(3)) : undefined;
  if ('origin' in lazy) return newThing(id, context.provenance.any, lazy.origin);
  if (open.has(id) || open.size > MAX_CHAIN) return undefined;
  const inner = new Set([...open, id]);
  if ('near' in lazy) {
    const base = initialThing(context, lazy.near, inner);
    return base && { ...base, groups: [id, ...base.groups].slice(0, 8) };
  }
  const [left, right] = lazy.either.map((part) => initialThing(context, part, inner));
  return left && right ? joinThings(id, left, right) : (left ?? right);
}

/** How many joins and neighbours a thing may be made of; longer chains are cut, what they would add is lost in `any`. */
const MAX_CHAIN = 12;

function placeThing(context: FlowContext, id: ThingId, place: string): Thing {
  const { fn, types, vocabulary, provenance: kinds } = context;
  const index = fn.params.findIndex((param) => param.name === place);
  const type = types.get(place);
  const provenance = type && vocabulary.types.get(type.base);
  if (provenance?.gives === 'page') {
    return newThing(id, kindSet(provenance.kinds), { contract: type?.base ?? '', role: 'provenance', at: fn.nameAt });
  }
  const given = index < 0 ? undefined : context.parameter(index);
  if (given) return { ...newThing(id, given.kinds & kinds.any, given.origin), byBit: given.byBit };
  const role = index >= 0 ? 'parameter' : 'unknown';
  return newThing(id, kinds.any, { contract: place, role, at: fn.nameAt });
}

export function readPlace(context: FlowContext, state: State, place: string): Value {
  const exact = state.places.get(place);
  if (exact) return exact;
  const elements = /^(.*)\[[^\]]*\]$/.exec(place);
  const generic = elements && state.places.get(`${elements[1] ?? ''}[]`);
  if (generic?.thing !== undefined) {
    // One element of an array a source filled: its own thing, of the array's kinds.
    const value: Value = { thing: `at:${place}` };
    state.setThing(`at:${place}`, { ...thingOf(context, state, generic.thing), groups: [`at:${place}`, generic.thing] });
    state.setPlace(place, value);
    return value;
  }
  return initialValue(context, place);
}

export function writePlace(context: FlowContext, state: State, target: Expr, value: Value): void {
  const place = placeOf(target);
  if (place === undefined) return void evaluate(context, state, target);
  if (value.thing !== undefined && isNeverPage(context, place)) {
    const { thing: _page, ...plain } = value;
    value = plain;
  }
  for (const other of [...state.places.keys()]) {
    if (dependsOn(other, place)) state.setPlace(other, freshValue(context, state, `lost:${other}@${target.start}`, UNKNOWN));
  }
  state.setPlace(place, value);
}

/** A value nothing is known of; its thing is made when somebody asks. */
function freshValue(context: FlowContext, state: State, id: ThingId, origin: Because): Value {
  if (!context.lazy.has(id)) context.lazy.set(id, { origin });
  state.forgetThing(id);
  return { thing: id };
}

/** A thing in the same range as another: pfn + 1, page++, the later of two pfns. */
function neighbour(context: FlowContext, state: State, of: Value, at: number): Value {
  const thing = applyNullTest(context, state, of);
  if (thing === undefined) return {};
  const base = state.things.get(thing);
  const id = base ? `near:${at}` : `near:${at}:${thing.slice(0, 40)}`;
  if (base) {
    state.setThing(id, { ...base, groups: [id, ...base.groups.filter((group) => group !== id)].slice(0, 8) });
  } else if (isNearOf(context, thing, id)) {
    return { thing };
  } else {
    if (!context.lazy.has(id)) context.lazy.set(id, { near: thing });
    state.forgetThing(id);
  }
  return { thing: id };
}

/** True when the one is the other or already its neighbour: counting up in a loop makes one neighbour, not a chain of them. */
function isNearOf(context: FlowContext, thing: ThingId, id: ThingId): boolean {
  const lazy = context.lazy.get(thing);
  return thing === id || (lazy !== undefined && 'near' in lazy && lazy.near === id);
}

/** Using a value as a page takes it to be non-null; gives the thing, refined by what non-null says. */
export function applyNullTest(context: FlowContext, state: State, value: Value): ThingId | undefined {
  const { nullTest, thing } = value;
  if (nullTest && thing === nullTest.of) {
    state.setThing(thing, refine(thingOf(context, state, thing), nullTest.whenNonNull, nullTest.because));
  }
  return thing;
}

export function evaluate(context: FlowContext, state: State, expr: Expr): Value {
  switch (expr.op) {
    case 'name':
      return evaluateName(context, state, expr.name);
    case 'number':
      return expr.value === undefined ? {} : { number: expr.value, known: expr.value === 0 ? 'null' : 'nonnull' };
    case 'string':
      return { known: 'nonnull' };
    case 'call':
      return evaluateCall(context, state, expr);
    case 'member':
      return evaluateMember(context, state, expr);
    case 'index':
      evaluate(context, state, expr.index);
      return readIndexed(context, state, expr);
    case 'unary':
      return evaluateUnary(context, state, expr);
    case 'update': {
      const before = evaluate(context, state, expr.operand);
      const after = neighbour(context, state, before, expr.start);
      writePlace(context, state, expr.operand, after);
      return expr.prefix ? after : before;
    }
    case 'binary':
      return evaluateBinary(context, state, expr);
    case 'assign':
      return evaluateAssign(context, state, expr);
    case 'conditional':
      return evaluateConditional(context, state, expr);
    case 'cast':
      return evaluate(context, state, expr.operand);
    case 'comma':
      evaluate(context, state, expr.left);
      return evaluate(context, state, expr.right);
    case 'block': {
      const last = expr.body.at(-1);
      return last?.op === 'expr' ? evaluate(context, state, last.expr) : {};
    }
    case 'type':
      return {};
    default:
      for (const part of partsOf(expr)) evaluate(context, state, part);
      return {};
  }
}

function evaluateName(context: FlowContext, state: State, name: string): Value {
  if (name === 'NULL' || name === 'false') return { known: 'null', number: 0 };
  if (name === 'true') return { known: 'nonnull', number: 1 };
  return readPlace(context, state, name);
}

function readIndexed(context: FlowContext, state: State, expr: Extract<Expr, { op: 'index' }>): Value {
  const place = placeOf(expr);
  if (place !== undefined) return readPlace(context, state, place);
  const array = placeOf(expr.object);
  return array === undefined ? {} : readPlace(context, state, `${array}[?${expr.start}]`);
}

/**
 * `folio->page` is the page of the folio; a range member of a described object (`res->start`) lies in its range;
 * any other member is a place of its own.
 */
function evaluateMember(context: FlowContext, state: State, expr: Extract<Expr, { op: 'member' }>): Value {
  const type = typeOf(expr.object, context.types);
  const guard = context.vocabulary.flagGuards.find((flag) => flag.type === type?.base);
  if (guard?.rangeMembers.includes(expr.field)) return evaluate(context, state, expr.object);
  if (leadsToPage(context, type, expr.field)) return evaluate(context, state, expr.object);
  const place = placeOf(expr);
  if (place !== undefined) return readPlace(context, state, place);
  evaluate(context, state, expr.object);
  return {};
}

function leadsToPage(context: FlowContext, type: TypeName | undefined, field: string): boolean {
  return context.vocabulary.pageTypes.members.some((member) => member.type === type?.base && member.field === field);
}

function evaluateUnary(context: FlowContext, state: State, expr: Extract<Expr, { op: 'unary' }>): Value {
  if (expr.operator === '*') {
    const place = placeOf(expr);
    if (place !== undefined) return readPlace(context, state, place);
  }
  const operand = evaluate(context, state, expr.operand);
  if (expr.operator === '&') {
    const page = expr.operand.op === 'member' && leadsToPage(context, typeOf(expr.operand.object, context.types), expr.operand.field);
    return page ? { ...operand, known: 'nonnull' } : { known: 'nonnull' };
  }
  if (expr.operator === '-' && operand.number !== undefined) return { number: -operand.number, known: operand.known ?? 'nonnull' };
  if (expr.operator === '-' && expr.operand.op === 'name' && /^E[A-Z0-9]+$/.test(expr.operand.name)) return { known: 'nonnull' };
  return {};
}

const ARITHMETIC = new Set(['+', '-', '|', '&', '>>', '<<', '*', '/', '%', '^']);

function evaluateBinary(context: FlowContext, state: State, expr: Extract<Expr, { op: 'binary' }>): Value {
  const left = evaluate(context, state, expr.left);
  const right = evaluate(context, state, expr.right);
  if (!ARITHMETIC.has(expr.operator)) return {};
  if (expr.operator === '>>' || expr.operator === '<<') {
    // A shift turns an address into a pfn or back; the page stays the same.
    return left.thing === undefined ? {} : { thing: left.thing };
  }
  return neighbour(context, state, informed(glimpse(context, state), [left, right]), expr.start);
}

/** Where a thing comes from as far as it is known without asking the callers. */
function glimpse(context: FlowContext, state: State): (id: ThingId) => Because['role'] {
  const isParameter = (id: ThingId): boolean => context.fn.params.some((param) => id === `at:${param.name}`);
  return (id) => state.things.get(id)?.origin.role ?? (isParameter(id) ? 'parameter' : 'unknown');
}

/** Of several operands the one that says most: a known origin before a parameter, that before a plain number. */
function informed(
  roleOf: (id: ThingId) => Because['role'],
  values: readonly Value[],
): Value {
  const rank = (value: Value): number => {
    if (value.thing === undefined) return 3;
    const role = roleOf(value.thing);
    return role === 'unknown' ? 2 : role === 'parameter' ? 1 : 0;
  };
  return [...values].sort((a, b) => rank(a) - rank(b))[0] ?? {};
}

function evaluateAssign(context: FlowContext, state: State, expr: Extract<Expr, { op: 'assign' }>): Value {
  const given = evaluate(context, state, expr.value);
  const value = expr.operator === '=' ? settled(context, state, given, expr) : compound(context, state, expr, given);
  writePlace(context, state, expr.target, value);
  return value;
}

/** An assigned value gets a thing of its own where the expression has none, unless it is a known constant. */
export function settled(context: FlowContext, state: State, value: Value, expr: Expr): Value {
  if (value.thing !== undefined || value.number !== undefined || value.known === 'null') return value;
  return { ...value, ...freshValue(context, state, `val:${expr.start}`, { ...UNKNOWN, at: expr.start }) };
}

function compound(context: FlowContext, state: State, expr: Extract<Expr, { op: 'assign' }>, given: Value): Value {
  const before = evaluate(context, state, expr.target);
  if (expr.operator === '>>=' || expr.operator === '<<=') return before.thing === undefined ? {} : { thing: before.thing };
  return neighbour(context, state, informed(glimpse(context, state), [before, given]), expr.start);
}

function evaluateConditional(context: FlowContext, state: State, expr: Extract<Expr, { op: 'conditional' }>): Value {
  evaluate(context, state, expr.condition);
  const then = expr.then ? evaluate(context, state, expr.then) : {};
  const otherwise = evaluate(context, state, expr.else);
  if (then.known === 'null') return otherwise.thing === undefined ? otherwise : { thing: otherwise.thing };
  if (otherwise.known === 'null') return then.thing === undefined ? then : { thing: then.thing };
  if (then.thing === undefined || otherwise.thing === undefined) return {};
  const [a, b] = [thingOf(context, state, then.thing), thingOf(context, state, otherwise.thing)];
  const id = `either:${expr.start}`;
  state.setThing(id, {
    ...newThing(id, a.kinds | b.kinds, a.origin, [...a.groups, ...b.groups]),
    byBit: a.byBit | b.byBit,
    removals: [...a.removals, ...b.removals].slice(-6),
  });
  return { thing: id };
}

function evaluateCall(context: FlowContext, state: State, call: Call): Value {
  if (call.name === undefined) evaluate(context, state, call.callee);
  const args = call.args.map((arg) => evaluate(context, state, arg));
  if (call.name !== undefined && context.vocabulary.transparent.has(call.name)) return args[0] ?? {};
  const contract = call.name === undefined ? undefined : context.contractOf(call.name);
  const isChooser = call.name !== undefined && context.vocabulary.choosers.has(call.name);
  let result: Value;
  if (isChooser) result = neighbour(context, state, informed((id) => thingOf(context, state, id).origin.role, args), call.start);
  else if (contract) result = applyContract(context, state, call, contract, args);
  else result = unknownCall(context, state, call);
  const forced = context.forced?.get(call.start);
  if (forced) result = answered(result, forced);
  context.onCall?.(call, contract, args, state, result);
  return result;
}

function answered(result: Value, forced: 'null' | 'nonnull'): Value {
  if (forced === 'null') return { known: 'null', number: 0 };
  return { known: 'nonnull', ...(result.thing !== undefined && { thing: result.thing }) };
}

/** A function nothing is known of may write through `&x` and through the pointers it is given. */
function unknownCall(context: FlowContext, state: State, call: Call): Value {
  for (const arg of call.args) {
    const written = pointee(arg);
    const root = placeOf(arg);
    for (const place of [...state.places.keys()]) {
      if (place === written || (root !== undefined && place !== root && dependsOn(place, root))) {
        state.setPlace(place, freshValue(context, state, `lost:${place}@${call.start}`, lost(call)));
      }
    }
    if (written !== undefined && !state.places.has(written)) {
      state.setPlace(written, freshValue(context, state, `lost:${written}@${call.start}`, lost(call)));
    }
  }
  return freshValue(context, state, `call:${call.start}`, lost(call));
}

function lost(call: Call): Because {
  return { contract: call.name ?? 'unknown', role: 'unknown', at: call.start };
}

/** The value an operand of a call names. */
export function operandValue(call: Call, args: readonly Value[], operand: Operand): Value | undefined {
  if (operand.at === 'result') return undefined;
  return call.args[operand.at] === undefined ? undefined : args[operand.at];
}

function applyContract(context: FlowContext, state: State, call: Call, contract: Contract, args: readonly Value[]): Value {
  let result: Value = {};
  const { conversion, predicate, attribute } = contract;
  if (conversion) result = convert(context, state, call, contract, args) ?? result;
  for (const source of contract.sources) result = applySource(context, state, call, contract, source, args) ?? result;
  if (attribute) {
    const of = operandValue(call, args, attribute.of)?.thing;
    if (of !== undefined) result = { ...result, attribute: { contract: contract.name, asked: attribute, of } };
  }
  if (predicate && predicate.of.at !== 'result') {
    const of = operandThing(context, state, call, args, predicate.of);
    const because: Because = { contract: contract.name, role: 'refinement', class: predicate.class, at: call.start };
    if (of !== undefined && !result.nullTest) {
      result = { ...result, nullTest: { of, whenNonNull: predicate.whenTrue, whenNull: predicate.whenFalse, because } };
    }
  }
  if (result.thing === undefined && !conversion) result = { ...result, ...freshValue(context, state, `call:${call.start}`, lost(call)) };
  return result;
}

/** The things an effect on an operand touches: the argument itself, what it points to, or the elements of an array. */
export function touchedThings(context: FlowContext, state: State, call: Call, args: readonly Value[], result: Value, operand: Operand): ThingId[] {
  const found: ThingId[] = [];
  const add = (value: Value | undefined): void => {
    if (value?.thing !== undefined) found.push(value.thing);
  };
  if (operand.at === 'result') {
    add(result);
    return found;
  }
  const arg = call.args[operand.at];
  add(args[operand.at]);
  const target = arg && pointee(arg);
  if (target !== undefined) add(readPlace(context, state, target));
  const root = arg && placeOf(arg);
  if (root === undefined || operand.through === undefined) return found;
  for (const [place, value] of state.places) if (place.startsWith(`${root}[`) || place === `*${root}`) add(value);
  return found;
}

/** The thing an argument names, made where the argument is an expression of its own. */
export function operandThing(
  context: FlowContext,
  state: State,
  call: Call,
  args: readonly Value[],
  operand: Operand,
): ThingId | undefined {
  const value = operandValue(call, args, operand);
  if (!value) return undefined;
  const thing = applyNullTest(context, state, value);
  if (thing !== undefined) return thing;
  if (value.known === 'null' || value.number !== undefined) return undefined;
  const arg = operand.at === 'result' ? undefined : call.args[operand.at];
  return freshValue(context, state, `arg:${arg?.start ?? call.start}`, { ...UNKNOWN, at: call.start }).thing;
}

function convert(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  args: readonly Value[],
): Value | undefined {
  const conversion = contract.conversion;
  if (!conversion || conversion.from.at === 'result') return undefined;
  const id = operandThing(context, state, call, args, conversion.from);
  if (id === undefined) return undefined;
  const because: Because = { contract: contract.name, role: 'provenance', at: call.start };
  const thing = thingOf(context, state, id);
  const named = thing.origin.role === 'unknown' || thing.origin.role === 'parameter';
  if (conversion.origin === 'address' && named) {
    const arg = call.args[conversion.from.at];
    state.setThing(id, refine(thing, addressKinds(context, arg), because));
  } else if (conversion.origin === 'pte' && named) {
    state.setThing(id, { ...thing, kinds: thing.kinds & context.provenance.pageTableEntry, origin: { ...because, role: 'unknown' } });
  }
  return { thing: id };
}

/** Types are provenance: a pointer to a kernel object lies in kernel RAM, a bare address anywhere in the direct map. */
function addressKinds(context: FlowContext, arg: Expr | undefined): KindSet {
  const type = arg && typeOf(arg, context.types);
  if (!type || type.pointers === 0) return context.provenance.directMap;
  const known = context.vocabulary.types.get(type.base);
  if (known) return kindSet(known.kinds);
  if (isBareAddress(type) || type.tag === '') return context.provenance.directMap;
  return context.vocabulary.pageTypes.names.includes(type.base) ? context.provenance.any : context.provenance.kernelObject;
}

function applySource(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  source: SourceRow,
  args: readonly Value[],
): Value | undefined {
  const because: Because = { contract: contract.name, role: source.role, at: call.start };
  if (source.result.at !== 'result') {
    writeOperand(state, call, source, because);
    return undefined;
  }
  const same = source.same && operandThing(context, state, call, args, source.same);
  if (same !== undefined) {
    // A missing page says little of the pfn or pte: filters also drop RAM (raw pfn mappings, special ptes).
    const whenNull = context.provenance.any;
    const nullTest = { of: same, whenNonNull: source.kinds, whenNull, because };
    return source.nullable ? { thing: same, nullTest } : { thing: refined(context, state, same, source.kinds, because) };
  }
  const id = `src:${call.start}`;
  state.setThing(id, newThing(id, source.kinds, because));
  return { thing: id };
}

function refined(context: FlowContext, state: State, id: ThingId, kinds: KindSet, because: Because): ThingId {
  state.setThing(id, refine(thingOf(context, state, id), kinds, because));
  return id;
}

/** A source that writes through a pointer: `&page`, an array of pages, or a member of the object it is given. */
function writeOperand(state: State, call: Call, source: SourceRow, because: Because): void {
  const { at, through, field } = source.result;
  const arg = at === 'result' ? undefined : call.args[at];
  if (!arg) return;
  const target = pointee(arg);
  const root = placeOf(arg);
  const places: string[] = [];
  if (through === 'field' && field !== undefined) {
    places.push(target === undefined ? `${root ?? ''}->${field}` : `${target}.${field}`);
  } else if (target !== undefined) {
    places.push(target, ...(through === 'array' ? [`${target}[]`] : []));
  } else if (root !== undefined) {
    places.push(through === 'array' ? `${root}[]` : `*${root}`);
  }
  for (const place of places) {
    const id = `src:${call.start}:${place}`;
    state.setThing(id, newThing(id, source.kinds, because));
    const elements = place.endsWith('[]') ? `${place.slice(0, -1)}` : undefined;
    for (const other of [...state.places.keys()]) if (elements && other.startsWith(elements)) state.setPlace(other, undefined);
    state.setPlace(place, { thing: id });
  }
}
