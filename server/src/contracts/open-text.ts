import type { Sign, Signatures } from '@pageref/shared';
import type { ContractLookup } from '../flow/contract.js';
import type { ProvenanceKinds } from '../flow/context.js';
import { KnownFlows } from '../flow/known-flows.js';
import type { Vocabulary } from '../flow/vocabulary.js';
import { count } from '../syntax/counters.js';
import { answerVersions, splitItems } from '../syntax/index.js';
import type { CReader, FunctionIr, Item, KernelVersion, VersionArms } from '../syntax/index.js';
import { constantsIn } from './constants.js';
import type { Constants } from './constants.js';
import { FunctionsOfText } from './functions-of-text.js';
import type { HeaderDefinitions } from './header-definitions.js';
import { ItemIndex } from './item-index.js';
import { LazyFunctions } from './read-functions.js';
import type { ReadFunctions } from './read-functions.js';
import type { CalleeLookup } from './unseen-counts.js';

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

/** The sign of a constant, by its own definitions before those of headers. */
export function constantOf({ constants, headers }: OpenText, name: string): Sign | undefined {
  const [first, ...more] = constants.of(name);
  if (more.length > 0) return more.every((one) => one === first) ? first : undefined;
  return first ?? (constants.has(name) ? undefined : headers?.constant(name));
}

/** The readings of one function or macro: the arms of an #if can give it several. */
export function functionsIn(open: OpenText, item: Item): readonly FunctionIr[] {
  return open.functions.named(item.name).filter(({ start }) => item.start <= start && start < item.end);
}
