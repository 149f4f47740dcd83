import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inferTree } from '../support/infer.js';
import { chain, linksOf } from '../support/chains.js';
import { expectContracts, inferFixture } from '../support/contracts.js';
import { withTree } from '../support/tree.js';

/** Whole-tree inference on small trees: what comes out, where it ends, and that it ends. */

const OLD_GUEST = `
//- virt/a.c
bool guest_is_reserved_pfn(unsigned long pfn)
{
	if (pfn_valid(pfn))
		return PageReserved(pfn_to_page(pfn));
	return true;
}
void guest_release_pfn(unsigned long pfn)
{
	if (!guest_is_reserved_pfn(pfn))
		put_page(pfn_to_page(pfn));
}
`;

test('a release that leaves device pages out, and the same where they are let through', async () => {
  await expectContracts(
    OLD_GUEST,
    '4.20',
    `guest_is_reserved_pfn: reserved arg0: yes boot ZONE_DEVICE, no RAM
     guest_release_pfn: release arg0 by put_page for RAM, not boot ZONE_DEVICE
     wrapper guest_is_reserved_pfn 1 other: guest_release_pfn release-ref`,
  );
  await expectContracts(
    OLD_GUEST.replace(
      'PageReserved(pfn_to_page(pfn));',
      'PageReserved(pfn_to_page(pfn)) && !is_zone_device_page(pfn_to_page(pfn));',
    ),
    '5.4',
    `guest_is_reserved_pfn: zone-device arg0: yes boot, no RAM ZONE_DEVICE
     guest_release_pfn: release arg0 by put_page for RAM ZONE_DEVICE, not boot
     wrapper guest_is_reserved_pfn 1 other: guest_release_pfn release-ref`,
  );
});

test('a name learnt in one file is followed into another; where both call each other it ends', async () => {
  const contracts = await expectContracts(
    `
//- a.c
void even(struct page *page, int n)
{
	if (n)
		odd(page, n - 1);
	else if (!PageReserved(page))
		put_page(page);
}
//- b.c
void odd(struct page *page, int n)
{
	if (n)
		even(page, n - 1);
}
`,
    '6.12',
    `even: release arg0 by put_page for RAM, not boot ZONE_DEVICE
     odd: release arg0 by put_page for RAM, not boot ZONE_DEVICE`,
  );
  assert.deepEqual(contracts.unfollowed, []);
});

test('wrappers that call each other in a circle are wrappers once', async () => {
  await expectContracts(
    `
//- a.c
static bool left(struct page *page, int n);
static bool right(struct page *page, int n)
{
	return n ? left(page, n - 1) : PageReserved(page);
}
static bool left(struct page *page, int n)
{
	return right(page, n - 1);
}
void put_it(struct page *page)
{
	if (!left(page, 4))
		put_page(page);
}
`,
    '6.12',
    // What the circle answers is unknown, so nothing is left out; who stands in it is known from the calls.
    `put_it: release arg0 by put_page for every kind
     wrapper right 1 other: left other
     wrapper left 2 other: right other, put_it release-ref`,
  );
});

for (const order of ['callee first', 'caller first'] as const) {
  test(`a hundred calls deep, ${order}: the outermost drops what the innermost does`, async () => {
    const { text } = await inferFixture(`//- mm/chain.c\n${chain(100, order)}`, '6.12');
    const lines = text.split('\n');
    assert.equal(lines.length, 100);
    for (const line of lines) assert.match(line, /^link\d+: release arg0 by put_page for RAM, not boot ZONE_DEVICE$/);
  });
}

test('a chain over more files than there are rounds: what was not followed any more is said', async () => {
  const fixture = linksOf(12).map((text, at) => `//- mm/f${String(at)}.c\n${text}`);
  const { contracts } = await inferFixture(fixture.join(''), '6.12');
  assert.equal(contracts.rounds.length, 4);
  assert.deepEqual(contracts.unfollowed, ['link3']);
});

test('a macro that expands to itself, and macros that expand to each other', async () => {
  await expectContracts(
    `
//- a.c
#define put_page(page) put_page(page)
#define ping(page) pong(page)
#define pong(page) ping(page)
void drop(struct page *page)
{
	if (PageReserved(page))
		return;
	ping(page);
	put_page(page);
}
`,
    '6.12',
    'drop: release arg0 by put_page for RAM, not boot ZONE_DEVICE',
  );
});

test('a function that arms of #if define twice says what both say together', async () => {
  await expectContracts(
    `
//- a.c
#ifdef CONFIG_DEMO
void drop(struct page *page)
{
	if (!PageReserved(page))
		put_page(page);
}
#else
void drop(struct page *page)
{
	put_page(page);
}
#endif
`,
    '6.12',
    'drop: release arg0 by put_page for RAM, not boot ZONE_DEVICE; release arg0 by put_page for every kind',
  );
});

test('function pointers and ops tables end the chain', async () => {
  await expectContracts(
    `
//- a.c
static void drop(struct page *page)
{
	if (!PageReserved(page))
		put_page(page);
}
static const struct demo_ops demo = { .drop = drop };
void through_ops(struct page *page)
{
	demo.drop(page);
}
void through_pointer(struct page *page, void (*release)(struct page *page))
{
	release(page);
}
`,
    '6.12',
    'drop: release arg0 by put_page for RAM, not boot ZONE_DEVICE',
  );
});

test('the same contracts for any number of jobs', async () => {
  const files = [
    OLD_GUEST,
    `//- mm/chain.c\n${chain(5, 'caller first')}`,
    OLD_GUEST.replaceAll('guest', 'other').replace('a.c', 'b.c'),
  ];
  const texts = [];
  for (const jobs of [1, 2, 3]) {
    const { contracts, text } = await inferFixture(files.join('\n'), '4.20', jobs);
    const { files: byFile, wrappers, sites, balances, rounds } = contracts;
    texts.push(text + JSON.stringify([[...byFile], wrappers, sites, balances, rounds]));
  }
  assert.equal(new Set(texts).size, 1);
});

test('where there is much to do other threads analyse too, and nothing else is different', async () => {
  const files = Array.from({ length: 40 }, (_, at) =>
    OLD_GUEST.replaceAll('guest', `guest${at}`).replace('virt/a.c', `virt/${at}.c`),
  );
  files.push(`//- virt/user.c\nvoid last(unsigned long pfn)\n{\n\tguest7_release_pfn(pfn);\n}\n`);
  const started: unknown[] = [];
  const note = (worker: unknown): unknown => started.push(worker);
  process.on('worker', note);
  try {
    const one = await inferFixture(files.join('\n'), '4.20', 1);
    assert.equal(started.length, 1, 'the scan alone');
    const three = await inferFixture(files.join('\n'), '4.20', 3);
    assert.ok(started.length > 1 + 3, 'a thread beside those of the scan');
    assert.equal(three.text, one.text);
    assert.match(three.text, /^last: release arg0 by put_page for RAM, not boot ZONE_DEVICE$/m);
    assert.equal(JSON.stringify(three.contracts), JSON.stringify(one.contracts));
    assert.equal(JSON.stringify([...three.contracts.files]), JSON.stringify([...one.contracts.files]));
  } finally {
    process.off('worker', note);
  }
});

test('what takes or drops whatever the page is counts where something that tells kinds apart calls it', async () => {
  await expectContracts(
    `
//- a.c
static void drop(struct page *page)
{
	put_page(page);
}
static void drop_unused(struct page *page)
{
	put_page(page);
}
static void through(struct page *page)
{
	drop(page);
}
static void get_it(struct page *page)
{
	get_page(page);
}
static void put_it(struct page *page)
{
	if (!PageReserved(page))
		through(page);
}
void plain_caller(struct page *page)
{
	drop(page);
}
`,
    '6.12',
    `drop: release arg0 by put_page for every kind
     through: release arg0 by put_page for every kind
     get_it: acquire arg0 by get_page for every kind
     put_it: release arg0 by put_page for RAM, not boot ZONE_DEVICE`,
  );
});

test('a folder without C files, texts that are no UTF-8, half typed or huge: a result, never an exception', async () => {
  await withTree('//- README\nnothing here\n', async (tree) => {
    const empty = await inferTree(tree.root, { jobs: 1, release: '6.12' });
    assert.deepEqual([empty.files.size, empty.wrappers, empty.sites, empty.notAnalysed], [0, [], [], []]);

    tree.write(
      'latin.c',
      Buffer.from('/* \xe9t\xe9 */\nvoid f(struct page *p)\n{\n\tif (!PageReserved(p)) put_page(p);\n}\n', 'latin1'),
    );
    tree.write(
      'half.c',
      'void whole(struct page *p)\n{\n\tif (!PageReserved(p))\n\t\tput_page(p);\n}\nvoid half(struct page *p)\n{\n\tif (PageReserved(p {\n\t\tput_page(',
    );
    tree.write(
      'bytes.c',
      new Uint8Array(4096).map((_, at) => (at * 31) % 256),
    );
    const branch = '\tif (a->b[i]) { get_page(p); a = a->next; } else { put_page(p); i++; }\n';
    tree.write(
      'huge.c',
      `void huge(struct page *p, struct a *a, int i)\n{\n\tif (PageReserved(p)) return;\n${branch.repeat(300)}}\n`,
    );
    const odd = await inferTree(tree.root, { jobs: 2, release: '6.12' });
    const names = [...odd.files.values()].flat().map(({ name }) => name);
    assert.ok(names.includes('f') && names.includes('whole'), names.join());
    assert.deepEqual(
      odd.notAnalysed.map(({ path, function: name }) => `${path} ${name}`),
      ['half.c half'],
    );
  });
});
