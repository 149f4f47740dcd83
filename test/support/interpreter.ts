import type { Block, Condition, PageName, Program, Statement } from './random-programs.js';

/** One concrete state: each letter is a kind (r RAM, d device, 0 null) or a truth (t, f). */
interface Concrete {
  readonly p: Kind;
  readonly q: Kind;
  readonly work: Kind;
  readonly first: Kind;
  readonly second: Kind;
  readonly pfn: Kind;
  readonly index: boolean;
  readonly flag: boolean;
  readonly other: boolean;
  readonly mode: boolean;
}
type Kind = 'r' | 'd' | '0';
const SOME: readonly Kind[] = ['r', 'd'];
const BOTH = [false, true] as const;

class States {
  private readonly known = new Map<string, Concrete>();

  constructor(states: Iterable<Concrete> = []) {
    for (const state of states) this.add(state);
  }

  get size(): number {
    return this.known.size;
  }

  add(state: Concrete): void {
    this.known.set(Object.values(state).join(), state);
  }

  addAll(others: States): void {
    for (const state of others.all()) this.add(state);
  }

  all(): Concrete[] {
    return [...this.known.values()];
  }
}

/** Where the states go on from a statement; outside of a loop `breaks` and `continues` are `returns`. */
interface Exits {
  readonly breaks: States;
  readonly continues: States;
  readonly returns: States;
}

/** The tests that some page can reach, and those that a device page can. */
export interface Reached {
  readonly byAny: ReadonlySet<Statement>;
  readonly byDevice: ReadonlySet<Statement>;
}

/** Runs the program in every concrete state there can be. */
export function reachedTests(program: Program): Reached {
  const machine = new Machine(program);
  machine.call(program.body, initialStates());
  return machine;
}

function initialStates(): Concrete[] {
  let states: Concrete[] = [FRAME];
  for (const name of ['p', 'q', 'work', 'first', 'second', 'pfn'] as const) {
    states = states.flatMap((state) => SOME.map((kind) => ({ ...state, [name]: kind })));
  }
  return states.flatMap((state) => BOTH.map((mode) => ({ ...state, mode })));
}

/** Runs the functions of one program; answers of the helpers are kept, they depend on a kind and the mode only. */
class Machine implements Reached {
  readonly byAny = new Set<Statement>();
  readonly byDevice = new Set<Statement>();
  private readonly answers = new Map<string, unknown>();

  constructor(private readonly program: Program) {}

  /** The states at the end of a function and those at its early returns. */
  call(body: Block, states: Iterable<Concrete>): { end: States; early: States } {
    const early = new States();
    const end = this.block(body, new States(states), { breaks: early, continues: early, returns: early });
    return { end, early };
  }

  private block(body: Block, states: States, exits: Exits): States {
    return body.reduce((current, statement) => this.statement(statement, current, exits), states);
  }

  private statement(statement: Statement, states: States, exits: Exits): States {
    switch (statement.op) {
      case 'if': {
        const result = this.block(statement.then, this.assume(states, statement.condition, true), exits);
        const joined = new States(result.all());
        joined.addAll(this.block(statement.else, this.assume(states, statement.condition, false), exits));
        return joined;
      }
      case 'while':
      case 'do':
        return this.loop(statement, states, exits.returns);
      case 'break':
      case 'continue':
      case 'return':
        exits[EXIT[statement.op]].addAll(states);
        return new States();
      default:
        return new States(states.all().flatMap((state) => this.step(statement, state)));
    }
  }

  private loop(loop: Extract<Statement, { op: 'while' | 'do' }>, states: States, returns: States): States {
    const [head, after] = [new States(), new States()];
    const turn = (entering: States): void => {
      const continues = new States();
      head.addAll(this.block(loop.body, entering, { breaks: after, continues, returns }));
      head.addAll(continues);
    };
    if (loop.op === 'do') turn(new States(states.all()));
    else head.addAll(states);
    for (let size = -1; size !== head.size;) {
      size = head.size;
      turn(this.assume(head, loop.condition, true));
    }
    after.addAll(this.assume(head, loop.condition, false));
    return after;
  }

  private assume(states: States, condition: Condition, truth: boolean): States {
    return new States(states.all().filter((state) => this.truths(state, condition).includes(truth)));
  }

  /** The answers a condition can give; none where asking it dereferences null. */
  private truths(state: Concrete, condition: Condition): readonly boolean[] {
    switch (condition.op) {
      case 'zone-device': {
        const kind = read(state, condition.page);
        return kind === '0' ? [] : [kind === 'd'];
      }
      case 'non-null':
        return [read(state, condition.page) !== '0'];
      case 'flag':
        return [state.flag];
      case 'other':
        return [state.other];
      case 'mode':
        return [state.mode];
      case 'unknown':
        return BOTH;
      case 'true':
      case 'false':
        return [condition.op === 'true'];
      case 'helper':
        return this.fit(read(state, condition.page), state.mode);
      case 'not':
        return this.truths(state, condition.of).map((truth) => !truth);
      default: {
        const decided = condition.op === 'or';
        const left = this.truths(state, condition.left);
        return left.flatMap((truth) => (truth === decided ? [truth] : this.truths(state, condition.right)));
      }
    }
  }

  private fit(page: Kind, mode: boolean): readonly boolean[] {
    return this.remember(`fit ${page} ${String(mode)}`, () => {
      const { end, early } = this.call(this.program.fit.body, asked(page, mode));
      const answers = end.all().flatMap((state) => this.truths(state, this.program.fit.answer));
      return [...new Set([...answers, ...(early.size > 0 ? [false] : [])])];
    });
  }

  private picked(pfn: Kind, mode: boolean): readonly Kind[] {
    return this.remember(`pick ${pfn} ${String(mode)}`, () => {
      const { end, early } = this.call(this.program.pick.body, [{ ...FRAME, pfn, mode }]);
      const pages = end.all().map((state) => read(state, this.program.pick.answer));
      return [...new Set([...pages, ...(early.size > 0 ? (['0'] as const) : [])])];
    });
  }

  private visited(page: Kind, mode: boolean): boolean {
    return this.remember(`visit ${page} ${String(mode)}`, () => {
      const { end, early } = this.call(this.program.visit, asked(page, mode));
      return end.size + early.size > 0;
    });
  }

  private remember<Answer>(key: string, compute: () => Answer): Answer {
    if (!this.answers.has(key)) this.answers.set(key, compute());
    return this.answers.get(key) as Answer;
  }

  private step(statement: Statement, state: Concrete): Concrete[] {
    switch (statement.op) {
      case 'copy':
        return [write(state, statement.to, read(state, statement.from))];
      case 'take':
      case 'fill':
        return SOME.map((kind) => write(state, statement.to, kind));
      case 'allocate':
        return [write(state, statement.to, 'r')];
      case 'clear':
        return [write(state, statement.to, '0')];
      case 'of-pfn':
        return [write(state, statement.to, state.pfn)];
      case 'online':
        return [write(state, statement.to, state.pfn === 'r' ? 'r' : '0')];
      case 'pick':
        return this.picked(state.pfn, state.mode).map((kind) => write(state, statement.to, kind));
      case 'visit':
        return this.visited(read(state, statement.page), state.mode) ? [state] : [];
      case 'to-pfn':
        return read(state, statement.page) === '0' ? [] : [{ ...state, pfn: read(state, statement.page) }];
      case 'test': {
        const kind = read(state, statement.page);
        if (kind !== '0') this.byAny.add(statement);
        if (kind === 'd') this.byDevice.add(statement);
        return kind === '0' ? [] : [state];
      }
      case 'advance':
      case 'refill':
        return SOME.map((work) => ({ ...state, work }));
      case 'other-index':
        return [{ ...state, index: !state.index }];
      case 'set':
        return this.truths(state, statement.condition).map((flag) => ({ ...state, [statement.to]: flag }));
      default:
        return [state];
    }
  }
}

const EXIT = { break: 'breaks', continue: 'continues', return: 'returns' } as const;

const FRAME: Concrete = {
  p: '0',
  q: '0',
  work: 'r',
  first: 'r',
  second: 'r',
  pfn: 'r',
  index: false,
  flag: false,
  other: false,
  mode: false,
};

/** The frame of a helper that is asked about a page: it takes the pfn of it first. */
function asked(page: Kind, mode: boolean): Concrete[] {
  return page === '0' ? [] : [{ ...FRAME, p: page, pfn: page, mode }];
}

function read(state: Concrete, page: PageName): Kind {
  if (page === 'w->page') return state.work;
  if (page === 'pages[i]') return state.index ? state.second : state.first;
  return state[page];
}

function write(state: Concrete, page: PageName, kind: Kind): Concrete {
  if (page === 'w->page') return { ...state, work: kind };
  if (page === 'pages[i]') return state.index ? { ...state, second: kind } : { ...state, first: kind };
  return { ...state, [page]: kind };
}
