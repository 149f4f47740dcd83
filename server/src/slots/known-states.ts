import type { Page, SlotState, Value } from './state.js';

/**
 * The states that a run has met at each node: equal ones need one visit. Most states differ, so a number is made of each first,
 * and only those of one number are compared.
 */
export class KnownStates {
  private readonly met = new Map<number, Map<number, SlotState[]>>();

  constructor(private readonly numbering: Numbering) {}

  /** True for a state that no equal one was met before at this node. */
  add(node: number, state: SlotState): boolean {
    const here = this.met.get(node) ?? new Map<number, SlotState[]>();
    this.met.set(node, here);
    const number = this.numbering.ofState(state);
    const alike = here.get(number);
    if (alike?.some((one) => isEqual(one, state)) === true) return false;
    if (alike) alike.push(state);
    else here.set(number, [state]);
    return true;
  }
}

type Part = ReadonlyMap<string, Value | string | number | boolean>;

/** Numbers of the states of one run: equal states have the same one, whatever the order in which they were made. */
export class Numbering {
  private readonly names = new Map<string, number>();
  /** Parts that a step leaves as they are are the same objects, and are not read again. */
  private readonly parts = new WeakMap<Part, number>();

  ofState({ cells, fresh, bound, signs, answers, pages, freed, guessed, released }: SlotState): number {
    const maps = [cells, fresh, bound, signs, answers].map((part) => this.ofPart(part));
    const sets = [freed, released].map((part) => part.size);
    const held = pages.map((page) => page.call.start * 8 + page.held * 2 + Number(page.gone));
    return [...maps, ...sets, ...held, Number(guessed)].reduce(mixed, 0);
  }

  private ofPart(part: Part): number {
    const known = this.parts.get(part);
    if (known !== undefined) return known;
    let sum = part.size;
    for (const [key, value] of part) sum = (sum + mixed(this.ofName(key), this.ofValue(value))) | 0;
    this.parts.set(part, sum);
    return sum;
  }

  private ofValue(value: Value | string | number | boolean): number {
    if (typeof value === 'string') return this.ofName(value);
    if (typeof value !== 'object') return Number(value);
    switch (value.is) {
      case 'symbol':
        return mixed(this.ofName(value.name), value.plus);
      case 'number':
        return value.number;
      default:
        return value.is === 'page' ? mixed(value.page, 1) : -1;
    }
  }

  private ofName(name: string): number {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const number = this.names.size;
    this.names.set(name, number);
    return number;
  }
}

function mixed(a: number, b: number): number {
  const sum = Math.imul(a, 31) ^ Math.imul(b, 0x9e3779b1);
  return Math.imul(sum ^ (sum >>> 15), 0x85ebca6b);
}

function isEqual(a: SlotState, b: SlotState): boolean {
  return (
    a.guessed === b.guessed &&
    isSamePart(a.cells, b.cells) &&
    isSamePart(a.answers, b.answers) &&
    isSamePart(a.signs, b.signs) &&
    isSamePart(a.bound, b.bound) &&
    isSamePart(a.fresh, b.fresh) &&
    isSameSet(a.freed, b.freed) &&
    isSameSet(a.released, b.released) &&
    isSamePages(a.pages, b.pages)
  );
}

function isSamePart(a: Part, b: Part): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !isSameValue(value, other)) return false;
  }
  return true;
}

function isSameValue(a: Value | string | number | boolean, b: Value | string | number | boolean): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  switch (a.is) {
    case 'number':
      return b.is === 'number' && (a.number === b.number || (Number.isNaN(a.number) && Number.isNaN(b.number)));
    case 'symbol':
      return b.is === 'symbol' && a.name === b.name && a.plus === b.plus;
    case 'page':
      return b.is === 'page' && a.page === b.page;
    case 'unset':
      return b.is === 'unset';
  }
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const one of a) if (!b.has(one)) return false;
  return true;
}

function isSamePages(a: readonly Page[], b: readonly Page[]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every(({ call, held, gone }, at) => {
      const other = b[at];
      return other?.call.start === call.start && other.held === held && other.gone === gone;
    })
  );
}
