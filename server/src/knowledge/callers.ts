import type { ArgumentSummary } from '../flow/context.js';
import { mergeArguments } from '../contracts/file-analysis.js';
import type { Wrapper } from '../rules/wrappers/wrapper.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { FunctionIr, Item } from '../syntax/index.js';
import { functionsIn } from '../contracts/open-text.js';
import { plainView } from '../contracts/view-source.js';
import type { OpenText } from '../contracts/open-text.js';
import type { Tree } from '../project/tree.js';
import { viewWith } from './definitions.js';
import type { CallOfTest } from './call-sites.js';
import type { Contracts } from './definitions.js';
import type { OpenFunction } from './questions.js';
import { trailIn } from './questions.js';
import { findWrappers } from './wrapper-sites.js';
import { archOf, archOrder } from '../kernel/arch.js';
import type { KernelPlace } from '../kernel/arch.js';

/** What the callers of a function with a test say of it: what they hand it, and what they make of its answer. */

/** The wrappers that a file defines, and its calls of them. */
export interface OwnWrappers {
  readonly wrappers: readonly Wrapper[];
  readonly calls: readonly CallOfTest[];
}

export const NO_WRAPPERS: OwnWrappers = { wrappers: [], calls: [] };

export function ownWrappers(open: OpenText, file: SourceFile): OwnWrappers {
  const { wrappers, sites } = findWrappers(open, file, () => undefined, { names: [], holdsTest: true });
  return { wrappers, calls: sites.map((site) => callOf(file, site)) };
}

/** The calls that a file makes of wrappers of other files. */
export function callsOfWrappers(open: OpenText, wrappers: ReadonlyMap<string, Wrapper>): readonly CallOfTest[] {
  const file = plainView(open);
  const search = { names: [...wrappers.keys()], holdsTest: true };
  return findWrappers(open, file, (name) => wrappers.get(name), search).sites.map((site) => callOf(file, site));
}

type FoundSite = ReturnType<typeof findWrappers>['sites'][number];

function callOf(file: SourceFile, { start, function: fn, wrapper, decides }: FoundSite): CallOfTest {
  const site = { ...file.place(start), function: fn, wrapper: wrapper.name, role: decides.role };
  return { test: wrapper.test, site };
}

/** What some names of wrappers mean in a file: another arch means a function of its own by the same name. */
export function wrappersMeant(
  place: KernelPlace,
  all: readonly Wrapper[],
  path: string,
  names: readonly string[],
): ReadonlyMap<string, Wrapper> {
  const meant = new Map<string, Wrapper>();
  for (const name of names) {
    const [nearest] = archOrder(
      place,
      path,
      all.filter((one) => !one.static && one.name === name),
    );
    if (nearest) meant.set(name, nearest);
  }
  return meant;
}

/** True for a file that can mean the function which another file defines. */
export function canCall(place: KernelPlace, path: string, definer: string): boolean {
  const arch = archOf(place, path);
  return arch === '' || ['', arch].includes(archOf(place, definer));
}

/** What a file hands to a function for each parameter; undefined where it lets the function escape. */
export type Handed = readonly (ArgumentSummary | undefined)[] | undefined;

/** What a file hands to a function, with what is known of the functions it calls on the way. */
export function handedBy(tree: Tree, open: OpenText, fn: OpenFunction, known: Contracts): Handed {
  return handedIn(open, viewWith(tree, open, known), fn);
}

/**
 * The same by what the file says alone, and what that rests on: functions of other files that the pages come from, or are
 * handed to before.
 */
export function handedAlone(
  tree: Tree,
  open: OpenText,
  fn: OpenFunction,
): { readonly handed: Handed; readonly callees: readonly string[] } {
  const file = plainView(open);
  const handed = handedIn(open, file, fn);
  const trail = trailIn(tree, file);
  for (const caller of handed ? (callersOf(open, file, fn.name) ?? []) : []) {
    for (let at = 0; at < fn.parameters; at++) trail.followArgument(caller, fn.name, at);
  }
  return { handed, callees: [...trail.asked].sort() };
}

function handedIn(open: OpenText, file: SourceFile, { name, parameters }: OpenFunction): Handed {
  const callers = callersOf(open, file, name);
  if (!callers) return undefined;
  const values = Array.from({ length: parameters }, (_, index) => file.analysis.passed(callers, name, index));
  if (values.some((one) => one === undefined)) return undefined;
  return values.map((all) =>
    all?.reduce<ArgumentSummary | undefined>((sum, one) => mergeArguments(sum, one), undefined),
  );
}

/** Functions that mention a name; undefined when it is mentioned where calls cannot be seen: in a macro, in a table. */
function callersOf(open: OpenText, file: SourceFile, name: string): readonly FunctionIr[] | undefined {
  const holders = new Set<Item>();
  for (const word of open.index.uses(name)) {
    const item = file.itemAt(word.start);
    if (item?.dead) continue;
    if (item?.kind === 'function') holders.add(item);
    else if (!/^\s*\(/.test(open.text.slice(word.end, word.end + 80)) || item?.kind === 'define') return undefined;
  }
  const read = [...holders].map((item) => functionsIn(open, item));
  if (read.some((functions) => functions.length === 0)) return undefined;
  return read.flat().filter((fn) => fn.name !== name);
}

/** What several files hand to a function together; undefined where one of them lets it escape, or none hands it a page. */
export function handedByAll(files: readonly Handed[]): Handed {
  const union: (ArgumentSummary | undefined)[] = [];
  for (const values of files) {
    if (values === undefined) return undefined;
    values.forEach((value, at) => (union[at] = value ? mergeArguments(union[at], value) : union[at]));
  }
  return union.some((value) => value !== undefined) ? union : undefined;
}
