import { PAGEMAP_MISREGISTERED } from '@pageref/shared';
import type { PagemapType } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { accessPathOf } from '../../flow/domain/access-paths.js';
import { visitExpressions } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import { pagemapFields } from './fields.js';
import type { FoundType, PagemapFields } from './fields.js';
import { registering } from './registration.js';
import { pathOf } from './stores.js';

/** A pgmap whose type needs ops that it has not, or that only one call of the kernel may register. */
export const pagemapMisregistered: Rule = {
  meta: PAGEMAP_MISREGISTERED,
  names: ({ model }) => registering(model).keys(),
  check,
};

type Call = Extract<Expr, { op: 'call' }>;

function check({ file, fn, item, world }: Subject): readonly Report[] {
  const names = registering(world.model);
  if (!fn || names.has(item.name)) return [];
  const reports: Report[] = [];
  visitExpressions(fn.body, (expr) => {
    const effect = expr.op === 'call' && expr.name !== undefined ? names.get(expr.name) : undefined;
    if (expr.op !== 'call' || !effect || effect.on.at === 'result') return;
    const pagemap = expr.args[effect.on.at];
    if (pagemap) reports.push(...reportsOf(file, fn, { call: expr, pagemap }, world));
  });
  return reports;
}

interface Registration {
  readonly call: Call;
  readonly pagemap: Expr;
}

function reportsOf(file: SourceFile, fn: FunctionIr, one: Registration, { model }: RuleWorld): readonly Report[] {
  const fields = pagemapFields(file, fn, { pagemap: one.pagemap, at: one.call.start }, model.pagemap);
  return fields.types.flatMap((found): Report[] => {
    if (found.isPerhaps) return [];
    const known = model.pagemap.types.find(({ type }) => type === found.type);
    return known ? [...madeByHand(file, one, found, known), ...withoutOps(file, fn, one, fields, known, model)] : [];
  });
}

/** The call that makes such pages is recognised by its own code, or by the structure that it keeps the pgmap in. */
function madeByHand(
  file: SourceFile,
  { call }: Registration,
  found: FoundType,
  { madeBy, type }: PagemapType,
): Report[] {
  if (!madeBy || file.table.has(madeBy.api) || file.matches(new RegExp(`\\bstruct\\s+${madeBy.struct}\\b`))) return [];
  const related = [{ ...file.place(call.start), text: `${call.name ?? ''}() registers it` }];
  return [{ start: found.at, length: type.length, message: 'made', values: { type, by: madeBy.api }, related }];
}

function withoutOps(
  file: SourceFile,
  fn: FunctionIr,
  one: Registration,
  { ops }: PagemapFields,
  { needs, type, without }: PagemapType,
  { pagemap: { names } }: RuleWorld['model'],
): Report[] {
  if (needs.length === 0 || !without) return [];
  if (ops ? !ops.members : mayHaveOps(file, fn, one.pagemap, names.ops)) return [];
  const missing = needs.filter((name) => ops?.members?.includes(name) !== true);
  const [member] = missing;
  if (member === undefined) return [];
  const api = one.call.name ?? '';
  const related = ops ? [{ ...file.place(ops.at), text: `ops ${ops.name} has no ${missing.join(' and no ')}` }] : [];
  return [{ start: one.call.start, length: api.length, message: without, values: { api, type, member }, related }];
}

/** True unless the pgmap is made in sight and nothing in the file gives one of its name ops. */
function mayHaveOps(file: SourceFile, fn: FunctionIr, pagemap: Expr, field: string): boolean {
  const path = pathOf(pagemap);
  const last = path === undefined ? undefined : /(\w+)$/.exec(path)?.[1];
  if (last === undefined || fn.params.some(({ name }) => name === accessPathOf(pagemap))) return true;
  return file.matches(new RegExp(`\\b${last}\\s*(?:\\.|->)\\s*${field}\\b|\\.${field}\\s*=|->\\s*${field}\\s*=(?!=)`));
}
