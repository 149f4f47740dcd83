import type { Expr, FunctionIr } from '../syntax/ir.js';
import { touchedPages } from '../flow/calls.js';
import type { Call, FlowContext } from '../flow/context.js';
import { mayNamePage, typeOf } from '../flow/domain/access-paths.js';
import { aliasesOf } from '../flow/domain/pages.js';
import type { State, PageId } from '../flow/domain/state.js';
import { replayCalls, returnedValue } from '../flow/fixpoint.js';
import { visitStatements } from '../syntax/ir-walk.js';
import { MAX_HOPS } from './file-analysis.js';
import type { AnalysedFunction } from './file-analysis.js';
import { parameterOf } from './infer.js';
import type { SourceFile } from './source-file.js';

/**
 * The trail of a page through one file: the functions it is handed to, comes from or is handed in by, and from there the
 * functions of other files that are called on it. What those do with it has to be asked of their files.
 */
export class PageTrail {
  /** Functions that neither the file defines nor the model knows, and that are handed the page or give it out. */
  readonly asked = new Set<string>();
  readonly #seen = new Set<string>();

  /** @param isKnown says which names need not be asked for */
  constructor(
    private readonly file: SourceFile,
    private readonly isKnown: (name: string) => boolean,
  ) {}

  /** Follows the page of the given pages through a function, down its calls and up to its callers in the file. */
  follow(fn: FunctionIr, page: readonly PageId[], hops = MAX_HOPS): void {
    const analysed = this.#enter(fn, page, hops);
    const parameter = analysed && parameterOf(analysed.context, page);
    if (parameter !== undefined && hops > 0) this.#callers(fn.name, parameter, hops - 1);
  }

  /** Follows the pages that the calls of some names are about. */
  followCalls(fn: FunctionIr, names: ReadonlySet<string>): void {
    const { context, flow } = this.file.analysis.analyse(fn);
    const page = new Set<PageId>();
    replayCalls(context, flow, (call, _contract, args, state) => {
      if (call.name === undefined || !names.has(call.name)) return;
      for (const { page: abstractPage } of args)
        if (abstractPage !== undefined) add(page, aliasesOf(context, state, abstractPage));
    });
    if (page.size > 0) this.follow(fn, [...page]);
  }

  /** The flow of a function in which the page was not followed yet. */
  #enter(fn: FunctionIr, page: readonly PageId[], hops: number): AnalysedFunction | undefined {
    const key = `${fn.name}@${fn.start}:${[...page].sort().join()}`;
    if (page.length === 0 || this.#seen.has(key)) return undefined;
    this.#seen.add(key);
    const analysed = this.file.analysis.analyse(fn, hops);
    this.#callees(analysed, new Set(page));
    return analysed;
  }

  #callees({ context, flow }: AnalysedFunction, page: ReadonlySet<PageId>): void {
    const isPage = (state: State, id: PageId): boolean =>
      aliasesOf(context, state, id).some((group) => page.has(group));
    replayCalls(context, flow, (call, _contract, args, state, result) => {
      // A variable that is called is a pointer: nobody knows where it leads.
      if (call.name === undefined || context.types.has(call.name)) return;
      if (call.args.length > 0 && call.args.every((arg) => isEntry(context, arg))) return;
      const handed = call.args.flatMap((arg, at) =>
        !isEntry(context, arg) &&
        touchedPages(context, state, call, args, result, { at }).some((id) => isPage(state, id))
          ? [at]
          : [],
      );
      const gives = result.page !== undefined && isPage(state, result.page) && !isEntryResult(context, call);
      if (handed.length > 0 || gives) this.#call(call, handed, gives);
    });
  }

  #call({ name = '' }: Call, handed: readonly number[], gives: boolean): void {
    const own = this.file.table.find(name);
    if (own.length === 0 && !this.isKnown(name)) this.asked.add(name);
    for (const fn of own) {
      const params = handed.flatMap((at) => fn.params[at] ?? []).map((param) => `at:${param.name}`);
      this.#enter(fn, gives ? [...params, ...returnedPages(this.file.analysis.analyse(fn, 0))] : params, 0);
    }
  }

  #callers(name: string, parameter: number, hops: number): void {
    for (const caller of this.file.table.mentioning(name).functions) this.followArgument(caller, name, parameter, hops);
  }

  /** Follows what a function passes to another for a parameter. */
  followArgument(caller: FunctionIr, name: string, parameter: number, hops = MAX_HOPS - 1): void {
    const { context, flow } = this.file.analysis.analyse(caller, hops);
    const page = new Set<PageId>();
    replayCalls(context, flow, (call, _contract, args, state) => {
      const id = call.name === name ? args[parameter]?.page : undefined;
      if (id !== undefined) add(page, aliasesOf(context, state, id));
    });
    if (page.size > 0) this.follow(caller, [...page], hops);
  }
}

function add(into: Set<PageId>, some: readonly PageId[]): void {
  for (const one of some) into.add(one);
}

/** An entry of a page table: the model knows what tells device pages apart by it. */
function isEntry({ types, vocabulary }: FlowContext, arg: Expr): boolean {
  const type = typeOf(arg, types);
  return type !== undefined && vocabulary.pageTypes.entries.includes(type.base);
}

/** A call whose result the function gives out as an entry of a page table. */
function isEntryResult({ fn, vocabulary }: FlowContext, call: Call): boolean {
  let entry = false;
  visitStatements(fn.body, (statement) => {
    const type = statement.op === 'declare' && statement.initial === call ? statement.type : undefined;
    const returned = statement.op === 'return' && statement.value === call ? fn.returns : undefined;
    const base = (type ?? returned)?.base;
    entry ||= base !== undefined && vocabulary.pageTypes.entries.includes(base);
  });
  return entry;
}

/** The pages of the pages that a function gives out by its result. */
function returnedPages({ context, flow }: AnalysedFunction): readonly PageId[] {
  const found = new Set<PageId>();
  if (!mayNamePage(context.fn.returns)) return [];
  for (const node of flow.cfg.nodes) {
    if (node.op !== 'return') continue;
    const state = flow.before.get(node.id);
    const id = returnedValue(context, flow, node).page;
    if (state && id !== undefined) add(found, aliasesOf(context, state, id));
  }
  return [...found];
}
