import type { HintFamily, ModelEntry } from '@pageref/shared';
import { FAMILY_OF } from '@pageref/shared/model';
import type { SourceFile } from '../contracts/source-file.js';
import type { Tree } from '../project/tree.js';
import { registeringNames, registrationsIn } from '../rules/pagemap/registration.js';
import { factsLabel, shortFacts } from '../rules/pagemap/short-facts.js';
import type { RuleWorld } from '../rules/rule.js';
import { effectLabel } from '../runs/api/effect-label.js';
import { argumentsAt, isMember, openOfCall } from '../syntax/c-scan.js';
import { deadArms, findWords } from '../syntax/index.js';
import type { Item } from '../syntax/index.js';
import { standsFor } from './stands-for.js';

/** What is written behind a call. */
export interface CallHint {
  /** The function; that which it stands for where the call is one of a header's macro. */
  readonly name: string;
  /** Where it is written, a UTF-16 offset. */
  readonly at: number;
  readonly label: string;
}

/** The calls of an extent of a file that take or give back references, in order. */
export interface HintRequest {
  readonly tree: Tree;
  /** Macros of headers. */
  readonly macros: RuleWorld['tree']['macros'];
  readonly file: SourceFile;
  readonly families: ReadonlySet<HintFamily>;
  readonly start: number;
  readonly end: number;
}

export function callHints({ tree, macros, file, families, start, end }: HintRequest): CallHint[] {
  const labels = withMacros(labelsOf(tree), macros);
  const names = new Set([...labels].flatMap(([name, { family }]) => (families.has(family) ? [name] : [])));
  const items = file.items.filter(
    (item) => item.kind === 'function' && !item.dead && item.start < end && item.end > start,
  );
  const makers = families.has('pagemap') ? registrars(tree) : new Set<string>();
  return items
    .flatMap((item) => [...hintsIn(file, item, names, labels), ...registrationHints(tree, file, item, makers)])
    .filter(({ at }) => at >= start && at <= end)
    .sort((a, b) => a.at - b.at);
}

interface Label {
  /** The function that it says something of. */
  readonly name: string;
  readonly text: string;
  readonly family: HintFamily;
  /** The argument with the table that it fills: nothing is taken where it is given none. */
  readonly fills?: number | undefined;
  /** The argument whose reference is handed on or dropped, and replaced by the one that is taken. */
  readonly replaces?: number | undefined;
}

const known = new WeakMap<Tree, ReadonlyMap<string, Label>>();

/** The labels of the names of a release: what they do to counts, and what the pages are that they have registered. */
function labelsOf(tree: Tree): ReadonlyMap<string, Label> {
  let labels = known.get(tree);
  if (!labels) known.set(tree, (labels = new Map([...effectLabels(tree), ...makerLabels(tree)])));
  return labels;
}

function effectLabels({ model, deviceKinds }: Tree): (readonly [string, Label])[] {
  return [...model.entries.values()].flatMap((entry) => {
    const family = FAMILY_OF.get(entry.name);
    const text = family && effectLabel(entry, deviceKinds);
    return family === undefined || text === undefined
      ? []
      : [[entry.name, { name: entry.name, text, family, ...argumentsOf(entry) }] as const];
  });
}

function argumentsOf({ effects = [] }: ModelEntry): Pick<Label, 'fills' | 'replaces'> {
  const taken = effects.find(({ does, on }) => does === 'acquire' && on.through === 'array')?.on.at;
  const given = effects.find(({ does, unit }) => does === 'transfer' && unit === 'pgmap-reference')?.on.at;
  return {
    fills: typeof taken === 'number' ? taken : undefined,
    replaces: typeof given === 'number' ? given : undefined,
  };
}

/** Calls that have pages of one type registered: `pci_p2pdma_add_resource()`. */
function makerLabels({ model }: Tree): (readonly [string, Label])[] {
  return model.pagemap.types.flatMap(({ type, madeBy }) =>
    madeBy ? [[madeBy.api, pagemapLabel(madeBy.api, factsLabel(shortFacts([type], model)))] as const] : [],
  );
}

function pagemapLabel(name: string, text: string): Label {
  return { name, text, family: 'pagemap' };
}

/** A macro of a header has the label of what it stands for, where that is the same in all of its definitions. */
function withMacros(labels: ReadonlyMap<string, Label>, macros: HintRequest['macros']): ReadonlyMap<string, Label> {
  const all = new Map(labels);
  for (const macro of macros.keys()) {
    const [first, ...more] = standsFor(macro, macros, (name) => labels.has(name)).flatMap(
      (name) => labels.get(name) ?? [],
    );
    // Its arguments have an order of their own.
    if (first && more.every(({ text }) => text === first.text)) {
      all.set(macro, { name: first.name, text: first.text, family: first.family });
    }
  }
  return all;
}

function hintsIn(
  { text, table }: SourceFile,
  item: Item,
  names: ReadonlySet<string>,
  labels: ReadonlyMap<string, Label>,
): CallHint[] {
  const code = text.slice(item.start, item.end);
  const dead = deadArms(text, item);
  return findWords(code, names).flatMap(({ word, lexical, start, end }): CallHint[] => {
    const at = item.start + start;
    const isLive = lexical === 'code' && !dead.some((arm) => at >= arm.start && at < arm.end);
    // A function of the file by that name speaks for itself, and so does a member.
    if (!isLive || word === item.name || isMember(text, at) || isOwn(table, word)) return [];
    const args = argumentsOfCall(text, item.start + end);
    const close = args?.at(-1)?.end;
    const label = labels.get(word);
    const said = label && saidOf(label, args?.map((arg) => text.slice(arg.start, arg.end).trim()) ?? []);
    return close === undefined || !label || said === undefined
      ? []
      : [{ name: label.name, at: close + 1, label: said }];
  });
}

/** Short, because VS Code cuts a hint behind 43 characters. */
const OF_THE_GIVEN = '; -1 of the given';

/** What a label says of a call with these arguments. */
function saidOf({ text, fills, replaces }: Label, args: readonly string[]): string | undefined {
  const isNothing = (at: number): boolean => /^(?:NULL|0)?$/.test(args[at] ?? '');
  if (fills !== undefined && isNothing(fills)) return undefined;
  return replaces === undefined || isNothing(replaces) ? text : `${text}${OF_THE_GIVEN}`;
}

const registering = new WeakMap<Tree, ReadonlySet<string>>();

/** Names that register pages of ZONE_DEVICE. */
function registrars(tree: Tree): ReadonlySet<string> {
  let names = registering.get(tree);
  if (!names) registering.set(tree, (names = new Set(registeringNames(tree.model))));
  return names;
}

/** What the pages are that a call registers: `P2PDMA: idle count 1, no long-term pins`. Nothing where their type is not in sight. */
function registrationHints(tree: Tree, file: SourceFile, item: Item, makers: ReadonlySet<string>): CallHint[] {
  const { text, table } = file;
  if (makers.has(item.name) || findWords(text.slice(item.start, item.end), makers).length === 0) return [];
  const readings = table.find(item.name).filter(({ start }) => start >= item.start && start < item.end);
  const found = readings.flatMap((fn) => registrationsIn(file, fn, tree.model));
  const hints = found.flatMap(({ call: { name = '', end }, fields: { types } }): CallHint[] => {
    if (types.length === 0 || isOwn(table, name)) return [];
    return [
      {
        name,
        at: end,
        label: factsLabel(
          shortFacts(
            types.map(({ type }) => type),
            tree.model,
          ),
        ),
      },
    ];
  });
  return hints.filter(({ at }, index) => hints.findIndex((one) => one.at === at) === index);
}

function isOwn(table: SourceFile['table'], name: string): boolean {
  return table.has(name) && table.find(name).some((fn) => fn.static || fn.origin === 'macro');
}

/** The arguments of the call whose name ends at an offset; the last one ends before the parenthesis. */
function argumentsOfCall(text: string, end: number): ReturnType<typeof argumentsAt> {
  const open = openOfCall(text, end);
  return open === undefined ? undefined : argumentsAt(text, open);
}
