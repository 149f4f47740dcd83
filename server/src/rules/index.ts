import { imbalancedForZoneDevice } from './imbalanced-for-zone-device.js';
import { pagemapRefLeak } from './pagemap-ref-leak.js';
import { pagemapRegistration } from './pagemap-registration.js';
import { pfnValidIsNotRam } from './pfn-valid-is-not-ram.js';
import { reservedConflatesZoneDevice } from './reserved-conflates-zone-device.js';
import { reservedWrapper } from './reserved-wrapper.js';
import { zoneDeviceTestUnpinned } from './zone-device-test-unpinned.js';
import type { Rule } from './rule.js';

/** The registry: every rule, in the order reports list them. */
export const ALL_RULES: readonly Rule[] = [
  reservedConflatesZoneDevice,
  reservedWrapper,
  imbalancedForZoneDevice,
  pfnValidIsNotRam,
  zoneDeviceTestUnpinned,
  pagemapRegistration,
  pagemapRefLeak,
];
