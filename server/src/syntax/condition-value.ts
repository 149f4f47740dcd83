/** What an expression of a preprocessor condition comes to: the numbers it can be, both ends among them; undefined where that is not known. */
export type PpValue = { readonly low: number; readonly high: number } | undefined;

/** A token of a condition, as it is written. */
export type PpToken = string;

/** Stands for a value that is not known: no token of C is written like this. */
export const UNKNOWN_TOKEN = '?unknown';

/** A number of which only the bounds are known, as a token. */
export function ranged(low: number, high: number): PpToken {
  return `${low}${RANGE}${high}`;
}

const RANGE = '..';

/** An expression that nests deeper is not evaluated: a person writes ten levels at most, and the stack has its end. */
const DEEPEST = 100;

const PRECEDENCES: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/**
 * Evaluates the tokens of a condition, macros replaced. A name that is left is not known, and so is the call of one.
 * @returns undefined also where the tokens are no expression of the preprocessor, such as one with a side effect
 */
export function evaluateCondition(tokens: readonly PpToken[]): PpValue {
  const reader = new ExpressionReader(tokens);
  const value = reader.choice();
  return reader.isWhole() ? value : undefined;
}

/** Whether a value is true; undefined where it may be either. */
export function truthOf(value: PpValue): boolean | undefined {
  if (value === undefined) return undefined;
  if (value.low === 0 && value.high === 0) return false;
  return value.low > 0 || value.high < 0 ? true : undefined;
}

/** One exact number. */
export function exactly(value: number): PpValue {
  return { low: value, high: value };
}

function truthValue(truth: boolean | undefined): PpValue {
  return truth === undefined ? undefined : exactly(truth ? 1 : 0);
}

/** Reads an expression from the left to the right; `wrong` once it is none. */
class ExpressionReader {
  private at = 0;
  private depth = 0;
  private wrong = false;

  constructor(private readonly tokens: readonly PpToken[]) {}

  isWhole(): boolean {
    return !this.wrong && this.at === this.tokens.length;
  }

  choice(): PpValue {
    if (++this.depth > DEEPEST) return this.fail();
    const asked = this.binary(0);
    let value = asked;
    if (this.takes('?')) {
      const yes = this.choice();
      if (!this.takes(':')) return this.fail();
      const no = this.choice();
      const truth = truthOf(asked);
      value = truth === undefined ? undefined : truth ? yes : no;
    }
    this.depth--;
    return value;
  }

  private binary(level: number): PpValue {
    const operators = PRECEDENCES[level];
    if (!operators) return this.unary();
    let value = this.binary(level + 1);
    for (;;) {
      const operator = this.tokens[this.at];
      if (this.wrong || operator === undefined || !operators.includes(operator)) return value;
      this.at++;
      value = combined(operator, value, this.binary(level + 1));
    }
  }

  private unary(): PpValue {
    const operators: PpToken[] = [];
    while (/^[-+!~]$/.test(this.tokens[this.at] ?? '')) operators.push(this.tokens[this.at++] ?? '');
    let value = this.primary();
    for (const operator of operators.reverse()) value = negated(operator, value);
    return value;
  }

  private primary(): PpValue {
    const token = this.tokens[this.at++];
    if (token === '(') {
      const value = this.choice();
      return this.takes(')') ? value : this.fail();
    }
    if (token === undefined) return this.fail();
    if (/^\d/.test(token)) return numberOf(token);
    if (token !== UNKNOWN_TOKEN && !/^[A-Za-z_]/.test(token)) return this.fail();
    if (this.tokens[this.at] === '(') this.skipArguments();
    return undefined;
  }

  /** What stands in the brackets of a name that is not known may be anything. */
  private skipArguments(): void {
    let open = 0;
    do {
      const token = this.tokens[this.at++];
      if (token === undefined) {
        this.fail();
        return;
      }
      if (token === '(') open++;
      else if (token === ')') open--;
    } while (open > 0);
  }

  private takes(token: PpToken): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private fail(): PpValue {
    this.wrong = true;
    this.at = this.tokens.length;
    return undefined;
  }
}

function numberOf(token: PpToken): PpValue {
  const [low = '', high] = token.split(RANGE);
  if (high !== undefined) return { low: Number(low), high: Number(high) };
  const digits = token.replace(/[uUlL]+$/, '');
  const octal = /^0[0-7]+$/.test(digits);
  if (!octal && !/^(?:0|[1-9]\d*|0[xX][\da-fA-F]+|0[bB][01]+)$/.test(digits)) return undefined;
  return safely(octal ? Number.parseInt(digits, 8) : Number(digits));
}

function safely(value: number): PpValue {
  return Number.isSafeInteger(value) ? exactly(value) : undefined;
}

function negated(operator: string, value: PpValue): PpValue {
  if (value === undefined || operator === '+') return value;
  if (operator === '-') return { low: -value.high, high: -value.low };
  if (operator === '~') return { low: ~value.high, high: ~value.low };
  const truth = truthOf(value);
  return truthValue(truth === undefined ? undefined : !truth);
}

function combined(operator: string, left: PpValue, right: PpValue): PpValue {
  if (operator === '&&' || operator === '||') return truthValue(both(operator, truthOf(left), truthOf(right)));
  if (left === undefined || right === undefined) return undefined;
  const compared = COMPARISONS[operator];
  if (compared) return truthValue(compared(left, right));
  const isExact = left.low === left.high && right.low === right.high;
  const counted = isExact || (right.low === right.high && GROWING.has(operator)) ? ARITHMETIC[operator] : undefined;
  if (!counted) return undefined;
  const [low, high] = [safely(counted(left.low, right.low)), safely(counted(left.high, right.low))];
  return low && high && { low: low.low, high: high.high };
}

function both(operator: '&&' | '||', left: boolean | undefined, right: boolean | undefined): boolean | undefined {
  const decides = operator === '||';
  if (left === decides || right === decides) return decides;
  return left === undefined || right === undefined ? undefined : !decides;
}

type Bounds = NonNullable<PpValue>;

function isLess(left: Bounds, right: Bounds): boolean | undefined {
  if (left.high < right.low) return true;
  return left.low >= right.high ? false : undefined;
}

function isEqual(left: Bounds, right: Bounds): boolean | undefined {
  if (left.high < right.low || right.high < left.low) return false;
  return left.low === left.high && right.low === right.high ? true : undefined;
}

function opposite(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

const COMPARISONS: Readonly<Record<string, (left: Bounds, right: Bounds) => boolean | undefined>> = {
  '<': isLess,
  '>': (left, right) => isLess(right, left),
  '<=': (left, right) => opposite(isLess(right, left)),
  '>=': (left, right) => opposite(isLess(left, right)),
  '==': isEqual,
  '!=': (left, right) => opposite(isEqual(left, right)),
};

/** Of exact numbers; what the preprocessor refuses, such as a division by zero, gives no number. */
const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? NaN : Math.trunc(left / right)),
  '%': (left, right) => (right === 0 ? NaN : left % right),
  '<<': (left, right) => (right < 0 || right > 62 ? NaN : left * 2 ** right),
  '>>': (left, right) => (right < 0 || right > 62 ? NaN : Math.floor(left / 2 ** right)),
  '&': (left, right) => bits(left, right, left & right),
  '|': (left, right) => bits(left, right, left | right),
  '^': (left, right) => bits(left, right, left ^ right),
};

/** Bit operations here are those of 31 bits. */
function bits(left: number, right: number, value: number): number {
  return [left, right].every((one) => one >= 0 && one < 2 ** 31) ? value : NaN;
}

/** What grows, or stays, as the number on the left grows: the bounds of a range are counted like numbers. */
const GROWING: ReadonlySet<string> = new Set(['+', '-', '>>']);
