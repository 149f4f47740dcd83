import type { OwnershipEntry } from '../../src/index.js';
import { RESULT, arg, entries, out } from '../operands.js';

/** Holders: structures and helpers of a subsystem that own references, and what gives them back. */
export const HOLDERS_ROWS = [
  {
    name: 'damon_get_page',
    range: { since: '6.1', sinceAfter: '5.4', until: '6.12', untilAfter: '6.1' },
    evidence: ['6.1:mm/damon/ops-common.h:10#damon_get_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'damon_get_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:mm/damon/ops-common.h:10#damon_get_folio', '7.1:mm/damon/ops-common.h:10#damon_get_folio'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'ceph_alloc_page_vector',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/ceph/libceph.h:304#ceph_alloc_page_vector',
      '7.1:include/linux/ceph/libceph.h:318#ceph_alloc_page_vector',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'ceph_release_page_vector',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/ceph/libceph.h:297#ceph_release_page_vector',
      '7.1:include/linux/ceph/libceph.h:315#ceph_release_page_vector',
    ],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'ceph_put_page_vector',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/ceph/libceph.h:302#ceph_put_page_vector',
      '7.1:include/linux/ceph/libceph.h:316#ceph_put_page_vector',
    ],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'btrfs_alloc_page_array',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:fs/btrfs/extent_io.h:247#btrfs_alloc_page_array',
      '7.1:fs/btrfs/extent_io.h:389#btrfs_alloc_page_array',
    ],
    acts: [{ does: 'take', unit: 'page', on: entries(1), when: 'zero' }],
  },
  {
    name: 'erofs_get_meta_page',
    range: { since: '4.20', until: '6.1', untilAfter: '5.4' },
    evidence: [
      '4.20:drivers/staging/erofs/internal.h:489#erofs_get_meta_page',
      '5.4:fs/erofs/internal.h:353#erofs_get_meta_page',
    ],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'erofs_read_metabuf',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:fs/erofs/internal.h:456#erofs_read_metabuf', '7.1:fs/erofs/internal.h:442#erofs_read_metabuf'],
    acts: [{ does: 'take', unit: 'reference', on: out(0), when: 'positive' }],
  },
  {
    name: 'erofs_bread',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:fs/erofs/internal.h:454#erofs_bread', '7.1:fs/erofs/internal.h:439#erofs_bread'],
    acts: [{ does: 'take', unit: 'reference', on: out(0), when: 'positive' }],
  },
  {
    name: 'erofs_put_metabuf',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:fs/erofs/internal.h:453#erofs_put_metabuf', '7.1:fs/erofs/internal.h:438#erofs_put_metabuf'],
    acts: [{ does: 'drop', unit: 'reference', on: out(0), when: 'always' }],
  },
  {
    name: 'read_metapage',
    range: { since: '4.20' },
    evidence: ['4.20:fs/jfs/jfs_metapage.h:67#read_metapage', '7.1:fs/jfs/jfs_metapage.h:54#read_metapage'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'get_metapage',
    range: { since: '4.20' },
    evidence: ['4.20:fs/jfs/jfs_metapage.h:70#get_metapage', '7.1:fs/jfs/jfs_metapage.h:57#get_metapage'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'release_metapage',
    range: { since: '4.20' },
    evidence: ['4.20:fs/jfs/jfs_metapage.c:742#release_metapage', '7.1:fs/jfs/jfs_metapage.c:866#release_metapage'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'write_metapage',
    range: { since: '4.20' },
    evidence: ['4.20:fs/jfs/jfs_metapage.h:85#write_metapage', '7.1:fs/jfs/jfs_metapage.h:72#write_metapage'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'discard_metapage',
    range: { since: '4.20' },
    evidence: ['4.20:fs/jfs/jfs_metapage.h:97#discard_metapage', '7.1:fs/jfs/jfs_metapage.h:84#discard_metapage'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'f2fs_find_data_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/data.c:792#f2fs_find_data_page', '6.12:fs/f2fs/data.c:1321#f2fs_find_data_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'f2fs_get_lock_data_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/data.c:822#f2fs_get_lock_data_page', '6.12:fs/f2fs/data.c:1352#f2fs_get_lock_data_page'],
    acts: [
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'f2fs_get_new_data_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/data.c:854#f2fs_get_new_data_page', '6.12:fs/f2fs/data.c:1380#f2fs_get_new_data_page'],
    acts: [
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'f2fs_get_node_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/node.c:1380#f2fs_get_node_page', '6.12:fs/f2fs/node.c:1542#f2fs_get_node_page'],
    acts: [
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'f2fs_get_meta_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/checkpoint.c:106#f2fs_get_meta_page', '6.12:fs/f2fs/checkpoint.c:110#f2fs_get_meta_page'],
    acts: [
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'f2fs_get_tmp_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/checkpoint.c:128#f2fs_get_tmp_page', '6.12:fs/f2fs/checkpoint.c:132#f2fs_get_tmp_page'],
    acts: [
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'f2fs_grab_cache_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:fs/f2fs/f2fs.h:2039#f2fs_grab_cache_page', '6.12:fs/f2fs/f2fs.h:2870#f2fs_grab_cache_page'],
    acts: [
      { does: 'take', unit: 'reference', on: RESULT, when: 'positive' },
      { does: 'take', unit: 'lock', on: RESULT, when: 'positive' },
    ],
  },
  {
    name: 'f2fs_put_page',
    range: { since: '4.20' },
    evidence: ['4.20:fs/f2fs/f2fs.h:2086#f2fs_put_page', '7.1:fs/f2fs/f2fs.h:3085#f2fs_put_page'],
    acts: [
      { does: 'drop', unit: 'reference', on: arg(0), when: 'always' },
      { does: 'drop', unit: 'lock', on: arg(0), when: 'always' },
    ],
  },
  {
    name: 'f2fs_folio_put',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:fs/f2fs/f2fs.h:3073#f2fs_folio_put'],
    acts: [
      { does: 'drop', unit: 'reference', on: arg(0), when: 'always', acceptsError: true },
      { does: 'drop', unit: 'lock', on: arg(0), when: 'always' },
    ],
  },
  {
    name: 'kvm_vcpu_map',
    range: { since: '5.4', sinceAfter: '4.20' },
    evidence: ['5.4:include/linux/kvm_host.h:760#kvm_vcpu_map', '7.1:include/linux/kvm_host.h:1397#kvm_vcpu_map'],
    acts: [{ does: 'take', unit: 'kvm-map', on: out(2), when: 'zero' }],
  },
  {
    name: 'kvm_vcpu_map_readonly',
    range: { since: '7.1', sinceAfter: '6.12' },
    evidence: ['7.1:include/linux/kvm_host.h:1403#kvm_vcpu_map_readonly'],
    acts: [{ does: 'take', unit: 'kvm-map', on: out(2), when: 'zero' }],
  },
  {
    name: 'kvm_vcpu_unmap',
    range: { since: '5.4', sinceAfter: '4.20' },
    evidence: ['5.4:include/linux/kvm_host.h:762#kvm_vcpu_unmap', '7.1:include/linux/kvm_host.h:1395#kvm_vcpu_unmap'],
    acts: [{ does: 'drop', unit: 'kvm-map', on: out(1), when: 'always' }],
  },
  {
    name: 'ext2_get_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:fs/ext2/dir.c:199#ext2_get_page', '6.1:fs/ext2/dir.c:199#ext2_get_page'],
    acts: [{ does: 'take', unit: 'reference', on: RESULT, when: 'positive' }],
  },
  {
    name: 'ext2_put_page',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: ['4.20:fs/ext2/dir.c:69#ext2_put_page', '6.1:fs/ext2/ext2.h:728#ext2_put_page'],
    acts: [{ does: 'drop', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'iommufd_access_pin_pages',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/iommufd.h:63#iommufd_access_pin_pages',
      '7.1:include/linux/iommufd.h:206#iommufd_access_pin_pages',
    ],
    acts: [{ does: 'borrow', unit: 'pin', on: entries(3), when: 'always' }],
  },
  {
    name: 'vfio_pin_pages',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/vfio.h:108#vfio_pin_pages', '7.1:include/linux/vfio.h:384#vfio_pin_pages'],
    acts: [{ does: 'borrow', unit: 'pin', on: entries(4), when: 'always' }],
  },
  {
    name: 'migrate_vma_setup',
    range: { since: '5.4', sinceAfter: '4.20' },
    evidence: [
      '5.4:include/linux/migrate.h:201#migrate_vma_setup',
      '7.1:include/linux/migrate.h:193#migrate_vma_setup',
    ],
    acts: [{ does: 'borrow', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'migrate_device_range',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/migrate.h:214#migrate_device_range',
      '7.1:include/linux/migrate.h:196#migrate_device_range',
    ],
    acts: [{ does: 'borrow', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'try_grab_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:mm/internal.h:880#try_grab_folio', '7.1:mm/internal.h:1597#try_grab_folio'],
    acts: [{ does: 'borrow', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'try_grab_folio_fast',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:mm/gup.c:531#try_grab_folio_fast', '7.1:mm/gup.c:517#try_grab_folio_fast'],
    acts: [{ does: 'borrow', unit: 'reference', on: arg(0), when: 'always' }],
  },
  {
    name: 'memfd_pin_folios',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/mm.h:2581#memfd_pin_folios', '7.1:include/linux/mm.h:3281#memfd_pin_folios'],
    acts: [{ does: 'borrow', unit: 'pin', on: entries(3), when: 'always' }],
  },
] as const satisfies readonly OwnershipEntry[];
