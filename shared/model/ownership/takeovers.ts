import type { OwnershipEntry } from '../../src/index.js';
import { arg, entries } from '../operands.js';

/** Calls that a page goes to for good, or on one outcome: maps, lists, fragments, chains. */
export const TAKEOVERS_ROWS = [
  {
    name: 'iommu_map',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/iommu.h:292#iommu_map', '7.1:include/linux/iommu.h:919#iommu_map'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'zero' }],
  },
  {
    name: 'bio_add_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/bio.h:429#bio_add_page', '7.1:include/linux/bio.h:438#bio_add_page'],
    acts: [{ does: 'hand-over', unit: 'reference', on: arg(1), when: 'positive' }],
  },
  {
    name: 'bio_add_pc_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:include/linux/bio.h:430#bio_add_pc_page', '6.12:include/linux/bio.h:420#bio_add_pc_page'],
    acts: [{ does: 'hand-over', unit: 'reference', on: arg(2), when: 'positive' }],
  },
  {
    name: 'bio_add_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/bio.h:469#bio_add_folio', '7.1:include/linux/bio.h:440#bio_add_folio'],
    acts: [{ does: 'hand-over', unit: 'reference', on: arg(1), when: 'positive' }],
  },
  {
    name: 'set_memory_encrypted',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/set_memory.h:35#set_memory_encrypted',
      '7.1:include/linux/set_memory.h:76#set_memory_encrypted',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(0), when: 'always' }],
  },
  {
    name: 'sg_alloc_table_from_pages',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/scatterlist.h:278#sg_alloc_table_from_pages',
      '7.1:include/linux/scatterlist.h:495#sg_alloc_table_from_pages',
    ],
    acts: [{ does: 'hand-over', unit: 'pin', on: entries(1), when: 'zero', listedBy: 0 }],
  },
  {
    name: 'sg_alloc_table_from_pages_segment',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/scatterlist.h:386#sg_alloc_table_from_pages_segment',
      '7.1:include/linux/scatterlist.h:470#sg_alloc_table_from_pages_segment',
    ],
    acts: [{ does: 'hand-over', unit: 'pin', on: entries(1), when: 'zero', listedBy: 0 }],
  },
  {
    name: 'sg_alloc_append_table_from_pages',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/scatterlist.h:381#sg_alloc_append_table_from_pages',
      '7.1:include/linux/scatterlist.h:465#sg_alloc_append_table_from_pages',
    ],
    acts: [{ does: 'hand-over', unit: 'pin', on: entries(1), when: 'zero', listedBy: 0 }],
  },
  {
    name: 'set_memory_decrypted',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/set_memory.h:40#set_memory_decrypted',
      '7.1:include/linux/set_memory.h:81#set_memory_decrypted',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(0), when: 'always' }],
  },
  {
    name: 'set_page_private',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:559#set_page_private', '7.1:include/linux/mm_types.h:681#set_page_private'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'attach_page_private',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/pagemap.h:522#attach_page_private',
      '7.1:include/linux/pagemap.h:643#attach_page_private',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'split_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:765#split_page', '7.1:include/linux/mm.h:1956#split_page'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(0), when: 'always' }],
  },
  {
    name: 'xa_insert',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/xarray.h:627#xa_insert', '7.1:include/linux/xarray.h:778#xa_insert'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'zero' }],
  },
  {
    name: '__xa_insert',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/xarray.h:418#__xa_insert', '7.1:include/linux/xarray.h:566#__xa_insert'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'zero' }],
  },
  {
    name: 'xa_store',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/xarray.h:291#xa_store', '7.1:include/linux/xarray.h:356#xa_store'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'always' }],
  },
  {
    name: '__xa_store',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/xarray.h:393#__xa_store', '7.1:include/linux/xarray.h:563#__xa_store'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'always' }],
  },
  {
    name: 'xa_cmpxchg',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/xarray.h:544#xa_cmpxchg', '7.1:include/linux/xarray.h:692#xa_cmpxchg'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(3), when: 'always' }],
  },
  {
    name: '__xa_cmpxchg',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/xarray.h:394#__xa_cmpxchg', '7.1:include/linux/xarray.h:564#__xa_cmpxchg'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(3), when: 'always' }],
  },
  {
    name: 'radix_tree_insert',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/radix-tree.h:220#radix_tree_insert',
      '7.1:include/linux/radix-tree.h:219#radix_tree_insert',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'zero' }],
  },
  {
    name: 'radix_tree_replace_slot',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/radix-tree.h:231#radix_tree_replace_slot',
      '7.1:include/linux/radix-tree.h:230#radix_tree_replace_slot',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'always' }],
  },
  {
    name: 'sg_set_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/scatterlist.h:116#sg_set_page', '7.1:include/linux/scatterlist.h:158#sg_set_page'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'sg_set_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/scatterlist.h:158#sg_set_folio', '7.1:include/linux/scatterlist.h:181#sg_set_folio'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'sg_assign_page',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/scatterlist.h:87#sg_assign_page',
      '7.1:include/linux/scatterlist.h:129#sg_assign_page',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'sg_init_one',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/scatterlist.h:259#sg_init_one', '7.1:include/linux/scatterlist.h:448#sg_init_one'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'bvec_set_page',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/bvec.h:45#bvec_set_page', '7.1:include/linux/bvec.h:41#bvec_set_page'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'bvec_set_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/bvec.h:59#bvec_set_folio', '7.1:include/linux/bvec.h:56#bvec_set_folio'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'bvec_set_virt',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/bvec.h:74#bvec_set_virt', '7.1:include/linux/bvec.h:71#bvec_set_virt'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'skb_fill_page_desc',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/skbuff.h:2017#skb_fill_page_desc',
      '7.1:include/linux/skbuff.h:2664#skb_fill_page_desc',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'always' }],
  },
  {
    name: 'skb_fill_page_desc_noacc',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/skbuff.h:2522#skb_fill_page_desc_noacc',
      '7.1:include/linux/skbuff.h:2681#skb_fill_page_desc_noacc',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'always' }],
  },
  {
    name: '__skb_fill_page_desc',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/skbuff.h:1984#__skb_fill_page_desc',
      '7.1:include/linux/skbuff.h:2635#__skb_fill_page_desc',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'always' }],
  },
  {
    name: 'skb_add_rx_frag',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/skbuff.h:2024#skb_add_rx_frag', '7.1:include/linux/skbuff.h:2703#skb_add_rx_frag'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'always' }],
  },
  {
    name: 'skb_add_rx_frag_netmem',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/skbuff.h:2642#skb_add_rx_frag_netmem',
      '7.1:include/linux/skbuff.h:2691#skb_add_rx_frag_netmem',
    ],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(2), when: 'always' }],
  },
  {
    name: 'soft_offline_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:2800#soft_offline_page', '7.1:include/linux/mm.h:5010#soft_offline_page'],
    acts: [{ does: 'hand-over', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'memory_failure',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/mm.h:2791#memory_failure', '7.1:include/linux/mm.h:5007#memory_failure'],
    acts: [{ does: 'hand-over', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'xdp_prepare_buff',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/net/xdp.h:127#xdp_prepare_buff', '7.1:include/net/xdp.h:163#xdp_prepare_buff'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'always' }],
  },
  {
    name: 'kvm_is_device_pfn',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:virt/kvm/arm/mmu.c:94#kvm_is_device_pfn', '6.12:arch/arm64/kvm/mmu.c:192#kvm_is_device_pfn'],
    acts: [{ does: 'hand-over', unit: 'reference', on: arg(0), when: 'positive' }],
  },
  {
    name: 'kvm_pfn_to_refcounted_page',
    range: { since: '6.1', sinceAfter: '5.4', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '6.1:include/linux/kvm_host.h:1594#kvm_pfn_to_refcounted_page',
      '6.12:include/linux/kvm_host.h:1717#kvm_pfn_to_refcounted_page',
    ],
    acts: [{ does: 'hand-over', unit: 'reference', on: arg(0), when: 'zero' }],
  },
  {
    name: 'list_add',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/list.h:77#list_add', '7.1:include/linux/list.h:175#list_add'],
    acts: [
      { does: 'hand-over', unit: 'page', on: arg(0), when: 'always' },
      { does: 'hand-over', unit: 'lock', on: arg(0), when: 'always' },
    ],
  },
  {
    name: 'list_add_tail',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/list.h:91#list_add_tail', '7.1:include/linux/list.h:189#list_add_tail'],
    acts: [
      { does: 'hand-over', unit: 'page', on: arg(0), when: 'always' },
      { does: 'hand-over', unit: 'lock', on: arg(0), when: 'always' },
    ],
  },
  {
    name: 'llist_add',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/llist.h:219#llist_add', '7.1:include/linux/llist.h:263#llist_add'],
    acts: [
      { does: 'hand-over', unit: 'page', on: arg(0), when: 'always' },
      { does: 'hand-over', unit: 'lock', on: arg(0), when: 'always' },
    ],
  },
  {
    name: 'gen_pool_add',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/genalloc.h:112#gen_pool_add', '7.1:include/linux/genalloc.h:120#gen_pool_add'],
    acts: [{ does: 'hand-over', unit: 'page', on: arg(1), when: 'zero' }],
  },
  {
    name: 'gen_pool_add_virt',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/genalloc.h:98#gen_pool_add_virt',
      '7.1:include/linux/genalloc.h:102#gen_pool_add_virt',
    ],
    acts: [
      { does: 'hand-over', unit: 'page', on: arg(1), when: 'zero' },
      { does: 'hand-over', unit: 'page', on: arg(2), when: 'zero' },
    ],
  },
] as const satisfies readonly OwnershipEntry[];
