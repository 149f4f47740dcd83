import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression, type Expression } from 'pageref/dist/kernel/kconfig/expression.js';
import { bodyOf, parseKconfig } from 'pageref/dist/kernel/kconfig/parse.js';

/** An expression as fully bracketed text. */
function show(expression: Expression | undefined): string {
  if (!expression) return '-';
  if (expression.op === 'constant') return expression.value;
  if (expression.op === 'symbol') return expression.name;
  if (expression.op === 'unread') return 'unread';
  if (expression.op === 'not') return `!${show(expression.of)}`;
  return `(${expression.parts.map(show).join(expression.op === 'and' ? ' && ' : ' || ')})`;
}

for (const [text, expected] of [
  ['A', 'A'],
  ['64BIT && !A', '(64BIT && !A)'],
  ['A || B && C', '(A || (B && C))'],
  ['(A||B)&&!(C)', '((A || B) && !C)'],
  ['A=y', 'A'],
  ['A != n', 'A'],
  ['A = n', '!A'],
  ['A != "y"', 'maybe'],
  ['n = A', '!A'],
  ['"x86" = "x86"', 'y'],
  ['"x86" != "x86"', 'n'],
  ['"$(ARCH)" = "x86"', 'maybe'],
  ['$(cc-option,-mfoo $(BAR)) && A', '(maybe && A)'],
  ['PAGE_SHIFT < 16', 'maybe'],
  ['y', 'y'],
  ['m', 'y'],
  ['', 'maybe'],
  ['((A', 'A'],
  ['&& A', 'maybe'],
  ['A &&', '(A && maybe)'],
  [`${'('.repeat(90)}A${')'.repeat(90)}`, 'A'],
  [`${'('.repeat(2000)}A${')'.repeat(2000)} && B`, 'unread'],
  [`B || ${'!'.repeat(100_000)}A`, 'unread'],
] as const) {
  test(`Kconfig expression ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.equal(show(parseExpression(text).value), expected);
  });
}

test('what follows "if" is the condition', () => {
  const { value, condition } = parseExpression('A if B && C');
  assert.deepEqual([show(value), show(condition)], ['A', '(B && C)']);
});

/** Entries as one line each: name, line, depends, prompt, defaults, selects. */
function entries(text: string): string[] {
  return parseKconfig('mm/Kconfig', text).definitions.map((definition) => {
    const { depends, prompt, defaults } = bodyOf(definition);
    const parts = [
      `${definition.name}:${String(definition.line)}`,
      `in ${show(definition.outer)}`,
      `depends ${depends.map(show).join(', ')}`,
      `prompt ${show(prompt)}`,
      `default ${defaults.map(({ value, condition }) => `${show(value)} if ${show(condition)}`).join(', ')}`,
      `select ${definition.selects.map(({ name, rest }) => name + rest).join(', ')}`,
    ];
    return parts.join('; ');
  });
}

test('a config entry with everything', () => {
  const text = `
config FOO
	bool "Foo # not a comment" if EXPERT # a comment
	depends on A && \\
		   B
	depends on C
	default y if D
	select BAR
	imply BAZ if E
	range 1 2
	help
	  config HELP
	    bool "text"

	  depends on NOTHING
config NEXT
	def_bool !FOO
`;
  assert.deepEqual(entries(text), [
    'FOO:2; in y; depends A, B, C; prompt EXPERT; default y if D; select BAR, BAZ if E',
    'NEXT:16; in y; depends ; prompt -; default !FOO if y; select ',
  ]);
});

test('blocks hand their conditions down and end where they end', () => {
  const text = `
if A
menu "M"
	depends on B
	visible if V
choice
	prompt "which"
	depends on C
config IN
	bool
endchoice
endmenu
source "arch/$(SRCARCH)/Kconfig"
endif # A
config OUT
	tristate "t"
comment "c"
	depends on LOST
endmenu
`;
  assert.deepEqual(entries(text), [
    'IN:9; in (A && B && C); depends ; prompt -; default ; select ',
    'OUT:15; in y; depends ; prompt y; default ; select ',
  ]);
  const { sources } = parseKconfig('Kconfig', text);
  assert.deepEqual(
    sources.map(({ path, outer }) => [path, show(outer)]),
    [['arch/$(SRCARCH)/Kconfig', 'A']],
  );
});

test('"depends on A if B" asks for A only where B holds', () => {
  assert.deepEqual(entries('config X\n\tbool\n\tdepends on A if B\n'), [
    'X:1; in y; depends (A || !B); prompt -; default ; select ',
  ]);
});

test('CRLF, old help and text that is no Kconfig are read without trouble', () => {
  assert.deepEqual(entries('config X\r\n\tbool "x"\r\n\t---help---\r\n\t  config Y\r\n'), [
    'X:1; in y; depends ; prompt y; default ; select ',
  ]);
  assert.deepEqual(entries('endif\nendmenu\n\0\u{1F600} int main(void) { return "'), []);
});
