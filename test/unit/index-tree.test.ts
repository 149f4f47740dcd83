import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectRelease } from 'pageref/dist/kernel/release.js';
import { parseMaintainers, readMaintainers } from 'pageref/dist/kernel/maintainers.js';
import { readTreeFacts } from 'pageref/dist/kernel/tree-facts.js';
import { filesBelow } from 'pageref/dist/vfs/index.js';
import { withTree } from '../support/tree.js';

for (const [title, makefile, release, detected] of [
  [
    'a kernel',
    'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 117\nEXTRAVERSION =\nNAME = X\n',
    '6.12',
    'Makefile says 6.12.117',
  ],
  ['CRLF', 'VERSION = 6\r\nPATCHLEVEL = 1\r\nSUBLEVEL = 0\r\n', '6.1', 'Makefile says 6.1.0'],
  ['a candidate', 'VERSION = 7\nPATCHLEVEL = 0\nSUBLEVEL = 0\nEXTRAVERSION = -rc3\n', '7.0', 'Makefile says 7.0.0-rc3'],
  ['no sublevel', 'VERSION=4\nPATCHLEVEL=20\n', '4.20', 'Makefile says 4.20'],
  [
    'a boot loader',
    'VERSION = 2024\nPATCHLEVEL = 01\n',
    undefined,
    'the release is unknown: the top Makefile is not a kernel Makefile',
  ],
  [
    'busybox',
    'VERSION = 1\nPATCHLEVEL = 36\n',
    undefined,
    'the release is unknown: the top Makefile is not a kernel Makefile',
  ],
  ['a module', 'obj-m := x.o\n', undefined, 'the release is unknown: the top Makefile is not a kernel Makefile'],
  [
    'words for numbers',
    'VERSION = $(V)\nPATCHLEVEL = x\n',
    undefined,
    'the release is unknown: the top Makefile is not a kernel Makefile',
  ],
] as const) {
  test(`release of ${title}`, () =>
    withTree('', (tree) => {
      tree.write('Makefile', makefile);
      const found = detectRelease(filesBelow(tree.root));
      assert.deepEqual([found.release, found.detected], [release, detected]);
    }));
}

test('no Makefile, no release', () =>
  withTree('//- a.c\n', ({ root }) => {
    assert.deepEqual(detectRelease(filesBelow(root)), {
      detected: 'the release is unknown: no top Makefile (no such file or folder)',
    });
  }));

const MAINTAINERS = `
List of maintainers
===================

	M: *Mail* patches to: FullName <address@domain>

Maintainers List
----------------

MEMORY
M:	A Person <a@example.org>
R:	B Person <b@example.org>
L:	mm@example.org
S:	Maintained
F:	include/linux/mm.h
F:	mm/

MEMORY FAILURE
M:	C Person <c@example.org>
F:	mm/memory-failure.c

DAX
F:	fs/*/dax.c
F:	fs/dax.c
X:	fs/odd/

WIDE
N:	vfio
F:	drivers/

CARDS
F:	drivers/card
F:	drivers/card?x.c

BROKEN
N:	(
F:	lib/[

THE REST
M:	D Person <d@example.org>
F:	*
F:	*/
`;

for (const [path, subsystem] of [
  ['mm/slab.c', 'MEMORY'],
  ['mm/deep/a.c', 'MEMORY'],
  ['mm/memory-failure.c', 'MEMORY FAILURE'],
  ['include/linux/mm.h', 'MEMORY'],
  ['include/linux/mm.hh', 'include'],
  ['fs/xfs/dax.c', 'DAX'],
  ['fs/dax.c', 'DAX'],
  ['fs/xfs/sub/dax.c', 'fs'],
  ['fs/odd/dax.c', 'fs'],
  ['drivers/vfio/a.c', 'WIDE'],
  ['drivers/card/a.c', 'CARDS'],
  ['drivers/card1x.c', 'CARDS'],
  ['samples/vfio.c', 'WIDE'],
  ['lib/a.c', 'lib'],
  ['a.c', 'a.c'],
] as const) {
  test(`${path} belongs to ${subsystem}`, () => {
    assert.equal(parseMaintainers(MAINTAINERS).subsystemOf(path), subsystem);
  });
}

test('a section has its people and lists', () => {
  const section = parseMaintainers(MAINTAINERS.replaceAll('\n', '\r\n')).sectionOf('mm/slab.c');
  assert.deepEqual(section?.maintainers, ['A Person <a@example.org>']);
  assert.deepEqual(section.reviewers, ['B Person <b@example.org>']);
  assert.deepEqual(section.lists, ['mm@example.org']);
});

test('patterns that are not understood are counted', () => {
  assert.deepEqual(parseMaintainers(MAINTAINERS).inPart, [
    {
      path: 'MAINTAINERS',
      why: '2 patterns are not understood, or beyond what is tried, and match nothing',
    },
  ]);
  assert.deepEqual(parseMaintainers('MEMORY\nF:\tmm/\n').inPart, []);
});

test('a file of patterns that would cost seconds for each path', { timeout: 20_000 }, () => {
  const section = (at: number): string => `S${at}\nF:\t${'*a'.repeat(120)}${at}\nN:\t(a|aa)+${at}$\n\n`;
  const text = Array.from({ length: 20_000 }, (_, at) => section(at)).join('');
  const maintainers = parseMaintainers(`FIRST\nF:\tmm/\n\n${text}`);
  for (let at = 0; at < 10; at++) {
    const folder = `${'a'.repeat(200)}!${at}x`;
    assert.equal(maintainers.subsystemOf(`${folder}/x.c`), folder);
  }
  assert.equal(maintainers.subsystemOf('mm/slab.c'), 'FIRST');
  assert.match(maintainers.inPart[0]?.why ?? '', /^\d+ patterns are not understood, or beyond what is tried/);
});

test('a tree without MAINTAINERS goes by its folders', () => {
  assert.equal(readMaintainers(filesBelow('/nowhere/at/all')).subsystemOf('mm/slab.c'), 'mm');
});

const FACTS = `
//- include/linux/memremap.h
/* enum memory_type { WRONG } */
enum memory_type {
	/* the first, MEMORY_NONE, is not used */
	MEMORY_DEVICE_PRIVATE = 1,
	MEMORY_DEVICE_GENERIC,
};
static inline bool is_pci_p2pdma_page(const struct page *page)
{
	return 0 &&
	       is_device_private_page(page);
}
//- include/linux/mm.h
/*
is_zone_device_page(page) is gone.
*/
#define folio_is_fsdax(folio) 0
//- include/linux/memory_hotplug.h
struct page *pfn_to_online_page(unsigned long pfn);
//- mm/mm_init.c
void f(void) { __SetPageReserved(page); }
static void __ref __init_zone_device_page(struct page *page,
					  unsigned long pfn)
{
	/* __SetPageReserved(page) was here } */
	if (pfn) {
		set_page_count(page, 0);
	}
}
void g(void) { __init_zone_device_page(page, 1); __SetPageReserved(page); }
//- mm/memory.c
static inline struct page *__vm_normal_page(pte_t pte)
{
	print("pte_devmap");
	return 0;
}
struct page *vm_normal_page(pte_t pte)
{
	return __vm_normal_page(pte); // pte_devmap
}
int other(pte_t pte) { return pte_devmap(pte); }
//- fs/tiny/dax.c
int map(struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_MIXEDMAP)
		return 0;
	vm_flags_set(vma, VM_MIXEDMAP | VM_HUGEPAGE);
	vma->vm_flags |= VM_HUGEPAGE |
			 VM_MIXEDMAP;
}
`;

test('facts are read from code, not from comments, strings and callers', () =>
  withTree(FACTS, ({ root }) => {
    const facts = readTreeFacts(filesBelow(root));
    assert.deepEqual(facts, {
      memoryTypes: {
        value: ['MEMORY_DEVICE_PRIVATE', 'MEMORY_DEVICE_GENERIC'],
        path: 'include/linux/memremap.h',
        line: 2,
      },
      marksZoneDeviceReserved: { value: false, path: 'mm/mm_init.c', line: 2 },
      helpers: [
        { name: 'folio_is_fsdax', path: 'include/linux/mm.h', line: 4 },
        { name: 'is_pci_p2pdma_page', path: 'include/linux/memremap.h', line: 7 },
        { name: 'pfn_to_online_page', path: 'include/linux/memory_hotplug.h', line: 1 },
      ],
      vmNormalPageDropsDevmap: { value: false, path: 'mm/memory.c', line: 6 },
      daxMixedMap: [
        { path: 'fs/tiny/dax.c', line: 5 },
        { path: 'fs/tiny/dax.c', line: 7 },
      ],
    });
  }));

test('a set bit and a devmap test are seen where they stand', () => {
  const fixture = FACTS.replace('if (pfn) {', 'if (pfn) {\n__SetPageReserved(page);').replace(
    'return 0;\n}\nstruct',
    'if (pte_devmap(pte)) return 0;\n}\nstruct',
  );
  return withTree(fixture, ({ root }) => {
    const { marksZoneDeviceReserved, vmNormalPageDropsDevmap } = readTreeFacts(filesBelow(root));
    assert.deepEqual(marksZoneDeviceReserved, { value: true, path: 'mm/mm_init.c', line: 7 });
    assert.deepEqual(vmNormalPageDropsDevmap, { value: true, path: 'mm/memory.c', line: 4 });
  });
});

test('the older place of the initialisation counts too', () =>
  withTree(
    `
//- mm/page_alloc.c
void __ref memmap_init_zone_device(struct zone *zone)
{
	__SetPageReserved(page);
}
`,
    ({ root }) => {
      assert.deepEqual(readTreeFacts(filesBelow(root)), {
        marksZoneDeviceReserved: { value: true, path: 'mm/page_alloc.c', line: 3 },
      });
    },
  ));

test('a tree that shows nothing has no facts', () =>
  withTree(
    '//- mm/memory.c\nint unbalanced(void) { "\n//- include/linux/memremap.h\nenum memory_type {',
    ({ root }) => {
      assert.deepEqual(readTreeFacts(filesBelow(root)), { helpers: [] });
      assert.deepEqual(readTreeFacts(filesBelow('/nowhere/at/all')), {});
    },
  ));
