import { cfgOf } from '../../flow/cfg/known.js';
import type { Cfg } from '../../flow/cfg/cfg.js';
import { followable } from '../../flow/what-if.js';
import { isBit } from '../../flow/vocabulary.js';
import type { Vocabulary } from '../../flow/vocabulary.js';
import { partsOf } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/ir.js';
import type { Test } from './mention.js';

/** The tests of the bit in one reading of a function. */
interface TestsOf {
  /** By the offset of the mention; a macro may ask its argument twice. */
  readonly at: ReadonlyMap<number, readonly Test[]>;
  /** How many others come before each in the text. */
  readonly rank: ReadonlyMap<Test['node'], number>;
  /** So many are followed, the first ones. */
  readonly followed: number;
}

const known = new WeakMap<Cfg, TestsOf>();

/** The branch nodes that test the mention at an offset. */
export function testsAt(fn: FunctionIr, vocabulary: Vocabulary, offset: number): readonly Test[] {
  return testsOf(fn, vocabulary).at.get(offset) ?? [];
}

/** False for a test that has so many others before it in its function that what comes of its answer is not followed. */
export function isFollowed({ fn, node }: Test, vocabulary: Vocabulary): boolean {
  const { rank, followed } = testsOf(fn, vocabulary);
  return (rank.get(node) ?? 0) < followed;
}

function testsOf(fn: FunctionIr, vocabulary: Vocabulary): TestsOf {
  const cfg = cfgOf(fn, vocabulary);
  let tests = known.get(cfg);
  if (!tests) known.set(cfg, (tests = findTests(cfg, vocabulary)));
  return tests;
}

function findTests(cfg: Cfg, vocabulary: Vocabulary): TestsOf {
  const at = new Map<number, Test[]>();
  for (const node of cfg.nodes) {
    if (node.op !== 'branch' || !vocabulary.matchReserved(node.condition)) continue;
    const offset = mentionOffset(node.condition, vocabulary);
    if (offset === undefined) continue;
    const test: Test = { fn: cfg.fn, node };
    const same = at.get(offset);
    if (same) same.push(test);
    else at.set(offset, [test]);
  }
  const inOrder = [...at].sort(([a], [b]) => a - b).flatMap(([, tests]) => tests);
  const rank = new Map(inOrder.map(({ node }, index) => [node, index]));
  return { at, rank, followed: followable(cfg) };
}

/** Where in a test of the bit the mention stands: the call's name, or the bit's. */
function mentionOffset(test: Expr, vocabulary: Vocabulary): number | undefined {
  if (test.op === 'call' && test.name !== undefined && vocabulary.reserved.tests.includes(test.name)) return test.start;
  let at: number | undefined;
  const visit = (expr: Expr): void => {
    const named =
      expr.op === 'name' &&
      (isBit(expr, vocabulary.reserved, vocabulary.aliases) || vocabulary.aliases.masks.has(expr.name));
    if (named && at === undefined) at = expr.start;
    partsOf(expr).forEach(visit);
  };
  visit(test);
  return at;
}
