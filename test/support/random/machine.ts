import type { Block, Condition, Label, PageName, Program, Reserved, Statement } from './language.js';
import { targetsOf } from './print.js';

/**
 * What a random program really does: it is run in every concrete state there can be, step by step. A state is one number,
 * a few bits for each variable; a function is compiled to steps that name those that can come next.
 */

/** The tests that some page can reach, and those that a device page can. */
export interface Reached {
  readonly byAny: ReadonlySet<Reserved>;
  readonly byDevice: ReadonlySet<Reserved>;
}

/**
 * Runs the program in every concrete state there can be. `strangers` say what a call of unknown code does with a local
 * whose address an earlier one was given: leave it alone, or put another page there.
 */
export function reachedTests(program: Program, strangers: 'polite' | 'rude' = 'polite'): Reached {
  const machine = new Machine(program, strangers === 'rude');
  machine.run(machine.compile(program.body), initialStates(program.body, machine.some));
  return machine;
}

/** Kinds of a page, two bits each. */
const [NULL, RAM, DEVICE, PRIVATE] = [0, 1, 2, 3] as const;
type Kind = typeof NULL | typeof RAM | typeof DEVICE | typeof PRIVATE;
const BOTH = [false, true] as const;

type State = number;

/** Pages by the bit they begin at; `inner` is a q in a block of its own, `gone` the member of a w that was left behind. */
const SLOTS = { p: 0, q: 2, inner: 4, work: 6, gone: 8, first: 10, second: 12, pfn: 14 } as const;
type Slot = keyof typeof SLOTS;
const BITS = { index: 16, flag: 17, other: 18, mode: 19, lentP: 20, lentQ: 21 } as const;
const POINTER = 22;
const TARGETS: readonly Slot[] = ['p', 'q', 'work', 'gone', 'first', 'second'];

function kindIn(state: State, slot: Slot): Kind {
  return ((state >> SLOTS[slot]) & 3) as Kind;
}

function withKind(state: State, slot: Slot, kind: Kind): State {
  return (state & ~(3 << SLOTS[slot])) | (kind << SLOTS[slot]);
}

function isSet(state: State, bit: keyof typeof BITS): boolean {
  return ((state >> BITS[bit]) & 1) === 1;
}

function withBit(state: State, bit: keyof typeof BITS, value: boolean): State {
  return (state & ~(1 << BITS[bit])) | (Number(value) << BITS[bit]);
}

function target(state: State): Slot {
  return TARGETS[(state >> POINTER) & 7] ?? 'q';
}

function aimedAt(state: State, slot: Slot): State {
  return (state & ~(7 << POINTER)) | (Math.max(0, TARGETS.indexOf(slot)) << POINTER);
}

/** Pages are ordinary, flags false and `pp` points to q; what no statement names stays so. */
const FRAME = [...Object.keys(SLOTS)].reduce((sum, slot) => withKind(sum, slot as Slot, RAM), aimedAt(0, 'q'));

const NAMED: readonly (readonly [Slot, RegExp])[] = [
  ['p', /"p"/],
  ['q', /"q"|"\*pp"/],
  ['work', /"w->page"/],
  ['first', /"pages\[|"any"|"fill-all"/],
  ['second', /"pages\[i\]"|"any"|"fill-all"/],
  ['pfn', /"of-pfn"|"online"|"pick"/],
];

/** A state for each combination of what the function's parameters can be, as far as it uses them. */
function initialStates(body: Block, some: readonly Kind[]): State[] {
  const text = JSON.stringify(body);
  let states = [FRAME];
  for (const [slot, pattern] of NAMED) {
    if (pattern.test(text)) states = states.flatMap((state) => some.map((kind) => withKind(state, slot, kind)));
  }
  return states.flatMap((state) => BOTH.map((mode) => withBit(state, 'mode', mode)));
}

/** One step of a compiled function; where nothing comes next, the function is left. */
type Step =
  | { op: 'write'; write: (state: State) => State | readonly State[]; next: number }
  | { op: 'branch'; ask: (state: State) => readonly boolean[]; yes: number; no: number }
  | { op: 'any'; targets: number[] }
  | { op: 'end'; early: boolean };

interface Code {
  readonly steps: readonly Step[];
  readonly entry: number;
}

/** Where statements can go on besides the next one. */
interface Exits {
  readonly breaks: number;
  readonly continues: number;
  readonly returns: number;
  readonly cases: { readonly targets: number[]; hasDefault: boolean } | undefined;
  readonly shadowed: boolean;
}

/** What get_user_pages_fast() gives: private device memory is never mapped, so no user page is of it. */
const USER_PAGES: readonly Kind[] = [RAM, DEVICE];

class Machine implements Reached {
  readonly byAny = new Set<Reserved>();
  readonly byDevice = new Set<Reserved>();
  private readonly codes = new Map<Block, Code>();
  private readonly answers = new Map<string, unknown>();

  /** The kinds of a page of unknown origin: private memory counts where a program asks for it. */
  readonly some: readonly Kind[];

  constructor(
    readonly program: Program,
    /** Unknown code may write what it was lent. */
    readonly rude: boolean,
  ) {
    this.some = JSON.stringify(program).includes('"device-private"') ? [RAM, DEVICE, PRIVATE] : [RAM, DEVICE];
  }

  /** @param answer what the function returns, asked when its end is reached */
  compile(body: Block, answer?: Condition): Code {
    let code = this.codes.get(body);
    if (!code) this.codes.set(body, (code = new Compiler(this).function(body, answer)));
    return code;
  }

  /** The states in which the function is left: at its end, by `answered`, and by an early return. */
  run({ steps, entry }: Code, states: readonly State[]): { end: Set<State>; early: Set<State> } {
    const left = { end: new Set<State>(), early: new Set<State>() };
    const seen = steps.map(() => new Set<State>());
    const open: [number, State][] = [];
    const enter = (at: number, state: State): void => {
      if (seen[at]?.has(state)) return;
      seen[at]?.add(state);
      open.push([at, state]);
    };
    for (const state of states) enter(entry, state);
    for (let one = open.pop(); one; one = open.pop()) {
      const [at, state] = one;
      const step = steps[at];
      if (step?.op === 'write') {
        const after = step.write(state);
        if (typeof after === 'number') enter(step.next, after);
        else for (const each of after) enter(step.next, each);
      } else if (step?.op === 'branch') {
        for (const truth of step.ask(state)) enter(truth ? step.yes : step.no, state);
      } else if (step?.op === 'any') {
        for (const next of step.targets) enter(next, state);
      } else if (step?.op === 'end') left[step.early ? 'early' : 'end'].add(state);
    }
    return left;
  }

  test(test: Reserved, kind: Kind): readonly boolean[] {
    if (kind === NULL) return [];
    this.byAny.add(test);
    if (kind !== RAM) this.byDevice.add(test);
    // Boot memory carries the bit as well, other RAM does not.
    return kind === RAM ? BOTH : [true];
  }

  fit(page: Kind, mode: boolean): readonly boolean[] {
    return this.remember(`fit ${String(page)} ${String(mode)}`, () => {
      const { fit } = this.program;
      // The end of its code is reached with the answer in `flag`.
      const { end, early } = this.run(this.compile(fit.body, fit.answer), asked(page, mode));
      const answers = new Set([...end].map((state) => isSet(state, 'flag')));
      if (early.size > 0) answers.add(false);
      return [...answers];
    });
  }

  picked(pfn: Kind, mode: boolean): readonly Kind[] {
    return this.remember(`pick ${String(pfn)} ${String(mode)}`, () => {
      const { pick } = this.program;
      const frame = withBit(withKind(withKind(withKind(FRAME, 'p', NULL), 'q', NULL), 'pfn', pfn), 'mode', mode);
      const { end, early } = this.run(this.compile(pick.body), [frame]);
      const pages = new Set([...end].map((state) => kindIn(state, pick.answer === 'p' ? 'p' : 'q')));
      if (early.size > 0) pages.add(NULL);
      return [...pages];
    });
  }

  visited(page: Kind, mode: boolean): boolean {
    return this.remember(`visit ${String(page)} ${String(mode)}`, () => {
      const { end, early } = this.run(this.compile(this.program.visit), asked(page, mode));
      return end.size + early.size > 0;
    });
  }

  private remember<Answer>(key: string, compute: () => Answer): Answer {
    if (!this.answers.has(key)) this.answers.set(key, compute());
    return this.answers.get(key) as Answer;
  }

  /** The states after a call of unknown code. */
  afterStranger(state: State): readonly State[] {
    let states: readonly State[] = [state];
    for (const [bit, slot] of [
      ['lentP', 'p'],
      ['lentQ', 'q'],
    ] as const) {
      if (!this.rude || !isSet(state, bit)) continue;
      states = states.flatMap((one) => [one, ...this.some.map((kind) => withKind(one, slot, kind))]);
    }
    return states;
  }
}

/** The frame of a helper that is asked about a page: it takes the pfn of it first. */
function asked(page: Kind, mode: boolean): State[] {
  if (page === NULL) return [];
  return [withBit(withKind(withKind(withKind(FRAME, 'p', page), 'pfn', page), 'q', NULL), 'mode', mode)];
}

/** Compiles back to front: each statement is given the step that comes behind it. */
class Compiler {
  private readonly steps: Step[] = [];
  private readonly labels = new Map<Label, number>();
  private targets: readonly Label[] = [];

  constructor(private readonly machine: Machine) {}

  function(body: Block, answer: Condition | undefined): Code {
    this.targets = targetsOf(body);
    const [end, early] = [this.add({ op: 'end', early: false }), this.add({ op: 'end', early: true })];
    const exits: Exits = { breaks: early, continues: early, returns: early, cases: undefined, shadowed: false };
    let next = end;
    if (answer) {
      const [yes, no] = BOTH.map((truth) => this.write((state) => withBit(state, 'flag', !truth), end));
      next = this.condition(answer, yes ?? end, no ?? end, exits);
    }
    return { steps: this.steps, entry: this.block(body, next, exits) };
  }

  private add(step: Step): number {
    this.steps.push(step);
    return this.steps.length - 1;
  }

  private write(write: (state: State) => State | readonly State[], next: number): number {
    return this.add({ op: 'write', write, next });
  }

  /** A step for what comes later in the text, or is jumped to. */
  private place(next: number[] = []): { readonly at: number; readonly lead: (to: number) => void } {
    const at = this.add({ op: 'any', targets: next });
    return { at, lead: (to) => void next.push(to) };
  }

  private label(label: Label): number {
    let at = this.labels.get(label);
    if (at === undefined) this.labels.set(label, (at = this.place().at));
    return at;
  }

  private block(body: Block, next: number, exits: Exits): number {
    // Case labels are collected in the order of the text, which does not matter.
    return body.reduceRight((behind, statement) => this.statement(statement, behind, exits), next);
  }

  private statement(statement: Statement, next: number, exits: Exits): number {
    switch (statement.op) {
      case 'if':
        return this.condition(
          statement.condition,
          this.block(statement.then, next, exits),
          this.block(statement.else, next, exits),
          exits,
        );
      case 'while':
      case 'do':
      case 'for':
        return this.loop(statement, next, exits);
      case 'once':
        return this.block(statement.body, next, { ...exits, breaks: next, continues: next });
      case 'switch': {
        const cases = { targets: new Array<number>(), hasDefault: false };
        this.block(statement.body, next, { ...exits, breaks: next, cases });
        return this.stranger(
          this.add({ op: 'any', targets: cases.hasDefault ? cases.targets : [...cases.targets, next] }),
        );
      }
      case 'case':
      case 'default':
        exits.cases?.targets.push(next);
        if (exits.cases && statement.op === 'default') exits.cases.hasDefault = true;
        return next;
      case 'shadow': {
        const inside = this.block(statement.body, next, { ...exits, shadowed: true });
        const { from } = statement;
        return this.write((state) => withKind(state, 'inner', this.read(state, from, exits)), inside);
      }
      case 'label': {
        const step = this.steps[this.label(statement.label)];
        if (step?.op === 'any') step.targets.push(next);
        return next;
      }
      default:
        return this.jump(statement, next, exits) ?? this.write((state) => this.step(statement, state, exits), next);
    }
  }

  private loop(loop: Extract<Statement, { op: 'while' | 'do' | 'for' }>, next: number, exits: Exits): number {
    const head = this.place();
    const step = loop.op === 'for' ? this.statement(loop.step, head.at, exits) : head.at;
    const body = this.block(loop.body, step, { ...exits, breaks: next, continues: step });
    head.lead(this.condition(loop.condition, body, next, exits));
    return loop.op === 'do' ? body : head.at;
  }

  /** Statements that hand control on; undefined for others. */
  private jump(statement: Statement, next: number, exits: Exits): number | undefined {
    switch (statement.op) {
      case 'break':
      case 'continue':
      case 'return':
        return exits[`${statement.op}s`];
      case 'goto':
        return this.label(statement.label);
      case 'may-jump': {
        // Assembly without a clobbers list writes nothing but its outputs, and what is printed here has none.
        const here = this.label(statement.label);
        if (statement.by === 'asm') return this.add({ op: 'any', targets: [here, next] });
        if (statement.by !== 'answer') return this.stranger(this.add({ op: 'any', targets: [here, next] }));
        const answered = this.write((state) => BOTH.map((flag) => withBit(state, 'flag', flag)), next);
        return this.stranger(this.add({ op: 'any', targets: [here, answered] }));
      }
      case 'may-leave':
        return this.stranger(this.add({ op: 'any', targets: [exits[`${statement.how}s`], next] }));
      case 'jump-any':
        return this.stranger(this.add({ op: 'any', targets: this.targets.map((label) => this.label(label)) }));
      case 'leave-if':
        return this.condition(statement.condition, exits.returns, next, exits);
      case 'stop-if':
        return this.condition(statement.condition, exits.breaks, next, exits);
      case 'skip-if':
        return this.condition(statement.condition, exits.continues, next, exits);
      case 'go-if':
        return this.condition(statement.condition, this.label(statement.label), next, exits);
      case 'set-unless': {
        const { to, from } = statement;
        const copy = this.statement({ op: 'copy', to, from }, next, exits);
        return this.condition(statement.condition, next, copy, exits);
      }
      case 'set':
        return this.flag(statement.condition, next, exits, (state, truth) => withBit(state, statement.to, truth));
      case 'gather':
        return this.flag(statement.condition, next, exits, (state, truth) => {
          const before = isSet(state, statement.to);
          return withBit(state, statement.to, statement.operator === '|=' ? before || truth : before && truth);
        });
      case 'ask':
        return this.condition(statement.condition, this.stranger(next), this.stranger(next), exits);
      case 'test': {
        const { test } = statement;
        return this.condition(test, this.stranger(next), next, exits);
      }
      default:
        return undefined;
    }
  }

  private flag(condition: Condition, next: number, exits: Exits, set: (state: State, truth: boolean) => State): number {
    const [no, yes] = BOTH.map((truth) => this.write((state) => set(state, truth), next));
    return this.condition(condition, yes ?? next, no ?? next, exits);
  }

  private stranger(next: number): number {
    return this.write((state) => this.machine.afterStranger(state), next);
  }

  private condition(condition: Condition, yes: number, no: number, exits: Exits): number {
    const branch = (ask: (state: State) => readonly boolean[]): number => this.add({ op: 'branch', ask, yes, no });
    switch (condition.op) {
      case 'not':
        return this.condition(condition.of, no, yes, exits);
      case 'and':
        return this.condition(condition.left, this.condition(condition.right, yes, no, exits), no, exits);
      case 'or':
        return this.condition(condition.left, yes, this.condition(condition.right, yes, no, exits), exits);
      case 'choose':
        return this.condition(
          condition.if,
          this.condition(condition.then, yes, no, exits),
          this.condition(condition.else, yes, no, exits),
          exits,
        );
      case 'comma':
        return this.statement(condition.first, this.condition(condition.then, yes, no, exits), exits);
      case 'assigned': {
        const asked: Condition = { op: condition.asks, page: condition.move.to };
        return this.statement(condition.move, this.condition(asked, yes, no, exits), exits);
      }
      case 'block':
        return this.block(condition.body, this.condition(condition.answer, yes, no, exits), exits);
      case 'zone-device':
      case 'macro':
        return branch((state) => {
          const kind = this.read(state, condition.page, exits);
          return kind === NULL ? [] : [kind !== RAM];
        });
      case 'device-private':
        return branch((state) => {
          const kind = this.read(state, condition.page, exits);
          return kind === NULL ? [] : [kind === PRIVATE];
        });
      case 'reserved':
        return branch((state) => this.machine.test(condition, this.read(state, condition.page, exits)));
      case 'non-null':
        return branch((state) => [this.read(state, condition.page, exits) !== NULL]);
      case 'helper': {
        const ask = (state: State): readonly boolean[] =>
          this.machine.fit(this.read(state, condition.page, exits), isSet(state, 'mode'));
        return this.add({ op: 'branch', ask, yes: this.stranger(yes), no: this.stranger(no) });
      }
      case 'unknown':
        return this.stranger(branch(() => BOTH));
      case 'true':
      case 'false':
        return condition.op === 'true' ? yes : no;
      case 'flag':
      case 'other':
      case 'mode': {
        const { op } = condition;
        return branch((state) => [isSet(state, op)]);
      }
    }
  }

  private step(statement: Statement, state: State, exits: Exits): State | readonly State[] {
    const read = (page: PageName): Kind => this.read(state, page, exits);
    const write = (page: PageName, kind: Kind): State => this.put(state, page, kind, exits);
    const { machine } = this;
    switch (statement.op) {
      case 'copy':
        return write(statement.to, read(statement.from));
      case 'take':
        return machine
          .afterStranger(state)
          .flatMap((one) => machine.some.map((kind) => this.put(one, statement.to, kind, exits)));
      case 'fill': {
        const filled = machine.some.map((kind) => write(statement.to, kind));
        return filled.flatMap((one) => machine.afterStranger(this.lent(one, statement.to, exits)));
      }
      case 'allocate':
        return write(statement.to, RAM);
      case 'clear':
        return write(statement.to, NULL);
      case 'of-pfn':
        return write(statement.to, kindIn(state, 'pfn'));
      case 'online':
        return write(statement.to, kindIn(state, 'pfn') === RAM ? RAM : NULL);
      case 'any':
        return machine
          .afterStranger(state)
          .flatMap((one) =>
            (['first', 'second'] as const).map((from) => this.put(one, statement.to, kindIn(one, from), exits)),
          );
      case 'pick': {
        const picked = machine.picked(kindIn(state, 'pfn'), isSet(state, 'mode'));
        return picked.flatMap((kind) =>
          machine.afterStranger(state).map((one) => this.put(one, statement.to, kind, exits)),
        );
      }
      case 'visit':
        return machine.visited(read(statement.page), isSet(state, 'mode')) ? machine.afterStranger(state) : [];
      case 'to-pfn':
        return read(statement.page) === NULL ? [] : withKind(state, 'pfn', read(statement.page));
      case 'advance': {
        const left = target(state) === 'work' ? aimedAt(withKind(state, 'gone', kindIn(state, 'work')), 'gone') : state;
        return machine.some.map((kind) => withKind(left, 'work', kind));
      }
      case 'refill':
        return machine.some.flatMap((kind) => machine.afterStranger(withKind(state, 'work', kind)));
      case 'other-index':
        return withBit(state, 'index', !isSet(state, 'index'));
      case 'fill-all':
        return USER_PAGES.flatMap((one) =>
          USER_PAGES.map((two) => withKind(withKind(state, 'first', one), 'second', two)),
        );
      case 'aim':
        return aimedAt(state, this.slot(state, statement.at, exits));
      case 'swap':
        return this.put(write(statement.one, read(statement.other)), statement.other, read(statement.one), exits);
      default:
        return state;
    }
  }

  /** A local whose address unknown code was given. */
  private lent(state: State, page: PageName, exits: Exits): State {
    const slot = this.slot(state, page, exits);
    return slot === 'p' ? withBit(state, 'lentP', true) : slot === 'q' ? withBit(state, 'lentQ', true) : state;
  }

  private slot(state: State, page: PageName, { shadowed }: Exits): Slot {
    switch (page) {
      case 'w->page':
        return 'work';
      case 'pages[i]':
        return isSet(state, 'index') ? 'second' : 'first';
      case 'pages[0]':
        return 'first';
      case '*pp':
        return target(state);
      case 'q':
        return shadowed ? 'inner' : 'q';
      case 'p':
        return 'p';
    }
  }

  private read(state: State, page: PageName, exits: Exits): Kind {
    return kindIn(state, this.slot(state, page, exits));
  }

  private put(state: State, page: PageName, kind: Kind, exits: Exits): State {
    return withKind(state, this.slot(state, page, exits), kind);
  }
}
