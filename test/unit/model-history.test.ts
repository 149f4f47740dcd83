import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelEntry, PageKind, Release, ResolvedModel } from '@pageref/shared';
import { RELEASES } from '@pageref/shared';
import { HISTORY, IDIOMS, resolve } from '@pageref/shared/model';

/** A fact that a release changed: what the model says just before it and from it on. */
interface Change {
  readonly release: Release;
  readonly what: string;
  readonly look: (model: ResolvedModel) => unknown;
  readonly before: unknown;
  readonly after: unknown;
}

type Look = (model: ResolvedModel) => unknown;

const has =
  (name: string): Look =>
  (model) =>
    model.entries.has(name);
const kind =
  (name: PageKind): Look =>
  (model) =>
    model.kinds.has(name);
const idle =
  (name: PageKind): Look =>
  (model) =>
    model.kinds.get(name)?.idleCount;
const gives =
  (name: string, wanted: PageKind): Look =>
  (model) =>
    model.entries.get(name)?.sources?.some((source) => source.kinds.includes(wanted)) ?? false;
const says =
  (name: string, asked: PageKind): Look =>
  (model) => {
    const answers = model.entries.get(name)?.predicate?.answers;
    return (['yes', 'no', 'maybe'] as const).find((side) => answers?.[side]?.includes(asked)) ?? answers?.otherwise;
  };
/** Whether the first effect of a name happens for a kind. */
const affects =
  (name: string, asked: PageKind): Look =>
  (model) => {
    const kinds = model.entries.get(name)?.effects?.[0]?.kinds;
    return (
      (['yes', 'no', 'maybe'] as const).find((side) => kinds?.[side]?.includes(asked)) ?? kinds?.otherwise ?? 'yes'
    );
  };
const entry =
  (name: string, read: (found: ModelEntry) => unknown): Look =>
  (model) => {
    const found = model.entries.get(name);
    return found && read(found);
  };
const when = (name: string): Look => entry(name, (found) => found.effects?.[0]?.when);

function comes(release: Release, name: string): Change {
  return { release, what: `${name} appears`, look: has(name), before: false, after: true };
}

function goes(release: Release, name: string): Change {
  return { release, what: `${name} is gone`, look: has(name), before: true, after: false };
}

function change(release: Release, what: string, look: Look, before: unknown, after: unknown): Change {
  return { release, what, look, before, after };
}

const CHANGES: readonly Change[] = [
  comes('5.1', 'try_get_page'),
  comes('5.1', 'PageOffline'),
  comes('5.2', 'put_user_page'),
  goes('5.2', 'get_user_pages_longterm'),
  change('5.3', 'device-public memory is gone', kind('device-public'), true, false),
  change('5.3', 'hmm_devmem is gone', kind('hmm-devmem'), true, false),
  goes('5.3', 'is_device_public_page'),
  goes('5.3', '_vm_normal_page'),
  comes('5.4', 'memremap_pages'),
  comes('5.4', 'kvm_is_zone_device_pfn'),
  change('5.4', 'KVM exempts ZONE_DEVICE', says('kvm_is_reserved_pfn', 'device-dax'), 'yes', 'no'),
  change('5.4', 'KVM releases device pages', affects('kvm_release_pfn_clean', 'fs-dax'), 'no', 'yes'),
  change('5.4', 'KVM gives device pages out', gives('gfn_to_page', 'device-dax'), false, true),
  comes('5.6', 'pin_user_pages'),
  comes('5.6', 'unpin_user_page'),
  goes('5.6', 'put_user_page'),
  change('5.6', 'offlined memory is not reserved', says('PageReserved', 'offlined'), 'yes', 'no'),
  change('5.7', 'holes are reserved', says('PageReserved', 'hole'), 'no', 'yes'),
  goes('5.8', '__get_user_pages_fast'),
  comes('5.8', 'get_user_pages_fast_only'),
  change('5.9', 'Xen makes device pages', kind('xen-unpopulated'), false, true),
  change(
    '5.9',
    'the task argument goes',
    entry('get_user_pages_remote', (e) => e.effects?.[0]?.on.at),
    5,
    4,
  ),
  change('5.10', 'virtiofs skips the devmap test', gives('vm_normal_page_pmd', 'fs-dax'), false, true),
  change(
    '5.12',
    'pfn_to_online_page goes out of line',
    entry('pfn_to_online_page', (e) => e.form),
    'macro',
    'function',
  ),
  comes('5.12', 'follow_pte'),
  comes('5.13', 'kvm_try_get_pfn'),
  goes('5.15', 'kvm_get_pfn'),
  comes('5.16', 'folio_get'),
  comes('5.16', 'folio_test_reserved'),
  change('5.18', 'only fs-dax keeps the hook', affects('put_devmap_managed_page', 'device-private'), 'yes', 'no'),
  comes('5.18', 'free_zone_device_page'),
  change('6.0', 'device-coherent memory comes', kind('device-coherent'), false, true),
  change('6.0', 'it is mapped in the normal way', gives('vm_normal_page', 'device-coherent'), false, true),
  comes('6.0', 'kvm_pfn_to_refcounted_page'),
  goes('6.0', 'kvm_is_reserved_pfn'),
  goes('6.0', 'kvm_is_zone_device_pfn'),
  change('6.0', 'KVM counts the zero page', affects('kvm_release_pfn_clean', 'zero-page'), 'no', 'yes'),
  comes('6.1', 'zone_device_page_init'),
  change('6.2', 'GUP can give P2PDMA pages', gives('pin_user_pages_fast', 'pci-p2pdma'), false, true),
  change('6.2', 'vm_normal_page can too', gives('vm_normal_page', 'pci-p2pdma'), false, true),
  change('6.3', 'isolation succeeds with true', when('folio_isolate_lru'), 'ret == 0', 'returns true'),
  change('6.4', 'lookups fail with an error', when('filemap_get_folio'), 'returns non-NULL', '!IS_ERR(ret)'),
  comes('6.5', 'is_zero_folio'),
  change('6.11', 'hot-added memory is not reserved', says('PageReserved', 'page-offline'), 'yes', 'no'),
  comes('6.12', 'follow_pfnmap_start'),
  goes('6.12', 'follow_pte'),
  goes('6.12', 'follow_page'),
  goes('6.13', 'kvm_release_pfn_clean'),
  goes('6.13', 'kvm_pfn_to_refcounted_page'),
  goes('6.13', 'kvm_is_zone_device_page'),
  goes('6.13', 'kvm_set_pfn_dirty'),
  comes('6.13', 'kvm_release_page_unused'),
  change(
    '6.13',
    'kvm_vcpu_map pins',
    entry('kvm_vcpu_map', (e) => e.effects?.[0]?.unit),
    'reference',
    'pin',
  ),
  change(
    '6.13',
    'no reference in pfn mappings',
    entry('hva_to_pfn_remapped', (e) => e.effects?.length ?? 0),
    1,
    0,
  ),
  change('6.14', 'slab pages are frozen', (model) => model.kinds.get('slab')?.range.since, '4.20', '6.14'),
  change('6.15', 'vm_normal_page gives dax pages', gives('vm_normal_page', 'fs-dax'), false, true),
  change('6.15', 'fs-dax is idle at zero', idle('fs-dax'), '1 (idle); busy means > 1', '0'),
  change('6.15', 'P2PDMA is idle at zero', idle('pci-p2pdma'), '1', '0'),
  change('6.15', 'fs-dax is not pinned for long', says('folio_is_longterm_pinnable', 'fs-dax'), 'maybe', 'no'),
  comes('6.15', 'vmf_insert_page_mkwrite'),
  goes('6.15', 'put_devmap_managed_folio_refs'),
  goes('6.17', 'pte_devmap'),
  goes('6.17', 'pfn_t_to_pfn'),
  change(
    '6.18',
    'get_dev_pagemap takes one argument',
    entry('get_dev_pagemap', (e) => e.range.since),
    '4.20',
    '6.18',
  ),
  comes('6.19', 'dev_pagemap_ops.folio_free'),
  goes('6.19', 'dev_pagemap_ops.page_free'),
  change('7.1', 'slab pages take no reference', affects('get_page', 'slab'), 'yes', 'no'),
];

describe('history', () => {
  for (const { release, what, look, before, after } of CHANGES) {
    it(`${release}: ${what}`, () => {
      const earlier = RELEASES[RELEASES.indexOf(release) - 1];
      assert.ok(earlier, release);
      assert.deepEqual(look(resolve(earlier)), before, `in ${earlier}`);
      assert.deepEqual(look(resolve(release)), after, `in ${release}`);
    });
  }

  it('keeps every change of the fact table', () => {
    assert.equal(HISTORY.length, 68);
    for (const change of HISTORY) assert.match(change.commit, /^([0-9a-f]{12})?$/, change.subject);
    const releases = new Set<string>(RELEASES);
    const plain = HISTORY.filter((change) => releases.has(change.release));
    assert.equal(plain.length, 59);
  });

  it('has an idiom for every situation in the newest tree or in all', () => {
    assert.equal(IDIOMS.length, 78);
    const releases = new Set<string>([...RELEASES, 'all']);
    for (const idiom of IDIOMS) assert.ok(releases.has(idiom.release) && idiom.idiom !== '', idiom.situation);
  });
});
