import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TEST_FOLDER } from '../support/golden.js';
import { parseMarked } from '../support/markers.js';
import type { Random } from './random.js';

/** Texts to begin with: the fixtures of the rules, and a small tree they are put into. */

/** C files, each with what it is called in a tree. */
export const SOURCES: readonly { readonly path: string; readonly text: string }[] = readdirSync(
  join(TEST_FOLDER, 'fixtures'),
)
  .filter((name) => name.endsWith('.c'))
  .flatMap((name) => parseMarked(readFileSync(join(TEST_FOLDER, 'fixtures', name), 'utf8')))
  .map(({ path, text }) => ({ path, text }));

/** What makes a folder a kernel tree of 6.12 in which everything that is read of a tree is there. */
export const TREE: Readonly<Record<string, string>> = {
  Makefile: 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\nEXTRAVERSION =\n',
  Kconfig: 'source "arch/$(SRCARCH)/Kconfig"\nsource "mm/Kconfig"\n',
  'arch/x86/Kconfig': 'config X86\n\tdef_bool y\n\tselect ARCH_HAS_PTE_DEVMAP\n',
  'arch/mips/Kconfig': 'config MIPS\n\tdef_bool y\n',
  'mm/Kconfig':
    'config ARCH_HAS_PTE_DEVMAP\n\tbool\nconfig ZONE_DEVICE\n\tbool "z"\n\tdepends on ARCH_HAS_PTE_DEVMAP\n',
  MAINTAINERS: 'MEMORY\nM:\tA Person <a@example.org>\nF:\tmm/\n\nVIRT\nF:\tvirt/*/\nN:\tkvm\n',
  'include/linux/memremap.h': 'enum memory_type {\n\tMEMORY_DEVICE_PRIVATE = 1,\n\tMEMORY_DEVICE_FS_DAX,\n};\n',
};

export function writeTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Some of the sources under their own paths. */
export function someSources(random: Random, count: number): Record<string, string> {
  return Object.fromEntries(random.some(count, SOURCES).map(({ path, text }) => [path, text]));
}

/** Names of files that steer a terminal, turn text round, or end a line, a cell, a tag or a string of a report. */
export const HOSTILE_PARTS: readonly string[] = [
  ...['\u001b[31m', '\u001b]0;title\u0007', '\u009b2J', '\u007f', '\u0085', '\u0001'],
  ...['\u202e', '\u2066', '\u2069', '\u200f', '\u061c', '\u2028', '\ufeff'],
  ...['\n', '\t', '\r', ' ', '"', "'", '`', '\\', '|', '<', '>', '&', '*', '[x](command:rm)', '<img src=x onerror=x>'],
  ...['%2e%2e', '$(id)', ';id', '-rf', '__proto__', 'constructor', '..', '#', '?', ':', 'é', '𝔘', '文'],
];

/** A file name of such parts: not empty, no folder, and short enough for any file system. */
export function hostileName(random: Random): string {
  const name = Array.from({ length: 1 + random.below(5) }, () =>
    random.chance(0.6) ? random.pick(HOSTILE_PARTS) : random.pick(['a', 'b', 'page', '1']),
  ).join('');
  return name.replaceAll('/', '_').slice(0, 50) + random.pick(['x', 'y', 'z']);
}
