import type {
  ModelEntry,
  PageKind,
  PageKindFacts,
  Release,
  ReleaseRange,
  ResolvedModel,
  Source,
} from '../src/index.js';
import { NEWEST_RELEASE, OLDEST_RELEASE, compareReleases, inRange } from '../src/index.js';
import { ANALYSIS_ENTRIES } from './analysis/index.js';
import { FLAG_GUARDS, PAGE_TYPES, TYPES } from './analysis/types.js';
import { API_ENTRIES } from './apis/index.js';
import { undoneBy, withCounterparts } from './counterparts.js';
import { COUNT_READERS, COUNT_SETTERS, NEED_A_COUNT, P2PDMA_RESOURCE, SPECIAL_MAPS } from './device-counts.js';
import { USER_PTE_KINDS } from './kinds.js';
import { GUP_FLAGS, ZERO_PAGE_PINS } from './gup-flags.js';
import { ASSERTIONS, SYNTAX_MACROS } from './macros.js';
import { MEMMAP_NAMES } from './memmap.js';
import { OLD_NAMES } from './old-names.js';
import {
  PAGEMAP_APIS,
  PAGEMAP_BUSES,
  PAGEMAP_IDLE_COUNTS,
  PAGEMAP_NAMES,
  PAGEMAP_RANGES,
  PAGEMAP_REMOVAL,
  PAGEMAP_TYPES,
} from './pagemap.js';
import { PAGE_KIND_FACTS } from './page-kinds.js';
import { COMPOUND_PUT, PLAIN_BLOCKS } from './plain-blocks.js';
import { RAW_MAPPINGS } from './raw-mappings.js';
import { RESERVED_BIT } from './reserved-bit.js';
import { signaturesOf } from './signatures.js';
import { LOG_CALLS, UNCOUNTED } from './uncounted.js';
import {
  ANONYMOUS_TESTS,
  BARE_DIRTY,
  CHANGE_NOTIFIERS,
  INDEX_CALLS,
  LONG_TERM,
  pinsWithFlag,
  USER_PAGE_SOURCES,
} from './user-pages.js';

/** All entries of all releases, in the order of the model's files. */
export const ENTRIES: readonly ModelEntry[] = [...API_ENTRIES, ...ANALYSIS_ENTRIES];

const BY_NAME: ReadonlyMap<string, readonly ModelEntry[]> = groupByName(ENTRIES);
const RESOLVED = new Map<Release, ResolvedModel>();

/**
 * The model of one release: at most one entry per name, and only kinds that exist in it.
 * Releases older than 4.20 are answered as 4.20 and newer than 7.1 as 7.1. Results are kept, so asking again is free.
 */
export function resolve(release: Release): ResolvedModel {
  const kept = RESOLVED.get(release);
  if (kept) return kept;
  const model = build(release, clamp(release), []);
  RESOLVED.set(release, model);
  return model;
}

/** The model of a release with entries of a user beside the built-in ones, and in place of those of the same name. */
export function resolveWith(release: Release, user: readonly ModelEntry[]): ResolvedModel {
  return user.length === 0 ? resolve(release) : build(release, clamp(release), user);
}

/** All entries of a name, oldest first; empty for a name the model does not know. */
export function rangesOf(name: string, user: readonly ModelEntry[] = []): readonly ModelEntry[] {
  const own = user.filter((entry) => entry.name === name);
  const ranges = [...(BY_NAME.get(name) ?? []), ...own].sort(byAge);
  return ranges.map((entry) => {
    const others = [...ENTRIES, ...user].filter(
      ({ range, counterparts }) => counterparts && overlap(range, entry.range),
    );
    return withCounterparts(entry, undoneBy(others));
  });
}

/** Names that have an entry in a release, sorted. */
export function allNames(release: Release): readonly string[] {
  return [...resolve(release).entries.keys()].sort();
}

/** What a present entry of a user page table can name in a release. */
export function userPteKinds(release: Release): readonly PageKind[] {
  return existing(USER_PTE_KINDS, resolve(release).kinds);
}

function build(asked: Release, release: Release, user: readonly ModelEntry[]): ResolvedModel {
  const holds = ({ range }: { readonly range: ReleaseRange }): boolean => inRange(range, release);
  const kinds = new Map(PAGE_KIND_FACTS.filter(holds).map((facts) => [facts.kind, facts]));
  const own = user.filter(holds);
  const replaced = new Set(own.map((entry) => entry.name));
  const entries = [...ENTRIES.filter((entry) => holds(entry) && !replaced.has(entry.name)), ...own];
  const names = new Set(entries.map((entry) => entry.name));
  const undone = undoneBy(entries);
  const resolved = entries.map((entry) => resolveEntry(withCounterparts(entry, undone), release, kinds, names));
  const builtIn = entries.filter((entry) => !replaced.has(entry.name)).map((entry) => entry.name);
  return {
    release: asked,
    entries: new Map(resolved.map((entry) => [entry.name, entry])),
    kinds,
    assertions: new Map(ASSERTIONS.filter(holds).map((macro) => [macro.name, macro])),
    syntax: SYNTAX_MACROS,
    types: TYPES.filter(holds).map((type) => ({ ...type, kinds: existing(type.kinds, kinds) })),
    pageTypes: PAGE_TYPES,
    flagGuards: FLAG_GUARDS.filter(holds).map((guard) => ({ ...guard, kinds: existing(guard.kinds, kinds) })),
    reservedBit: RESERVED_BIT,
    pagemap: {
      names: PAGEMAP_NAMES,
      // Code for several releases names the members of each of them, and none means anything else elsewhere.
      ranges: PAGEMAP_RANGES,
      types: PAGEMAP_TYPES.filter(holds),
      apis: PAGEMAP_APIS.filter(holds),
      idleCounts: PAGEMAP_IDLE_COUNTS.filter(holds),
      removal: PAGEMAP_REMOVAL.find(holds)?.text ?? '',
      buses: PAGEMAP_BUSES,
    },
    memmap: { ...MEMMAP_NAMES, existence: MEMMAP_NAMES.existence.filter(holds) },
    userPages: {
      sources: USER_PAGE_SOURCES.filter(holds).flatMap((group) => group.names.filter((name) => names.has(name))),
      anonymous: ANONYMOUS_TESTS.filter(holds).flatMap((group) => [...group.names]),
      bareDirty: BARE_DIRTY.filter(holds).map(({ name }) => name),
      longTerm: {
        flag: LONG_TERM.flag,
        pins: pinsWithFlag(resolved),
        indexes: new Map(INDEX_CALLS.filter(holds).map(({ name, at }) => [name, at])),
        notified: CHANGE_NOTIFIERS.filter(holds).flatMap((group) => [...group.names]),
      },
    },
    deviceCounts: {
      readers: COUNT_READERS.filter(holds).flatMap((group) => [...group.names]),
      setters: COUNT_SETTERS.filter(holds).flatMap((group) => [...group.names]),
      needCount: NEED_A_COUNT.filter(holds),
      specialMaps: SPECIAL_MAPS.filter(holds),
      resource: P2PDMA_RESOURCE,
      everIdle: PAGEMAP_IDLE_COUNTS,
    },
    plainBlocks: {
      ...PLAIN_BLOCKS,
      makers: PLAIN_BLOCKS.makers.filter(holds),
      dmaMakers: PLAIN_BLOCKS.dmaMakers.filter(holds),
      putsCompound: COMPOUND_PUT.some(holds),
    },
    rawMappings: { ...RAW_MAPPINGS, lookups: RAW_MAPPINGS.lookups.filter(holds) },
    flagWords: GUP_FLAGS,
    pinsZeroPage: holds(ZERO_PAGE_PINS),
    uncounted: new Set(UNCOUNTED.filter(holds).flatMap((group) => group.names)),
    logCalls: LOG_CALLS,
    signatures: signaturesOf(release, new Set(builtIn)),
    otherReleases: countedElsewhere(names),
    user,
  };
}

/** Names that count references in some release, without those that `names` has; the newest range of each. */
function countedElsewhere(names: ReadonlySet<string>): ReadonlyMap<string, ReleaseRange> {
  const counted = [...OLD_NAMES, ...ENTRIES].filter(({ effects }) =>
    effects?.some(({ does, unit }) => COUNTS.has(does) && unit !== 'pgmap-reference'),
  );
  return new Map(counted.filter(({ name }) => !names.has(name)).map(({ name, range }) => [name, range]));
}

const COUNTS: ReadonlySet<string> = new Set(['acquire', 'release', 'transfer', 'set-count', 'free']);

type Kinds = ReadonlyMap<PageKind, PageKindFacts>;

function resolveEntry(entry: ModelEntry, release: Release, kinds: Kinds, names: ReadonlySet<string>): ModelEntry {
  const { sources, callback, counterparts } = entry;
  if (!sources && !callback && !counterparts) return entry;
  return {
    ...entry,
    ...(sources && { sources: sources.map((source) => resolveSource(source, release, kinds)) }),
    ...(callback && { callback: { ...callback, kinds: existing(callback.kinds, kinds) } }),
    ...(counterparts && { counterparts: counterparts.filter((name) => names.has(name)) }),
  };
}

function resolveSource(source: Source, release: Release, kinds: Kinds): Source {
  const { kindsSince, ...rest } = source;
  const there = existing(source.kinds, kinds);
  if (!kindsSince) return { ...rest, kinds: there };
  return { ...rest, kinds: there.filter((kind) => compareReleases(kindsSince[kind] ?? OLDEST_RELEASE, release) <= 0) };
}

function existing(wanted: readonly PageKind[], kinds: Kinds): readonly PageKind[] {
  return wanted.filter((kind) => kinds.has(kind));
}

function clamp(release: Release): Release {
  if (compareReleases(release, OLDEST_RELEASE) < 0) return OLDEST_RELEASE;
  return compareReleases(release, NEWEST_RELEASE) > 0 ? NEWEST_RELEASE : release;
}

function overlap(a: ReleaseRange, b: ReleaseRange): boolean {
  return inRange(a, b.since) || inRange(b, a.since);
}

function groupByName(entries: readonly ModelEntry[]): Map<string, ModelEntry[]> {
  const groups = new Map<string, ModelEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.name);
    if (group) group.push(entry);
    else groups.set(entry.name, [entry]);
  }
  for (const group of groups.values()) group.sort(byAge);
  return groups;
}

function byAge(a: ModelEntry, b: ModelEntry): number {
  return compareReleases(a.range.since, b.range.since);
}
