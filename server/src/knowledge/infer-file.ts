import type { NotAnalysed } from '@pageref/shared';
import type { ContractLookup, EffectPlace } from '../flow/contract.js';
import type { FileContext } from '../flow/function-context.js';
import { acquireNames } from '../rules/imbalance/name-families.js';
import { TOO_TANGLED } from '../rules/rule.js';
import { leaksIn, mayBeUnbalanced, pairsIn } from '../rules/imbalance/pairs.js';
import type { Leak, ImbalancePair } from '../rules/imbalance/pairs.js';
import { countedFlow, placesIn, summariseFile } from '../contracts/file-summaries.js';
import type { CountedFlow, DeviceKinds, Summary } from '../contracts/file-summaries.js';
import { findWords } from '../syntax/index.js';
import type { FunctionIr, Item } from '../syntax/index.js';
import type { Wrapper } from '../rules/wrappers/wrapper.js';
import type { WrapperSite } from '../rules/wrappers/classify-calls.js';
import { functionsIn } from '../contracts/open-text.js';
import { viewSource } from '../contracts/view-source.js';
import type { OpenText } from '../contracts/open-text.js';
import { findWrappers } from './wrapper-sites.js';
import type { Tree } from '../project/tree.js';

/** What one file gives to a round of the whole-tree inference. */
export interface FileInference {
  readonly path: string;
  readonly summaries: readonly Summary[];
  /** Names whose summary is not the one of the round before. */
  readonly changed: readonly string[];
  readonly wrappers: readonly Wrapper[];
  readonly sites: readonly PlacedSite[];
  readonly balances: readonly FunctionBalance[];
  /** Where the functions begin that mention one of the round's names, or something learnt from those. Offsets. */
  readonly functions: readonly number[];
  /** Those that could not be read, and those that were not followed to the end. */
  readonly notAnalysed: readonly NotAnalysed[];
  readonly tangled: readonly NotAnalysed[];
}

/** How one function uses pairs of calls that take and drop references, with places. */
export interface FunctionBalance {
  readonly path: string;
  readonly function: string;
  /** Offset of the function, and which of its readings it is: the arms of an #if may define a name several times. */
  readonly start: number;
  readonly reading: number;
  readonly pairs: readonly Placed<ImbalancePair, 'acquiredAt' | 'releasedAt'>[];
  readonly leaks: readonly (Placed<Leak, 'releasedAt' | 'partsAt' | 'leftAt'> & { readonly acquiredAt: EffectPlace })[];
}

type Placed<T, K extends keyof T> = Omit<T, K> & Readonly<Record<K, EffectPlace>>;

/** A call site of a wrapper with its place. */
export type PlacedSite = WrapperSite & { readonly path: string; readonly line: number; readonly column: number };

export interface FileRound {
  readonly open: OpenText;
  /** Names of the round that the file holds. */
  readonly names: readonly string[];
  /** Names that count where a function calls one that mentions them. */
  readonly secondaryNames: readonly string[];
  readonly device: DeviceKinds;
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
  { open, names, secondaryNames: beside, device, before, outside, wrapperOf, known }: FileRound,
): FileInference {
  const { path } = open;
  // A round is kept for the next run by the file and the rounds before it, so no code of other files is within its reach.
  const { calleesOf: _far, includedBy: _headers, ...own } = open.tools;
  const view = viewSource({ ...open, tools: { ...own, contractOf: outside } });
  const holders = holdersOf(open, names, beside);
  const { tests, bit } = tree.model.reservedBit;
  const { wrappers, sites } = findWrappers(open, view, wrapperOf, {
    names,
    holdsTest: names.some((name) => name === bit || tests.includes(name)),
    ...(known && { known }),
  });
  const file = {
    table: view.table,
    vocabulary: open.vocabulary,
    flows: open.flows,
    provenance: tree.tools.provenance,
    outside,
    described: (name: string) => isDescribed(tree, name),
    device,
    users: (name: string) => open.index.mentioning(name),
    readFirst: readFirst(open, holders.handling),
  };
  const callers = wrappers.flatMap(({ name }) => open.index.mentioning(name));
  const { summaries, contractOf, wanted, flows } = summariseFile(file, [...holders.seeds, ...callers], before);
  const read = open.items.filter((item) => item.kind === 'function' && !item.dead && wanted.has(item.name));
  const functions = read.flatMap((item) => functionsIn(open, item));
  const tangled = new Set<FunctionIr>();
  const giveUp = (fn: FunctionIr): void => void tangled.add(fn);
  const balances = functions.flatMap((fn) => balanceOf(tree, file, fn, { contractOf, flows, giveUp }) ?? []);
  return {
    path,
    summaries,
    changed: summaries.filter((summary) => !before.includes(summary)).map(({ name }) => name),
    wrappers,
    sites: sites.map((site) => ({ ...site, ...view.place(site.start) })),
    balances,
    functions: read.map(({ start }) => start),
    notAnalysed: read.flatMap((item) => {
      const why = view.unread(item);
      return why ? [{ ...view.place(why.start), function: why.name, why: why.why }] : [];
    }),
    tangled: [...tangled].map((fn) => ({ ...view.place(fn.nameAt), function: fn.name, why: TOO_TANGLED })),
  };
}

/** Functions of a file that mention a name of the round, and all that handle pages, by what they mention in the end. */
interface Holders {
  readonly seeds: readonly Item[];
  readonly handling: ReadonlySet<Item>;
}

function holdersOf(open: OpenText, names: readonly string[], beside: readonly string[]): Holders {
  const asked = new Set(names);
  const [seeds, handling] = [new Set<Item>(), new Set<Item>()];
  for (const word of findWords(open.text, new Set([...names, ...beside]))) {
    const item = word.lexical === 'code' ? open.index.holder(word.start) : undefined;
    if (!item || item.name === word.word) continue;
    handling.add(item);
    if (asked.has(word.word)) seeds.add(item);
  }
  // A set that grows while it is walked: what mentions one of them handles pages too.
  for (const { name } of handling) for (const user of open.index.mentioning(name)) handling.add(user);
  return { seeds: [...seeds], handling };
}

/** What a function calls in its file of those that handle pages, and what would take the references it drops, by its name. */
function readFirst({ index }: OpenText, handling: ReadonlySet<Item>): (name: string) => readonly string[] {
  return (name) => {
    const called = index.named(name).flatMap((item) => index.mentionedIn(item));
    const family = acquireNames(name).flatMap((acquire) => index.named(acquire));
    return [...new Set([...called, ...family].filter((item) => handling.has(item)).map((item) => item.name))];
  };
}

interface Balancing {
  readonly contractOf: ContractLookup;
  /** Flows that are there already. */
  readonly flows: ReadonlyMap<FunctionIr, CountedFlow>;
  /** Told of a function that was not followed to the end. */
  readonly giveUp: (fn: FunctionIr) => void;
}

/** How a function uses what takes and drops references; undefined where it cannot be unbalanced. */
function balanceOf(
  tree: Tree,
  file: FileContext,
  fn: FunctionIr,
  { contractOf, flows, giveUp }: Balancing,
): FunctionBalance | undefined {
  const asked = { contractOf, vocabulary: file.vocabulary, device: tree.deviceKinds };
  if (!mayBeUnbalanced(fn, asked)) return undefined;
  const counted = flows.get(fn) ?? countedFlow(file, contractOf, fn);
  if (!counted.flow.complete) {
    giveUp(fn);
    return undefined;
  }
  const leaks = leaksIn(counted, tree.deviceKinds, () => giveUp(fn));
  const place = placesIn(file, fn);
  return {
    path: file.table.path,
    function: fn.name,
    start: fn.start,
    reading: fn.reading,
    pairs: pairsIn(counted).map((pair) => ({
      ...pair,
      acquiredAt: place(pair.acquiredAt),
      releasedAt: place(pair.releasedAt),
    })),
    leaks: leaks.map((leak) => ({
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
