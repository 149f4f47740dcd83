import type { OwnershipEntry, OwnershipModel, ReleaseRange } from '../../src/index.js';
import { arg, out } from '../operands.js';

/** A method of address_space_operations that is called with the page locked, and has unlocked it whenever it returns. */
interface MethodRow {
  readonly member: string;
  readonly range: ReleaseRange;
  /** `tree:path:line#token`, where the fact was read. */
  readonly evidence: readonly string[];
  /** The argument that names the page, from zero. */
  readonly at: number;
  /** A result that says that the page is still locked. */
  readonly unless?: string;
}

export const METHOD_ROWS: readonly MethodRow[] = [
  {
    member: 'readpage',
    range: { since: '4.20', until: '5.19' },
    evidence: [
      '4.20:Documentation/filesystems/Locking:221#readpage',
      '5.4:Documentation/filesystems/locking.rst:271#readpage',
    ],
    at: 1,
  },
  {
    member: 'read_folio',
    range: { since: '5.19' },
    evidence: [
      '6.1:Documentation/filesystems/locking.rst:275#read_folio',
      '7.1:Documentation/filesystems/locking.rst:277#read_folio',
    ],
    at: 1,
  },
  {
    member: 'writepage',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '4.20:Documentation/filesystems/Locking:220#writepage',
      '6.12:Documentation/filesystems/locking.rst:278#writepage',
    ],
    at: 0,
    unless: 'AOP_WRITEPAGE_ACTIVATE',
  },
];

/** Calls of these methods, by `->` and the member, and of the helpers that stand for them. */
export const METHOD_CALL_ROWS = [
  {
    name: '->readpage',
    range: { since: '4.20', until: '5.19' },
    evidence: [
      '4.20:Documentation/filesystems/Locking:221#readpage',
      '5.4:Documentation/filesystems/locking.rst:271#readpage',
    ],
    acts: [{ does: 'hand-over', unit: 'lock', on: arg(1), when: 'always' }],
  },
  {
    name: '->read_folio',
    range: { since: '5.19' },
    evidence: [
      '6.1:Documentation/filesystems/locking.rst:275#read_folio',
      '7.1:Documentation/filesystems/locking.rst:277#read_folio',
    ],
    acts: [{ does: 'hand-over', unit: 'lock', on: arg(1), when: 'always' }],
  },
  {
    name: '->writepage',
    range: { since: '4.20', until: '7.1', untilAfter: '6.12' },
    evidence: [
      '4.20:Documentation/filesystems/Locking:220#writepage',
      '6.12:Documentation/filesystems/locking.rst:278#writepage',
    ],
    acts: [{ does: 'hand-over', unit: 'lock', on: arg(0), when: 'always' }],
  },
  ...writeBegin('->write_begin', { since: '4.20', until: '5.19' }, 5, [
    '4.20:Documentation/filesystems/Locking:225#write_begin',
    '5.4:Documentation/filesystems/locking.rst:275#write_begin',
  ]),
  ...writeBegin('->write_begin', { since: '5.19' }, 4, [
    '6.1:Documentation/filesystems/locking.rst:279#write_begin',
    '7.1:Documentation/filesystems/locking.rst:281#write_begin',
  ]),
  ...writeBegin('pagecache_write_begin', { since: '4.20', until: '5.19' }, 5, [
    '4.20:include/linux/fs.h:398#pagecache_write_begin',
    '5.4:include/linux/fs.h:418#pagecache_write_begin',
  ]),
  ...writeBegin('simple_write_begin', { since: '4.20', until: '5.19' }, 5, [
    '4.20:include/linux/fs.h:3229#simple_write_begin',
    '5.4:include/linux/fs.h:3306#simple_write_begin',
  ]),
  ...writeBegin('simple_write_begin', { since: '5.19' }, 4, [
    '6.1:include/linux/fs.h:3498#simple_write_begin',
    '7.1:include/linux/fs.h:3268#simple_write_begin',
  ]),
  ...writeBegin('block_write_begin', { since: '4.20', until: '5.19' }, 4, [
    '4.20:include/linux/buffer_head.h:225#block_write_begin',
    '5.4:include/linux/buffer_head.h:225#block_write_begin',
  ]),
  ...writeBegin('block_write_begin', { since: '5.19' }, 3, [
    '6.1:include/linux/buffer_head.h:262#block_write_begin',
    '7.1:include/linux/buffer_head.h:261#block_write_begin',
  ]),
  ...writeEnd('->write_end', { since: '4.20' }, [
    '4.20:Documentation/filesystems/Locking:226#write_end',
    '7.1:Documentation/filesystems/locking.rst:282#write_end',
  ]),
  ...writeEnd('pagecache_write_end', { since: '4.20', until: '5.19' }, [
    '4.20:include/linux/fs.h:402#pagecache_write_end',
    '5.4:include/linux/fs.h:422#pagecache_write_end',
  ]),
  ...writeEnd('generic_write_end', { since: '4.20' }, [
    '4.20:include/linux/buffer_head.h:232#generic_write_end',
    '7.1:include/linux/buffer_head.h:266#generic_write_end',
  ]),
] as const satisfies readonly OwnershipEntry[];

/** It locks the page that it finds or makes, takes a reference on it and writes it to where it is told; on an error it does neither. */
function writeBegin(name: string, range: ReleaseRange, at: number, evidence: readonly string[]): OwnershipEntry[] {
  const on = out(at);
  const acts = (['lock', 'reference'] as const).map((unit) => ({ does: 'take', unit, on, when: 'zero' }) as const);
  return [{ name, range, evidence, acts }];
}

/** It unlocks the page and drops the reference, whatever was copied. */
function writeEnd(name: string, range: ReleaseRange, evidence: readonly string[]): OwnershipEntry[] {
  const on = arg(5);
  const acts = (['lock', 'reference'] as const).map((unit) => ({ does: 'drop', unit, on, when: 'always' }) as const);
  return [{ name, range, evidence, acts }];
}

/** What the methods of a release are called with. */
export function lockedMethods(isThere: (range: ReleaseRange) => boolean): OwnershipModel['lockedMethods'] {
  const rows = METHOD_ROWS.filter(({ range }) => isThere(range));
  return new Map(rows.map(({ member, at, unless }) => [member, { at, unless }]));
}
