import { byPlace, nearest, TOOL_VERSION } from '@pageref/shared';
import type { ApiUse, NotAnalysed, ResolvedModel, UsesReport } from '@pageref/shared';
import type { RememberingScanner } from '../../search/cached-scanner.js';
import type { FileMatch, ScanResult } from '../../search/scanner.js';
import { comparePaths, filesBelow, readSource } from '../../vfs/index.js';
import { checkRoot } from '../../project/check-root.js';
import { drain, firstFailure } from '../../search/work-queue.js';
import { judgedRelease } from '../../project/release-choice.js';
import type { JudgedRelease } from '../../project/release-choice.js';
import { withScanner } from '../../search/with-scanner.js';
import { CannotRun } from '../../project/options.js';
import type { UsesOptions } from '../../project/options.js';
import { userModelOf } from '../../project/user-model/load.js';
import { UnreadFiles } from '../../project/unread.js';
import type { UserModel } from '../../project/user-model/load.js';
import type { FileUses } from './file.js';

/** What is collected over the files of a run. */
interface Gathered {
  readonly uses: ApiUse[];
  readonly notAnalysed: NotAnalysed[];
  readonly unread: UnreadFiles;
  functions: number;
}

type AnalyseFile = (match: FileMatch, text: string) => FileUses;
type Model = typeof import('@pageref/shared/model');

/**
 * Lists every use of the page-reference APIs in a tree. The workers read the tree while this thread parses what they find.
 * Throws CannotRun where nothing can be done, and what `signal` is aborted with.
 */
export async function uses(options: UsesOptions): Promise<UsesReport> {
  checkRoot(options.root);
  const unread = new UnreadFiles(options.root);
  options.signal?.throwIfAborted();
  // This thread parses all the time, so it is one of the jobs.
  return await withScanner({ ...options, jobs: Math.max(1, options.jobs - 1) }, async (scanner) => {
    const model = await import('@pageref/shared/model');
    const found = judgedRelease(filesBelow(options.root), options.release);
    const userModel = await userModelOf(options.root, options.models);
    const resolved = model.resolveWith(found.judgedBy, userModel.entries);
    const names = namesOf(model, resolved, options.apis);
    const gathered: Gathered = { uses: [], notAnalysed: [], unread, functions: 0 };
    const scan = await gatherUses(options, scanner, resolved, names, gathered);
    return report(options, { ...found, userModel }, scan, gathered);
  });
}

/** The names asked for, or every page-reference API of the release; those that only tell what a page is are left out. */
function namesOf(model: Model, resolved: ResolvedModel, asked: readonly string[]): readonly string[] {
  for (const name of asked) checkName(model, resolved, name);
  if (asked.length > 0) return asked;
  const names = new Set([...model.API_ENTRIES, ...resolved.user].map((entry) => entry.name));
  return [...names].filter((name) => resolved.entries.has(name));
}

function checkName(model: Model, resolved: ResolvedModel, name: string): void {
  if (resolved.entries.has(name)) return;
  const ranges = model
    .rangesOf(name, resolved.user)
    .map(({ range: { since, until } }) => (until ? `${since} to before ${until}` : `${since} on`));
  if (ranges.length > 0)
    throw new CannotRun(`there is no ${name} in ${resolved.release}: it is there from ${ranges.join(', ')}`);
  const near = nearest(name, resolved.entries.keys());
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'without --api every name is listed';
  throw new CannotRun(`the model knows no "${name}": ${hint}`);
}

async function gatherUses(
  options: UsesOptions,
  scanner: RememberingScanner,
  resolved: ResolvedModel,
  names: readonly string[],
  gathered: Gathered,
): Promise<ScanResult> {
  const { apiTable } = await import('./facts.js');
  const table = apiTable(resolved, names);
  const found: FileMatch[] = [];
  const scanning = scanner.scan({
    names: [...table.words],
    onMatch: (match) => found.push(match),
    onProgress: options.onProgress,
    signal: options.signal,
  });
  const analyse = await firstFailure(scanning, makeAnalyse(resolved, table));
  const work = (match: FileMatch): void => {
    const source = readSource(options.root, match.path);
    if ('why' in source) gathered.unread.add([{ path: match.path, why: source.why }]);
    else gather(analyse(match, source.text), gathered);
  };
  const scan = await drain(found, scanning, work, options);
  gathered.unread.add(scan.unreadable);
  return scan;
}

/** The parser loads while the workers read. */
async function makeAnalyse(
  resolved: ResolvedModel,
  table: ReturnType<(typeof import('./facts.js'))['apiTable']>,
): Promise<AnalyseFile> {
  const [{ fileUses }, { createCReader }, { openParser }] = await Promise.all([
    import('./file.js'),
    import('../../syntax/index.js'),
    import('../../project/open-parser.js'),
  ]);
  const reader = createCReader({ parser: await openParser(), syntax: resolved.syntax });
  return ({ path, names }, text) => fileUses(path, text, names, table, reader);
}

function gather(result: FileUses, into: Gathered): void {
  into.uses.push(...result.uses);
  into.notAnalysed.push(...result.notAnalysed);
  into.functions += result.functions;
}

function report(
  options: UsesOptions,
  found: JudgedRelease & { readonly userModel: UserModel },
  scan: ScanResult,
  gathered: Gathered,
): UsesReport {
  const release = found.release ?? null;
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release,
    root: options.root,
    uses: gathered.uses.sort(byPlace),
    summary: {
      uses: gathered.uses.length,
      byApi: countByApi(gathered.uses, options.apis),
      functions: {
        mentioning: gathered.functions,
        analysed: gathered.functions - gathered.notAnalysed.length,
        notAnalysed: gathered.notAnalysed.sort(byPlace),
      },
      files: {
        walked: scan.filesRead,
        read: scan.filesRead,
        matched: scan.matches.length,
        unreadable: gathered.unread.list(),
      },
      release: { value: release, detected: found.detected },
      userModel: found.userModel.files,
    },
  };
}

/** Uses per name, most used first; a name that was asked for is there also when nothing uses it. */
function countByApi(all: readonly ApiUse[], asked: readonly string[]): UsesReport['summary']['byApi'] {
  const counts = new Map<string, number>(asked.map((api) => [api, 0]));
  for (const { api } of all) counts.set(api, (counts.get(api) ?? 0) + 1);
  return [...counts]
    .map(([api, count]) => ({ api, uses: count }))
    .sort((a, b) => b.uses - a.uses || comparePaths(a.api, b.api));
}
