import { shortPinsOf } from '../../ownership/judge-short.js';
import type { ShortPin } from '../../ownership/judge-short.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import { backFrom } from '../../ownership/state.js';
import { visitStatements } from '../../syntax/ir-walk.js';
import type { Expr, Stmt, TypeName } from '../../syntax/index.js';
import { expressionLine } from '../../syntax/source-text.js';
import { followFunction } from '../references/followed.js';
import { callOf, isKept, rowFor } from './give-back.js';
import { insertedBefore } from './insert.js';
import type { Exit } from './insert.js';
import { judgedAs, movedBy, placeOfEdit, withHeaders } from './repair.js';
import type { Repair, RepairRequest } from './repair.js';

type If = Extract<Stmt, { op: 'if' }>;

/** Gives back the pages of a short result where the comparison has seen that there are too few. */
export function shortPinRepairs(request: RepairRequest): readonly Repair[] {
  const [reading, ...others] = followFunction(request.world, request.file, request.fn);
  if (!reading || others.length > 0) return [];
  return reading.followed
    .filter(({ complete }) => complete)
    .flatMap((one) => {
      const [found] = shortPinsOf(one, reading.prepared);
      return found ? (repairOf(request, reading.prepared, one, found) ?? []) : [];
    });
}

function repairOf(request: RepairRequest, prepared: Prepared, followed: Followed, found: ShortPin): Repair | undefined {
  const { file, world, headers } = request;
  const { call: taken, act } = followed.acquisition;
  const { text } = file;
  const table = typeof act.on.at === 'number' ? taken.args[act.on.at] : undefined;
  const count = countIn(prepared, found);
  const branch = branchOf(prepared, found.condition);
  const row = rowFor(act, 'pages');
  if (!table || count === undefined || !branch || !row || !isKept(prepared, table, taken.start)) return undefined;
  const call = callOf(row, expressionLine(text, table), { prepared, text, taken, act }, count);
  const inserted = call && insertedBefore(file, branch, [{ ...call, when: `${count} > 0` }]);
  if (!inserted) return undefined;
  const place = { file, mention: { start: found.condition.start }, model: world.model, headers };
  const change = withHeaders(place, [row.name], [taken.name ?? ''], inserted.edits);
  if (!change) return undefined;
  const begin = placeOfEdit(change.edits, inserted.holder) + (inserted.calls[0] ?? 0);
  return {
    id: 'short-release',
    ...judgedAs('Give back the pages that were got', '', isOurs(branch, found) ? '' : 'nobody else does'),
    ...change,
    of: { start: found.condition.start, taken: taken.start },
    owed: [{ call: begin, taken: movedBy(change.edits, taken.start) }],
  };
}

/** A variable that has the number of pages that were got, and can be less than nothing. */
function countIn({ locals }: Prepared, { state }: ShortPin): string | undefined {
  const seen = [...backFrom(state)].find(({ short, before }) => short && before?.short !== true);
  return seen?.counts.find((name) => isSigned(locals.types.get(name)));
}

function isSigned(type: TypeName | undefined): boolean {
  return type?.pointers === 0 && /^(?:int|long|long int|long long|ssize_t|s32|s64)$/.test(type.base);
}

/** The branch of the `if` that asks for nothing but the comparison, at its first statement. */
function branchOf({ fn, knowledge: { model } }: Prepared, condition: Expr): Exit | undefined {
  const bare = (expr: Expr): Expr => {
    const [only] = expr.op === 'call' && model.conversions.has(expr.name ?? '') ? expr.args : [];
    return only ? bare(only) : expr;
  };
  const owners: If[] = [];
  visitStatements(fn.body, (statement) => {
    if (statement.op === 'if' && bare(statement.condition).start === condition.start) owners.push(statement);
  });
  const [owner, ...others] = owners.filter((one) => bare(one.condition).end === condition.end);
  const first = owner?.then[0];
  if (!owner || !first || others.length > 0 || first.op === 'declare') return undefined;
  return { statement: first, list: owner.then, index: 0, around: owner };
}

/** The branch leaves the function, and nobody but the function knows the table. */
function isOurs({ list }: Exit, { state }: ShortPin): boolean {
  return list.at(-1)?.op === 'return' && !state.stored;
}
