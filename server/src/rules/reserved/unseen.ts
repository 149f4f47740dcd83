import type { Reason } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { isCounted, onlyOn } from './consequence.js';
import { oneSided } from './handed.js';
import type { Doubt, OneSided } from './handed.js';
import type { Judgement } from './judgement.js';
import type { FollowedSide, Sides } from './sides.js';
import type { Act } from './side-outcome.js';

/** The sides of a test with what functions of other files do, and the verdict where something that decides was not seen. */
export interface Resolved {
  readonly sides: readonly Sides[];
  readonly unclear: Judgement | undefined;
}

/**
 * A test whose sides count references alike is right by accident, and one that counts on one side alone is wrong: both only
 * as far as everything that counts was seen. Where code that nobody knows is handed the page on one side, neither is said.
 */
export function resolveUnseen(file: SourceFile, sides: readonly Sides[]): Resolved {
  const looks = sides.map((pair) => lookAt(file, pair));
  // One function that surely counts on one side only is enough, whatever others do.
  const isSure = looks.some(({ counts, doubt }) => counts && !doubt);
  const doubt = isSure ? undefined : looks.find((look) => look.doubt)?.doubt;
  return { sides: looks.map((look) => look.sides), unclear: doubt && unclear(file, doubt) };
}

interface Look {
  readonly sides: Sides;
  /** Whether references are counted on one side only. */
  readonly counts: boolean;
  readonly doubt: Doubt | undefined;
}

/** What counts on one side alone may be made up for on the other by code that nobody knows. */
function lookAt(file: SourceFile, pair: Sides): Look {
  const onReserved = oneSided(file.analysis, pair.reserved.handed, pair.other.handed);
  const onOther = oneSided(file.analysis, pair.other.handed, pair.reserved.handed);
  const reserved = withEffects(file, pair.reserved, onReserved);
  const other = withEffects(file, pair.other, onOther);
  const [without, withBit] = [onlyOn(other, reserved).some(isCounted), onlyOn(reserved, other).some(isCounted)];
  const doubt =
    (withBit || !without ? onOther.doubt : undefined) ?? (without || !withBit ? onReserved.doubt : undefined);
  return { sides: { ...pair, reserved, other }, counts: without || withBit, doubt };
}

function withEffects(file: SourceFile, side: FollowedSide, { counted }: OneSided): FollowedSide {
  const acts = counted.map(({ call, effect: { does, unit, via } }): Act => {
    const through = call.name ?? '';
    const { path, line } = file.place(call.start);
    return { kind: 'effect', does, unit, through, name: via ?? through, at: call.start, path, line };
  });
  // What a call does in the end is said instead of the call.
  const rest = side.acts.filter((act) => act.kind !== 'call' || acts.every(({ at }) => at !== act.at));
  return { ...side, acts: [...rest, ...acts] };
}

function unclear(file: SourceFile, doubt: Doubt): Judgement {
  const { line } = file.place(doubt.at);
  const reason: Reason = { contract: doubt.name, path: file.path, line, text: textOf(doubt) };
  return { verdict: 'unclear', reason, confidence: 'low' };
}

function textOf({ name, why, through }: Doubt): string {
  const goes = through === name ? `${through}()` : `${through}(), and so ${name}(),`;
  switch (why) {
    case 'unknown':
      return `${goes} gets the page on one side only; whether it drops a reference is not known.`;
    case 'other-release':
      return `${goes} gets the page on one side only; this release has no such function, others release with it.`;
    case 'pointer':
      return `The page goes to ${through} through a pointer on one side only; it may drop a reference.`;
    case 'kept':
      return `${goes} keeps the page on one side only; where it is given back was not followed.`;
    case 'stored':
      return `The page is put in ${name} on one side only; where it is given back was not followed.`;
    case 'holder':
      return `${goes} counts references on one side only; whether they are those of this page is not seen.`;
    case 'deep':
      return `${goes} gets the page on one side only, and is too deep to be followed.`;
  }
}
