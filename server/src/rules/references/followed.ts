import type { SourceFile } from '../../contracts/source-file.js';
import { acquisitionsIn, follow } from '../../ownership/follow.js';
import type { Followed, Prepared } from '../../ownership/prepared.js';
import type { FunctionIr } from '../../syntax/index.js';
import { visitStatements } from '../../syntax/ir-walk.js';
import type { RuleWorld } from '../rule.js';
import { preparedReadings } from './file-knowledge.js';
import { recent } from './recent.js';

/** Acquisitions of a function, followed once for all rules that ask. */

/** Every acquisition of a reading of a function, followed once for all rules that ask. */
export interface FollowedFunction {
  readonly prepared: Prepared;
  readonly followed: readonly Followed[];
}

const FOLLOWED = recent<SourceFile, () => readonly FollowedFunction[]>();

/** A function followed in each of its readings: macros that stand for takers and droppers can give it several. */
export function followFunction(world: RuleWorld, file: SourceFile, fn: FunctionIr): readonly FollowedFunction[] {
  const known = FOLLOWED.get(file, fn);
  if (known) return known();
  const made = file.noted(() => preparedReadings(world, file, fn).map(followReading));
  FOLLOWED.add(file, fn, made);
  return made();
}

function followReading(prepared: Prepared): FollowedFunction {
  const cleaned = cleanedUp(prepared.fn);
  const followed = acquisitionsIn(prepared).flatMap((acquisition) => {
    const one = follow(prepared, acquisition);
    // What a variable with __free() names is given back at the end of its scope.
    const isCleaned = [...one.events, ...one.ways].some(({ state }) => state.names.some((name) => cleaned.has(name)));
    return isCleaned ? [] : [one];
  });
  return { prepared, followed };
}

function cleanedUp(fn: FunctionIr): ReadonlySet<string> {
  const names = new Set<string>();
  visitStatements(fn.body, (statement) => {
    if (statement.op === 'declare' && statement.cleanup !== undefined) names.add(statement.name);
  });
  return names;
}
