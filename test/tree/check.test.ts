import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { check } from 'pageref/dist/runs/index.js';
import { kernelTree } from '../support/kernel-tree.js';

/** The rules on whole kernels: against an expert's table where there is one, and that the rest keeps quiet. */

const tree612 = kernelTree('6.12');
const tree61 = kernelTree('6.1');

interface CallRow {
  readonly key: string;
  readonly role: string;
}

function readCalls(): CallRow[] {
  const file = new URL('../../data/truth/callers-6.12.tsv', import.meta.url);
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [path = '', at = '', , wrapper = '', role = ''] = line.split('\t');
    return { key: `${path}:${at} ${wrapper}`, role };
  });
}

test('the calls of wrappers in 6.12 agree with the expert', { skip: tree612.skip ?? false }, async (t) => {
  const { findings } = await check({ paths: [tree612.root ?? ''], jobs: 2, rules: ['reserved-wrapper'] });
  const found = new Map(findings.map((one) => [`${one.path}:${one.line} ${one.wrapper ?? ''}`, one.role]));
  const rows = readCalls();
  const missing = rows.filter(({ key }) => !found.has(key));
  const wrong = rows.filter(({ key, role }) => found.has(key) && found.get(key) !== role);
  const known = new Set(rows.map(({ key }) => key));
  const extra = [...found.keys()].filter((key) => !known.has(key));
  t.diagnostic(
    `6.12: ${rows.length - missing.length} of ${rows.length} calls found, ${wrong.length} with another role, ${extra.length} that the expert does not have`,
  );
  for (const { key, role } of [...missing, ...wrong]) t.diagnostic(`${key}: ${role}, not ${found.get(key) ?? 'found'}`);
  assert.ok(missing.length <= 0.05 * rows.length);
  assert.ok(wrong.length <= 0.1 * rows.length);
  assert.ok(extra.length <= 0.1 * rows.length);
});

/** The warnings of the two headline rules, each of which was read against the code. */
const WARNINGS: readonly (readonly [typeof tree612, readonly string[]])[] = [
  [
    tree612,
    [
      'arch/powerpc/kvm/book3s_64_mmu_hv.c kvmppc_book3s_hv_page_fault',
      'arch/powerpc/kvm/book3s_64_mmu_radix.c kvmppc_book3s_instantiate_page',
      'drivers/vfio/vfio_iommu_type1.c put_pfn',
    ],
  ],
  [
    tree61,
    [
      'arch/powerpc/kvm/book3s_64_mmu_hv.c kvmppc_book3s_hv_page_fault',
      'arch/powerpc/kvm/book3s_64_mmu_radix.c kvmppc_book3s_instantiate_page',
      'drivers/vfio/vfio_iommu_type1.c put_pfn',
    ],
  ],
];

for (const [tree, expected] of WARNINGS) {
  test(
    `imbalances of ${tree.root ?? 'a kernel'}: the known ones and no others`,
    { skip: tree.skip ?? false },
    async () => {
      const { findings } = await check({ paths: [tree.root ?? ''], jobs: 2, rules: ['imbalanced-for-zone-device'] });
      assert.deepEqual(
        findings.map((one) => `${one.path} ${one.function}`),
        expected,
      );
    },
  );
}
