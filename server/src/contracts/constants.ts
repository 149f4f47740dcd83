import type { Sign } from '@pageref/shared';
import { evaluateCondition, exactly } from '../syntax/condition-value.js';
import type { PpValue } from '../syntax/condition-value.js';
import { blankNonCode } from '../syntax/index.js';
import type { Item } from '../syntax/index.js';
import { macroOf, ppTokens } from '../syntax/version-macros.js';

/** The signs of a text's constants: enumerators, and macros without parameters. */
export interface Constants {
  /** The sign by each definition of a name; undefined for one that is not known. */
  of(name: string): readonly (Sign | undefined)[];
  /** True where the text defines it. */
  has(name: string): boolean;
}

/** A value, or an error code: what number it is nobody needs to know. */
type Value = PpValue | 'error';

/** Constants that are made of constants. */
const MAX_DEPTH = 4;
/** A larger number is another one in an int. */
const LARGEST = 0x7fffffff;

/** Text in front of a macro that is looked at. */
const BEFORE = 100;

const CODE = /^\(*-E[A-Z0-9]+\)*$/;

/** @param pendingCodes error codes that can stand for success */
export function constantsIn(
  { text, items }: { readonly text: string; readonly items: readonly Item[] },
  pendingCodes: readonly string[],
): Constants {
  let found: ReadonlyMap<string, readonly Definition[]> | undefined;
  const definitions = (name: string): readonly Definition[] => (found ??= definitionsIn(text, items)).get(name) ?? [];
  const valueOf = (body: string, depth: number): Value => {
    const tokens = ppTokens(body);
    const code = tokens.join('');
    if (CODE.test(code)) return pendingCodes.some((one) => code.includes(`-${one}`)) ? undefined : 'error';
    if (depth > MAX_DEPTH || tokens.includes('~')) return undefined;
    const [only, ...more] = tokens.filter((token) => token !== '(' && token !== ')');
    if (only !== undefined && more.length === 0 && /^[A-Za-z_]/.test(only)) return valueOfName(only, depth + 1);
    return evaluateCondition(tokens.map((token) => (/^[A-Za-z_]/.test(token) ? numberOf(token, depth + 1) : token)));
  };
  const valueOfName = (name: string, depth: number): Value => {
    const [only, ...more] = definitions(name);
    return only && more.length === 0 ? valueOfOne(only, depth) : undefined;
  };
  const numberOf = (name: string, depth: number): string => {
    const value = valueOfName(name, depth);
    return value === undefined || value === 'error' || value.low !== value.high || value.low < 0
      ? name
      : String(value.low);
  };
  const valueOfOne = ({ body, plus }: Definition, depth: number): Value => {
    const value = body === '' ? undefined : valueOf(body, depth);
    if (plus === 0 || value === undefined || value === 'error') return plus === 0 ? value : undefined;
    return exactly(value.low + plus);
  };
  return {
    of: (name) => definitions(name).map((one) => signOf(valueOfOne(one, 0))),
    has: (name) => definitions(name).length > 0,
  };
}

function signOf(value: Value): Sign | undefined {
  if (value === 'error') return 'negative';
  if (value === undefined || value.low !== value.high || Math.abs(value.low) > LARGEST) return undefined;
  return value.low < 0 ? 'negative' : value.low === 0 ? 'zero' : 'positive';
}

interface Definition {
  /** An expression; empty for one that is not known. */
  readonly body: string;
  /** What is added to it: an enumerator without a value is one more than the one before. */
  readonly plus: number;
}

function definitionsIn(text: string, items: readonly Item[]): ReadonlyMap<string, readonly Definition[]> {
  const found = new Map<string, Definition[]>();
  const add = (name: string, definition: Definition): void => {
    const known = found.get(name);
    if (known) known.push(definition);
    else found.set(name, [definition]);
  };
  for (const { kind, dead, name, start, end } of items) {
    if (dead) continue;
    const code = text.slice(start, end);
    if (kind === 'define') {
      // Where the build may have defined it, it is what the build says.
      const isDefault = new RegExp(`#\\s*ifndef\\s+${name}\\s*$`).test(text.slice(Math.max(0, start - BEFORE), start));
      add(name, { body: isDefault ? '' : replacementIn(code), plus: 0 });
    }
    if ((kind === 'type' || kind === 'declaration') && /\benum\b/.test(code)) {
      for (const [, list = ''] of blankNonCode(code).matchAll(/\benum\b[^;{}()]*\{([^{}]*)\}/g)) enumerators(list, add);
    }
  }
  return found;
}

/** What a macro stands for; empty for one with parameters. */
function replacementIn(define: string): string {
  const macro = macroOf(define);
  return macro && macro.parameters === undefined ? macro.body.join(' ') : '';
}

/** Those of a list with `#if` in it are not known. */
function enumerators(list: string, add: (name: string, definition: Definition) => void): void {
  const isWhole = !/^\s*#/m.test(list);
  let last: Definition = { body: '0', plus: -1 };
  for (const part of list.split(/,(?![^()]*\))/)) {
    const [, name, value] = /^\s*(\w+)\s*(?:=\s*([^]+))?$/.exec(part.replace(/^\s*#.*$/gm, '')) ?? [];
    if (name === undefined) continue;
    last = value === undefined ? { ...last, plus: last.plus + 1 } : { body: value.trim(), plus: 0 };
    add(name, isWhole ? last : { body: '', plus: 0 });
  }
}
