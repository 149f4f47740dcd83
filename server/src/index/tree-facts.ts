import type { TreeFact, TreeFacts, TreeHelper, TreePlace } from '@pageref/shared';
import { listFolder, readSource } from '../vfs/disk.js';
import { comparePaths } from '../vfs/path.js';
import { blankNonCode, functionBodies, lineAt } from './c-text.js';

/** Helpers whose presence tells what idioms a tree has. */
export const HELPERS: readonly string[] = [
  'folio_is_device_coherent',
  'folio_is_device_private',
  'folio_is_fsdax',
  'folio_is_longterm_pinnable',
  'folio_is_pci_p2pdma',
  'folio_is_zone_device',
  'is_device_coherent_page',
  'is_device_private_page',
  'is_device_public_page',
  'is_fsdax_page',
  'is_longterm_pinnable_page',
  'is_pci_p2pdma_page',
  'is_zone_device_page',
  'page_pgmap',
  'pfn_to_online_page',
  'pfn_valid',
  'put_devmap_managed_page',
];

const HEADERS = ['mm', 'mmzone', 'memremap', 'page-flags', 'memory_hotplug'].map((name) => `include/linux/${name}.h`);
const INIT_FILES = ['mm/mm_init.c', 'mm/page_alloc.c', 'mm/memremap.c'];
const INIT_FUNCTIONS = ['__init_zone_device_page', 'memmap_init_zone_device'];
const SETS_RESERVED = /\b(?:__)?(?:SetPageReserved|folio_set_reserved)\b|\bset_bit\s*\(\s*PG_reserved\b/;
/** vm_normal_page() itself, and the functions that have held its body in other releases. */
const NORMAL_PAGE = ['vm_normal_page', '_vm_normal_page', '__vm_normal_page'];
const DAX_FILES = [
  'fs/dax.c',
  'fs/ext2/file.c',
  'fs/ext4/file.c',
  'fs/xfs/xfs_file.c',
  'fs/erofs/data.c',
  'drivers/dax/device.c',
];
/** Setting the flag, in an assignment or a vm_flags_set() call; a test of it has `&` in front. */
const SETS_MIXEDMAP = /(?:\|=|\w*set\w*\s*\()[^;{}&]*\bVMA?_MIXEDMAP(?:_BIT)?\b/g;

/** True for a file the facts are read from: when it changes they have to be read anew. */
export function isFactFile(path: string): boolean {
  return [...HEADERS, ...INIT_FILES, 'mm/memory.c', ...DAX_FILES].includes(path) || /^fs\/[^/]+\/dax\.c$/.test(path);
}

/** Reads the facts from the tree's own files; those whose file is missing are left out. Never throws. */
export async function readTreeFacts(root: string, names: readonly string[] = HELPERS): Promise<TreeFacts> {
  const files = new Map<string, string | undefined>();
  const code: Code = (path) => {
    if (!files.has(path)) {
      const source = readSource(root, path);
      files.set(path, 'text' in source ? blankNonCode(source.text) : undefined);
    }
    return files.get(path);
  };
  const facts = {
    memoryTypes: memoryTypes(code),
    marksZoneDeviceReserved: marksReserved(code),
    helpers: helpers(code, names),
    vmNormalPageDropsDevmap: dropsDevmap(code),
    daxMixedMap: mixedMaps(code, [...DAX_FILES, ...(await folderDaxFiles(root))]),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}

/** Blanked text of a file, or undefined when it can't be read. */
type Code = (path: string) => string | undefined;

function memoryTypes(code: Code): TreeFact<readonly string[]> | undefined {
  const path = 'include/linux/memremap.h';
  const text = code(path);
  const match = text === undefined ? null : /\benum\s+memory_type\s*\{([^}]*)\}/.exec(text);
  if (text === undefined || !match) return undefined;
  const value = (match[1] ?? '').split(',').flatMap((entry) => /^[\s#]*([A-Za-z_]\w*)/.exec(entry)?.[1] ?? []);
  return { value, path, line: lineAt(text, match.index) };
}

function marksReserved(code: Code): TreeFact<boolean> | undefined {
  let plain: TreeFact<boolean> | undefined;
  for (const path of INIT_FILES) {
    const text = code(path);
    if (text === undefined) continue;
    for (const { nameAt, start, end } of INIT_FUNCTIONS.flatMap((name) => functionBodies(text, name))) {
      const at = text.slice(start, end).search(SETS_RESERVED);
      if (at >= 0) return { value: true, path, line: lineAt(text, start + at) };
      plain ??= { value: false, path, line: lineAt(text, nameAt) };
    }
  }
  return plain;
}

function helpers(code: Code, names: readonly string[]): TreeHelper[] | undefined {
  const found = new Map<string, TreeHelper>();
  const wanted = names.filter((name) => /^\w+$/.test(name));
  let readAny = false;
  for (const path of HEADERS) {
    const text = code(path);
    if (text === undefined) continue;
    readAny = true;
    for (const helper of declared(text, wanted, path)) if (!found.has(helper.name)) found.set(helper.name, helper);
  }
  return readAny ? [...found.values()].sort((a, b) => comparePaths(a.name, b.name)) : undefined;
}

/** Declarations, definitions and macros; kernel style starts them in column 0 and indents every call. */
function declared(text: string, names: readonly string[], path: string): TreeHelper[] {
  if (names.length === 0) return [];
  const pattern = `^(?:#[ \\t]*define[ \\t]+|[A-Za-z_][^\\n;={}()]*[ \\t*])?(${names.join('|')})[ \\t]*\\(`;
  return [...text.matchAll(new RegExp(pattern, 'gm'))].map((match) => ({
    name: match[1] ?? '',
    path,
    line: lineAt(text, match.index),
  }));
}

function dropsDevmap(code: Code): TreeFact<boolean> | undefined {
  const path = 'mm/memory.c';
  const text = code(path);
  if (text === undefined) return undefined;
  const bodies = NORMAL_PAGE.flatMap((name) => functionBodies(text, name));
  for (const { start, end } of bodies) {
    const at = text.slice(start, end).search(/\bpte_devmap\b/);
    if (at >= 0) return { value: true, path, line: lineAt(text, start + at) };
  }
  const first = bodies[0];
  return first && { value: false, path, line: lineAt(text, first.nameAt) };
}

function mixedMaps(code: Code, paths: readonly string[]): TreePlace[] | undefined {
  const texts = [...new Set(paths)].sort(comparePaths).map((path) => ({ path, text: code(path) }));
  if (texts.every(({ text }) => text === undefined)) return undefined;
  return texts.flatMap(({ path, text = '' }) =>
    [...text.matchAll(SETS_MIXEDMAP)].map((match) => ({ path, line: lineAt(text, match.index + match[0].length) })),
  );
}

/** fs/<filesystem>/dax.c of every file system. */
async function folderDaxFiles(root: string): Promise<string[]> {
  const listing = await listFolder(root, 'fs');
  return 'why' in listing ? [] : listing.folders.map((name) => `fs/${name}/dax.c`);
}
