import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { audit } from 'pageref/dist/runs/index.js';
import { openSource } from 'pageref/dist/contracts/view-source.js';
import { openTree } from 'pageref/dist/project/tree.js';
import type { SourceFile } from 'pageref/dist/contracts/source-file.js';
import { kernelTree } from '../support/kernel-tree.js';

const tree612 = kernelTree('6.12');

/** Large files full of pages, whether or not they mention the reserved bit. */
const PAGE_CODE = [
  'drivers/vfio/vfio_iommu_type1.c',
  'fs/dax.c',
  'mm/gup.c',
  'mm/huge_memory.c',
  'mm/memory.c',
  'mm/memremap.c',
  'virt/kvm/kvm_main.c',
];

/** Functions whose flow may stop at the bound on visits, as "path name", each with the reason. */
const INCOMPLETE: ReadonlyMap<string, string> = new Map();

/** What one function is asked for; both must give an answer, whatever the function. */
function analyse(file: SourceFile, name: string): { functions: number; problems: string[] } {
  const problems: string[] = [];
  const functions = file.table.find(name);
  for (const fn of functions) {
    try {
      const { flow } = file.analysis.analyse(fn);
      file.analysis.contractOf(name);
      const excused = INCOMPLETE.has(`${file.path} ${name}`);
      // Where control may go ways that are not in the graph, the graph says why.
      if (!flow.complete && flow.cfg.uncertain === undefined && !excused)
        problems.push(`${file.path} ${name}: the flow is not complete`);
      if (flow.complete && excused) problems.push(`${file.path} ${name}: is complete now, take it off the list`);
    } catch (error) {
      problems.push(`${file.path} ${name}: ${String(error)}`);
    }
  }
  return { functions: functions.length, problems };
}

function functionNames(file: SourceFile): string[] {
  const named = file.items.filter((item) => !item.dead && item.name !== '');
  return [
    ...new Set(named.filter(({ kind }) => kind === 'function' || kind === 'define').map(({ name }) => name)),
  ].sort();
}

// The limit only guards against a hang: the files take a few seconds.
test(
  'every function of the page code of 6.12 is analysed',
  { skip: tree612.skip ?? false, timeout: 120_000 },
  async (t) => {
    const root = tree612.root ?? '';
    const [tree, report] = [await openTree(root, undefined), await audit({ paths: [root], jobs: 2 })];
    const paths = [...new Set([...report.sites.map((site) => site.path), ...PAGE_CODE])].sort();
    const problems: string[] = [];
    let functions = 0;
    for (const path of paths) {
      // The timer of the limit only runs when the analysis lets it.
      await setImmediate();
      const file = openSource(path, readFileSync(join(root, path), 'utf8'), tree.tools);
      for (const name of functionNames(file)) {
        const result = analyse(file, name);
        functions += result.functions;
        problems.push(...result.problems);
      }
    }
    t.diagnostic(`${String(functions)} functions of ${String(paths.length)} files`);
    assert.deepEqual(problems, []);
    assert.ok(functions > 3000, 'the tree was read');
  },
);
