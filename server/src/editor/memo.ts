import type { Again, Recall } from '../contracts/recall.js';

/**
 * What was found out of the versions of one document, with what it rests on: every question that was asked on the way, and its
 * answer. A result holds for another version when all questions have the same answers there; so nothing need be known of
 * what an edit means. A result that rests on another one asks for that one's value, not for what that rests on.
 */
export class Memo {
  private readonly entries = new Map<string, Entry[]>();
  private questions = new Map<string, Question>();
  private version = 0;

  /** The memory for one look at one version; `answers` are those of that version. */
  open(answers: Answers): MemoView {
    return new MemoView(this, answers);
  }

  /** Called once for each version, when it was looked at. */
  settle(): void {
    this.version++;
    if (this.version % VERSIONS_KEPT !== 0) return;
    for (const [about, known] of this.entries) {
      const used = known.filter((entry) => entry.used > this.version - VERSIONS_KEPT);
      if (used.length > 0) this.entries.set(about, used);
      else this.entries.delete(about);
    }
    const entries = [...this.entries.values()].flat();
    this.questions = new Map(entries.flatMap(({ asks }) => [...asks.keys()].map((one) => [nameOf(one), one])));
  }

  /** The question of that kind and name, the same object whenever it is asked. */
  question(kind: string, about: string): Question {
    const name = nameOf({ kind, about });
    let question = this.questions.get(name);
    if (!question) this.questions.set(name, (question = { kind, about }));
    return question;
  }

  /** The latest result of that name that holds. */
  find(about: string, holds: (entry: Entry) => boolean): Entry | undefined {
    const found = this.entries.get(about)?.findLast(holds);
    if (found) found.used = this.version;
    return found;
  }

  enter(about: string, entry: Omit<Entry, 'used'>): void {
    const known = this.entries.get(about) ?? [];
    known.push({ ...entry, used: this.version });
    this.entries.set(about, known.slice(-MOST_EACH));
  }
}

/** Results that were not used for so many versions are forgotten. */
const VERSIONS_KEPT = 16;
/** Results that are kept under one name: an edit that is undone, or one name in several rounds. */
const MOST_EACH = 6;

interface Entry {
  readonly asks: Asks;
  /** Items that were asked for, by their names, in the order of the text. */
  readonly items: readonly string[];
  readonly value: unknown;
  used: number;
}

/** A question, and what it was last answered: most are asked again for hundreds of results of a version. */
interface Question {
  readonly kind: string;
  readonly about: string;
  /** The view that the answer is for. */
  view?: MemoView;
  answer?: string | undefined;
}

/** The questions a result rests on, with their answers. */
type Asks = ReadonlyMap<Question, string>;

/** The answers of one version, as texts that are the same for the same answer. */
export interface Answers {
  /** Undefined for a kind that nobody answers here: such a result does not hold. */
  answer(kind: string, about: string): string | undefined;
  /** Kinds whose answer may change while the version is looked at. */
  readonly changing: ReadonlySet<string>;
  /** Kinds that are answered by items: their names with commas between. */
  readonly ofItems: ReadonlySet<string>;
  /** Where the item of a name stands among the others; undefined where there is none. */
  rankOf(name: string): number | undefined;
}

/** A piece of work, and what was asked by it and by the pieces it rests on. */
interface Frame {
  readonly asks: Map<Question, string>;
  readonly below: Set<Frame>;
}

/** One look at one version. */
export class MemoView implements Recall {
  /** How many results were worked out, and how many were taken over, by kind. */
  readonly made = new Map<string, number>();
  readonly taken = new Map<string, number>();
  private readonly known = new Map<string, { readonly value: unknown; readonly frame: Frame }>();
  private readonly results = new Map<Question, { readonly value: unknown; readonly token: string }>();
  private readonly askable = new Map<string, (about: string) => unknown>();
  private readonly stack: Frame[] = [];

  constructor(
    private readonly memo: Memo,
    private readonly version: Answers,
  ) {}

  asked(kind: string, about: string): void {
    const frame = this.stack.at(-1);
    if (!frame) return;
    const question = this.memo.question(kind, about);
    if (!frame.asks.has(question)) frame.asks.set(question, this.token(question) ?? '');
  }

  answers(kind: string, answer: (about: string) => unknown): void {
    this.askable.set(kind, answer);
  }

  once<T>(about: string, make: (again: Again) => T): T {
    let known = this.known.get(about);
    if (!known) this.known.set(about, (known = this.framed(make)));
    this.stack.at(-1)?.below.add(known.frame);
    return known.value as T;
  }

  noted<T>(make: (again: Again) => T): () => T {
    const { value, frame } = this.framed(make);
    return () => {
      this.stack.at(-1)?.below.add(frame);
      return value;
    };
  }

  private framed<T>(make: (again: Again) => T): { readonly value: T; readonly frame: Frame } {
    const frame = newFrame();
    const again: Again = (work) => this.within(frame, work);
    return { frame, value: this.within(frame, () => make(again)) };
  }

  kept<T>(kind: string, about: string, make: () => T): T {
    const question = this.memo.question(kind, about);
    let known = this.results.get(question);
    if (!known) {
      const { value } = this.recalled(kind, about) ?? { value: this.worked(kind, about, make) };
      known = { value, token: tokenOf(value) };
      this.results.set(question, known);
    }
    this.stack.at(-1)?.asks.set(question, known.token);
    return known.value as T;
  }

  /** A result that another version came to and that holds for this one. */
  recalled(kind: string, about: string): { readonly value: unknown } | undefined {
    const found = this.memo.find(`${kind} ${about}`, (entry) => this.within(newFrame(), () => this.holds(entry)));
    if (!found) return undefined;
    count(this.taken, kind);
    return { value: found.value };
  }

  /** Works a result out, and keeps it with what it rests on. */
  worked<T>(kind: string, about: string, make: () => T): T {
    count(this.made, kind);
    const frame = newFrame();
    const value = this.within(frame, make);
    const asks = new Map<Question, string>();
    gather(frame, asks, new Set());
    this.memo.enter(`${kind} ${about}`, { value, asks, items: this.itemsOf(asks) });
    return value;
  }

  private within<T>(frame: Frame, work: () => T): T {
    this.stack.push(frame);
    try {
      return work();
    } finally {
      this.stack.pop();
    }
  }

  /** Asks the questions of a result again, in the order in which they came up. */
  private holds({ asks, items }: Entry): boolean {
    for (const [question, answer] of asks) {
      if (this.token(question) !== answer) return false;
    }
    // Which of two origins a person is told of is decided by their order.
    let last = -1;
    for (const name of items) {
      const rank = this.version.rankOf(name) ?? -1;
      if (rank <= last) return false;
      last = rank;
    }
    return true;
  }

  private token(question: Question): string | undefined {
    if (question.view === this) return question.answer;
    const known = this.results.get(question);
    if (known) return this.note(question, known.token);
    const { kind, about } = question;
    const again = this.askable.get(kind);
    // One that is being worked out has no value yet: what it says of itself holds for who asks now.
    if (again) return tokenOf(again(about));
    const answer = this.version.answer(kind, about);
    return this.version.changing.has(kind) ? answer : this.note(question, answer);
  }

  private note(question: Question, answer: string | undefined): string | undefined {
    question.view = this;
    // The string that was there stays: results have noted it, and the same one is compared at once.
    if (question.answer !== answer) question.answer = answer;
    return question.answer;
  }

  private itemsOf(asks: Asks): readonly string[] {
    const found = new Set<string>();
    for (const [question, answer] of asks) {
      if (answer === '' || !this.version.ofItems.has(question.kind)) continue;
      for (const name of answer.split(',')) found.add(name);
    }
    return [...found].sort((a, b) => (this.version.rankOf(a) ?? 0) - (this.version.rankOf(b) ?? 0));
  }
}

function nameOf({ kind, about }: Pick<Question, 'kind' | 'about'>): string {
  return `${kind} ${about}`;
}

function newFrame(): Frame {
  return { asks: new Map(), below: new Set() };
}

function gather({ asks, below }: Frame, into: Map<Question, string>, seen: Set<Frame>): void {
  for (const [question, answer] of asks) if (!into.has(question)) into.set(question, answer);
  for (const one of below) {
    if (seen.has(one)) continue;
    seen.add(one);
    gather(one, into, seen);
  }
}

function count(into: Map<string, number>, kind: string): void {
  into.set(kind, (into.get(kind) ?? 0) + 1);
}

const texts = new WeakMap<object, string>();

/** The same text for the same value: plain data, told apart by all that is in it. */
export function tokenOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  let text = texts.get(value);
  if (text === undefined) texts.set(value, (text = JSON.stringify(value)));
  return text;
}
