import { byPlace, kindSet } from '@pageref/shared';
import type { NotAnalysed, UnreadableFile } from '@pageref/shared';
import { Scanner } from '../index/scan.js';
import type { FileMatch } from '../index/scan.js';
import { contractOf as contractOfEntry } from '../semantics/contract.js';
import type { Contract, ContractLookup } from '../semantics/contract.js';
import { joinContracts } from '../semantics/infer.js';
import { isKept, isTelling, mergeContracts } from '../semantics/summarise.js';
import type { DeviceKinds, Summary } from '../semantics/summarise.js';
import type { Wrapper } from '../semantics/wrapper.js';
import { findWords } from '../syntax/index.js';
import { comparePaths, readSource } from '../vfs/index.js';
import type { SourceText } from '../vfs/index.js';
import { drain } from './drain.js';
import { inferFile } from './infer-file.js';
import type { FileInference, FunctionBalance, PlacedSite } from './infer-file.js';
import { archOf, nearestTo } from './nearest.js';
import type { TreeOptions } from './options.js';
import type { Tree } from './tree.js';

/** Rounds over the whole tree: names learnt in one are looked for in the next. What is left after the last is said. */
export const MAX_ROUNDS = 4;

/** What one round looked for and found. */
export interface Round {
  /** Names looked for, files that hold one of them, names of other files' interest learnt. */
  readonly names: number;
  readonly files: number;
  readonly learnt: number;
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
  /** Functions that take references and tell kinds apart, sorted by path and name. */
  readonly balances: readonly FunctionBalance[];
  readonly rounds: readonly Round[];
  /** Every name the tree was looked through for, sorted. */
  readonly names: readonly string[];
  /** Names that were learnt in the last round and not looked for any more. */
  readonly unfollowed: readonly string[];
  readonly functions: number;
  readonly notAnalysed: readonly NotAnalysed[];
  readonly unreadable: readonly UnreadableFile[];
  readonly filesRead: number;
}

export interface InferOptions extends Pick<TreeOptions, 'jobs' | 'signal' | 'onProgress'> {
  /** Paths relative to the root: nothing else is looked at. */
  readonly files?: readonly string[];
}

/** Names a run starts from: what the model says takes, gives up, marks or tells apart device pages. */
export function seedNames(tree: Tree): readonly string[] {
  const { reservedBit, entries } = tree.model;
  const device = deviceKindsOf(tree);
  const names = new Set([...reservedBit.tests, reservedBit.bit]);
  for (const entry of entries.values()) if (isTelling(contractOfEntry(entry), device)) names.add(entry.name);
  return [...names].sort();
}

/** Names looked for beside those, in the files that hold one of them: whatever takes, drops or asks. */
function namesBeside(tree: Tree): readonly string[] {
  const kept = [...tree.model.entries.values()].filter((entry) => isKept(contractOfEntry(entry)));
  return kept.map(({ name }) => name);
}

function deviceKindsOf(tree: Tree): DeviceKinds {
  let taken = 0;
  for (const { effects, sources } of tree.model.entries.values()) {
    const takes = effects?.some(({ does, on }) => does === 'acquire' && on.through === 'array');
    if (takes) for (const source of sources ?? []) taken |= kindSet(source.kinds);
  }
  return { all: tree.deviceKinds, taken: taken & tree.deviceKinds };
}

/** Infers the contracts of a tree's functions, round by round to a fixpoint or to MAX_ROUNDS. */
export async function inferTree(tree: Tree, options: InferOptions): Promise<TreeContracts> {
  // This thread analyses what the workers find while they go on.
  const scanner = new Scanner({ root: tree.root, jobs: options.jobs });
  try {
    return await inferWith(tree, scanner, options);
  } finally {
    scanner.close();
  }
}

/** The same with a scanner that is there already. */
export async function inferWith(
  tree: Tree,
  scanner: Scanner,
  options: Omit<InferOptions, 'jobs'>,
): Promise<TreeContracts> {
  const found = new Found(tree);
  const rounds: Round[] = [];
  const searched: string[] = [];
  let names = seedNames(tree);
  for (let round = 0; round < MAX_ROUNDS && names.length > 0; round++) {
    const results = await runRound(tree, scanner, found, names, options);
    const learnt = found.take(results);
    rounds.push({ names: names.length, files: results.length, learnt: learnt.length });
    searched.push(...names);
    names = learnt;
  }
  return found.finish(rounds, searched, names);
}

/** The same over texts at hand, which stand for a whole tree: one document, or a fixture. */
export function inferTexts(tree: Tree, texts: ReadonlyMap<string, string>): TreeContracts {
  const found = new Found(tree, (path) => {
    const text = texts.get(path);
    return text === undefined ? { why: 'no such text' } : { text };
  });
  const rounds: Round[] = [];
  const searched: string[] = [];
  let names = seedNames(tree);
  for (let round = 0; round < MAX_ROUNDS && names.length > 0; round++) {
    const analyse = found.analyser(tree);
    const results = [...texts].flatMap(([path, text]) => {
      const held = namesIn(text, names);
      return held.length > 0 ? analyse({ path, names: held }) : [];
    });
    const learnt = found.take(results);
    rounds.push({ names: names.length, files: results.length, learnt: learnt.length });
    searched.push(...names);
    names = learnt;
  }
  return found.finish(rounds, searched, names);
}

function namesIn(text: string, names: readonly string[]): readonly string[] {
  return [...new Set(findWords(text, new Set(names)).map(({ word }) => word))];
}

/** Analyses the files that hold one of the names. Every file sees what earlier rounds found, so their order is nothing. */
async function runRound(
  tree: Tree,
  scanner: Scanner,
  found: Found,
  names: readonly string[],
  options: Omit<InferOptions, 'jobs'>,
): Promise<FileInference[]> {
  const results: FileInference[] = [];
  const matches: FileMatch[] = [];
  const analyse = found.analyser(tree);
  const { signal, files } = options;
  const scanning = scanner.scan({
    names,
    onMatch: (match) => matches.push(match),
    ...(files && { files }),
    ...(signal && { signal }),
  });
  const scan = await drain(matches, scanning, (match) => results.push(...analyse(match)), options);
  found.noteScan(scan.unreadable, scan.filesRead);
  return results.sort((a, b) => comparePaths(a.path, b.path));
}

/** What the rounds have found so far. */
class Found {
  private readonly files = new Map<string, readonly Summary[]>();
  private readonly wrappers = new Map<string, Wrapper>();
  private readonly sites = new Map<string, PlacedSite>();
  private readonly balances = new Map<string, FunctionBalance>();
  private readonly unreadable = new Map<string, UnreadableFile>();
  private readonly notAnalysed = new Map<string, NotAnalysed>();
  private readonly beside: readonly string[];
  private readonly device: DeviceKinds;
  private readonly seeds: ReadonlySet<string>;
  private functions = 0;
  private filesRead = 0;

  constructor(
    private readonly tree: Tree,
    private readonly read: (path: string) => SourceText = (path) => readSource(tree.root, path),
  ) {
    this.beside = namesBeside(tree);
    this.device = deviceKindsOf(tree);
    this.seeds = new Set(seedNames(tree));
  }

  /** Analyses one file with what was known when the round began. */
  analyser(tree: Tree): (match: FileMatch) => readonly FileInference[] {
    const lookup = lookupOver(tree, new Map(this.files));
    const wrappers = wrappersOver([...this.wrappers.values()]);
    return (match) => {
      const { path } = match;
      const names = match.names.filter(
        (name) => this.seeds.has(name) || lookup(path)(name) !== undefined || wrappers(path)(name) !== undefined,
      );
      if (names.length === 0) return [];
      const source = this.read(path);
      if ('why' in source) {
        this.unreadable.set(path, { path, why: source.why });
        return [];
      }
      const before = this.files.get(path);
      const result = inferFile(tree, {
        path,
        text: source.text,
        names: before ? names : [...this.beside, ...names],
        before: before ?? [],
        outside: lookup(path),
        wrapperOf: wrappers(path),
        ...(before && { known: [...this.wrappers.values()].filter((wrapper) => wrapper.path === path) }),
      });
      return [result];
    };
  }

  noteScan(unreadable: readonly UnreadableFile[], filesRead: number): void {
    for (const one of unreadable) this.unreadable.set(one.path, one);
    this.filesRead = filesRead;
  }

  /** Enters the results of a round; gives the names that other files can call and that mean something new. */
  take(results: readonly FileInference[]): string[] {
    const learnt = new Set<string>();
    for (const { path, summaries, wrappers, sites, balances, notAnalysed, functions } of results) {
      const before = new Map((this.files.get(path) ?? []).map((summary) => [summary.name, summary]));
      for (const summary of summaries) {
        const isNew = before.get(summary.name) !== summary && !summary.static;
        if (isNew && isTelling(summary.contract, this.device)) learnt.add(summary.name);
      }
      this.files.set(path, summaries);
      for (const wrapper of wrappers) if (this.enter(wrapper)) learnt.add(wrapper.name);
      for (const site of sites) this.sites.set(`${path}:${site.start}`, site);
      for (const balance of balances) this.balances.set(`${path}:${balance.function}`, balance);
      for (const one of notAnalysed) this.notAnalysed.set(`${path}:${one.line}`, one);
      this.functions += functions;
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

  finish(rounds: readonly Round[], searched: readonly string[], unfollowed: readonly string[]): TreeContracts {
    const sorted = [...this.files].filter(([, summaries]) => summaries.length > 0);
    const files = new Map(sorted.sort(([a], [b]) => comparePaths(a, b)));
    return {
      files,
      lookup: lookupOver(this.tree, files),
      wrappers: [...this.wrappers.values()].sort((a, b) => comparePaths(a.path, b.path) || a.line - b.line),
      sites: [...this.sites.values()].sort(byPlace),
      balances: [...this.balances].sort(([a], [b]) => comparePaths(a, b)).map(([, balance]) => balance),
      rounds,
      names: [...new Set(searched)].sort(),
      unfollowed,
      functions: this.functions,
      notAnalysed: [...this.notAnalysed.values()].sort(byPlace),
      unreadable: [...this.unreadable.values()].sort((a, b) => comparePaths(a.path, b.path)),
      filesRead: this.filesRead,
    };
  }
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
    const key = `${archOf(path)}:${name}`;
    if (!joined.has(key)) {
      const own = joinContracts(nearestTo(path, all).map(({ contract }) => contract));
      joined.set(key, own && declared ? mergeContracts(declared, own) : (own ?? declared));
    }
    return joined.get(key);
  };
}

function wrappersOver(wrappers: readonly Wrapper[]): (path: string) => (name: string) => Wrapper | undefined {
  const open = wrappers.filter((wrapper) => !wrapper.static);
  const byName = new Map<string, Wrapper[]>();
  for (const wrapper of open) byName.set(wrapper.name, [...(byName.get(wrapper.name) ?? []), wrapper]);
  return (path) => (name) => nearestTo(path, byName.get(name) ?? [])[0];
}
