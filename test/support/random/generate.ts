import fc from 'fast-check';
import { endingInTest } from './endings.js';
import { LABELS, PAGES } from './language.js';
import type { Block, Condition, Flag, Move, PageName, Program, Reserved, Statement } from './language.js';
import { wellFormed } from './well-formed.js';

/** Arbitrary programs: any mixture of what the language has, and shapes in which analyses go wrong. */

/** Blocks and conditions over some of the names. */
export interface Language {
  readonly condition: fc.Arbitrary<Condition>;
  readonly simple: fc.Arbitrary<Statement>;
  readonly block: fc.Arbitrary<Block>;
  readonly page: fc.Arbitrary<PageName>;
}

/** What only some functions of a program may use. */
interface Extra {
  readonly conditions: readonly Condition[];
  readonly statements: readonly fc.Arbitrary<Statement>[];
}

const flag = fc.constantFrom<Flag>('flag', 'other');
const label = fc.constantFrom(...LABELS);
const constant = fc.constantFrom<Condition>({ op: 'true' }, { op: 'false' });

function moves(page: fc.Arbitrary<PageName>): fc.Arbitrary<Move> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ op: fc.constant('copy'), to: page, from: page }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('take'), to: page }) },
  );
}

function tests(page: fc.Arbitrary<PageName>): fc.Arbitrary<Reserved> {
  return fc.record({ op: fc.constant('reserved'), page });
}

/** Jumps that are hidden in an operand, an argument or a macro are as likely as plain ones. */
function jumps(condition: fc.Arbitrary<Condition>, page: fc.Arbitrary<PageName>): fc.Arbitrary<Statement> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.record({ op: fc.constant('goto'), label }) },
    {
      weight: 2,
      arbitrary: fc.record({
        op: fc.constant('may-jump'),
        by: fc.constantFrom('operand', 'asm', 'argument', 'answer'),
        label,
      }),
    },
    fc.record({ op: fc.constant('may-leave'), how: fc.constantFrom('return', 'break', 'continue') }),
    fc.constant<Statement>({ op: 'jump-any' }),
    fc.record({ op: fc.constantFrom('leave-if', 'stop-if', 'skip-if'), condition }),
    fc.record({ op: fc.constant('go-if'), condition, label }),
    fc.record({ op: fc.constant('set-unless'), condition, to: page, from: page }),
  );
}

function language(names: readonly PageName[], extra: Extra): Language {
  const page = fc.constantFrom(...names);
  const move = moves(page);
  // Statements hold conditions, and conditions statements: both go deeper together.
  const depthIdentifier = fc.createDepthIdentifier();
  const depth = { depthSize: 'small', maxDepth: 5, depthIdentifier, withCrossShrink: true } as const;
  const tied = fc.letrec<{ condition: Condition; block: Block; inner: Block; statement: Statement; simple: Statement }>(
    (tie) => {
      const condition = tie('condition');
      const leave = fc.constantFrom<Block>([{ op: 'return' }], [{ op: 'break' }], [{ op: 'continue' }]);
      const goes = label.map((to): Block => [{ op: 'goto', label: to }]);
      return {
        condition: fc.oneof(
          depth,
          {
            weight: 10,
            arbitrary: fc.record({
              op: fc.constantFrom('zone-device', 'zone-device', 'macro', 'device-private'),
              page,
            }),
          },
          { weight: 2, arbitrary: fc.record({ op: fc.constant('non-null'), page }) },
          {
            weight: 5,
            arbitrary: fc.constantFrom<Condition>(
              { op: 'flag' },
              { op: 'other' },
              { op: 'mode' },
              { op: 'unknown' },
              ...extra.conditions,
            ),
          },
          { weight: 1, arbitrary: tests(page) },
          { weight: 6, arbitrary: condition.map((of): Condition => ({ op: 'not', of })) },
          { weight: 4, arbitrary: fc.record({ op: fc.constantFrom('and', 'or'), left: condition, right: condition }) },
          {
            weight: 1,
            arbitrary: fc.record({ op: fc.constant('choose'), if: condition, then: condition, else: condition }),
          },
          { weight: 1, arbitrary: fc.record({ op: fc.constant('comma'), first: move, then: condition }) },
          {
            weight: 1,
            arbitrary: fc.record({
              op: fc.constant('assigned'),
              asks: fc.constantFrom('zone-device', 'non-null'),
              move,
            }),
          },
          { weight: 1, arbitrary: fc.record({ op: fc.constant('block'), body: tie('inner'), answer: condition }) },
        ),
        simple: fc.oneof(
          { weight: 2, arbitrary: move },
          {
            weight: 2,
            arbitrary: fc.record({ op: fc.constantFrom('fill', 'allocate', 'clear', 'of-pfn', 'online'), to: page }),
          },
          fc.record({ op: fc.constant('to-pfn'), page }),
          fc.record({ op: fc.constant('swap'), one: page, other: page }),
          { weight: 5, arbitrary: tests(page).map((test): Statement => ({ op: 'test', test })) },
          {
            weight: 2,
            arbitrary: fc.record({ op: fc.constant('set'), to: flag, condition: fc.oneof(condition, constant) }),
          },
          fc.record({ op: fc.constant('gather'), to: flag, operator: fc.constantFrom('|=', '&='), condition }),
          fc.record({ op: fc.constant('ask'), as: fc.constantFrom('argument', 'sum', 'index'), condition }),
          ...extra.statements,
        ),
        statement: fc.oneof(
          depth,
          { weight: 10, arbitrary: tie('simple') },
          {
            weight: 6,
            arbitrary: fc.record({
              op: fc.constant('if'),
              condition,
              then: fc.oneof(leave, goes),
              else: fc.constant([]),
            }),
          },
          { weight: 3, arbitrary: jumps(condition, page) },
          { weight: 3, arbitrary: label.map((name): Statement => ({ op: 'label', label: name })) },
          {
            weight: 1,
            arbitrary: fc.constantFrom<Statement>(
              { op: 'case', range: false },
              { op: 'case', range: true },
              { op: 'default' },
            ),
          },
          {
            weight: 2,
            arbitrary: fc.record({ op: fc.constant('if'), condition, then: tie('block'), else: tie('block') }),
          },
          { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('while', 'do'), condition, body: tie('block') }) },
          { weight: 1, arbitrary: fc.record({ op: fc.constant('for'), condition, step: move, body: tie('block') }) },
          { weight: 1, arbitrary: fc.record({ op: fc.constant('once'), body: tie('block') }) },
          { weight: 1, arbitrary: fc.record({ op: fc.constant('switch'), body: cases(tie('block')) }) },
          {
            weight: 1,
            arbitrary: fc.record({
              op: fc.constant('shadow'),
              from: fc.constantFrom(...names.filter((name) => name !== 'q')),
              body: tie('block'),
            }),
          },
        ),
        block: fc.array(tie('statement'), { minLength: 1, maxLength: 2 }),
        inner: fc.array(tie('statement'), { maxLength: 2 }),
      };
    },
  );
  return { condition: tied.condition, simple: tied.simple, block: tied.block, page };
}

/** A switch begins with a label, else nothing in it would run. */
function cases(block: fc.Arbitrary<Block>): fc.Arbitrary<Block> {
  const one = fc.tuple(
    fc.constantFrom<Statement>({ op: 'case', range: false }, { op: 'default' }),
    block,
    fc.boolean(),
  );
  return fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((list) =>
      list.flatMap(([marker, body, ends]) => [marker, ...body, ...(ends ? [{ op: 'break' } as const] : [])]),
    );
}

const small = language(['p', 'q'], { conditions: [], statements: [] });
const full = language(PAGES, {
  conditions: PAGES.map((name) => ({ op: 'helper', page: name })),
  statements: [
    fc.constantFrom<Statement>({ op: 'advance' }, { op: 'refill' }, { op: 'other-index' }, { op: 'fill-all' }),
    fc.record({ op: fc.constantFrom('pick', 'any'), to: fc.constantFrom(...PAGES) }),
    fc.record({ op: fc.constant('visit'), page: fc.constantFrom(...PAGES) }),
    fc.record({ op: fc.constant('aim'), at: fc.constantFrom('p', 'q', 'w->page', 'pages[i]', 'pages[0]') }),
  ],
});

/** Most programs are about one function: helpers with much in them hide what happens there. */
function maybe(block: fc.Arbitrary<Block>): fc.Arbitrary<Block> {
  return fc.oneof({ weight: 1, arbitrary: block }, { weight: 1, arbitrary: fc.constant([]) });
}

export const program: fc.Arbitrary<Program> = fc
  .record({
    fit: fc.record({ body: maybe(small.block), answer: small.condition }),
    pick: fc.record({ body: maybe(small.block), answer: fc.constantFrom<PageName>('p', 'q') }),
    visit: maybe(endingInTest(small)),
    body: endingInTest(full),
  })
  .map(wellFormed);
