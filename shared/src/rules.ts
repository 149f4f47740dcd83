import type { RuleId, RuleMeta } from './rule-meta.js';

/** Every rule there is, by id: what the command line, editors, SARIF and the docs say of it. */

export const RESERVED_CONFLATES_ZONE_DEVICE = {
  id: 'reserved-conflates-zone-device',
  kind: 'problem',
  severity: 'warning',
  confidence: 'high',
  title: 'A test of the reserved bit takes ZONE_DEVICE pages for something else',
  description:
    'ZONE_DEVICE pages carry PG_reserved. A test of the bit that means "MMIO or boot memory, leave it alone" answers ' +
    'the same for them, although they are counted like RAM. The rule reports each test that such a page can reach and ' +
    'whose outcome depends on the answer. The impact says whether that is wrong today or right only by accident; the ' +
    'latter is reported as information.',
  action:
    'Test for ZONE_DEVICE beside the bit, or ask the question that is really meant: is this page online RAM, is it ' +
    'refcounted, is it cacheable.',
  messages: {
    conflates: '{consequence}',
    unclear: 'whether a ZONE_DEVICE page gets to {form} in {function} is unclear',
    harmless: '{form} in {function}: {reason}',
  },
} as const satisfies RuleMeta;

export const PFN_VALID_IS_NOT_RAM = {
  id: 'pfn-valid-is-not-ram',
  kind: 'advice',
  severity: 'information',
  confidence: 'medium',
  title: 'A valid pfn is taken for RAM',
  description:
    'pfn_valid() says that a struct page exists. It is true for ZONE_DEVICE pages as well, for the holes of a section ' +
    'that is partly RAM, and for sections that were never onlined, whose struct pages are not initialised. The rule ' +
    'reports a pfn_valid() that nothing but itself stands between a pfn and a use of its struct page: no ' +
    'pfn_to_online_page(), no test for ZONE_DEVICE, no System RAM range, and no source that gives only RAM.',
  action:
    'Take the page from pfn_to_online_page() where only RAM is meant. Where device memory is welcome, say so by a test ' +
    'for it, with the page held.',
  messages: {
    used: '{test}() does not mean RAM: {use}() may get a page of something else',
  },
} as const satisfies RuleMeta;

export const MEMMAP_NOT_ONLINE = {
  id: 'memmap-not-online',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A struct page is read that may not be initialised',
  description:
    'pfn_valid() and valid_section() say that there is memory for a struct page, not that anything was written there: ' +
    'memory that was plugged in and never onlined, or that went offline, has none that can be read, and page_zone() is ' +
    'itself such a read. The rule reports such a test where nothing else stands before the struct page and the pfn is one ' +
    'of a walk, of a physical address or another number from outside, or of a page whose zone is only then asked for. ' +
    'Functions that run at boot, or that ask for online memory themselves or in a caller of the same file, are not reported.',
  action:
    'Take the page from pfn_to_online_page() and leave out the pfn where it gives NULL. Where device memory is meant as ' +
    'well, hold it with get_dev_pagemap() while its struct page is read.',
  messages: {
    read: '{use}() reads a struct page, perhaps unset: only {test}() stands before it',
  },
} as const satisfies RuleMeta;

export const ZONE_DEVICE_TEST_UNPINNED = {
  id: 'zone-device-test-unpinned',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A page is asked whether it is in ZONE_DEVICE while nothing holds it',
  description:
    'is_zone_device_page() and its like read the struct page, and for the type the pgmap behind it. Both can go when the ' +
    'device does, so the page must be referenced, or its pgmap held. The rule reports such a test of a page that was ' +
    'made of a pfn in the same function without a reference on it, and of a page whose reference, or pgmap, was just given ' +
    'back. A page that a caller or a page table vouches for is not reported, nor one of a range that the file registers.',
  action:
    'Take get_dev_pagemap() of the pfn around the test and give it back behind it, or ask while the reference is still ' +
    'held. Where only RAM is meant, pfn_to_online_page() needs no such test.',
  messages: {
    number: '{test}() on a page of {maker}() that nothing holds: it can go with the device',
    dropped: '{test}() on a page that {release}() has given back: it can go with the device',
    gone: '{test}() on a page whose pgmap {release}() let go: it may be gone',
  },
} as const satisfies RuleMeta;

export const PAGEMAP_REGISTRATION = {
  id: 'pagemap-registration',
  kind: 'inventory',
  severity: 'information',
  confidence: 'high',
  title: 'Where ZONE_DEVICE pages are made, and what a reference on them means',
  description:
    'Every registration of a dev_pagemap is listed with what its pages are in this release: their type and how it was ' +
    'found, the ops that are there or missing, what count an idle page has, whether GUP and long-term pins can take one, ' +
    'who waits for the references when the mapping goes, and whether the bus lets the device go without asking. A pgmap ' +
    'whose type is not set where it can be seen is called untyped.',
  action:
    'Read the line beside the driver: is the count its code expects the one of this release, does something wait for ' +
    'every reference it hands out, and what becomes of pages that user space holds when the device is pulled out?',
  messages: {
    registers: 'registers {pages} pages: idle count {idle}, GUP {gup}, longterm {pins}',
    untyped: '{api}() registers an untyped pgmap: what count its idle pages have is not in sight',
    unread: '{api}() is called in a function that could not be read: look at its type and ops',
  },
} as const satisfies RuleMeta;

export const PAGEMAP_REF_LEAK = {
  id: 'pagemap-ref-leak',
  kind: 'problem',
  severity: 'warning',
  confidence: 'high',
  title: 'A reference on a dev_pagemap is never given back',
  description:
    'get_dev_pagemap() takes a reference on the pgmap it finds. A path on which it is neither given back with ' +
    'put_dev_pagemap(), nor returned, stored or passed to something that may keep it, leaks it: the removal of the ' +
    'device then waits for ever. In a loop, the form with a cached pgmap hands the old reference on; without it every ' +
    'turn has to give its own back.',
  action:
    'Call put_dev_pagemap() on the path that is shown; it takes NULL as well, so one call behind the loop or at a common ' +
    'label will do.',
  messages: {
    leaves: 'no put_dev_pagemap() for {taker}() on one path: removal of the device waits for ever',
    overwritten: '{taker}() loses the pgmap reference held so far: removal of the device waits for ever',
  },
} as const satisfies RuleMeta;

export const RESERVED_WRAPPER = {
  id: 'reserved-wrapper',
  kind: 'inventory',
  severity: 'information',
  confidence: 'high',
  title: 'A call of a function that is a test of the reserved bit in other words',
  description:
    'A function that returns the answer of a reserved test, or takes, drops or marks a page on one answer only, makes a ' +
    'test of each of its call sites. The rule lists them, found from the code of the tree: what the function answers for ' +
    'ZONE_DEVICE pages, what this caller then does or leaves, and whether that is right for such a page. The role is one ' +
    'of release-ref, get-ref, set-dirty, set-accessed, map-attr and other.',
  action:
    'Nothing where it says that the call is right. Elsewhere mend the function that is called: its callers cannot tell ' +
    'ZONE_DEVICE pages from the answer.',
  messages: {
    wrong: '{wrapper}() is wrong for ZONE_DEVICE pages: {does} hangs on it',
    accident: '{wrapper}() is right for ZONE_DEVICE pages only through PG_reserved',
    reserved: 'a ZONE_DEVICE page goes the way of reserved memory behind {wrapper}()',
    handled: 'ok: {wrapper}() tells ZONE_DEVICE pages apart; {does} hangs on it',
    right: 'ok: {wrapper}() mistakes no ZONE_DEVICE page; {does} hangs on it',
    unclear: 'whether {wrapper}() is right for ZONE_DEVICE pages is unclear',
    unjudged: 'the test behind {wrapper}() was not judged; {does} hangs on it',
  },
} as const satisfies RuleMeta;

export const IMBALANCED_FOR_ZONE_DEVICE = {
  id: 'imbalanced-for-zone-device',
  kind: 'problem',
  severity: 'warning',
  confidence: 'high',
  title: 'A reference is taken on ZONE_DEVICE pages and given back for other pages only',
  description:
    'Takes and drops of page references are subtracted per kind of page, along the paths of a function and over pairs of ' +
    'functions: those that one function calls on the same page, counterparts the model knows, and names that belong ' +
    'together. The rule reports a drop that leaves out ZONE_DEVICE pages on which the other half took a reference: it is ' +
    'never given back, and the removal of the device waits for ever.',
  action:
    'Drop the reference for ZONE_DEVICE pages as well: they are counted like RAM, whatever the reserved bit says.',
  messages: {
    dropped: 'the {unit} of {acquire}() leaks on ZONE_DEVICE pages: {release}() skips them',
    path: 'the {unit} of {acquire}() leaks on ZONE_DEVICE pages: {release}() is skipped for them',
  },
} as const satisfies RuleMeta;

export const GET_WITHOUT_PUT = {
  id: 'get-without-put',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A page is taken and not given back on one way out',
  description:
    'Every call that takes a reference or a pin, or allocates a page, is followed along each path of the function, for each ' +
    'outcome that a test of its result tells apart. The rule reports an acquisition that is still held where the function ' +
    'is left by an error, or whose last name is written over, while the function itself gives it back on another path; and ' +
    'one that no path gives back, stores or hands on. Where a call that nothing is known of was handed the page, it is ' +
    'reported only if the function gives the page back after that call elsewhere. Functions that keep pages in tables are run ' +
    'with small numbers: a page that stays in its slot is reported where the table goes away, or where a failure has the ' +
    'others of it given back.',
  action:
    'Give the page back before the function is left here, or leave by the label that does. Where somebody else owns it ' +
    'from then on, say so in a comment: the next reader will ask too.',
  messages: {
    'error-exit': '{what} from {by}() is not given back on this error path',
    exit: '{what} from {by}() is not given back on this way out',
    overwritten: '{what} from {by}() is lost here: its last name is written over',
    'never-released': '{what} from {by}() is never given back, stored or handed on',
    'holder-freed': '{what} from {by}() is lost: what held it is freed here',
    slots: 'not all pages of {by}() are given back here: one stays in its slot of the table',
  },
} as const satisfies RuleMeta;

export const LOCKED_PAGE_LEFT = {
  id: 'locked-page-left',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A page stays locked on one way out',
  description:
    'The page lock is followed as references are: from lock_page(), folio_lock(), a trylock that succeeded, or a lookup that ' +
    'gives a locked page. The rule reports a way out on which it is still held while the function unlocks it on another, and a ' +
    'page that the function found and locked, unlocks nowhere and puts while it is locked. A method that is called with the ' +
    'page locked and has to unlock it, such as read_folio(), is followed from its start, and so is a function that is given to ' +
    'read_cache_pages() or write_cache_pages().',
  action: 'Unlock the page before the function is left here, before its reference is given back.',
  messages: {
    'error-exit': 'the page that {by}() locked stays locked on this error path',
    exit: 'the page that {by}() locked stays locked on this way out',
    overwritten: 'the page that {by}() locked loses its last name here while it is locked',
    'never-released': 'the page that {by}() locked is never unlocked, stored or handed on',
    'holder-freed': 'the page that {by}() locked is lost: what held it is freed here',
    method: 'the page that {by}() is called with stays locked on this way out',
    callback: 'the page that {by}() calls this function with stays locked on this way out',
  },
} as const satisfies RuleMeta;

export const PUT_WITHOUT_GET = {
  id: 'put-without-get',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A page is given back twice, or what is given back is no page',
  description:
    'The rule reports a give-back of a page that this function took once and has given back already on the same path, the same ' +
    'give-back written twice in a row, and a give-back of what is an error pointer on a path that leads there. Loops over tables ' +
    'of pages are run with small numbers: a slot that is given back though it is empty, was never filled, or was given back before ' +
    'is reported as well, and so is an element whose index does not move on before the next turn.',
  action: 'Give back what was taken, once: move the call behind the test, or leave by a label behind it.',
  messages: {
    twice: '{by}() gives back a page that was given back already on this path',
    error: '{by}() is given an error pointer here',
    null: '{by}() is given NULL here, which it does not take',
    unset: '{by}() is given a slot that was never filled',
    'each-turn': '{by}() gives the same page back in the next turn: {index} does not move on',
  },
} as const satisfies RuleMeta;

export const KVM_PFN_LEAK = {
  id: 'kvm-pfn-leak',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A guest page that KVM looked up or mapped is not released on one way out',
  description:
    'What gfn_to_pfn(), kvm_faultin_pfn() and their like give is released by kvm_release_pfn_clean(), kvm_release_page_clean() ' +
    'or kvm_release_faultin_page(), and a mapping of kvm_vcpu_map() by kvm_vcpu_unmap(). Both are followed along each path of ' +
    'the function as references are; the rule reports a way out on which one is left.',
  action: 'Release the page or the mapping before the function is left here, or leave by the label that does.',
  messages: {
    'error-exit': '{what} from {by}() is not released on this error path',
    exit: '{what} from {by}() is not released on this way out',
    overwritten: '{what} from {by}() is lost here: its last name is written over',
    'never-released': '{what} from {by}() is never released, stored or handed on',
    'holder-freed': '{what} from {by}() is lost: what held it is freed here',
  },
} as const satisfies RuleMeta;

export const USE_AFTER_PUT = {
  id: 'use-after-put',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A page is looked at after its reference was given back',
  description:
    'The rule reports what reads or writes a page behind the give-back of the only reference that the function knows of: the ' +
    "page may be freed by then, and somebody else's.",
  action: 'Move the give-back behind the last use of the page, or take what is asked of the page before it.',
  messages: {
    used: 'the page is used after {by}() has dropped its reference',
  },
} as const satisfies RuleMeta;

export const SHORT_PIN = {
  id: 'short-pin',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'Fewer pages than asked for are taken for none',
  description:
    'Calls such as get_user_pages_fast() and pin_user_pages() may get some of the pages they are asked for, and say how many. ' +
    'The rule reports a comparison of the result with the number asked for, where the side with fewer pages leaves the ' +
    'function by an error and nothing on the way asks how many there are, looks at the slots or hands the pages on: the ' +
    'pages that were got stay referenced or pinned for good. It reports as well an unsigned variable that takes the result and ' +
    'is asked whether it is less or more than another number: the code of an error passes for a large count; and a result that may be such a code where a function of the file gives back as many ' +
    'pages as an unsigned parameter says. Of calls that say ' +
    'in bytes how far they got it reports a table that is used up to the number asked for, where the result is only asked for its sign.',
  action:
    'Give back what was got before leaving: release_pages() or put_page() for references, unpin_user_pages() for pins, with ' +
    'the result as the number, where it is positive.',
  messages: {
    short: 'a short {by}() is taken for none: the pages it got stay {held}',
    left: 'the pages that a short {by}() got are not given back here',
    bytes: '{by}() may have got fewer pages: nobody asks how many bytes it says',
    unsigned: 'an error of {by}() passes for a large count: the variable is unsigned',
    negative: 'an error of {by}() passes for a large count in {release}()',
  },
} as const satisfies RuleMeta;

export const WRONG_RELEASE = {
  id: 'wrong-release',
  kind: 'problem',
  severity: 'warning',
  confidence: 'high',
  title: 'A page is given back by a call that is no counterpart of how it was taken',
  description:
    'A pin of pin_user_pages() is dropped by unpin_user_page() and its relatives, a reference of get_user_pages() by ' +
    'put_page(), a page of a page pool by the pool. The rule follows each acquisition of a function and reports a give-back ' +
    'of another unit on the same page: a reference put for a pin leaves the pin, an unpin of a plain reference takes a ' +
    'thousand references that nobody holds. So is the address of a page where its structure is wanted, or the other way round, ' +
    'and a call that frees pages whose count is zero already, for a page that is held. A block of pages that was taken as one has ' +
    'to be freed as one, by the same order. Where all that a file puts into a member of its own structure is pinned, ' +
    'or all of it is got, pages of the member are given back as such. Of network drivers it reports a block that is freed while ' +
    'buffers share it, a page that is freed past the page pool that it is of or for which its buffer is marked, a buffer of such a ' +
    'page in a file that marks none, and a page that only leaves its pool.',
  action: 'Use the counterpart of the call that took the page.',
  messages: {
    pin: '{by}() does not drop the pin that {from}() took',
    unpin: '{by}() drops a pin, but {from}() took a reference',
    pool: '{by}() bypasses the page pool of {from}()',
    unmarked: 'without skb_mark_for_recycle() the pool page of {by}() is freed past its pool',
    'into-pool': '{by}() gives a page pool what {from}() took elsewhere',
    unmade: '{by}() does not free the page that {from}() gave',
    address: '{by}() gets the address of {from}(), and wants a struct page',
    structure: '{by}() gets the struct page of {from}(), and wants an address',
    order: '{by}() frees a block of another order than {from}() gave',
    frozen: '{by}() wants a count of zero, and the page of {from}() is held',
    shared: '{by}() frees a block that {from}() shares with others',
    recycled: '{by}() frees past its pool a page that {from}() marks for it',
    detached: '{by}() only takes the page out of its pool: its reference stays behind',
  },
} as const satisfies RuleMeta;

export const BARE_DIRTY_OF_USER_PAGE = {
  id: 'bare-dirty',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A user page is marked dirty behind the back of its mapping',
  description:
    'SetPageDirty() and its like set a bit and nothing else. A page that get_user_pages() or pin_user_pages() gave may be of a ' +
    'file, whose mapping then does not know that there is something to write: the page can be thrown away with what was ' +
    'written to it. The rule reports such a setter for a page that is seen to come from these calls, here or in a caller, ' +
    'and for one that is given back after it as such pages are, in a file that takes them.',
  action:
    'Call set_page_dirty_lock() while the page is still held, or unpin_user_pages_dirty_lock(), which does both. They may ' +
    'sleep: where that is not allowed, mark the pages later, from a work item.',
  messages: {
    user: '{api}() leaves the mapping of a user page clean: what was written can be lost',
  },
} as const satisfies RuleMeta;

export const PIN_WITHOUT_LONGTERM = {
  id: 'pin-without-longterm',
  since: '5.6',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'Pages that are kept pinned were not asked for as long-term pins',
  description:
    'A pin that lasts until user space lets it go has to be taken with FOLL_LONGTERM: pages of movable and CMA memory are moved ' +
    'away first then, and files on dax are refused. Without the flag memory can be neither offlined nor compacted, and ' +
    'who truncates a file on dax waits for the pin. The rule reports a call that pins pages with flags that are known and lack ' +
    'FOLL_LONGTERM, where a way out is seen on which they stay pinned and the object that holds them is entered where later ' +
    'calls find it: in a tree, an idr, an xarray, a hash table or a variable of the file, by the function, or by one that calls ' +
    'it or is called with the object. Code that is told of changes by an MMU notifier is left alone, and so is a list, in which ' +
    'requests under way stand as well.',
  action: 'Add FOLL_LONGTERM to the flags of the call, and expect it to fail for files that are mapped shared.',
  messages: {
    kept: '{by}() lacks FOLL_LONGTERM, but the pages stay pinned and cannot be moved',
  },
} as const satisfies RuleMeta;

export const IMBALANCED_FOR_KIND = {
  id: 'imbalanced-for-kind',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A reference is taken on the zero page and given back for other pages only',
  description:
    'The zero page is reserved, and get_user_pages() counts it like any other page: a read of untouched anonymous memory gives ' +
    'it, unless the flags ask for writing. Code that gives a page back only where PageReserved() says no, or that exempts ' +
    'ZONE_DEVICE alone from that test, never drops these references, until the count overflows. The rule reports that in one ' +
    'function, and for pages that are kept in between. In releases in which a pin leaves the zero page alone, pins do not count.',
  action:
    'Give the page back whatever the reserved bit says. Where the pfn may be of memory that nobody counted, ask is_zero_pfn() ' +
    'beside the reserved bit.',
  messages: {
    path: 'the {unit} of {acquire}() leaks on the zero page: {release}() is skipped for it',
    dropped: 'the {unit} of {acquire}() leaks on the zero page: {release}() leaves it out',
  },
} as const satisfies RuleMeta;

export const PAGEMAP_MISREGISTERED = {
  id: 'pagemap-misregistered',
  kind: 'problem',
  severity: 'warning',
  confidence: 'high',
  title: 'A dev_pagemap is registered with a type that it cannot have',
  description:
    'Some types of ZONE_DEVICE memory need ops: without them memremap_pages() refuses the pgmap, or the last put of a page only ' +
    'warns and the page is lost. Pages of MEMORY_DEVICE_PCI_P2PDMA are taken for those of pci_p2pdma_add_resource(), whose ' +
    'pgmap is a member of a larger structure: of a pgmap that a driver registers itself the DMA code reads what lies around ' +
    'it. The rule reports a registration whose type and ops are both seen in the file.',
  action:
    'Give the pgmap ops with the members that are named, or leave the registration of peer-to-peer memory to ' +
    'pci_p2pdma_add_resource().',
  messages: {
    made: '{type} by hand: its pages are taken for those of {by}()',
    refused: '{api}() refuses {type} without ops->{member}',
    lost: '{type} pages are lost at their last put: no ops->{member}',
  },
} as const satisfies RuleMeta;

export const ZONE_DEVICE_COUNT = {
  id: 'zone-device-count',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'Code rests on a count of idle device pages that this release has not',
  description:
    'A device page that nobody uses had a count of 1 for long, and has 0 in newer releases: DEVICE_PRIVATE and DEVICE_COHERENT ' +
    'from 6.1 on, file systems on dax and peer-to-peer memory from 6.15 on; MEMORY_DEVICE_GENERIC keeps 1. The rule reports code ' +
    'for the other count, in both directions: assertions that fire for every page, tests that never find a page idle, ' +
    'references taken on a count of 0. Since 6.17 vmf_insert_mixed() makes special entries of device pages too, behind which ' +
    'get_user_pages() finds none.',
  action:
    'Compare with the count of this release, set the count of a page that is handed out to 1 before it is mapped and put it ' +
    'behind that, and map device pages with vmf_insert_page_mkwrite() or vmf_insert_folio_pmd().',
  messages: {
    fires: 'an idle {type} page has count {count} in {kernel}: this fires for every page',
    never: 'an idle {type} page has count {count} in {kernel}: this never finds one',
    takes: '{api}() of an idle {type} page, whose count is 0 in {kernel}',
    special: '{api}() hides the device page from get_user_pages() in {kernel}',
  },
} as const satisfies RuleMeta;

export const UNCOUNTED_PAGE = {
  id: 'uncounted-page',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'A reference on a page inside a block that has no count of its own',
  description:
    'alloc_pages() of an order without __GFP_COMP counts the first page of the block only: a reference on another one starts from ' +
    '0, and its put frees a page that is in use; vm_insert_page() refuses such pages or does the same. Memory for DMA ' +
    'need not have counted pages at all, and its address on the bus is no pfn. The rule reports calls that count a page which ' +
    'is seen to lie in such a block, where everything in the file that fills the variable or member is such an allocation.',
  action:
    'Allocate the block with __GFP_COMP, give each page its own count with split_page(), or map it by pfn ' +
    '(remap_pfn_range(), dma_mmap_coherent() for DMA memory).',
  messages: {
    block: '{api}() counts a page inside a block of {maker}() that has no count of its own',
    dma: '{api}() counts a page of DMA memory from {maker}(), which need not have a count',
  },
} as const satisfies RuleMeta;

export const PFNMAP_PAGE = {
  id: 'pfnmap-page',
  kind: 'problem',
  severity: 'warning',
  confidence: 'medium',
  title: 'What a raw pfn mapping gave is used as if it were held',
  description:
    'A VM_PFNMAP area maps pfns and counts no references. What follow_pfn(), follow_pte() or follow_pfnmap_start() tell of it ' +
    'holds for one address, until the lock is dropped; the page may have a count of 0, or no struct page at all. The rule ' +
    'reports a reference that is taken on such a page whatever its count, a pfn of follow_pfn() that is used after the ' +
    'address space was unlocked, and a pfn that is computed from vm_pgoff of an area that was looked up: vm_pgoff is whatever ' +
    "the area's driver keeps there. A note tells of an area that is made VM_PFNMAP and has a fault method that sets vmf->page: " +
    'get_user_pages() refuses it, and only where page table entries can be special is the page put when the area goes.',
  action:
    'Look the pfn up in the page table, page by page, and use it under the lock; take a page with get_page_unless_zero() behind ' +
    'pfn_valid(), or register a notifier that takes the pfn back.',
  messages: {
    reference: '{api}() on a page of {from}(): raw mappings hold no page',
    late: 'the pfn of {from}() is used behind {release}(): the mapping can be gone',
    offset: '{use} of a foreign VM_PFNMAP area is taken for its pfn',
    area: '{method}() gives pages to a VM_PFNMAP area, which counts none of them',
  },
} as const satisfies RuleMeta;

export const RULES = [
  RESERVED_CONFLATES_ZONE_DEVICE,
  RESERVED_WRAPPER,
  IMBALANCED_FOR_ZONE_DEVICE,
  PFN_VALID_IS_NOT_RAM,
  MEMMAP_NOT_ONLINE,
  ZONE_DEVICE_TEST_UNPINNED,
  PAGEMAP_REGISTRATION,
  PAGEMAP_REF_LEAK,
  GET_WITHOUT_PUT,
  LOCKED_PAGE_LEFT,
  PUT_WITHOUT_GET,
  KVM_PFN_LEAK,
  USE_AFTER_PUT,
  SHORT_PIN,
  WRONG_RELEASE,
  BARE_DIRTY_OF_USER_PAGE,
  PIN_WITHOUT_LONGTERM,
  IMBALANCED_FOR_KIND,
  PAGEMAP_MISREGISTERED,
  ZONE_DEVICE_COUNT,
  UNCOUNTED_PAGE,
  PFNMAP_PAGE,
] as const satisfies readonly RuleMeta[];

const ALL: readonly RuleMeta[] = RULES;

/** Rules that run where none is named, and those that run only where they are. */
export const STANDING_RULE_IDS: readonly RuleId[] = ALL.filter(({ trial }) => !trial).map(({ id }) => id);
export const TRIAL_RULE_IDS: readonly RuleId[] = ALL.filter(({ trial }) => trial).map(({ id }) => id);

/** What is said of a rule. */
export function ruleMeta(id: RuleId): RuleMeta {
  const found = RULES.find((meta) => meta.id === id);
  if (!found) throw new Error(`no rule ${id}`);
  return found;
}
