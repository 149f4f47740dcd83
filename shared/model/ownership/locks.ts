import type { OwnershipAct, OwnershipEntry } from '../../src/index.js';
import { RESULT, arg } from '../operands.js';

/** Flags of a lookup that give a locked page; for a mapping only a new page is locked, and an entry need not be a page. */
const LOCK_FLAGS: OwnershipAct['asked'] = {
  at: 2,
  by: ['FGP_LOCK', 'FGP_WRITEBEGIN'],
  unless: ['FGP_FOR_MMAP', 'FGP_ENTRY'],
};

/** The page lock: who takes it, who returns a locked page, who drops it. */
export const LOCKS_ROWS = [
  {
    name: 'lock_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/pagemap.h:479#lock_page', '7.1:include/linux/pagemap.h:1173#lock_page'],
    acts: [{ does: 'take', unit: 'lock', on: arg(0), when: 'always' }],
  },
  {
    name: 'folio_lock',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/pagemap.h:1000#folio_lock', '7.1:include/linux/pagemap.h:1155#folio_lock'],
    acts: [{ does: 'take', unit: 'lock', on: arg(0), when: 'always' }],
  },
  {
    name: 'trylock_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/pagemap.h:470#trylock_page', '7.1:include/linux/pagemap.h:1128#trylock_page'],
    acts: [{ does: 'take', unit: 'lock', on: arg(0), when: 'positive' }],
  },
  {
    name: 'folio_trylock',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/pagemap.h:965#folio_trylock', '7.1:include/linux/pagemap.h:1120#folio_trylock'],
    acts: [{ does: 'take', unit: 'lock', on: arg(0), when: 'positive' }],
  },
  {
    name: 'lock_page_killable',
    range: { since: '4.20', until: '6.12', untilAfter: '6.1' },
    evidence: [
      '4.20:include/linux/pagemap.h:491#lock_page_killable',
      '6.1:include/linux/pagemap.h:1051#lock_page_killable',
    ],
    acts: [{ does: 'take', unit: 'lock', on: arg(0), when: 'zero' }],
  },
  {
    name: 'folio_lock_killable',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/pagemap.h:1038#folio_lock_killable',
      '7.1:include/linux/pagemap.h:1193#folio_lock_killable',
    ],
    acts: [{ does: 'take', unit: 'lock', on: arg(0), when: 'zero' }],
  },
  {
    name: 'find_lock_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/pagemap.h:294#find_lock_page', '7.1:include/linux/pagemap.h:883#find_lock_page'],
    acts: [{ does: 'take', unit: 'lock', on: RESULT, when: 'positive' }],
  },
  {
    name: 'find_or_create_page',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/pagemap.h:319#find_or_create_page',
      '7.1:include/linux/pagemap.h:908#find_or_create_page',
    ],
    acts: [{ does: 'take', unit: 'lock', on: RESULT, when: 'positive' }],
  },
  {
    name: 'grab_cache_page',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: ['4.20:include/linux/pagemap.h:385#grab_cache_page', '6.12:include/linux/pagemap.h:997#grab_cache_page'],
    acts: [{ does: 'take', unit: 'lock', on: RESULT, when: 'positive' }],
  },
  {
    name: 'grab_cache_page_nowait',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/pagemap.h:340#grab_cache_page_nowait',
      '7.1:include/linux/pagemap.h:930#grab_cache_page_nowait',
    ],
    acts: [{ does: 'take', unit: 'lock', on: RESULT, when: 'positive' }],
  },
  {
    name: 'grab_cache_page_write_begin',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '4.20:include/linux/pagemap.h:379#grab_cache_page_write_begin',
      '6.12:include/linux/pagemap.h:991#grab_cache_page_write_begin',
    ],
    acts: [{ does: 'take', unit: 'lock', on: RESULT, when: 'positive' }],
  },
  {
    name: 'pagecache_get_page',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/pagemap.h:256#pagecache_get_page',
      '7.1:include/linux/pagemap.h:757#pagecache_get_page',
    ],
    acts: [{ does: 'take', unit: 'lock', on: RESULT, when: 'positive', asked: LOCK_FLAGS }],
  },
  {
    name: '__filemap_get_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/pagemap.h:574#__filemap_get_folio',
      '7.1:include/linux/pagemap.h:760#__filemap_get_folio',
    ],
    acts: [{ does: 'take', unit: 'lock', on: RESULT, when: 'positive', asked: LOCK_FLAGS }],
  },
  {
    name: 'filemap_lock_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/pagemap.h:607#filemap_lock_folio',
      '7.1:include/linux/pagemap.h:822#filemap_lock_folio',
    ],
    acts: [{ does: 'take', unit: 'lock', on: RESULT, when: 'positive' }],
  },
  {
    name: 'filemap_grab_folio',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: [
      '6.12:include/linux/pagemap.h:813#filemap_grab_folio',
      '7.1:include/linux/pagemap.h:840#filemap_grab_folio',
    ],
    acts: [{ does: 'take', unit: 'lock', on: RESULT, when: 'positive' }],
  },
  {
    name: 'unlock_page',
    range: { since: '4.20' },
    evidence: ['4.20:include/linux/pagemap.h:468#unlock_page', '7.1:include/linux/pagemap.h:1105#unlock_page'],
    acts: [{ does: 'drop', unit: 'lock', on: arg(0), when: 'always' }],
  },
  {
    name: 'folio_unlock',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: ['6.1:include/linux/pagemap.h:951#folio_unlock', '7.1:include/linux/pagemap.h:1106#folio_unlock'],
    acts: [{ does: 'drop', unit: 'lock', on: arg(0), when: 'always' }],
  },
  {
    name: 'folio_end_read',
    range: { since: '6.12', sinceAfter: '6.1' },
    evidence: ['6.12:include/linux/pagemap.h:1248#folio_end_read', '7.1:include/linux/pagemap.h:1244#folio_end_read'],
    acts: [{ does: 'drop', unit: 'lock', on: arg(0), when: 'always' }],
  },
  {
    name: 'filemap_add_folio',
    range: { since: '6.1', sinceAfter: '5.4' },
    evidence: [
      '6.1:include/linux/pagemap.h:1167#filemap_add_folio',
      '7.1:include/linux/pagemap.h:1287#filemap_add_folio',
    ],
    acts: [{ does: 'take', unit: 'lock', on: arg(1), when: 'zero' }],
  },
  {
    name: 'add_to_page_cache_lru',
    range: { since: '4.20' },
    evidence: [
      '4.20:include/linux/pagemap.h:618#add_to_page_cache_lru',
      '7.1:include/linux/pagemap.h:1285#add_to_page_cache_lru',
    ],
    acts: [{ does: 'take', unit: 'lock', on: arg(0), when: 'zero' }],
  },
] as const satisfies readonly OwnershipEntry[];
