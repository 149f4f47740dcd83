import type { RawMappings } from '@pageref/shared';
import type { SourceFile } from '../contracts/source-file.js';
import { accessPathOf } from '../flow/domain/access-paths.js';
import { writtenIn } from '../flow/cfg/cfg.js';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import { visitExpressions } from '../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../syntax/index.js';
import type { Report, Subject } from './rule.js';

type Assigned = Extract<Expr, { op: 'assign' }>;

/** A page that the fault method of an area gives. */
interface Given {
  readonly method: string;
  readonly assigned: Assigned;
}

/**
 * Areas that are made VM_PFNMAP and are given a fault method that sets `vmf->page`. Where an architecture has special page
 * table entries the page is found again when the area goes, elsewhere it is not; get_user_pages() refuses the area anyway.
 * Source: vm_normal_page() and check_vma_flags() in mm of 6.12.
 */
export function pagesOfRawAreas({ file, fn, world }: Subject): Report[] {
  if (!fn || fn.origin === 'macro') return [];
  const { rawMappings } = world.model;
  if (!file.matches(new RegExp(`->\\s*${rawMappings.page}\\s*=[^=]`))) return [];
  const { cfg } = file.analysis.analyse(fn).flow;
  if (cfg.uncertain !== undefined) return [];
  const flags = cfg.nodes.flatMap((node) => withArea(node, flagged(node, rawMappings)));
  return cfg.nodes.flatMap((node): Report[] => {
    const table = tableSet(node, rawMappings);
    const flag = table && flags.find(({ area, at }) => area === table.area && oneBehindTheOther(cfg, at, node.id));
    const given = table && flag && givenBy(file, table.name, rawMappings);
    if (!given) return [];
    const { method, assigned } = given;
    const related = [{ ...file.place(assigned.start), text: `${method}() gives the page` }];
    const { start, length, name } = table;
    return [{ start, length, api: name, message: 'area', values: { method }, severity: 'information', related }];
  });
}

function withArea({ id }: CfgNode, area: string | undefined): { readonly area: string; readonly at: NodeId }[] {
  return area === undefined ? [] : [{ area, at: id }];
}

/** The area that a node makes one of pfns: `area->vm_flags |= VM_PFNMAP`, `vm_flags_set(area, VM_PFNMAP)`. */
function flagged(node: CfgNode, { flag, flags, setters }: RawMappings): string | undefined {
  const expr = node.op === 'turn' ? undefined : writtenIn(node);
  if (expr?.op === 'call') {
    const [area, given] = setters.includes(expr.name ?? '') ? expr.args : [];
    return area && mentions(given, flag) ? accessPathOf(area) : undefined;
  }
  if (expr?.op !== 'assign' || !mentions(expr.value, flag) || expr.operator === '&=') return undefined;
  return expr.target.op === 'member' && expr.target.field === flags ? accessPathOf(expr.target.object) : undefined;
}

function mentions(expr: Expr | undefined, flag: string): boolean {
  if (expr?.op === 'binary' && expr.operator === '|') return mentions(expr.left, flag) || mentions(expr.right, flag);
  return expr?.op === 'name' && expr.name === flag;
}

/** `area->vm_ops = &table` of a node. */
function tableSet(
  node: CfgNode,
  { ops }: RawMappings,
): { readonly area: string; readonly name: string; readonly start: number; readonly length: number } | undefined {
  const expr = node.op === 'turn' ? undefined : writtenIn(node);
  if (expr?.op !== 'assign' || expr.target.op !== 'member' || expr.target.field !== ops) return undefined;
  const { value, target } = expr;
  const area = accessPathOf(target.object);
  const table =
    value.op === 'unary' && value.operator === '&' && value.operand.op === 'name' ? value.operand : undefined;
  return area === undefined || !table
    ? undefined
    : { area, name: table.name, start: expr.start, length: expr.end - expr.start };
}

/** True where every way to one of two nodes has passed the other. */
function oneBehindTheOther(cfg: Cfg, a: NodeId, b: NodeId): boolean {
  return !reaches(cfg, b, a) || !reaches(cfg, a, b);
}

/** True where the start of the function leads to a node without passing another. */
function reaches({ nodes, entry }: Cfg, to: NodeId, without: NodeId): boolean {
  const seen = new Set<NodeId>([without]);
  const open = [entry];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    if (id === to) return true;
    seen.add(id);
    open.push(...(nodes[id]?.next ?? []));
  }
  return false;
}

/** What the fault method of a table of the file gives; undefined where it gives no page or is none of the file. */
function givenBy(file: SourceFile, table: string, { fault, page }: RawMappings): Given | undefined {
  const filled = new RegExp(`\\b${table}\\s*=\\s*\\{[^]*?\\.${fault}\\s*=\\s*(\\w+)`);
  for (const { start, end } of file.declaring(table)) {
    const method = filled.exec(file.text.slice(start, end))?.[1];
    const assigned = method === undefined ? undefined : pageOf(file.table.find(method), page);
    if (method !== undefined && assigned) return { method, assigned };
  }
  return undefined;
}

/** `vmf->page = ...` of a method, where vmf is its parameter. */
function pageOf(readings: readonly FunctionIr[], page: string): Assigned | undefined {
  const found: Assigned[] = [];
  for (const { body, params } of readings) {
    visitExpressions(body, (expr) => {
      if (expr.op !== 'assign' || expr.target.op !== 'member' || expr.target.field !== page) return;
      const { object } = expr.target;
      if (object.op === 'name' && params.some(({ name }) => name === object.name)) found.push(expr);
    });
  }
  return found[0];
}
