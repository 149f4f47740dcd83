import type { ModelEntry } from '../../src/index.js';
import { arg } from '../operands.js';

/** The counter inside a dev_pagemap. */
export const PERCPU_REF = [
  {
    name: 'percpu_ref_tryget_live',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/percpu-refcount.h:247#percpu_ref_tryget_live',
      '7.1:include/linux/percpu-refcount.h:306#percpu_ref_tryget_live',
    ],
    summary: 'Takes a reference on a counter that was not killed yet.',
    effects: [{ does: 'acquire', on: arg(0), unit: 'pgmap-reference', count: '1', when: 'returns true' }],
    counterparts: ['percpu_ref_put'],
    zoneDevice: 'use on pgmap->ref (pointer until 5.16, embedded &pgmap->ref after)',
  },
  {
    name: 'percpu_ref_tryget_live_rcu',
    form: 'static-inline',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/percpu-refcount.h:275#percpu_ref_tryget_live_rcu',
      '7.1:include/linux/percpu-refcount.h:275#percpu_ref_tryget_live_rcu',
    ],
    summary: 'Takes a reference on a live counter inside an RCU section.',
    effects: [{ does: 'acquire', on: arg(0), unit: 'pgmap-reference', count: '1', when: 'returns true' }],
    counterparts: ['percpu_ref_put'],
    zoneDevice: 'get_dev_pagemap uses it',
    context: 'rcu_read_lock held',
  },
  {
    name: 'percpu_ref_tryget_many',
    form: 'static-inline',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/percpu-refcount.h:235#percpu_ref_tryget_many',
      '7.1:include/linux/percpu-refcount.h:235#percpu_ref_tryget_many',
    ],
    summary: 'Takes several references on a counter unless it is zero.',
    effects: [{ does: 'acquire', on: arg(0), unit: 'pgmap-reference', count: 'arg1', when: 'returns true' }],
    counterparts: ['percpu_ref_put_many'],
    zoneDevice: 'zone_device_page_init(order) uses it',
  },
  {
    name: 'percpu_ref_get_many',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/percpu-refcount.h:177#percpu_ref_get_many',
      '7.1:include/linux/percpu-refcount.h:198#percpu_ref_get_many',
    ],
    summary: 'Takes several references on a live counter.',
    effects: [{ does: 'acquire', on: arg(0), unit: 'pgmap-reference', count: 'arg1', when: 'always' }],
    counterparts: ['percpu_ref_put_many'],
    zoneDevice: 'memremap_pages takes one per page',
    context: 'ref live',
  },
  {
    name: 'percpu_ref_put',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/percpu-refcount.h:299#percpu_ref_put',
      '7.1:include/linux/percpu-refcount.h:349#percpu_ref_put',
    ],
    summary: 'Gives one reference on a counter back.',
    effects: [{ does: 'release', on: arg(0), unit: 'pgmap-reference', count: '1', when: 'always' }],
  },
  {
    name: 'percpu_ref_put_many',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/percpu-refcount.h:276#percpu_ref_put_many',
      '7.1:include/linux/percpu-refcount.h:326#percpu_ref_put_many',
    ],
    summary: 'Gives several references on a counter back.',
    effects: [{ does: 'release', on: arg(0), unit: 'pgmap-reference', count: 'arg1', when: 'always' }],
    zoneDevice: 'memunmap_pages drops the per-page refs (6.1+)',
  },
  {
    name: 'percpu_ref_kill',
    form: 'static-inline',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/percpu-refcount.h:126#percpu_ref_kill',
      '7.1:include/linux/percpu-refcount.h:147#percpu_ref_kill',
    ],
    summary: "Ends a counter's life: no new references, the initial one is dropped.",
    zoneDevice: 'starts pgmap teardown',
    context: 'count: drops the initial reference',
  },
] as const satisfies readonly ModelEntry[];
