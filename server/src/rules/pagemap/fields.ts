import type { PagemapModel } from '@pageref/shared';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { initialiserText } from './initialiser.js';
import { membersOf, opsIn } from './ops.js';
import type { FoundOps } from './ops.js';
import { aliasesOf, callersOf, helpersOf, pathOf, storesOf } from './stores.js';
import { reachingAt } from './reaching.js';
import type { ReachingStore } from './reaching.js';
import type { Place, Store } from './stores.js';

/** What the code near a registration puts into the pgmap: its type and its ops table, and how that was found. */
export interface PagemapFields {
  readonly types: readonly FoundType[];
  readonly ops: FoundOps | undefined;
}

export interface FoundType {
  /** The enumerator. */
  readonly type: string;
  readonly at: number;
  /** `assigned here`, `in its initialiser`, `by helper()`, `by caller()`. */
  readonly how: string;
  /** True where another type is written over it on a way: which of them is registered hangs on conditions. */
  readonly isPerhaps: boolean;
}

/**
 * @param pagemap the argument of the registration that names the pgmap
 * @param at where the function registers it
 */
export function pagemapFields(
  file: SourceFile,
  fn: FunctionIr,
  { pagemap, at }: { readonly pagemap: Expr; readonly at: number },
  model: PagemapModel,
): PagemapFields {
  const places = [
    { fn, stores: storesOf(fn, aliasesOf(fn, pagemap)), how: 'assigned here' },
    ...helpersOf(file, fn, pagemap),
    ...callersOf(file, fn, pagemap),
  ];
  const ofType = (stores: readonly Store[]): readonly Store[] =>
    stores.filter(({ field, value }) => field === model.names.type && !file.ofOtherRelease(value.start));
  const here = (place: Place): readonly ReachingStore[] =>
    place.fn === fn
      ? reachingAt(file, fn, ofType(place.stores), at)
      : ofType(place.stores).map((store) => ({ store, isOverwritten: false }));
  const types = places.map((place) => typesIn(here(place), place.how, model)).find((found) => found.length > 0);
  const ops = places.map((place) => opsIn(file, place, model)).find((found) => found !== undefined);
  const own = initialiserOf(file, pagemap, model);
  return { types: types ?? own.types, ops: ops ?? own.ops };
}

function typesIn(stores: readonly ReachingStore[], how: string, { types }: PagemapModel): FoundType[] {
  const found = new Map<string, FoundType>();
  for (const { store, isOverwritten } of stores) {
    const { value } = store;
    if (value.op !== 'name' || !types.some(({ type }) => type === value.name)) continue;
    const isPerhaps = isOverwritten && found.get(value.name)?.isPerhaps !== false;
    found.set(value.name, { type: value.name, at: found.get(value.name)?.at ?? value.start, how, isPerhaps });
  }
  return [...found.values()];
}

/** `static struct dev_pagemap map = { .type = ..., .ops = &table };` at file level. */
function initialiserOf(file: SourceFile, pagemap: Expr, model: PagemapModel): PagemapFields {
  const name = pathOf(pagemap);
  const text = name === undefined ? undefined : initialiserText(file, name, model.names.pagemap);
  if (text === undefined) return { types: [], ops: undefined };
  const member = (field: string): string | undefined =>
    new RegExp(`\\.${field}\\s*=\\s*(?:&\\s*)?(\\w+)`).exec(text.body)?.[1];
  const [type, ops] = [member(model.names.type), member(model.names.ops)];
  const known = model.types.some((one) => one.type === type);
  return {
    types: type !== undefined && known ? [{ type, at: text.at, how: 'in its initialiser', isPerhaps: false }] : [],
    ops:
      ops === undefined
        ? undefined
        : { name: ops, at: text.at, isTable: true, members: membersOf(file, ops, model.names.opsTable) },
  };
}
