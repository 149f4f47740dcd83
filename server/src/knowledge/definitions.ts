import { functionsIn } from '../contracts/open-text.js';
import { plainView, viewSource } from '../contracts/view-source.js';
import type { OpenText } from '../contracts/open-text.js';
import type { Viewing } from '../contracts/view-source.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { Call } from '../flow/context.js';
import type { Contract, ContractLookup } from '../flow/contract.js';
import { mayNamePage } from '../flow/domain/access-paths.js';
import { visitExpressions } from '../syntax/ir-walk.js';
import type { FunctionIr } from '../syntax/ir.js';
import type { Tree } from '../project/tree.js';
import { emptyContract } from './on-demand.js';
import { isKnown } from './questions.js';

/** A function or macro that a file defines for others. */
export interface Definition {
  readonly path: string;
  readonly name: string;
  /** What it does with pages, by its own file; undefined where it could not be read. */
  readonly contract: Contract | undefined;
  /** Functions of other files that it does little more than hand its pages on to. */
  readonly callees: readonly string[];
}

/** Contracts of functions of other files, by name. */
export type Contracts = ReadonlyMap<string, Contract>;

export const NO_CONTRACTS: Contracts = new Map();

/** A file with what is known of functions that it does not define. */
export function viewWith(tree: Tree, open: OpenText, known: Contracts, viewing: Viewing = {}): SourceFile {
  if (known.size === 0 && viewing.elsewhere === undefined) return plainView(open);
  return viewSource({ ...open, tools: { ...open.tools, contractOf: lookupWith(tree, known) } }, viewing);
}

function lookupWith(tree: Tree, known: Contracts): ContractLookup {
  return (name) => tree.tools.contractOf(name) ?? known.get(name);
}

/** What a file says of a name that others call; undefined where it does not define it, or for itself only. */
export function definitionIn(tree: Tree, open: OpenText, name: string): Definition | undefined {
  const { path } = open;
  const isHeader = !path.endsWith('.c');
  const items = open.index.named(name).filter(({ kind }) => kind === 'function' || isHeader);
  const readings = items.map((item) => functionsIn(open, item));
  const functions = readings.flat();
  const isHidden = !isHeader && functions.length > 0 && functions.every((fn) => fn.static);
  if (items.length === 0 || isHidden) return undefined;
  if (readings.some(({ length }) => length === 0)) return { path, name, contract: undefined, callees: [] };
  const callees = new Set(functions.flatMap((fn) => handedOn(tree, open, fn)));
  return { path, name, contract: contractWith(tree, open, name, NO_CONTRACTS), callees: [...callees].sort() };
}

/** The contract of a name that a file defines: the one it has for calls in that file, with what is known of others. */
export function contractWith(tree: Tree, open: OpenText, name: string, known: Contracts): Contract {
  const file = viewWith(tree, open, known);
  return file.analysis.contractOf(name) ?? emptyContract(file, name);
}

/** A function with more calls than this does something itself. */
const MAX_FORWARDING = 4;

/** Functions of other files that one with little code of its own hands its pages on to. */
function handedOn(tree: Tree, { index, vocabulary }: OpenText, fn: FunctionIr): readonly string[] {
  const calls: Call[] = [];
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'call') calls.push(expr);
  });
  if (calls.length > MAX_FORWARDING) return [];
  const pages = new Set(fn.params.filter(({ type }) => mayNamePage(type)).map(({ name }) => name));
  const isHanded = ({ args }: Call): boolean => args.some((arg) => arg.op === 'name' && pages.has(arg.name));
  return calls.flatMap((call) => {
    const { name } = call;
    if (name === undefined || name === fn.name || !isHanded(call)) return [];
    return index.named(name).length > 0 || isKnown(tree, vocabulary, name) ? [] : [name];
  });
}
