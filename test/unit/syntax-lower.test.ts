import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionsOf, showIr } from '../support/syntax.js';

/** The body of a function in source form, and the lines it must lower to. */
function checkBody(name: string, body: string, expected: string): void {
  test(`lower: ${name}`, async () => {
    const functions = await functionsOf(`void f(struct page *page)\n{\n${body}\n}\n`);
    const shown = functions.map((fn) => showIr(fn).split('\n').slice(1).join('\n')).join('\n  --\n');
    const margin = /^\n( *)/.exec(expected)?.[1] ?? '';
    assert.equal(shown, expected.trim().split(`\n${margin}`).join('\n').replace(/^/gm, '  '));
  });
}

function checkHead(source: string, expected: string): void {
  test(`lower: head ${source.slice(0, 50).replace(/\s+/g, ' ')}`, async () => {
    const shown = (await functionsOf(`${source} { }`)).map((fn) => showIr(fn));
    assert.deepEqual(shown, [expected]);
  });
}

checkHead('static int __init f(void)', 'function static int f()');
checkHead(
  '__attribute__((cold)) struct page *f(const unsigned long pfn, struct demo __user **d, u8 tab[4])',
  'function struct page* f(unsigned long pfn, struct demo** d, u8* tab)',
);
checkHead(
  'void f(int (*cb)(struct page *, void *), bool __maybe_unused x, ...) __releases(&l)',
  'function void f(int* cb, bool x)',
);
checkHead('SYSCALL_DEFINE2(map, struct page __user *, p, size_t, n)', 'function ? sys_map(struct page* p, size_t n)');
checkHead('static int FNAME(walk)(struct walker *w, gva_t a)', 'function static int walk(struct walker* w, gva_t a)');
checkHead('int (*pick(int way))(int)', 'function int* pick(int way)');
checkHead('pmd_t f(pmd_t)', 'function pmd_t f(pmd_t)');

checkBody(
  'declarations',
  `	struct page *a = first(), **b, c[3] = { [0] = 1, [1 ... 2] = 2 };
	unsigned long pfn = page_to_pfn(page), n;
	struct demo d = { .ops = { .page = page }, .n[1] = 3 };
	const pte_t *const ptep __aligned(8) = NULL;
	typeof(*page) *e = page;
	int (*fn)(int, struct page *) = g;`,
  `
  let struct page* a = first()
  let struct page** b
  let struct page* c = { 1, 2 }
  let unsigned long pfn = page_to_pfn(page)
  let unsigned long n
  let struct demo d = { .ops = { .page = page }, .n = 3 }
  let pte_t* ptep = NULL
  let ?* e = page
  let int* fn = g`,
);

checkBody(
  'cleanup',
  `	struct page *a __free(put_page) = get(), *b;
	guard(mutex)(&page->lock);
	scoped_guard(spinlock, &page->lock)
		go();
	scoped_cond_guard(mutex_intr, return -EINTR, &page->lock) {
		go();
	}`,
  `
  let struct page* a = get() free put_page
  let struct page* b
  guard guard(mutex)(&page->lock)
  guard scoped_guard(spinlock, &page->lock)
    go()
  guard scoped_cond_guard(mutex_intr, ({ maybe;   return -EINTR }), &page->lock)
    go()`,
);

checkBody(
  'branches and jumps',
  `	if (!page)
		goto out;
	else if (a && (b || c)) {
		do { n--; } while (n > 0);
	} else
		for (int i = 0, j = 1; i < n; i++, j--)
			continue;
	while (--n)
		;
	switch (kind) {
	case A ... B:
	case 'x': one(); break;
	default:
		return;
	}
	goto *table[n];
out:`,
  `
  if !page
    goto out
  else
    if (a && (b || c))
      loop do (n > 0)
        n--
    else
      loop for let int i = 0, let int j = 1; (i < n); (i++ , j--)
        continue
  loop while --n
  switch kind
    case A:
    case 120:
    one()
    break
    default:
    return
  goto *table[n]
  out:`,
);

checkBody(
  'loop macros',
  `	list_for_each_entry(page, &list, lru)
		if (x)
			put_page(page);
	for_each_online_cpu(cpu) {
		a();
	}
	vma_interval_tree_foreach(vma, root, 0, -1)
		b();
	EACH(page, (a, b)) { c(); }
	xa_for_each(&xa, index, entry);
	walk_them_all() { d(); }`,
  `
  loop macro list_for_each_entry(page, &list, lru)
    if x
      put_page(page)
  loop macro for_each_online_cpu(cpu)
    a()
  loop macro vma_interval_tree_foreach(vma, root, 0, -1)
    b()
  loop macro EACH(page, (a , b))
    c()
  loop macro xa_for_each(&xa, index, entry)
  loop macro walk_them_all()
    d()`,
);

checkBody(
  'expressions',
  `	x = (struct page __force *)p + sizeof(struct page) * (n) - offsetof(struct demo, a.b[2]);
	y = a ?: b ? c : d;
	z = ({ int t = f(); t; });
	*p = q->r.s[3](page), n <<= 0x10UL;
	call((struct demo){ .page = page }, &(int[]){ 1 });
	p = &&out;
	w = max_t(unsigned long, a, b) + container_of(page, struct demo, page)->n;
	check(a, ==, b);
	pr_info(KERN_INFO "a" PRIx64 "b", page);
out:	;`,
  `
  x = ((<struct page*>p + (type * n)) - type)
  y = (a ?  : (b ? c : d))
  z = ({ let int t = f(); t })
  (*p = q->r.s[3](page) , n <<= 16)
  call(<struct demo>{ .page = page }, &<int*>{ 1 })
  p = &&out
  w = (max_t(type, a, b) + container_of(page, type, page)->n)
  check(a, number, b)
  pr_info("...", page)
  out:`,
);

checkBody(
  'statements that a preprocessor completes',
  `	DECLARE_BITMAP(bits, 8) = { 0 };
	static DEFINE_RATELIMIT_STATE(rs, HZ, 1);
	PREALLOCATED(struct demo, 3) list;
	asm volatile("nop" : : "r" (page) : "memory");
	asm volatile(ALTERNATIVE("nop", "ret", X) : "=r" (page), [n] "+m" (*n) : "0" (c) : "cc");
	asm goto("jmp %l0" : : "r" (page) : "cc" : out, again);
	asm_volatile_goto("1: nop" : "=r"(page) : : : fail);
	unsafe_read(page, from, fail);
	attempt(page, goto fail);
	attempt(page, break);
	TRACE(page)
	put_page(page);
	if (x)
		asm("a");
	__label__ here;
	wait_for(q, x, { go(); });
	auto v = get();
	FINAL(page)`,
  `
  DECLARE_BITMAP(bits, 8)
  DEFINE_RATELIMIT_STATE(rs, HZ, 1)
  let ? list
  asm page *n
  asm goto out goto again
  asm page goto fail
  unsafe_read(page, from, fail)
  attempt(page, ({ maybe;   goto fail }))
  attempt(page, ({ maybe;   break }))
  TRACE(page)
  put_page(page)
  if x
  wait_for(q, x, ({ maybe;   go() }))
  let ? v = get()
  FINAL(page)`,
);

checkBody(
  'statements handed to macros, and macros that are no calls',
  `	DEBUG(if (x) y++;)
	poll_until(dev, 20, if (ready(page)) break;);
	do {
		a();
	} while_each_thread(g, t);
	p = (void (*)(struct page *))q;
	c = CONFIG(.event = 1, .mask = 2);
	struct { DECLARE_BITMAP(bits, 8); int n; } local;
	FLUSH_END`,
  `
  maybe
    if x
      y++
  maybe
    if ready(page)
      break
  loop do (g , t)
    a()
  p = <void*>q
  c = CONFIG(1, 2)
  let struct local
  FLUSH_END`,
);

checkBody(
  'whole statements in arms',
  `#ifdef CONFIG_A
	a();
#elif CONFIG_B
	b();
	c();
#else
	d();
#endif
#ifdef CONFIG_C
	e();
#endif
#if 0
	never(;
#else
	always();
#endif
#if 1
	always();
#else
	never();
#endif
	switch (x) {
#ifdef CONFIG_A
	case 1:
		a();
		break;
#endif
	case 2:
		b();
	}`,
  `
  arms
    arm
      a()
    arm
      b()
      c()
    arm
      d()
  arms
    arm
      e()
    arm
  always()
  always()
  switch x
    arms
      arm
        case 1:
        a()
        break
      arm
    case 2:
    b()`,
);

checkBody(
  'an arm that cuts through a statement gives two readings',
  `	if (a
#ifdef CONFIG_A
	    && b
#endif
	    )
		get_page(page);
#ifndef CONFIG_A
	else
		put_page(page);
#endif`,
  `
  if (a && b)
    get_page(page)
  --
  if a
    get_page(page)
  else
    put_page(page)`,
);

checkBody(
  'arms in an initialiser are all kept',
  `	struct op ops[] = {
		{ 1 },
#ifdef CONFIG_A
		{ 2 },
#else
		{ 3 },
#endif
	};`,
  `
  let struct op* ops = { { 1 }, { 2 }, { 3 } }`,
);

test('lower: heads in arms', async () => {
  const source = 'static\n#ifdef A\nint f(int a)\n#else\nlong f(long b)\n#endif\n{\n\treturn x;\n}\n';
  const shown = (await functionsOf(source)).map(showIr);
  assert.deepEqual(shown, ['function static int f(int a)\n  return x', 'function static long f(long b)\n  return x']);
});

test('lower: #define bodies', async () => {
  const source = [
    '#define get(p, n) (p)->count += (n)',
    '#define drop(p) do { put_page(p); } while (0)',
    '#define value(p, args...) ({ int t = f(p, ##args); t; })',
    '#define LIMIT 12',
    '#define EMPTY',
    '#define each(p) for (p = head; p; p = p->next)',
    '#define GEN(name) \\\r\n\tif (Test##name(page)) \\\r\n\t\tname##_put(page)',
    '#define FLAGS(x) (x) & MASK',
    '#define STR(x) #x',
  ].join('\n');
  const shown = (await functionsOf(source)).map(showIr);
  assert.deepEqual(shown, [
    'macro ? get(? p, ? n)\n  return p->count += n',
    'macro ? drop(? p)\n  loop do 0\n    put_page(p)',
    'macro ? value(? p, ? args)\n  return ({ let int t = f(p, args); t })',
    'macro ? LIMIT()\n  return 12',
    'macro ? each(? p)\n  loop for p = head; p; p = p->next',
    'macro ? GEN(? name)\n  if Test##name(page)\n    name##_put(page)',
    'macro ? FLAGS(? x)\n  return (x & MASK)',
    'macro ? STR(? x)\n  return x',
  ]);
});
