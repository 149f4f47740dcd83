import { applyEdits } from '@pageref/shared';
import type { Fix } from '@pageref/shared';
import { archVerdict } from 'pageref/dist/kernel/arch.js';
import { audit } from 'pageref/dist/runs/audit.js';
import { check } from 'pageref/dist/runs/check.js';
import { faultOf } from 'pageref/dist/runs/fix/fault.js';
import { fixesIn } from 'pageref/dist/runs/fix/fixes.js';
import { REPAIRED_RULES, repairsIn } from 'pageref/dist/runs/fix/repairs.js';
import { openTree } from 'pageref/dist/project/tree.js';
import { treeHeaders } from 'pageref/dist/kernel/headers.js';
import { filesBelow, readSource } from 'pageref/dist/vfs/index.js';
import { kernelTree } from '../support/kernel-tree.js';
import { installPackages, KernelBuild, TARGETS } from './kernel-build.js';
import type { Target } from './kernel-build.js';

/**
 * Compiles the object of every file that has a finding, as it is and after each fix that is offered, for x86 and powerpc.
 * A fix must bring no warning and no error, and the object must still be there.
 */
const RELEASE = '6.12';

interface FixedFile {
  readonly path: string;
  readonly text: string;
  readonly fixes: readonly { readonly line: number; readonly fix: Fix }[];
}

async function filesToFix(root: string): Promise<FixedFile[]> {
  const tree = await openTree(root, undefined);
  const headers = treeHeaders(filesBelow(root));
  const { sites } = await audit({ paths: [root], jobs: 2, verdicts: ['needs-zone-device'] });
  const { findings } = await check({ paths: [root], jobs: 2, rules: REPAIRED_RULES });
  const paths = new Set([...sites, ...findings].map(({ path }) => path));
  return [...paths].flatMap((path) => {
    if (!TARGETS.some((target) => isFor(target, path))) return [];
    const source = readSource(root, path);
    if ('why' in source) throw new Error(`${path}: ${source.why}`);
    const { text } = source;
    const given = { tree, headers, path, text, arch: archVerdict(tree, path, undefined) };
    const found = [...fixesIn(given), ...repairsIn(given)];
    const fixes = found.flatMap((one) => one.fixes.map((fix) => ({ line: faultOf(one).line, fix })));
    return fixes.length > 0 ? [{ path, text, fixes }] : [];
  });
}

/** Files of an architecture are built for it alone. */
function isFor({ arch }: Target, path: string): boolean {
  const own = /^arch\/([^/]+)\//.exec(path)?.[1];
  return own === undefined || own === arch;
}

/** Problems of all fixes of a file on one target, and how many objects were built. */
async function compileFixes(
  build: KernelBuild,
  target: Target,
  { path, text, fixes }: FixedFile,
): Promise<{ readonly objects: number; readonly problems: readonly string[] }> {
  const before = await build.compile(target, path);
  if (!before.built) {
    console.log(`  ${target.arch}  ${path}: not part of this configuration`);
    return { objects: 0, problems: [] };
  }
  const problems: string[] = [];
  for (const { line, fix } of fixes) {
    build.write(path, applyEdits(text, fix.edits));
    const after = await build.compile(target, path);
    const fresh = after.said.filter((said) => !before.said.includes(said));
    const bad = [...fresh, ...(after.built ? [] : ['no object was built'])];
    console.log(
      `  ${target.arch}  ${path}:${String(line)}  ${fix.id}: ${bad.length === 0 ? 'compiles' : bad.join('; ')}`,
    );
    problems.push(...bad.map((why) => `${target.arch}: ${path}:${String(line)}: ${fix.title}: ${why}`));
  }
  build.restore(path);
  return { objects: fixes.length + 1, problems };
}

async function main(): Promise<number> {
  const { root, skip } = kernelTree(RELEASE);
  if (root === undefined) throw new Error(skip);
  installPackages();
  const files = await filesToFix(root);
  const build = new KernelBuild(root, RELEASE);
  const [problems, built]: [string[], Set<string>] = [[], new Set()];
  let objects = 0;
  for (const target of TARGETS) {
    const start = performance.now();
    await build.configure(target);
    for (const file of files.filter(({ path }) => isFor(target, path))) {
      const result = await compileFixes(build, target, file);
      objects += result.objects;
      problems.push(...result.problems);
      if (result.objects > 0) built.add(file.path);
    }
    console.log(`${target.arch}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  const never = files.filter(({ path }) => !built.has(path)).map(({ path }) => `${path}: built for no target`);
  const fixes = files.reduce((sum, file) => sum + file.fixes.length, 0);
  console.log(`${String(fixes)} fixes in ${String(files.length)} files, ${String(objects)} objects compiled`);
  for (const problem of [...problems, ...never]) console.log(`problem: ${problem}`);
  return problems.length + never.length === 0 ? 0 : 1;
}

process.exitCode = await main();
