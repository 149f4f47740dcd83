import { ANY_KIND } from '@pageref/shared';
import type { KindSet } from '@pageref/shared';
import type { FunctionIr } from '../syntax/ir.js';
import { mayHaveContract } from './may-have-contract.js';
import type { Contract, ContractLookup, EffectPlace, EffectRow } from '../flow/contract.js';
import type { FlowContext } from '../flow/context.js';
import { analyseFlow } from '../flow/fixpoint.js';
import type { Flow } from '../flow/fixpoint.js';
import { functionContext } from '../flow/function-context.js';
import type { FileContext } from '../flow/function-context.js';
import { BUDDY } from '../flow/domain/held.js';
import { inferContract, joinContracts } from './infer.js';

/**
 * The contracts of the functions of one file, to a fixpoint: what is learnt of one function is used where its name is
 * mentioned, until nothing new comes out. Names from elsewhere mean what `outside` says, the same for the whole run.
 */

/** Sweeps over a file, forth and back; what still changes then is recursion, or a chain of calls that turns too often. */
const MAX_SWEEPS = 8;

/** A function with its contract, as the whole-tree inference keeps it. */
export interface Summary {
  readonly name: string;
  /** False for a function other files can call. */
  readonly static: boolean;
  readonly contract: Contract;
  /** Why the contract may say less than the code does, a phrase each. */
  readonly limits: readonly string[];
}

/** A function by its name and where it begins (UTF-16 offset): whether its code has to be read is not decided yet. */
export type Named = Pick<FunctionIr, 'name' | 'start'>;

export interface Summarising extends FileContext {
  /** What names from elsewhere mean. */
  readonly outside: ContractLookup;
  /** Names whose own code is not looked into: the model describes them. */
  readonly described: (name: string) => boolean;
  /** Functions of the file that have to be read before `name` is: what it calls of those that handle pages. */
  readonly readFirst: (name: string) => readonly string[];
  /** Functions of the file that mention a name. */
  readonly users: (name: string) => readonly Named[];
  readonly device: DeviceKinds;
}

export interface Summarised {
  readonly summaries: readonly Summary[];
  readonly contractOf: ContractLookup;
  /** Functions that were read for their own sake: the seeds, and what mentions something that tells kinds apart. */
  readonly wanted: ReadonlySet<string>;
  /** The last flow of each of them that has one. */
  readonly flows: ReadonlyMap<FunctionIr, CountedFlow>;
  /** Names that were due to be read again when the bound was reached; some of them have no summary. */
  readonly unfinished: ReadonlySet<string>;
}

/** What has been found out of a file so far. */
interface FileRun {
  readonly file: Summarising;
  readonly known: Map<string, Summary>;
  readonly contractOf: ContractLookup;
  /** Names whose code was looked at. */
  readonly read: Set<string>;
  readonly wanted: Set<string>;
  readonly flows: Map<FunctionIr, CountedFlow>;
}

/**
 * Summarises `seeds`, whatever they call in the file, and whatever mentions something that was learnt there and that tells
 * kinds apart, from `before` on. Sorted by name; `contractOf` says what names mean in the file afterwards.
 */
export function summariseFile(file: Summarising, seeds: readonly Named[], before: readonly Summary[] = []): Summarised {
  const known = new Map(before.map((summary) => [summary.name, summary]));
  const contractOf = lookupIn(known, file.outside);
  const run: FileRun = { file, known, contractOf, read: new Set(), wanted: new Set(), flows: new Map() };
  let pending = new Map(seeds.map(({ name, start }) => [name, start]));
  for (let sweep = 0; sweep < MAX_SWEEPS && pending.size > 0; sweep++) {
    pending = runSweep(run, pending, sweep % 2 === 0 ? 1 : -1);
  }
  for (const name of pending.keys()) {
    const summary = known.get(name);
    if (summary) known.set(name, { ...summary, limits: [...summary.limits, 'recursion'] });
  }
  const summaries = [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { summaries, contractOf, wanted: run.wanted, flows: run.flows, unfinished: new Set(pending.keys()) };
}

/** Reads the pending functions in one direction; gives those to be read again in the other. */
function runSweep(run: FileRun, pending: ReadonlyMap<string, number>, direction: 1 | -1): Map<string, number> {
  const [ahead, behind] = [new Map(pending), new Map<string, number>()];
  for (let name = nextInOrder(ahead, direction); name !== undefined; name = nextInOrder(ahead, direction)) {
    const at = ahead.get(name) ?? 0;
    ahead.delete(name);
    run.wanted.add(name);
    for (const one of inOrder(run, name)) {
      run.read.add(one);
      if (!learn(run, one)) continue;
      for (const user of usersOf(run, one)) {
        (direction * (user.start - at) > 0 ? ahead : behind).set(user.name, user.start);
      }
    }
  }
  return behind;
}

/** A name behind everything it calls that was not read yet. */
function inOrder({ file, known, read }: FileRun, name: string): readonly string[] {
  const order: string[] = [];
  const entered = new Set([name]);
  const open = [{ name, below: file.readFirst(name).values() }];
  for (let last = open.at(-1); last; last = open.at(-1)) {
    const { value: callee } = last.below.next();
    if (callee === undefined) {
      order.push(last.name);
      open.pop();
    } else if (!entered.has(callee) && !read.has(callee) && !known.has(callee)) {
      entered.add(callee);
      open.push({ name: callee, below: file.readFirst(callee).values() });
    }
  }
  return order;
}

/**
 * Functions that have to be read again because `name` now has another contract. All that mention it, where the contract tells
 * kinds of page apart; where it only takes or drops references, those that were read before without knowing that.
 */
function usersOf({ file, known, read }: FileRun, name: string): readonly Named[] {
  const contract = known.get(name)?.contract;
  const users = file.users(name);
  return contract && distinguishesDevicePages(contract, file.device)
    ? users
    : users.filter((user) => read.has(user.name));
}

function nextInOrder(names: ReadonlyMap<string, number>, direction: 1 | -1): string | undefined {
  let found: string | undefined;
  let best = Infinity;
  for (const [name, at] of names) {
    if (direction * at >= best) continue;
    [found, best] = [name, direction * at];
  }
  return found;
}

/** Reads all definitions of a name anew; true when that says something else than before. */
function learn(run: FileRun, name: string): boolean {
  const { file, known, contractOf } = run;
  const definitions = file.described(name)
    ? []
    : file.table
        .find(name)
        .filter((fn) => fn.origin === 'function' && mayHaveContract(fn, contractOf, file.vocabulary));
  const limits = new Set<string>();
  const contract = joinContracts(definitions.map((fn) => readContract(run, fn, limits)));
  const before = known.get(name)?.contract;
  if (!contract || (before ? sameContract(before, contract) : !mentionsReferences(contract))) return false;
  const isStatic = definitions.every((fn) => fn.static) && file.table.closed;
  known.set(name, { name, static: isStatic, contract, limits: [...limits].sort() });
  return true;
}

function readContract({ file, contractOf, wanted, flows }: FileRun, fn: FunctionIr, limits: Set<string>): Contract {
  const counted = countedFlow(file, contractOf, fn);
  if (wanted.has(fn.name)) flows.set(fn, counted);
  const { context, flow } = counted;
  const from = { path: file.table.path, line: file.table.lineOf(fn.nameAt) };
  if (flow.complete) return inferContract(context, flow, from, placesIn(file, fn));
  limits.add('too-complex');
  return { name: fn.name, from, sources: [], effects: [], preconditions: [], counterparts: [] };
}

/** Makes places of offsets in a function. */
export function placesIn({ table }: FileContext, fn: FunctionIr): (offset: number) => EffectPlace {
  return (start) => {
    const { line, column } = table.place(start);
    return { start, path: table.path, line, column, function: fn.name };
  };
}

/** A function's flow with the references on each page counted. */
export function countedFlow(file: FileContext, contractOf: ContractLookup, fn: FunctionIr): CountedFlow {
  const context: FlowContext = {
    ...functionContext(file, fn, { contractOf, parameter: () => undefined }),
    references: true,
  };
  return file.flows?.analyse(context) ?? { context, flow: analyseFlow(context) };
}

export interface CountedFlow {
  readonly context: FlowContext;
  readonly flow: Flow;
}

/** The file's own code wins over what is known from elsewhere, except where that describes the name for good. */
function lookupIn(known: ReadonlyMap<string, Summary>, outside: ContractLookup): ContractLookup {
  return (name) => {
    const own = known.get(name)?.contract;
    const other = outside(name);
    return own && other ? mergeContracts(other, own) : (own ?? other);
  };
}

/**
 * What is known of a name that has both a declared contract (of the model or of another file) and code in this file: the code
 * decides on each part it says something of, and the declaration on the rest.
 */
export function mergeContracts(declared: Contract, own: Contract): Contract {
  return {
    ...declared,
    ...(own.predicate && { predicate: own.predicate }),
    sources: declared.sources.length > 0 ? declared.sources : own.sources,
    effects: own.effects.length > 0 ? own.effects : declared.effects,
    preconditions: declared.preconditions.length > 0 ? declared.preconditions : own.preconditions,
  };
}

/** Takes or gives up references. */
export function isCounting({ does, unit }: EffectRow): boolean {
  return (does === 'acquire' || does === 'release' || does === 'transfer') && unit !== 'pgmap-reference';
}

/** The ZONE_DEVICE kinds of a tree, and those of them that code can be handed by taking a reference on user memory. */
export interface DeviceKinds {
  readonly all: KindSet;
  readonly taken: KindSet;
}

/**
 * True when a contract treats device pages otherwise than ordinary memory, answers about them, or gives out pages of which
 * only some kinds can be device pages. Such a name is looked for in the whole tree:
 *
 *     bool my_is_dev(struct page *page) { return is_zone_device_page(page); }        looked for
 *     void my_put(struct page *page) { put_page(page); }                             not: it does the same for every page
 *
 * What takes or drops a reference whatever the page is matters only in functions that tell kinds apart.
 */
export function distinguishesDevicePages({ predicate, effects, sources }: Contract, device: DeviceKinds): boolean {
  if (predicate?.class === 'reserved' || predicate?.class === 'zone-device') return true;
  const compared = device.taken | BUDDY;
  return effects.some((effect) => {
    if (!isCounting(effect) && !MARKS.has(effect.does)) return false;
    const source = sources.find(({ result }) => result.at === effect.on.at && result.through === effect.on.through);
    const affected = effect.affected & (source?.kinds ?? ANY_KIND);
    const handsOut = effect.does === 'acquire' && (effect.on.at === 'result' || effect.on.through !== undefined);
    // A page nothing is known of tells nothing; one that came from somewhere does.
    if (handsOut) return (affected & device.all) !== 0 && (affected & device.all) !== device.all;
    // A drop or mark that leaves kinds out for another reason than a test says where pages come from, no more.
    const tests = effect.does === 'acquire' || effect.where !== undefined || effect.kinds !== undefined;
    return tests && (affected & compared) !== 0 && (affected & compared) !== compared;
  });
}

/** True when a contract takes or drops references, marks pages or answers about them: kept for the other functions of its file. */
export function mentionsReferences(contract: Contract): boolean {
  return contract.predicate !== undefined || contract.effects.some((one) => isCounting(one) || MARKS.has(one.does));
}

const MARKS = new Set<EffectRow['does']>(['dirty', 'accessed']);

function sameContract(a: Contract, b: Contract): boolean {
  return contractKey(a) === contractKey(b);
}

function contractKey({ predicate, sources, effects, preconditions, attribute }: Contract): string {
  return JSON.stringify([predicate, sources, effects, preconditions, attribute]);
}
