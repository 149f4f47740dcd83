import type { PageKind } from './page-kind.js';
import type { ReleaseRange } from './release.js';

/** Registrations of device memory (dev_pagemap). */

/** A member of `enum memory_type` in a range of releases. */
export interface PagemapType {
  /** The enumerator: MEMORY_DEVICE_PRIVATE. */
  readonly type: string;
  readonly kind: PageKind;
  readonly range: ReleaseRange;
  /** Members of the ops table without which the registration is refused, or the first freed page is lost. */
  readonly needs: readonly string[];
  /** What happens where one of these members is missing. */
  readonly without?: 'refused' | 'lost';
  /** The only call that may register the type: it makes the pgmap a member of a structure that others look for around it. */
  readonly madeBy?: { readonly api: string; readonly struct: string };
  readonly evidence: readonly string[];
}

/** The reference count of an idle page of a kind; `PageKindFacts.idleCount` says more about it in words. */
export interface IdleCount {
  readonly kind: PageKind;
  readonly range: ReleaseRange;
  readonly count: 0 | 1;
}

/** A function that registers a pgmap of a type of its own choice. */
export interface PagemapApi {
  readonly name: string;
  readonly type: string;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

export interface PagemapRemoval {
  readonly range: ReleaseRange;
  /** Who kills the counter and waits, in words. */
  readonly text: string;
  readonly evidence: readonly string[];
}

export interface PagemapBus {
  /** Base name of a C structure whose presence tells the bus. */
  readonly type: string;
  readonly bus: string;
  /** True where the device can go without the driver having been asked. */
  readonly surprise: boolean;
}

/** A member of a dev_pagemap that holds the first and last address of its memory. */
export interface PagemapRange {
  readonly field: string;
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

/** What a registration of a pgmap means in one release. */
export interface PagemapModel {
  readonly names: {
    readonly pagemap: string;
    readonly type: string;
    readonly ops: string;
    readonly opsTable: string;
    /** How the names of calls begin whose registration ends with the device. */
    readonly managed: readonly string[];
  };
  /** Members of a pgmap that hold the memory it covers. */
  readonly ranges: readonly PagemapRange[];
  readonly types: readonly PagemapType[];
  readonly apis: readonly PagemapApi[];
  readonly idleCounts: readonly IdleCount[];
  readonly removal: string;
  readonly buses: readonly PagemapBus[];
}
