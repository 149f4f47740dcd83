import type { Condition, Page, Program, Statement } from './language.js';
import type { Printed } from './print.js';

/** What happens on some way through a program, by one-based lines. */
export interface Happens {
  /** Pages with references that are left: where each was taken, what was passed on that way, and whether a structure has it. */
  readonly left: readonly Left[];
  /** Lines that take pages which the function puts on some way after a structure has them: there they are its own to put. */
  readonly undone: ReadonlySet<number>;
  /** Puts of NULL and of pages without a reference. */
  readonly wrongPuts: ReadonlySet<number>;
  /** Looks at pages without a reference, and stores of them. */
  readonly lateUses: ReadonlySet<number>;
}

interface Left {
  readonly taken: number;
  readonly passed: ReadonlySet<number>;
  readonly kept: boolean;
}

const MAX_WAYS = 4000;
const MAX_TURNS = 3;

/** Runs a program on every way, with loops of up to three turns; undefined where there are too many ways. */
export function run(program: Program, printed: Printed): Happens | undefined {
  const found: Found = { left: [], undone: new Set(), wrongPuts: new Set(), lateUses: new Set() };
  let choices: number[] = [];
  for (let ways = 0; ways < MAX_WAYS; ways++) {
    const chosen = new Choices(choices);
    new Way(printed, chosen, found).run(program);
    const next = chosen.next();
    if (!next) return found;
    choices = next;
  }
  return undefined;
}

/** The answers of one way; those behind the given ones are the first of each question. */
class Choices {
  private readonly made: { answer: number; of: number }[] = [];

  constructor(private readonly given: readonly number[]) {}

  choose(of: number): number {
    const answer = this.given[this.made.length] ?? 0;
    this.made.push({ answer, of });
    return answer;
  }

  /** The answers of the next way; undefined behind the last. */
  next(): number[] | undefined {
    const left = [...this.made];
    for (let last = left.pop(); last; last = left.pop()) {
      if (last.answer + 1 < last.of) return [...left.map(({ answer }) => answer), last.answer + 1];
    }
    return undefined;
  }
}

interface Held {
  readonly taken: number;
  count: number;
  kept: boolean;
}

interface Found {
  readonly left: Left[];
  readonly undone: Set<number>;
  readonly wrongPuts: Set<number>;
  readonly lateUses: Set<number>;
}

type Ending = 'on' | 'out' | 'returned';

class Way {
  private readonly names = new Map<Page, Held | undefined>();
  private readonly pages: Held[] = [];
  private readonly passed = new Set<number>();
  private readonly mode = new Map<number, boolean>();
  private failed = false;

  constructor(
    private readonly printed: Printed,
    private readonly choices: Choices,
    private readonly found: Found,
  ) {}

  run({ body, out }: Program): void {
    if (this.all(body) !== 'returned') {
      if (this.all(out) === 'returned') return this.end();
      this.passed.add(this.printed.last);
    }
    this.end();
  }

  private end(): void {
    for (const { taken, count, kept } of this.pages)
      if (count > 0) this.found.left.push({ taken, passed: this.passed, kept });
  }

  private all(statements: readonly Statement[]): Ending {
    for (const one of statements) {
      const ending = this.each(one);
      if (ending !== 'on') return ending;
    }
    return 'on';
  }

  private each(one: Statement): Ending {
    const line = this.printed.lineOf.get(one) ?? 0;
    this.passed.add(line);
    switch (one.is) {
      case 'if':
        return this.all(this.holds(one.condition) ? one.then : one.else);
      case 'while':
        for (let turn = 0; turn < MAX_TURNS && this.choices.choose(2) === 1; turn++) {
          const ending = this.all(one.body);
          if (ending !== 'on') return ending;
        }
        return 'on';
      case 'leave':
        return one.how === 'goto out' ? 'out' : 'returned';
      case 'start':
        this.failed = this.choices.choose(2) === 1;
        return 'on';
      case 'fail':
        this.failed = true;
        return 'on';
      case 'move':
        this.names.set(one.to, this.names.get(one.from));
        this.names.set(one.from, undefined);
        return 'on';
      default:
        this.page(one, line);
        return 'on';
    }
  }

  private page({ is, page }: Extract<Statement, { readonly page: Page }>, line: number): void {
    const held = this.names.get(page);
    switch (is) {
      case 'take':
        this.names.set(page, this.choices.choose(2) === 1 ? undefined : this.made(line));
        return;
      case 'clear':
        this.names.set(page, undefined);
        return;
      case 'put':
        if (!held || held.count <= 0) this.found.wrongPuts.add(line);
        if (held?.kept) this.found.undone.add(held.taken);
        if (held) held.count--;
        return;
      default:
        if (held && held.count <= 0) this.found.lateUses.add(line);
        if (held && is === 'more') held.count++;
        if (held && is === 'keep') held.kept = true;
    }
  }

  private made(taken: number): Held {
    const held = { taken, count: 1, kept: false };
    this.pages.push(held);
    return held;
  }

  private holds(condition: Condition): boolean {
    switch (condition.is) {
      case 'ready':
        return this.choices.choose(2) === 1;
      case 'mode': {
        const known = this.mode.get(condition.bit) ?? this.choices.choose(2) === 1;
        this.mode.set(condition.bit, known);
        return known;
      }
      case 'got':
        return this.names.get(condition.page) !== undefined;
      case 'failed':
        return this.failed;
    }
  }
}
