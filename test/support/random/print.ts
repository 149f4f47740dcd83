import { eachStatement, LABELS } from './language.js';
import type { Block, Condition, Label, Move, Program, Reserved, Statement } from './language.js';

export interface Printed {
  readonly text: string;
  /** The tests by their one-based line and column, as `line:column`. */
  readonly tests: ReadonlyMap<string, Reserved>;
}

/** What a function is like that a statement stands in: how it returns, and the labels a computed goto can lead to. */
interface Frame {
  readonly kind: 'answer' | 'page' | 'void';
}

const LEAVE = { answer: 'return false', page: 'return NULL', void: 'return' } as const;
const LEAVE_MACRO = { answer: 'ANSWER_IF', page: 'GIVE_UP_IF', void: 'LEAVE_IF' } as const;

const MACROS = `#define LEAVE_IF(c) do { if (c) return; } while (0)
#define ANSWER_IF(c) do { if (c) return false; } while (0)
#define GIVE_UP_IF(c) do { if (c) return NULL; } while (0)
#define STOP_IF(c) if (c) break
#define SKIP_IF(c) if (c) continue
#define GO_IF(c, label) do { if (c) goto label; } while (0)
#define SET_UNLESS(c, to, from) do { if (c) break; to = from; } while (0)
#define IS_DEVICE(page) ({ struct page *q = (page); is_zone_device_page(q); })
`;

/** The program as C text. */
export function print(program: Program): Printed {
  return new Printer().program(program);
}

class Printer {
  private readonly lines: string[] = [];
  private readonly order: Reserved[] = [];

  program({ fit, pick, visit, body }: Program): Printed {
    const uses = (name: string): boolean => JSON.stringify(body).includes(`"${name}"`);
    this.lines.push(...MACROS.split('\n'));
    const asked = ['struct page *q = NULL;', 'unsigned long pfn = page_to_pfn(p);'];
    const found = ['struct page *p = NULL;', 'struct page *q = NULL;'];
    if (uses('helper') || fit.body.length > 0) {
      this.function('static bool is_fit(struct page *p, int mode)', asked, fit.body, { kind: 'answer' }, fit.answer);
    }
    if (uses('pick') || pick.body.length > 0) {
      this.function('static struct page *pick(unsigned long pfn, int mode)', found, pick.body, { kind: 'page' });
      this.lines.splice(-2, 0, `\treturn ${pick.answer};`);
    }
    if (uses('visit') || visit.length > 0) {
      this.function('static void visit(struct page *p, int mode)', asked, visit, { kind: 'void' });
    }
    const parameters =
      'struct page *p, struct page *q, struct page **pages, struct work *w, unsigned long pfn, int mode';
    this.function(
      `void f(${parameters})`,
      ['struct page **pp = &q;', 'int i = 0;'].slice(usesPointer(body) ? 0 : 1),
      body,
      {
        kind: 'void',
      },
    );
    return this.finish();
  }

  private function(head: string, locals: readonly string[], body: Block, frame: Frame, answer?: Condition): void {
    const targets = targetsOf(body).map((label) => `&&${label}`);
    const table = targets.length > 0 ? [`void *targets[] = { ${targets.join(', ')} };`] : [];
    this.lines.push(
      head,
      '{',
      ...[...locals, 'bool flag = false, other = false;', ...table].map((line) => `\t${line}`),
    );
    this.block(body, '\t', frame);
    if (answer) this.lines.push(`\treturn ${this.condition(answer, frame)};`);
    this.lines.push('}', '');
  }

  /** Each test was marked where it was printed; the marks go and give its place. */
  private finish(): Printed {
    const tests = new Map<string, Reserved>();
    const lines = this.lines.map((line, at) => {
      let text = line;
      for (let mark = text.indexOf(MARK); mark >= 0; mark = text.indexOf(MARK)) {
        const end = text.indexOf(MARK, mark + 1);
        const test = this.order[Number(text.slice(mark + 1, end))];
        text = text.slice(0, mark) + text.slice(end + 1);
        if (test) tests.set(`${String(at + 1)}:${String(mark + 1)}`, test);
      }
      return text;
    });
    return { text: lines.join('\n'), tests };
  }

  private block(body: Block, margin: string, frame: Frame): void {
    for (const statement of body) this.statement(statement, margin, frame);
  }

  private nested(head: string, body: Block, foot: string, margin: string, frame: Frame): void {
    this.lines.push(`${margin}${head} {`);
    this.block(body, `${margin}\t`, frame);
    this.lines.push(`${margin}}${foot}`);
  }

  private statement(statement: Statement, margin: string, frame: Frame): void {
    switch (statement.op) {
      case 'if':
        this.nested(`if (${this.condition(statement.condition, frame)})`, statement.then, ' else {', margin, frame);
        this.block(statement.else, `${margin}\t`, frame);
        this.lines.push(`${margin}}`);
        return;
      case 'while':
        return this.nested(`while (${this.condition(statement.condition, frame)})`, statement.body, '', margin, frame);
      case 'for': {
        const condition = this.condition(statement.condition, frame);
        return this.nested(`for (; ${condition}; ${move(statement.step)})`, statement.body, '', margin, frame);
      }
      case 'do': {
        // The condition stands behind the body: its tests are in that order too.
        this.nested('do', statement.body, '', margin, frame);
        this.lines.push(`${this.lines.pop() ?? ''} while (${this.condition(statement.condition, frame)});`);
        return;
      }
      case 'once':
        return this.nested('do', statement.body, ' while (0);', margin, frame);
      case 'switch':
        return this.nested('switch (choose())', statement.body, '', margin, frame);
      case 'shadow':
        this.lines.push(`${margin}{`, `${margin}\tstruct page *q = ${statement.from};`);
        this.block(statement.body, `${margin}\t`, frame);
        this.lines.push(`${margin}}`);
        return;
      default:
        this.lines.push(`${margin}${this.simple(statement, frame)}`);
    }
  }

  private simple(statement: Simple, frame: Frame): string {
    switch (statement.op) {
      case 'copy':
      case 'take':
        return `${move(statement)};`;
      case 'fill':
        return `take_into(&${statement.to});`;
      case 'allocate':
        return `${statement.to} = alloc_page(GFP_KERNEL);`;
      case 'clear':
        return `${statement.to} = NULL;`;
      case 'of-pfn':
        return `${statement.to} = pfn_to_page(pfn);`;
      case 'online':
        return `${statement.to} = pfn_to_online_page(pfn);`;
      case 'any':
        return `${statement.to} = pages[choose()];`;
      case 'pick':
        return `${statement.to} = pick(pfn, mode);`;
      case 'to-pfn':
        return `pfn = page_to_pfn(${statement.page});`;
      case 'visit':
        return `visit(${statement.page}, mode);`;
      case 'test':
        return `if (${this.test(statement.test)}) mark();`;
      case 'advance':
        return 'w = w->next;';
      case 'refill':
        return 'refill(w);';
      case 'other-index':
        return 'i = !i;';
      case 'fill-all':
        return 'get_user_pages_fast(pfn, 2, FOLL_WRITE, pages);';
      case 'aim':
        return `pp = &${statement.at};`;
      case 'swap':
        return `swap(${statement.one}, ${statement.other});`;
      case 'set':
        return `${statement.to} = ${this.condition(statement.condition, frame)};`;
      case 'gather':
        return `${statement.to} ${statement.operator} ${this.number(statement.condition, frame)};`;
      case 'ask':
        return this.ask(statement, frame);
      case 'label':
        return `${statement.label}:;`;
      case 'goto':
        return `goto ${statement.label};`;
      case 'return':
        return `${LEAVE[frame.kind]};`;
      case 'case':
        return statement.range ? `case ${this.caseValue()} ... ${this.caseValue()}:;` : `case ${this.caseValue()}:;`;
      case 'default':
        return 'default:;';
      case 'may-jump':
        return mayJump(statement.by, statement.label);
      case 'may-leave':
        return `attempt(mode, ${statement.how === 'return' ? LEAVE[frame.kind] : statement.how});`;
      case 'jump-any':
        return 'goto *targets[choose()];';
      case 'leave-if':
        return `${LEAVE_MACRO[frame.kind]}(${this.condition(statement.condition, frame)});`;
      case 'stop-if':
        return `STOP_IF(${this.condition(statement.condition, frame)});`;
      case 'skip-if':
        return `SKIP_IF(${this.condition(statement.condition, frame)});`;
      case 'go-if':
        return `GO_IF(${this.condition(statement.condition, frame)}, ${statement.label});`;
      case 'set-unless':
        return `SET_UNLESS(${this.condition(statement.condition, frame)}, ${statement.to}, ${statement.from});`;
      default:
        return `${statement.op};`;
    }
  }

  private ask({ as, condition }: Extract<Statement, { op: 'ask' }>, frame: Frame): string {
    if (as === 'argument') return `count(${this.condition(condition, frame)});`;
    const text = this.number(condition, frame);
    return as === 'index' ? `table[${text}] = mode;` : `count(mode + (${text}));`;
  }

  private condition(condition: Condition, frame: Frame): string {
    const again = (one: Condition): string => this.condition(one, frame);
    switch (condition.op) {
      case 'zone-device':
        return `is_zone_device_page(${condition.page})`;
      case 'device-private':
        return `is_device_private_page(${condition.page})`;
      case 'macro':
        // The macro's own local is called q: handed q, it would ask itself.
        return `${condition.page === 'q' ? 'is_zone_device_page' : 'IS_DEVICE'}(${condition.page})`;
      case 'reserved':
        return this.test(condition);
      case 'non-null':
        return condition.page;
      case 'helper':
        return `is_fit(${condition.page}, mode)`;
      case 'unknown':
        return 'more()';
      case 'not':
        return `!(${again(condition.of)})`;
      case 'and':
      case 'or':
        return `(${again(condition.left)} ${condition.op === 'and' ? '&&' : '||'} ${again(condition.right)})`;
      case 'choose':
        return `(${again(condition.if)} ? ${again(condition.then)} : ${again(condition.else)})`;
      case 'comma':
        return `(${move(condition.first)}, ${again(condition.then)})`;
      case 'assigned':
        return condition.asks === 'non-null'
          ? `(${move(condition.move)}) != NULL`
          : `is_zone_device_page(${move(condition.move)})`;
      case 'block': {
        const inner = this.inline(condition.body, frame);
        return `({ ${inner} ${again(condition.answer)}; })`;
      }
      default:
        return condition.op;
    }
  }

  /** Statements in one line. */
  private inline(body: Block, frame: Frame): string {
    const from = this.lines.length;
    this.block(body, '', frame);
    return this.lines.splice(from).join(' ').replaceAll('\t', '');
  }

  private test(test: Reserved): string {
    this.order.push(test);
    return `${MARK}${String(this.order.length - 1)}${MARK}PageReserved(${test.page})`;
  }

  /** A condition where C wants a number: a bare page is none. */
  private number(condition: Condition, frame: Frame): string {
    return condition.op === 'non-null' ? `${condition.page} != NULL` : this.condition(condition, frame);
  }

  private caseValue(): string {
    return String(this.cases++);
  }

  private cases = 0;
}

const MARK = '\u0001';

type Compound = Extract<Statement, { readonly then: Block } | { readonly body: Block }>;
type Simple = Exclude<Statement, Compound>;

function move(statement: Move): string {
  return `${statement.to} = ${statement.op === 'take' ? 'take_page(mode)' : statement.from}`;
}

function mayJump(by: Extract<Statement, { op: 'may-jump' }>['by'], label: Label): string {
  switch (by) {
    case 'operand':
      return `unsafe_read(mode, ${label});`;
    case 'asm':
      return `asm goto("" : : : : ${label});`;
    case 'argument':
      return `attempt(mode, goto ${label});`;
    case 'answer':
      return `flag = try_read(mode, ${label});`;
  }
}

/** The labels that a computed goto of the function can lead to: none of a statement expression. */
export function targetsOf(body: Block): readonly Label[] {
  const jumps: Statement[] = [];
  eachStatement(body, (statement) => {
    if (statement.op === 'jump-any') jumps.push(statement);
  });
  const outside = new Set<Label>();
  const visit = (block: Block): void => {
    for (const statement of block) {
      if (statement.op === 'label') outside.add(statement.label);
      if ('body' in statement) visit(statement.body);
      if ('then' in statement) [statement.then, statement.else].forEach(visit);
    }
  };
  visit(body);
  return jumps.length > 0 ? LABELS.filter((label) => outside.has(label)) : [];
}

/** True where the function does anything with `pp`. */
export function usesPointer(body: Block): boolean {
  return JSON.stringify(body).includes('"*pp"') || JSON.stringify(body).includes('"aim"');
}
