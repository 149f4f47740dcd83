import { byPlace, countFunctions, countSites, TOOL_VERSION } from '@pageref/shared';
import type { AuditedFile, AuditReport, AuditSummary, NotAnalysed, Site, WhatIf, Writer } from '@pageref/shared';
import { RESERVED_BIT } from '@pageref/shared/model/reserved-bit';
import { comparePaths, filesBelow, isThere, readSource } from '../vfs/index.js';
import type { SourceText } from '../vfs/index.js';
import type { RememberingScanner } from '../search/cached-scanner.js';
import type { FileMatch, ScanResult } from '../search/scanner.js';
import type { CallersInFile, FirstLook } from '../knowledge/callers.js';
import type { FileAudit } from '../rules/reserved/verdicts.js';
import { checkRoot } from '../project/check-root.js';
import { drain, firstFailure } from '../search/work-queue.js';
import { withScanner } from '../search/with-scanner.js';
import { CannotRun } from '../project/options.js';
import type { AuditOptions } from '../project/options.js';
import type { Tree } from '../project/tree.js';
import { UnreadFiles } from '../project/unread.js';
import { archOf, archVerdict, readInPart } from '../kernel/arch.js';
import type { Maintainers } from '../kernel/maintainers.js';

/** What is collected over the files of a run. */
interface Gathered {
  readonly sites: Site[];
  readonly writers: Writer[];
  readonly whatIf: WhatIf[];
  readonly notAnalysed: NotAnalysed[];
  readonly unread: UnreadFiles;
  readonly files: Omit<AuditedFile, 'subsystem'>[];
}

/** Judges every mention of the reserved bit in a tree. Throws CannotRun where nothing can be done. */
export async function audit(options: AuditOptions, open = openFor): Promise<AuditReport> {
  checkRoot(options.root);
  const unread = new UnreadFiles(options.root);
  return await withScanner(options, (scanner) => auditWith(options, scanner, unread, open));
}

async function auditWith(
  options: AuditOptions,
  scanner: RememberingScanner,
  unread: UnreadFiles,
  open: typeof openFor,
): Promise<AuditReport> {
  const found: string[] = [];
  const scanning = scanFor(options, scanner, (path) => found.push(path));
  // The engine and the model load, and the first files are judged, while the workers read the tree.
  const opening = Promise.all([
    open(options),
    import('../knowledge/callers.js'),
    import('../project/result-cache.js'),
    import('../knowledge/kept-shapes.js'),
  ]);
  const [tree, engine, { openMemory }, { isFirstLook }] = await firstFailure(scanning, opening);
  checkArch(options, tree);
  const run: AuditRun = { options, tree, engine, unread };
  const looks = new Map<string, FirstLook>();
  const memory = openMemory<FirstLook>(tree, scanner, {
    // Unsaved texts stand for files there that are not what the disk has.
    cache: options.buffers ? undefined : options.cache,
    kind: 'looks',
    about: options.arch ?? '',
    only: options.files,
    shape: isFirstLook,
    restsOn: () => tree.arches(),
  });
  const lookAt = (path: string): void => {
    const look = memory.find(path) ?? lookAnew(path);
    if (!look) return;
    looks.set(path, look);
    if (engine.isSettled(look)) options.onSites?.(wanted(options, engine.withCalls(look.audit.sites, look.calls)));
  };
  const lookAnew = (path: string): FirstLook | undefined => {
    const source = readFor(run, path);
    if (source === undefined) return undefined;
    const look = engine.firstLook(tree, path, source, archVerdict(tree, path, options.arch));
    if (!look.restsOnOthers) memory.note(path, look);
    return look;
  };
  const scan = await drain(found, scanning, lookAt, options);
  // A mention that was typed and not saved yet is one the scan of the disk cannot find.
  for (const path of options.buffers?.keys() ?? []) {
    if (!looks.has(path) && options.files?.includes(path) !== false) lookAt(path);
  }
  unread.add(scan.unreadable);
  const sorted = [...looks.values()].sort((a, b) => comparePaths(a.path, b.path));
  const settled = new Set(sorted.filter(engine.isSettled).map(({ path }) => path));
  const gathered = gatherAll(run, await askCallers(run, scanner, sorted), settled);
  await memory.remember();
  markZoneDeviceWriter(tree, gathered.writers);
  return finish(options, tree, scan, gathered);
}

/** One audit at work. */
interface AuditRun {
  readonly options: AuditOptions;
  readonly tree: Tree;
  readonly engine: typeof import('../knowledge/callers.js');
  readonly unread: UnreadFiles;
}

/** The text of a file that takes part; undefined for one that does not, or that could not be read. */
function readFor({ options, unread }: AuditRun, path: string): string | undefined {
  if (leftOut(path, options.arch)) return undefined;
  const source = sourceOf(options, path);
  if (!('why' in source)) return source.text;
  unread.add([{ path, why: source.why }]);
  return undefined;
}

/** A file's results after its callers were asked. */
interface Asked {
  readonly path: string;
  readonly audit: FileAudit;
}

/**
 * Follows the functions that hold a test to their callers in other files. The whole tree is looked through for their
 * names, also where only some files are judged: who calls them does not depend on that.
 */
async function askCallers(
  run: AuditRun,
  scanner: RememberingScanner,
  looks: readonly FirstLook[],
): Promise<readonly Asked[]> {
  const { options, tree, engine } = run;
  const names = engine.namesToFollow(looks);
  const files = new Map<string, CallersInFile>();
  const matches: FileMatch[] = [];
  if (names.length > 0) {
    const { signal, onProgress } = options;
    const scanning = scanner.scan({
      names,
      onMatch: (match) => matches.push(match),
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    const work = ({ path, names: held }: FileMatch): void => {
      const asked = engine.askOf(looks, path, held);
      const text = asked && readFor(run, path);
      if (asked && text !== undefined) files.set(path, engine.callersIn(tree, asked, text));
    };
    await drain(matches, scanning, work, options);
  }
  const elsewhere = engine.passedElsewhere([...files.values()]);
  const calls = [...looks.filter(({ path }) => !files.has(path)), ...files.values()].flatMap((one) => one.calls);
  return looks.map(({ path, audit, open }) => {
    const text = open.some(({ name }) => elsewhere.has(name)) ? readFor(run, path) : undefined;
    const arch = archVerdict(tree, path, options.arch);
    const last = text === undefined ? audit : engine.secondLook(tree, path, text, { arch, elsewhere });
    return { path, audit: { ...last, sites: engine.withCalls(last.sites, calls) } };
  });
}

/** Sites of settled files were told of when they were judged. */
function gatherAll({ options, unread }: AuditRun, asked: readonly Asked[], settled: ReadonlySet<string>): Gathered {
  const gathered: Gathered = { sites: [], writers: [], whatIf: [], notAnalysed: [], unread, files: [] };
  for (const { path, audit: result } of asked) {
    gather(path, result, gathered);
    if (!settled.has(path)) options.onSites?.(wanted(options, result.sites));
  }
  return gathered;
}

function sourceOf({ root, buffers }: AuditOptions, path: string): SourceText {
  const text = buffers?.get(path);
  return text === undefined ? readSource(root, path) : { text };
}

function wanted({ verdicts }: AuditOptions, sites: readonly Site[]): readonly Site[] {
  return verdicts ? sites.filter((site) => verdicts.includes(site.verdict)) : sites;
}

function scanFor(
  options: AuditOptions,
  scanner: RememberingScanner,
  onMatch: (path: string) => void,
): Promise<ScanResult> {
  const names = [...RESERVED_BIT.tests, ...RESERVED_BIT.setters, ...RESERVED_BIT.clearers, RESERVED_BIT.bit];
  return scanner.scan({
    names,
    onMatch: ({ path }) => {
      onMatch(path);
    },
    // A file that was deleted has nothing to say any more; it is not one that cannot be read.
    ...(options.files && { files: options.files.filter((path) => isThere(options.root, path)) }),
    ...(options.signal && { signal: options.signal }),
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
}

/** With --arch the code of other arches is left out. */
function leftOut(path: string, asked: string | undefined): boolean {
  const arch = archOf(path);
  return asked !== undefined && arch !== '' && arch !== asked;
}

async function openFor(options: AuditOptions): Promise<Tree> {
  const { openTree } = await import('../project/tree.js');
  return openTree(options.root, options.release, undefined, undefined, options.models);
}

function checkArch({ arch }: AuditOptions, tree: Tree): void {
  if (arch === undefined) return;
  const arches = tree.arches();
  if (arches.length === 0 || arches.some((known) => known.arch === arch)) return;
  const known = arches.map((one) => one.arch).join(', ');
  throw new CannotRun(`no arch "${arch}" in this tree: it has ${known}`);
}

function gather(path: string, result: FileAudit, into: Gathered): void {
  into.sites.push(...result.sites);
  into.writers.push(...result.writers);
  into.whatIf.push(...result.whatIf);
  into.notAnalysed.push(...result.notAnalysed);
  into.files.push({ path, functions: result.functions });
}

/** The tree's own facts name the writer that marks every ZONE_DEVICE page. */
function markZoneDeviceWriter(tree: Tree, writers: Writer[]): void {
  const fact = tree.facts.marksZoneDeviceReserved;
  if (!fact?.value) return;
  const index = writers.findIndex((writer) => writer.path === fact.path && writer.line === fact.line);
  const writer = writers[index];
  if (writer) writers[index] = { ...writer, marksZoneDevice: true };
}

async function finish(options: AuditOptions, tree: Tree, scan: ScanResult, gathered: Gathered): Promise<AuditReport> {
  const sites = [...gathered.sites].sort(byPlace);
  const shown = wanted(options, sites);
  const { readMaintainers } = await import('../kernel/maintainers.js');
  const maintainers = readMaintainers(filesBelow(tree.root));
  const files = withSubsystems(maintainers, gathered.files);
  options.onFiles?.(files);
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    release: tree.release ?? null,
    root: tree.root,
    sites: shown,
    writers: [...gathered.writers].sort(byPlace),
    ...(options.whatIf && { whatIf: [...gathered.whatIf].sort(byPlace) }),
    summary: summarise(tree, sites, scan, gathered, files, maintainers),
  };
}

function withSubsystems(maintainers: Maintainers, files: Gathered['files']): AuditedFile[] {
  return files
    .map(({ path, functions }) => ({ path, subsystem: maintainers.subsystemOf(path), functions }))
    .sort((a, b) => comparePaths(a.path, b.path));
}

function summarise(
  tree: Tree,
  sites: readonly Site[],
  scan: ScanResult,
  gathered: Gathered,
  files: readonly AuditedFile[],
  maintainers: Maintainers,
): AuditSummary {
  const inPart = [...maintainers.inPart, ...readInPart(tree.arches())].sort((a, b) => comparePaths(a.path, b.path));
  return {
    ...countSites(sites, files),
    functions: countFunctions(files, [...gathered.notAnalysed].sort(byPlace)),
    files: {
      walked: scan.filesRead,
      read: scan.filesRead,
      matched: scan.matches.length,
      unreadable: gathered.unread.list(),
      ...(inPart.length > 0 && { inPart }),
    },
    release: { value: tree.release ?? null, detected: tree.detected },
    userModel: tree.userModel.files,
    arches: tree.arches().map(({ arch, zoneDevice, why }) => ({ arch, zoneDevice, why })),
  };
}
