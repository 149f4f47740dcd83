import { join } from 'node:path';
import { RULE_IDS } from '@pageref/shared';
import type { NotAnalysed, Release, RuleId, Site, WhatIf, Writer } from '@pageref/shared';
import { openSource } from 'pageref/dist/contracts/view-source.js';
import { archOf, KERNEL_ITSELF } from 'pageref/dist/kernel/arch.js';
import { makeTree } from 'pageref/dist/project/tree.js';
import type { Tree } from 'pageref/dist/project/tree.js';
import { UnreadFiles } from 'pageref/dist/project/unread.js';
import type { ArchVerdict } from 'pageref/dist/rules/reserved/judge.js';
import { JudgedMentions } from 'pageref/dist/rules/reserved/judged.js';
import { sitesOf, whatIfOf } from 'pageref/dist/rules/reserved/sites.js';
import { NO_TESTS, testsIn } from 'pageref/dist/rules/reserved/verdicts.js';
import type { FileTests } from 'pageref/dist/rules/reserved/verdicts.js';
import type { FileFindings, FileResult } from 'pageref/dist/runs/check-file.js';
import { judgeFiles } from 'pageref/dist/runs/judge-files.js';
import type { RunResult } from 'pageref/dist/runs/run-request.js';
import { heldText } from 'pageref/dist/search/held-text.js';
import { searchTexts } from 'pageref/dist/search/tree-search.js';
import { WorkQueue } from 'pageref/dist/search/work-queue.js';
import { createWasmParser } from 'pageref/dist/syntax/index.js';
import type { CParser } from 'pageref/dist/syntax/index.js';

let parser: ReturnType<typeof createWasmParser> | undefined;
const trees = new Map<Release, Promise<Tree>>();

/** A tree that has a release and nothing else: no files, no facts of its own. One is kept for each release. */
export function memoryTree(release: Release): Promise<Tree> {
  let tree = trees.get(release);
  if (!tree) trees.set(release, (tree = treeOf(release)));
  return tree;
}

const ROOT = join('/', 'nowhere');

async function treeOf(release: Release): Promise<Tree> {
  return emptyTree(release, await (parser ??= createWasmParser()));
}

export function emptyTree(release: Release, reading: CParser): Tree {
  const known = {
    root: ROOT,
    release,
    judgedBy: release,
    detected: 'given by the test',
    facts: {},
    isKernel: false,
    arches: () => [],
  };
  return makeTree(known, reading);
}

/** What the pipeline of all runs makes of a tree whose files are these texts. */
export async function judgeTexts(
  release: Release,
  given: ReadonlyMap<string, string>,
  rules: readonly RuleId[],
  arch?: ArchVerdict,
): Promise<RunResult> {
  const plain = await memoryTree(release);
  const texts = new Map([...given].map(([path, text]) => [path, heldText(text)]));
  const [first = ''] = texts.keys();
  const asked = archOf(KERNEL_ITSELF, first) || 'any';
  const tree = arch ? { ...plain, arches: () => [{ ...arch, arch: asked, inPart: [] }] } : plain;
  const search = searchTexts(texts);
  const queue = new WorkQueue<string>();
  return await judgeFiles({
    request: {
      targets: { root: ROOT, files: undefined, named: [], unreadable: [], alone: texts.size === 1 },
      kind: 'test',
      rules,
      texts,
      arch: arch && asked,
      ...(rules.length === 0 && { names: bitNames(plain) }),
    },
    tree,
    searches: {
      search,
      stamps: { stampOf: () => undefined, settled: () => Promise.resolve() },
      remember: () => Promise.resolve(),
      close: () => undefined,
    },
    queue,
    find: (names) => search({ names, onMatch: ({ path }) => queue.push(path) }),
    early: undefined,
    unread: new UnreadFiles(ROOT),
  });
}

function bitNames({ model: { reservedBit } }: Tree): readonly string[] {
  return [...reservedBit.tests, ...reservedBit.setters, ...reservedBit.clearers, reservedBit.bit];
}

/** What one file gives to an audit. */
export interface FileAudit {
  readonly sites: readonly Site[];
  readonly writers: readonly Writer[];
  readonly whatIf: readonly WhatIf[];
  /** Functions that hold a mention in their code, and those among them that could not be read. */
  readonly functions: number;
  readonly notAnalysed: readonly NotAnalysed[];
}

function auditOf(path: string, { verdicts, writers, holders, unread }: FileTests): FileAudit {
  return {
    sites: sitesOf(path, verdicts),
    writers,
    whatIf: whatIfOf(verdicts),
    functions: holders,
    notAnalysed: unread,
  };
}

/** Judges one file as it would be in a tree of the release. */
export async function auditText(release: Release, path: string, text: string, arch?: ArchVerdict): Promise<FileAudit> {
  const { files } = await judgeTexts(release, new Map([[path, text]]), [], arch);
  const [file] = files;
  return file ? auditOf(path, file) : { sites: [], writers: [], whatIf: [], functions: 0, notAnalysed: [] };
}

/** The same of a file that stands alone in a tree that is open. */
export function auditAlone(tree: Tree, path: string, text: string, arch: ArchVerdict | undefined): FileAudit {
  const file = openSource(path, text, tree.tools);
  return auditOf(path, testsIn(file, new JudgedMentions(file, { deviceKinds: tree.deviceKinds, arch })));
}

const NO_FINDINGS: FileFindings = { findings: [], undecided: [], functions: 0, notAnalysed: [], failures: [] };

/** Runs rules over one file as it would be in a tree of the release. */
export async function checkText(
  release: Release,
  path: string,
  text: string,
  rules: readonly RuleId[] = RULE_IDS,
  arch?: ArchVerdict,
): Promise<FileResult> {
  const { files, coverage } = await judgeTexts(release, new Map([[path, text]]), rules, arch);
  if (coverage.unreadable.length > 0) throw new Error(coverage.unreadable.map(({ why }) => why).join());
  return files[0] ?? { path, ...NO_TESTS, ...NO_FINDINGS };
}
