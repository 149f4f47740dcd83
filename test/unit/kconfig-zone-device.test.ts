import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zoneDeviceArches } from 'pageref/dist/kernel/kconfig/index.js';
import { filesBelow } from 'pageref/dist/vfs/index.js';
import { kernelTree } from '../support/kernel-tree.js';
import { withTree } from '../support/tree.js';

/** "arch: yes" or "arch: why not", for each arch of a fixture. */
function answers(fixture: string): Promise<string[]> {
  return withTree(fixture, ({ root }) =>
    zoneDeviceArches(filesBelow(root)).map(({ arch, zoneDevice, why }) => `${arch}: ${zoneDevice ? 'yes' : why}`),
  );
}

const TOP = `
//- Kconfig
mainmenu "Linux/$(ARCH) $(KERNELVERSION)"
source "scripts/Kconfig.include"
source "arch/$(SRCARCH)/Kconfig"
source "mm/Kconfig"
source "drivers/Kconfig"
`;
const ZONE_DEVICE = `
//- mm/Kconfig
config ARCH_HAS_PTE_DEVMAP
	bool
config SPARSEMEM_VMEMMAP_ENABLE
	bool
config SPARSEMEM_VMEMMAP
	bool "virtual memmap"
	depends on SPARSEMEM_VMEMMAP_ENABLE
menuconfig MEMORY_HOTPLUG
	bool "hotplug"
	depends on ARCH_ENABLE_MEMORY_HOTPLUG
config ARCH_ENABLE_MEMORY_HOTPLUG
	bool
config ZONE_DEVICE
	bool "device memory"
	depends on MEMORY_HOTPLUG
	depends on SPARSEMEM_VMEMMAP && ARCH_HAS_PTE_DEVMAP
`;
const arch = (name: string, body: string): string => `//- arch/${name}/Kconfig
config ${name.toUpperCase()}
	def_bool y
${body}`;
const ABLE = `	select ARCH_HAS_PTE_DEVMAP
	select SPARSEMEM_VMEMMAP_ENABLE
	select ARCH_ENABLE_MEMORY_HOTPLUG
`;

test('an arch that selects all of it can, one that lacks a select cannot', async () => {
  const fixture =
    TOP +
    ZONE_DEVICE +
    arch('able', ABLE) +
    arch('half', '\tselect ARCH_ENABLE_MEMORY_HOTPLUG\n\tselect SPARSEMEM_VMEMMAP_ENABLE\n') +
    arch('none', '') +
    arch('partly', '\tselect ARCH_HAS_PTE_DEVMAP\n\tselect SPARSEMEM_VMEMMAP_ENABLE\n');
  assert.deepEqual(await answers(fixture), [
    'able: yes',
    'half: ARCH_HAS_PTE_DEVMAP is selected by nothing on half',
    'none: ARCH_HAS_PTE_DEVMAP is selected by nothing on none',
    'partly: ARCH_ENABLE_MEMORY_HOTPLUG is selected by nothing on partly',
  ]);
});

test('the place is that of config ZONE_DEVICE', () =>
  withTree(TOP + ZONE_DEVICE + arch('a', ABLE), ({ root }) => {
    const [first] = zoneDeviceArches(filesBelow(root));
    assert.deepEqual([first?.path, first?.line], ['mm/Kconfig', 13]);
  }));

const SELECTED_IF = (condition: string, more: string): string =>
  TOP + ZONE_DEVICE + arch('a', ABLE.replace('DEVMAP', `DEVMAP if ${condition}`) + more);

for (const [title, condition, more, expected] of [
  ['a symbol a user can switch on', 'CHOSEN', 'config CHOSEN\n\tbool "x"\n', 'yes'],
  ['a symbol with a default', 'DEF', 'config DEF\n\tdef_bool y\n', 'yes'],
  ['a default that hangs on a macro', 'DEF', 'config DEF\n\tdef_bool $(success,true)\n', 'yes'],
  [
    'an environment question',
    '64BIT',
    'config 64BIT\n\tbool "64" if "$(ARCH)" = "a"\n\tdefault "$(ARCH)" != "b"\n',
    'yes',
  ],
  ['a symbol of a folder that is not read', 'ACPI', '', 'yes'],
  ['a symbol that nothing sets', 'DEAD', 'config DEAD\n\tbool\n', 'DEAD is selected by nothing on a'],
  ['a default that is off', 'OFF', 'config OFF\n\tdef_bool n\n', 'OFF is selected by nothing on a'],
  ['an arch symbol nobody defines', 'ARCH_HAS_NOTHING', '', 'ARCH_HAS_NOTHING is not defined on a'],
  ['64BIT where there is none', '64BIT', '', '64BIT is not defined on a'],
  ['a negation that can hold', '!CHOSEN', 'config CHOSEN\n\tbool "x"\n\tdefault y\n', 'yes'],
  ['a negation of what is always on', '!A', '', 'ARCH_HAS_PTE_DEVMAP needs A off, and a always has it'],
  [
    'two that only select each other',
    'P',
    'config P\n\tbool\n\tselect Q\nconfig Q\n\tbool\n\tselect P\n',
    'Q cannot be set on a',
  ],
  ['a circle with a way in', 'P', 'config P\n\tbool\n\tselect Q\nconfig Q\n\tbool "q"\n\tselect P\n', 'yes'],
  ['a dependency on itself', 'P', 'config P\n\tbool "p"\n\tdepends on P\n', 'P cannot be set on a'],
  ['an imply', 'P', 'config P\n\tbool\nconfig Q\n\tbool "q"\n\timply P\n', 'yes'],
  [
    'an imply that dependencies stop',
    'P',
    'config P\n\tbool\n\tdepends on n\nconfig Q\n\tbool "q"\n\timply P\n',
    'P cannot be set on a',
  ],
] as const) {
  test(`selected if ${title}`, async () => {
    assert.deepEqual(await answers(SELECTED_IF(condition, more)), [`a: ${expected}`]);
  });
}

test('a tree of 4.20 has ARCH_HAS_ZONE_DEVICE', async () => {
  const mm = `//- mm/Kconfig
config ARCH_HAS_ZONE_DEVICE
	bool
config ZONE_DEVICE
	bool "device memory"
	depends on ARCH_HAS_ZONE_DEVICE
`;
  assert.deepEqual(
    await answers(
      mm + arch('a', '\tselect ARCH_HAS_ZONE_DEVICE if 64BIT\nconfig 64BIT\n\tdef_bool y\n') + arch('b', ''),
    ),
    ['a: yes', 'b: ARCH_HAS_ZONE_DEVICE is selected by nothing on b'],
  );
});

test('a newer tree asks for no ARCH_HAS_PTE_DEVMAP', async () => {
  const newer = TOP + ZONE_DEVICE.replace(' && ARCH_HAS_PTE_DEVMAP', '');
  const selects = '\tselect SPARSEMEM_VMEMMAP_ENABLE\n\tselect ARCH_ENABLE_MEMORY_HOTPLUG\n';
  assert.deepEqual(await answers(newer + arch('a', selects) + arch('b', '\tselect SPARSEMEM_VMEMMAP_ENABLE\n')), [
    'a: yes',
    'b: ARCH_ENABLE_MEMORY_HOTPLUG is selected by nothing on b',
  ]);
});

test('selects in files below the arch count, and conditions around their source line too', async () => {
  const below = (around: string): string =>
    TOP +
    ZONE_DEVICE +
    arch('a', `if ${around}\nsource "arch/a/platforms/Kconfig"\nendif\n`) +
    `//- arch/a/platforms/Kconfig\nconfig BOARD\n\tbool "board"\n${ABLE}`;
  assert.deepEqual(await answers(below('A')), ['a: yes']);
  assert.match((await answers(below('ARCH_NOWHERE')))[0] ?? '', /^a: ARCH_NOWHERE is not defined on a$/);
});

test('nothing is said of a tree without config ZONE_DEVICE, or without arches', async () => {
  assert.deepEqual(await answers(TOP + arch('a', ABLE)), []);
  assert.deepEqual(await answers('//- drivers/x/x.c\nint a;\n'), []);
  assert.deepEqual(zoneDeviceArches(filesBelow('/nowhere/at/all')), []);
});

test('files that source themselves, are missing or lead out of the tree do no harm', () =>
  withTree(
    TOP + ZONE_DEVICE + arch('a', `${ABLE}source "arch/a/Kconfig"\nsource "../x"\nsource "arch/a/$(FOO)/x"\n`),
    (tree) => {
      symlinkSync('/etc', join(tree.root, 'arch', 'linked'));
      assert.equal(zoneDeviceArches(filesBelow(tree.root))[0]?.zoneDevice, true);
    },
  ));

/** Generated text of Kconfig files, deeper in one way or another than anybody writes. */
const chain = (length: number, entry: (name: string, next: string) => string): string =>
  Array.from({ length }, (_, at) => entry(`L${String(at)}`, `L${String(at + 1)}`)).join('');
const nested = (length: number, inner: string): string =>
  `${'if A\n'.repeat(length)}${inner}${'endif\n'.repeat(length)}`;
const needs = (expression: string): string => `config ZONE_DEVICE\n\tbool "z"\n\tdepends on ${expression}\n`;
const DEEP: Readonly<Record<string, string>> = {
  parentheses: needs(`${'('.repeat(50_000)}X${')'.repeat(50_000)}`),
  negations: needs(`${'!'.repeat(50_000)}X`),
  'symbols that hang on symbols':
    needs('L0') + chain(50_000, (name, next) => `config ${name}\n\tdef_bool y if ${next}\n`),
  'symbols that select symbols':
    needs('L50000') + chain(50_000, (name, next) => `config ${next}\n\tbool\nconfig ${name}\n\tselect ${next}\n`),
  'symbols in parentheses that hang on such':
    needs('L0') +
    chain(5000, (name, next) => `config ${name}\n\tdef_bool y if ${'!('.repeat(40)}${next}${')'.repeat(40)}\n`),
  'blocks in blocks': nested(20_000, needs('X')),
};

for (const [title, text] of Object.entries(DEEP)) {
  test(`what is too deep counts as possible, and is told: ${title}`, () =>
    withTree(`${TOP}//- mm/Kconfig\n${text}${arch('a', '')}`, ({ root }) => {
      const [first] = zoneDeviceArches(filesBelow(root));
      assert.equal(first?.zoneDevice, true);
      assert.deepEqual(first.inPart, [
        {
          path: 'mm/Kconfig',
          why: 'what ZONE_DEVICE depends on nests too deep; what was not followed counts as possible',
        },
      ]);
    }));
}

test('files that bring in one another without end', () => {
  const file = (at: number): string => `//- mm/Kconfig${String(at)}\nsource "mm/Kconfig${String(at + 1)}"\n`;
  const files = Array.from({ length: 300 }, (_, at) => file(at)).join('');
  const text = `${TOP}//- mm/Kconfig\n${needs('X')}source "mm/Kconfig0"\n${files}${arch('a', '')}`;
  return withTree(text, ({ root }) => {
    const [first] = zoneDeviceArches(filesBelow(root));
    assert.deepEqual(first?.inPart, [{ path: 'mm/Kconfig99', why: 'the files that bring it in go too deep' }]);
  });
});

test('the reason why an arch cannot stops after some steps', async () => {
  const text = chain(200, (name, next) => `config ${name}\n\tbool "x"\n\tdepends on ${next}\n`);
  const last = `config L200\n\tbool\n`;
  const [why] = await answers(`${TOP}//- mm/Kconfig\n${needs('L0')}${text}${last}${arch('a', '')}`);
  assert.match(why ?? '', /^a: L\d+ cannot be set on a$/);
});

for (const [release, able] of [
  ['6.12', ['arm64', 'loongarch', 'powerpc', 'riscv', 'x86']],
  ['6.1', ['arm64', 'powerpc', 'x86']],
] as const) {
  const { root, skip = false } = kernelTree(release);
  test(`arches of the ${release} tree`, { skip }, () => {
    const all = zoneDeviceArches(filesBelow(root ?? ''));
    assert.deepEqual(
      all.filter(({ zoneDevice }) => zoneDevice).map((one) => one.arch),
      able,
    );
    assert.equal(all.length, release === '6.1' ? 22 : 21);
    assert.equal(all.find((one) => one.arch === 's390')?.why, 'ARCH_HAS_PTE_DEVMAP is selected by nothing on s390');
  });
}
