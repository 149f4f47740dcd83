import { ZONE_DEVICE } from '@pageref/shared';
import type { Expr, FunctionIr } from '../syntax/ir.js';
import type { Contract, ContractLookup } from '../flow/contract.js';
import type { Call, FlowContext, ArgumentSummary, ProvenanceKinds } from '../flow/context.js';
import { analyseFlow, replayCalls } from '../flow/fixpoint.js';
import type { Flow, ReplayListener } from '../flow/fixpoint.js';
import { inferContract, joinContracts } from './infer.js';
import { functionContext } from '../flow/function-context.js';
import type { FunctionTable } from '../flow/function-table.js';
import { onceEach } from './recall.js';
import type { Recall } from './recall.js';
import type { Evidence, State, Value } from '../flow/domain/state.js';
import { mergeContracts } from './file-summaries.js';
import { pageOf } from '../flow/domain/pages.js';
import type { Vocabulary } from '../flow/vocabulary.js';
import { visitExpressions } from '../syntax/ir-walk.js';
import { aliasTarget } from '../syntax/stand-ins.js';
import type { HandedPage } from '../flow/page-paths.js';
import { beyondCall } from './unseen-counts.js';
import type { Beyond, CalleeLookup, CountingFile } from './unseen-counts.js';

/** By function name, what all callers of the tree pass for each parameter; a function whose callers are not all seen is not in it. */
export type PassedElsewhere = ReadonlyMap<string, readonly (ArgumentSummary | undefined)[]>;

/** How many calls up the kinds of a parameter are looked for, and how deep callees are read. */
export const MAX_HOPS = 4;

export interface AnalysedFunction {
  readonly context: FlowContext;
  readonly flow: Flow;
}

/**
 * One file under analysis: flows and inferred contracts of its functions, made on demand and kept.
 * Contracts from elsewhere come in through `outside`, so that whole-tree inference only has to hand in a richer lookup.
 */
export class FileAnalysis {
  private hasAskedOthers = false;

  constructor(
    readonly table: FunctionTable,
    readonly vocabulary: Vocabulary,
    readonly provenance: ProvenanceKinds,
    private readonly outside: ContractLookup,
    /** What the callers of functions that other files call too are known to pass, all of them together. */
    private readonly elsewhere: PassedElsewhere = new Map(),
    private readonly recall: Recall = onceEach(),
    /** What functions of other files do with the pages they are handed. */
    private readonly callee: CalleeLookup = () => undefined,
  ) {
    recall.answers('contract', (about) => this.inferred(...nameAndNumber(about)));
    recall.answers('interest', (about) => this.isOfInterest(...nameAndNumber(about)));
    recall.answers('height', (about) => this.heightOf(...nameAndNumber(about)));
    recall.answers('passed', (about) => this.answerPassed(about));
  }

  /** What a call of `name` means in this file: the file's own code wins over what is known from elsewhere. */
  readonly contractOf: ContractLookup = (name) => this.contractAt(name, MAX_HOPS);

  /** `depth` bounds how many calls down contracts are read; the answer depends on nothing but the name and the depth. */
  private contractAt(name: string, depth: number): Contract | undefined {
    const known = this.outside(name);
    const own = this.infer(name, depth);
    return own && known ? mergeContracts(known, own) : (own ?? known);
  }

  /** The flow of a function with what its callers are known to pass. */
  analyse(fn: FunctionIr, hops = MAX_HOPS): AnalysedFunction {
    // Callers decide only where they are all seen: elsewhere the flow is the same for any number of hops.
    if (!this.isLocal(fn) && !this.passedTo(fn)) hops = 0;
    return this.recall.once(`flow ${fn.name}@${fn.start}.${fn.reading}/${hops}`, (again) => {
      // A parameter is followed to the callers when its kinds are asked for, which may be long after.
      const parameter = (index: number): ArgumentSummary | undefined =>
        again(() => this.argumentSummary(fn, index, hops));
      const context = this.contextFor(fn, this.contractOf, parameter);
      return this.followed(context);
    });
  }

  /** What a call does to the references of a page it is handed, beyond what the flow sees. */
  beyond(fn: FunctionIr, call: Call, handed: readonly HandedPage[]): Beyond {
    return beyondCall(this.counting, fn, call, handed);
  }

  /** What the question above rests on. */
  get counting(): CountingFile {
    const { table, vocabulary, outside, contractOf } = this;
    const callee: CalleeLookup = (name, handed) => {
      this.hasAskedOthers = true;
      return this.callee(name, handed);
    };
    return { table, vocabulary, outside, contractOf, callee };
  }

  /** True once an answer rests on the code of other files: what is known of the file alone does not tell it again. */
  get restsOnOthers(): boolean {
    return this.hasAskedOthers;
  }

  private contextFor(fn: FunctionIr, contractOf: ContractLookup, parameter: FlowContext['parameter']): FlowContext {
    return functionContext(this, fn, { contractOf, parameter });
  }

  private followed(context: FlowContext): AnalysedFunction {
    return this.recall.flows?.analyse(context) ?? { context, flow: analyseFlow(context) };
  }

  private infer(name: string, depth: number): Contract | undefined {
    // Deeper than its calls go the contract does not change.
    const enough = depth > 0 && this.table.has(name) ? Math.min(depth, this.heightOf(name)) : 0;
    return enough > 0 ? this.inferred(name, enough) : undefined;
  }

  private inferred(name: string, depth: number): Contract | undefined {
    return this.recall.kept('contract', `${name}/${depth}`, () => {
      if (!this.isOfInterest(name, depth)) return undefined;
      const contracts = this.table.find(name).map((fn) => this.readContract(fn, depth));
      return named(name, contracts);
    });
  }

  /** Calls from a function down to one that calls nothing of this file, itself included; not more than `bound`. */
  private heightOf(name: string, bound = MAX_HOPS): number {
    return this.recall.kept('height', `${name}/${bound}`, () => {
      const definitions = this.table.find(name);
      if (definitions.length === 0 || bound <= 1) return definitions.length === 0 ? 0 : 1;
      const own = definitions.flatMap(calledNames).filter((callee) => this.table.has(callee));
      return 1 + Math.max(0, ...own.map((callee) => this.heightOf(callee, bound - 1)));
    });
  }

  private readContract(fn: FunctionIr, depth: number): Contract {
    const from = { path: this.table.path, line: this.table.lineOf(fn.nameAt) };
    const silent = { name: fn.name, from, sources: [], effects: [], preconditions: [], counterparts: [] };
    const target = aliasTarget(fn);
    if (target !== undefined) return this.contractAt(target, depth - 1) ?? { ...silent, name: target };
    const { context, flow } = this.followed(
      this.contextFor(
        fn,
        (callee) => this.contractAt(callee, depth - 1),
        () => undefined,
      ),
    );
    // A flow that was cut off proves nothing: the name is then only known to be one of the file's own.
    if (!flow.complete) return { ...silent, isIncomplete: true };
    return inferContract(context, flow, from);
  }

  /** Reading a function pays only when something in it, or in what it calls, says something about pages. */
  private isOfInterest(name: string, depth: number): boolean {
    return this.recall.kept('interest', `${name}/${depth}`, () => {
      const definitions = this.table.find(name);
      const names = definitions.flatMap(calledNames);
      return (
        definitions.some((fn) => mentionsTest(fn, this.vocabulary)) ||
        names.some((callee) => this.outside(callee) !== undefined) ||
        (depth > 1 && names.some((callee) => this.table.has(callee) && this.isOfInterest(callee, depth - 1)))
      );
    });
  }

  /** What all callers together pass for a parameter; undefined when they are not all seen. */
  private argumentSummary(fn: FunctionIr, index: number, hops: number): ArgumentSummary | undefined {
    if (hops <= 0) return undefined;
    if (!this.isLocal(fn)) return this.passedTo(fn)?.[index];
    return this.recall.once(`given ${fn.name}@${fn.start}.${fn.reading}#${index}/${hops}`, () =>
      this.unionOfCallers(fn, index, hops),
    );
  }

  /** What callers in other files pass to a function. */
  private passedTo({ name }: FunctionIr): readonly (ArgumentSummary | undefined)[] | undefined {
    this.recall.asked('elsewhere', name);
    return this.elsewhere.get(name);
  }

  private isLocal(fn: FunctionIr): boolean {
    return fn.static && this.table.closed;
  }

  /** What the given functions of this file pass to `name` for a parameter; undefined when one of them lets it escape. */
  passed(callers: readonly FunctionIr[], name: string, index: number): readonly ArgumentSummary[] | undefined {
    const values: ArgumentSummary[] = [];
    for (const caller of callers) {
      const passed = this.passedBy(caller, name, index, MAX_HOPS);
      if (!isAllSeen(passed, caller, name)) return undefined;
      values.push(...passed.values);
    }
    return values;
  }

  private unionOfCallers(fn: FunctionIr, index: number, hops: number): ArgumentSummary | undefined {
    const { functions, complete } = this.table.mentioning(fn.name);
    if (!complete || this.table.usedOutside(fn.name)) return undefined;
    let union: ArgumentSummary | undefined;
    for (const caller of functions) {
      const passed = this.passedBy(caller, fn.name, index, hops);
      if (!isAllSeen(passed, caller, fn.name)) return undefined;
      for (const value of passed.values) union = mergeArguments(union, value);
    }
    return union;
  }

  private passedBy(caller: FunctionIr, name: string, index: number, hops: number): Passed {
    const known = this.table.find(caller.name);
    // Of several functions of one name an edit may leave another first.
    if (known.length !== 1 || known[0] !== caller) return this.findPassed(caller, name, index, hops);
    const { values, ...passed } = this.keptPassed({ caller: caller.name, name, index, hops }, caller);
    const { nameAt: at } = caller;
    return { ...passed, values: values.map((value) => ({ ...value, origin: { ...value.origin, at } })) };
  }

  /** The answer of one caller, as it is kept: an edit in another function does not have it followed again. */
  private keptPassed(question: PassedQuestion, caller: FunctionIr): Passed {
    return this.recall.kept('passed', JSON.stringify(question), () => {
      const { name, index, hops } = question;
      const { values, ...passed } = this.findPassed(caller, name, index, hops);
      // Where the caller stands is another place when text before it is edited.
      return { ...passed, values: values.map((value) => ({ ...value, origin: { ...value.origin, at: 0 } })) };
    });
  }

  private answerPassed(about: string): Passed | undefined {
    const question = JSON.parse(about) as PassedQuestion;
    const [caller, ...others] = this.table.find(question.caller);
    return caller && others.length === 0 ? this.keptPassed(question, caller) : undefined;
  }

  private findPassed(caller: FunctionIr, name: string, index: number, hops: number): Passed {
    const { context, flow } = this.analyse(caller, hops - 1);
    const values: ArgumentSummary[] = [];
    const callbacks = new Set<number>();
    const listen: ReplayListener = (call, contract, args, state) => {
      if (call.name === name) {
        // Recursion that hands the parameter on as it came adds nothing to what the others pass.
        const param = caller.name === name ? caller.params[index]?.name : undefined;
        if (param !== undefined && args[index]?.page === `at:${param}`) return;
        values.push(this.describe(context, state, args[index], caller, call));
      } else if (contract?.callback && isNameArgument(call.args[contract.callback.callback], name)) {
        callbacks.add(call.start);
        if (contract.callback.parameter === index) values.push(this.fromCallback(contract, caller, call));
      }
    };
    replayCalls(context, flow, listen, name);
    return { values, callbacks: callbacks.size, complete: flow.complete };
  }

  private describe(
    context: FlowContext,
    state: State,
    value: Value | undefined,
    caller: FunctionIr,
    call: Expr,
  ): ArgumentSummary {
    const mayBeDevice = (id: string | undefined): boolean => {
      const page = id === undefined ? undefined : pageOf(context, state, id);
      return page === undefined || ((page.kinds | page.cutByReservedBit) & ZONE_DEVICE) !== 0;
    };
    const page = value?.page === undefined ? undefined : pageOf(context, state, value.page);
    const device = mayBeDevice(value?.page);
    const source = device ? page?.origin : (page?.cuts.at(-1) ?? page?.origin);
    const known = source !== undefined && source.role !== 'unknown' && source.role !== 'parameter';
    const contract = source?.contract ?? 'unknown';
    const origin: Evidence = {
      contract,
      role: known || !device ? 'caller' : 'parameter',
      at: caller.nameAt,
      path: source?.path ?? this.table.path,
      line: source?.line ?? this.table.lineOf(source?.at ?? call.start),
      text: source?.text ?? `${caller.name}() passes a page from ${known ? `${contract}()` : contract}`,
      gives: source?.gives ?? (page ? page.kinds | page.cutByReservedBit : ~0),
    };
    const ofDevicePage = value?.attribute !== undefined && mayBeDevice(value.attribute.of);
    return { kinds: page?.kinds ?? ~0, cutByReservedBit: page?.cutByReservedBit ?? 0, origin, ofDevicePage };
  }

  private fromCallback(contract: Contract, caller: FunctionIr, call: Expr): ArgumentSummary {
    const origin: Evidence = {
      contract: contract.name,
      role: 'caller',
      at: caller.nameAt,
      path: this.table.path,
      line: this.table.lineOf(call.start),
      text: `${contract.name}() in ${caller.name}() calls back with this range only`,
    };
    return { kinds: contract.callback?.set ?? ~0, cutByReservedBit: 0, origin, ofDevicePage: false };
  }
}

/** What one caller passes for a parameter of a function. */
interface Passed {
  readonly values: readonly ArgumentSummary[];
  /** Calls that hand the function on, to be called back with a range that is known. */
  readonly callbacks: number;
  readonly complete: boolean;
}

interface PassedQuestion {
  readonly caller: string;
  readonly name: string;
  readonly index: number;
  readonly hops: number;
}

/** False where the caller was not followed to the end, or hands the function to somebody nobody sees. */
function isAllSeen({ complete, callbacks }: Passed, caller: FunctionIr, name: string): boolean {
  return complete && escapesOf(caller, name) <= callbacks;
}

/** One contract of all definitions of a name; a macro that stands for several functions goes by its own name. */
function named(name: string, contracts: readonly Contract[]): Contract | undefined {
  const joined = joinContracts(contracts);
  const names = [...new Set(contracts.map((contract) => contract.name))];
  return joined && names.length > 1 ? { ...joined, name, aliasOf: names } : joined;
}

/** The origin a person is told of: the one that lets device pages in, and of those one that is known by name. */
export function mergeArguments(a: ArgumentSummary | undefined, b: ArgumentSummary): ArgumentSummary {
  if (!a) return b;
  const weight = (summary: ArgumentSummary): number =>
    (((summary.kinds | summary.cutByReservedBit) & ZONE_DEVICE) !== 0 ? 2 : 0) +
    (summary.origin.role === 'caller' ? 1 : 0);
  return {
    kinds: a.kinds | b.kinds,
    cutByReservedBit: a.cutByReservedBit | b.cutByReservedBit,
    origin: weight(b) > weight(a) ? b.origin : a.origin,
    ofDevicePage: a.ofDevicePage || b.ofDevicePage,
  };
}

function isNameArgument(arg: Expr | undefined, name: string): boolean {
  if (arg?.op === 'unary' && arg.operator === '&') return isNameArgument(arg.operand, name);
  return arg?.op === 'name' && arg.name === name;
}

/** The names a function calls, or stands for, each once. */
export function calledNames(fn: FunctionIr): readonly string[] {
  const target = aliasTarget(fn);
  const names = new Set<string>(target === undefined ? [] : [target]);
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'call' && expr.name !== undefined) names.add(expr.name);
  });
  return [...names];
}

function mentionsTest(fn: FunctionIr, vocabulary: Vocabulary): boolean {
  let found = false;
  visitExpressions(fn.body, (expr) => {
    found ||= vocabulary.matchReserved(expr) !== undefined;
  });
  return found;
}

/** How often a function's name is used in another one other than as the callee of a call. */
function escapesOf(fn: FunctionIr, name: string): number {
  let escapes = 0;
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'name' && expr.name === name) escapes++;
  });
  return escapes;
}

/** Of `name/3`, as kept results are called. */
function nameAndNumber(about: string): [name: string, number: number] {
  const slash = about.lastIndexOf('/');
  return [about.slice(0, slash), Number(about.slice(slash + 1))];
}
