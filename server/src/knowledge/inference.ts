import { byPlace } from '@pageref/shared';
import type { NotAnalysed, UnreadableFile } from '@pageref/shared';
import type { FileMatch, ScanResult } from '../search/scanner.js';
import { contractOf as contractOfEntry } from '../flow/contract.js';
import type { Contract, ContractLookup } from '../flow/contract.js';
import { joinContracts } from '../contracts/infer.js';
import { mentionsReferences, distinguishesDevicePages, mergeContracts } from '../contracts/file-summaries.js';
import type { DeviceKinds, Summary } from '../contracts/file-summaries.js';
import type { Wrapper } from '../rules/wrappers/wrapper.js';
import { hashOf } from '../vfs/cache.js';
import { comparePaths } from '../vfs/index.js';
import { inferFile } from './infer-file.js';
import type { FileInference, FunctionBalance, PlacedSite } from './infer-file.js';
import { archOf, archOrder } from '../kernel/arch.js';
import type { KernelPlace } from '../kernel/arch.js';
import type { OpenFiles } from '../project/open-files.js';
import { failureOf } from '../project/unread.js';
import { deviceKindsOf } from '../project/tree.js';
import type { Tree } from '../project/tree.js';

/**
 * What the rounds of a whole-tree inference have found so far. Each thread of a run has one of its own and is told the
 * results of all: what a file gives depends on those of earlier rounds alone, not on who looks at it and when.
 */

/** What one round looked for and found. */
export interface Round {
  /** Names looked for, files that hold one of them, names of other files' interest learnt. */
  readonly names: number;
  readonly files: number;
  readonly learnt: number;
}

/** What the files of a tree gave to one round: enough to go through it again with other texts for some of them. */
export interface RoundLog {
  /** What was looked for. Sorted. */
  readonly names: readonly string[];
  /** Sorted by path. */
  readonly results: readonly RoundResult[];
}

/** What the functions of a tree do with page references, read from their own code. */
export interface TreeContracts {
  /** Summaries by file, sorted by path. */
  readonly files: ReadonlyMap<string, readonly Summary[]>;
  /** What a name means in a file: what its arch defines, then what everybody sees, then what was declared. */
  readonly lookup: (path: string) => ContractLookup;
  /** Wrappers of the reserved test, sorted by path and line. */
  readonly wrappers: readonly Wrapper[];
  /** Their call sites, in order of place. */
  readonly sites: readonly PlacedSite[];
  /** Functions that take references and tell kinds apart, in order of place. */
  readonly balances: readonly FunctionBalance[];
  readonly rounds: readonly Round[];
  readonly log: readonly RoundLog[];
  /** Every name the tree was looked through for, sorted. */
  readonly names: readonly string[];
  /** Names that were learnt in the last round and not looked for any more. */
  readonly unfollowed: readonly string[];
  /** How many functions were read in each file. */
  readonly functions: ReadonlyMap<string, number>;
  /** Functions that could not be read, or were not followed to the end; the latter again by themselves. */
  readonly notAnalysed: readonly NotAnalysed[];
  readonly tangled: readonly NotAnalysed[];
  readonly unreadable: readonly UnreadableFile[];
  readonly filesRead: number;
}

/** Names a run starts from: what the model says takes, gives up, marks or tells apart device pages. */
export function seedNames(tree: Tree): readonly string[] {
  const { reservedBit, entries } = tree.model;
  const device = deviceKindsOf(tree);
  const names = new Set([...reservedBit.tests, reservedBit.bit]);
  for (const entry of entries.values())
    if (distinguishesDevicePages(contractOfEntry(entry), device)) names.add(entry.name);
  return [...names].sort();
}

/**
 * Names that matter only where a file holds one of the names of the round as well: whatever takes, drops or asks, whichever page
 * it is. get_page() is read beside is_zone_device_page(), and is nothing to look for by itself.
 */
function secondaryNamesOf(tree: Tree): readonly string[] {
  const kept = [...tree.model.entries.values()].filter((entry) => mentionsReferences(contractOfEntry(entry)));
  return kept.map(({ name }) => name);
}

/** What one file gives to a round; one that cannot be read, or on which the analysis failed, gives the reason. */
export type RoundResult = FileInference | UnreadableFile;

export class Inference {
  private readonly files = new Map<string, readonly Summary[]>();
  private readonly wrappers = new Map<string, Wrapper>();
  private readonly sites = new Map<string, PlacedSite>();
  private readonly balances = new Map<string, FunctionBalance>();
  private readonly unreadable = new Map<string, UnreadableFile>();
  private readonly notAnalysed = new Map<string, NotAnalysed>();
  private readonly tangled = new Map<string, NotAnalysed>();
  private readonly secondaryNames: readonly string[];
  private readonly device: DeviceKinds;
  private readonly seeds: ReadonlySet<string>;
  private readonly functions = new Map<string, Set<number>>();
  private filesRead = 0;

  constructor(
    private readonly tree: Tree,
    private readonly opened: OpenFiles,
  ) {
    this.secondaryNames = secondaryNamesOf(tree);
    this.device = deviceKindsOf(tree);
    this.seeds = new Set(seedNames(tree));
  }

  /** What earlier rounds found in a file, beside what all files see of it; empty for one that nobody has looked at. */
  ownState(path: string): string {
    const before = this.files.get(path);
    if (!before) return '';
    return hashOf(JSON.stringify([before, [...this.wrappers.values()].filter((wrapper) => wrapper.path === path)]));
  }

  /** Analyses one file with what was known when the round began; undefined where none of the names means anything there. */
  analyser(): (match: FileMatch) => RoundResult | undefined {
    const lookup = lookupOver(this.tree, new Map(this.files));
    const wrappers = wrappersOver(this.tree, [...this.wrappers.values()]);
    return (match) => {
      try {
        return this.analyse(match, lookup(match.path), wrappers(match.path));
      } catch (error) {
        // Whatever is wrong with one file costs that file.
        return { path: match.path, why: failureOf(error) };
      }
    };
  }

  private analyse(
    { path, names: held }: FileMatch,
    outside: ContractLookup,
    wrapperOf: (name: string) => Wrapper | undefined,
  ): RoundResult | undefined {
    const names = held.filter(
      (name) => this.seeds.has(name) || outside(name) !== undefined || wrapperOf(name) !== undefined,
    );
    if (names.length === 0) return undefined;
    const open = this.opened.open(path);
    if ('why' in open) return open;
    const before = this.files.get(path);
    return inferFile(this.tree, {
      open,
      names,
      secondaryNames: this.secondaryNames,
      device: this.device,
      before: before ?? [],
      outside,
      wrapperOf,
      ...(before && { known: [...this.wrappers.values()].filter((wrapper) => wrapper.path === path) }),
    });
  }

  noteScan({ unreadable, filesRead }: ScanResult): void {
    for (const one of unreadable) this.unreadable.set(one.path, one);
    this.filesRead = Math.max(this.filesRead, filesRead);
  }

  /** Enters the results of a round; gives the names that other files can call and that mean something new. */
  take(results: readonly RoundResult[]): string[] {
    const learnt = new Set<string>();
    for (const result of results) {
      if ('why' in result) {
        this.unreadable.set(result.path, result);
        continue;
      }
      const { path, summaries, changed, wrappers, sites, balances, notAnalysed, tangled, functions } = result;
      for (const { name, static: own, contract } of summaries) {
        if (!own && changed.includes(name) && distinguishesDevicePages(contract, this.device)) learnt.add(name);
      }
      this.files.set(path, summaries);
      for (const wrapper of wrappers) if (this.enter(wrapper)) learnt.add(wrapper.name);
      for (const site of sites) this.sites.set(`${path}:${site.start}`, site);
      for (const one of balances) this.balances.set(`${path}:${one.start}.${one.reading}`, one);
      for (const one of [...notAnalysed, ...tangled]) this.notAnalysed.set(`${path}:${one.line}`, one);
      for (const one of tangled) this.tangled.set(`${path}:${one.line}`, one);
      this.functions.set(path, new Set([...(this.functions.get(path) ?? []), ...functions]));
    }
    return [...learnt].sort();
  }

  /** True for a wrapper that other files can call and that was not known. */
  private enter(wrapper: Wrapper): boolean {
    const key = `${wrapper.path}:${wrapper.line}:${wrapper.name}`;
    if (this.wrappers.has(key)) return false;
    this.wrappers.set(key, wrapper);
    return !wrapper.static;
  }

  /**
   * What all rounds came to.
   * @param log one entry for each round
   * @param unfollowed names that the last one learnt
   */
  finish(log: readonly RoundLog[], searched: readonly string[], unfollowed: readonly string[]): TreeContracts {
    const sorted = [...this.files].filter(([, summaries]) => summaries.length > 0);
    const files = new Map(sorted.sort(([a], [b]) => comparePaths(a, b)));
    return {
      files,
      lookup: lookupOver(this.tree, files),
      wrappers: [...this.wrappers.values()].sort((a, b) => comparePaths(a.path, b.path) || a.line - b.line),
      sites: [...this.sites.values()].sort(byPlace),
      balances: [...this.balances.values()].sort(byPathAndStart),
      rounds: log.map(({ names, results }, at) => {
        const learnt = log[at + 1]?.names ?? unfollowed;
        return { names: names.length, files: results.length, learnt: learnt.length };
      }),
      log,
      names: [...new Set(searched)].sort(),
      unfollowed,
      functions: new Map([...this.functions].map(([path, starts]) => [path, starts.size])),
      notAnalysed: [...this.notAnalysed.values()].sort(byPlace),
      tangled: [...this.tangled.values()].sort(byPlace),
      unreadable: [...this.unreadable.values()].sort((a, b) => comparePaths(a.path, b.path)),
      filesRead: this.filesRead,
    };
  }
}

function byPathAndStart(a: FunctionBalance, b: FunctionBalance): number {
  return comparePaths(a.path, b.path) || a.start - b.start || a.reading - b.reading;
}

/** Lookups by file over everything that is known; made once per round. */
function lookupOver(tree: Tree, files: ReadonlyMap<string, readonly Summary[]>): (path: string) => ContractLookup {
  const definitions = new Map<string, { path: string; contract: Contract }[]>();
  for (const path of [...files.keys()].sort(comparePaths)) {
    for (const { name, static: own, contract } of files.get(path) ?? []) {
      if (own) continue;
      const known = definitions.get(name);
      if (known) known.push({ path, contract });
      else definitions.set(name, [{ path, contract }]);
    }
  }
  const joined = new Map<string, Contract | undefined>();
  return (path) => (name) => {
    const all = definitions.get(name);
    const declared = tree.tools.contractOf(name);
    if (!all) return declared;
    const key = `${archOf(tree, path)}:${name}`;
    if (!joined.has(key)) {
      const own = joinContracts(archOrder(tree, path, all).map(({ contract }) => contract));
      joined.set(key, own && declared ? mergeContracts(declared, own) : (own ?? declared));
    }
    return joined.get(key);
  };
}

function wrappersOver(
  place: KernelPlace,
  wrappers: readonly Wrapper[],
): (path: string) => (name: string) => Wrapper | undefined {
  const open = wrappers.filter((wrapper) => !wrapper.static);
  const byName = new Map<string, Wrapper[]>();
  for (const wrapper of open) byName.set(wrapper.name, [...(byName.get(wrapper.name) ?? []), wrapper]);
  return (path) => (name) => archOrder(place, path, byName.get(name) ?? [])[0];
}
