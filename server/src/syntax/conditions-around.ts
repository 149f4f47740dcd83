import { conditionAt } from './groups.js';
import type { Condition } from './groups.js';
import { directiveKeyword, nextDirective, skipDirective } from './scan.js';

/** What `#if` around a place asks: whether each condition holds there, by its text. */
export type Conditions = ReadonlyMap<string, boolean>;

interface OpenArm {
  /** Those of the arms before, which do not hold in this one. */
  readonly before: readonly Condition[];
  readonly own: Condition | undefined;
}

/** What is asked around each of some offsets, in the order of the offsets, which are to be ascending. */
export function conditionsAround(text: string, offsets: readonly number[]): readonly Conditions[] {
  const found: Conditions[] = [];
  const open: OpenArm[] = [];
  let next = 0;
  for (let at = nextDirective(text, 0); next < offsets.length; at = nextDirective(text, skipDirective(text, at))) {
    for (let offset = offsets[next]; offset !== undefined && offset <= at; offset = offsets[++next]) {
      found.push(asked(open));
    }
    if (at >= text.length) break;
    readDirective(text, at, open);
  }
  while (found.length < offsets.length) found.push(asked(open));
  return found;
}

function readDirective(text: string, at: number, open: OpenArm[]): void {
  const keyword = directiveKeyword(text, at);
  if (keyword === 'endif') open.pop();
  const opens = /^if(n?def)?$/.test(keyword);
  if (!opens && !/^el(se|if)/.test(keyword)) return;
  const condition = conditionAt(text, at);
  const own = typeof condition === 'object' ? condition : undefined;
  const last = opens ? undefined : open.pop();
  open.push({ before: last ? [...last.before, ...(last.own ? [last.own] : [])] : [], own });
}

function asked(open: readonly OpenArm[]): Conditions {
  const found = new Map<string, boolean>();
  for (const { before, own } of open) {
    for (const { key, negated } of before) found.set(key, negated);
    if (own) found.set(own.key, !own.negated);
  }
  return found;
}

/** Both together; undefined where they contradict one another. */
export function bothHold(a: Conditions, b: Conditions): Conditions | undefined {
  for (const [key, holds] of b) if ((a.get(key) ?? holds) !== holds) return undefined;
  return new Map([...a, ...b]);
}
