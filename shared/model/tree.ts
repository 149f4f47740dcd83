import type { Source } from '../src/effects.js';
import type { ModelEntry, PageKindFacts, ResolvedModel } from '../src/model.js';
import type { PageKind } from '../src/page-kind.js';
import { ZONE_DEVICE_KINDS } from '../src/page-kind.js';
import type { TreeFacts } from '../src/tree-facts.js';

/**
 * What a tree shows of itself wins over its release number: distribution trees backport.
 * Each fact changes the entries it speaks of; an absent fact changes nothing.
 */
export function withTreeFacts(model: ResolvedModel, facts: TreeFacts): ResolvedModel {
  const entries = new Map(model.entries);
  // What a user says of a name is said of this very tree.
  const own = model.user.map(({ name }) => [name, model.entries.get(name)] as const);
  const kinds = new Map(model.kinds);
  if (facts.memoryTypes) keepMemoryTypes(kinds, facts.memoryTypes.value);
  if (facts.marksZoneDeviceReserved?.value === false) unmarkZoneDevice(entries, model.reservedBit.tests);
  if (facts.vmNormalPageDropsDevmap) {
    const drops = facts.vmNormalPageDropsDevmap.value;
    for (const name of NORMAL_PAGE) changeSources(entries, name, DAX, drops ? 'remove' : 'add');
    const mixedMap = facts.daxMixedMap?.length;
    if (!drops) for (const name of NORMAL_PAGE_PMD) changeSources(entries, name, DAX, 'add');
    else if (mixedMap === 0) for (const name of NORMAL_PAGE_PMD) changeSources(entries, name, DAX, 'remove');
    else if (mixedMap !== undefined)
      for (const name of NORMAL_PAGE_PMD) changeSources(entries, name, ['fs-dax'], 'add');
  }
  for (const [name, entry] of own) if (entry) entries.set(name, entry);
  return { ...model, entries, kinds };
}

/** Kinds that exist only with a member of `enum memory_type`; device-dax had no member of its own before 5.3. */
const TYPE_OF: Partial<Record<PageKind, string>> = {
  'device-private': 'MEMORY_DEVICE_PRIVATE',
  'device-public': 'MEMORY_DEVICE_PUBLIC',
  'device-coherent': 'MEMORY_DEVICE_COHERENT',
  'fs-dax': 'MEMORY_DEVICE_FS_DAX',
  'pci-p2pdma': 'MEMORY_DEVICE_PCI_P2PDMA',
  'xen-unpopulated': 'MEMORY_DEVICE_GENERIC',
};

const DAX: readonly PageKind[] = ['fs-dax', 'device-dax'];
const NORMAL_PAGE = ['vm_normal_page', 'vm_normal_folio'];
const NORMAL_PAGE_PMD = ['vm_normal_page_pmd', 'vm_normal_folio_pmd'];

function keepMemoryTypes(kinds: Map<PageKind, PageKindFacts>, types: readonly string[]): void {
  for (const kind of ZONE_DEVICE_KINDS) {
    const type = TYPE_OF[kind];
    if (type !== undefined && !types.includes(type)) kinds.delete(kind);
  }
}

/** A tree in which ZONE_DEVICE pages do not carry the bit: the tests answer no for them. */
function unmarkZoneDevice(entries: Map<string, ModelEntry>, tests: readonly string[]): void {
  for (const name of tests) {
    const entry = entries.get(name);
    if (!entry?.predicate) continue;
    const without = (list: readonly PageKind[] | undefined): PageKind[] =>
      (list ?? []).filter((kind) => !(ZONE_DEVICE_KINDS as readonly PageKind[]).includes(kind));
    const { yes, maybe, no } = entry.predicate.answers;
    const answers = {
      ...entry.predicate.answers,
      yes: without(yes),
      maybe: without(maybe),
      no: [...without(no), ...ZONE_DEVICE_KINDS],
    };
    entries.set(name, { ...entry, predicate: { ...entry.predicate, answers } });
  }
}

function changeSources(
  entries: Map<string, ModelEntry>,
  name: string,
  kinds: readonly PageKind[],
  change: 'add' | 'remove',
): void {
  const entry = entries.get(name);
  if (!entry?.sources) return;
  const changed = (source: Source): Source => {
    const rest = source.kinds.filter((kind) => !kinds.includes(kind));
    return { ...source, kinds: change === 'add' ? [...rest, ...kinds] : rest };
  };
  entries.set(name, { ...entry, sources: entry.sources.map(changed) });
}
