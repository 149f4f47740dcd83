import fc from 'fast-check';
import type { Condition, Page, Program, Statement } from './language.js';

const page = fc.constantFrom<Page>('p', 'q');

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.constant<Condition>({ is: 'ready' }),
  fc.record({ is: fc.constant('mode' as const), bit: fc.constantFrom<1 | 2>(1, 2) }),
  fc.record({ is: fc.constant('got' as const), page }),
  fc.constant<Condition>({ is: 'failed' }),
);

const plain: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ is: fc.constant('take' as const), page }) },
  { weight: 4, arbitrary: fc.record({ is: fc.constant('put' as const), page }) },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constantFrom('more' as const, 'keep' as const, 'clear' as const, 'use' as const),
      page,
    }),
  },
  fc
    .constantFrom<Statement>({ is: 'move', from: 'p', to: 'q' }, { is: 'move', from: 'q', to: 'p' })
    .map((one) => ({ ...one })),
  { weight: 2, arbitrary: fc.constant<Statement>({ is: 'start' }) },
  fc.constant<Statement>({ is: 'fail' }),
);

const leave: fc.Arbitrary<Statement> = fc.record({
  is: fc.constant('leave' as const),
  how: fc.constantFrom('return 0' as const, 'return err' as const, 'goto out' as const),
});

const { statement } = fc.letrec<{ statement: Statement; body: readonly Statement[] }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 6, arbitrary: plain },
    {
      weight: 4,
      arbitrary: fc.record({
        is: fc.constant('if' as const),
        condition,
        then: tie('body'),
        else: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, tie('body')),
      }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('while' as const), body: tie('body') }) },
    { weight: 2, arbitrary: leave },
  ),
  body: fc.array(tie('statement'), { minLength: 1, maxLength: 4 }),
}));

/** Functions of a few statements; what is behind `out` leaves by itself. */
export const program: fc.Arbitrary<Program> = fc.record({
  body: fc.array(statement, { minLength: 2, maxLength: 8 }),
  out: fc.array(
    fc.oneof(
      plain,
      fc.record({
        is: fc.constant('if' as const),
        condition,
        then: fc.array(plain, { minLength: 1, maxLength: 2 }),
        else: fc.constant([]),
      }),
    ),
    { maxLength: 3 },
  ),
});
