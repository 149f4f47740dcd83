import { STANDING_RULE_IDS } from '@pageref/shared';
import { bareDirty } from './bare-dirty.js';
import { imbalancedForKind } from './imbalance/for-kind.js';
import { imbalancedForZoneDevice } from './imbalance/rule.js';
import { memmapNotOnline } from './memmap/rule.js';
import { pagemapMisregistered } from './pagemap/misregistered.js';
import { zoneDeviceCount } from './pagemap/idle-count.js';
import { pagemapRefLeak } from './pagemap/ref-leak.js';
import { pagemapRegistration } from './pagemap/registration.js';
import { pinWithoutLongterm } from './kept-pins.js';
import { pfnmapPage } from './pfnmap-page.js';
import { pfnValidIsNotRam } from './pfn-valid-is-not-ram.js';
import { reservedConflatesZoneDevice } from './reserved/rule.js';
import { reservedWrapper } from './wrappers/rule.js';
import { uncountedPage } from './uncounted-page.js';
import { zoneDeviceTestUnpinned } from './zone-device-test-unpinned.js';
import { getWithoutPut, kvmPfnLeak, lockedPageLeft } from './references/leaks.js';
import { putWithoutGet } from './references/put-without-get.js';
import { shortPin } from './references/short-pin.js';
import { useAfterPut } from './references/use-after-put.js';
import { wrongRelease } from './references/wrong-release.js';
import { followedNames as pagemapNames } from './pagemap/ref-leak.js';
import { ownershipOf } from './references/taking-names.js';
import type { Rule, RuleWorld } from './rule.js';

/** The registry: every rule, in the order reports list them. */
export const ALL_RULES: readonly Rule[] = [
  reservedConflatesZoneDevice,
  reservedWrapper,
  imbalancedForZoneDevice,
  pfnValidIsNotRam,
  memmapNotOnline,
  zoneDeviceTestUnpinned,
  pagemapRegistration,
  pagemapRefLeak,
  getWithoutPut,
  lockedPageLeft,
  putWithoutGet,
  kvmPfnLeak,
  useAfterPut,
  shortPin,
  wrongRelease,
  bareDirty,
  pinWithoutLongterm,
  imbalancedForKind,
  pagemapMisregistered,
  zoneDeviceCount,
  uncountedPage,
  pfnmapPage,
];

/** The rules that run where none is asked for by name. */
export const STANDING_RULES: readonly Rule[] = ALL_RULES.filter(({ meta }) => STANDING_RULE_IDS.includes(meta.id));

/** Names that macros of a module's headers may stand for: what the rules follow along paths. */
export function followedNames(world: Pick<RuleWorld, 'model'>): ReadonlySet<string> {
  return new Set([...ownershipOf(world).acts.keys(), ...pagemapNames(world)]);
}
