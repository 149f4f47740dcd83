import type { MacroArm } from '../../contracts/macro-arms.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { RuleWorld } from '../rule.js';
import { callNameAt } from './reports.js';
import type { FollowedFunction } from './followed.js';

/**
 * Macros that `#if` defines in several ways by questions that have nothing to do with one another: which of the ways of one goes
 * with which of the other only the build knows. `#ifdef HAVE_PIN_REMOTE` and `#ifdef HAVE_PIN` are as good as one question.
 */

/** Something that is wrong with a give-back in one reading of a function. */
interface Wrong {
  readonly report: { readonly start: number };
  readonly prepared: FollowedFunction['prepared'];
  readonly acquisition: FollowedFunction['followed'][number]['acquisition'] | undefined;
}

interface Where {
  readonly world: RuleWorld;
  readonly file: SourceFile;
  readonly readings: readonly FollowedFunction[];
}

/** What is wrong whichever ways are compiled together. */
export function withoutUnrelatedArms<W extends Wrong>(where: Where, found: readonly W[]): readonly W[] {
  if (found.length === 0 || where.readings.length === 1) return found;
  const right = fittingPairs(where.readings, found);
  return found.filter(({ acquisition, report }) => {
    if (acquisition === undefined) return true;
    const pair = { take: acquisition.call.start, drop: report.start };
    return !right.has(keyOf(pair)) || !isOfUnrelatedArms(where, pair);
  });
}

/** A call that takes a page and one that gives it back, as offsets in the file. */
interface Pair {
  readonly take: number;
  readonly drop: number;
}

function keyOf({ take, drop }: Pair): string {
  return `${take} ${drop}`;
}

/** The takes and the drops that fit in some reading. */
function fittingPairs(readings: readonly FollowedFunction[], wrong: readonly Wrong[]): ReadonlySet<string> {
  const pairs = readings.flatMap(({ prepared, followed }) =>
    followed.flatMap(({ acquisition, events }) => {
      const isWrong = (start: number): boolean =>
        wrong.some((one) => one.prepared === prepared && one.acquisition === acquisition && one.report.start === start);
      const drops = events.filter(({ does, start }) => does === 'drop' && !isWrong(start));
      return drops.map(({ start }) => keyOf({ take: acquisition.call.start, drop: start }));
    }),
  );
  return new Set(pairs);
}

/** True where both calls are macros whose definitions hang on different questions. */
function isOfUnrelatedArms({ world, file }: Where, { take, drop }: Pair): boolean {
  const [taking, dropping] = [take, drop].map((at) => questionsAbout(world, file, at));
  if (!taking || !dropping || taking.size === 0 || dropping.size === 0) return false;
  return [...taking].every((name) => !dropping.has(name));
}

/** The macros that decide what a name at an offset stands for. */
function questionsAbout({ tree }: RuleWorld, file: SourceFile, start: number): ReadonlySet<string> {
  const name = callNameAt(file, { start, length: file.text.length });
  const own = file.macroArms(name);
  const arms = own.length > 0 ? own : (tree.macros.get(name) ?? []);
  // What holds for all of them, such as the guard of a header, decides nothing.
  const keys = arms.flatMap(({ when }) => [...when.keys()]).filter((key) => isDeciding(arms, key));
  return new Set(keys.flatMap((key) => key.match(/\b(?!defined\b)[A-Za-z_]\w*/g) ?? []));
}

function isDeciding([first, ...others]: readonly MacroArm[], key: string): boolean {
  return others.some(({ when }) => when.get(key) !== first?.when.get(key));
}
