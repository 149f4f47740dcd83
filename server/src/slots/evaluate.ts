import type { Prepared } from '../ownership/prepared.js';
import { NEGATIVE, POSITIVE, signsOf } from '../ownership/values.js';
import type { Expr } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import type { CallExpr } from '../ownership/calls.js';
import {
  addressOf,
  cellBehind,
  giveAway,
  isFailed,
  numberOf,
  read,
  symbolOf,
  truthOf,
  withSigns,
  write,
} from './state.js';
import type { Cell, SlotState, Value } from './state.js';
import { andThen, both, bySigns, chosen, compared, computed, isComparison, nameOf } from './values.js';
import type { Outcomes } from './values.js';

/** What an expression is evaluated in: the function, where its locals are kept, and what its calls do. */
export interface Frame {
  readonly prepared: Prepared;
  /** In front of the names of its locals. */
  readonly prefix: string;
  /** Tells apart what the same expression gives in another turn of a loop. */
  readonly turn: string;
  readonly call: (call: CallExpr, args: readonly Value[], state: SlotState) => Outcomes<Value>;
}

/** The values that an expression can have. */
export function valueOf(expr: Expr, state: SlotState, frame: Frame): Outcomes<Value> {
  switch (expr.op) {
    case 'number':
      return [[expr.value === undefined ? symbolOf(`#${String(expr.start)}`) : numberOf(expr.value), state]];
    case 'name':
      return [[namedValue(expr.name, state, frame), state]];
    case 'cast':
      return valueOf(expr.operand, state, frame);
    case 'call':
      return andThen(valuesOf(expr.args, state, frame), (args, after) => frame.call(expr, args, after));
    case 'member':
    case 'index':
      return andThen(cellOf(expr, state, frame), (cell, after) => [
        [cell === undefined ? strange(expr, frame) : read(after, cell), after],
      ]);
    case 'unary':
      return unary(expr, state, frame);
    case 'update':
      return update(expr, state, frame);
    case 'binary':
      return binary(expr, state, frame);
    case 'assign':
      return assigned(expr, state, frame);
    case 'conditional':
      return andThen(decide(expr.condition, state, frame), (holds, after) =>
        valueOf(holds ? (expr.then ?? expr.condition) : expr.else, after, frame),
      );
    case 'comma':
      return andThen(valueOf(expr.left, state, frame), (_, after) => valueOf(expr.right, after, frame));
    default:
      return andThen(valuesOf(partsOf(expr), state, frame), (parts, after) => [
        [strange(expr, frame), parts.reduce(giveAway, after)],
      ]);
  }
}

function valuesOf(exprs: readonly Expr[], state: SlotState, frame: Frame): Outcomes<readonly Value[]> {
  return exprs.reduce<Outcomes<readonly Value[]>>(
    (sum, expr) =>
      andThen(sum, (values, at) => andThen(valueOf(expr, at, frame), (one, after) => [[[...values, one], after]])),
    [[[], state]],
  );
}

/** What nothing is known of; the same expression gives another value in another turn. */
function strange({ start }: Expr, { prefix, turn }: Frame): Value {
  return symbolOf(`${prefix}@${String(start)}#${turn}`);
}

function namedValue(name: string, state: SlotState, frame: Frame): Value {
  if (name === 'NULL' || name === 'false') return numberOf(0);
  if (name === 'true') return numberOf(1);
  const cell = localCell(name, frame);
  return isArray(name, frame) ? symbolOf(cell) : read(state, cell);
}

export function localCell(name: string, { prepared: { locals }, prefix }: Frame): Cell {
  return locals.types.has(name) ? `${prefix}${name}` : name;
}

/** An array of this function: its name is the address of its first element. */
export function isArray(name: string, { prepared: { locals } }: Frame): boolean {
  return (locals.types.get(name)?.pointers ?? 0) > 0 && !locals.assigned.has(name) && !locals.params.has(name);
}

/** The place that an expression names. */
export function cellOf(expr: Expr, state: SlotState, frame: Frame): Outcomes<Cell | undefined> {
  switch (expr.op) {
    case 'name':
      return [[localCell(expr.name, frame), state]];
    case 'cast':
      return cellOf(expr.operand, state, frame);
    case 'member': {
      const object = expr.arrow ? pointee(expr.object, state, frame) : cellOf(expr.object, state, frame);
      return andThen(object, (cell, after) => [[cell === undefined ? undefined : `${cell}.${expr.field}`, after]]);
    }
    case 'index':
      return andThen(valueOf(expr.object, state, frame), (base, at) =>
        andThen(valueOf(expr.index, at, frame), (index, after) => followed(base, element(base, index, after), after)),
      );
    case 'unary':
      return expr.operator === '*' ? pointee(expr.operand, state, frame) : [[undefined, state]];
    default:
      return andThen(valueOf(expr, state, frame), (_, after) => [[undefined, after]]);
  }
}

function pointee(expr: Expr, state: SlotState, frame: Frame): Outcomes<Cell | undefined> {
  return andThen(valueOf(expr, state, frame), (value, after) => followed(value, cellBehind(value), after));
}

/** What a pointer leads to: from there on it is no NULL and no error. */
function followed(pointer: Value, cell: Cell | undefined, state: SlotState): Outcomes<Cell | undefined> {
  const known = pointer.is === 'symbol' ? withSigns(state, pointer.name, POSITIVE) : state;
  return known ? [[cell, known]] : [];
}

function element(base: Value, index: Value, state: SlotState): Cell | undefined {
  const at = computed('+', base, index, state);
  return at.is === 'symbol' && base.is === 'symbol' && at.name === base.name ? cellBehind(at) : undefined;
}

function unary(expr: Extract<Expr, { op: 'unary' }>, state: SlotState, frame: Frame): Outcomes<Value> {
  const { operator, operand } = expr;
  if (operator === '&' && operand.op === 'member' && operand.arrow) {
    return andThen(valueOf(operand.object, state, frame), (value, at) =>
      value.is === 'page'
        ? // `&page->lru` leads to the page.
          [[value, at]]
        : andThen(followed(value, cellBehind(value), at), (cell, after) => [
            [cell === undefined ? strange(expr, frame) : addressOf(`${cell}.${operand.field}`), after],
          ]),
    );
  }
  if (operator === '&') {
    return andThen(cellOf(operand, state, frame), (cell, after) => [
      [cell === undefined ? strange(expr, frame) : addressOf(cell), after],
    ]);
  }
  if (operator === '*') {
    return andThen(pointee(operand, state, frame), (cell, after) => [
      [cell === undefined ? strange(expr, frame) : read(after, cell), after],
    ]);
  }
  if (operator === '!')
    return andThen(decide(operand, state, frame), (holds, after) => [[numberOf(holds ? 0 : 1), after]]);
  if (operator === '-' && operand.op === 'name' && /^E[A-Z0-9]+$/.test(operand.name)) {
    const name = `-${operand.name}`;
    return [[symbolOf(name), withSigns(state, name, NEGATIVE) ?? state]];
  }
  return andThen(valueOf(operand, state, frame), (value, after) => [
    [operator === '-' ? computed('-', numberOf(0), value, after) : symbolOf(`${operator}${nameOf(value)}`), after],
  ]);
}

function update(expr: Extract<Expr, { op: 'update' }>, state: SlotState, frame: Frame): Outcomes<Value> {
  return andThen(cellOf(expr.operand, state, frame), (cell, at) => {
    if (cell === undefined) return [[strange(expr, frame), at]];
    const before = read(at, cell);
    const after = computed('+', before, numberOf(expr.operator === '++' ? 1 : -1), at);
    return [[expr.prefix ? after : before, write(at, cell, after)]];
  });
}

function binary(expr: Extract<Expr, { op: 'binary' }>, state: SlotState, frame: Frame): Outcomes<Value> {
  const { operator, left, right } = expr;
  if (operator === '&&' || operator === '||' || isComparison(operator)) {
    return andThen(decide(expr, state, frame), (holds, after) => [[numberOf(holds ? 1 : 0), after]]);
  }
  return andThen(valueOf(left, state, frame), (a, at) =>
    andThen(valueOf(right, at, frame), (b, after) => [made(operator, a, b, after)]),
  );
}

/** What is made of the address of a page, or of a table and a number that nobody knows, leads there by a name that is not followed. */
function made(operator: string, a: Value, b: Value, state: SlotState): readonly [Value, SlotState] {
  const value = computed(operator, a, b, state);
  const isFollowed = (operand: Value): boolean =>
    value.is === 'symbol' && operand.is === 'symbol' && value.name === operand.name;
  return [value, [a, b].reduce((sum, operand) => (isFollowed(operand) ? sum : giveAway(sum, operand)), state)];
}

function assigned(expr: Extract<Expr, { op: 'assign' }>, state: SlotState, frame: Frame): Outcomes<Value> {
  const { operator, target, value } = expr;
  return andThen(valueOf(value, state, frame), (given, at) =>
    andThen(cellOf(target, at, frame), (cell, after) => {
      // Where it goes nobody knows: somebody else may find it there.
      if (cell === undefined) return [[strange(expr, frame), giveAway(after, given)]];
      const made = operator === '=' ? given : computed(operator.slice(0, -1), read(after, cell), given, after);
      return [[made, write(after, cell, made)]];
    }),
  );
}

/** Both answers to a condition, as far as they can be; `bounds` where a loop ends by it. */
export function decide(expr: Expr, state: SlotState, frame: Frame, bounds = false): Outcomes<boolean> {
  if (expr.op === 'cast') return decide(expr.operand, state, frame, bounds);
  if (expr.op === 'unary' && expr.operator === '!') {
    return andThen(decide(expr.operand, state, frame, bounds), (holds, after) => [[!holds, after]]);
  }
  if (expr.op === 'binary' && (expr.operator === '&&' || expr.operator === '||')) {
    const isAnd = expr.operator === '&&';
    return andThen(decide(expr.left, state, frame, bounds), (holds, after) =>
      holds === isAnd ? decide(expr.right, after, frame, bounds) : [[holds, after]],
    );
  }
  if (expr.op === 'binary' && isComparison(expr.operator)) {
    // `if (err < 0)` in a loop asks for a failure and not for the end.
    const isOfTwo = bounds && expr.left.op !== 'number' && expr.right.op !== 'number';
    return andThen(valueOf(expr.left, state, frame), (a, at) =>
      andThen(valueOf(expr.right, at, frame), (b, after) => compared(expr.operator, a, b, after, isOfTwo)),
    );
  }
  const test = errorTest(expr, frame);
  if (test) return test(state);
  return andThen(valueOf(expr, state, frame), (value, after) => answered(expr, value, after, frame, bounds));
}

/** `IS_ERR(page)`: by the sign of its argument. */
function errorTest(expr: Expr, frame: Frame): ((state: SlotState) => Outcomes<boolean>) | undefined {
  const { errorTests } = frame.prepared.knowledge.model;
  const asked = expr.op === 'call' ? errorTests.find(({ name }) => name === expr.name) : undefined;
  const arg = expr.op === 'call' ? expr.args[0] : undefined;
  if (!asked || !arg) return undefined;
  const yes = asked.signs.reduce((sum, sign) => sum | signsOf(sign), 0);
  return (state) =>
    andThen(valueOf(arg, state, frame), (value, after) => {
      if (value.is === 'page') return [[false, after]];
      if (isFailed(value)) return [[true, after]];
      if (value.is === 'number') return [[(signOf(value.number) & yes) !== 0, after]];
      return value.is === 'symbol' ? bySigns(value.name, yes, after) : both(`error ${String(expr.start)}`, after);
    });
}

function signOf(number: number): number {
  return signsOf(number < 0 ? 'negative' : number === 0 ? 'zero' : 'positive');
}

function answered(expr: Expr, value: Value, state: SlotState, frame: Frame, bounds: boolean): Outcomes<boolean> {
  const known = truthOf(value, state);
  if (known !== undefined) return [[known, state]];
  if (value.is !== 'symbol') return both(`unset ${String(expr.start)}#${frame.turn}`, state);
  if (bounds && isNumber(expr, frame)) {
    const ranged = chosen(value, state, state.pages.length > 0);
    const truth = ranged && truthOf(value, ranged);
    if (truth !== undefined && ranged) return [[truth, ranged]];
  }
  return value.plus === 0 ? bySigns(value.name, TRUE, state) : both(nameOf(value), state);
}

const TRUE = signsOf('negative') | signsOf('positive');

/** `while (n--)`, `while (n)`: a local number that a loop counts down. */
function isNumber(expr: Expr, { prepared: { locals } }: Frame): boolean {
  const counted = expr.op === 'update' ? expr.operand : expr;
  return counted.op === 'name' && locals.types.get(counted.name)?.pointers === 0;
}
