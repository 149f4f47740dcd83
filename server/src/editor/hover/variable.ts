import { kindSet, ZONE_DEVICE } from '@pageref/shared';
import type { KindSet, ResolvedModel } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { writtenIn } from '../../flow/cfg/cfg.js';
import type { CfgNode } from '../../flow/cfg/cfg.js';
import type { FlowContext } from '../../flow/context.js';
import { transfer } from '../../flow/fixpoint.js';
import type { Flow } from '../../flow/fixpoint.js';
import { readPath } from '../../flow/domain/heap.js';
import { accessPathOf, pointee, typeOf } from '../../flow/domain/access-paths.js';
import type { Evidence, State, AbstractPage } from '../../flow/domain/state.js';
import { applyNullTest, pageOf } from '../../flow/domain/pages.js';
import { bodiesOf, expressionsOf, partsOf } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr, Stmt, TypeName } from '../../syntax/index.js';
import { kindsText } from './card.js';
import type { Card, CardRow } from './card.js';

/** A variable or member in code: its access path, where it stands, and whether it is written there. */
interface Use {
  readonly place: string;
  readonly type: TypeName | undefined;
  readonly offset: number;
  readonly written: boolean;
}

/** Which kinds the page behind a variable can be at that very place, and why; undefined where it names no page. */
export function variableCard(
  file: SourceFile,
  model: ResolvedModel,
  offset: number,
  word: string,
): Omit<Card, 'start' | 'end'> | undefined {
  const item = file.itemAt(offset);
  if (!item || (item.kind !== 'function' && item.kind !== 'define')) return undefined;
  for (const fn of file.table.find(item.name)) {
    if (offset < fn.start || offset >= fn.end) continue;
    const { context, flow } = file.analysis.analyse(fn);
    const use = parameterUse(fn, offset, word) ?? useAt(fn, context, offset);
    const state = use && stateAt(context, flow, use);
    if (use && state) return cardOf(file, model, context, state, use, fn.name);
  }
  return undefined;
}

/** A parameter in the head of a function is what it is on entry. */
function parameterUse(fn: FunctionIr, offset: number, word: string): Use | undefined {
  const first = fn.body[0]?.start ?? fn.end;
  const param = offset < first ? fn.params.find(({ name }) => name === word) : undefined;
  return param && { place: param.name, type: param.type, offset: -1, written: false };
}

function useAt(fn: FunctionIr, context: FlowContext, offset: number): Use | undefined {
  let found: Use | undefined;
  const visitExpr = (expr: Expr): void => {
    if (offset < expr.start || offset > expr.end) return;
    const place = namesHere(expr, offset) ? accessPathOf(expr) : undefined;
    if (place !== undefined) found = { place, type: typeOf(expr, context.types), offset: expr.start, written: false };
    if (expr.op === 'block') expr.body.forEach(visitStmt);
    partsOf(expr).forEach(visitExpr);
    if (found && isTarget(expr, found)) found = { ...found, written: true };
  };
  const visitStmt = (statement: Stmt): void => {
    if (offset < statement.start || offset > statement.end) return;
    if (statement.op === 'declare' && (!statement.initial || offset < statement.initial.start)) {
      found = { place: statement.name, type: statement.type, offset: statement.initial?.start ?? -1, written: true };
    }
    expressionsOf(statement).forEach(visitExpr);
    for (const body of bodiesOf(statement)) body.forEach(visitStmt);
  };
  fn.body.forEach(visitStmt);
  return found;
}

/** The cursor is on the name itself, or on the member's own name. */
function namesHere(expr: Expr, offset: number): boolean {
  if (expr.op === 'name') return true;
  return expr.op === 'member' && offset >= expr.end - expr.field.length;
}

function isTarget(expr: Expr, { place }: Use): boolean {
  if (expr.op === 'assign' || expr.op === 'update') {
    return accessPathOf(expr.op === 'assign' ? expr.target : expr.operand) === place;
  }
  return expr.op === 'call' && expr.args.some((arg) => pointee(arg) === place);
}

/** The state in which the node that holds a use reads it, or the one after the node for a use that writes. */
function stateAt(context: FlowContext, flow: Flow, use: Use): State | undefined {
  if (use.offset < 0) return flow.before.get(flow.cfg.entry)?.copy();
  const node = smallestNode(flow, use.offset);
  const before = node && flow.before.get(node.id);
  if (!before) return undefined;
  return use.written ? transfer(context, node, before.copy())[0]?.[1] : before.copy();
}

function smallestNode({ cfg, before }: Flow, offset: number): CfgNode | undefined {
  let [found, size] = [undefined as CfgNode | undefined, Infinity];
  for (const node of cfg.nodes) {
    const expr = writtenIn(node);
    if (!expr || !before.has(node.id) || offset < expr.start || offset >= expr.end) continue;
    if (expr.end - expr.start < size) [found, size] = [node, expr.end - expr.start];
  }
  return found;
}

function cardOf(
  file: SourceFile,
  model: ResolvedModel,
  context: FlowContext,
  state: State,
  use: Use,
  fn: string,
): Omit<Card, 'start' | 'end'> | undefined {
  const value = readPath(context, state, use.place);
  const id = applyNullTest(context, state, value);
  if (id === undefined) return undefined;
  const page = pageOf(context, state, id);
  if (!isPage(context, use, page)) return undefined;
  const any = kindSet(model.kinds.keys());
  return {
    title: use.place.replace(/#\d+/g, ''),
    about: `in ${fn}(), Linux ${model.release}`,
    paragraphs: [sentence(page, any)],
    rows: reasons(file, page, any),
  };
}

/** A type that stands for a page, or a value of which something is known that only a page has. */
function isPage({ vocabulary }: FlowContext, { type }: Use, page: AbstractPage): boolean {
  if (type && (vocabulary.pageTypes.names.includes(type.base) || vocabulary.types.has(type.base))) return true;
  const { role } = page.origin;
  return page.cuts.length > 0 || (role !== 'unknown' && role !== 'parameter');
}

function sentence(page: AbstractPage, any: KindSet): string {
  const kinds = (page.kinds | page.cutByReservedBit) & any;
  if (kinds === 0) return 'No page comes here.';
  const device = (kinds & ZONE_DEVICE) !== 0;
  const zone = device ? 'A ZONE_DEVICE page can come here.' : 'A ZONE_DEVICE page cannot come here.';
  // The question first: the kinds are a long list where nothing is known.
  return `${zone} Here it can be ${kindsText(kinds, any)}.`;
}

function reasons(file: SourceFile, page: AbstractPage, any: KindSet): CardRow[] {
  const at = (because: Evidence): string =>
    because.role === 'unknown' && because.at === 0 ? '' : ` (line ${lineOf(file, because)})`;
  const rows: CardRow[] = [{ label: 'comes from', text: `${originText(page.origin)}${at(page.origin)}` }];
  for (const removal of page.cuts) {
    const does = removal.role === 'filter' ? `${removal.contract}() never gives one` : removal.contract;
    rows.push({ label: 'no ZONE_DEVICE', text: `${does}${at(removal)}` });
  }
  if ((page.cutByReservedBit & any) !== 0) {
    const text = `${kindsText(page.cutByReservedBit, any)}: on account of the reserved bit alone`;
    rows.push({ label: 'kept out', text });
  }
  return rows;
}

function lineOf(file: SourceFile, because: Evidence): string {
  const place = because.path === undefined || because.path === file.path ? '' : `${because.path}:`;
  return `${place}${because.line ?? file.place(because.at).line}`;
}

function originText({ role, contract, text }: Evidence): string {
  switch (role) {
    case 'parameter':
      return 'whatever its callers pass';
    case 'caller':
      return text ?? contract;
    case 'unknown':
      return contract === 'unknown' ? 'nobody knows where' : contract;
    default:
      return contract;
  }
}
