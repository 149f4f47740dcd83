import fc from 'fast-check';

/**
 * Small random C functions about pages, with their exact meaning: a page is ordinary RAM, a device page or null, and
 * a set of concrete states says what can reach each test. What the analysis rules out is held against it.
 */
export const PAGES = ['p', 'q', 'w->page', 'pages[i]'] as const;
export type PageName = (typeof PAGES)[number];

export type Condition =
  | { readonly op: 'zone-device' | 'non-null'; readonly page: PageName }
  /** `is_fit(page, mode)`, a helper of the same program. */
  | { readonly op: 'helper'; readonly page: PageName }
  /** Two boolean locals, an integer parameter that never changes, and a call that may answer anything. */
  | { readonly op: 'flag' | 'other' | 'mode' | 'unknown' | 'true' | 'false' }
  | { readonly op: 'not'; readonly of: Condition }
  | { readonly op: 'and' | 'or'; readonly left: Condition; readonly right: Condition };

export type Statement =
  | { readonly op: 'copy'; readonly to: PageName; readonly from: PageName }
  /** A page from: a stranger's result, a stranger's out-parameter, the allocator, nowhere, the pfn, the pfn's filter. */
  | { readonly op: 'take' | 'fill' | 'allocate' | 'clear' | 'of-pfn' | 'online'; readonly to: PageName }
  /** `to = pick(pfn, mode)`, a helper that gives a page. */
  | { readonly op: 'pick'; readonly to: PageName }
  /** `visit(page, mode)` calls a static function that holds tests of its own. */
  | { readonly op: 'to-pfn' | 'test' | 'visit'; readonly page: PageName }
  /** `w = w->next`, `refill(w)`, `i = !i`. */
  | { readonly op: 'advance' | 'refill' | 'other-index' }
  | { readonly op: 'set'; readonly to: 'flag' | 'other'; readonly condition: Condition }
  | { readonly op: 'if'; readonly condition: Condition; readonly then: Block; readonly else: Block }
  | { readonly op: 'while' | 'do'; readonly condition: Condition; readonly body: Block }
  | { readonly op: 'break' | 'continue' | 'return' };
export type Block = readonly Statement[];

/**
 * `body` is the function anybody may call; it uses the three static ones:
 * `fit` answers a question about a page, `pick` gives a page for a pfn, `visit` tests a page it is handed.
 */
export interface Program {
  readonly fit: { readonly body: Block; readonly answer: Condition };
  readonly pick: { readonly body: Block; readonly answer: PageName };
  readonly visit: Block;
  readonly body: Block;
}

type Leaf = Extract<
  Condition,
  { readonly op: 'zone-device' | 'non-null' | 'flag' | 'other' | 'mode' | 'unknown' | 'helper' }
>;

interface Language {
  readonly condition: fc.Arbitrary<Condition>;
  readonly simple: fc.Arbitrary<Statement>;
  readonly block: fc.Arbitrary<Block>;
}

/** Blocks and conditions over some of the names; `extra` are conditions and statements only the main function may use. */
function language(
  names: readonly PageName[],
  extra: { readonly conditions: readonly Leaf[]; readonly statements: readonly fc.Arbitrary<Statement>[] },
): Language {
  const page = fc.constantFrom(...names);
  const depth = { depthSize: 'small', withCrossShrink: true } as const;
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      depth,
      { weight: 5, arbitrary: page.map((name): Condition => ({ op: 'zone-device', page: name })) },
      { weight: 1, arbitrary: page.map((name): Condition => ({ op: 'non-null', page: name })) },
      {
        weight: 2,
        arbitrary: fc.constantFrom<Condition>(
          { op: 'flag' },
          { op: 'other' },
          { op: 'mode' },
          { op: 'unknown' },
          ...extra.conditions,
        ),
      },
      { weight: 3, arbitrary: tie('condition').map((of): Condition => ({ op: 'not', of })) },
      {
        weight: 2,
        arbitrary: fc.record({ op: fc.constantFrom('and', 'or'), left: tie('condition'), right: tie('condition') }),
      },
    ),
  }));
  const simple: fc.Arbitrary<Statement> = fc.oneof(
    fc.record({ op: fc.constant('copy'), to: page, from: page }),
    fc.record({ op: fc.constantFrom('take', 'fill', 'allocate', 'clear', 'of-pfn', 'online'), to: page }),
    fc.record({ op: fc.constant('to-pfn'), page }),
    { weight: 3, arbitrary: fc.record({ op: fc.constant('test'), page }) },
    fc.record({
      op: fc.constant('set'),
      to: fc.constantFrom('flag', 'other'),
      condition: fc.oneof(condition, fc.constantFrom<Condition>({ op: 'true' }, { op: 'false' })),
    }),
    ...extra.statements,
  );
  const guard = fc.record({
    op: fc.constant('if'),
    condition,
    then: fc.constantFrom<Block>([{ op: 'return' }], [{ op: 'break' }], [{ op: 'continue' }]),
    else: fc.constant<Block>([]),
  });
  const { block } = fc.letrec<{ block: Block; statement: Statement }>((tie) => ({
    statement: fc.oneof(
      depth,
      { weight: 5, arbitrary: simple },
      { weight: 3, arbitrary: guard },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('if'), condition, then: tie('block'), else: tie('block') }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('while', 'do'), condition, body: tie('block') }) },
    ),
    block: fc.array(tie('statement'), { minLength: 1, maxLength: 5 }),
  }));
  return { condition, simple, block };
}

const small = language(['p', 'q'], { conditions: [], statements: [] });
const full = language(PAGES, {
  conditions: PAGES.map((name) => ({ op: 'helper', page: name })),
  statements: [
    fc.constantFrom<Statement>({ op: 'advance' }, { op: 'refill' }, { op: 'other-index' }),
    fc.record({ op: fc.constant('pick'), to: fc.constantFrom(...PAGES) }),
    fc.record({ op: fc.constant('visit'), page: fc.constantFrom(...PAGES) }),
  ],
});

/** The usual shape at the end: a guard for one page, directly or by a boolean, some steps, and the test of that page. */
function endingInTest(of: Language, names: readonly PageName[]): fc.Arbitrary<Block> {
  const steps = fc.array(of.simple, { maxLength: 3 });
  const guards = fc.constantFrom('none', 'direct', 'boolean');
  return fc
    .tuple(of.block, fc.constantFrom(...names), guards, steps, steps)
    .map(([block, page, guard, before, after]) => {
      const asked: Condition = { op: 'zone-device', page };
      const leave = (condition: Condition): Statement => ({ op: 'if', condition, then: [{ op: 'return' }], else: [] });
      const guarded: Record<typeof guard, Block> = {
        none: [...before, ...after],
        direct: [...before, leave(asked), ...after],
        boolean: [{ op: 'set', to: 'flag', condition: asked }, ...before, leave({ op: 'flag' }), ...after],
      };
      return [...block, ...guarded[guard], { op: 'test', page }];
    });
}

export const program: fc.Arbitrary<Program> = fc
  .record({
    fit: fc.record({ body: small.block, answer: small.condition }),
    pick: fc.record({ body: small.block, answer: fc.constantFrom<PageName>('p', 'q') }),
    visit: endingInTest(small, ['p', 'q']),
    body: endingInTest(full, PAGES),
  })
  .map((made) => JSON.parse(JSON.stringify(made)) as Program); // Tests are told apart by identity; shrinking shares them.

export interface Printed {
  readonly text: string;
  /** The tests, by their one-based line. */
  readonly testLines: ReadonlyMap<number, Statement>;
}

/** The program as C text; `break` and `continue` outside of a loop leave the function. */
export function print({ fit, pick, visit, body }: Program): Printed {
  const lines: string[] = [];
  const testLines = new Map<number, Statement>();
  const add = (head: string, locals: readonly string[], block: Block, leave: string, end: string): void => {
    lines.push(head, '{', ...locals.map((local) => `\t${local}`), '\tbool flag = false, other = false;');
    printBlock(block, '\t', { leave, inLoop: false }, lines, testLines);
    lines.push(...(end === '' ? [] : [`\t${end}`]), '}', '');
  };
  const asked = ['struct page *q = NULL;', 'unsigned long pfn = page_to_pfn(p);'];
  const found = ['struct page *p = NULL;', 'struct page *q = NULL;'];
  add(
    'static bool is_fit(struct page *p, int mode)',
    asked,
    fit.body,
    'return false;',
    `return ${showCondition(fit.answer)};`,
  );
  add(
    'static struct page *pick(unsigned long pfn, int mode)',
    found,
    pick.body,
    'return NULL;',
    `return ${pick.answer};`,
  );
  add('static void visit(struct page *p, int mode)', asked, visit, 'return;', '');
  const parameters = 'struct page *p, struct page *q, struct page **pages, struct work *w, unsigned long pfn, int mode';
  add(`void f(${parameters})`, ['int i = 0;'], body, 'return;', '');
  return { text: lines.join('\n'), testLines };
}

/** What `return` is in this function, and whether `break` and `continue` have a loop. */
interface Around {
  readonly leave: string;
  readonly inLoop: boolean;
}

function printBlock(body: Block, margin: string, around: Around, lines: string[], tests: Map<number, Statement>): void {
  for (const statement of body) {
    if (statement.op === 'test') tests.set(lines.length + 1, statement);
    if (!isCompound(statement)) {
      lines.push(`${margin}${showSimple(statement, around)}`);
    } else if (statement.op === 'if') {
      lines.push(`${margin}if (${showCondition(statement.condition)}) {`);
      printBlock(statement.then, `${margin}\t`, around, lines, tests);
      lines.push(`${margin}} else {`);
      printBlock(statement.else, `${margin}\t`, around, lines, tests);
      lines.push(`${margin}}`);
    } else {
      const head = `while (${showCondition(statement.condition)})`;
      lines.push(`${margin}${statement.op === 'do' ? 'do' : head} {`);
      printBlock(statement.body, `${margin}\t`, { ...around, inLoop: true }, lines, tests);
      lines.push(`${margin}}${statement.op === 'do' ? ` ${head};` : ''}`);
    }
  }
}

type Compound = Extract<Statement, { readonly then: Block } | { readonly body: Block }>;
type Simple = Exclude<Statement, Compound>;

function isCompound(statement: Statement): statement is Compound {
  return 'then' in statement || 'body' in statement;
}

function showSimple(statement: Simple, around: Around): string {
  switch (statement.op) {
    case 'copy':
      return `${statement.to} = ${statement.from};`;
    case 'take':
      return `${statement.to} = take_page(mode);`;
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
    case 'to-pfn':
      return `pfn = page_to_pfn(${statement.page});`;
    case 'test':
      return `if (PageReserved(${statement.page})) mark();`;
    case 'advance':
      return 'w = w->next;';
    case 'refill':
      return 'refill(w);';
    case 'other-index':
      return 'i = !i;';
    case 'set':
      return `${statement.to} = ${showCondition(statement.condition)};`;
    case 'return':
      return around.leave;
    case 'pick':
      return `${statement.to} = pick(pfn, mode);`;
    case 'visit':
      return `visit(${statement.page}, mode);`;
    default:
      return around.inLoop ? `${statement.op};` : around.leave;
  }
}

function showCondition(condition: Condition): string {
  switch (condition.op) {
    case 'zone-device':
      return `is_zone_device_page(${condition.page})`;
    case 'non-null':
      return condition.page;
    case 'helper':
      return `is_fit(${condition.page}, mode)`;
    case 'unknown':
      return 'more()';
    case 'not':
      return `!(${showCondition(condition.of)})`;
    case 'and':
    case 'or':
      return `(${showCondition(condition.left)} ${condition.op === 'and' ? '&&' : '||'} ${showCondition(condition.right)})`;
    default:
      return condition.op;
  }
}
