import type { Enclosure } from './brackets.js';
import { enclosureOf } from './brackets.js';
import type { Arm, Condition, Group, Piece } from './groups.js';
import { firstArms, isGroup, liveArms, nestGroups, shapeOf } from './groups.js';
import type { Mark, Token } from './lexer.js';

/** The readings of an item, as tokens: one when no #if group cuts through a statement. */
export interface Readings {
  readonly first: readonly Token[];
  /** Found out when somebody asks: an item of which the first one cannot be read has no others. */
  readonly others: () => OtherReadings;
}

interface OtherReadings {
  readonly readings: readonly (readonly Token[])[];
  /** False where the readings are not all that there are: every arm is in one of them, and not with every other. */
  readonly isAll: boolean;
}

/** More ways to compile an item are not read one by one. */
const MOST_READINGS = 16;
/** Readings of an item with more ways than that. */
const FEW_READINGS = 4;

/**
 * Tokens without directives. A group whose arms are whole statements becomes a block of blocks, written into the
 * characters of its directives, so that the parser sees every arm. Of any other group one arm is kept in each reading; the
 * same condition is answered the same way throughout. There is a reading for every combination of arms; of an item with too
 * many of them the first arms go together in one reading, the next ones in another.
 */
export function readingsOf(tokens: readonly Token[]): Readings {
  if (!tokens.some((token) => token.kind === 'directive')) {
    return { first: tokens.map(copied), others: () => ({ readings: [], isAll: true }) };
  }
  const pieces = nestGroups(tokens);
  const { out: first, answers } = selected(pieces, []);
  return { first, others: () => readingsBehind(pieces, answers) };
}

function readingsBehind(pieces: readonly Piece[], first: readonly Answer[]): OtherReadings {
  const readings: Token[][] = [];
  for (let given = nextAnswers(first); given;) {
    if (readings.length + 1 === MOST_READINGS) return { readings: firstReadings(pieces).slice(1), isAll: false };
    const { out, answers } = selected(pieces, given);
    readings.push(out);
    given = nextAnswers(answers);
  }
  return { readings, isAll: true };
}

function selected(pieces: readonly Piece[], given: readonly Answer[]): Selector {
  const selector = new Selector(given);
  selector.takeAll(pieces);
  return selector;
}

function copied(token: Token): Token {
  return { ...token };
}

/** Which of some ways was taken where there was a choice. */
interface Answer {
  readonly taken: number;
  readonly ways: number;
}

/** The answers that come next, as the last digit of a number is counted up; undefined behind the last ones. */
function nextAnswers(answers: readonly Answer[]): readonly Answer[] | undefined {
  const at = answers.findLastIndex(({ taken, ways }) => taken + 1 < ways);
  const last = answers[at];
  return last && [...answers.slice(0, at), { ...last, taken: last.taken + 1 }];
}

function firstReadings(pieces: readonly Piece[]): Token[][] {
  const readings: Token[][] = [];
  for (let variant = 0, most = 1; variant < Math.min(most, FEW_READINGS); variant++) {
    const selector = new Selector([], variant);
    selector.takeAll(pieces);
    readings.push(selector.out);
    if (variant === 0) most = selector.answers.reduce((sum, { ways }) => Math.max(sum, ways), 1);
  }
  return readings;
}

class Selector {
  readonly out: Token[] = [];
  /** What was taken where no condition before decided, in order. */
  readonly answers: Answer[] = [];
  private readonly stack: { readonly enclosure: Enclosure; readonly at: number }[] = [];
  private readonly partner = new Map<number, number>();
  private readonly assumed = new Map<string, boolean>();

  /**
   * @param given what to take of the first choices
   * @param otherwise what to take of all others, or the last way where there are fewer
   */
  constructor(
    private readonly given: readonly Answer[],
    private readonly otherwise = 0,
  ) {}

  takeAll(pieces: readonly Piece[]): void {
    pieces.forEach((piece, index) => {
      if (isGroup(piece)) this.takeGroup(piece, pieces.slice(index + 1, index + 8));
      else this.push({ ...piece });
    });
  }

  private push(token: Token): void {
    const at = this.out.length;
    if (token.kind === 'punct') {
      if (token.text === '(' || token.text === '[') this.stack.push({ enclosure: 'expression', at });
      else if (token.text === '{') this.stack.push({ enclosure: this.enclosureHere(), at });
      else if (token.text === ')' || token.text === ']' || token.text === '}') {
        const open = this.stack.pop();
        if (open !== undefined) this.partner.set(at, open.at);
      }
    }
    this.out.push(token);
  }

  private enclosureHere(): Enclosure {
    const parent = this.stack.at(-1)?.enclosure ?? 'block';
    return enclosureOf(this.out, this.out.length - 1, parent, (close) => this.partner.get(close) ?? -1);
  }

  private takeGroup(group: Group, following: readonly Piece[]): void {
    const live = liveArms(group);
    if (live.arms.length === 0) return;
    if (live.arms.length === 1 && live.total) this.takeAll(live.arms[0]?.body ?? []);
    else if (this.isWholeStatements(group, live.arms, following)) this.takeAsBlocks(group, live.arms, live.total);
    else if (this.isWholeEntries(live.arms)) for (const arm of live.arms) this.takeAll(arm.body);
    else this.takeOne(live.arms);
  }

  private isWholeStatements(group: Group, arms: readonly Arm[], following: readonly Piece[]): boolean {
    if (group.close === undefined || arms[0]?.directive === undefined) return false;
    if (this.stack.at(-1)?.enclosure !== 'block' || !this.isStatementStart()) return false;
    if (firstArms(following).next().value?.text === 'else') return false;
    return arms.every((arm) => {
      const shape = shapeOf(arm.body);
      const ends = shape.last === ';' || shape.last === '}' || shape.last === ':' || shape.last === '';
      return shape.balanced && ends && shape.first !== 'else';
    });
  }

  private isStatementStart(): boolean {
    const text = this.out.at(-1)?.text;
    return text === ';' || text === '{' || text === '}' || (text === ':' && this.isLabelColon());
  }

  /** A `:` with a `?` in the same statement belongs to that. */
  private isLabelColon(): boolean {
    for (let i = this.out.length - 2; i >= 0; i--) {
      const text = this.out[i]?.text;
      if (text === '?') return false;
      if (text === ';' || text === '{' || text === '}') return true;
    }
    return true;
  }

  /** Entries of an initialiser or members of a type: all arms can stand one behind the other. */
  private isWholeEntries(arms: readonly Arm[]): boolean {
    if (this.stack.at(-1)?.enclosure !== 'list') return false;
    return arms.every((arm) => {
      const shape = shapeOf(arm.body);
      return shape.balanced && (shape.last === ',' || shape.last === ';' || shape.last === '');
    });
  }

  private takeAsBlocks(group: Group, arms: readonly Arm[], total: boolean): void {
    arms.forEach((arm, index) => {
      const at = arm.directive?.start ?? 0;
      if (index === 0) this.bracket('{', at, total ? 'arms' : 'arms-open');
      else this.bracket('}', at);
      this.bracket('{', at + 1);
      this.takeAll(arm.body);
    });
    const end = group.close?.start ?? 0;
    this.bracket('}', end);
    this.bracket('}', end + 1);
  }

  private bracket(text: '{' | '}', at: number, mark?: Mark): void {
    this.push({ kind: 'punct', text, start: at, end: at + 1, ...(mark === undefined ? {} : { mark }) });
  }

  private takeOne(arms: readonly Arm[]): void {
    const known = arms.findIndex((arm) => this.answer(arm.condition) === true);
    const open = arms.slice(0, known < 0 ? arms.length : known).filter((arm) => this.answer(arm.condition) !== false);
    // Behind the arms that nothing decides comes the one that is certain, or none at all.
    const ways: readonly (Arm | undefined)[] = [...open, arms[known]];
    const taken = ways.length > 1 ? this.choose(ways.length) : 0;
    for (const arm of ways.slice(0, taken)) if (arm) this.assume(arm.condition, false);
    const chosen = ways[taken];
    if (!chosen) return;
    this.assume(chosen.condition, true);
    this.takeAll(chosen.body);
  }

  private choose(ways: number): number {
    const taken = this.given[this.answers.length]?.taken ?? Math.min(this.otherwise, ways - 1);
    this.answers.push({ taken, ways });
    return taken;
  }

  private answer(condition: Arm['condition']): boolean | undefined {
    if (typeof condition === 'string') return condition === 'always';
    const value = this.assumed.get(condition.key);
    return value === undefined ? undefined : value !== condition.negated;
  }

  private assume(condition: Condition | string, outcome: boolean): void {
    if (typeof condition !== 'string') this.assumed.set(condition.key, outcome !== condition.negated);
  }
}
