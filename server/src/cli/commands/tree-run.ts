import type { TreeOptions } from '../../project/options.js';
import type { ReportName, Reports } from '../../print/formats.js';
import type { Release } from '@pageref/shared';
import { cacheFolder } from '../cache-folder.js';
import { UsageError } from '../io.js';
import type { Engine, Io } from '../io.js';
import type { KernelBeside } from '../../project/kernel-beside.js';
import type { AskOfRelease } from '../../runs/each-release.js';
import { openOutput } from '../output.js';
import { printReport } from '../print-report.js';
import { progressLine } from '../progress.js';
import { absolute, quoted } from '../readers.js';
import type { Options } from '../types.js';
import { tell } from '../tell.js';

/**
 * What every command with a report of a tree does: the output is opened first, the engine runs under a progress line, and
 * only a finished report is written.
 * @param name the report that `ask` gives, as the registry of formats knows it
 */
export async function runOverTree<Name extends ReportName>(
  io: Io,
  paths: readonly string[],
  options: Options,
  name: Name,
  ask: (engine: Engine, common: TreeOptions) => Promise<Reports[Name]>,
): Promise<Reports[Name]> {
  const output = await openOutput(io, options.output);
  const report = await withProgress(io, paths, options, ask);
  const text = await printReport(io, name, report, options);
  await output.write(text);
  return report;
}

/** Formats whose text is one document. */
const ONE_DOCUMENT: readonly (string | undefined)[] = ['html', 'sarif'];

/**
 * The same for paths of one or several trees: each tree is judged by its own release, and has a report of its own. They are
 * written one after the other, in the order in which the command line names the trees.
 */
export async function runOverTrees<Name extends ReportName>(
  io: Io,
  paths: readonly string[],
  options: Options,
  name: Name,
  ask: (engine: Engine, common: TreeOptions) => Promise<Reports[Name]>,
): Promise<readonly Reports[Name][]> {
  if (paths.length < 2) return [await runOverTree(io, paths, options, name, ask)];
  const output = await openOutput(io, options.output);
  const reports = await withProgress(io, paths, options, async (engine, common) => {
    const trees = engine.treesOf(common.paths);
    if (trees.length > 1 && ONE_DOCUMENT.includes(options.format)) {
      throw new UsageError(`--format ${options.format ?? ''} shows one tree`, 'Give the paths of one tree at a time.');
    }
    const found: Reports[Name][] = [];
    for (const some of trees) found.push(await ask(engine, { ...common, paths: some }));
    return found;
  });
  const texts: Uint8Array[] = [];
  for (const report of reports) texts.push(Buffer.from(await printReport(io, name, report, options)));
  await output.write(Buffer.concat(texts));
  return reports;
}

export async function withProgress<Report>(
  io: Io,
  paths: readonly string[],
  options: Options,
  ask: (engine: Engine, common: TreeOptions) => Promise<Report>,
): Promise<Report> {
  const progress = progressLine(io, options);
  try {
    const engine = await io.loadEngine();
    const common = { ...treeOptions(io, paths, options, progress.update), ...kernelOf(io, engine, options) };
    if (options.verbose) tellCacheTrouble(io, engine, common);
    return await ask(engine, common);
  } finally {
    progress.clear();
  }
}

/** The kernels of --tree. Throws for one whose release --kernel does not name, and for two of one release. */
export function kernelsOf(io: Io, engine: Engine, { tree = [], kernel }: Options): readonly KernelBeside[] {
  const found = tree.map((path) => engine.kernelAt(absolute(io.cwd, path)));
  for (const [at, { root, release }] of found.entries()) {
    if (kernel && !kernel.includes(release)) {
      const hint = `Name it with --kernel, or give --tree a kernel of ${kernel.join(' or ')}.`;
      throw new UsageError(`--tree: ${quoted(root)} is Linux ${release}, which --kernel does not name`, hint);
    }
    const same = found.slice(0, at).find((one) => one.release === release);
    if (same) {
      const both = `${quoted(same.root)} and ${quoted(root)}`;
      throw new UsageError(`--tree: ${both} are both Linux ${release}`, 'Give one kernel for each release.');
    }
  }
  return found;
}

/** The releases to judge by: those of --kernel, or those of the kernels of --tree. */
export interface AskedReleases {
  readonly releases: readonly Release[];
  readonly kernels: readonly KernelBeside[];
}

export function releasesOf(io: Io, engine: Engine, options: Options): AskedReleases {
  const kernels = kernelsOf(io, engine, options);
  return { releases: options.kernel ?? kernels.map(({ release }) => release), kernels };
}

/** One run, or one for each of several releases, with what its kernel says where one was given. */
export function byReleases<Report>(
  { releases, kernels }: AskedReleases,
  common: TreeOptions,
  together: (
    releases: readonly Release[],
    options: Pick<TreeOptions, 'cache'>,
    ask: AskOfRelease<Report>,
  ) => Promise<Report>,
  ask: (one: TreeOptions) => Promise<Report>,
): Promise<Report> {
  if (releases.length < 2) return ask(common);
  const { kernel: _one, ...rest } = common;
  return together(releases, common, (one) => {
    const built = kernels.find(({ release }) => release === one.release);
    return ask({ ...rest, ...one, ...(built && { kernel: built.root }) });
  });
}

function kernelOf(io: Io, engine: Engine, options: Options): Pick<TreeOptions, 'kernel'> {
  const [only] = kernelsOf(io, engine, options);
  return only ? { kernel: only.root } : {};
}

/** A cache that is not used costs time only, so it is told to those who want to know everything. */
function tellCacheTrouble(io: Io, engine: Engine, { cache }: TreeOptions): void {
  const why = cache === undefined ? undefined : engine.cacheTrouble(cache);
  if (cache !== undefined && why !== undefined) tell(io, `the cache ${quoted(cache)} is not used: ${why}`);
}

/** Absolute paths of --model. */
export function modelFiles(io: Io, { model = [] }: Options): string[] {
  return model.map((path) => absolute(io.cwd, path));
}

function treeOptions(
  io: Io,
  paths: readonly string[],
  options: Options,
  onProgress: TreeOptions['onProgress'],
): TreeOptions {
  const cache = cacheFolder(io, options);
  return {
    paths: paths.map((path) => absolute(io.cwd, path)),
    jobs: options.jobs ?? io.cores,
    ...(options.model === undefined ? {} : { models: modelFiles(io, options) }),
    ...(options.kernel?.length === 1 && { release: options.kernel[0] as Release }),
    ...(options.define && { defines: options.define }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(cache === undefined ? {} : { cache }),
  };
}
