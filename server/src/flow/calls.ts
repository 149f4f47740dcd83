import { kindSet } from '@pageref/shared';
import type { KindSet, Operand } from '@pageref/shared';
import type { Expr } from '../syntax/ir.js';
import type { Call, FlowContext } from './context.js';
import type { Contract, SourceRow } from './contract.js';
import { applyToReferences } from './domain/references.js';
import { loseArguments, loseToCall, readPath, writePath } from './domain/heap.js';
import { isBareAddress, accessPathOf, pointee, pointerRoot, typeOf } from './domain/access-paths.js';
import { newPage, refine, UNKNOWN } from './domain/state.js';
import type { Evidence, State, PageId, Value } from './domain/state.js';
import { applyNullTest, eitherOf, freshValue, makePage, pageOf } from './domain/pages.js';
import { withFlags } from './flags.js';
import { plainPath } from './domain/access-paths.js';

/**
 * What calls do: contracts of the model and of the file's own functions, macros with a shape of their own, and the unknown.
 * @param args the values of the arguments, which were evaluated before
 */
export function applyCall(context: FlowContext, state: State, call: Call, args: readonly Value[]): Value {
  const shaped = call.name === undefined ? undefined : macroValue(context, state, call, call.name, args);
  if (shaped) return shaped;
  const known = call.name === undefined ? undefined : context.contractOf(call.name);
  const contract = known && withFlags(context, known, args);
  const before = context.onCall ? state.copy() : state;
  const isLog = call.name !== undefined && context.isLog(call.name);
  if (!isLog && contract?.from !== 'model') loseToCall(context, state, call, args);
  if (call.name !== undefined && context.writesArguments(call.name)) loseArguments(context, state, call);
  let result = contract ? applyContract(context, state, call, contract, args) : unknownResult(context, state, call);
  const forced = context.forced?.get(call.start);
  if (forced) result = answered(result, forced);
  // Whoever listens sees what was held before the call.
  context.onCall?.(call, contract, args, state, result, before);
  if (context.references && contract) applyEffects(context, state, call, contract, args, result);
  return result;
}

/** References that a call takes or drops stay with the pages it touches. */
function applyEffects(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  args: readonly Value[],
  result: Value,
): void {
  for (const effect of contract.effects) {
    if (effect.unit === 'pgmap-reference') continue;
    for (const id of touchedPages(context, state, call, args, result, effect.on)) {
      applyToReferences(context, state, call, contract, effect, id);
    }
  }
}

/** Holds one of two values that are exchanged, meanwhile. */
const SWAPPED = '#swapped';

/** Macros that are no calls in effect: wrappers, min() and its like, swap(). */
function macroValue(
  context: FlowContext,
  state: State,
  call: Call,
  name: string,
  args: readonly Value[],
): Value | undefined {
  const { transparent, choosers, volatileReads, swaps, stores } = context.vocabulary;
  const [first, second] = call.args;
  if (transparent.has(name)) return args[0] ?? {};
  if (volatileReads.has(name)) return first?.op === 'name' ? (args[0] ?? {}) : unknownResult(context, state, call);
  if (choosers.has(name)) {
    const chosen = args.filter((_arg, at) => call.args[at]?.op !== 'type');
    return chosen.reduce((sum, arg) => eitherOf(context, state, sum, arg, call.start), chosen[0] ?? {});
  }
  if (stores.has(name) && first) {
    writePath(context, state, first, args[1] ?? {});
    return args[1] ?? {};
  }
  if (swaps.has(name) && first && second) {
    // What the first write makes uncertain may name it.
    state.setPath(SWAPPED, args[0] ?? {});
    writePath(context, state, first, args[1] ?? {});
    writePath(context, state, second, state.paths.get(SWAPPED) ?? {});
    state.setPath(SWAPPED, undefined);
    return {};
  }
  return undefined;
}

function answered(result: Value, forced: 'null' | 'nonnull'): Value {
  if (forced === 'null') return { known: 'null', number: 0 };
  return { known: 'nonnull', ...(result.page !== undefined && { page: result.page }) };
}

function unknownResult(context: FlowContext, state: State, call: Call): Value {
  const origin: Evidence = { contract: call.name ?? 'unknown', role: 'unknown', at: call.start };
  return freshValue(context, state, `call:${call.start}`, origin);
}

/** The value an operand of a call names. */
function operandValue(call: Call, args: readonly Value[], operand: Operand): Value | undefined {
  return operand.at === 'result' || call.args[operand.at] === undefined ? undefined : args[operand.at];
}

/**
 * The pages an effect on an operand touches: the argument itself, what it points to, the elements of an array, or what a
 * member led to before the call.
 */
export function touchedPages(
  context: FlowContext,
  state: State,
  call: Call,
  args: readonly Value[],
  result: Value,
  operand: Operand,
  before: State = state,
): PageId[] {
  const found: PageId[] = [];
  const add = (value: Value | undefined): void => {
    if (value?.page !== undefined) found.push(value.page);
  };
  if (operand.at === 'result') {
    add(result);
    return found;
  }
  const arg = call.args[operand.at];
  if (operand.through === 'field') return arg ? memberThings(context, before, arg, operand.field ?? '') : found;
  add(args[operand.at]);
  const target = arg && pointee(arg);
  if (target !== undefined) add(readPath(context, state, target));
  const root = arg && pointerRoot(arg);
  if (root === undefined || operand.through === undefined) return found;
  for (const [path, value] of before.paths) if (path.startsWith(`${root}[`) || path === `(*${root})`) add(value);
  return found;
}

/** What a member of the object that an argument points to leads to: one page, or the elements of an array of them. */
function memberThings(context: FlowContext, state: State, arg: Expr, field: string): PageId[] {
  const target = pointee(arg);
  const member = target === undefined ? `${pointerRoot(arg) ?? ''}->${field}` : `${target}.${field}`;
  const path = plainPath(member);
  if (!path.endsWith('[]')) readPath(context, state, member);
  const found: PageId[] = [];
  for (const [place, { page }] of state.paths) {
    if (page !== undefined && plainPath(place) === path) found.push(page);
  }
  return found;
}

function applyContract(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  args: readonly Value[],
): Value {
  let result: Value = {};
  const { conversion, predicate, attribute } = contract;
  if (conversion) result = convert(context, state, call, contract, args) ?? result;
  for (const source of contract.sources) result = applySource(context, state, call, contract, source, args) ?? result;
  if (attribute) {
    const of = operandValue(call, args, attribute.of)?.page;
    if (of !== undefined)
      result = { ...result, attribute: { contract: contract.name, asked: attribute, of, certain: true } };
  }
  if (predicate && predicate.of.at !== 'result') {
    const of = operandPage(context, state, call, args, predicate.of);
    const evidence: Evidence = { contract: contract.name, role: 'refinement', class: predicate.class, at: call.start };
    if (of !== undefined && !result.nullTest) {
      result = {
        ...result,
        nullTest: { of, whenNonNull: predicate.whenTrue, whenNull: predicate.whenFalse, evidence },
      };
    }
  }
  if (result.page === undefined && !conversion) result = { ...unknownResult(context, state, call), ...result };
  return result;
}

/** The page an argument names, made where the argument is an expression of its own. */
function operandPage(
  context: FlowContext,
  state: State,
  call: Call,
  args: readonly Value[],
  operand: Operand,
): PageId | undefined {
  const value = operandValue(call, args, operand);
  if (!value) return undefined;
  const page = applyNullTest(context, state, value);
  if (page !== undefined) return page;
  if (value.known === 'null' || value.number !== undefined) return undefined;
  const arg = operand.at === 'result' ? undefined : call.args[operand.at];
  return freshValue(context, state, `arg:${arg?.start ?? call.start}`, { ...UNKNOWN, at: call.start }).page;
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
  const id = operandPage(context, state, call, args, conversion.from);
  if (id === undefined) return undefined;
  const value: Value = { page: id, ...(conversion.nonNull && { known: 'nonnull' }) };
  if (conversion.origin !== 'address' && conversion.origin !== 'pte') return value;
  const evidence: Evidence = { contract: contract.name, role: 'provenance', at: call.start };
  const page = pageOf(context, state, id);
  if (page.origin.role !== 'unknown' && page.origin.role !== 'parameter') return value;
  if (conversion.origin === 'address') {
    state.setPage(id, refine(page, addressKinds(context, call.args[conversion.from.at]), evidence));
  } else {
    const kinds = page.kinds & context.provenance.pageTableEntry;
    state.setPage(id, { ...page, kinds, origin: { ...evidence, role: 'unknown' } });
  }
  return value;
}

/** Types are provenance: a pointer to a kernel object lies in kernel RAM, a bare address anywhere in the direct map. */
function addressKinds(context: FlowContext, arg: Expr | undefined): KindSet {
  const type = arg && typeOf(arg, context.types);
  if (!type || type.pointers === 0) return context.provenance.directMap;
  const known = context.vocabulary.types.get(type.base);
  if (known) return kindSet(known.kinds);
  if (isBareAddress(type) || type.tag === '') return context.provenance.directMap;
  const isPage = context.vocabulary.pageTypes.names.includes(type.base);
  return isPage ? context.provenance.any : context.provenance.kernelObject;
}

function applySource(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract,
  source: SourceRow,
  args: readonly Value[],
): Value | undefined {
  const evidence: Evidence = { contract: contract.name, role: source.role, at: call.start };
  if (source.result.at !== 'result') {
    writeOperand(context, state, call, source, evidence);
    return undefined;
  }
  const same = source.same && operandPage(context, state, call, args, source.same);
  if (same === undefined)
    return makePage(context, state, `src:${call.start}`, newPage(`src:${call.start}`, source.kinds, evidence));
  if (!source.nullable) {
    state.setPage(same, refine(pageOf(context, state, same), source.kinds, evidence));
    return { page: same };
  }
  // A missing page says little of the pfn or pte: filters also drop RAM (raw pfn mappings, special ptes).
  const nullTest = { of: same, whenNonNull: source.kinds, whenNull: context.provenance.any, evidence };
  return { page: same, nullTest };
}

/** A source that writes through a pointer: `&page`, an array of pages, or a member of the object it is given. */
function writeOperand(context: FlowContext, state: State, call: Call, source: SourceRow, evidence: Evidence): void {
  const { at, through, field } = source.result;
  const arg = at === 'result' ? undefined : call.args[at];
  if (!arg) return;
  const [target, root] = [pointee(arg), pointerRoot(arg) ?? accessPathOf(arg)];
  const paths: string[] = [];
  if (through === 'field' && field !== undefined) {
    paths.push(target === undefined ? `${root ?? ''}->${field}` : `${target}.${field}`);
  } else if (target !== undefined && !target.endsWith(']')) {
    paths.push(target, ...(through === 'array' ? [`${target}[]`] : []));
  } else if (root !== undefined) {
    // An array of one handed in as a pointer: `page` and `page[0]` are written.
    paths.push(...(through === 'array' ? [`${root}[]`] : [target ?? `(*${root})`, `${root}[0]`]));
  }
  for (const path of paths) writeSource(context, state, path, source, { id: `src:${call.start}:${path}`, evidence });
}

/** The elements of an array lose what was known of them: any of them may have been written. */
function writeSource(
  context: FlowContext,
  state: State,
  path: string,
  source: SourceRow,
  { id, evidence }: { readonly id: PageId; readonly evidence: Evidence },
): void {
  const value = makePage(context, state, id, newPage(id, source.kinds, evidence));
  if (path.endsWith('[]')) {
    const elements = path.slice(0, -1);
    for (const other of [...state.paths.keys()]) if (other.startsWith(elements)) state.setPath(other, undefined);
  }
  state.setPath(path, value);
}
