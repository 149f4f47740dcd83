import type { NotAnalysed } from '@pageref/shared';
import type { ContractLookup, EffectPlace } from '../semantics/contract.js';
import type { FileContext } from '../semantics/function-context.js';
import { leaksIn, mayBeUnbalanced, pairsIn } from '../semantics/imbalance.js';
import type { Leak, Pair } from '../semantics/imbalance.js';
import { countedFlow, placesIn, summariseFile } from '../semantics/summarise.js';
import type { Summary } from '../semantics/summarise.js';
import { findWords } from '../syntax/index.js';
import type { FunctionIr, Item } from '../syntax/index.js';
import type { Wrapper } from '../semantics/wrapper.js';
import type { WrapperSite } from '../rules/wrappers.js';
import { archVerdict } from './audit.js';
import { functionsIn, openText, viewSource } from './source-file.js';
import { findWrappers } from './wrapper-sites.js';
import type { Tree } from './tree.js';

/** What one file gives to a round of the whole-tree inference. */
export interface FileInference {
  readonly path: string;
  readonly summaries: readonly Summary[];
  readonly wrappers: readonly Wrapper[];
  readonly sites: readonly PlacedSite[];
  readonly balances: readonly FunctionBalance[];
  /** Functions that mention one of the round's names. */
  readonly functions: number;
  readonly notAnalysed: readonly NotAnalysed[];
}

/** How one function uses pairs of calls that take and drop references, with places. */
export interface FunctionBalance {
  readonly path: string;
  readonly function: string;
  readonly pairs: readonly Placed<Pair, 'acquiredAt' | 'releasedAt'>[];
  readonly leaks: readonly (Placed<Leak, 'releasedAt' | 'partsAt' | 'leftAt'> & { readonly acquiredAt: EffectPlace })[];
}

type Placed<T, K extends keyof T> = Omit<T, K> & Readonly<Record<K, EffectPlace>>;

/** A call site of a wrapper with its place. */
export type PlacedSite = WrapperSite & { readonly path: string; readonly line: number; readonly column: number };

export interface FileRound {
  readonly path: string;
  readonly text: string;
  /** Names of the round that the file holds. */
  readonly names: readonly string[];
  /** What earlier rounds found in the file. */
  readonly before: readonly Summary[];
  readonly outside: ContractLookup;
  /** Wrappers of the reserved test that other files can call. */
  readonly wrapperOf: (name: string) => Wrapper | undefined;
  /** The file's own wrappers, where an earlier round found them. */
  readonly known?: readonly Wrapper[];
}

/** Summarises the functions of one file that mention the names of a round. Total: any text gives a result. */
export function inferFile(
  tree: Tree,
  { path, text, names, before, outside, wrapperOf, known }: FileRound,
): FileInference {
  const open = openText(path, text, { ...tree.tools, contractOf: outside });
  const view = viewSource(open);
  const { table } = view;
  const holders = new Set<Item>();
  for (const word of findWords(text, new Set(names))) {
    const item = word.lexical === 'code' ? view.itemAt(word.start) : undefined;
    if (item?.kind === 'function' && !item.dead && item.name !== word.word) holders.add(item);
  }
  const seeds = [...holders].flatMap((item) => functionsIn(open, item));
  const file = {
    table,
    vocabulary: open.vocabulary,
    provenance: tree.tools.provenance,
    outside,
    described: (name: string) => isDescribed(tree, name),
  };
  const notAnalysed = [...holders].flatMap((item) => {
    const why = view.unread(item);
    return why ? [{ ...view.place(why.start), function: why.name, why: why.why }] : [];
  });
  const { wrappers, sites } = findWrappers(open, view, wrapperOf, {
    names,
    options: { deviceKinds: tree.deviceKinds, arch: archVerdict(tree, path, undefined) },
    ...(known && { known }),
  });
  const { summaries, contractOf } = summariseFile(file, seeds, before);
  return {
    path,
    summaries,
    wrappers,
    sites: sites.map((site) => ({ ...site, ...view.place(site.start) })),
    balances: seeds.flatMap((fn) => balanceOf(tree, file, fn, contractOf) ?? []),
    functions: holders.size,
    notAnalysed,
  };
}

/** How a function uses what takes and drops references; undefined where it cannot be unbalanced. */
function balanceOf(
  tree: Tree,
  file: FileContext,
  fn: FunctionIr,
  contractOf: ContractLookup,
): FunctionBalance | undefined {
  const asked = { contractOf, vocabulary: file.vocabulary, device: tree.deviceKinds };
  if (!mayBeUnbalanced(fn, asked)) return undefined;
  const counted = countedFlow(file, contractOf, fn);
  if (!counted.flow.complete) return undefined;
  const place = placesIn(file, fn);
  return {
    path: file.table.path,
    function: fn.name,
    pairs: pairsIn(counted).map((pair) => ({
      ...pair,
      acquiredAt: place(pair.acquiredAt),
      releasedAt: place(pair.releasedAt),
    })),
    leaks: leaksIn(counted, tree.deviceKinds).map((leak) => ({
      ...leak,
      acquiredAt: place(leak.acquire.at),
      releasedAt: place(leak.releasedAt),
      partsAt: place(leak.partsAt),
      leftAt: place(leak.leftAt),
    })),
  };
}

/**
 * True for a name whose meaning is the model's word: the tree's own code is only looked into where the model says that
 * the answer or the effect depends on the kind of page, which is what changes from release to release and tree to tree.
 */
export function isDescribed(tree: Tree, name: string): boolean {
  const entry = tree.model.entries.get(name);
  if (!entry) return false;
  if (tree.model.reservedBit.tests.includes(name)) return true;
  return !(entry.predicate?.class === 'reserved' || entry.effects?.some((effect) => effect.kinds !== undefined));
}
