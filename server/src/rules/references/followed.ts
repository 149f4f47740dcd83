import { facetOf, ownershipModel } from '@pageref/shared/model';
import type { ModelEntry, OwnershipAct, OwnershipModel, ResolvedModel } from '@pageref/shared';
import { cfgOf } from '../../flow/cfg/known.js';
import { actsOfFacet } from '../../ownership/calls.js';
import type { CallExpr, CallKnowledge } from '../../ownership/calls.js';
import { acquisitionsIn, follow, prepare } from '../../ownership/follow.js';
import type { Followed, Prepared } from '../../ownership/follow.js';
import { actsOfFunction } from '../../ownership/contracts.js';
import type { ReadFunction } from '../../ownership/contracts.js';
import { offsetsOf } from '../../syntax/index.js';
import type { FunctionIr } from '../../syntax/index.js';
import { visitExpressions, visitStatements } from '../../syntax/ir-walk.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { StandIns } from '../../contracts/stand-ins.js';
import type { StandInReading } from '../../contracts/stand-ins.js';
import type { Event } from '../../ownership/step.js';
import type { Report, RuleWorld } from '../rule.js';

/** Every acquisition of a reading of a function, followed once for all rules that ask. */
export interface FollowedFunction {
  readonly prepared: Prepared;
  readonly followed: readonly Followed[];
}

/** Functions whose states are kept: rules look at one function after the other, in each of its readings, and at what it calls. */
const MAX_KEPT = 16;

/** What was made of the last few functions, each for somebody: a file, or what is known in one. */
function recent<For extends object, Made>(): {
  readonly get: (of: For, fn: FunctionIr) => Made | undefined;
  readonly add: (of: For, fn: FunctionIr, made: Made) => void;
} {
  const kept: { readonly of: For; readonly fn: FunctionIr; readonly made: Made }[] = [];
  return {
    get: (of, fn) => kept.find((one) => one.of === of && one.fn === fn)?.made,
    add: (of, fn, made) => {
      kept.push({ of, fn, made });
      if (kept.length > MAX_KEPT) kept.shift();
    },
  };
}

const MODELS = new WeakMap<ResolvedModel, OwnershipModel>();
const FOLLOWED = recent<SourceFile, readonly FollowedFunction[]>();

export function ownershipOf({ model }: Pick<RuleWorld, 'model'>): OwnershipModel {
  const known = MODELS.get(model);
  if (known) return known;
  const made = ownershipModel(model.release, model.entries);
  MODELS.set(model, made);
  return made;
}

/** Names whose calls take something of a facet. */
export function takersOf(world: Pick<RuleWorld, 'model'>, facet: Facet): string[] {
  return namesThat(world, 'take', facet);
}

/** Names whose calls give something of a facet back. */
export function droppersOf(world: Pick<RuleWorld, 'model'>, facet: Facet): string[] {
  return namesThat(world, 'drop', facet);
}

type Facet = ReturnType<typeof facetOf>;

function namesThat(world: Pick<RuleWorld, 'model'>, verb: OwnershipAct['does'], facet: Facet): string[] {
  return [...ownershipOf(world).acts]
    .filter(([, acts]) => acts.some(({ does, unit }) => does === verb && facetOf(unit) === facet))
    .map(([name]) => name);
}

/** What is said of one place once, however many acquisitions lead there. */
export function firstOfEach(reports: readonly Report[]): readonly Report[] {
  return reports.filter(({ start }, at) => reports.findIndex((one) => one.start === start) === at);
}

/** What several readings of a function say, each place of each acquisition once. */
export function oneOfEachReading(readings: readonly (readonly Report[])[]): readonly Report[] {
  const known = new Set<string>();
  return readings.flatMap((reports, at) => {
    const fresh = at === 0 ? reports : reports.filter((report) => !known.has(placeOf(report)));
    for (const report of reports) known.add(placeOf(report));
    return fresh;
  });
}

function placeOf({ start, api = '', related: [taken] = [] }: Report): string {
  return JSON.stringify([start, api, taken?.line, taken?.column]);
}

/** The name of the call that an event stands for, as it is written there. */
export function callNameAt({ text }: SourceFile, { start, length }: Pick<Event, 'start' | 'length'>): string {
  return /^\w+/.exec(text.slice(start, start + length))?.[0] ?? '';
}

/** The name of a call as it is written: its own, or that of a macro that stands for it. */
export function shortNameOf(file: SourceFile, { name = '', start, end }: CallExpr): string {
  return callNameAt(file, { start, length: end - start }) || name;
}

/** The name of a call as it is written, with what it stands for where that is another one. */
export function writtenName(file: SourceFile, call: CallExpr): string {
  const { name = '' } = call;
  const written = shortNameOf(file, call);
  return written === name ? `${name}()` : `${written}(), which is ${name}(),`;
}

/** A function followed in each of its readings: macros that stand for takers and droppers can give it several. */
export function followFunction(world: RuleWorld, file: SourceFile, fn: FunctionIr): readonly FollowedFunction[] {
  const known = FOLLOWED.get(file, fn);
  if (known) return known;
  const { standIns, knowledge } = knowledgeOf(world, file);
  const made = standIns.readingsOf(fn).map((reading) => followReading(preparedOf(file, reading, knowledge)));
  FOLLOWED.add(file, fn, made);
  return made;
}

function followReading(prepared: Prepared): FollowedFunction {
  const cleaned = cleanedUp(prepared.fn);
  const followed = acquisitionsIn(prepared).flatMap((acquisition) => {
    const one = follow(prepared, acquisition);
    // What a variable with __free() names is given back at the end of its scope.
    const isCleaned = [...one.events, ...one.ways].some(({ state }) => state.names.some((name) => cleaned.has(name)));
    return isCleaned ? [] : [one];
  });
  return { prepared, followed };
}

const PREPARED = recent<CallKnowledge, Prepared>();

/** A function is prepared once, whoever asks: its rules, and those that call it. */
function preparedOf(
  { text, analysis: unit }: SourceFile,
  { fn, assumed }: StandInReading,
  knowledge: CallKnowledge,
): Prepared {
  const known = PREPARED.get(knowledge, fn);
  if (known) return known;
  const { vocabulary } = unit;
  const source = { text, assertions: vocabulary.assertions };
  const prepared = prepare(fn, cfgOf(fn, vocabulary), source, knowledge, assumed);
  PREPARED.add(knowledge, fn, prepared);
  return prepared;
}

function cleanedUp(fn: FunctionIr): ReadonlySet<string> {
  const names = new Set<string>();
  visitStatements(fn.body, (statement) => {
    if (statement.op === 'declare' && statement.cleanup !== undefined) names.add(statement.name);
  });
  return names;
}

/** Calls that are read one inside the other; deeper ones are unknown. */
const MAX_DEPTH = 3;

/** Nothing is known of what it does. */
const UNREAD: ReadFunction = { acts: undefined, mayDrop: false };

interface FileKnowledge {
  readonly knowledge: CallKnowledge;
  readonly standIns: StandIns;
}

const FILES = new WeakMap<SourceFile, FileKnowledge>();

/** What calls mean in one file: what the model says, then what the file's own functions do. */
function knowledgeOf(world: RuleWorld, file: SourceFile): FileKnowledge {
  const known = FILES.get(file);
  if (known) return known;
  const model = ownershipOf(world);
  const { entries } = world.model;
  const own = new Map<string, ReadFunction>();
  const takers = [...model.acts].filter(([, acts]) => acts.some(({ does }) => does === 'take')).map(([name]) => name);
  const standIns = new StandIns(file, new Set(model.acts.keys()), world.tree.macros);
  const holders = new Set([...takers, ...holdersOf(file, [...takers, ...standIns.names])]);
  let depth = 0;
  const read = (name: string): ReadFunction => {
    const known = own.get(name);
    if (known) return known;
    // A function that is being read is unknown to itself.
    own.set(name, UNREAD);
    const [fn, ...more] = file.table.find(name);
    if (!fn || fn.origin === 'macro' || more.length > 0 || depth >= MAX_DEPTH) return UNREAD;
    depth++;
    const found = inEveryReading(
      standIns.readingsOf(fn).map((reading) => actsOfFunction(preparedOf(file, reading, knowledge))),
    );
    depth--;
    own.set(name, found);
    return found;
  };
  const unlocking = new Map<string, boolean>();
  const knowledge: CallKnowledge = {
    model,
    actsOf: (name) => model.acts.get(name) ?? (entries.has(name) || model.frees.has(name) ? [] : read(name).acts),
    mayDrop: (name) => knowledge.actsOf(name) === undefined && read(name).mayDrop,
    unlocksFound: (name) => {
      const found = unlocking.get(name) ?? unlocksFound(file, name, model);
      unlocking.set(name, found);
      return found;
    },
    mayTake: (name) => holders.has(name),
    uncountedWhen: (name) => uncountedWhen(entries.get(name)),
    sameAs: (name) => {
      const conversion = entries.get(name)?.conversion;
      return conversion?.to.at === 'result' && typeof conversion.from.at === 'number' ? conversion.from.at : undefined;
    },
  };
  const found = { knowledge, standIns };
  FILES.set(file, found);
  return found;
}

/** What all readings of a function do; nothing is known of one that they make something different of. */
function inEveryReading([first = UNREAD, ...more]: readonly ReadFunction[]): ReadFunction {
  const isSame = more.every((one) => JSON.stringify(one.acts) === JSON.stringify(first.acts));
  const mayDrop = [first, ...more].some((one) => one.mayDrop);
  return isSame ? { ...first, mayDrop } : { acts: undefined, mayDrop };
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

/** The file's own names for takers and droppers. */
export function standInNames(file: SourceFile, world: RuleWorld): ReadonlySet<string> {
  return knowledgeOf(world, file).standIns.names;
}

/** The file's own names for takers and droppers, and its functions that may take for their callers. */
export function localNamesFor(file: SourceFile, world: RuleWorld, names: readonly string[]): string[] {
  const { standIns } = knowledgeOf(world, file);
  return [...standIns.names, ...holdersOf(file, [...names, ...standIns.names])];
}

/** Functions of the file whose code mentions one of the names: they may take for their callers. */
function holdersOf(file: SourceFile, names: readonly string[]): string[] {
  const holders = offsetsOf(file.text, new Set(names)).map((start) => file.itemAt(start));
  return [...new Set(holders.flatMap((item) => (item?.kind === 'function' ? [item.name] : [])))];
}
