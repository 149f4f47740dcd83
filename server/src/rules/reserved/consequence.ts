import type { Impact, RelatedPlace } from '@pageref/shared';
import type { Sides } from './sides.js';
import type { Act, SideOutcome } from './side-outcome.js';

/** What the two sides of a test mean for a device page, over the function itself and the callers that act on its answer. */
export interface Consequence {
  readonly impact: Impact;
  readonly text: string;
  readonly related: readonly RelatedPlace[];
  /** Effects that happen only to pages without the bit, and only to pages with it. */
  readonly skipped: readonly Act[];
  readonly added: readonly Act[];
}

/** Acts on one side that the other does not have; a kind of effect counts, not the place it happens at. */
export function onlyOn(side: SideOutcome, other: SideOutcome): Act[] {
  const known = new Set(other.acts.map(key));
  return side.acts.filter((act) => !known.has(key(act)));
}

export function hasAct(outcome: SideOutcome, act: Act): boolean {
  return outcome.acts.some((other) => key(other) === key(act));
}

export function sameReturns(a: SideOutcome, b: SideOutcome): boolean {
  return a.returns.size === b.returns.size && [...a.returns].every((value) => b.returns.has(value));
}

/** True when a device page on the reserved side fares unlike boot memory there, and never ends as only boot memory should. */
export function faresApart(device: SideOutcome, plain: SideOutcome, other: SideOutcome): boolean {
  const acts = (outcome: SideOutcome): Act[] => outcome.acts.filter((act) => act.kind !== 'asks');
  const sameActs = acts(device).every((act) => hasAct(plain, act)) && acts(plain).every((act) => hasAct(device, act));
  if (sameActs && sameReturns(device, plain)) return false;
  const onlyPlain = [...plain.returns].filter((value) => value !== '' && !other.returns.has(value));
  return !onlyPlain.some((value) => device.returns.has(value));
}

function key(act: Act): string {
  if (act.kind === 'effect') return `effect:${act.does}:${act.unit ?? ''}`;
  if (act.kind === 'needs') return `needs:${act.needs}:${act.name}`;
  return `${act.kind}:${act.name}`;
}

const COUNTED = new Set(['acquire', 'release', 'transfer', 'set-count', 'free']);

export function isCounted(act: Act): boolean {
  return act.kind === 'effect' && COUNTED.has(act.does);
}

/**
 * `taken` names what took the reference the skipped release would drop, where the analysis saw it.
 * A release, free or acquire that depends on the bit is wrong today: device pages are counted like RAM.
 * Anything else (dirty, accessed, mapping attributes, statistics) is right only because the bit is set.
 */
export function consequenceOf(sides: readonly Sides[], taken: string | undefined, fn: string): Consequence {
  const skipped = unique(sides.flatMap((pair) => onlyOn(pair.other, pair.reserved)));
  const added = unique(sides.flatMap((pair) => onlyOn(pair.reserved, pair.other)));
  const impact: Impact = [...skipped, ...added].some(isCounted) ? 'wrong-today' : 'right-by-accident';
  return { impact, text: sentence(sides, skipped, added, taken, fn), related: related(skipped, added), skipped, added };
}

function unique(acts: readonly Act[]): Act[] {
  const seen = new Map<string, Act>();
  for (const act of acts) {
    const id = `${key(act)}:${act.name}`;
    if (!seen.has(id)) seen.set(id, act);
  }
  return [...seen.values()].sort((a, b) => a.at - b.at);
}

function sentence(
  sides: readonly Sides[],
  skipped: readonly Act[],
  added: readonly Act[],
  taken: string | undefined,
  fn: string,
): string {
  const releases = effects(skipped, ['release', 'free']);
  const acquires = effects(skipped, ['acquire']);
  const marks = effects(skipped, ['dirty', 'accessed']);
  const flushes = effects(skipped, ['flush', 'map']);
  if (releases.length > 0) {
    const from = taken === undefined ? 'a reference taken on it' : `the reference taken by ${taken}()`;
    return `For a ZONE_DEVICE page ${calls(releases)} skipped: ${from} is never dropped.`;
  }
  if (acquires.length > 0) return `For a ZONE_DEVICE page ${calls(acquires)} skipped: it is used without a reference.`;
  const extra = effects(added, ['release', 'free', 'acquire']);
  if (extra.length > 0) return `For a ZONE_DEVICE page ${list(extra)} is called on it as if it were boot memory.`;
  const bit = 'only because it carries PG_reserved';
  if (marks.length > 0) return `For a ZONE_DEVICE page ${calls(marks)} skipped ${bit}.`;
  if (flushes.length > 0) return `For a ZONE_DEVICE page ${calls(flushes)} skipped ${bit}.`;
  const plain = skipped.filter((act) => act.kind === 'call');
  if (plain.length > 0) return `For a ZONE_DEVICE page ${calls(plain)} skipped ${bit}.`;
  return leaving(sides, fn, bit);
}

function effects(acts: readonly Act[], does: readonly string[]): Act[] {
  return acts.filter((act) => act.kind === 'effect' && does.includes(act.does));
}

function calls(acts: readonly Act[]): string {
  const names = [...new Set(acts.map((act) => `${act.name}()`))];
  return `${list(acts)} ${names.length === 1 ? 'is' : 'are'}`;
}

function list(acts: readonly Act[]): string {
  const names = [...new Set(acts.map((act) => `${act.name}()`))].slice(0, 3);
  if (names.length <= 1) return names[0] ?? 'nothing';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** Nothing is done to the page on either side: say how the function ends for a device page. */
function leaving(sides: readonly Sides[], fn: string, bit: string): string {
  const own = sides.find((pair) => pair.hops === 0);
  const [reserved, other] = [[...(own?.reserved.returns ?? [])], [...(own?.other.returns ?? [])]];
  const answer = reserved.length === 1 && (other.length !== 1 || other[0] !== reserved[0]) ? reserved[0] : undefined;
  if (answer !== undefined && answer !== '') return `For a ZONE_DEVICE page ${fn}() returns ${answer} ${bit}.`;
  return `A ZONE_DEVICE page takes the reserved side of this test in ${fn}() ${bit}.`;
}

function related(skipped: readonly Act[], added: readonly Act[]): RelatedPlace[] {
  const place = (act: Act, text: string): RelatedPlace => ({ path: act.path, line: act.line, column: 1, text });
  return [
    ...skipped
      .filter((act) => act.kind !== 'asks')
      .map((act) => place(act, `${act.name}() happens only to pages without PG_reserved`)),
    ...added
      .filter((act) => act.kind !== 'asks')
      .map((act) => place(act, `${act.name}() happens only to pages with PG_reserved`)),
  ].slice(0, 6);
}
