import type { IdleCount, PagemapApi, PagemapBus, PagemapRange, PagemapRemoval, PagemapType } from '../src/index.js';

/** What a registration of a dev_pagemap means, by type and release. */

/** C names of the structures a registration is made of. */
export const PAGEMAP_NAMES = {
  pagemap: 'dev_pagemap',
  type: 'type',
  ops: 'ops',
  opsTable: 'dev_pagemap_ops',
  managed: ['devm_', 'hmm_'],
} as const;

/** Members of a pgmap that hold the memory it covers. */
export const PAGEMAP_RANGES = [
  {
    field: 'res',
    range: { since: '4.20', until: '5.10' },
    evidence: ['4.20:include/linux/memremap.h:123#res', '5.4:include/linux/memremap.h:109#res'],
  },
  {
    field: 'range',
    range: { since: '5.10' },
    evidence: ['6.1:include/linux/memremap.h:137#range', '7.1:include/linux/memremap.h:144#range'],
  },
  {
    field: 'ranges',
    range: { since: '5.10' },
    evidence: ['6.1:include/linux/memremap.h:138#ranges', '7.1:include/linux/memremap.h:145#ranges'],
  },
] as const satisfies readonly PagemapRange[];

/** p2pdma takes the pgmap of every page of its type for a member of its own structure (6.12:drivers/pci/p2pdma.c:36#to_p2p_pgmap). */
const P2PDMA_MAKER = { api: 'pci_p2pdma_add_resource', struct: 'pci_p2pdma_pagemap' } as const;

/** Enumerators of `enum memory_type`, the kind their pages are, and the members of the ops table that must be there. */
export const PAGEMAP_TYPES = [
  {
    type: 'MEMORY_DEVICE_PRIVATE',
    kind: 'device-private',
    range: { since: '4.20', until: '5.3' },
    needs: [],
    evidence: ['4.20:include/linux/memremap.h:62#MEMORY_DEVICE_PRIVATE'],
  },
  {
    type: 'MEMORY_DEVICE_PRIVATE',
    kind: 'device-private',
    range: { since: '5.3', until: '6.19' },
    needs: ['migrate_to_ram', 'page_free'],
    without: 'refused',
    evidence: [
      '5.4:include/linux/memremap.h:89#migrate_to_ram',
      '6.1:mm/memremap.c:314#page_free',
      '6.12:mm/memremap.c:314#page_free',
    ],
  },
  {
    type: 'MEMORY_DEVICE_PRIVATE',
    kind: 'device-private',
    range: { since: '6.19' },
    needs: ['migrate_to_ram', 'folio_free'],
    without: 'refused',
    evidence: ['7.1:include/linux/memremap.h:83#folio_free', '7.1:include/linux/memremap.h:89#migrate_to_ram'],
  },
  {
    type: 'MEMORY_DEVICE_PUBLIC',
    kind: 'device-public',
    range: { since: '4.20', until: '5.3' },
    needs: [],
    evidence: ['4.20:include/linux/memremap.h:63#MEMORY_DEVICE_PUBLIC'],
  },
  {
    type: 'MEMORY_DEVICE_COHERENT',
    kind: 'device-coherent',
    range: { since: '6.0', until: '6.19' },
    needs: ['page_free'],
    without: 'refused',
    evidence: ['6.1:mm/memremap.c:324#page_free', '6.12:mm/memremap.c:324#page_free'],
  },
  {
    type: 'MEMORY_DEVICE_COHERENT',
    kind: 'device-coherent',
    range: { since: '6.19' },
    needs: ['folio_free'],
    without: 'refused',
    evidence: ['7.1:include/linux/memremap.h:83#folio_free'],
  },
  {
    type: 'MEMORY_DEVICE_FS_DAX',
    kind: 'fs-dax',
    range: { since: '4.20', until: '5.3' },
    needs: [],
    evidence: ['4.20:include/linux/mm.h:972#MEMORY_DEVICE_FS_DAX'],
  },
  {
    type: 'MEMORY_DEVICE_FS_DAX',
    kind: 'fs-dax',
    range: { since: '5.3', until: '5.6' },
    needs: ['page_free'],
    evidence: ['5.4:mm/memremap.c:413#__put_devmap_managed_page'],
  },
  {
    type: 'MEMORY_DEVICE_FS_DAX',
    kind: 'fs-dax',
    range: { since: '5.6' },
    needs: [],
    evidence: ['6.12:mm/memremap.c:525#folio_ref_sub_return', '7.1:mm/memremap.c:469#wake_up_var'],
  },
  {
    type: 'MEMORY_DEVICE_DEVDAX',
    kind: 'device-dax',
    range: { since: '5.3', until: '5.9' },
    needs: [],
    evidence: ['5.4:include/linux/memremap.h:63#MEMORY_DEVICE_DEVDAX'],
  },
  {
    type: 'MEMORY_DEVICE_GENERIC',
    kind: 'device-dax',
    range: { since: '5.9' },
    needs: [],
    evidence: ['6.1:include/linux/memremap.h:73#MEMORY_DEVICE_GENERIC', '7.1:mm/mm_init.c:1045#MEMORY_DEVICE_GENERIC'],
  },
  {
    type: 'MEMORY_DEVICE_PCI_P2PDMA',
    kind: 'pci-p2pdma',
    range: { since: '4.20', until: '6.2' },
    needs: [],
    madeBy: P2PDMA_MAKER,
    evidence: ['4.20:include/linux/memremap.h:65#MEMORY_DEVICE_PCI_P2PDMA'],
  },
  {
    type: 'MEMORY_DEVICE_PCI_P2PDMA',
    kind: 'pci-p2pdma',
    range: { since: '6.2', until: '6.19' },
    needs: ['page_free'],
    without: 'lost',
    madeBy: P2PDMA_MAKER,
    evidence: ['6.12:drivers/pci/p2pdma.c:195#p2pdma_page_free'],
  },
  {
    type: 'MEMORY_DEVICE_PCI_P2PDMA',
    kind: 'pci-p2pdma',
    range: { since: '6.19' },
    needs: ['folio_free'],
    without: 'lost',
    madeBy: P2PDMA_MAKER,
    evidence: ['7.1:drivers/pci/p2pdma.c:211#p2pdma_folio_free'],
  },
] as const satisfies readonly PagemapType[];

/** The count of a mapped page that nobody uses. */
export const PAGEMAP_IDLE_COUNTS = [
  { kind: 'device-private', range: { since: '4.20', until: '6.1' }, count: 1 },
  { kind: 'device-private', range: { since: '6.1' }, count: 0 },
  { kind: 'device-public', range: { since: '4.20', until: '5.3' }, count: 1 },
  { kind: 'device-coherent', range: { since: '6.0', until: '6.1' }, count: 1 },
  { kind: 'device-coherent', range: { since: '6.1' }, count: 0 },
  { kind: 'fs-dax', range: { since: '4.20', until: '6.15' }, count: 1 },
  { kind: 'fs-dax', range: { since: '6.15' }, count: 0 },
  { kind: 'device-dax', range: { since: '4.20' }, count: 1 },
  { kind: 'pci-p2pdma', range: { since: '4.20', until: '6.15' }, count: 1 },
  { kind: 'pci-p2pdma', range: { since: '6.15' }, count: 0 },
] as const satisfies readonly IdleCount[];

/** Forms of registration that choose the type themselves. */
export const PAGEMAP_APIS = [
  {
    name: 'hmm_devmem_add',
    type: 'MEMORY_DEVICE_PRIVATE',
    range: { since: '4.20', until: '5.3' },
    evidence: ['4.20:mm/hmm.c:1095#MEMORY_DEVICE_PRIVATE'],
  },
  {
    name: 'hmm_devmem_add_resource',
    type: 'MEMORY_DEVICE_PUBLIC',
    range: { since: '4.20', until: '5.3' },
    evidence: ['4.20:mm/hmm.c:1093#MEMORY_DEVICE_PUBLIC'],
  },
] as const satisfies readonly PagemapApi[];

/** Who waits for the references when a pgmap goes. */
export const PAGEMAP_REMOVAL = [
  {
    range: { since: '4.20', until: '5.3' },
    text: 'the driver: it supplies the live counter pgmap->ref, and must kill it and wait for it before the mapping goes',
    evidence: ['4.20:kernel/memremap.c:138#devm_memremap_pages'],
  },
  {
    range: { since: '5.3', until: '5.17' },
    text: 'memunmap_pages(): it kills pgmap->ref and waits, through ops->kill and ops->cleanup where the driver owns the counter',
    evidence: ['5.4:mm/memremap.c:103#memunmap_pages', '5.4:include/linux/memremap.h:78#kill'],
  },
  {
    range: { since: '5.17' },
    text: 'memunmap_pages(): it kills the counter inside the pgmap and waits until every page has come back',
    evidence: ['6.1:include/linux/memremap.h:128#percpu_ref', '7.1:mm/memremap.c:112#memunmap_pages'],
  },
] as const satisfies readonly PagemapRemoval[];

/** Structures that tell which bus a device is on. */
export const PAGEMAP_BUSES = [
  { type: 'pci_dev', bus: 'PCI', surprise: true },
  { type: 'virtio_device', bus: 'virtio (which may be on PCI)', surprise: true },
  { type: 'usb_device', bus: 'USB', surprise: true },
  { type: 'cxl_dev_state', bus: 'CXL', surprise: true },
  { type: 'dev_dax', bus: 'dax', surprise: false },
  { type: 'nd_region', bus: 'nvdimm', surprise: false },
  { type: 'nd_namespace_common', bus: 'nvdimm', surprise: false },
  { type: 'platform_device', bus: 'platform', surprise: false },
] as const satisfies readonly PagemapBus[];
