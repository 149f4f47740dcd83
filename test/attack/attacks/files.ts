import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack } from '../attack.js';
import { runWell } from '../process.js';
import type { Random } from '../random.js';
import { hostileName, SOURCES, TREE, writeTree } from '../texts.js';

const times = (count: number, part: string | ((at: number) => string)): string =>
  Array.from({ length: count }, (_, at) => (typeof part === 'string' ? part : part(at))).join('');
/** Tests in one function. */
const MANY_TESTS = 3000;
const TEST = 'if (PageReserved(page)) put_page(page);';
const inFunction = (body: string): string => `void f(struct page *page, int n)\n{\n${body}\n}\n`;

/** C that nobody writes. */
const C: readonly ((random: Random) => string)[] = [
  (random) => random.bytes(random.below(20_000)).toString('latin1'),
  (random) => cut(random, random.pick(SOURCES).text),
  (random) => flipped(random, random.pick(SOURCES).text),
  (random) => shuffledLines(random, random.pick(SOURCES).text),
  (random) => inFunction(times(random.below(MANY_TESTS), TEST)),
  (random) => inFunction(`return ${times(random.below(MANY_TESTS), 'PageReserved(page) ? 1 : ')}0;`),
  (random) =>
    inFunction(
      `${nested(random.below(5000), random.pick(['(', '{', 'if (n) {', 'while (n) {', 'switch (n) {']))}${TEST}`,
    ),
  (random) => inFunction(`if (${'!'.repeat(random.below(5000))}PageReserved(page)) g();`),
  (random) => inFunction(times(random.below(300), (at) => `#ifdef A${String(at)}\n${TEST}\n#else\nif (n) {\n#endif\n`)),
  (random) =>
    inFunction(`switch (n) {${times(random.below(MANY_TESTS), (at) => `case ${String(at)}: ${TEST} break;`)}}`),
  (random) =>
    times(
      random.below(150),
      (at) =>
        `int f${String(at)}(struct page *page) { return f${String((at * 7 + 1) % 50)}(page) || PageReserved(page); }\n`,
    ),
  (random) => times(random.below(3000), (at) => `#define M${String(at)}(p) M${String(at + 1)}(p) + PageReserved(p)\n`),
  (random) => `${'PageReserved('.repeat(random.below(2000))}\n`,
  (random) => `struct dev_pagemap_ops x ${'_'.repeat(random.below(400))}0[] = { .page_free = f };\n`,
  (random) => inFunction(`${TEST} /* ${'* /'.repeat(random.below(50_000))}`),
  (random) => inFunction(`${TEST} g("${'\\"'.repeat(random.below(50_000))}`),
  (random) => inFunction(`${TEST}${'a = b; '.repeat(random.below(4000))}`),
  () => inFunction(`${TEST}${'a = b; '.repeat(1_500_000)}`),
];

/** Files about the tree. */
const ABOUT: readonly ((random: Random) => readonly [path: string, text: string])[] = [
  (random) => [
    'MAINTAINERS',
    `X\nN:\t${random.pick(['^(([a-z/_.]+)+)+!$', '(a*)*b', '(.*)*(.*)*!', '(((', '[z-a]', '\\1'])}\nF:\t*\n`,
  ],
  (random) => [
    'MAINTAINERS',
    `X\nF:\tmm/${'*'.repeat(random.below(3000))}!\n\n${times(random.below(3000), (at) => `S${String(at)}\nF:\t*a*${String(at)}*\n\n`)}`,
  ],
  (random) => [
    'Kconfig',
    `source "arch/$(SRCARCH)/Kconfig"\nconfig ZONE_DEVICE\n\tbool "z"\n\tdepends on ${nested(random.below(30_000), random.pick(['(', '!']))}X\n`,
  ],
  (random) => [
    'mm/Kconfig',
    `config ZONE_DEVICE\n\tdef_bool y if L0\n${times(random.below(20_000), (at) => `config L${String(at)}\n\tdef_bool y if L${String(at + 1)}\n`)}`,
  ],
  (random) => [
    'Kconfig',
    `${times(random.below(20_000), 'if A\n')}config ZONE_DEVICE\n\tbool "z"\nsource "Kconfig"\nsource "../x"\nsource "$(shell,id)"\n`,
  ],
  (random) => [
    'Makefile',
    `VERSION = ${' '.repeat(random.below(100_000))}6\nPATCHLEVEL = $(shell id)12${'9'.repeat(random.below(9))}\n`,
  ],
  (random) => ['.pageref.json', `{"a":${'['.repeat(random.below(100_000))}`],
  (random) => [
    '.pageref.json',
    JSON.stringify({
      [hostileName(random)]: 1,
      __proto__: null,
      schemaVersion: 1,
      model: [{ name: hostileName(random) }],
    }),
  ],
  (random) => [
    '.pageref-judged.jsonl',
    times(random.below(2000), () => `{"path":"${'x'.repeat(random.below(50))}"}\n`),
  ],
  (random) => [
    'include/linux/memremap.h',
    times(random.below(20_000), random.pick(['enum memory_type {', 'is_zone_device_page(', '#include <', '/*'])),
  ],
  (random) => [
    'mm/memory.c',
    times(random.below(20_000), random.pick(['vm_normal_page(', 'VM_MIXEDMAP |= ', '_vm_normal_page(page) {'])),
  ],
];

const COMMANDS: readonly (readonly string[])[] = [
  'audit',
  'audit --format sarif',
  'check',
  'check --format json',
  'uses',
  'contracts',
  'fix --format diff --needs-look',
  'baseline --reason x',
].map((line) => line.split(' '));

export const files: Attack = {
  name: 'odd-files',
  promise: 'any bytes in a tree give a report that says what was not read, or a reason; never a crash or a hang',
  share: 4,
  round: async ({ random, folder, tried }) => {
    writeTree(folder, { ...TREE, 'mm/a.c': random.pick(SOURCES).text, 'mm/odd.c': random.pick(C)(random) });
    writeTree(folder, { [`arch/x86/${random.pick(['odd', 'odder'])}.h`]: random.pick(C)(random) });
    if (random.chance(0.7)) writeTree(folder, Object.fromEntries([random.pick(ABOUT)(random)]));
    if (random.chance(0.5)) makeSpecial(random, join(folder, 'mm'));
    for (const [command = '', ...options] of random.some(2, COMMANDS)) {
      await runWell([command, folder, '--no-cache', ...options]);
      tried();
    }
  },
};

/** Things that have the name of a C file and are none. */
function makeSpecial(random: Random, folder: string): void {
  const path = join(folder, 'special.c');
  const kinds: readonly (() => void)[] = [
    () => execFileSync('mkfifo', [path]),
    () => {
      symlinkSync(path, path);
    },
    () => {
      symlinkSync('/dev/zero', path);
    },
    () => {
      symlinkSync('../../../../../../etc/passwd', path);
    },
    () => {
      mkdirSync(path);
    },
    () => {
      writeFileSync(path, '');
      truncateSync(path, 3 * 2 ** 30);
    },
  ];
  random.pick(kinds)();
}

function cut(random: Random, text: string): string {
  const start = random.below(text.length);
  return text.slice(start, start + random.below(text.length));
}

function flipped(random: Random, text: string): string {
  const bytes = Buffer.from(text);
  for (let n = 0; n < 30; n++) bytes[random.below(bytes.length)] = random.below(256);
  return bytes.toString('latin1');
}

function shuffledLines(random: Random, text: string): string {
  return random.shuffled(text.split('\n')).join('\n');
}

function nested(depth: number, open: string): string {
  return open.repeat(depth);
}
