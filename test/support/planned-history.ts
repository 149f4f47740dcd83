import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestRepository } from './history.js';

/** A history on top of a real kernel, of commits whose effects are known: made for comparing what is said with what was done. */

/** What may be said of one commit: "came finding own_leak_1", a line each. */
export interface PlannedCommit {
  readonly id: string;
  readonly events: readonly string[];
}

/** Folders and files of a kernel that have most of what is told, and all that says what kernel it is. */
const PARTS = [
  'Kconfig',
  'MAINTAINERS',
  'Makefile',
  'arch/powerpc/kvm',
  'arch/x86/kvm',
  'drivers/dax',
  'drivers/vfio',
  'fs/dax.c',
  'include',
  'kernel/dma',
  'mm/Kconfig',
  'mm/compaction.c',
  'mm/gup.c',
  'mm/hmm.c',
  'mm/internal.h',
  'mm/memory-failure.c',
  'mm/memory.c',
  'mm/memory_hotplug.c',
  'mm/memremap.c',
  'mm/migrate_device.c',
  'mm/page_alloc.c',
  'virt',
];

/** Copies what is looked at of a kernel. */
export function copyParts(kernel: string, to: string): void {
  const kconfigs = readdirSync(join(kernel, 'arch'))
    .map((arch) => `arch/${arch}/Kconfig`)
    .filter((path) => existsSync(join(kernel, path)));
  for (const path of [...PARTS, 'arch/Kconfig', ...kconfigs]) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(kernel, path), join(to, path), { recursive: true, filter: isWanted });
  }
}

function isWanted(path: string): boolean {
  return statSync(path).isDirectory() || /\.[ch]$|\/(?:Kconfig[^/]*|Makefile|MAINTAINERS)$/.test(path);
}

/** Commits one by one, each with what has to be said of it. */
export function commitPlanned(repository: TestRepository, count: number): readonly PlannedCommit[] {
  const edit = new Edits(repository);
  return Array.from({ length: count }, (_, at) => {
    const kind = KINDS[at % KINDS.length] ?? moveLines;
    const { subject, events } = kind(edit, at);
    return { id: repository.commit(`${subject} (${at})`), events };
  });
}

/** Changes one in a hundred C files, in a way that means nothing, and gives how many. */
export function touchHundredth(repository: TestRepository): number {
  const paths = repository
    .git('ls-files', '*.c', '*.h')
    .trimEnd()
    .split('\n')
    .filter((_, at) => at % 100 === 50);
  for (const path of paths) new Edits(repository).prepend(path, '/* One in a hundred. */');
  return paths.length;
}

interface Done {
  readonly subject: string;
  readonly events: readonly string[];
}

type Kind = (edit: Edits, at: number) => Done;

class Edits {
  constructor(readonly repository: TestRepository) {}

  text(path: string): string {
    return readFileSync(join(this.repository.root, path), 'utf8');
  }

  prepend(path: string, line: string): void {
    this.repository.write(path, `${line}\n${this.text(path)}`);
  }

  append(path: string, text: string): void {
    this.repository.write(path, `${this.text(path)}\n${text}`);
  }

  rename(from: string, to: string): void {
    this.repository.git('mv', from, to);
  }
}

/** Files with a test or a finding, which commits move lines in and add to. */
const WITH_FINDINGS = [
  'drivers/dax/device.c',
  'mm/hmm.c',
  'arch/powerpc/kvm/book3s_hv_uvmem.c',
  'arch/x86/kvm/mmu/spte.c',
];
/** One that is renamed again and again, with all that is said of it. */
const RENAMED = 'virt/kvm/pfncache';

function ownFile(at: number): string {
  return `drivers/vfio/own_${at}.c`;
}

function realFile(at: number): string {
  return WITH_FINDINGS[Math.floor(at / KINDS.length) % WITH_FINDINGS.length] ?? '';
}

function leak(at: number): string {
  return `int own_leak_${at}(struct device *dev)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	clear_highpage(page);
	own_write(dev, PAGE_SIZE);
	return 0;
}
`;
}

function mended(text: string): string {
  return text.replace('\treturn 0;\n', '\t__free_page(page);\n\treturn 0;\n');
}

/** Every fourth can be called from anywhere and passes its answer on, so that it is a test in other words for whoever does. */
function reserved(at: number): string {
  const answers = Math.floor(at / KINDS.length) % 4 === 0;
  return `${answers ? 'int' : 'static void'} own_test_${at}(struct page *page)
{
	if (PageReserved(page))
		return${answers ? ' 0' : ''};
	put_page(page);${answers ? '\n\treturn 1;' : ''}
}
`;
}

function plantLeak(edit: Edits, at: number): Done {
  edit.repository.write(ownFile(at), leak(at));
  return { subject: 'Add a file with a leak', events: [`came finding own_leak_${at}`] };
}

function moveLines(edit: Edits, at: number): Done {
  edit.prepend(realFile(at), `/* Moved ${at}. */`);
  return { subject: 'Move the lines of a file', events: [] };
}

function renameOwn(edit: Edits, at: number): Done {
  edit.rename(ownFile(at - 2), ownFile(at - 2).replace('vfio/own', 'dax/renamed'));
  return { subject: 'Rename a file with a leak', events: [] };
}

function plantTest(edit: Edits, at: number): Done {
  edit.append(realFile(at), reserved(at));
  return { subject: 'Add a test to a file of the kernel', events: [`came test own_test_${at}`] };
}

function mendLeak(edit: Edits, at: number): Done {
  const path = ownFile(at - 4).replace('vfio/own', 'dax/renamed');
  edit.repository.write(path, mended(edit.text(path)));
  return { subject: 'Mend the leak', events: [`went finding own_leak_${at - 4}`] };
}

function guardTest(edit: Edits, at: number): Done {
  const path = realFile(at - 2);
  const before = reserved(at - 2);
  const guard = `\tif (is_zone_device_page(page))\n\t\treturn${before.startsWith('int') ? ' 1' : ''};\n`;
  edit.repository.write(path, edit.text(path).replace(before, before.replace('{\n', `{\n${guard}`)));
  return { subject: 'Ask for device pages first', events: [`changed test own_test_${at - 2}`] };
}

/** In every fourth turn: what rests on the code of other files is found out again. */
function changeHeader(edit: Edits, at: number): Done {
  if (Math.floor(at / KINDS.length) % 4 !== 0) return moveLines(edit, at);
  edit.prepend('include/linux/mm.h', `/* Changed ${at}. */`);
  return { subject: 'Change a header that all include', events: [] };
}

function renameReal(edit: Edits, at: number): Done {
  const turn = Math.floor(at / KINDS.length);
  edit.rename(turn === 0 ? `${RENAMED}.c` : `${RENAMED}_${turn}.c`, `${RENAMED}_${turn + 1}.c`);
  return { subject: 'Rename a file of the kernel', events: [] };
}

function dropTest(edit: Edits, at: number): Done {
  const path = realFile(at - 5);
  edit.repository.write(path, edit.text(path).replace(/\n(?:int|static void) own_test_\d+\([^}]*\}\n/, ''));
  return { subject: 'Drop a test', events: [`went test own_test_${at - 5}`] };
}

/** One behind the other, and again. */
const KINDS: readonly Kind[] = [
  plantLeak,
  moveLines,
  renameOwn,
  plantTest,
  mendLeak,
  guardTest,
  changeHeader,
  renameReal,
  dropTest,
  moveLines,
];
