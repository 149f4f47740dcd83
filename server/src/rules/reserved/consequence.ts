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
 * True where pages without the bit have references taken and dropped: whether one of those that are dropped was there before
 * the test, and so is missed where the bit is set, is not told by that.
 */
export function mayBalance(sides: readonly Sides[]): boolean {
  const does = (pair: Sides): Set<string> =>
    new Set(
      onlyOn(pair.other, pair.reserved).flatMap((act) => (isCounted(act) && act.kind === 'effect' ? act.does : [])),
    );
  const dropping = sides.map(does).filter((one) => one.has('release') || one.has('free'));
  return dropping.length > 0 && dropping.every((one) => one.has('acquire'));
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
  if (releases.length > 0) {
    const from = taken === undefined ? 'a reference taken on them' : `the reference of ${taken}()`;
    return `${DEVICE_PAGES} skip ${list(releases)}: ${from} leaks.`;
  }
  if (acquires.length > 0) return `${DEVICE_PAGES} skip ${list(acquires)}: they are used without a reference.`;
  const extra = effects(added, ['release', 'free', 'acquire']);
  if (extra.length > 0) return `${DEVICE_PAGES} are handed to ${list(extra)} like boot memory.`;
  const plain = skipped.filter((act) => act.kind === 'call');
  const other = [effects(skipped, ['dirty', 'accessed']), effects(skipped, ['flush', 'map']), plain];
  const first = other.find((some) => some.length > 0);
  return first ? `${DEVICE_PAGES} skip ${list(first)} ${BIT}.` : leaving(sides, fn);
}

const DEVICE_PAGES = 'ZONE_DEVICE pages';
const BIT = 'only because of PG_reserved';
/** Room for the names of calls in a line of 100 characters. */
const NAMES = 40;

function effects(acts: readonly Act[], does: readonly string[]): Act[] {
  return acts.filter((act) => act.kind === 'effect' && does.includes(act.does));
}

/** The calls by name, as many as there is room for, and how many more there are. */
function list(acts: readonly Act[]): string {
  const [first = 'nothing', ...others] = new Set(acts.map((act) => `${act.name}()`));
  const names = [first];
  for (const name of others) if ([...names, name].join(', ').length <= NAMES) names.push(name);
  const more = others.length + 1 - names.length;
  const last = more > 0 ? `${String(more)} more` : names.length > 1 ? names.pop() : undefined;
  return last === undefined ? first : `${names.join(', ')} and ${last}`;
}

/** Nothing is done to the page on either side: say how the function ends for a device page. */
function leaving(sides: readonly Sides[], fn: string): string {
  const own = sides.find((pair) => pair.hops === 0);
  const [reserved, other] = [[...(own?.reserved.returns ?? [])], [...(own?.other.returns ?? [])]];
  const answer = reserved.length === 1 && (other.length !== 1 || other[0] !== reserved[0]) ? reserved[0] : undefined;
  if (answer !== undefined && answer !== '') return `${fn}() returns ${answer} for ${DEVICE_PAGES} ${BIT}.`;
  return `${DEVICE_PAGES} take the reserved side in ${fn}() ${BIT}.`;
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
