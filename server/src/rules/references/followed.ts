import { facetOf, ownershipModel } from '@pageref/shared/model';
import type { ModelEntry, OwnershipAct, OwnershipModel, ResolvedModel } from '@pageref/shared';
import { cfgOf } from '../../flow/cfg/known.js';
import { actsOfFacet } from '../../ownership/calls.js';
import type { CallKnowledge } from '../../ownership/calls.js';
import { acquisitionsIn, follow, prepare } from '../../ownership/follow.js';
import type { Followed, Prepared } from '../../ownership/follow.js';
import { actsOfFunction } from '../../ownership/contracts.js';
import type { ReadFunction } from '../../ownership/contracts.js';
import { findWords } from '../../syntax/index.js';
import type { FunctionIr } from '../../syntax/index.js';
import { visitExpressions, visitStatements } from '../../syntax/ir-walk.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Event } from '../../ownership/step.js';
import type { Report, RuleWorld } from '../rule.js';

/** Every acquisition of a function, followed once for all rules that ask. */
export interface FollowedFunction {
  readonly prepared: Prepared;
  readonly followed: readonly Followed[];
}

const MODELS = new WeakMap<ResolvedModel, OwnershipModel>();
const FOLLOWED = new WeakMap<SourceFile, Map<FunctionIr, FollowedFunction>>();

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

/** The name of the call that an event stands for. */
export function callNameAt({ text }: SourceFile, { start, length }: Pick<Event, 'start' | 'length'>): string {
  return /^\w+/.exec(text.slice(start, start + length))?.[0] ?? '';
}

export function followFunction(world: RuleWorld, file: SourceFile, fn: FunctionIr): FollowedFunction {
  const here = FOLLOWED.get(file) ?? new Map<FunctionIr, FollowedFunction>();
  FOLLOWED.set(file, here);
  const known = here.get(fn);
  if (known) return known;
  const prepared = preparedOf(file, fn, knowledgeOf(world, file));
  const cleaned = cleanedUp(fn);
  const followed = acquisitionsIn(prepared).flatMap((acquisition) => {
    const one = follow(prepared, acquisition);
    // What a variable with __free() names is given back at the end of its scope.
    const isCleaned = [...one.events, ...one.ways].some(({ state }) => state.names.some((name) => cleaned.has(name)));
    return isCleaned ? [] : [one];
  });
  const made = { prepared, followed };
  here.set(fn, made);
  return made;
}

const PREPARED = new WeakMap<CallKnowledge, Map<FunctionIr, Prepared>>();

/** A function is prepared once, whoever asks: its rules, and those that call it. */
function preparedOf({ text, analysis: unit }: SourceFile, fn: FunctionIr, knowledge: CallKnowledge): Prepared {
  const here = PREPARED.get(knowledge) ?? new Map<FunctionIr, Prepared>();
  PREPARED.set(knowledge, here);
  const { vocabulary } = unit;
  const source = { text, assertions: vocabulary.assertions };
  const prepared = here.get(fn) ?? prepare(fn, cfgOf(fn, vocabulary), source, knowledge);
  here.set(fn, prepared);
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

const FILES = new WeakMap<SourceFile, CallKnowledge>();

/** What calls mean in one file: what the model says, then what the file's own functions do. */
function knowledgeOf(world: RuleWorld, file: SourceFile): CallKnowledge {
  const known = FILES.get(file);
  if (known) return known;
  const model = ownershipOf(world);
  const { entries } = world.model;
  const own = new Map<string, ReadFunction>();
  const takers = [...model.acts].filter(([, acts]) => acts.some(({ does }) => does === 'take')).map(([name]) => name);
  const holders = new Set([...takers, ...holdersOf(file, takers)]);
  let depth = 0;
  const read = (name: string): ReadFunction => {
    const known = own.get(name);
    if (known) return known;
    // A function that is being read is unknown to itself.
    own.set(name, UNREAD);
    const [fn, ...more] = file.table.find(name);
    if (!fn || fn.origin === 'macro' || more.length > 0 || depth >= MAX_DEPTH) return UNREAD;
    depth++;
    const found = actsOfFunction(preparedOf(file, fn, knowledge));
    depth--;
    own.set(name, found);
    return found;
  };
  const unlocking = new Map<string, boolean>();
  const knowledge: CallKnowledge = {
    model,
    actsOf: (name) => model.acts.get(name) ?? (entries.has(name) ? [] : read(name).acts),
    mayDrop: (name) => knowledge.actsOf(name) === undefined && read(name).mayDrop,
    unlocksFound: (name) => {
      const found = unlocking.get(name) ?? unlocksFound(file, name, model);
      unlocking.set(name, found);
      return found;
    },
    mayTake: (name) => holders.has(name),
    frees: (name) => entries.get(name)?.effects?.some(({ does }) => does === 'free') === true && !model.acts.has(name),
    uncountedWhen: (name) => uncountedWhen(entries.get(name)),
    sameAs: (name) => {
      const conversion = entries.get(name)?.conversion;
      return conversion?.to.at === 'result' && typeof conversion.from.at === 'number' ? conversion.from.at : undefined;
    },
  };
  FILES.set(file, knowledge);
  return knowledge;
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

/** Functions of the file whose code mentions one of the names: they may take for their callers. */
export function holdersOf(file: SourceFile, names: readonly string[]): string[] {
  const holders = findWords(file.text, new Set(names)).map(({ start }) => file.itemAt(start));
  return [...new Set(holders.flatMap((item) => (item?.kind === 'function' ? [item.name] : [])))];
}
