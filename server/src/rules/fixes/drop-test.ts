import type { Effect, TextEdit } from '@pageref/shared';
import { REPLACEMENTS } from '@pageref/shared/model';
import type { Act } from '../reserved/side-outcome.js';
import type { Expr, Span, Stmt } from '../../syntax/index.js';
import { blankNonCode } from '../../syntax/index.js';
import { lineStart, nextCode, previousCode } from '../../syntax/source-text.js';
import type { Candidate, FixRequest } from './request.js';
import { takenHere } from './situation.js';
import { isJump, removedLines, statementsAround, wholeLines } from './statements.js';
import type { Slot } from './slot.js';

const BEHIND = 'nothing else behind the test is to be kept from reserved pages';
const ALSO_GUARDED = 'what else it guards is right for every page';
const WRONG_FAMILY = 'what is called there drops something else than was taken';

type If = Extract<Stmt, { op: 'if' }>;

/**
 * GUP took a reference on every page it gave, reserved or not, so every page is to be given back: the test goes, and the
 * release is the one of the family that took the page.
 */
export function dropFixes(request: FixRequest, slot: Slot): Candidate[] {
  const taken = takenHere(request);
  const { consequence, test } = request.basis;
  const releases = consequence.skipped.filter((act) => act.kind === 'effect' && act.does === 'release');
  if (!taken || releases.length === 0) return [];
  const around = statementsAround(test.fn, slot.start).at(-1)?.statement;
  if (around?.op !== 'if' || around.else.length > 0 || !holds(around.condition, slot)) return [];
  const wanted = taken.unit && REPLACEMENTS.releases[taken.unit === 'pin' ? 'pin' : 'reference'];
  const renamed = wanted === undefined ? [] : renames(request, releases, wanted);
  const guards = slot.negated && releases.every((act) => isIn(act, around.then));
  const leaves = !slot.negated && isJump(around.then);
  const edit = guards
    ? unguard(request, around, slot, renamed)
    : leaves
      ? withoutExit(request, around, slot)
      : undefined;
  if (!edit) return [];
  const alone = consequence.skipped.every((act) => act.kind === 'effect' && act.does === 'release');
  const fits = releases.every((act) => isOfFamily(act, taken.unit) || renamed.some(({ start }) => start === act.at));
  const safe = guards && alone && fits;
  const precondition = safe ? '' : !fits ? WRONG_FAMILY : guards ? ALSO_GUARDED : BEHIND;
  const due = wanted === undefined ? 'its release' : `${wanted}()`;
  const title = `Drop the test: ${taken.name}() took every page, so ${due} is due for every page`;
  return [
    {
      id: 'drop-test',
      title: safe ? title : `${title} (${precondition})`,
      kind: safe ? 'safe' : 'needs-look',
      precondition,
      edits: [...edit, ...(guards ? [] : renamed)].sort((a, b) => a.start - b.start),
      includes: [],
    },
  ];
}

/** The release drops what was taken: a pin or a reference. */
function isOfFamily(act: Act, unit: Effect['unit']): boolean {
  return unit === undefined || (act.kind === 'effect' && (act.unit ?? 'reference') === unit);
}

function holds(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function isIn(act: Act, body: readonly Stmt[]): boolean {
  return body.some((statement) => statement.start <= act.at && act.at < statement.end);
}

/** A release of the other family is written anew, where one page is given back by the family's plain release. */
function renames({ file }: FixRequest, releases: readonly Act[], wanted: string): TextEdit[] {
  const { reference, pin } = REPLACEMENTS.releases;
  const other = wanted === pin ? reference : pin;
  return releases
    .filter((act) => act.name === other && file.text.startsWith(other, act.at))
    .map((act) => ({ start: act.at, end: act.at + other.length, text: wanted }));
}

/** `if (!reserved && more) release();` loses the operand, and the whole condition where nothing is left of it. */
function unguard(request: FixRequest, around: If, slot: Slot, renamed: readonly TextEdit[]): TextEdit[] | undefined {
  if (!isWhole(around.condition, slot)) {
    const edit = withoutOperand(request, around.condition, slot, '&&');
    return edit && [edit, ...renamed];
  }
  const body = bodyLines(request, around);
  return body && [body.before, ...renamed, ...body.after];
}

function isWhole(condition: Expr, slot: Slot): boolean {
  return condition.start === slot.start && condition.end === slot.end;
}

/** `if (reserved) goto out;` goes; of `if (reserved || more)` the operand does. */
function withoutExit(request: FixRequest, around: If, slot: Slot): TextEdit[] | undefined {
  if (!isWhole(around.condition, slot)) {
    const edit = withoutOperand(request, around.condition, slot, '||');
    return edit && [edit];
  }
  const lines = removedLines(request.file.text, around);
  return lines && [{ ...lines, text: '' }];
}

/** One operand of a chain and the operator beside it. */
function withoutOperand(
  { file }: FixRequest,
  condition: Expr,
  slot: Slot,
  operator: '&&' | '||',
): TextEdit | undefined {
  const code = blankNonCode(file.text);
  const operands = operandsOf(condition, operator);
  const at = operands.findIndex(({ start, end }) => start === slot.start && end === slot.end);
  if (at < 0 || operands.length < 2) return undefined;
  const behind = nextCode(code, slot.end);
  if (code.startsWith(operator, behind)) return { start: slot.start, end: nextCode(code, behind + 2), text: '' };
  const before = previousCode(code, slot.start);
  if (code.slice(before - 1, before + 1) !== operator) return undefined;
  return { start: previousCode(code, before - 1) + 1, end: slot.end, text: '' };
}

function operandsOf(expr: Expr, operator: string): Expr[] {
  if (expr.op !== 'binary' || expr.operator !== operator) return [expr];
  return [...operandsOf(expr.left, operator), ...operandsOf(expr.right, operator)];
}

/** What goes when an `if` is taken from around its body: its head, its braces, and one level of indent. */
function bodyLines({ file }: FixRequest, around: If): { before: TextEdit; after: TextEdit[] } | undefined {
  const { text } = file;
  const [first, last] = [around.then[0], around.then.at(-1)];
  const whole = wholeLines(text, around);
  const end = last && wholeLines(text, last)?.end;
  if (!first || !whole || end === undefined || around.then.some(({ op }) => op === 'declare')) return undefined;
  const code = blankNonCode(text);
  const brace = code.lastIndexOf('{', first.start);
  const from = brace > around.condition.end ? text.indexOf('\n', brace) + 1 : lineStart(text, first.start);
  const starts = lineStartsBetween(text, from, end);
  const after = starts.filter((at) => text.charAt(at) === '\t').map((at) => ({ start: at, end: at + 1, text: '' }));
  if (from <= around.start || after[0]?.start !== from) return undefined;
  // A comment in what goes would be lost.
  const gone = [text.slice(whole.start, from), text.slice(end, whole.end)];
  if (gone.some((part) => part.includes('/*') || part.includes('//'))) return undefined;
  if (whole.end > end) after.push({ start: end, end: whole.end, text: '' });
  return { before: { start: whole.start, end: from, text: '' }, after };
}

function lineStartsBetween(text: string, from: number, end: number): number[] {
  const starts: number[] = [];
  for (let at = from; at < end;) {
    starts.push(at);
    const newline = text.indexOf('\n', at);
    at = newline < 0 ? end : newline + 1;
  }
  return starts;
}
