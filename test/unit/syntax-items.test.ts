import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitItems } from 'pageref/dist/syntax/index.js';

/** `kind name` of each item that is no trivia; dead ones are marked. */
function itemsOf(source: string): string[] {
  return splitItems(source)
    .filter((item) => item.kind !== 'trivia')
    .map((item) => `${item.dead ? 'dead ' : ''}${item.kind} ${item.name}`.trim());
}

function checkItems(name: string, source: string, expected: readonly string[]): void {
  test(`items: ${name}`, () => {
    assert.deepEqual(itemsOf(source), expected);
    assert.equal(
      splitItems(source)
        .map(({ start, end }) => source.slice(start, end))
        .join(''),
      source,
    );
  });
}

checkItems(
  'functions, declarations, types and directives',
  `#include <linux/mm.h>
/* a comment; with { braces */
#define LIMIT(x) \\
	((x) & { )
struct demo { int a; struct { int b; } c; } __packed;
enum state { ON, OFF };
typedef struct { unsigned long v; } demo_t;
static const char *names[] = { "a{", "}", };
extern int probe(struct demo *d);
static int __init demo_init(void)
{
	return '{' + "}"[0];
}
module_init(demo_init);
`,
  [
    'directive',
    'define LIMIT',
    'type demo',
    'type state',
    'type demo_t',
    'declaration',
    'declaration',
    'function demo_init',
    'declaration',
  ],
);

checkItems(
  'names behind attributes and macros',
  `static __always_inline struct page *first(int a) { }
int second(int a) __acquires(&lock) __must_hold(x) { }
__printf(1, 2)
void third(const char *fmt, ...) { }
__attribute__((noinline)) static int fourth(void) { }
SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, n) { }
COMPAT_SYSCALL_DEFINE1(stop, int, a) { }
DEFINE_HANDLER(exc_fifth) { }
static int FNAME(walk)(struct walker *w) { }
int (*pick(int way))(int) { }
SEC("tc") int sixth(struct ctx *c) { }
MOD_HIDDEN(struct page *) eighth(struct mod *m) { }
DECL_API(unsigned long) ninth(void) { }
ODD_EXPORT(second)
u64
seventh(void)
{
}
`,
  [
    'function first',
    'function second',
    'declaration',
    'function third',
    'function fourth',
    'function sys_read',
    'function compat_sys_stop',
    'function exc_fifth',
    'function walk',
    'function pick',
    'function sixth',
    'function eighth',
    'function ninth',
    'declaration',
    'function seventh',
  ],
);

checkItems(
  '#if 0 is dead, whatever stands in it',
  `#if 0
int old(void) { it's; }
don't {
#else
int new(void) { return 1; }
#endif
int last(void) { return 2; }
`,
  ['dead directive', 'dead function old', 'directive', 'function new', 'directive', 'function last'],
);

checkItems(
  'heads in arms share one body',
  `#ifdef CONFIG_A
int both(int a)
#else
int both(long a)
#endif
{
	return a;
}
int next(void) { return 0; }
`,
  ['directive', 'function both', 'function next'],
);

checkItems(
  'arms that open and close braces unevenly',
  `int one(int a)
{
#ifdef CONFIG_A
	if (a) {
#else
	if (!a) {
#endif
		go();
	}
#if 0
	} } {
#endif
	return 1;
}
int two(int a)
{
#ifdef CONFIG_A
	return 1; }
#else
	return 2; }
#endif
int three(void) { }
`,
  ['function one', 'function two', 'function three'],
);

checkItems(
  'a closing brace in column 0 ends a function that lost one',
  `int broken(int a)
{
	if (a) {
		go();
}

int next(void)
{
}
`,
  ['function broken', 'function next'],
);

checkItems(
  'what else stands in column 0 inside a function',
  `int odd(int a)
{
#ifdef DEBUG
{
	dump();
}
#endif
	if (a) {
		go();
}
out:
	switch (a) {
	case 1:
		break;
}	}
int next(void) { }
`,
  ['function odd', 'function next'],
);

checkItems(
  'invocations without a semicolon in front of a type',
  `FLAG(one, two)
	FLAG_SET(one, two)
enum kind { A, B };
FLAG(three)
static inline int next(void) { }
`,
  ['declaration', 'type kind', 'declaration', 'function next'],
);

checkItems(
  'old initialisers with braces in column 0',
  `static struct row table[] = {
{
	1, 2
},
{
	3, 4
}
};
int next(void) { }
`,
  ['declaration', 'function next'],
);

checkItems('extern "C" does not swallow the file', 'extern "C" {\nint a(void) { }\n}\n', [
  'declaration',
  'function a',
  'declaration',
]);

checkItems('CRLF line ends', 'int a(void)\r\n{\r\n\tx();\r\n}\r\n#define B \\\r\n\t1\r\nint c;\r\n', [
  'function a',
  'define B',
  'declaration',
]);

checkItems('half-written text', 'int a(void)\n{\n\tfoo("', ['function a']);
checkItems('nothing', '', []);
