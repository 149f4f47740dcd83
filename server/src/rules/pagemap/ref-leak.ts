import { PAGEMAP_REF_LEAK } from '@pageref/shared';
import type { Effect, RelatedPlace } from '@pageref/shared';
import type { CfgNode, NodeId } from '../../flow/cfg/cfg.js';
import type { Contract } from '../../flow/contract.js';
import type { Call, FlowContext } from '../../flow/context.js';
import { replayCalls, returnedValue, transfer } from '../../flow/fixpoint.js';
import { accessPathOf, pointee, rootName } from '../../flow/domain/access-paths.js';
import type { State } from '../../flow/domain/state.js';
import type { Value } from '../../flow/domain/state.js';
import { aliasesOf } from '../../flow/domain/pages.js';
import { visitExpressions, visitStatements } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import { placeOf, turnPlace } from '../step-places.js';
import { escapingPath, pathsFrom } from './held-paths.js';
import type { Escape, HeldPaths } from './held-paths.js';
import { mayTake } from './ownership.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { StandIns } from '../../contracts/stand-ins.js';

/** A reference on a dev_pagemap that some path out of the function neither gives back nor hands on. */
export const pagemapRefLeak: Rule = {
  meta: PAGEMAP_REF_LEAK,
  names: takers,
  localNames: (file, world) => standInsOf(file, world).names,
  check,
};

const STAND_INS = new WeakMap<SourceFile, () => StandIns>();

/** The file's own names for what takes and gives back a pgmap. */
function standInsOf(file: SourceFile, { model, tree }: RuleWorld): StandIns {
  const known =
    STAND_INS.get(file) ?? file.noted(() => new StandIns(file, new Set(followedNames({ model })), tree.macros));
  STAND_INS.set(file, known);
  return known();
}

/** Names that return a pgmap with a reference on it. */
function takers({ model }: Pick<RuleWorld, 'model'>): string[] {
  return [...model.entries.values()].filter((entry) => entry.effects?.some(isTaking)).map(({ name }) => name);
}

/** Names that take or give back a reference on a pgmap. */
export function followedNames({ model }: Pick<RuleWorld, 'model'>): string[] {
  const entries = [...model.entries.values()];
  return entries
    .filter(({ effects }) => effects?.some(({ unit }) => unit === 'pgmap-reference'))
    .map(({ name }) => name);
}

function isTaking({ does, on, unit }: Pick<Effect, 'does' | 'on' | 'unit'>): boolean {
  return does === 'acquire' && unit === 'pgmap-reference' && on.at === 'result';
}

function check(subject: Subject): readonly Report[] {
  const { world, file, fn } = subject;
  if (!fn || fn.origin === 'macro') return [];
  const readings = standInsOf(file, world).readingsOf(fn);
  const reports = readings.flatMap((reading) => leaksIn(subject, reading.fn));
  return reports.filter(({ start }, at) => reports.findIndex((one) => one.start === start) === at);
}

/** What leaks in one reading of a function. */
function leaksIn({ world, file, giveUp }: Subject, fn: FunctionIr): readonly Report[] {
  const analysed = file.analysis.analyse(fn);
  if (!analysed.flow.complete) giveUp();
  if (!analysed.flow.complete) return [];
  const names = new Set(takers(world));
  const calls = new Map<number, { readonly call: Call; readonly node: NodeId }>();
  replayCalls(analysed.context, analysed.flow, (call, contract, _args, _state, _result, node) => {
    if (contract && names.has(contract.name) && contract.effects.some(isTaking)) calls.set(call.start, { call, node });
  });
  return [...calls.values()].flatMap(({ call, node }): Report[] => {
    const paths = pathsFrom(analysed, call.start, node);
    if (paths && !paths.flow.complete) giveUp();
    if (!paths?.flow.complete || givenBackAtScopeEnd(fn, call)) return [];
    if (isLeftWithPage(file, paths.flow.cfg.nodes[node], call)) return [];
    const path = leak(file, paths, call);
    return path ? [reportOf(file, fn, call, path)] : [];
  });
}

/**
 * `get_dev_pagemap(page_to_pfn(page));`: whoever has the page throws the result away, since the reference stays with the page.
 * The core gives it back when the page is freed (free_zone_device_folio() in mm/memremap.c).
 */
function isLeftWithPage({ analysis }: SourceFile, node: CfgNode | undefined, call: Call): boolean {
  if (node?.op !== 'eval' || node.expr.start !== call.start || node.expr.op !== 'call') return false;
  return call.args.some(
    (arg) => arg.op === 'call' && arg.name !== undefined && analysis.contractOf(arg.name)?.conversion !== undefined,
  );
}

/** A path on which the reference is lost. */
function leak(file: SourceFile, paths: HeldPaths, taking: Call): Escape | undefined {
  const { context, flow } = paths;
  const isHeld = (state: State, value: Value | undefined): boolean =>
    value?.page !== undefined && aliasesOf(context, state, value.page).includes(`call:${taking.start}`);
  const isStored = (state: State): boolean =>
    [...state.paths].some(([place, value]) => isHeld(state, value) && !isOwnVariable(context, place));
  const returns = (node: CfgNode | undefined, state: State): boolean =>
    node?.op === 'return' &&
    isHeld(state, returnedValue(context, { ...flow, before: new Map([[node.id, state]]) }, node));
  // Returned at once, or taken straight into a place where others find it.
  if (returns(flow.cfg.nodes[paths.at], paths.before.copy())) return undefined;
  if (paths.start.some(([, state]) => isStored(state))) return undefined;
  const ends = new Set<NodeId>();
  replayCalls(context, flow, (call, contract, args, state, _result, node) => {
    if (endsDuty(file, call, contract, (at) => passed(state, call, args, at, isHeld))) ends.add(node);
  });
  for (const node of flow.cfg.nodes) {
    const state = flow.before.get(node.id);
    if (!state || ends.has(node.id)) continue;
    const stores = node.id !== paths.at && transfer(context, node, state).some(([, after]) => isStored(after));
    if (stores || returns(node, state.copy())) ends.add(node.id);
  }
  return escapingPath(paths, ends);
}

/** A parameter or local that nobody else can reach. */
function isOwnVariable({ types, addressTaken }: FlowContext, place: string): boolean {
  return types.has(place) && !addressTaken.has(place);
}

/** How an argument hands the reference over: as the pgmap itself, as its address, or as its counter. */
type Passing = 'value' | 'address' | 'member' | undefined;

function passed(
  state: State,
  call: Call,
  args: readonly Value[],
  at: number,
  isHeld: (state: State, value: Value | undefined) => boolean,
): Passing {
  if (isHeld(state, args[at])) return 'value';
  const arg = call.args[at];
  const target = arg && (pointee(arg) ?? accessPathOf(arg));
  if (target === undefined) return undefined;
  if (isHeld(state, state.paths.get(target))) return 'address';
  return isHeld(state, state.paths.get(rootName(target))) ? 'member' : undefined;
}

/** Whether a call gives the reference back or may keep it. */
function endsDuty(
  file: SourceFile,
  call: Call,
  contract: Contract | undefined,
  passing: (at: number) => Passing,
): boolean {
  return call.args.some((_arg, at) => {
    const how = passing(at);
    if (how === undefined) return false;
    if (contract?.effects.some((effect) => effect.on.at === at && givesUp(effect))) return true;
    if (how === 'member' || contract?.from === 'model') return false;
    return how === 'address' || mayTake(file.table, call.name, at, (name, index) => takesByContract(file, name, index));
  });
}

function takesByContract(file: SourceFile, name: string, index: number): boolean | undefined {
  const known = file.analysis.contractOf(name);
  if (known?.effects.some((effect) => effect.on.at === index && givesUp(effect))) return true;
  return known?.from === 'model' ? false : undefined;
}

function givesUp({ does, unit }: Pick<Effect, 'does' | 'unit'>): boolean {
  return unit === 'pgmap-reference' && (does === 'release' || does === 'transfer');
}

/** `struct dev_pagemap *pgmap __free(put_dev_pagemap) = ...`: the variable's end gives it back, whatever the path. */
function givenBackAtScopeEnd(fn: FunctionIr, call: Call): boolean {
  const names = new Set<string>();
  const holders = new Set<string>();
  visitStatements(fn.body, (statement) => {
    if (statement.op !== 'declare') return;
    if (statement.cleanup !== undefined) names.add(statement.name);
    if (statement.initial && isWithin(call, statement.initial)) holders.add(statement.name);
  });
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'assign' && expr.target.op === 'name' && isWithin(call, expr.value)) holders.add(expr.target.name);
  });
  return [...holders].some((name) => names.has(name));
}

function isWithin(inner: Expr, outer: Expr): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function reportOf(file: SourceFile, fn: FunctionIr, call: Call, { path, turns }: Escape): Report {
  const name = /^\w+/.exec(file.text.slice(call.start, call.end))?.[0] ?? '';
  const again = path.at(-1)?.op !== 'exit';
  const way = [...turns.map((turn) => turnPlace(file, turn)), leavingPlace(file, fn, path)];
  return {
    start: call.start,
    length: name.length,
    message: again ? 'overwritten' : 'leaves',
    values: { taker: name, function: `${fn.name}()` },
    related: way,
    steps: [placeOf(file, call.start, 'taken', { by: `${name}()` }), ...way],
  };
}

/** Where a path ends: at the next call that takes, or where the function is left. */
function leavingPlace(file: SourceFile, fn: FunctionIr, path: readonly CfgNode[]): RelatedPlace {
  const last = path.at(-1);
  if (last?.op === 'eval') return placeOf(file, last.expr.start, 'next-taken');
  const node = path.findLast((one) => one.op === 'return');
  const at = node?.op === 'return' && node.value ? node.value.start : Math.max(fn.start, fn.end - 1);
  return placeOf(file, at, 'left');
}
