import { HINT_FAMILIES } from '../src/index.js';
import type { HintFamily, ModelEntry } from '../src/index.js';
import { FOLIO_REF } from './apis/folio-ref.js';
import { GET_PUT } from './apis/get-put.js';
import { GUP } from './apis/gup.js';
import { KVM_LOOKUP } from './apis/kvm-lookup.js';
import { KVM_MAP } from './apis/kvm-map.js';
import { KVM_RELEASE } from './apis/kvm-release.js';
import { PAGE_REF } from './apis/page-ref.js';
import { PAGEMAP } from './apis/pagemap.js';
import { PIN } from './apis/pin.js';
import { VFIO } from './apis/vfio.js';
import { ZONE_DEVICE } from './apis/zone-device.js';

/** The entries of each family of calls that an editor annotates: a percpu_ref counts a pgmap in a few files only. */
const ENTRIES_OF: Readonly<Record<HintFamily, readonly ModelEntry[]>> = {
  kvm: [...KVM_LOOKUP, ...KVM_RELEASE, ...KVM_MAP],
  vfio: VFIO,
  gup: [...GUP, ...PIN],
  pagemap: [...PAGEMAP, ...ZONE_DEVICE],
  references: [...GET_PUT, ...FOLIO_REF, ...PAGE_REF],
};

/** The family of each name; a name that is in none of them is not annotated. */
export const FAMILY_OF: ReadonlyMap<string, HintFamily> = new Map(
  HINT_FAMILIES.flatMap((family) => ENTRIES_OF[family].map(({ name }) => [name, family] as const)),
);
