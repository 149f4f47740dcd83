import type { Call } from '../flow/context.js';
import { countsReferences } from '../flow/contract.js';
import type { Contract, ContractLookup, EffectRow } from '../flow/contract.js';
import { declaredTypes, mayNamePage, rootName } from '../flow/domain/access-paths.js';
import type { FunctionTable } from '../flow/function-table.js';
import { aliasTarget } from '../syntax/stand-ins.js';
import { anythingBelow, handedIn, pathOf, waysTo } from '../flow/page-paths.js';
import type { HandedPage, WayToPage } from '../flow/page-paths.js';
import type { Vocabulary } from '../flow/vocabulary.js';
import { bodiesOf, expressionsOf, partsOf } from '../syntax/ir-walk.js';
import type { Expr, FunctionIr, Stmt } from '../syntax/ir.js';

/**
 * Could a call take or drop a reference of a page without the flow seeing it? The flow sees what the model and the code of
 * the file say of a call. What it cannot see is code of other files, code that nobody described, a call through a pointer,
 * and a page that is put away for somebody else to give back. A verdict that rests on nothing being counted asks here first.
 */
export interface Unseen {
  /** The code that may count, as it is called. */
  readonly name: string;
  /**
   * unknown        its code is not at hand
   * other-release  the model knows the name, but in other releases
   * pointer        it is called through a pointer
   * kept           it puts the page away
   * holder         it counts something that leads to the page, and whether that is the page is not seen
   * deep           it is too far down, or too tangled to be followed
   */
  readonly why: 'unknown' | 'other-release' | 'pointer' | 'kept' | 'holder' | 'deep';
}

/** What a call does to the references of the page it is handed, beyond what the flow sees. */
export interface Beyond {
  /** Effects on the page of functions that other files define. */
  readonly counted: readonly EffectRow[];
  /** Something that may count and was not seen; what it is, where there is more than one, the text decides. */
  readonly unseen: Unseen | undefined;
}

export const NOTHING_BEYOND: Beyond = { counted: [], unseen: undefined };

/** What is known of the functions of other files; undefined for one whose code was not found. */
export type CalleeLookup = (name: string, handed: readonly HandedPage[]) => Beyond | undefined;

export interface CountingFile {
  readonly table: FunctionTable;
  readonly vocabulary: Vocabulary;
  /** What names mean that the file does not define. */
  readonly outside: ContractLookup;
  /** What names mean in the file. */
  readonly contractOf: ContractLookup;
  readonly callee: CalleeLookup;
}

/** Calls down to which code is followed; the flow reads contracts as deep. */
const MAX_DEPTH = 4;
/** Paths that name the page in one function; a function with more is not followed to the end. */
const MAX_PLACES = 64;
/** Members in a path before it stands for everything below its first name. */
const MAX_PARTS = 5;

/** What a call in `fn` may count unseen, given which of its arguments lead to the page. */
export function beyondCall(file: CountingFile, fn: FunctionIr, call: Call, handed: readonly HandedPage[]): Beyond {
  const search = new Search(file);
  search.call(fn, call, handed, MAX_DEPTH);
  return search;
}

/**
 * What a call of a function of the file may count unseen, for those who call it from elsewhere by its name. What the file
 * itself counts is among it: `static void drop(p) { put_page(p); }` counts for whoever calls drop().
 */
export function beyondName(file: CountingFile, name: string, handed: readonly HandedPage[]): Beyond {
  const search = new Search(file);
  search.name(name, handed, MAX_DEPTH);
  const own = (file.contractOf(name)?.effects ?? []).filter(
    (effect) => countsReferences(effect) && handed.some((one) => isOn(effect, one)),
  );
  return { counted: [...own, ...search.counted], unseen: search.unseen };
}

class Search implements Beyond {
  readonly counted: EffectRow[] = [];
  unseen: Unseen | undefined;
  /** Names with what they are handed, that are being looked at or were: recursion adds nothing. */
  private readonly seen = new Set<string>();
  /** Names on the way through macros that are other names: one that leads back to itself is a function of that name. */
  private readonly aliases = new Set<string>();
  /** Known calls that count something which the contracts of those who call them can name. */
  private carried: readonly string[] = [];

  constructor(private readonly file: CountingFile) {}

  call(fn: FunctionIr, call: Call, handed: readonly HandedPage[], depth: number): void {
    if (handed.length === 0) return;
    const { name } = call;
    if (name === undefined) this.note({ name: pathOf(call.callee) ?? 'a function pointer', why: 'pointer' });
    else if (declaredTypes(fn).has(name)) this.note({ name, why: 'pointer' });
    else this.name(name, handed, depth);
  }

  name(name: string, handed: readonly HandedPage[], depth: number): void {
    const { table, vocabulary, outside, callee } = this.file;
    const key = `${name}(${handed.map(({ at, path }) => `${at}${path ?? '*'}`).join()})`;
    if (isShaped(vocabulary, name) || this.seen.has(key)) return;
    this.seen.add(key);
    const known = outside(name);
    const definitions = table.find(name);
    if (known?.from === 'model') this.effects(known, handed);
    else if (definitions.length > 0) this.definitions(name, definitions, handed, depth);
    else if (!vocabulary.uncounted.has(name) && !vocabulary.isLog(name)) {
      // One page that was not seen is enough: no more files are opened then.
      const found = this.unseen ? NOTHING_BEYOND : callee(name, handed);
      if (found) this.take(found);
      else this.note({ name, why: vocabulary.otherReleases.has(name) ? 'other-release' : 'unknown' });
    }
  }

  private note(unseen: Unseen): void {
    this.unseen ??= unseen;
  }

  private take({ counted, unseen }: Beyond): void {
    this.counted.push(...counted);
    if (unseen) this.note(unseen);
  }

  /** Effects of a known call that the flow cannot bring home to the page. */
  private effects(contract: Contract, handed: readonly HandedPage[]): void {
    for (const effect of contract.effects) {
      const touching = countsReferences(effect) ? handed.filter(({ at }) => at === effect.on.at) : [];
      if (touching.some((one) => !isSeen(effect, one))) this.note({ name: contract.name, why: 'holder' });
      else if (touching.some((one) => isOn(effect, one))) this.carried = [...this.carried, contract.name];
    }
  }

  private definitions(
    name: string,
    definitions: readonly FunctionIr[],
    handed: readonly HandedPage[],
    depth: number,
  ): void {
    const contract = this.file.contractOf(name);
    if (depth === 0 || contract?.isIncomplete) return this.note({ name, why: 'deep' });
    const before = this.carried;
    this.carried = [];
    for (const fn of definitions) {
      const target = aliasTarget(fn);
      if (target === undefined) this.body(fn, handed, depth);
      else this.alias(name, target, handed, depth);
    }
    const isNamed = contract?.effects.some((row) => countsReferences(row) && handed.some((one) => isOn(row, one)));
    const [counted] = this.carried;
    if (counted !== undefined && !isNamed) this.note({ name: counted, why: 'holder' });
    this.carried = [...before, ...this.carried];
  }

  private alias(name: string, target: string, handed: readonly HandedPage[], depth: number): void {
    this.aliases.add(name);
    if (this.aliases.has(target)) this.note({ name: target, why: 'unknown' });
    else this.name(target, handed, depth - 1);
    this.aliases.delete(name);
  }

  private body(fn: FunctionIr, handed: readonly HandedPage[], depth: number): void {
    const places = placesIn(this.file, fn, handed);
    if (!places) return this.note({ name: fn.name, why: 'deep' });
    visitCode(fn.body, (expr) => {
      const [target, value] = expr.op === 'assign' ? [expr.target, expr.value] : storedBy(this.file, expr);
      if (target && value && isPutAway(this.file, fn, target, value, places)) this.note({ name: fn.name, why: 'kept' });
      if (expr.op === 'call') this.call(fn, expr, handedIn(this.file, expr.args, places), depth - 1);
    });
  }
}

/** Macros that are no calls in effect. */
function isShaped(vocabulary: Vocabulary, name: string): boolean {
  const { transparent, choosers, volatileReads, stores, swaps, assertions, noReturn } = vocabulary;
  return [transparent, choosers, volatileReads, stores, swaps, assertions, noReturn].some((names) => names.has(name));
}

/** The flow follows an effect on the page itself, and on what a member or an array hands down. */
function isSeen({ does, on: { through } }: Contract['effects'][number], { path, page }: HandedPage): boolean {
  // Freeing the object that holds the page is no matter of the page.
  if (path === undefined) return does === 'free';
  const isOfHolder = through === undefined && path !== '';
  return isOfHolder || CARRIED.test(page);
}

/** The effect is on what is handed there. */
function isOn({ on }: EffectRow, { at, path }: HandedPage): boolean {
  if (on.at !== at) return false;
  if (on.through === undefined) return path === '';
  return on.through === 'field' ? path === `->${on.field ?? ''}` : path === '[]';
}

/** Paths whose effects a contract can name: a parameter, a member of it, an array of either. */
const CARRIED = /^[\w#]+(?:->\w+)*(?:\[\])?$/;

/** Everything in a function that may name the page it was handed; undefined where that is too much. */
function placesIn(file: CountingFile, fn: FunctionIr, handed: readonly HandedPage[]): ReadonlySet<string> | undefined {
  const places = new Set<string>();
  for (const { at, path } of handed) {
    const param = fn.params[at];
    // More arguments than parameters: they end up wherever the macro puts them.
    if (!param) return undefined;
    places.add(path === undefined ? anythingBelow(param.name) : `${param.name}${path}`);
  }
  const types = declaredTypes(fn);
  for (let before = -1; before !== places.size;) {
    before = places.size;
    visitAssignments(fn.body, (target, value) => {
      const type = types.get(target);
      if (type && !mayNamePage(type)) return;
      for (const way of waysTo(file, value, places)) places.add(joinedPath(target, way));
    });
    if (places.size > MAX_PLACES) return undefined;
  }
  return places;
}

function joinedPath(target: string, { path }: WayToPage): string {
  const whole = `${target}${path ?? '*'}`;
  const parts = whole.split(/->|\.|\[\]/).length;
  return path === undefined || parts > MAX_PARTS ? anythingBelow(rootName(target)) : whole;
}

function visitAssignments(body: readonly Stmt[], visit: (target: string, value: Expr) => void): void {
  const look = (expr: Expr): void => {
    if (expr.op !== 'assign') return;
    const path = pathOf(expr.target);
    if (path !== undefined) visit(path, expr.value);
  };
  visitCode(body, look, (statement) => {
    if (statement.op === 'declare' && statement.initial) visit(statement.name, statement.initial);
    if (statement.op === 'loop' && statement.macro) visitTurns(statement.macro, visit);
  });
}

/** A loop macro assigns the locals it names from what it walks over. */
function visitTurns({ args }: Call, visit: (target: string, value: Expr) => void): void {
  for (const target of args) {
    if (target.op !== 'name') continue;
    for (const value of args) if (value !== target) visit(target.name, value);
  }
}

/** Every expression of a body, and every statement. A loop macro is no call, and a guard is a lock. */
function visitCode(body: readonly Stmt[], visit: (expr: Expr) => void, enter?: (statement: Stmt) => void): void {
  const look = (expr: Expr): void => {
    visit(expr);
    if (expr.op === 'block') visitCode(expr.body, visit, enter);
    partsOf(expr).forEach(look);
  };
  for (const statement of body) {
    enter?.(statement);
    if (statement.op === 'loop') {
      const { condition, step, macro } = statement;
      [condition, step, ...(macro?.args ?? [])].forEach((expr) => {
        if (expr) look(expr);
      });
    } else if (statement.op !== 'guard') expressionsOf(statement).forEach(look);
    for (const inner of bodiesOf(statement)) visitCode(inner, visit, enter);
  }
}

/** The page itself is written to memory that outlives the function, and was not there before. */
function isPutAway(
  file: CountingFile,
  fn: FunctionIr,
  target: Expr,
  value: Expr,
  places: ReadonlySet<string>,
): boolean {
  if (!isLasting(file, fn, target) || !waysTo(file, value, places).some(({ path }) => path === '')) return false;
  return !isThereAlready(target, places);
}

/** The page was there before it was written; of an array nobody knows which element it was. */
export function isThereAlready(target: Expr, places: ReadonlySet<string>): boolean {
  const path = pathOf(target);
  return path !== undefined && !path.includes('[') && places.has(path);
}

/** Memory that is there when the function is gone: no local variable, and nothing that is freed in the function. */
export function isLasting({ contractOf }: Pick<CountingFile, 'contractOf'>, fn: FunctionIr, target: Expr): boolean {
  const path = pathOf(target);
  const root = rootName(path ?? '');
  const type = declaredTypes(fn).get(root);
  if (path === undefined || !type || fn.params.some((param) => param.name === root)) return true;
  if (path === root || (type.pointers === 0 && !/->|\[/.test(path))) return false;
  return !isFreed(contractOf, fn, root);
}

function isFreed(contractOf: ContractLookup, fn: FunctionIr, name: string): boolean {
  let freed = false;
  visitCode(fn.body, (expr) => {
    if (expr.op !== 'call' || expr.name === undefined) return;
    const frees = (contractOf(expr.name)?.effects ?? []).filter(({ does }) => does === 'free');
    freed ||= frees.some(({ on }) => on.at !== 'result' && isName(expr.args[on.at], name));
  });
  return freed;
}

function isName(expr: Expr | undefined, name: string): boolean {
  return expr?.op === 'name' && expr.name === name;
}

/** What a macro that stores writes, and where. */
function storedBy({ vocabulary }: CountingFile, expr: Expr): readonly (Expr | undefined)[] {
  return expr.op === 'call' && expr.name !== undefined && vocabulary.stores.has(expr.name) ? expr.args : [];
}
