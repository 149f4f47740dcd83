import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { archVerdict } from 'pageref/dist/kernel/arch.js';
import { openTree } from 'pageref/dist/project/tree.js';
import { analyseText } from 'pageref/dist/editor/incremental.js';
import type { TextAnalysis } from 'pageref/dist/editor/incremental.js';
import { kernelTree } from '../support/kernel-tree.js';

const { root, skip } = kernelTree('6.12');

/** A dozen files that test the bit, from small to large. */
const FILES = [
  'arch/powerpc/mm/pgtable.c',
  'arch/riscv/mm/init.c',
  'arch/x86/kvm/mmu/spte.c',
  'drivers/firmware/memmap.c',
  'drivers/virt/acrn/mm.c',
  'fs/proc/task_mmu.c',
  'kernel/power/snapshot.c',
  'mm/hugetlb_vmemmap.c',
  'mm/mempolicy.c',
  'mm/page_alloc.c',
  'mm/page_owner.c',
  'virt/kvm/kvm_main.c',
];

const anEdit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(1),
  typed: fc.constantFrom('', 'a', ' ', '\n', '{', '}', '(', ')', ';', '*', '"', '/', '#'),
});

test('real files: after random edits the findings are those from scratch', { skip: skip ?? false }, async () => {
  const tree = await openTree(root ?? '', undefined);
  const checkpoint = (): Promise<void> => Promise.resolve();
  let kept = 0;
  for (const [seed, path] of FILES.entries()) {
    const arch = archVerdict(tree, path, undefined);
    const analyse = (text: string, previous?: TextAnalysis): Promise<TextAnalysis> =>
      analyseText({ path, text, tree, arch, previous, checkpoint });
    let text = readFileSync(join(root ?? '', path), 'utf8');
    let analysis = await analyse(text);
    for (const { at, removed, typed } of fc.sample(anEdit, { numRuns: 8, seed })) {
      const start = Math.floor(at * text.length);
      text = text.slice(0, start) + typed + text.slice(start + removed);
      analysis = await analyse(text, analysis);
      kept += analysis.work.kept;
      const scratch = await analyse(text);
      assert.deepEqual(analysis.findings, scratch.findings, `${path} at ${String(start)}`);
      assert.deepEqual(analysis.notAnalysed, scratch.notAnalysed, path);
    }
  }
  assert.ok(kept > 50, `functions were taken over (${String(kept)})`);
});
