import { ZONE_DEVICE_TEST_UNPINNED } from '@pageref/shared';
import type { Effect, ResolvedModel } from '@pageref/shared';
import { touchedPages } from '../flow/calls.js';
import type { NodeId } from '../flow/cfg/cfg.js';
import type { Contract } from '../flow/contract.js';
import type { Call, FlowContext } from '../flow/context.js';
import { replayCalls } from '../flow/fixpoint.js';
import { followWhatIf } from '../flow/what-if.js';
import type { State, AbstractPage, PageId, Value } from '../flow/domain/state.js';
import { aliasesOf, pageOf } from '../flow/domain/pages.js';
import type { AnalysedFunction } from '../contracts/file-analysis.js';
import { valuesAssigned } from '../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../syntax/index.js';
import { isHanded, isHandedOwnRange, lettingGo, pagemapBehind } from './pagemap/own-range.js';
import type { RangeQuestion } from './pagemap/own-range.js';
import type { Report, Rule, RuleWorld, Subject } from './rule.js';

/** A test for ZONE_DEVICE of a page that is known not to be held. */
export const zoneDeviceTestUnpinned: Rule = {
  meta: ZONE_DEVICE_TEST_UNPINNED,
  names: ({ model }) => [...model.entries.values()].filter(isTest).map(({ name }) => name),
  check,
  restsOnCallees: true,
};

/** Questions about device pages that may only be asked of a page somebody holds. */
function isTest({ predicate, preconditions }: NonNullable<ReturnType<RuleWorld['model']['entries']['get']>>): boolean {
  return predicate?.class === 'zone-device' && preconditions?.some(({ needs }) => needs === 'held') === true;
}

/** One test with the page it is asked of. */
interface AskedPage {
  readonly call: Call;
  readonly arg: Expr;
  readonly id: PageId;
  readonly aliases: readonly PageId[];
  /** A caller, a source the model knows, or the page table it was read from may hold the page. */
  readonly vouchedFor: boolean;
}

function check({ file, fn, world, words, arch, giveUp }: Subject): readonly Report[] {
  if (!fn || fn.origin === 'macro' || arch?.zoneDevice === false) return [];
  const analysed = file.analysis.analyse(fn);
  if (!analysed.flow.complete) giveUp();
  if (!analysed.flow.complete) return [];
  const names = new Set(words.map(({ word }) => word));
  const calls = collect(analysed, names, new Set(lettingGo(world.model)));
  const question = { file, fn, model: world.model };
  return calls.asked.flatMap((test): Report[] => {
    const report = (message: string, values: Record<string, string>, behind?: Call): Report[] => {
      const text = `${behind?.name ?? ''}() ${message === 'gone' ? 'lets the pgmap go' : 'gives the reference back'}`;
      const related = behind && [{ ...file.place(behind.start), text }];
      const name = test.call.name ?? '';
      const place = { start: test.call.start, length: name.length };
      return [{ ...place, message, values: { test: name, ...values }, ...(related && { related }) }];
    };
    const isMapped = test.aliases.some((id) => calls.mapped.has(id));
    const maker = test.vouchedFor ? undefined : makerOf(fn, test.arg, world.model);
    if (maker && !test.aliases.some((id) => calls.held.has(id))) {
      const owner = ownRangeOf(question, maker);
      const gone = calls.endings.find((ending) => isLostBefore(analysed, ending, test, calls, owner));
      if (gone) return report('gone', { release: gone.call.name ?? '' }, gone.call);
      if (owner || isMapped) return [];
      if (isOnlyAsserted(analysed, test) || maker.args.some((pfn) => isHandedOwnRange(question, pfn))) return [];
      return report('number', { maker: maker.name ?? '' });
    }
    if (isMapped) return [];
    const dropped = calls.releases.find((release) => isDroppedBefore(analysed, release, test, calls.held, giveUp));
    return dropped ? report('dropped', { release: dropped.call.name ?? '' }, dropped.call) : [];
  });
}

/** True for a test whose answer is only reported where it is not the expected one: nothing is decided by it. */
function isOnlyAsserted({ flow: { cfg } }: AnalysedFunction, { call }: AskedPage): boolean {
  return cfg.nodes.some(
    (node) =>
      node.op === 'branch' &&
      node.assertion !== undefined &&
      node.whole.start <= call.start &&
      call.end <= node.whole.end,
  );
}

/** The pgmap of the range that the argument of a conversion is counted from. */
function ownRangeOf(question: RangeQuestion, { args }: Call): Expr | undefined {
  return args.map((pfn) => pagemapBehind(question, pfn)).find((one) => one !== undefined);
}

interface Release {
  readonly call: Call;
  /** A function whose own code says so may drop another reference than the caller's, or return before it does. */
  readonly declared: boolean;
  readonly node: NodeId;
  readonly id: PageId;
}

/** A call that ends the registration of a pgmap, or gives back a reference on one. */
interface Ending {
  readonly call: Call;
  readonly node: NodeId;
  /** The pages whose pgmap it was handed, as far as it was looked up by pfn. */
  readonly of: readonly PageId[];
}

interface CollectedCalls {
  readonly asked: readonly AskedPage[];
  /** Pages that something in the function takes a reference on; how often. */
  readonly held: ReadonlyMap<PageId, number>;
  /** Pages whose pgmap was looked up, and the nodes where that happens. */
  readonly mapped: ReadonlySet<PageId>;
  readonly lookups: ReadonlySet<NodeId>;
  readonly endings: readonly Ending[];
  readonly releases: readonly Release[];
}

function collect(
  { context, flow }: AnalysedFunction,
  names: ReadonlySet<string>,
  ends: ReadonlySet<string>,
): CollectedCalls {
  const asked = new Map<number, AskedPage>();
  const [held, mapped, lookups] = [new Map<PageId, number>(), new Set<PageId>(), new Set<NodeId>()];
  const releases: Release[] = [];
  const endings: Ending[] = [];
  replayCalls(context, flow, (call, contract, args, state, result, node) => {
    for (const id of takenBy(context, state, call, contract, args, result)) held.set(id, (held.get(id) ?? 0) + 1);
    for (const id of mappedBy(context, state, contract, args)) {
      mapped.add(id);
      lookups.add(node);
    }
    if (ends.has(call.name ?? '')) {
      const of = args.flatMap(({ nullTest }) => (nullTest ? aliasesOf(context, state, nullTest.of) : []));
      endings.push({ call, node, of });
    }
    for (const effect of contract?.effects ?? []) {
      const id = typeof effect.on.at === 'number' ? args[effect.on.at]?.page : undefined;
      if (id !== undefined && gives(effect) && !isCountedAnew(contract, effect))
        releases.push({ call, node, id, declared: contract?.from === 'model' });
    }
    const at = contract?.predicate?.of.at;
    if (!contract || typeof at !== 'number' || !names.has(contract.name) || asked.has(call.start)) return;
    const [arg, id] = [call.args[at], args[at]?.page];
    if (!arg || id === undefined) return;
    const page = pageOf(context, state, id);
    const aliases = aliasesOf(context, state, id);
    asked.set(call.start, { call, arg, id, aliases, vouchedFor: isVouchedFor(context, page) });
  });
  return { asked: [...asked.values()], held, mapped, lookups, endings, releases };
}

/**
 * Of a pfn that is counted through a range nobody holds every page. Beside that only one of unknown origin is taken to be of
 * a page that is not held, and not one that was read from a page table.
 */
function isVouchedFor({ contractOf }: FlowContext, { origin, fromNeighbour }: AbstractPage): boolean {
  if (origin.role === 'parameter' || origin.role === 'caller') return !fromNeighbour;
  return origin.role !== 'unknown' || contractOf(origin.contract)?.conversion?.origin === 'pte';
}

/** Pages a call takes a reference on, with their neighbours. */
function takenBy(
  context: FlowContext,
  state: State,
  call: Call,
  contract: Contract | undefined,
  args: readonly Value[],
  result: Value,
): readonly PageId[] {
  const found = (contract?.effects ?? []).flatMap(({ does, on, unit }): readonly PageId[] => {
    if (does !== 'acquire' || unit === 'pgmap-reference') return [];
    return touchedPages(context, state, call, args, result, on);
  });
  return [...new Set(found.flatMap((id) => aliasesOf(context, state, id)))];
}

/** Pages whose pgmap a call looks up by their pfn, with their neighbours: it holds them as well. */
function mappedBy(
  context: FlowContext,
  state: State,
  contract: Contract | undefined,
  args: readonly Value[],
): readonly PageId[] {
  const looksUp = contract?.effects.some(({ does, unit }) => does === 'acquire' && unit === 'pgmap-reference') === true;
  if (!looksUp) return [];
  return [...new Set(args.flatMap(({ page }) => (page === undefined ? [] : aliasesOf(context, state, page))))];
}

/** True where the call takes a reference on the same page as well, or sets its count: what it leaves is not known. */
function isCountedAnew(contract: Contract | undefined, { on }: Effect): boolean {
  return (
    contract?.effects.some(({ does, on: { at } }) => /^(?:acquire|set-count)$/.test(does) && at === on.at) === true
  );
}

function gives({ does, unit, when }: Effect): boolean {
  return does === 'release' && unit !== 'pgmap-reference' && when === 'always';
}

/** The conversion that made the tested page of a pfn: in the test itself, or in the assignments of its variable. */
function makerOf(fn: FunctionIr, arg: Expr, { pageTypes }: ResolvedModel): Call | undefined {
  const maker = (expr: Expr): Call | undefined =>
    expr.op === 'call' && expr.name !== undefined && pageTypes.fromPfns.includes(expr.name) ? expr : undefined;
  if (arg.op !== 'name') return maker(arg);
  const makers = valuesAssigned(fn, arg.name)
    .filter((value) => !isNull(value))
    .map(maker);
  return makers.length > 0 && makers.every((one) => one !== undefined) ? makers[0] : undefined;
}

function isNull(expr: Expr): boolean {
  return (expr.op === 'name' && expr.name === 'NULL') || (expr.op === 'number' && expr.value === 0);
}

/**
 * True where a path leads from the release to the test, with the same page, and it was the only reference taken here. Of a
 * page that was not taken here the caller holds a reference: only what is known to drop that one counts.
 */
function isDroppedBefore(
  analysed: AnalysedFunction,
  release: Release,
  test: AskedPage,
  held: ReadonlyMap<PageId, number>,
  giveUp: Subject['giveUp'],
): boolean {
  const taken = held.get(test.id) ?? 0;
  if (release.id !== test.id || release.call.start === test.call.start) return false;
  if (taken > 1 || (taken === 0 && !release.declared)) return false;
  const after = followWhatIf(analysed, { from: 'behind', at: release.node, stopAt: [release.node] });
  if (!after) return false;
  if (!after.flow.complete) giveUp();
  // A caller whose page is given back in every turn of a loop holds more than the one that is given back here.
  if (taken === 0 && after.flow.before.has(release.node)) return false;
  const { context } = after;
  const [reached, again]: [Call[], Call[]] = [[], []];
  replayCalls(context, after.flow, (call, contract, args, state, result) => {
    if (call.start === test.call.start && args.some(({ page }) => page === release.id)) reached.push(call);
    if (takenBy(context, state, call, contract, args, result).includes(release.id)) again.push(call);
  });
  return reached.length > 0 && again.length === 0;
}

/**
 * True where a path leads from a call that lets a pgmap go to the test of one of its pages, and does not look it up again. The
 * page is counted from the range of that pgmap, or its pgmap was looked up by its pfn.
 */
function isLostBefore(
  analysed: AnalysedFunction,
  ending: Ending,
  test: AskedPage,
  { lookups }: CollectedCalls,
  owner: Expr | undefined,
): boolean {
  const isItsOwn = owner ? isHanded(ending.call.args, owner) : ending.of.some((id) => test.aliases.includes(id));
  if (!isItsOwn) return false;
  const after = followWhatIf(analysed, { from: 'behind', at: ending.node, stopAt: [ending.node, ...lookups] });
  let reached = false;
  if (after) {
    replayCalls(after.context, after.flow, (call) => {
      reached ||= call.start === test.call.start;
    });
  }
  return reached;
}
