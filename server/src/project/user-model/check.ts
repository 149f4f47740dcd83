import { compareReleases, inRange, RELEASES, nearest, NEWEST_RELEASE, OLDEST_RELEASE } from '@pageref/shared';
import type { ModelEntry, PerKind, Release, ReleaseRange, UserEntry } from '@pageref/shared';
import { ENTRIES, rangesOf } from '@pageref/shared/model';
import { MOST_PROBLEMS } from './json.js';
import type { JsonPath } from './json.js';

/** What a schema cannot say of the entries of a user: how they stand to one another and to the built-in model. */

/** A mistake, at a path below the entry. */
export interface EntryProblem {
  /** Index of the entry in the list that was checked. */
  readonly index: number;
  readonly path: JsonPath;
  readonly message: string;
}

/** An entry that was read, and where that was: shown where another one gets in its way. */
export interface PlacedEntry {
  readonly entry: UserEntry;
  /** "FILE:LINE" */
  readonly place: string;
}

/** The first mistakes of a list, in its order. */
export function checkEntries(placed: readonly PlacedEntry[]): EntryProblem[] {
  const all = namesOf(placed.map(({ entry }) => entry));
  const before = new Map<string, PlacedEntry[]>();
  const found: EntryProblem[] = [];
  for (const [index, one] of placed.entries()) {
    const same = before.get(one.entry.name) ?? [];
    for (const problem of problemsOf(one.entry, same, all)) {
      if (problem) found.push({ index, ...problem });
      if (found.length === MOST_PROBLEMS) return found;
    }
    before.set(one.entry.name, same);
    same.push(one);
  }
  return found;
}

/** The entries of a file by name. */
type Names = ReadonlyMap<string, readonly UserEntry[]>;

function namesOf(entries: readonly UserEntry[]): Names {
  const names = new Map<string, UserEntry[]>();
  for (const entry of entries) {
    const same = names.get(entry.name);
    if (same) same.push(entry);
    else names.set(entry.name, [entry]);
  }
  return names;
}

/** @param before entries of the same name that stand before it */
function* problemsOf(entry: UserEntry, before: readonly PlacedEntry[], all: Names): Generator<Problem> {
  yield rangeProblem(entry);
  yield emptyProblem(entry);
  yield overlapProblem(entry, before);
  yield builtInProblem(entry);
  yield* perKindProblems(entry);
  for (const [at, name] of (entry.counterparts ?? []).entries()) yield counterpartProblem(entry, at, name, all);
}

type Problem = Omit<EntryProblem, 'index'> | undefined;

/** The entry as the model has them. */
export function modelEntry({ entry, place }: PlacedEntry): ModelEntry {
  const { override: _, form = 'function', evidence = [], ...rest } = entry;
  return { ...rest, form, range: rangeOf(entry), evidence: [...evidence, place] };
}

export function rangeOf({ range = {} }: Pick<UserEntry, 'range'>): ReleaseRange {
  return { since: range.since ?? OLDEST_RELEASE, ...(range.until !== undefined && { until: range.until }) };
}

function rangeProblem(entry: UserEntry): Problem {
  const { since, until } = rangeOf(entry);
  if (until === undefined || compareReleases(since, until) < 0) return undefined;
  return {
    path: ['range', 'until'],
    message: `the range is empty: "until" is the first release without it, and it is there since ${since}`,
  };
}

const FACETS = [
  'predicate',
  'sources',
  'conversion',
  'effects',
  'preconditions',
  'callback',
  'attribute',
  'references',
  'counterparts',
  'zoneDevice',
  'context',
] as const satisfies readonly (keyof UserEntry)[];

function emptyProblem(entry: UserEntry): Problem {
  const says = FACETS.some(
    (facet) => entry[facet] !== undefined && (!Array.isArray(entry[facet]) || entry[facet].length > 0),
  );
  return says ? undefined : { path: [], message: `${entry.name} says nothing: give it one of ${FACETS.join(', ')}` };
}

function overlapProblem(entry: UserEntry, before: readonly PlacedEntry[]): Problem {
  const range = rangeOf(entry);
  const other = before.find((one) => overlap(rangeOf(one.entry), range));
  if (!other) return undefined;
  const text = `${entry.name} has an entry for ${rangeText(rangeOf(other.entry))} (${other.place}): ranges of a name must not overlap`;
  return { path: entry.range ? ['range'] : ['name'], message: text };
}

/** Whoever replaces a fact of the model has to say so: else a name that is new in mainline would change meaning unseen. */
function builtInProblem(entry: UserEntry): Problem {
  const known = rangesOf(entry.name).find(({ range }) => overlap(range, rangeOf(entry)));
  if (known && entry.override !== true) {
    const text = `the model knows ${entry.name} in ${rangeText(known.range)}; say "override": true to replace that, or give another range`;
    return { path: ['name'], message: text };
  }
  if (!known && entry.override === true) {
    return {
      path: ['override'],
      message: `the model knows no ${entry.name} in ${rangeText(rangeOf(entry))}: there is nothing to override`,
    };
  }
  return undefined;
}

function perKindProblems({ predicate, effects = [] }: UserEntry): Problem[] {
  return [
    predicate && perKindProblem(predicate.answers, ['predicate', 'answers']),
    ...effects.map(({ kinds }, at) => kinds && perKindProblem(kinds, ['effects', at, 'kinds'])),
  ];
}

function perKindProblem(answers: PerKind, path: JsonPath): Problem {
  const seen = new Map<string, string>();
  for (const answer of ['yes', 'no', 'maybe'] as const) {
    for (const [at, kind] of (answers[answer] ?? []).entries()) {
      const other = seen.get(kind);
      if (other !== undefined)
        return { path: [...path, answer, at], message: `${kind} is answered twice: "${other}" and "${answer}"` };
      seen.set(kind, answer);
    }
  }
  return undefined;
}

function counterpartProblem(entry: UserEntry, at: number, name: string, all: Names): Problem {
  const range = rangeOf(entry);
  const known = [...rangesOf(name).map((one) => one.range), ...(all.get(name) ?? []).map(rangeOf)];
  if (known.some((one) => overlap(one, range))) return undefined;
  const path = ['counterparts', at];
  if (known[0])
    return { path, message: `${name} is there in ${known.map(rangeText).join(', ')} only, not in ${rangeText(range)}` };
  const near = nearest(name, [...all.keys(), ...ENTRIES.map((one) => one.name)], 1);
  const hint = near.length > 0 ? `did you mean "${near.join()}"?` : 'add an entry for it';
  return { path, message: `neither the model nor this file knows ${name}; ${hint}` };
}

/** Ranges of releases share one if any known release lies in both. */
function overlap(one: ReleaseRange, other: ReleaseRange): boolean {
  return RELEASES.some((release: Release) => inRange(one, release) && inRange(other, release));
}

function rangeText({ since, until }: ReleaseRange): string {
  return until === undefined ? `${since} to ${NEWEST_RELEASE}` : `${since} to before ${until}`;
}
