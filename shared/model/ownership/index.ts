import type {
  Effect,
  ErrorTest,
  ModelEntry,
  OwnedUnit,
  Outcome,
  OwnershipAct,
  OwnershipEntry,
  OwnershipModel,
  Release,
  ReleaseRange,
} from '../../src/index.js';
import { inRange, mayBeIn } from '../../src/index.js';
import { ALLOCATE_ROWS } from './allocate.js';
import { BORROWER_NAMES, BORROWER_PREFIXES } from './borrowers.js';
import { lockedCallbacks } from './callbacks.js';
import { FREE_ROWS } from './frees.js';
import { HOLDERS_ROWS } from './holders.js';
import { LOCKS_ROWS } from './locks.js';
import { lockedMethods, METHOD_CALL_ROWS } from './methods.js';
import { PAGE_CACHE_ROWS } from './page-cache.js';
import { DETACH_ROWS, PAGE_POOL_ROWS, RECYCLE_ROWS } from './page-pool.js';
import { COUNTER_NAMES, COUNTER_PREFIXES, READER_NAMES, READER_PREFIXES } from './readers.js';
import { SUBSYSTEMS_ROWS } from './subsystems.js';
import { BYTES_ROWS, COUNTED_ROWS, MEMORY_ROWS } from './tables.js';
import { TAKEOVERS_ROWS } from './takeovers.js';

/** What the effects of the model do not say: allocators, locks, page pools, lookups, holders. */
export const OWNERSHIP_ROWS: readonly OwnershipEntry[] = [
  ...ALLOCATE_ROWS,
  ...PAGE_POOL_ROWS,
  ...PAGE_CACHE_ROWS,
  ...LOCKS_ROWS,
  ...HOLDERS_ROWS,
  ...SUBSYSTEMS_ROWS,
  ...TAKEOVERS_ROWS,
  ...METHOD_CALL_ROWS,
];

/** The outcomes of the fact table's words. Every `when` of a counting effect has its place here; a test holds that. */
export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  always: 'always',
  'returns true': 'positive',
  'returns nonzero': 'positive',
  'returns non-NULL': 'positive',
  'ret > 0': 'positive',
  'ret == 1': 'positive',
  '!IS_ERR(ret)': 'positive',
  '!IS_ERR_OR_NULL(ret)': 'positive',
  '!is_error_page(ret)': 'positive',
  '!is_error_noslot_pfn(ret)': 'positive',
  'ret == 0': 'zero',
  'ret == RET_PF_CONTINUE': 'zero',
  'ret == VM_FAULT_NOPAGE': 'positive',
};

/** include/linux/err.h and include/linux/kvm_host.h, 4.20 to 7.1. */
const ERROR_TESTS: readonly ErrorTest[] = [
  { name: 'IS_ERR', signs: ['negative'] },
  { name: 'IS_ERR_OR_NULL', signs: ['negative', 'zero'] },
  { name: 'IS_ERR_VALUE', signs: ['negative'] },
  { name: 'is_error_page', signs: ['negative'] },
  { name: 'is_error_pfn', signs: ['negative'] },
  { name: 'is_noslot_pfn', signs: ['negative'] },
  { name: 'is_error_noslot_pfn', signs: ['negative'] },
  { name: 'is_sigpending_pfn', signs: ['negative'] },
];

const ERROR_CODES: OwnershipModel['errorCodes'] = [
  { name: 'PTR_ERR', orZero: false },
  { name: 'PTR_ERR_OR_ZERO', orZero: true },
];

/** include/linux/kvm_host.h, 4.20 to 7.1. */
const ERROR_VALUES: readonly string[] = [
  'KVM_PFN_ERR_FAULT',
  'KVM_PFN_ERR_HWPOISON',
  'KVM_PFN_ERR_RO_FAULT',
  'KVM_PFN_ERR_SIGPENDING',
  'KVM_PFN_ERR_NEEDS_IO',
  'KVM_PFN_NOSLOT',
  'KVM_ERR_PTR_BAD_PAGE',
];

export const PENDING_CODES: readonly string[] = ['EIOCBQUEUED', 'EINPROGRESS'];

const ERROR_POINTERS: readonly string[] = ['ERR_PTR', 'ERR_CAST'];

/** include/linux/dma-mapping.h, include/linux/pci-dma-compat.h and virt/kvm/kvm_main.c, 4.20 to 7.1. */
const MAPPINGS: ReadonlySet<string> = new Set([
  'dma_map_page',
  'dma_map_page_attrs',
  'dma_map_single',
  'dma_map_single_attrs',
  'dma_map_phys',
  'pci_map_page',
  'pci_map_single',
  'page_pool_get_dma_addr',
  'kvm_pfn_to_refcounted_page',
]);

/** include/linux/byteorder/generic.h and include/linux/kconfig.h, 4.20 to 7.1. */
const CONVERSIONS: ReadonlySet<string> = new Set([
  ...[16, 32, 64].flatMap((bits) =>
    ['le', 'be'].flatMap((order) => [`cpu_to_${order}${String(bits)}`, `${order}${String(bits)}_to_cpu`]),
  ),
  ...['htons', 'htonl', 'ntohs', 'ntohl', 'likely', 'unlikely', 'IS_ENABLED', 'IS_BUILTIN', 'IS_REACHABLE'],
]);

/** include/linux/mm.h and include/linux/pagemap.h, 4.20 to 7.1. */
const MAPPINGS_OF: ReadonlySet<string> = new Set([
  'folio_mapping',
  'page_mapping',
  'folio_file_mapping',
  'page_file_mapping',
]);

/** include/linux/mm.h, 4.20 to 7.1. */
const SPLITS: ReadonlySet<string> = new Set(['split_page']);

/** Conversions of include/linux/mm.h and arch/x86/include/asm/page.h, 4.20 to 7.1. */
const NEVER_NULL: ReadonlySet<string> = new Set([
  'pfn_to_kaddr',
  'page_to_virt',
  'phys_to_virt',
  '__va',
  'page_address',
]);

/** include/linux/vmalloc.h and include/linux/skbuff.h, 4.20 to 7.1. */
const OBJECT_MAKERS: ReadonlySet<string> = new Set([
  'vmap',
  'vm_map_ram',
  'build_skb',
  'napi_build_skb',
  'slab_build_skb',
]);

type Row = { readonly name: string; readonly range: ReleaseRange };

/** Names that mean one thing in some releases and another in others. */
const CHANGED: ReadonlySet<string> = new Set(
  OWNERSHIP_ROWS.map(({ name }) => name).filter((name, at, all) => all.indexOf(name) !== at),
);

/**
 * The rows of a release. Where it is not known in which of several releases a name came, code that has it shows that it is there;
 * of a name whose meaning changed it is not known which one holds, and the older one is taken.
 */
function holdsIn(release: Release): (row: Row) => boolean {
  return ({ name, range }) => inRange(range, release) || (!CHANGED.has(name) && mayBeIn(range, release));
}

/** What the reference analysis knows in a release: the effects of the entries, and the rows beside them. */
export function ownershipModel(release: Release, entries: ReadonlyMap<string, ModelEntry>): OwnershipModel {
  const acts = new Map<string, OwnershipAct[]>();
  const holds = holdsIn(release);
  for (const row of OWNERSHIP_ROWS) {
    if (holds(row)) acts.set(row.name, [...(acts.get(row.name) ?? []), ...row.acts]);
  }
  for (const { name, effects = [] } of entries.values()) {
    const own = acts.get(name) ?? [];
    // A row is more exact than the words of the fact table, unit by unit.
    const more = effects.flatMap(actOf).filter((act) => !own.some((one) => sameFacet(one.unit, act.unit)));
    if (own.length + more.length > 0) acts.set(name, [...own, ...more]);
  }
  const frees = new Map(FREE_ROWS.filter(holds).map(({ name, at }) => [name, at]));
  for (const { name, effects = [] } of entries.values()) {
    const on = effects.find(({ does }) => does === 'free')?.on.at;
    if (typeof on === 'number' && !acts.has(name)) frees.set(name, on);
  }
  const asking = [...ERROR_TESTS, ...ERROR_CODES].map(({ name }) => name);
  const borrowers = { names: new Set([...BORROWER_NAMES, ...MAPPINGS, ...asking]), prefixes: BORROWER_PREFIXES };
  return {
    acts,
    errorTests: ERROR_TESTS,
    errorPointers: ERROR_POINTERS,
    errorCodes: ERROR_CODES,
    pendingCodes: PENDING_CODES,
    errorValues: ERROR_VALUES,
    signOfConstant: () => undefined,
    borrowers,
    frees,
    memory: new Map(MEMORY_ROWS.filter(holds).map(({ name, is }) => [name, is])),
    counted: new Map(COUNTED_ROWS.filter(holds).map((row) => [row.name, row])),
    counters: { names: new Set(COUNTER_NAMES), prefixes: COUNTER_PREFIXES },
    readers: { names: new Set(READER_NAMES), prefixes: READER_PREFIXES },
    byBytes: new Map(BYTES_ROWS.filter(holds).map((row) => [row.name, row])),
    lockedMethods: lockedMethods((range) => inRange(range, release)),
    lockedCallbacks: lockedCallbacks((range) => inRange(range, release)),
    recycling: new Map(RECYCLE_ROWS.filter(({ range }) => inRange(range, release)).map(({ name, at }) => [name, at])),
    detaching: new Map(DETACH_ROWS.filter(({ range }) => inRange(range, release)).map(({ name, at }) => [name, at])),
    mappings: MAPPINGS,
    objectMakers: OBJECT_MAKERS,
    neverNull: NEVER_NULL,
    conversions: CONVERSIONS,
    mappingsOf: MAPPINGS_OF,
    splits: SPLITS,
  };
}

/** The act of an effect; none for what moves no reference, or moves it on an outcome that no result shows. */
export function actOf({ does, on, unit, when }: Effect): OwnershipAct[] {
  const outcome = OUTCOMES[when];
  const verb = VERBS[does];
  if (outcome === undefined || verb === undefined) return [];
  return [{ does: verb, unit: unit ?? unitFor(does), on, when: outcome }];
}

const VERBS: Readonly<Partial<Record<Effect['does'], OwnershipAct['does']>>> = {
  acquire: 'take',
  release: 'drop',
  transfer: 'hand-over',
};

function unitFor(does: Effect['does']): OwnedUnit {
  return does === 'acquire' ? 'pin' : 'reference';
}

/** Locks, pgmap references and mappings are counted apart from the references of a page. */
export function facetOf(unit: OwnedUnit): 'page' | 'lock' | 'pgmap' | 'kvm-map' {
  if (unit === 'lock' || unit === 'kvm-map') return unit;
  return unit === 'pgmap-reference' ? 'pgmap' : 'page';
}

function sameFacet(a: OwnedUnit, b: OwnedUnit): boolean {
  return facetOf(a) === facetOf(b);
}
