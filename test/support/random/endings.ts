import fc from 'fast-check';
import type { Language } from './generate.js';
import type { Block, Condition, PageName, Statement } from './language.js';

/**
 * The end of a random function: a guard for one page, and the test of that page. Proofs rest on such guards, so here is
 * where a way that the analysis does not see, or a fixpoint that ends too early, lets it prove what does not hold.
 */
export function endingInTest(of: Language): fc.Arbitrary<Block> {
  // Much in front of a guard hides what is wrong with it.
  const block = fc.oneof({ weight: 3, arbitrary: of.block }, { weight: 2, arbitrary: fc.constant([]) });
  const guard = fc.oneof({ weight: 1, arbitrary: plainGuards(of) }, { weight: 1, arbitrary: guardsOfArms(of) });
  return fc
    .record({ block, page: of.page, isPrivate: fc.boolean(), guard, detour: detours(of) })
    .map(({ block, page, isPrivate, guard, detour }) => {
      const guarded = detour(guard({ op: isPrivate ? 'device-private' : 'zone-device', page }));
      return [...block, ...guarded, { op: 'test', test: { op: 'reserved', page } }];
    });
}

/** The question that a guard asks. */
type Asked = Extract<Condition, { page: PageName }>;

/** The statements of a guard that asks this; shapes are functions, so that fast-check shrinks each part by itself. */
type Guard = (asked: Asked) => Block;

/** The guard with a way around it. */
type Detour = (guard: Block) => Block;

const MORE: Condition = { op: 'unknown' };

function leave(unless: Condition): Statement {
  return { op: 'if', condition: unless, then: [{ op: 'return' }], else: [] };
}

function setFlag(condition: Condition): Statement {
  return { op: 'set', to: 'flag', condition };
}

function someSteps(of: Language): fc.Arbitrary<Block> {
  return fc.array(of.simple, { maxLength: 2 });
}

/** There is no guard, it stands there directly, or a boolean carries its answer. */
function plainGuards(of: Language): fc.Arbitrary<Guard> {
  const ways = fc.constantFrom<Guard>(
    () => [],
    (asked) => [leave(asked)],
    (asked) => [setFlag(asked), leave({ op: 'flag' })],
  );
  return fc
    .tuple(someSteps(of), ways, someSteps(of))
    .map(([before, way, after]) => (asked) => [...before, ...way(asked), ...after]);
}

/** A boolean is set in the two arms of an if, and perhaps carried round by a jump into one of them. */
function guardsOfArms(of: Language): fc.Arbitrary<Guard> {
  return fc
    .record({
      apart: tellsApart(of),
      rulesOut: fc.constantFrom(true, true, false),
      into: fc.constantFrom('then', 'else'),
      isRound: fc.constantFrom(true, true, false),
      before: someSteps(of),
      after: someSteps(of),
    })
    .map(({ apart, rulesOut, into, isRound, before, after }) => (asked) => {
      const here = (arm: typeof into): Block => (arm === into ? [{ op: 'label', label: 'back' }] : []);
      const wider: Condition = { op: 'zone-device', page: asked.page };
      const arms: Statement = {
        op: 'if',
        condition: apart(asked),
        then: [...(rulesOut ? [leave(wider)] : []), ...here('then'), setFlag({ op: 'false' })],
        else: [leave({ op: 'not', of: asked }), ...before, ...here('else'), setFlag({ op: 'true' })],
      };
      const again: Statement = { op: 'if', condition: MORE, then: [{ op: 'goto', label: 'back' }], else: [] };
      return [arms, ...(isRound ? [again] : []), ...after, leave({ op: 'flag' })];
    });
}

/** What tells two arms apart: the question that the guard asks, the wider one, or anything else. */
function tellsApart(of: Language): fc.Arbitrary<(asked: Asked) => Condition> {
  return fc.oneof(
    {
      weight: 2,
      arbitrary: fc.constantFrom<(asked: Asked) => Condition>(
        (asked) => ({ op: 'not', of: asked }),
        ({ page }) => ({ op: 'not', of: { op: 'zone-device', page } }),
        ({ page }) => ({ op: 'zone-device', page }),
        () => MORE,
        () => ({ op: 'mode' }),
      ),
    },
    { weight: 1, arbitrary: of.condition.map((condition) => () => condition) },
  );
}

/**
 * A way that may lead around a guard: out of a block or a loop by break or continue, past it by a jump, or into a case
 * behind it, also in a switch of its own. More than half of the guards have none.
 */
function detours(of: Language): fc.Arbitrary<Detour> {
  const when = fc.oneof({ weight: 3, arbitrary: fc.constant(MORE) }, { weight: 1, arbitrary: of.condition });
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant<Detour>((guard) => guard) },
    {
      weight: 3,
      arbitrary: jumpsPast(when).map((jump): Detour => (guard) => [jump, ...guard, { op: 'label', label: 'past' }]),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(leaves(when, 'break', 'stop-if'), fc.constantFrom('once', 'while', 'switch'))
        .map(([jump, around]): Detour => (guard) => [enclosed(around, [jump, ...guard])]),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(leaves(when, 'continue', 'skip-if'), fc.constantFrom('once', 'do', 'for'))
        .map(([jump, around]): Detour => (guard) => [enclosed(around, [jump, ...guard])]),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Detour>(behindCase, (guard) => behindCase(behindCase(guard))),
    },
  );
}

type Around = 'once' | 'while' | 'do' | 'for' | 'switch';

/** The guard in a block that is run once or more often. */
function enclosed(around: Around, body: Block): Statement {
  switch (around) {
    case 'once':
      return { op: 'once', body };
    case 'switch':
      return { op: 'switch', body: [{ op: 'default' }, ...body] };
    case 'while':
      return { op: 'while', condition: { op: 'true' }, body };
    case 'do':
      return { op: 'do', condition: MORE, body };
    case 'for':
      return { op: 'for', condition: MORE, step: { op: 'copy', to: 'p', from: 'p' }, body };
  }
}

/** A case stands behind the guard, which falls into it. */
function behindCase(guard: Block): Block {
  return [{ op: 'switch', body: [{ op: 'default' }, ...guard, { op: 'case', range: false }] }];
}

/** Jumps behind the guard, which a call or assembly may do as well as a goto. */
function jumpsPast(when: fc.Arbitrary<Condition>): fc.Arbitrary<Statement> {
  const label = 'past';
  const by = fc.constantFrom('operand', 'asm', 'argument', 'answer');
  return fc.oneof(
    { weight: 4, arbitrary: by.map((by): Statement => ({ op: 'may-jump', by, label })) },
    { weight: 1, arbitrary: when.map((condition): Statement => ({ op: 'go-if', condition, label })) },
    { weight: 2, arbitrary: inside(when, { op: 'goto', label }) },
  );
}

function leaves(
  when: fc.Arbitrary<Condition>,
  how: 'break' | 'continue',
  macro: 'stop-if' | 'skip-if',
): fc.Arbitrary<Statement> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant<Statement>({ op: 'may-leave', how }) },
    { weight: 1, arbitrary: when.map((condition): Statement => ({ op: macro, condition })) },
    { weight: 4, arbitrary: inside(when, { op: how }) },
  );
}

/** The jump under a condition: by itself, or in a statement expression that is an argument, a value or a condition. */
function inside(when: fc.Arbitrary<Condition>, jump: Statement): fc.Arbitrary<Statement> {
  return fc.tuple(when, fc.constantFrom('plain', 'argument', 'value', 'condition')).map(([condition, where]) => {
    const jumps: Statement = { op: 'if', condition, then: [jump], else: [] };
    const block: Condition = { op: 'block', body: [jumps], answer: { op: 'true' } };
    switch (where) {
      case 'plain':
        return jumps;
      case 'argument':
        return { op: 'ask', as: 'argument', condition: block };
      case 'value':
        return { op: 'set', to: 'other', condition: block };
      case 'condition':
        return { op: 'if', condition: block, then: [], else: [] };
    }
  });
}
