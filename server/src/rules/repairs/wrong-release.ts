import type { GiveBack, OwnershipAct } from '@pageref/shared';
import { seenThrough, withoutCasts } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import { callsOf } from '../../ownership/nodes.js';
import type { Expr } from '../../syntax/index.js';
import { expressionLine } from '../../syntax/source-text.js';
import { mismatchesIn, pageDropOf } from '../references/wrong-release.js';
import type { Message, Mismatch } from '../references/wrong-release.js';
import { callOf, formOf, rowFor, rowOf } from './give-back.js';
import type { Owing, WrittenCall } from './give-back.js';
import { callEdit } from './layout.js';
import { isWritten, judgedAs, withHeaders } from './repair.js';
import type { Repair, RepairRequest } from './repair.js';

/** A wrong give-back is written as the counterpart of what was taken, where its arguments carry over. */
export function wrongReleaseRepairs(request: RepairRequest): readonly Repair[] {
  return mismatchesIn(request.world, request.file, request.fn).flatMap((one) => repairOf(request, one));
}

/** The wrong call, and what it is given. */
interface Wrong {
  readonly call: CallExpr;
  readonly drop: OwnershipAct | undefined;
  readonly given: Expr;
  readonly message: Message;
}

const LOOK = 'the pool has it';

function repairOf(request: RepairRequest, mismatch: Mismatch): Repair[] {
  const { file, world, headers } = request;
  const { report, prepared } = mismatch;
  const call = prepared.cfg.nodes.flatMap(callsOf).find(({ start }) => start === report.start);
  if (!call || !isWritten(file, call)) return [];
  const drop = pageDropOf(prepared.knowledge.model, call);
  const at = drop ? drop.on.at : prepared.knowledge.model.frees.get(call.name ?? '');
  const given = typeof at === 'number' ? call.args[at] : undefined;
  const right = given && rightCall(request, mismatch, { call, drop, given, message: report.message });
  const place = { file, mention: { start: call.start }, model: world.model, headers };
  const there = [call.name ?? '', mismatch.acquisition?.call.name ?? ''];
  const change = right && withHeaders(place, [right.name], there, [callEdit(file.original, call, right)]);
  if (!right || !change) return [];
  const isLook = report.message === 'pool';
  return [
    {
      id: 'right-release',
      ...judgedAs(`Use ${right.name}() instead`, 'Use the counterpart', isLook ? LOOK : ''),
      ...change,
      of: { start: report.start, taken: mismatch.acquisition?.call.start },
      owed: [],
    },
  ];
}

/** The call that gives it back rightly. */
function rightCall(request: RepairRequest, mismatch: Mismatch, wrong: Wrong): WrittenCall | undefined {
  const { prepared, acquisition } = mismatch;
  const { text } = request.file;
  if (!acquisition) return wrong.message === 'address' ? byAddress(text, wrong) : undefined;
  const { act, call: taken } = acquisition;
  const owing = { prepared, text, taken, act };
  switch (wrong.message) {
    case 'address':
      return act.order === undefined ? undefined : byAddress(text, wrong);
    case 'structure':
      return byStructure(owing, wrong);
    default:
      return inItsForm(owing, wrong);
  }
}

/** `free_pages((unsigned long)vmem, order)` for `__free_pages(vmem, order)`: as many pages, by their address. */
function byAddress(text: string, { call, drop, given }: Wrong): WrittenCall | undefined {
  const row = drop && rowFor({ unit: 'page', ...(drop.order !== undefined && { order: drop.order }) }, 'address');
  const order = drop?.order;
  if (!row || order === undefined || call.args.length !== row.args.length) return undefined;
  const others = call.args.slice(1).map((arg) => expressionLine(text, arg));
  return { name: row.name, args: [addressText(text, given), ...others] };
}

function addressText(text: string, given: Expr): string {
  if (given.op === 'cast' && given.type.base === 'unsigned long' && given.type.pointers === 0)
    return expressionLine(text, given);
  const bare = expressionLine(text, withoutCasts(given));
  return `(unsigned long)${/^[\w.>()[\]-]+$/.test(bare) ? bare : `(${bare})`}`;
}

/** `__free_pages(page, order)` for `free_pages((unsigned long)page, order)`. */
function byStructure({ prepared, text, act }: Owing, { call, drop, given }: Wrong): WrittenCall | undefined {
  const page = withoutCasts(given);
  const form = formOf(prepared, page);
  const order = drop?.order;
  const row = form === 'page' && order !== undefined && act.unit === 'page' && rowFor({ unit: 'page', order }, form);
  if (!row || call.args.length !== row.args.length) return undefined;
  const others = call.args.slice(1).map((arg) => expressionLine(text, arg));
  return { name: row.name, args: [expressionLine(text, page), ...others] };
}

/** Another unit or order by the same name of the page: what stands beside the page carries over, or is known from the call that took. */
function inItsForm(owing: Owing, wrong: Wrong): WrittenCall | undefined {
  const { call, drop, given } = wrong;
  const form = drop
    ? formGiven(owing, wrong, drop)
    : formOf(owing.prepared, seenThrough(given, owing.prepared.knowledge));
  const row = form && rowFor(owing.act, form);
  const count = form === 'pages' ? call.args[1] : undefined;
  if (!row || (form === 'pages' && (!count || call.args.length !== 2))) return undefined;
  const page = drop ? withoutCasts(given) : seenThrough(given, owing.prepared.knowledge);
  const it = expressionLine(owing.text, form === 'address' ? given : page);
  return callOf(row, it, owing, count && expressionLine(owing.text, count));
}

/** How the wrong call has its page named. What only some calls can be given has no form here. */
function formGiven(
  { prepared }: Owing,
  { call: { name = '' }, given }: Wrong,
  { unit, frozen }: OwnershipAct,
): GiveBack['of'] | undefined {
  const row = rowOf(name);
  if (!row && unit !== 'page-pool' && frozen !== true) return undefined;
  if (row?.of === 'address' || row?.of === 'pages') return row.of;
  // A name that takes several forms is told apart by what it is given.
  const written = formOf(prepared, given);
  return written === 'page' || written === 'folio' ? written : undefined;
}
