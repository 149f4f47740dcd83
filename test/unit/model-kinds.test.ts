import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, Operand, PageKind, Release } from '@pageref/shared';
import { PAGE_KINDS, RELEASES, ZONE_DEVICE_KINDS } from '@pageref/shared';
import { DIRECT_MAP_KINDS, KERNEL_OBJECT_KINDS, resolve, userPteKinds } from '@pageref/shared/model';

/** What a predicate of the model says of a kind; undefined when the release has no such predicate. */
function answer(name: string, kind: PageKind, release: Release): Answer | undefined {
  const answers = resolve(release).entries.get(name)?.predicate?.answers;
  if (!answers) return undefined;
  for (const side of ['yes', 'no', 'maybe'] as const) if (answers[side]?.includes(kind)) return side;
  return answers.otherwise;
}

/** Kinds that the sources of a name give in a release. */
function gives(name: string, release: Release): readonly PageKind[] {
  return (
    resolve(release)
      .entries.get(name)
      ?.sources?.flatMap((source) => source.kinds) ?? []
  );
}

/** Operands of the first effect of a name, one per release asked for. */
function firstOperand(name: string, release: Release): Operand | undefined {
  return resolve(release).entries.get(name)?.effects?.[0]?.on;
}

describe('page kinds', () => {
  it('has the reserved bit set for every ZONE_DEVICE kind of every release', () => {
    for (const release of RELEASES) {
      const { kinds } = resolve(release);
      for (const kind of ZONE_DEVICE_KINDS.filter((known) => kinds.has(known))) {
        assert.equal(kinds.get(kind)?.reserved, 'yes', `${kind} in ${release}`);
        assert.equal(answer('PageReserved', kind, release), 'yes', `${kind} in ${release}`);
      }
    }
  });

  it('lets PageReserved and its twins answer what the kind facts say', () => {
    for (const release of RELEASES) {
      for (const [kind, facts] of resolve(release).kinds) {
        for (const name of ['PageReserved', 'folio_test_reserved', 'pagetable_is_reserved']) {
          const said = answer(name, kind, release);
          if (said) assert.equal(said, facts.reserved, `${name} of ${kind} in ${release}`);
        }
      }
    }
  });

  it('puts ZONE_DEVICE kinds and the altmap, and nothing else, behind is_zone_device_page', () => {
    for (const kind of PAGE_KINDS) {
      const expected = kind === 'altmap' || (ZONE_DEVICE_KINDS as readonly PageKind[]).includes(kind) ? 'yes' : 'no';
      assert.equal(answer('is_zone_device_page', kind, '6.12'), expected, kind);
      assert.equal(answer('get_dev_pagemap', kind, '6.12'), expected, kind);
    }
  });

  it('gives no kind that a release does not have', () => {
    for (const release of RELEASES) {
      const { entries, kinds, types, flagGuards } = resolve(release);
      const given = [...entries.values()].flatMap((entry) => [
        ...(entry.sources ?? []).flatMap((source) => source.kinds),
        ...(entry.callback?.kinds ?? []),
      ]);
      const all = [...given, ...types.flatMap((type) => type.kinds), ...flagGuards.flatMap((guard) => guard.kinds)];
      for (const kind of all) assert.ok(kinds.has(kind), `${kind} in ${release}`);
      for (const entry of entries.values()) {
        for (const source of entry.sources ?? []) assert.ok(source.kinds.length > 0, `${entry.name} in ${release}`);
      }
    }
  });
});

describe('sources', () => {
  it('never gives ZONE_DEVICE from allocators, the page cache, pfn_to_online_page or System RAM', () => {
    const names = ['alloc_pages', 'kmalloc', 'find_get_page', 'pfn_to_online_page', 'walk_system_ram_range'];
    for (const release of RELEASES) {
      const { entries } = resolve(release);
      for (const name of names) {
        const entry = entries.get(name);
        const kinds = [...(entry?.sources ?? []).flatMap((source) => source.kinds), ...(entry?.callback?.kinds ?? [])];
        assert.ok(kinds.length > 0, name);
        for (const kind of ZONE_DEVICE_KINDS) assert.ok(!kinds.includes(kind), `${name} gives ${kind} in ${release}`);
      }
    }
  });

  it('gives dax pages from vm_normal_page from 6.15 on', () => {
    for (const kind of ['fs-dax', 'device-dax'] as const) {
      assert.ok(!gives('vm_normal_page', '6.14').includes(kind));
      assert.ok(gives('vm_normal_page', '6.15').includes(kind));
      assert.ok(!gives('vm_normal_folio', '6.14').includes(kind));
      assert.ok(gives('vm_normal_folio', '6.15').includes(kind));
    }
    for (const release of RELEASES) {
      assert.ok(!gives('vm_normal_page', release).includes('device-private'), release);
      assert.ok(!gives('vm_normal_page', release).includes('zero-page'), release);
    }
  });

  it('gives device-public memory from the old long form only', () => {
    assert.ok(gives('_vm_normal_page', '4.20').includes('device-public'));
    assert.ok(!gives('vm_normal_page', '4.20').includes('device-public'));
  });

  it('resolves the groups an argument type stands for', () => {
    assert.ok(!userPteKinds('5.4').includes('device-coherent'));
    assert.ok(userPteKinds('6.12').includes('fs-dax'));
    for (const kind of ZONE_DEVICE_KINDS) assert.ok(!(KERNEL_OBJECT_KINDS as readonly PageKind[]).includes(kind));
    for (const kind of ['no-struct-page', 'secretmem', 'device-private'] as const) {
      assert.ok(!(DIRECT_MAP_KINDS as readonly PageKind[]).includes(kind), kind);
    }
  });

  it('names the same page on both sides of a filter', () => {
    for (const name of ['pfn_to_online_page', 'vm_normal_page', 'kvm_pfn_to_refcounted_page']) {
      const [source] = resolve('6.12').entries.get(name)?.sources ?? [];
      assert.equal(source?.role, 'filter', name);
      assert.ok(source.same, name);
    }
  });
});

describe('argument indexes', () => {
  const moves: readonly (readonly [string, Release, Operand])[] = [
    ['get_user_pages', '4.20', { at: 3, through: 'array' }],
    ['get_user_pages', '7.1', { at: 3, through: 'array' }],
    ['get_user_pages_remote', '5.8', { at: 5, through: 'array' }],
    ['get_user_pages_remote', '5.9', { at: 4, through: 'array' }],
    ['pin_user_pages_remote', '5.8', { at: 5, through: 'array' }],
    ['pin_user_pages_remote', '5.9', { at: 4, through: 'array' }],
    ['hva_to_pfn_slow', '6.1', { at: 4, through: 'out' }],
    ['hva_to_pfn_slow', '6.2', { at: 5, through: 'out' }],
    ['hva_to_pfn_remapped', '5.4', { at: 5, through: 'out' }],
    ['hva_to_pfn_remapped', '6.12', { at: 4, through: 'out' }],
    ['kvm_gmem_get_pfn', '6.12', { at: 3, through: 'out' }],
    ['kvm_gmem_get_pfn', '6.13', { at: 4, through: 'out' }],
    ['kvm_vcpu_map', '6.12', { at: 2, through: 'field', field: 'pfn' }],
    ['kvm_vcpu_map', '6.13', { at: 2, through: 'field', field: 'pinned_page' }],
    ['undo_dev_pagemap', '5.4', { at: 2, through: 'array' }],
    ['undo_dev_pagemap', '6.1', { at: 3, through: 'array' }],
    ['vmf_insert_pfn_pmd', '4.20', { at: 3 }],
    ['vmf_insert_pfn_pmd', '5.4', { at: 1 }],
  ];
  for (const [name, release, operand] of moves) {
    it(`${name} in ${release}`, () => {
      assert.deepEqual(firstOperand(name, release), operand);
    });
  }
});
