import type { ModelEntry } from '../../src/index.js';
import { ALLOC_FREE } from './alloc-free.js';
import { DAX } from './dax.js';
import { DEVMAP } from './devmap.js';
import { FOLIO_REF } from './folio-ref.js';
import { FOLLOW } from './follow.js';
import { GET_PUT } from './get-put.js';
import { GUP } from './gup.js';
import { GUP_INTERNAL } from './gup-internal.js';
import { INSERT } from './insert.js';
import { IOV } from './iov.js';
import { KVM_LOOKUP } from './kvm-lookup.js';
import { KVM_MAP } from './kvm-map.js';
import { KVM_RELEASE } from './kvm-release.js';
import { KVM_TESTS } from './kvm-tests.js';
import { LRU_MIGRATE } from './lru-migrate.js';
import { P2PDMA_XEN } from './p2pdma-xen.js';
import { PAGE_CACHE } from './page-cache.js';
import { PAGE_REF } from './page-ref.js';
import { PAGE_TESTS } from './page-tests.js';
import { PAGEMAP } from './pagemap.js';
import { PERCPU_REF } from './percpu-ref.js';
import { PFN } from './pfn.js';
import { PIN } from './pin.js';
import { POISON } from './poison.js';
import { RESERVED } from './reserved.js';
import { VFIO } from './vfio.js';
import { VM_NORMAL } from './vm-normal.js';
import { ZONE_DEVICE } from './zone-device.js';

/** Every page-reference API of the fact table, family by family. */
export const API_ENTRIES: readonly ModelEntry[] = [
  ...GET_PUT,
  ...FOLIO_REF,
  ...PAGE_REF,
  ...GUP,
  ...PIN,
  ...GUP_INTERNAL,
  ...FOLLOW,
  ...VM_NORMAL,
  ...PFN,
  ...ZONE_DEVICE,
  ...PAGE_TESTS,
  ...RESERVED,
  ...DEVMAP,
  ...PAGEMAP,
  ...PERCPU_REF,
  ...DAX,
  ...INSERT,
  ...PAGE_CACHE,
  ...ALLOC_FREE,
  ...LRU_MIGRATE,
  ...KVM_LOOKUP,
  ...KVM_RELEASE,
  ...KVM_TESTS,
  ...KVM_MAP,
  ...VFIO,
  ...IOV,
  ...POISON,
  ...P2PDMA_XEN,
];
