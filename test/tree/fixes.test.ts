import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fix, Site } from '@pageref/shared';
import { applyEdits } from '@pageref/shared';
import { audit } from 'pageref/dist/runs/index.js';
import { archVerdict } from 'pageref/dist/kernel/arch.js';
import { JudgedMentions } from 'pageref/dist/rules/reserved/judged.js';
import { activate, checkFile } from 'pageref/dist/runs/check-file.js';
import { worldOf } from 'pageref/dist/runs/rule-world.js';
import { openSource } from 'pageref/dist/contracts/view-source.js';
import { ALL_RULES } from 'pageref/dist/rules/index.js';
import { fixesIn } from 'pageref/dist/runs/fix/fixes.js';
import { repairsIn } from 'pageref/dist/runs/fix/repairs.js';
import { fileDiff } from 'pageref/dist/project/patch.js';
import { openTree } from 'pageref/dist/project/tree.js';
import type { Tree } from 'pageref/dist/project/tree.js';
import { treeHeaders } from 'pageref/dist/kernel/headers.js';
import { filesBelow, readSource } from 'pageref/dist/vfs/index.js';
import { applyCheck } from '../support/git.js';
import { golden } from '../support/golden.js';
import { kernelTree } from '../support/kernel-tree.js';
import { auditAlone } from '../support/memory-tree.js';

const SETTLED: readonly string[] = ['handled', 'guarded', 'never-zone-device'];

for (const release of ['6.12', '6.1']) {
  const { root, skip } = kernelTree(release);

  test(
    `every fix offered on ${release} applies, settles its finding and brings no new one`,
    { skip: skip ?? false },
    async () => {
      const top = root ?? '';
      const tree = await openTree(top, undefined);
      const { sites } = await audit({ paths: [top], jobs: 2, verdicts: ['needs-zone-device'] });
      const lines: string[] = [];
      for (const path of [...new Set(sites.map((site) => site.path))]) {
        const text = textOf(top, path);
        const arch = archVerdict(tree, path, undefined);
        const found = fixesIn({ tree, headers: treeHeaders(filesBelow(top)), path, text, arch });
        assert.equal(found.length, sites.filter((site) => site.path === path).length);
        for (const { site, fixes, why } of found) {
          lines.push(
            `${path}: ${site.function}: ${site.impact ?? ''}`,
            ...fixes.map(lineOf),
            ...(why === '' ? [] : [`  none: ${why}`]),
          );
          for (const fix of fixes) checkFix(tree, { top, path, text }, site, fix);
        }
      }
      golden(`tree/golden/fixes-${release}.txt`, `${lines.join('\n')}\n`);
    },
  );
}

/** Files of 6.12 with findings about references that can be repaired; each fix was read against the code. */
const REPAIRED_IN_6_12 = [
  'arch/x86/hyperv/ivm.c',
  'drivers/gpu/drm/ttm/ttm_tt.c',
  'drivers/video/fbdev/ssd1307fb.c',
  'fs/afs/file.c',
  'fs/vboxsf/file.c',
  'kernel/power/snapshot.c',
  'mm/hwpoison-inject.c',
];

test('what is offered for findings about references in 6.12', { skip: kernelTree('6.12').skip ?? false }, async () => {
  const top = kernelTree('6.12').root ?? '';
  const tree = await openTree(top, undefined);
  const headers = treeHeaders(filesBelow(top));
  const lines = REPAIRED_IN_6_12.flatMap((path) => {
    const text = textOf(top, path);
    const found = repairsIn({ tree, headers, path, text, arch: archVerdict(tree, path, undefined) });
    assert.ok(found.length > 0, path);
    for (const { fixes } of found) {
      for (const { edits, title } of fixes)
        assert.equal(applyCheck(top, fileDiff(path, text, applyEdits(text, edits))), '', `${path}: ${title}`);
    }
    return found.flatMap(({ finding, fixes, why }) => [
      `${path}: ${finding.function}: ${finding.rule}`,
      ...fixes.map(lineOf),
      ...(why === '' ? [] : [`  none: ${why}`]),
    ]);
  });
  golden('tree/golden/repairs-6.12.txt', `${lines.join('\n')}\n`);
});

function textOf(root: string, path: string): string {
  const source = readSource(root, path);
  assert.ok('text' in source, path);
  return source.text;
}

function lineOf({ id, kind, preferred, title, includes }: Fix): string {
  const included = includes.map((header) => `; includes ${header}`).join('');
  return `  ${id}, ${preferred ? 'preferred' : kind}: ${title}${included}`;
}

interface File {
  readonly top: string;
  readonly path: string;
  readonly text: string;
}

function checkFix(tree: Tree, { top, path, text }: File, site: Site, fix: Fix): void {
  const after = applyEdits(text, fix.edits);
  assert.equal(applyCheck(top, fileDiff(path, text, after)), '', `${path}: ${fix.title}`);
  const arch = archVerdict(tree, path, undefined);
  const [was, is] = [auditAlone(tree, path, text, arch), auditAlone(tree, path, after, arch)];
  const here = ({ sites }: typeof was): string[] =>
    sites.filter((one) => one.function === site.function && one.form === site.form).map(({ verdict }) => verdict);
  const elsewhere = ({ sites }: typeof was): string[] =>
    sites.filter((one) => one.function !== site.function).map((one) => `${one.function} ${one.verdict}`);
  assert.ok(
    here(is).every((verdict) => SETTLED.includes(verdict)),
    `${path}: ${fix.title}: ${here(is).join()}`,
  );
  assert.deepEqual(elsewhere(is), elsewhere(was), 'nothing else changes its verdict');
  assert.deepEqual(is.notAnalysed, []);
  checkRules(tree, { top, path, text }, after, fix);
  const again = fixesIn({ tree, headers: treeHeaders(filesBelow(top)), path, text: after, arch });
  assert.ok(
    again.every((one) => one.site.function !== site.function),
    'there is nothing left to fix',
  );
}

/** After a safe fix no rule finds more in the whole file than it did before; what needs a look says what to look at. */
function checkRules(tree: Tree, { path, text }: File, after: string, fix: Fix): void {
  if (fix.kind !== 'safe') return;
  const world = worldOf(tree);
  const found = (source: string): Map<string, number> => {
    const file = openSource(path, source, tree.tools);
    const arch = archVerdict(tree, path, undefined);
    const { findings } = checkFile({
      file,
      reserved: new JudgedMentions(file, { deviceKinds: tree.deviceKinds, arch }),
      rules: activate(ALL_RULES, world),
      world,
      arch,
    });
    const counts = new Map<string, number>();
    for (const { rule, severity } of findings) {
      const key = `${rule} ${severity}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  const before = found(text);
  for (const [key, count] of found(after)) assert.ok(count <= (before.get(key) ?? 0), `${path}: ${fix.title}: ${key}`);
}
