import { PFNMAP_PAGE } from '@pageref/shared';
import type { RawMappings } from '@pageref/shared';
import { accessPathOf, pointee, rootName } from '../flow/domain/access-paths.js';
import { writtenIn } from '../flow/cfg/cfg.js';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import { partsOf, valuesAssigned, visitExpressions } from '../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../syntax/index.js';
import { pagesOfRawAreas } from './pfnmap-areas.js';
import type { Report, Rule, Subject } from './rule.js';

/** What a VM_PFNMAP mapping gave, used as if somebody held it. */
export const pfnmapPage: Rule = {
  meta: PFNMAP_PAGE,
  names: ({ model: { rawMappings } }) => [...rawMappings.lookups.map(({ name }) => name), rawMappings.flag],
  check,
};

type Call = Extract<Expr, { op: 'call' }>;

/** A look-up in the function, and a place it writes. */
interface Looked {
  readonly call: Call;
  readonly path: string;
}

function check(subject: Subject): readonly Report[] {
  const { file, fn, world } = subject;
  if (!fn || fn.origin === 'macro') return [];
  const { rawMappings } = world.model;
  const calls = callsIn(fn);
  const looked = calls.flatMap((call) => placesWritten(call, rawMappings));
  const text = file.text.slice(fn.start, fn.end);
  const isTold = rawMappings.revalidation.some((name) => text.includes(name));
  return [
    ...references(calls, looked, subject, fn),
    ...(isTold ? [] : lateUses(looked, subject, fn)),
    ...offsets(fn, text, rawMappings),
    ...pagesOfRawAreas(subject),
  ];
}

function callsIn(fn: FunctionIr): readonly Call[] {
  const calls: Call[] = [];
  visitExpressions(fn.body, (expr) => {
    if (expr.op === 'call') calls.push(expr);
  });
  return calls;
}

function placesWritten(call: Call, { lookups }: RawMappings): readonly Looked[] {
  const lookup = lookups.find(({ name }) => name === call.name);
  const paths = (lookup?.out ?? []).flatMap((at) => (call.args[at] && pointee(call.args[at])) ?? []);
  return paths.map((path) => ({ call, path }));
}

/** A reference, whatever the count is, on a page of such a pfn. */
function references(calls: readonly Call[], looked: readonly Looked[], subject: Subject, fn: FunctionIr): Report[] {
  const { rawMappings, pageTypes } = subject.world.model;
  return calls.flatMap((call): Report[] => {
    const page = rawMappings.counted.includes(call.name ?? '') ? call.args[0] : undefined;
    if (!page) return [];
    const values = page.op === 'name' ? valuesAssigned(fn, page.name) : [page];
    const pages = values.filter((value) => !isNull(value));
    const from = pages.map((value) => {
      const isPage = value.op === 'call' && pageTypes.fromPfns.includes(value.name ?? '');
      return isPage ? looked.find((one) => comesFrom(fn, value, one)) : undefined;
    });
    const [first] = from;
    if (!first || from.some((one) => !one)) return [];
    const api = call.name ?? '';
    const related = [{ ...subject.file.place(first.call.start), text: `${first.call.name ?? ''}() gives the pfn` }];
    const made = pages.map(({ start }) => ({ ...subject.file.place(start), text: 'the page is made of it here' }));
    const filled = { api, from: first.call.name ?? '' };
    return [
      { start: call.start, length: api.length, message: 'reference', values: filled, related: [...related, ...made] },
    ];
  });
}

function isNull(expr: Expr): boolean {
  return expr.op === 'name' && expr.name === 'NULL';
}

/** True where a value mentions what the look-up wrote, or a variable that is only set to such a value. */
function comesFrom(fn: FunctionIr, value: Expr, looked: Looked, steps = 2): boolean {
  return mentioned(value).some((path) => {
    if (path === looked.path || (rootName(path) === looked.path && path !== looked.path)) return true;
    const values = steps > 0 && /^\w+$/.test(path) ? valuesAssigned(fn, path) : [];
    return values.length > 0 && values.every((one) => comesFrom(fn, one, looked, steps - 1));
  });
}

/** The access paths that an expression reads. */
function mentioned(expr: Expr): readonly string[] {
  const path = accessPathOf(expr);
  if (path !== undefined) return [path, ...(expr.op === 'unary' ? mentioned(expr.operand) : [])];
  return partsOf(expr).flatMap(mentioned);
}

/** A pfn in a local that is read on a way behind the unlock of the address space it was looked up in. */
function lateUses(looked: readonly Looked[], { file, world }: Subject, fn: FunctionIr): Report[] {
  const { givesPfn, unlocks } = world.model.rawMappings;
  const pfns = looked.filter(({ call, path }) => givesPfn.includes(call.name ?? '') && /^\w+$/.test(path));
  const [first] = pfns;
  if (!first) return [];
  const { cfg } = file.analysis.analyse(fn).flow;
  if (cfg.uncertain !== undefined) return [];
  const at = nodeWith(cfg, (expr) => expr === first.call || expr.start === first.call.start);
  const behind = at === undefined ? [] : reachable(cfg, [at]);
  for (const id of behind) {
    const unlock = callIn(cfg.nodes[id], (call) => unlocks.includes(call.name ?? ''));
    const used = unlock && reachable(cfg, [id]).some((after) => after !== at && reads(cfg.nodes[after], first.path));
    if (!unlock || !used) continue;
    const name = first.call.name ?? '';
    const values = { from: name, release: unlock.name ?? '' };
    const related = [{ ...file.place(unlock.start), text: `${unlock.name ?? ''}() lets the mapping go` }];
    return [{ start: first.call.start, length: name.length, message: 'late', values, related }];
  }
  return [];
}

/** The nodes behind some nodes, in the order of the graph; loops are not gone round, another turn looks up anew. */
function reachable({ nodes, order }: Cfg, from: readonly NodeId[]): readonly NodeId[] {
  const seen = new Set<NodeId>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of nodes[id]?.next ?? []) {
      if (seen.has(next) || (order[next] ?? 0) <= (order[id] ?? 0)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return [...seen].sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0));
}

/** What a node evaluates; the arguments of a loop macro are what it sets. */
function expressionOf(node: CfgNode | undefined): Expr | undefined {
  return node && node.op !== 'turn' ? writtenIn(node) : undefined;
}

function find(expr: Expr | undefined, is: (part: Expr) => boolean): Expr | undefined {
  if (!expr || is(expr)) return expr;
  for (const part of partsOf(expr)) {
    const found = find(part, is);
    if (found) return found;
  }
  return undefined;
}

function nodeWith({ nodes }: Cfg, is: (expr: Expr) => boolean): NodeId | undefined {
  return nodes.find((node) => find(expressionOf(node), is))?.id;
}

function callIn(node: CfgNode | undefined, is: (call: Call) => boolean): Call | undefined {
  const found = find(expressionOf(node), (part) => part.op === 'call' && is(part));
  return found?.op === 'call' ? found : undefined;
}

/** True for a node that reads a variable, other than to write it. */
function reads(node: CfgNode | undefined, name: string): boolean {
  const expr = expressionOf(node);
  const value = expr?.op === 'assign' && expr.operator === '=' && expr.target.op === 'name' ? expr.value : expr;
  return find(value, (part) => part.op === 'name' && part.name === name) !== undefined;
}

/** `((address - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff` of an area that was looked up, and is asked for the flag alone. */
function offsets(fn: FunctionIr, text: string, { areas, flag, offset, ops }: RawMappings): Report[] {
  if (!new RegExp(`\\b${flag}\\b`).test(text) || new RegExp(`\\b${ops}\\b`).test(text)) return [];
  const reports: Report[] = [];
  visitExpressions(fn.body, (expr) => {
    if (expr.op !== 'binary' || expr.operator !== '+') return;
    const member = [expr.left, expr.right].find((side) => side.op === 'member' && side.field === offset);
    if (member?.op !== 'member' || member.object.op !== 'name') return;
    const values = valuesAssigned(fn, member.object.name).filter((value) => !isNull(value));
    const isFound = values.every((value) => value.op === 'call' && areas.includes(value.name ?? ''));
    if (values.length === 0 || !isFound) return;
    const use = `${member.object.name}->${offset}`;
    reports.push({ start: member.start, length: member.end - member.start, message: 'offset', values: { use } });
  });
  return reports;
}
