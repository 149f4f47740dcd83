import type { ModelEntry, OwnershipAct, OwnershipModel } from '@pageref/shared';
import type { Again } from '../../contracts/recall.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { StandIns } from '../../contracts/stand-ins.js';
import type { StandInReading } from '../../contracts/stand-ins.js';
import { cfgOf } from '../../flow/cfg/known.js';
import { actsOfFacet, wordOf } from '../../ownership/calls.js';
import type { CallKnowledge } from '../../ownership/calls.js';
import { actsOfFunction } from '../../ownership/contracts.js';
import type { ReadFunction } from '../../ownership/contracts.js';
import { prepare } from '../../ownership/prepare.js';
import type { Prepared } from '../../ownership/prepared.js';
import type { FunctionIr } from '../../syntax/index.js';
import { visitExpressions } from '../../syntax/ir-walk.js';
import type { RuleWorld } from '../rule.js';
import { holdersOf } from './holders.js';
import { recent } from './recent.js';
import { ownershipOf } from './taking-names.js';

/** What calls mean in one file: what the model says, then what the file's own functions do. */

const PREPARED = recent<CallKnowledge, () => Prepared>();

/** A function of a file, prepared in each of its readings. */
export function preparedReadings(world: RuleWorld, file: SourceFile, fn: FunctionIr): readonly Prepared[] {
  const { standIns, knowledge } = knowledgeOf(world, file);
  return standIns.readingsOf(fn).map((reading) => preparedOf(file, reading, knowledge));
}

/** A function is prepared once, whoever asks: its rules, and those that call it. */
function preparedOf(
  { text, analysis: unit, noted }: SourceFile,
  { fn, assumed }: StandInReading,
  knowledge: CallKnowledge,
): Prepared {
  const known = PREPARED.get(knowledge, fn);
  if (known) return known();
  const { vocabulary } = unit;
  const source = { text, assertions: vocabulary.assertions };
  const prepared = noted((again) => prepare(fn, cfgOf(fn, vocabulary), source, askedWithin(again, knowledge), assumed));
  PREPARED.add(knowledge, fn, prepared);
  return prepared();
}

/** Parts of what is prepared are found out when somebody first needs them, and are there for the next one. */
function askedWithin(again: Again, knowledge: CallKnowledge): CallKnowledge {
  return {
    ...knowledge,
    actsOf: (name) => again(() => knowledge.actsOf(name)),
    takesOf: (name) => again(() => knowledge.takesOf(name)),
    insidesOf: (name) => again(() => knowledge.insidesOf(name)),
    mayDrop: (name) => again(() => knowledge.mayDrop(name)),
    leavesAlone: (name) => again(() => knowledge.leavesAlone(name)),
    unlocksFound: (name) => again(() => knowledge.unlocksFound(name)),
    mayTake: (name) => again(() => knowledge.mayTake(name)),
  };
}

/** Calls that are read one inside the other; deeper ones are unknown. No chain of a kernel is as long: whoever asks first learns the same. */
const MAX_DEPTH = 40;

/** Nothing is known of what it does. */
const UNREAD: ReadFunction = { acts: undefined, takes: [], insides: [], mayDrop: false };

/** What is kept of a file: what its functions do, which of them hold a taker, or unlock, and its names for takers and droppers. */
const ACTS = 'acts';
const HOLDS = 'holds';
const UNLOCKS = 'unlocks';
const STAND_INS = 'stand-ins';

interface KeptActs {
  readonly read: ReadFunction;
  /** False where something was not read because it is called too deep, or is being read: whoever asks otherwise may learn more. */
  readonly isWhole: boolean;
}

const CIRCLE: KeptActs = { read: UNREAD, isWhole: false };

interface FileKnowledge {
  /** What is kept, by kind. */
  readonly kept: KeptAnswers;
  readonly knowledge: CallKnowledge;
  readonly standIns: StandIns;
}

const FILES = new WeakMap<SourceFile, () => FileKnowledge>();

/** What calls mean in one file: what the model says, then what the file's own functions do. */
function knowledgeOf(world: RuleWorld, file: SourceFile): FileKnowledge {
  const known = FILES.get(file) ?? file.noted(() => findKnowledge(world, file));
  FILES.set(file, known);
  return known();
}

function findKnowledge(world: RuleWorld, file: SourceFile): FileKnowledge {
  const ofRelease = ownershipOf(world);
  const model = { ...ofRelease, signOfConstant: (name: string) => file.constant(name) };
  const { entries } = world.model;
  const own = new Map<string, () => KeptActs>();
  const takers = [...model.acts].filter(([, acts]) => acts.some(({ does }) => does === 'take')).map(([name]) => name);
  const wanted = new Set(model.acts.keys());
  const standIns = new StandIns(file, wanted, world.tree.macros, (find) => file.kept(STAND_INS, '', find));
  const taking = new Set(takers);
  const holders = new Set(holdersOf(file, standIns, ofRelease, [...takers.map(wordOf), ...standIns.names]));
  let depth = 0;
  let bounded = 0;
  const find = (name: string): ReadFunction => {
    const [fn, ...more] = file.table.find(name);
    if (!fn || fn.origin === 'macro' || more.length > 0) return UNREAD;
    if (depth >= MAX_DEPTH) bounded++;
    if (depth >= MAX_DEPTH) return UNREAD;
    depth++;
    const acts = standIns.readingsOf(fn).map((reading) => actsOfFunction(preparedOf(file, reading, knowledge)));
    depth--;
    return inEveryReading(acts);
  };
  const findWhole = (name: string): KeptActs => {
    const before = bounded;
    // The macros of the file decide how its functions read.
    knowledgeOf(world, file);
    const read = find(name);
    return { read, isWhole: bounded === before };
  };
  const read = (name: string): ReadFunction => {
    if (!file.table.has(name)) return UNREAD;
    const known = own.get(name)?.();
    if (known?.isWhole === false) bounded++;
    if (known) return known.read;
    // A function that is being read is unknown to itself.
    own.set(name, () => CIRCLE);
    let fresh: KeptActs | undefined;
    const found = file.noted(() => {
      const kept = file.kept(ACTS, name, () => (fresh = findWhole(name)));
      // What hangs on who asked first is not taken from another version of the text.
      return kept.isWhole || kept === fresh ? kept : findWhole(name);
    });
    own.set(name, found);
    return found().read;
  };
  const unlocks = (name: string): boolean =>
    file.table.has(name) && file.kept(UNLOCKS, name, () => unlocksFound(file, name, model));
  const holds = (name: string): boolean =>
    file.kept(HOLDS, name, () => {
      // Its own code decides, and what the macros of the file stand for.
      knowledgeOf(world, file);
      return file.named(name).length > 0 && holders.has(name);
    });
  const knowledge: CallKnowledge = {
    model,
    actsOf: (name) => model.acts.get(name) ?? (entries.has(name) || model.frees.has(name) ? [] : read(name).acts),
    takesOf: (name) => knowledge.actsOf(name)?.filter(({ does }) => does === 'take') ?? read(name).takes,
    insidesOf: (name) => (knowledge.actsOf(name) === undefined ? read(name).insides : []),
    mayDrop: (name) => knowledge.actsOf(name) === undefined && read(name).mayDrop,
    leavesAlone: (name) => read(name) !== UNREAD && !read(name).mayDrop,
    unlocksFound: unlocks,
    mayTake: (name) => taking.has(name) || (file.table.has(name) && holds(name)),
    uncountedWhen: (name) => uncountedWhen(entries.get(name)),
    sameAs: (name) => {
      const conversion = entries.get(name)?.conversion;
      return conversion?.to.at === 'result' && typeof conversion.from.at === 'number' ? conversion.from.at : undefined;
    },
  };
  const acts = (name: string): KeptActs | undefined => {
    read(name);
    return own.get(name)?.();
  };
  const kept = { [ACTS]: acts, [HOLDS]: holds, [UNLOCKS]: unlocks, [STAND_INS]: () => [...standIns.names] };
  return { kept, knowledge, standIns };
}

type KeptKind = typeof ACTS | typeof HOLDS | typeof UNLOCKS | typeof STAND_INS;
type KeptAnswers = Readonly<Record<KeptKind, (about: string) => unknown>>;

/** Answers what is asked again of what is kept of a file, where it is kept what rests on that. */
export function answersKept(world: RuleWorld, file: SourceFile): KeptAnswers {
  const answer =
    (kind: KeptKind) =>
    (about: string): unknown =>
      knowledgeOf(world, file).kept[kind](about);
  return { [ACTS]: answer(ACTS), [HOLDS]: answer(HOLDS), [UNLOCKS]: answer(UNLOCKS), [STAND_INS]: answer(STAND_INS) };
}

/** What all readings of a function do; nothing is known of one that they make something different of. */
function inEveryReading([first = UNREAD, ...more]: readonly ReadFunction[]): ReadFunction {
  const isSame = more.every((one) => JSON.stringify(one.acts) === JSON.stringify(first.acts));
  const mayDrop = [first, ...more].some((one) => one.mayDrop);
  const inAll = (part: 'takes' | 'insides'): readonly OwnershipAct[] =>
    more.every((one) => JSON.stringify(one[part]) === JSON.stringify(first[part])) ? first[part] : [];
  return { acts: isSame ? first.acts : undefined, takes: inAll('takes'), insides: inAll('insides'), mayDrop };
}

function unlocksFound(file: SourceFile, name: string, { acts }: OwnershipModel): boolean {
  const [fn, ...more] = file.table.find(name);
  if (!fn || fn.origin === 'macro' || more.length > 0) return false;
  const verbs = new Set<OwnershipAct['does']>();
  visitExpressions(fn.body, (expr) => {
    if (expr.op !== 'call' || expr.name === undefined) return;
    for (const act of actsOfFacet(acts.get(expr.name) ?? [], 'lock')) verbs.add(act.does);
  });
  return verbs.has('drop') && !verbs.has('take');
}

/** The answer of a test that says: this is no page that is counted like RAM. */
function uncountedWhen(entry: ModelEntry | undefined): boolean | undefined {
  const asks = entry?.predicate?.class;
  if (asks === 'reserved' || asks === 'zone-device') return true;
  return asks === 'valid' || asks === 'range' ? false : undefined;
}

/** A function of a file with what it does to references of its callers. */
export interface FunctionActs {
  readonly fn: FunctionIr;
  readonly acts: readonly OwnershipAct[];
}

/** The functions of a file of which it is certain what they do to references, in its order; those that do nothing among them. */
export function actsIn(world: RuleWorld, file: SourceFile): readonly FunctionActs[] {
  const { knowledge, standIns } = knowledgeOf(world, file);
  const model = ownershipOf(world);
  const holders = holdersOf(file, standIns, model, [...model.acts.keys(), ...standIns.names]);
  const callers = holders.flatMap((name) => file.table.mentioning(name).functions.map((fn) => fn.name));
  const names = new Set([...holders, ...callers]);
  return file.items.flatMap((item): FunctionActs[] => {
    if (item.kind !== 'function' || item.dead || !names.has(item.name)) return [];
    const [fn, ...others] = file.table.find(item.name);
    const acts = fn && others.length === 0 && fn.origin === 'function' ? knowledge.actsOf(item.name) : undefined;
    return fn && acts ? [{ fn, acts }] : [];
  });
}

/** The file's own names for takers and droppers. */
export function standInNames(file: SourceFile, world: RuleWorld): ReadonlySet<string> {
  return knowledgeOf(world, file).standIns.names;
}

/** The file's own names for takers and droppers, and its functions that may take for their callers. */
export function localNamesFor(file: SourceFile, world: RuleWorld, names: readonly string[]): string[] {
  const { standIns } = knowledgeOf(world, file);
  return [...standIns.names, ...holdersOf(file, standIns, ownershipOf(world), [...names, ...standIns.names])];
}
