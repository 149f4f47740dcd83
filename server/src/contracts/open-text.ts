import type { Sign, Signatures } from '@pageref/shared';
import { count } from '../syntax/counters.js';
import { constantsIn } from './constants.js';
import type { Constants } from './constants.js';
import type { SourceFile, Unread } from './source-file.js';
import type { ContractLookup } from '../flow/contract.js';
import type { ProvenanceKinds } from '../flow/context.js';
import { distinctNames } from '../syntax/distinct-names.js';
import { expandMacros } from '../syntax/expand-macros.js';
import type { MacroDefinition, MacroLookup } from '../syntax/expand-macros.js';
import { FileAnalysis } from './file-analysis.js';
import { FunctionsOfText } from './functions-of-text.js';
import type { ReadFunctions } from './functions-of-text.js';
import { macroArmsIn } from './macro-arms.js';
import type { PassedElsewhere } from './file-analysis.js';
import type { CalleeLookup } from './unseen-counts.js';
import type { FunctionTable } from '../flow/function-table.js';
import type { HeaderDefinitions } from './header-definitions.js';
import { KnownFlows } from '../flow/known-flows.js';
import { onceEach } from './recall.js';
import type { QuestionKind, Recall } from './recall.js';
import type { Vocabulary } from '../flow/vocabulary.js';
import {
  answerVersions,
  blankNonCode,
  findWords,
  hasArguments,
  isWithin,
  lineStarts,
  positionAt,
  splitItems,
} from '../syntax/index.js';
import type { CReader, FoundWord, FunctionIr, Item, KernelVersion, VersionArms } from '../syntax/index.js';

/** What a file is read and analysed with. */
export interface SourceTools {
  readonly reader: CReader;
  /** The kernel that the arms of `#if` are read for. */
  readonly version: KernelVersion;
  readonly vocabularyOf: (text: string, items: readonly Item[]) => Vocabulary;
  readonly contractOf: ContractLookup;
  /** What parameters the names of the release have there and elsewhere. */
  readonly signatures: ReadonlyMap<string, Signatures>;
  readonly provenance: ProvenanceKinds;
  /** Error codes that can stand for success. */
  readonly pendingCodes: readonly string[];
  /** What functions of other files do with the pages they are handed, for the file at a path; nothing where it is left out. */
  readonly calleesOf?: (path: string, text: string) => CalleeLookup;
  /** What the headers of its module define for a file; nothing where it is left out, as for a kernel. */
  readonly headersOf?: (path: string, text: string) => HeaderDefinitions;
  /** The texts of the headers that a file includes, and those that these include; none where it is left out. */
  readonly includedBy?: (path: string, text: string) => Iterable<string>;
}

/** One text, cut into items, whose functions are read once and can be analysed several times over. */
export interface OpenText {
  readonly path: string;
  /** As it stands in the file. */
  readonly original: string;
  /** The same with what `#if` asks about the kernel's release answered; offsets are the same. */
  readonly text: string;
  readonly arms: Omit<VersionArms, 'text'>;
  readonly items: readonly Item[];
  readonly index: ItemIndex;
  readonly functions: FunctionsOfText;
  readonly constants: Constants;
  readonly headers: HeaderDefinitions | undefined;
  readonly flows: KnownFlows;
  readonly vocabulary: Vocabulary;
  readonly tools: SourceTools;
}

/** How an analysis looks at a text; without it as reports do. */
export interface Viewing {
  /** Notes what the analysis asks for, and knows some of the answers; everything is worked out once without it. */
  readonly recall?: Recall;
  /** Makes places of offsets. */
  readonly place?: SourceFile['place'];
  /** What callers in other files pass. */
  readonly elsewhere?: PassedElsewhere;
}

/** Opens one file for the rules: items are cut at once, functions are read when they are asked for. */
export function openSource(path: string, text: string, tools: SourceTools): SourceFile {
  return viewSource(openText(path, text, tools));
}

/** A text in its items, as all releases see it. */
export interface Cut extends Pick<OpenText, 'items' | 'index'> {
  readonly functions: ReadFunctions;
}

/** Where a text that was cut before can be had from. */
export type KnownCuts = (path: string, text: string, reader: CReader, make: () => Cut) => Cut;

const cutAnew: KnownCuts = (_path, _text, _reader, make) => make();

export function openText(path: string, original: string, tools: SourceTools, known: KnownCuts = cutAnew): OpenText {
  const headers = tools.headersOf?.(path, original);
  const { text, ...arms } = answerVersions(original, tools.version, headers);
  const {
    items,
    index,
    functions: read,
  } = known(path, text, tools.reader, () => {
    count('cut', path);
    const cut = splitItems(text);
    const names = new ItemIndex(text, cut);
    return { items: cut, index: names, functions: new LazyFunctions(path, text, names, tools.reader) };
  });
  const vocabulary = tools.vocabularyOf(text, items);
  const defines = (name: string): boolean => index.named(name).length > 0;
  const functions = new FunctionsOfText(read, defines, tools.signatures, headers);
  const constants = constantsIn({ text, items }, tools.pendingCodes);
  const flows = new KnownFlows();
  return { path, original, text, arms, items, index, functions, constants, headers, flows, vocabulary, tools };
}

const plainViews = new WeakMap<OpenText, SourceFile>();

/** The analysis of an open text by itself, with nothing known of other files: one for all who ask. */
export function plainView(open: OpenText): SourceFile {
  let view = plainViews.get(open);
  if (!view) plainViews.set(open, (view = viewSource(open)));
  return view;
}

/** Lets go of what was found out of a text whose turn is over; the text stays, cut and read as it is. */
export function letGo(open: OpenText): void {
  open.flows.forget();
  plainViews.delete(open);
}

/** A fresh analysis of an open text: nothing that was found out in another one of the same text is known to it. */
export function viewSource(open: OpenText, viewing: Viewing = {}): SourceFile {
  const { path, original, text, arms, items, tools } = open;
  const { place = placesOf(path, text), recall = onceEach(open.flows) } = viewing;
  const table = tableOf(open, place, recall);
  const contractOf: ContractLookup = (name) => {
    recall.asked('outside', name);
    return tools.contractOf(name);
  };
  const callee = tools.calleesOf?.(path, text);
  const matched = new Map<string, boolean>();
  const far: CalleeLookup = (name, handed) => {
    recall.asked('includes', '');
    return callee?.(name, handed);
  };
  return {
    path,
    original,
    text,
    items,
    table,
    analysis: new FileAnalysis(table, open.vocabulary, tools.provenance, contractOf, viewing.elsewhere, recall, far),
    itemAt: (offset) => findItem(items, offset),
    named: (name) => {
      recall.asked('named', name);
      return open.index.named(name);
    },
    unread: (item) => {
      recall.asked('named', item.name);
      return open.functions.unread(item);
    },
    ofOtherRelease: (offset) => isWithin(arms.others, offset),
    macroArms: (name) => {
      recall.asked('named', name);
      recall.asked('arms', name);
      return macroArmsIn(open, name);
    },
    constant: (name) => {
      recall.asked('constant', name);
      if (tools.headersOf) recall.asked('includes', '');
      return constantOf(open, name);
    },
    found: ({ source }) => {
      recall.asked('found', source);
      return [...text.matchAll(new RegExp(source, 'g'))];
    },
    matches: (pattern) => {
      recall.asked('matches', pattern.source);
      const known = matched.get(pattern.source) ?? pattern.test(text);
      matched.set(pattern.source, known);
      return known;
    },
    inSignature: (fn) => {
      for (const name of open.functions.calledOtherwise([fn])) recall.asked('named', name);
      return open.functions.inSignature(fn);
    },
    defines: () => {
      recall.asked('defines', '');
      return items.filter(({ kind }) => kind === 'define');
    },
    includedMatches: (pattern) => {
      recall.asked('includes', '');
      for (const header of tools.includedBy?.(path, text) ?? []) {
        if (pattern.test(header) && pattern.test(blankNonCode(header))) return true;
      }
      return false;
    },
    noted: (make) => recall.noted(make),
    kept: (kind, about, make) => recall.kept(kind, about, make),
    declaring: (word) => {
      recall.asked('declared', word);
      return open.index.declaring(word);
    },
    place,
  };
}

/** The sign of a constant, by its own definitions before those of headers. */
export function constantOf({ constants, headers }: OpenText, name: string): Sign | undefined {
  const [first, ...more] = constants.of(name);
  if (more.length > 0) return more.every((one) => one === first) ? first : undefined;
  return first ?? (constants.has(name) ? undefined : headers?.constant(name));
}

function tableOf({ path, index, functions }: OpenText, place: SourceFile['place'], recall: Recall): FunctionTable {
  const asking =
    <T>(kind: QuestionKind, answer: (name: string) => T) =>
    (name: string): T => {
      recall.asked(kind, name);
      return answer(name);
    };
  // A function reads as it does with the macros that it uses.
  const read = (found: readonly FunctionIr[]): readonly FunctionIr[] => {
    if (found.length > 0) recall.asked('jumping', '');
    if (found.length > 0 && functions.restOnHeaders) {
      recall.asked('includes', '');
      recall.asked('defines', '');
    }
    for (const name of functions.calledOtherwise(found)) recall.asked('named', name);
    return found;
  };
  return {
    path,
    closed: path.endsWith('.c'),
    has: asking('defined', (name) => index.named(name).length > 0),
    find: asking('named', (name) => read(functions.named(name))),
    macros: asking('named', (name) => functions.macros(name)),
    mentioning: asking('users', (name) => {
      const found = functions.mentioning(name);
      read(found.functions);
      return found;
    }),
    usedOutside: asking('loose', (name) => index.usedOutside(name)),
    lineOf: (offset) => place(offset).line,
    accessPathOf: place,
  };
}

/** The readings of one function or macro: the arms of an #if can give it several. */
export function functionsIn(open: OpenText, item: Item): readonly FunctionIr[] {
  return open.functions.named(item.name).filter(({ start }) => item.start <= start && start < item.end);
}

function placesOf(path: string, text: string): SourceFile['place'] {
  let starts: readonly number[] | undefined;
  return (offset) => ({ path, ...positionAt((starts ??= lineStarts(text)), offset) });
}

/** The item that holds an offset; items cover the text in order, so a binary search finds it. */
function findItem(items: readonly Item[], offset: number): Item | undefined {
  let [low, high] = [0, items.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (!item) return undefined;
    if (offset < item.start) high = middle - 1;
    else if (offset >= item.end) low = middle + 1;
    else return item;
  }
  return undefined;
}

/** The functions and macros of a text by name, and who uses them: answers that depend on the text alone. */
export class ItemIndex {
  private readonly byName = new Map<string, Item[]>();
  private used: Map<string, FoundWord[]> | undefined;
  private below: Map<Item, Set<Item>> | undefined;
  private readonly declared = new Map<string, readonly Item[]>();
  private jumps: readonly Item[] | undefined;

  constructor(
    readonly text: string,
    private readonly items: readonly Item[],
  ) {
    for (const item of items) {
      if (item.dead || item.name === '' || (item.kind !== 'function' && item.kind !== 'define')) continue;
      const same = this.byName.get(item.name);
      if (same) same.push(item);
      else this.byName.set(item.name, [item]);
    }
  }

  /** Definitions of a name. */
  named(name: string): readonly Item[] {
    return this.byName.get(name) ?? [];
  }

  /** The function whose text holds an offset; none where the compiler does not see it. */
  holder(offset: number): Item | undefined {
    const item = findItem(this.items, offset);
    return item?.kind === 'function' && !item.dead ? item : undefined;
  }

  /** Where a name stands in code or in a directive; one that the text defines is looked for together with all others. */
  uses(name: string): readonly FoundWord[] {
    if (this.byName.has(name)) return this.words(name);
    return findWords(this.text, new Set([name])).filter(isInCode);
  }

  /** Functions whose code mentions the name of another one, in file order. */
  mentioning(name: string): readonly Item[] {
    const holders = new Set<Item>();
    for (const word of this.words(name)) {
      const item = this.holder(word.start);
      if (item) holders.add(item);
    }
    return [...holders];
  }

  /** The functions of the text whose names the code of another one mentions, by name of the mentioned one. */
  mentionedIn(item: Item): readonly Item[] {
    if (!this.below) {
      this.below = new Map<Item, Set<Item>>();
      for (const [name, words] of this.allWords()) {
        const defined = this.named(name).filter(({ kind }) => kind === 'function');
        for (const word of defined.length > 0 ? words : []) {
          const holder = this.holder(word.start);
          if (!holder || holder.name === name) continue;
          const known = this.below.get(holder);
          if (known) for (const one of defined) known.add(one);
          else this.below.set(holder, new Set(defined));
        }
      }
    }
    return [...(this.below.get(item) ?? [])];
  }

  /** Declarations and types at file level that hold a word, as far as the compiler sees them. */
  declaring(word: string): readonly Item[] {
    let found = this.declared.get(word);
    if (!found) {
      const pattern = new RegExp(`\\b${word}\\b`);
      found = this.items.filter(
        ({ kind, dead, start, end }) =>
          !dead && (kind === 'declaration' || kind === 'type') && pattern.test(this.text.slice(start, end)),
      );
      this.declared.set(word, found);
    }
    return found;
  }

  /** Macros whose text holds a jump or a label, or the name of one that does. */
  jumping(): readonly Item[] {
    this.jumps ??= jumpingAmong(this.text, this.items);
    return this.jumps;
  }

  /** A use in an initialiser or a macro body lets calls happen that nobody can see; a prototype does not. */
  usedOutside(name: string): boolean {
    return this.words(name).some((word) => {
      const item = findItem(this.items, word.start);
      if (!item || item.kind === 'function') return false;
      if (item.kind === 'define') return item.name !== name;
      return !hasArguments(this.text, word.end);
    });
  }

  /** Uses of a function's name in code; all names of the file are looked for in one go. */
  private words(name: string): readonly FoundWord[] {
    return this.allWords().get(name) ?? [];
  }

  private allWords(): ReadonlyMap<string, readonly FoundWord[]> {
    if (!this.used) {
      this.used = new Map<string, FoundWord[]>();
      for (const word of findWords(this.text, new Set(this.byName.keys()))) {
        if (!isInCode(word)) continue;
        const known = this.used.get(word.word);
        if (known) known.push(word);
        else this.used.set(word.word, [word]);
      }
    }
    return this.used;
  }
}

function isInCode({ lexical }: FoundWord): boolean {
  return lexical === 'code' || lexical === 'directive';
}

const JUMP = /\b(?:goto|return|break|continue|case|default)\b|(?:^|[;{}])\s*\w+\s*:(?!:)/m;

/** True for a macro with a jump or a label in its own text. */
export function mayJump(text: string, item: Item): boolean {
  return JUMP.test(bodyOf(text, item));
}

/** What follows the name of a macro. */
function bodyOf(text: string, { start, end }: Item): string {
  return text.slice(start, end).replace(/^\s*#\s*define\s+\w+/, '');
}

function jumpingAmong(text: string, items: readonly Item[]): readonly Item[] {
  const rest = new Set(items.filter(({ kind, dead }) => kind === 'define' && !dead));
  const found: Item[] = [];
  let patterns = [JUMP];
  while (patterns.length > 0) {
    const more = [...rest].filter((item) => patterns.some((pattern) => pattern.test(bodyOf(text, item))));
    for (const item of more) rest.delete(item);
    found.push(...more);
    patterns = more.length > 0 ? [new RegExp(`\\b(?:${more.map(({ name }) => name).join('|')})\\b`)] : [];
  }
  return found;
}

/** Functions of a file, each read once. */
class LazyFunctions implements ReadFunctions {
  private readonly results = new Map<Item, ReturnType<CReader['readFunction']>>();
  private readonly mentions = new Map<string, ReturnType<FunctionTable['mentioning']>>();

  constructor(
    private readonly path: string,
    private readonly text: string,
    private readonly index: ItemIndex,
    private readonly reader: CReader,
  ) {}

  named(name: string): readonly FunctionIr[] {
    return this.index.named(name).flatMap((item) => this.read(item).functions);
  }

  macros(name: string): readonly FunctionIr[] {
    return this.defines(name).flatMap((item) => this.read(item).functions);
  }

  definitions(name: string): readonly MacroDefinition[] {
    return this.defines(name).flatMap((item): readonly MacroDefinition[] => {
      const { functions, error } = this.read(item);
      if (error) return ['unread'];
      return functions.length === 0 ? ['empty'] : functions;
    });
  }

  private defines(name: string): readonly Item[] {
    return this.index.named(name).filter(({ kind }) => kind === 'define');
  }

  mentioning(name: string): ReturnType<FunctionTable['mentioning']> {
    let result = this.mentions.get(name);
    if (!result) {
      const read = this.index.mentioning(name).map((item) => this.read(item));
      result = {
        functions: read.flatMap((one) => one.functions),
        complete: read.every((one) => one.functions.length > 0),
      };
      this.mentions.set(name, result);
    }
    return result;
  }

  unread(item: Item): Unread | undefined {
    const { error } = this.read(item);
    return error && { name: item.name, start: error.start, why: error.why };
  }

  private read(item: Item): ReturnType<CReader['readFunction']> {
    let result = this.results.get(item);
    if (!result) {
      count('read', `${this.path}:${item.name}@${item.start}`);
      const read = this.reader.readFunction(this.text, item);
      const functions = read.functions.map((fn) => distinctNames(expandMacros(fn, this.jumpingMacros)));
      this.results.set(item, (result = { ...read, functions }));
    }
    return result;
  }

  /** The definitions of a name as a macro, where one of them may jump. */
  private readonly jumpingMacros: MacroLookup = (name) => {
    const jumping = this.index.jumping();
    return this.defines(name).some((item) => jumping.includes(item)) ? this.definitions(name) : undefined;
  };
}
