import type { Enclosure } from './brackets.js';
import { enclosureOf } from './brackets.js';
import type { Arm, Condition, Group, Piece } from './groups.js';
import { firstArms, isGroup, liveArms, nestGroups, shapeOf } from './groups.js';
import type { Mark, Token } from './lexer.js';

/** Tokens of one reading of an item. */
export interface Selection {
  readonly tokens: Token[];
  /** How many readings the item has: 1 when no #if group cuts through a statement. */
  readonly variants: number;
  /** False where the readings are not all that there are: there are too many arms, or arms of several groups go together. */
  readonly isAll: boolean;
}

const MOST_VARIANTS = 4;

/**
 * Tokens without directives. A group whose arms are whole statements becomes a block of blocks, written into the
 * characters of its directives, so that the parser sees every arm. Of any other group one arm is kept: the first that
 * can be compiled in variant 0, the next in variant 1, and so on; the same condition is answered the same way throughout.
 */
export function selectArms(tokens: readonly Token[], variant: number): Selection {
  if (!tokens.some((token) => token.kind === 'directive')) {
    return { tokens: tokens.map((token) => ({ ...token })), variants: 1, isAll: true };
  }
  const selector = new Selector(variant);
  selector.takeAll(nestGroups(tokens));
  const variants = Math.min(selector.variants, MOST_VARIANTS);
  return { tokens: selector.out, variants, isAll: selector.variants === variants && selector.choices <= 1 };
}

class Selector {
  readonly out: Token[] = [];
  variants = 1;
  /** Groups of which an arm was chosen that no condition before decided. */
  choices = 0;
  private readonly stack: { readonly enclosure: Enclosure; readonly at: number }[] = [];
  private readonly partner = new Map<number, number>();
  private readonly assumed = new Map<string, boolean>();

  constructor(private readonly variant: number) {}

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
    else this.takeOne(live.arms, live.total);
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

  private takeOne(arms: readonly Arm[], total: boolean): void {
    this.variants = Math.max(this.variants, arms.length + (total ? 0 : 1));
    // Where the arms are all there is, one of them is taken.
    let toSkip = total ? Math.min(this.variant, arms.length - 1) : this.variant;
    if (arms.some((arm) => this.answer(arm.condition) === undefined)) this.choices++;
    for (const arm of arms) {
      const known = this.answer(arm.condition);
      if (known === true || (known === undefined && toSkip === 0)) {
        this.assume(arm.condition, true);
        this.takeAll(arm.body);
        return;
      }
      if (known === undefined) toSkip--;
      this.assume(arm.condition, false);
    }
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
