import { ZONE_DEVICE } from '@pageref/shared';
import type { Expr, FunctionIr, Stmt } from '../syntax/ir.js';
import type { Contract, ContractLookup } from './contract.js';
import { thingOf } from './evaluate.js';
import type { FlowContext, ProvenanceKinds } from './evaluate.js';
import { analyseFlow, replayCalls } from './flow.js';
import type { Flow } from './flow.js';
import { inferContract } from './infer.js';
import { declaredTypes } from './places.js';
import type { Because, State, Thing } from './state.js';
import type { Vocabulary } from './vocabulary.js';
import { bodiesOf, expressionsOf, partsOf } from './walk.js';

/** The functions of one file, lowered when they are asked for. */
export interface FunctionTable {
  readonly path: string;
  /** True when every caller of a static function is in this file (a .c file). */
  readonly closed: boolean;
  /** Definitions of a name; several when preprocessor arms define it more than once. */
  find(name: string): readonly FunctionIr[];
  /** Other functions whose code mentions the name, in file order; not `complete` when one of them could not be read. */
  mentioning(name: string): { readonly functions: readonly FunctionIr[]; readonly complete: boolean };
  /** True when the name is used outside of functions: in an ops table or another initialiser, or in a macro body. */
  usedOutside(name: string): boolean;
  /** One-based line of an offset. */
  lineOf(offset: number): number;
}

/** How many calls up the kinds of a parameter are looked for, and how deep callees are read. */
export const MAX_HOPS = 4;

type Given = Pick<Thing, 'kinds' | 'byBit' | 'origin'>;

export interface AnalysedFunction {
  readonly context: FlowContext;
  readonly flow: Flow;
}

/**
 * One file under analysis: flows and inferred contracts of its functions, made on demand and kept.
 * Contracts from elsewhere come in through `outside`, so that whole-tree inference only has to hand in a richer lookup.
 */
export class Unit {
  private readonly inferred = new Map<string, Contract | undefined>();
  private readonly inProgress = new Set<string>();
  private readonly flows = new Map<string, AnalysedFunction>();
  private readonly givens = new Map<string, Given | undefined>();

  constructor(
    readonly table: FunctionTable,
    readonly vocabulary: Vocabulary,
    readonly provenance: ProvenanceKinds,
    private readonly outside: ContractLookup,
  ) {}

  /** What a call of `name` means in this file: the file's own code wins over what is known from elsewhere. */
  readonly contractOf: ContractLookup = (name) => {
    const known = this.outside(name);
    const own = this.infer(name);
    if (!own || !known) return own ?? known;
    return {
      ...known,
      ...(own.predicate && { predicate: own.predicate }),
      sources: known.sources.length > 0 ? known.sources : own.sources,
      effects: own.effects.length > 0 ? own.effects : known.effects,
      preconditions: known.preconditions.length > 0 ? known.preconditions : own.preconditions,
    };
  };

  /** The flow of a function with what its callers are known to pass. */
  analyse(fn: FunctionIr, hops = MAX_HOPS): AnalysedFunction {
    const key = `${fn.name}@${fn.start}/${hops}`;
    let result = this.flows.get(key);
    if (!result) {
      const context = this.contextFor(fn, (index) => this.given(fn, index, hops));
      result = { context, flow: analyseFlow(context) };
      this.flows.set(key, result);
    }
    return result;
  }

  private contextFor(fn: FunctionIr, parameter: FlowContext['parameter']): FlowContext {
    const { vocabulary, provenance, contractOf } = this;
    return { fn, types: declaredTypes(fn), vocabulary, provenance, contractOf, parameter };
  }

  private infer(name: string): Contract | undefined {
    if (this.inferred.has(name)) return this.inferred.get(name);
    if (this.inProgress.has(name) || this.inProgress.size > MAX_HOPS) return undefined;
    const [fn] = this.table.find(name);
    if (!fn) return undefined;
    this.inProgress.add(name);
    const context = this.contextFor(fn, () => undefined);
    const from = { path: this.table.path, line: this.table.lineOf(fn.nameAt) };
    const contract = inferContract(context, analyseFlow(context), from);
    this.inProgress.delete(name);
    // A contract read while a caller of it was being read may lack what recursion or the depth bound hid.
    if (this.inProgress.size === 0) this.inferred.set(name, contract);
    return contract;
  }

  /** What all callers together pass for a parameter; undefined when they are not all seen. */
  private given(fn: FunctionIr, index: number, hops: number): Given | undefined {
    if (!fn.static || !this.table.closed || hops <= 0) return undefined;
    const key = `${fn.name}@${fn.start}#${index}/${hops}`;
    if (this.givens.has(key)) return this.givens.get(key);
    this.givens.set(key, undefined);
    const result = this.unionOfCallers(fn, index, hops);
    this.givens.set(key, result);
    return result;
  }

  private unionOfCallers(fn: FunctionIr, index: number, hops: number): Given | undefined {
    const { functions, complete } = this.table.mentioning(fn.name);
    if (!complete || this.table.usedOutside(fn.name)) return undefined;
    let union: Given | undefined;
    for (const caller of functions) {
      const escapes = escapesOf(caller, fn.name);
      const passed = this.passedBy(caller, fn.name, index, hops, escapes);
      if (escapes > passed.callbacks) return undefined;
      for (const value of passed.values) union = mergeGiven(union, value);
    }
    return union;
  }

  private passedBy(
    caller: FunctionIr,
    name: string,
    index: number,
    hops: number,
    callbackCalls: number,
  ): { values: Given[]; callbacks: number } {
    const { context, flow } = this.analyse(caller, hops - 1);
    const values: Given[] = [];
    let callbacks = 0;
    replayCalls(context, flow, (call, contract, args, state) => {
      if (call.name === name) {
        values.push(this.describe(context, state, args[index]?.thing, caller, call));
      } else if (callbackCalls > 0 && contract?.callback && isNameArgument(call.args[contract.callback.callback], name)) {
        callbacks++;
        if (contract.callback.parameter === index) values.push(this.fromCallback(contract, caller, call));
      }
    });
    return { values, callbacks };
  }

  private describe(
    context: FlowContext,
    state: State,
    id: string | undefined,
    caller: FunctionIr,
    call: Expr,
  ): Given {
    const thing = id === undefined ? undefined : thingOf(context, state, id);
    const deciding = thing?.removals.at(-1) ?? thing?.origin;
    const device = thing === undefined || ((thing.kinds | thing.byBit) & ZONE_DEVICE) !== 0;
    const source = device ? thing?.origin : deciding;
    const contract = source?.contract ?? 'unknown';
    const at = source?.at ?? call.start;
    const origin: Because = {
      contract,
      role: device ? (thing?.origin.role === 'filter' || thing?.origin.role === 'provenance' ? 'caller' : 'parameter') : 'caller',
      at: caller.nameAt,
      path: source?.path ?? this.table.path,
      line: source?.line ?? this.table.lineOf(at),
      text: `${caller.name}() passes a page from ${contract}`,
    };
    return { kinds: thing?.kinds ?? ~0, byBit: thing?.byBit ?? 0, origin };
  }

  private fromCallback(contract: Contract, caller: FunctionIr, call: Expr): Given {
    const origin: Because = {
      contract: contract.name,
      role: 'caller',
      at: caller.nameAt,
      path: this.table.path,
      line: this.table.lineOf(call.start),
      text: `${contract.name}() in ${caller.name}() calls back with this range only`,
    };
    return { kinds: contract.callback?.set ?? ~0, byBit: 0, origin };
  }
}

function mergeGiven(a: Given | undefined, b: Given): Given {
  if (!a) return b;
  const [left, right] = [(a.kinds | a.byBit) & ZONE_DEVICE, (b.kinds | b.byBit) & ZONE_DEVICE];
  const origin = left === 0 && right !== 0 ? b.origin : a.origin;
  return { kinds: a.kinds | b.kinds, byBit: a.byBit | b.byBit, origin };
}

function isNameArgument(arg: Expr | undefined, name: string): boolean {
  if (arg?.op === 'unary' && arg.operator === '&') return isNameArgument(arg.operand, name);
  return arg?.op === 'name' && arg.name === name;
}

/** How often a function's name is used in another one other than as the callee of a call. */
function escapesOf(fn: FunctionIr, name: string): number {
  let escapes = 0;
  const visitExpr = (expr: Expr): void => {
    if (expr.op === 'name' && expr.name === name) escapes++;
    if (expr.op === 'block') expr.body.forEach(visitStmt);
    partsOf(expr).forEach(visitExpr);
  };
  const visitStmt = (statement: Stmt): void => {
    for (const expr of expressionsOf(statement)) visitExpr(expr);
    for (const body of bodiesOf(statement)) body.forEach(visitStmt);
  };
  fn.body.forEach(visitStmt);
  return escapes;
}
