import { kindSet, ZONE_DEVICE_COUNT } from '@pageref/shared';
import type { AnalysedFunction } from '../../contracts/file-analysis.js';
import type { Call } from '../../flow/context.js';
import { aliasesOf, pageOf } from '../../flow/domain/pages.js';
import type { PageId } from '../../flow/domain/state.js';
import { replayCalls } from '../../flow/fixpoint.js';
import { expressionsAround } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import { devicePageOf } from './device-pages.js';
import type { DevicePage } from './device-pages.js';
import { pagemapBehind } from './own-range.js';
import { registering } from './registration.js';

/** Code for a count of idle device pages that this release has not, and maps that no longer show their pages. */
export const zoneDeviceCount: Rule = {
  meta: ZONE_DEVICE_COUNT,
  names: namesOf,
  // In files with device pages of their own every function that counts them is looked at.
  localNames: (file, { model }) =>
    namesOf({ model }).some((name) => file.text.includes(name))
      ? [...model.deviceCounts.readers, ...model.deviceCounts.needCount.map(({ name }) => name)]
      : [],
  check,
  restsOnCallees: true,
};

/** What makes device pages, hands them out or maps them. */
function namesOf({ model }: Pick<RuleWorld, 'model'>): string[] {
  const { resource, specialMaps } = model.deviceCounts;
  return [...registering(model).keys(), resource.api, resource.source, ...specialMaps.map(({ name }) => name)];
}

/** A call about a page, with what the flow knows of that. */
interface Asked {
  readonly call: Call;
  readonly page: Expr;
  readonly aliases: readonly PageId[];
  /** A page that was just handed out by a provider. */
  readonly isHandedOut: boolean;
}

function check(subject: Subject): readonly Report[] {
  const { file, fn, world, giveUp } = subject;
  if (!fn || fn.origin === 'macro') return [];
  const analysed = file.analysis.analyse(fn);
  if (!analysed.flow.complete) {
    giveUp();
    return [];
  }
  const { asked, set } = collect(analysed, world);
  const question = { file, fn, model: world.model };
  const counts = asked.flatMap((one): Report[] => {
    // Who sets the count knows it from then on.
    if (set.some(({ start, id }) => start < one.call.start && one.aliases.includes(id))) return [];
    const page = one.isHandedOut ? handedOut(world) : devicePageOf(question, one.page);
    return page ? countReports(fn, one, page, world) : [];
  });
  return [...counts, ...specialMaps(subject, fn, analysed)];
}

function collect(
  { context, flow }: AnalysedFunction,
  { model }: RuleWorld,
): { asked: readonly Asked[]; set: readonly { start: number; id: PageId }[] } {
  const { readers, setters, needCount, resource } = model.deviceCounts;
  const asked = new Map<number, Asked>();
  const set: { start: number; id: PageId }[] = [];
  const kind = kindSet([resource.kind]);
  replayCalls(context, flow, (call, _contract, args, state) => {
    const [name, first] = [call.name ?? '', args[0]?.page];
    if (setters.includes(name) && first !== undefined) set.push({ start: call.start, id: first });
    const at = readers.includes(name) ? 0 : needCount.find((one) => one.name === name)?.at;
    const page = at === undefined ? undefined : call.args[at];
    const id = at === undefined ? undefined : args[at]?.page;
    if (page === undefined) return;
    const known = id === undefined ? undefined : pageOf(context, state, id);
    const isHandedOut = known?.origin.contract === resource.source && (known.kinds & ~kind) === 0;
    asked.set(call.start, { call, page, isHandedOut, aliases: id === undefined ? [] : aliasesOf(context, state, id) });
  });
  return { asked: [...asked.values()], set };
}

function handedOut({ model }: RuleWorld): DevicePage | undefined {
  const known = model.pagemap.types.find(({ kind }) => kind === model.deviceCounts.resource.kind);
  return known && { kind: known.kind, type: known.type, isFresh: true };
}

function countReports(fn: FunctionIr, { call }: Asked, page: DevicePage, { model }: RuleWorld): Report[] {
  const { pagemap, deviceCounts, release } = model;
  const idle = pagemap.idleCounts.find(({ kind }) => kind === page.kind)?.count;
  if (idle === undefined) return [];
  const api = call.name ?? '';
  const report = (message: string): Report[] => {
    const values = { api, type: page.type, count: String(idle), kernel: release };
    return [{ start: call.start, length: api.length, message, values }];
  };
  if (!deviceCounts.readers.includes(api)) return idle === 0 && page.isFresh ? report('takes') : [];
  const around = expressionsAround(fn, call.start);
  if (page.isFresh) return firesAlways(around, call, idle, model) ? report('fires') : [];
  const other = deviceCounts.everIdle.some(({ kind, count }) => kind === page.kind && count !== idle);
  const meant = comparedWith(around, call);
  return other && meant !== undefined && meant !== idle ? report('never') : [];
}

/** The count that a condition takes for idle: `== 1`, `!= 1`, or 0 where it only asks whether there is any. */
function comparedWith(around: readonly Expr[], call: Call): number | undefined {
  const parent = around.findLast((expr) => expr.start <= call.start && expr.end >= call.end && expr.op !== 'call');
  if (parent?.op !== 'binary') return 0;
  if (/^(?:&&|\|\|)$/.test(parent.operator)) return 0;
  const other = parent.left.start === call.start ? parent.right : parent.left;
  const isEqual = /^[=!]=$/.test(parent.operator);
  return isEqual && other.op === 'number' && (other.value === 0 || other.value === 1) ? other.value : undefined;
}

/** True for the condition of an assertion that holds for the idle count. */
function firesAlways(around: readonly Expr[], call: Call, idle: number, { assertions }: RuleWorld['model']): boolean {
  const assertion = around.find((expr) => expr.op === 'call' && assertions.has(expr.name ?? ''));
  if (assertion?.op !== 'call') return false;
  const at = assertions.get(assertion.name ?? '')?.condition;
  const condition = at === undefined ? undefined : assertion.args[at];
  const value = condition && valueOf(condition, call, idle);
  return value !== undefined && value !== 0;
}

/** What an expression of the count and of numbers comes to; undefined for any other. */
function valueOf(expr: Expr, call: Call, count: number): number | undefined {
  if (expr.op === 'call') return expr.start === call.start ? count : undefined;
  if (expr.op === 'number') return expr.value;
  if (expr.op === 'unary' && expr.operator === '!') {
    const value = valueOf(expr.operand, call, count);
    return value === undefined ? undefined : Number(value === 0);
  }
  if (expr.op !== 'binary') return undefined;
  const [left, right] = [valueOf(expr.left, call, count), valueOf(expr.right, call, count)];
  if (left === undefined || right === undefined) return undefined;
  const compare = COMPARISONS[expr.operator];
  return compare && Number(compare(left, right));
}

const COMPARISONS: Readonly<Record<string, ((left: number, right: number) => boolean) | undefined>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '>': (left, right) => left > right,
  '<=': (left, right) => left <= right,
  '>=': (left, right) => left >= right,
};

/** Pages of the driver's own pgmap that are mapped by pfn. */
function specialMaps(
  { file, world: { model } }: Subject,
  fn: FunctionIr,
  { context, flow }: AnalysedFunction,
): Report[] {
  const found = new Map<number, Report>();
  replayCalls(context, flow, ({ name = '', args, start }) => {
    const pfn = model.deviceCounts.specialMaps.find((one) => one.name === name);
    const arg = pfn && args[pfn.at];
    if (!arg || !pagemapBehind({ file, fn, model }, arg)) return;
    const values = { api: name, kernel: model.release };
    found.set(start, { start, length: name.length, message: 'special', values });
  });
  return [...found.values()];
}
