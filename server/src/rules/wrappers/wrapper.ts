import type { KindSet, Site, WrapperRole } from '@pageref/shared';
import type { CfgNode, NodeId } from '../../flow/cfg/cfg.js';
import type { Call, FlowContext } from '../../flow/context.js';
import { nodesAt } from '../reserved/sides.js';
import { outcome } from '../reserved/side-outcome.js';
import type { Act } from '../reserved/side-outcome.js';
import { propagate, replayCalls, returnedValue } from '../../flow/fixpoint.js';
import type { Flow } from '../../flow/fixpoint.js';
import { followable, followWhatIf } from '../../flow/what-if.js';
import type { Followed } from '../../flow/what-if.js';
import { parameterOf } from '../../contracts/infer.js';
import { accessPathOf } from '../../flow/domain/access-paths.js';
import { State, WARNED } from '../../flow/domain/state.js';
import type { PageId, Value } from '../../flow/domain/state.js';
import { aliasesOf } from '../../flow/domain/pages.js';
import type { AnalysedFunction, FileAnalysis } from '../../contracts/file-analysis.js';

/**
 * Functions that pass the answer of a test of the reserved bit on: by what they return, or by what they do to the page
 * they were given only on one answer. Their call sites are tests too, in other words.
 */
export interface Wrapper {
  readonly name: string;
  /** 1 for a function that holds the test, one more for each call in between. */
  readonly level: number;
  /** True when only its own file can call it. */
  readonly static: boolean;
  readonly path: string;
  readonly line: number;
  /** The parameter that names the page; undefined when it is not handed in as such. */
  readonly parameter: number | undefined;
  /** What it does to the page on one answer only; nothing when it only answers. */
  readonly does: Decision;
  /** True when its answer, as a value, depends on the bit. */
  readonly answers: boolean;
  /** It also asks how the memory is cached: such a test is about how to map the page. */
  readonly asksMemoryType: boolean;
  /** Kinds for which its answer can be true and false, where that could be read off its code. */
  readonly row: { readonly whenTrue: KindSet; readonly whenFalse: KindSet } | undefined;
  /** It is no test of the bit, but what such a test asks to leave ZONE_DEVICE pages out. */
  readonly exempts?: boolean;
  /** The test behind it. */
  readonly test: Pick<Site, 'path' | 'line' | 'column'>;
}

/** A question in a function and what comes after either answer. */
export interface Fork {
  readonly yes: Followed;
  readonly no: Followed;
  /** The page that was asked about, undefined when it has no name here. */
  readonly aliases: ReadonlySet<PageId> | undefined;
  readonly parameter: number | undefined;
}

/** Both sides of a branch that tests the bit of a page. */
export function forkOfTest(
  analysed: AnalysedFunction,
  { id: at }: Extract<CfgNode, { op: 'branch' }>,
  id: PageId,
): Fork | undefined {
  const { context, flow } = analysed;
  const before = flow.before.get(at);
  const [yes, no] = ([0, 1] as const).map((side) => followWhatIf(analysed, { from: 'behind', at, side, stopAt: [at] }));
  if (!before || !yes || !no) return undefined;
  const aliases = aliasesOf(context, before.copy(), id);
  return { yes, no, aliases: new Set(aliases), parameter: parameterOf(context, aliases) };
}

/** A call of a wrapper, with what the caller does on either answer. */
export interface WrapperCall {
  readonly call: Call;
  readonly wrapper: Wrapper;
  /** Undefined for a wrapper that gives no answer, and for a call behind too many others. */
  readonly fork: Fork | undefined;
  /** The parameter of the caller that names the page. */
  readonly parameter: number | undefined;
}

/**
 * The calls of wrappers that can be reached, in the order of the text. The first ones are followed for both answers: more than
 * a function can have them by the bounds of the analysis decide nothing that is known.
 * @param seen offsets of the calls that were found before; the new ones are added
 */
export function wrapperCalls(
  analysed: AnalysedFunction,
  wrapperOf: (name: string) => Wrapper | undefined,
  seen: Set<number>,
): readonly WrapperCall[] {
  const { context, flow } = analysed;
  const found = new Map<number, WrapperCall>();
  let left = followable(flow.cfg) - seen.size;
  for (const { call, name, args, state, node } of namedCalls(analysed)) {
    const wrapper = seen.has(call.start) ? undefined : wrapperOf(name);
    if (!wrapper) continue;
    seen.add(call.start);
    const id = wrapper.parameter === undefined ? undefined : args[wrapper.parameter]?.page;
    const aliases = id === undefined ? undefined : aliasesOf(context, state, id);
    const parameter = parameterOf(context, aliases);
    const fork = wrapper.answers && left-- > 0 ? forkOfCall(analysed, call, node) : undefined;
    found.set(call.start, {
      call,
      wrapper,
      parameter,
      fork: fork && { ...fork, aliases: aliases && new Set(aliases), parameter },
    });
  }
  return [...found.values()].sort((a, b) => a.call.start - b.call.start);
}

interface NamedCall {
  readonly call: Call;
  readonly name: string;
  readonly args: readonly Value[];
  readonly state: State;
  readonly node: NodeId;
}

const knownCalls = new WeakMap<Flow, readonly NamedCall[]>();

/** The calls of a flow that have a name: a function is looked through for each wrapper that it may call. */
function namedCalls({ context, flow }: AnalysedFunction): readonly NamedCall[] {
  const known = knownCalls.get(flow);
  if (known) return known;
  const calls: NamedCall[] = [];
  replayCalls(context, flow, (call, _contract, args, state, _result, node) => {
    if (call.name !== undefined) calls.push({ call, name: call.name, args, state: state.copy(), node });
  });
  knownCalls.set(flow, calls);
  return calls;
}

/** What comes of either answer of a call. */
function forkOfCall(analysed: AnalysedFunction, call: Call, at: NodeId): Pick<Fork, 'yes' | 'no'> | undefined {
  const answered = (is: 'null' | 'nonnull'): Followed | undefined =>
    followWhatIf(analysed, { from: 'before', at, answer: { call: call.start, is } });
  const [yes, no] = [answered('nonnull'), answered('null')];
  return yes && no && { yes, no };
}

/** True when what the function gives back depends on which side was taken. */
export function answersDiffer({ yes, no }: Fork): boolean {
  if (!isAnswer(yes.context)) return false;
  const [left, right] = [decided(yes), decided(no)];
  return left.size !== right.size || [...left].some((one) => !right.has(one));
}

/** Numbers, booleans and pointers are answers; a pte or another value is not. */
function isAnswer({ fn: { returns } }: FlowContext): boolean {
  return returns.pointers > 0 || (returns.tag === '' && ANSWERS.test(returns.base));
}

const ANSWERS =
  /^(?:bool|_Bool|(?:(?:un)?signed |long |short |int\b ?)*(?:int|long|short|char|unsigned)|[su](?:8|16|32|64)|size_t)$/;

/** The ways a side gives a value back: the returns it reaches with what is known of the value, and the writes to it. */
function decided({ context, flow }: Followed): ReadonlySet<string> {
  const found = new Set<string>();
  const names = new Set<string>();
  for (const node of flow.cfg.nodes) {
    if (node.op !== 'return' || !node.value) continue;
    const place = accessPathOf(node.value);
    if (place !== undefined) names.add(place);
    const state = flow.before.get(node.id);
    if (!state || state.paths.get(WARNED)?.known === 'nonnull') continue;
    found.add(`${node.id}:${returnedValue(context, flow, node).known ?? ''}`);
  }
  for (const node of flow.cfg.nodes) {
    if (!flow.before.has(node.id)) continue;
    const target = writtenBy(node);
    if (target !== undefined && names.has(target)) found.add(`${node.id}=`);
  }
  return found;
}

function writtenBy(node: CfgNode): string | undefined {
  if (node.op === 'set') return accessPathOf(node.target);
  return node.op === 'eval' && node.expr.op === 'assign' ? accessPathOf(node.expr.target) : undefined;
}

/** What depends on the answer: one word for it, and the calls that happen on one answer only. */
export interface Decision {
  readonly role: WrapperRole;
  readonly calls: readonly string[];
}

export const NO_DECISION: Decision = { role: 'other', calls: [] };

/** What happens to the page on one side only. References count only where that side cannot go without. */
export function decisionOf(unit: FileAnalysis, { yes, no, aliases }: Fork): Decision {
  const left: Done = { side: yes, acts: effectsOn(unit, yes, aliases) };
  const right: Done = { side: no, acts: effectsOn(unit, no, aliases) };
  const only = [...onlyIn(left, right), ...onlyIn(right, left)].sort((a, b) => a.act.at - b.act.at);
  const once = workedOutOnce();
  const counted = only.find(
    ({ act, done }) =>
      COUNTS.has(act.does) &&
      once(`${done === left} ${act.does}`, () => isCertain(done, act.does)) &&
      doesForSure(unit, act, once),
  );
  // A call that drops a reference and marks the page on the way is about the reference.
  const counting = new Set(only.filter(({ act }) => COUNTS.has(act.does)).map(({ act }) => act.at));
  const marked = only.find(({ act }) => MARKS.has(act.does) && !counting.has(act.at));
  const does = counted?.act.does ?? marked?.act.does;
  if (does === undefined) return NO_DECISION;
  const role = MARKS.get(does) ?? (does === 'acquire' ? 'get-ref' : 'release-ref');
  return { role, calls: [...new Set(only.filter(({ act }) => act.does === does).map(({ act }) => act.name))] };
}

type EffectAct = Extract<Act, { kind: 'effect' }>;

/** What is done to the page on one side. */
interface Done {
  readonly side: Followed;
  readonly acts: readonly EffectAct[];
}

const COUNTS = new Set<EffectAct['does']>(['acquire', 'release', 'transfer', 'free']);
const MARKS = new Map<EffectAct['does'], WrapperRole>([
  ['dirty', 'set-dirty'],
  ['accessed', 'set-accessed'],
  ['flush', 'map-attr'],
  ['map', 'map-attr'],
]);

function effectsOn(
  unit: FileAnalysis,
  { context, flow }: Followed,
  aliases: ReadonlySet<PageId> | undefined,
): EffectAct[] {
  return outcome(unit, context, flow, aliases).acts.filter((act) => act.kind === 'effect');
}

function onlyIn(done: Done, other: Done): { readonly act: EffectAct; readonly done: Done }[] {
  const known = new Set(other.acts.map(({ does }) => does));
  return done.acts.filter(({ does }) => !known.has(does)).map((act) => ({ act, done }));
}

/** Calls down to which a function is read for whether it acts on every path. */
const MAX_DEPTH = 4;

/** True when the called function cannot come back without the act, as far as its code is in this file. */
function doesForSure(unit: FileAnalysis, { does, through, name }: EffectAct, once: Once, depth = MAX_DEPTH): boolean {
  if (through === name || depth === 0) return true;
  return once(`${does} ${through} ${depth}`, () =>
    unit.table.find(through).every((fn) => {
      const { context, flow } = unit.analyse(fn, 0);
      const side: Followed = { context, flow, start: [[flow.cfg.entry, new State()]] };
      const acts = effectsOn(unit, side, undefined).filter((act) => act.does === does);
      return isCertain({ side, acts: acts.filter((act) => doesForSure(unit, act, once, depth - 1)) }, does);
    }),
  );
}

/** Gives what was answered before to a question of the same words: functions that call one another ask the same ones often. */
type Once = (question: string, answer: () => boolean) => boolean;

function workedOutOnce(): Once {
  const known = new Map<string, boolean>();
  return (question, answer) => {
    let is = known.get(question);
    if (is === undefined) known.set(question, (is = answer()));
    return is;
  };
}

/** True when no path on that side gets by without such an act. */
function isCertain({ side: { context, flow, start }, acts }: Done, does: EffectAct['does']): boolean {
  const stops = new Set(acts.filter((act) => act.does === does).flatMap(({ at }) => nodesAt(flow.cfg, at)));
  return !propagate(context, flow.cfg, start, stops).before.has(flow.cfg.exit);
}
