import { dirname } from 'node:path/posix';
import type { UnreadableFile } from '@pageref/shared';
import { joinContracts } from '../contracts/infer.js';
import type { PassedElsewhere } from '../contracts/file-analysis.js';
import type { OpenText } from '../contracts/open-text.js';
import type { Contract } from '../flow/contract.js';
import type { ArgumentSummary } from '../flow/context.js';
import { isBesideKernel, archOrder } from '../kernel/arch.js';
import type { OpenFiles } from '../project/open-files.js';
import type { Texts } from '../search/held-text.js';
import type { Tree } from '../project/tree.js';
import { failureOf } from '../project/unread.js';
import type { Wrapper } from '../rules/wrappers/wrapper.js';
import { definedName, definitionOf } from '../search/definitions.js';
import type { RunControl } from '../search/run-control.js';
import type { FileMatch } from '../search/scanner.js';
import type { TreeSearch } from '../search/tree-search.js';
import { WorkQueue } from '../search/work-queue.js';
import { hashOf } from '../vfs/cache.js';
import { comparePaths, filesBelow, isSourceName } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';
import { callsOfWrappers, canCall, handedAlone, handedBy, handedByAll, wrappersMeant } from './callers.js';
import type { CallOfTest } from './call-sites.js';
import type { Handed } from './callers.js';
import { contractWith, definitionIn, NO_CONTRACTS } from './definitions.js';
import type { Contracts, Definition } from './definitions.js';
import { saysAnything } from './on-demand.js';
import type { OpenFunction, Questions } from './questions.js';

/**
 * What is known of a file from the other files of its tree. It answers the questions of that file and nothing else, and the
 * answers do not depend on what other files asked: a run over one file knows the same of it as a run over the tree.
 */
export interface Known {
  /** Functions of other files that are called on a page something is said of, and whose code says something of it. */
  readonly contracts: Contracts;
  /** What callers in other files hand to its functions. */
  readonly passed: PassedElsewhere;
}

export const NOTHING_KNOWN: Known = { contracts: NO_CONTRACTS, passed: new Map() };

/** A file that asks; of functions of other files also what no test of it asks. */
export interface Asking extends Questions {
  readonly path: string;
}

/** What answers are kept in from run to run; `key` says what they rest on besides the file. */
export interface AnswerMemory {
  find(path: string, key: string): Answer | undefined;
  note(path: string, answer: Answer, key: string): void;
}

/** What one file says to one question: one of these. */
export type Answer = Partial<Answers>;

interface Answers {
  /** Null where the file defines no such name for others. */
  readonly definition: Definition | null;
  readonly contract: Contract;
  readonly handed: HandedHere;
  readonly calls: readonly CallOfTest[];
}

/** What a file hands to an open function, and what that rests on in other files. */
export interface HandedHere {
  /** For each parameter; null for one that no call was seen for, and where the function escapes there. */
  readonly values: readonly (ArgumentSummary | null)[] | null;
  readonly callees: readonly string[];
}

export interface ElsewhereSetup {
  readonly tree: Tree;
  readonly files: OpenFiles;
  /** The files of the tree, where they are not on disk. */
  readonly stored?: TreeFiles | undefined;
  readonly texts: Texts;
  readonly search: TreeSearch;
  readonly memory: AnswerMemory;
  readonly control: RunControl;
  /** Files that take no part. */
  readonly isLeftOut: (path: string) => boolean;
}

/** Files that a call may lead through: the first is looked for in the whole tree, the next ones beside it. */
const MAX_FILES = 3;

/** Where names are defined: by name, the paths of the files. */
type Places = ReadonlyMap<string, readonly string[]>;

export class Elsewhere {
  /** Of the whole tree, and of single folders. */
  #defined: Places = new Map();
  readonly #beside = new Map<string, Places>();
  readonly #definitions = new Map<string, Definition | null>();
  readonly #contracts = new Map<string, Contract | undefined>();
  /** Files that hold the name of an open function. */
  readonly #mentioning = new Map<string, string[]>();
  #kernel: ((path: string, callees: readonly string[]) => Contracts) | undefined;
  #asking: readonly Asking[] = [];
  #unreadable: readonly UnreadableFile[] = [];
  readonly #calls = new Map<string, readonly CallOfTest[]>();
  readonly #failed = new Map<string, UnreadableFile>();

  constructor(private readonly setup: ElsewhereSetup) {}

  /** The calls of files that call wrappers which were asked for, by path: those of their own wrappers are among them. */
  get calls(): ReadonlyMap<string, readonly CallOfTest[]> {
    return this.#calls;
  }

  /** Files that could not be read, or on which the analysis failed: what they say is not known. */
  get unreadable(): readonly UnreadableFile[] {
    return [...this.#unreadable, ...this.#failed.values()];
  }

  /** Looks for what the files ask, and for the calls of wrappers, in one search of the tree and small ones behind it. */
  async answer(asking: readonly Asking[], wrappers: readonly Wrapper[]): Promise<void> {
    this.#asking = asking;
    const open = new Set(asking.flatMap(({ callers }) => callers.map(({ name }) => name)));
    const shared = wrappers.filter((wrapper) => !wrapper.static);
    const callees = asking.flatMap((one) => one.callees);
    const names = [...new Set([...open, ...shared.map(({ name }) => name), ...callees.map(definitionOf)])].sort();
    if (names.length === 0) return;
    const queue = new WorkQueue<FileMatch>();
    const defined = new Map<string, string[]>();
    const scanning = this.setup.search({ names, onMatch: queue.push });
    const work = (match: FileMatch): void => this.#take(match, open, shared, defined);
    const scan = await queue.drain(scanning, work, this.setup.control);
    this.#unreadable = scan.unreadable;
    this.#defined = sorted(defined);
    await this.#goOn();
  }

  #take(
    { path, names }: FileMatch,
    open: ReadonlySet<string>,
    wrappers: readonly Wrapper[],
    defined: Map<string, string[]>,
  ): void {
    if (this.setup.isLeftOut(path)) return;
    for (const name of names) {
      const own = definedName(name);
      if (own !== undefined) enter(defined, own, path);
      else if (open.has(name)) enter(this.#mentioning, name, path);
    }
    const meant = wrappersMeant(this.setup.tree, wrappers, path, names);
    if (meant.size > 0) this.#calls.set(path, this.#callsIn(path, meant));
  }

  #callsIn(path: string, meant: ReadonlyMap<string, Wrapper>): readonly CallOfTest[] {
    const key = `calls ${hashOf(JSON.stringify([...meant]))}`;
    return this.#remembered(path, key, 'calls', (open) => callsOfWrappers(open, meant)) ?? [];
  }

  /** What a definition or a caller rests on is looked for beside it, until nothing more is asked or the bound is met. */
  async #goOn(): Promise<void> {
    let asking = [...this.#definitionsAsked(), ...this.#callersAsked()];
    for (let level = 2; level <= MAX_FILES && asking.length > 0; level++) {
      await this.#lookBeside(asking);
      asking = asking.flatMap(({ path, callees }) => this.#next(path, callees, level));
    }
  }

  #definitionsAsked(): FurtherAsking[] {
    return this.#asking.flatMap(({ path, callees }) => this.#next(path, callees, 1));
  }

  /** What the definitions that names mean in a file ask in turn. */
  #next(path: string, callees: readonly string[], level: number): FurtherAsking[] {
    return callees.flatMap((name) => this.#visible(path, name, level).filter((one) => one.callees.length > 0));
  }

  #callersAsked(): FurtherAsking[] {
    return this.#openFunctions().flatMap(({ definer, fn }) =>
      this.#callersOf(definer, fn.name).flatMap((path) => {
        const callees = this.#handedIn(path, fn)?.callees ?? [];
        return callees.length > 0 ? [{ path, callees }] : [];
      }),
    );
  }

  #openFunctions(): { readonly definer: string; readonly fn: OpenFunction }[] {
    return this.#asking.flatMap(({ path, callers }) => callers.map((fn) => ({ definer: path, fn })));
  }

  async #lookBeside(asking: readonly FurtherAsking[]): Promise<void> {
    const wanted = new Map<string, Set<string>>();
    for (const { path, callees } of asking) {
      const names = wanted.get(dirname(path)) ?? new Set();
      for (const name of callees) names.add(name);
      wanted.set(dirname(path), names);
    }
    const files = [...wanted.keys()].flatMap((folder) => this.#filesIn(folder));
    const names = [...new Set([...wanted.values()].flatMap((some) => [...some]))].sort().map(definitionOf);
    const { matches } = await this.setup.search({ names, files });
    const found = new Map<string, Map<string, string[]>>();
    for (const { path, names: held } of matches) {
      const places = found.get(dirname(path)) ?? new Map<string, string[]>();
      for (const name of held) enter(places, definedName(name) ?? name, path);
      found.set(dirname(path), places);
    }
    for (const folder of wanted.keys()) {
      const known = this.#beside.get(folder) ?? new Map<string, readonly string[]>();
      this.#beside.set(folder, new Map([...known, ...sorted(found.get(folder) ?? new Map())]));
    }
  }

  #filesIn(folder: string): string[] {
    const { tree, texts, stored = filesBelow(tree.root) } = this.setup;
    const listing = stored.list(folder === '.' ? '' : folder);
    const below = (name: string): string => (folder === '.' ? name : `${folder}/${name}`);
    const onDisk = 'why' in listing ? [] : listing.files.filter(isSourceName).map(below);
    const own = [...texts.keys()].filter((path) => dirname(path) === folder);
    return [...new Set([...onDisk, ...own])].filter((path) => !this.setup.isLeftOut(path)).sort(comparePaths);
  }

  /** The definitions that a name means in a file; none where one of them is hidden from it, or not there. */
  #visible(path: string, name: string, level: number): readonly Definition[] {
    const places = (level === 1 ? this.#defined : this.#beside.get(dirname(path)))?.get(name) ?? [];
    const { tree } = this.setup;
    const isBeside = isBesideKernel(tree, path);
    const others = places.filter((place) => place !== path && isBesideKernel(tree, place) === isBeside);
    return archOrder(
      tree,
      path,
      others.map((place) => ({ path: place })),
    ).flatMap(({ path: place }) => this.#definition(place, name) ?? []);
  }

  #definition(path: string, name: string): Definition | null {
    const key = `${path}\n${name}`;
    let definition = this.#definitions.get(key);
    if (definition === undefined) {
      const ask = (open: OpenText): Definition | null => definitionIn(this.setup.tree, open, name) ?? null;
      const unread: Definition = { path, name, contract: undefined, callees: [] };
      const found = this.#remembered(path, `define ${name}`, 'definition', ask);
      definition = found === undefined ? unread : found;
      this.#definitions.set(key, definition);
    }
    return definition;
  }

  /** What a name means in a file: what all its definitions agree on; undefined where one could not be read. */
  #contractOf(path: string, name: string, level: number): Contract | undefined {
    const contracts = this.#visible(path, name, level).map((one) => this.#contractOfDefinition(one, level));
    return contracts.every((one) => one !== undefined) ? joinContracts(contracts) : undefined;
  }

  #contractOfDefinition(definition: Definition, level: number): Contract | undefined {
    const { path, name, contract, callees } = definition;
    if (!contract || callees.length === 0 || level >= MAX_FILES) return contract;
    const key = `${path}\n${name}\n${level}`;
    if (!this.#contracts.has(key)) this.#contracts.set(key, this.#deeper(definition, level));
    return this.#contracts.get(key);
  }

  #deeper({ path, name, contract, callees }: Definition, level: number): Contract | undefined {
    const known = this.#known(path, callees, level + 1);
    if (known.size === 0) return contract;
    const key = `define ${name} ${hashOf(JSON.stringify([...known]))}`;
    const { tree } = this.setup;
    return this.#remembered(path, key, 'contract', (open) => contractWith(tree, open, name, known));
  }

  #known(path: string, callees: readonly string[], level: number): Contracts {
    const found = new Map<string, Contract>();
    for (const name of callees) {
      const contract = this.#contractOf(path, name, level);
      if (contract && saysAnything(contract)) found.set(name, contract);
    }
    return found;
  }

  #callersOf(definer: string, name: string): readonly string[] {
    return (this.#mentioning.get(name) ?? []).filter((path) => canCall(this.setup.tree, path, definer));
  }

  #handedIn(path: string, fn: OpenFunction): HandedHere | undefined {
    const { tree } = this.setup;
    return this.#remembered(path, `hand ${fn.name} ${fn.parameters}`, 'handed', (open) => {
      const { handed, callees } = handedAlone(tree, open, fn);
      return { values: asData(handed), callees };
    });
  }

  /** What one file hands to an open function, all considered; undefined where that is not seen. */
  #handedFrom(path: string, fn: OpenFunction): Handed {
    const alone = this.#handedIn(path, fn);
    if (!alone) return undefined;
    const known = this.#known(path, alone.callees, 2);
    if (known.size === 0) return fromData(alone.values);
    const key = `hand ${fn.name} ${fn.parameters} ${hashOf(JSON.stringify([...known]))}`;
    const { tree } = this.setup;
    const better = this.#remembered(path, key, 'handed', (open) => {
      const { callees } = alone;
      return { values: asData(handedBy(tree, open, fn, known)), callees };
    });
    return fromData(better?.values ?? null);
  }

  /** What is known of a file that asked some questions. */
  knownIn(path: string, { callees, callers }: Questions): Known {
    const passed = new Map<string, NonNullable<Handed>>();
    for (const fn of callers) {
      const handed = this.#handedElsewhere(path, fn);
      if (handed) passed.set(fn.name, handed);
    }
    return { contracts: this.contractsIn(path, callees), passed };
  }

  /** What is known of functions that a file asked about: the tree's own win over those of its kernel. */
  contractsIn(path: string, callees: readonly string[]): Contracts {
    const own = this.#known(path, callees, 1);
    const others = callees.filter((name) => this.#visible(path, name, 1).length === 0);
    const kernels = this.#kernel?.(path, others);
    return kernels === undefined || kernels.size === 0 ? own : new Map([...own, ...kernels]);
  }

  /** Asks somebody else for functions that no file of the tree defines. */
  alsoAsk(contractsIn: (path: string, callees: readonly string[]) => Contracts): void {
    this.#kernel = contractsIn;
  }

  #handedElsewhere(definer: string, fn: OpenFunction): Handed {
    // A file that nobody could read may hold a call.
    if (this.#unreadable.length > 0) return undefined;
    return handedByAll(this.#callersOf(definer, fn.name).map((path) => this.#handedFrom(path, fn)));
  }

  /** The answer that was kept, or the one that the file gives now; undefined for a file that cannot be read. */
  #remembered<What extends keyof Answers>(
    path: string,
    key: string,
    what: What,
    ask: (open: OpenText) => Answers[What],
  ): Answers[What] | undefined {
    const { memory: results, files } = this.setup;
    const known = results.find(path, key)?.[what];
    if (known !== undefined) return known;
    const open = files.open(path);
    if ('why' in open) return undefined;
    try {
      const answer = ask(open);
      results.note(path, { [what]: answer }, key);
      return answer;
    } catch (error) {
      this.#failed.set(path, { path, why: failureOf(error) });
      return undefined;
    }
  }
}

function asData(handed: Handed): HandedHere['values'] {
  return handed?.map((value) => value ?? null) ?? null;
}

function fromData(values: HandedHere['values']): Handed {
  return values?.map((value) => value ?? undefined);
}

/** A file that asks for more, on account of what was asked of it. */
type FurtherAsking = Pick<Definition, 'path' | 'callees'>;

function enter(into: Map<string, string[]>, name: string, path: string): void {
  const known = into.get(name);
  if (known) known.push(path);
  else into.set(name, [path]);
}

function sorted(places: ReadonlyMap<string, readonly string[]>): Places {
  return new Map([...places].map(([name, paths]) => [name, paths.toSorted(comparePaths)]));
}
