import { bothHold } from '../syntax/conditions-around.js';
import type { Conditions } from '../syntax/conditions-around.js';
import { everyWordIn } from '../syntax/items-holding.js';
import type { FunctionIr } from '../syntax/index.js';
import { aliasTarget, withStandIns } from '../syntax/stand-ins.js';
import { visitExpressions } from '../syntax/ir-walk.js';
import type { MacroArm } from './macro-arms.js';
import type { SourceFile } from './source-file.js';

/**
 * Macros that stand for some names: `#define card_put(p) put_page(p)`. A function that uses them is read with those names in
 * their place. Where `#if` defines a macro in several ways there are several readings, in each of which one condition has one
 * answer.
 */

/** A function as it reads under some conditions. */
export interface StandInReading {
  readonly fn: FunctionIr;
  readonly assumed: Conditions;
}

/** Readings of one function; the ways to compile it that are behind them are not read. */
const MOST_READINGS = 4;
/** Numbers of readings that a function has by itself are smaller. */
const FIRST_READING = 16;
/** Macros of macros that are looked for. */
const MAX_LEVELS = 3;

export class StandIns {
  /** Macros of the file, or handed in, whose text leads to one of the names. */
  readonly names: ReadonlySet<string>;
  private readonly known = new Map<string, () => readonly MacroArm[]>();

  /**
   * @param elsewhere macros that headers define for the file, of those that lead to one of the names
   * @param keep keeps which macros lead to them, for who rests on the names and not on all macros of the file
   */
  constructor(
    private readonly file: SourceFile,
    private readonly wanted: ReadonlySet<string>,
    private readonly elsewhere: ReadonlyMap<string, readonly MacroArm[]> = new Map(),
    keep: (find: () => readonly string[]) => readonly string[] = (find) => find(),
  ) {
    const find = (): readonly string[] => [...macrosHolding(file, wanted, elsewhere.keys()), ...elsewhere.keys()];
    this.names = new Set(keep(() => [...new Set(find())]));
  }

  /** The readings of a function, itself where it uses no such macro. */
  readingsOf(fn: FunctionIr): readonly StandInReading[] {
    const used = this.usedBy(fn);
    if (used.length === 0) return [{ fn, assumed: new Map() }];
    return this.choices(used).map(({ chosen, assumed }, at) => {
      const expanded = withStandIns(fn, chosen);
      const written = expanded === fn ? fn : this.file.inSignature(expanded);
      return { fn: written === fn ? fn : { ...written, reading: fn.reading + FIRST_READING * (at + 1) }, assumed };
    });
  }

  /** The macros that a function calls, and those that they use. */
  private usedBy(fn: FunctionIr): readonly string[] {
    const used = new Set(calledBy(fn).filter((name) => this.names.has(name)));
    for (const name of used) {
      for (const arm of this.armsOf(name))
        for (const inner of calledBy(arm.fn)) if (this.names.has(inner)) used.add(inner);
    }
    return [...used];
  }

  private armsOf(name: string): readonly MacroArm[] {
    let arms = this.known.get(name);
    if (!arms) {
      arms = this.file.noted(() => {
        const own = this.file.macroArms(name);
        return own.length > 0 ? own : (this.elsewhere.get(name) ?? []);
      });
      this.known.set(name, arms);
    }
    return arms();
  }

  /** Definitions that can be compiled together. */
  private choices(used: readonly string[]): readonly Choice[] {
    let found: readonly Choice[] = [{ chosen: new Map(), assumed: new Map() }];
    for (const name of used) {
      const ways = this.waysOf(name);
      if (ways.length === 0) continue;
      found = found.flatMap((choice) => ways.flatMap((way) => joined(choice, name, way) ?? [])).slice(0, MOST_READINGS);
    }
    return found;
  }

  /** A kernel's own name can be a macro in one arm of `#if`, and itself in the other. */
  private waysOf(name: string): readonly Way[] {
    const arms = this.armsOf(name);
    const [only, ...more] = arms;
    if (!only || more.length > 0 || !this.wanted.has(name)) return arms;
    return [only, ...[...only.when].map(([key, holds]): Way => ({ when: new Map([[key, !holds]]) }))];
  }
}

/** A definition; none where the name stands for itself. */
type Way = Pick<MacroArm, 'when'> & Partial<Pick<MacroArm, 'fn'>>;

interface Choice {
  readonly chosen: ReadonlyMap<string, FunctionIr>;
  readonly assumed: Conditions;
}

function joined({ chosen, assumed }: Choice, name: string, { fn, when }: Way): Choice | undefined {
  const both = bothHold(assumed, when);
  return both && { chosen: fn ? new Map([...chosen, [name, fn]]) : chosen, assumed: both };
}

/** The names that a function calls, or that a macro stands for. */
export function calledBy(fn: FunctionIr): readonly string[] {
  const target = aliasTarget(fn);
  const names = new Set<string>(target === undefined ? [] : [target]);
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'call' && expr.name !== undefined) names.add(expr.name);
  });
  return [...names];
}

/** The macros of a file whose text holds one of the names, or the name of such a macro. */
function macrosHolding(file: SourceFile, wanted: ReadonlySet<string>, more: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const { text } = file;
  const defines = file.defines().filter(({ dead }) => !dead);
  if (defines.length === 0) return found;
  let names: ReadonlySet<string> = new Set([...wanted, ...more]);
  for (let level = 0; level < MAX_LEVELS && names.size > 0; level++) {
    const fresh = new Set<string>();
    everyWordIn(text, defines, names).forEach((words, at) => {
      const { name } = defines[at] ?? {};
      if (name !== undefined && !found.has(name) && words.some(({ word }) => word !== name)) fresh.add(name);
    });
    for (const name of fresh) found.add(name);
    names = fresh;
  }
  return found;
}
