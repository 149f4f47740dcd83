/**
 * The language of the random programs: small C functions about pages that use every way C and the kernel's macros have of
 * handing control on. A page is ordinary RAM, a device page (of private memory or not) or null, so that what a program
 * can do is known exactly (`machine.ts`), and what the analysis rules out can be held against it.
 */
export const PAGES = ['p', 'q', 'w->page', 'pages[i]', 'pages[0]', '*pp'] as const;
export type PageName = (typeof PAGES)[number];

/** The last two are kept for what stands at the end of a function, so that nothing before it takes them away. */
export const LABELS = ['l0', 'l1', 'l2', 'back', 'past'] as const;
export type Label = (typeof LABELS)[number];

export type Condition =
  /** `IS_DEVICE(page)` is a macro with a local of its own; `is_fit(page, mode)` a helper of the same program. */
  | { readonly op: 'zone-device' | 'device-private' | 'non-null' | 'macro' | 'helper'; readonly page: PageName }
  | Reserved
  /** Two boolean locals, an integer parameter that never changes, and a call that may answer anything. */
  | { readonly op: 'flag' | 'other' | 'mode' | 'unknown' | 'true' | 'false' }
  | { readonly op: 'not'; readonly of: Condition }
  | { readonly op: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly op: 'choose'; readonly if: Condition; readonly then: Condition; readonly else: Condition }
  /** `(to = from, then)` */
  | { readonly op: 'comma'; readonly first: Move; readonly then: Condition }
  /** `is_zone_device_page(to = from)`, `(to = from) != NULL` */
  | { readonly op: 'assigned'; readonly asks: 'zone-device' | 'non-null'; readonly move: Move }
  /** `({ body; answer; })` */
  | { readonly op: 'block'; readonly body: Block; readonly answer: Condition };

/** A test of the bit as a part of a condition: a test of its own by its identity. */
export interface Reserved {
  readonly op: 'reserved';
  readonly page: PageName;
}

/** `to = from`, or `to = take_page(mode)`, a page from a stranger. */
export type Move =
  | { readonly op: 'copy'; readonly to: PageName; readonly from: PageName }
  | { readonly op: 'take'; readonly to: PageName };

export type Statement =
  | Move
  /** A page from: a stranger's out-parameter, the allocator, nowhere, the pfn, the pfn's filter, any entry, a helper. */
  | { readonly op: 'fill' | 'allocate' | 'clear' | 'of-pfn' | 'online' | 'any' | 'pick'; readonly to: PageName }
  /** `visit(page, mode)` calls a static function that holds tests of its own. */
  | { readonly op: 'to-pfn' | 'visit'; readonly page: PageName }
  | { readonly op: 'test'; readonly test: Reserved }
  /** `w = w->next`, `refill(w)`, `i = !i`, `get_user_pages_fast(addr, 2, 0, pages)` */
  | { readonly op: 'advance' | 'refill' | 'other-index' | 'fill-all' }
  /** `pp = &at` */
  | { readonly op: 'aim'; readonly at: Exclude<PageName, '*pp'> }
  | { readonly op: 'swap'; readonly one: PageName; readonly other: PageName }
  | { readonly op: 'set'; readonly to: Flag; readonly condition: Condition }
  | { readonly op: 'gather'; readonly to: Flag; readonly operator: '|=' | '&='; readonly condition: Condition }
  /** `count(condition)`, `count(mode + condition)`, `table[condition] = mode` */
  | { readonly op: 'ask'; readonly as: 'argument' | 'sum' | 'index'; readonly condition: Condition }
  | { readonly op: 'if'; readonly condition: Condition; readonly then: Block; readonly else: Block }
  | { readonly op: 'while' | 'do'; readonly condition: Condition; readonly body: Block }
  | { readonly op: 'for'; readonly condition: Condition; readonly step: Move; readonly body: Block }
  /** `do { body } while (0)`, `switch (choose()) { body }` */
  | { readonly op: 'once' | 'switch'; readonly body: Block }
  /** A marker in a switch, in any block of it; a range is `case 4 ... 6:`. */
  | { readonly op: 'case'; readonly range: boolean }
  | { readonly op: 'default' }
  /** `{ struct page *q = from; body }` */
  | { readonly op: 'shadow'; readonly from: Exclude<PageName, 'q'>; readonly body: Block }
  | { readonly op: 'break' | 'continue' | 'return' }
  | { readonly op: 'goto' | 'label'; readonly label: Label }
  /**
   * Goes to the label or does not: `unsafe_read(mode, l0)`, `asm goto("" : : : : l0)`, `attempt(mode, goto l0)`,
   * `flag = try_read(mode, l0)`.
   */
  | { readonly op: 'may-jump'; readonly by: 'operand' | 'asm' | 'argument' | 'answer'; readonly label: Label }
  /** `attempt(mode, return)` */
  | { readonly op: 'may-leave'; readonly how: 'return' | 'break' | 'continue' }
  /** `goto *targets[choose()]`, with the labels of the function. */
  | { readonly op: 'jump-any' }
  /** Macros that hide a jump: `LEAVE_IF(c)`, `STOP_IF(c)` is a break, `SKIP_IF(c)` a continue. */
  | { readonly op: 'leave-if' | 'stop-if' | 'skip-if'; readonly condition: Condition }
  | { readonly op: 'go-if'; readonly condition: Condition; readonly label: Label }
  /** `SET_UNLESS(c, to, from)` is `do { if (c) break; to = from; } while (0)`. */
  | { readonly op: 'set-unless'; readonly condition: Condition; readonly to: PageName; readonly from: PageName };

export type Flag = 'flag' | 'other';
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

/** Calls `visit` for every statement of a block, outer ones first, those in statement expressions among them. */
export function eachStatement(body: Block, visit: (statement: Statement) => void): void {
  for (const statement of body) {
    visit(statement);
    if ('condition' in statement) eachInCondition(statement.condition, visit);
    if ('body' in statement) eachStatement(statement.body, visit);
    if ('then' in statement) {
      eachStatement(statement.then, visit);
      eachStatement(statement.else, visit);
    }
  }
}

function eachInCondition(condition: Condition, visit: (statement: Statement) => void): void {
  switch (condition.op) {
    case 'not':
      return eachInCondition(condition.of, visit);
    case 'and':
    case 'or':
      eachInCondition(condition.left, visit);
      return eachInCondition(condition.right, visit);
    case 'choose':
      for (const part of [condition.if, condition.then, condition.else]) eachInCondition(part, visit);
      return;
    case 'comma':
      return eachInCondition(condition.then, visit);
    case 'block':
      eachStatement(condition.body, visit);
      return eachInCondition(condition.answer, visit);
    default:
  }
}

/** The statement with other blocks in it. */
export function withBlocks(statement: Statement, change: (block: Block) => Block): Statement {
  const made =
    'condition' in statement ? { ...statement, condition: inCondition(statement.condition, change) } : statement;
  if ('then' in made) return { ...made, then: change(made.then), else: change(made.else) };
  return 'body' in made ? { ...made, body: change(made.body) } : made;
}

function inCondition(condition: Condition, change: (block: Block) => Block): Condition {
  const again = (one: Condition): Condition => inCondition(one, change);
  switch (condition.op) {
    case 'not':
      return { ...condition, of: again(condition.of) };
    case 'and':
    case 'or':
      return { ...condition, left: again(condition.left), right: again(condition.right) };
    case 'choose':
      return { ...condition, if: again(condition.if), then: again(condition.then), else: again(condition.else) };
    case 'comma':
      return { ...condition, then: again(condition.then) };
    case 'block':
      return { ...condition, body: change(condition.body), answer: again(condition.answer) };
    default:
      return condition;
  }
}
