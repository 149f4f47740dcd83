import type { TreeSigns } from '../src/index.js';
import { RESERVED_BIT } from './reserved-bit.js';

/**
 * Where, and by which names, a tree shows what its release number only suggests (`TreeFacts`). A name that is new belongs here
 * and into the entries of its family; nothing else in the program may know it.
 */
export const TREE_SIGNS: TreeSigns = {
  helpers: [
    'folio_is_device_coherent',
    'folio_is_device_private',
    'folio_is_fsdax',
    'folio_is_longterm_pinnable',
    'folio_is_pci_p2pdma',
    'folio_is_zone_device',
    'is_device_coherent_page',
    'is_device_private_page',
    'is_device_public_page',
    'is_fsdax_page',
    'is_longterm_pinnable_page',
    'is_pci_p2pdma_page',
    'is_zone_device_page',
    'page_pgmap',
    'pfn_to_online_page',
    'pfn_valid',
    'put_devmap_managed_page',
  ],
  headers: ['mm', 'mmzone', 'memremap', 'page-flags', 'memory_hotplug'].map((name) => `include/linux/${name}.h`),
  exports: 'EXPORT_SYMBOL',
  memoryTypes: { file: 'include/linux/memremap.h', enum: 'memory_type' },
  marksReserved: {
    files: ['mm/mm_init.c', 'mm/page_alloc.c', 'mm/memremap.c'],
    functions: ['__init_zone_device_page', 'memmap_init_zone_device'],
    setters: RESERVED_BIT.setters,
    bitSetters: RESERVED_BIT.bitSetters,
    bit: RESERVED_BIT.bit,
  },
  // vm_normal_page() itself, and the functions that have held its body in other releases.
  normalPage: {
    file: 'mm/memory.c',
    functions: ['vm_normal_page', '_vm_normal_page', '__vm_normal_page'],
    asks: 'pte_devmap',
  },
  daxMixedMap: {
    files: [
      'fs/dax.c',
      'fs/ext2/file.c',
      'fs/ext4/file.c',
      'fs/xfs/xfs_file.c',
      'fs/erofs/data.c',
      'drivers/dax/device.c',
    ],
    below: 'fs',
    named: 'dax.c',
    flags: ['VM_MIXEDMAP', 'VM_MIXEDMAP_BIT', 'VMA_MIXEDMAP', 'VMA_MIXEDMAP_BIT'],
  },
};
