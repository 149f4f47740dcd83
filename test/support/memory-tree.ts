import { join } from 'node:path';
import type { Release, RuleId } from '@pageref/shared';
import { auditFile } from 'pageref/dist/rules/reserved/verdicts.js';
import type { FileAudit } from 'pageref/dist/rules/reserved/verdicts.js';
import { activate, checkFile } from 'pageref/dist/runs/check-file.js';
import type { FileResult } from 'pageref/dist/runs/check-file.js';
import { worldOf } from 'pageref/dist/runs/check.js';
import { inferTexts } from 'pageref/dist/knowledge/infer-tree.js';
import { openSource } from 'pageref/dist/contracts/open-text.js';
import { makeTree } from 'pageref/dist/project/tree.js';
import type { Tree } from 'pageref/dist/project/tree.js';
import { ALL_RULES } from 'pageref/dist/rules/index.js';
import type { ArchVerdict } from 'pageref/dist/rules/reserved/judge.js';
import { createWasmParser } from 'pageref/dist/syntax/index.js';

let parser: ReturnType<typeof createWasmParser> | undefined;
const trees = new Map<Release, Promise<Tree>>();

/** A tree that has a release and nothing else: no files, no facts of its own. One is kept for each release. */
export function memoryTree(release: Release): Promise<Tree> {
  let tree = trees.get(release);
  if (!tree) trees.set(release, (tree = treeOf(release)));
  return tree;
}

async function treeOf(release: Release): Promise<Tree> {
  const root = join('/', 'nowhere');
  const known = { root, release, judgedBy: release, detected: 'given by the test', facts: {}, arches: () => [] };
  return makeTree(known, await (parser ??= createWasmParser()));
}

/** Judges one file as it would be in a tree of the release. */
export async function auditText(release: Release, path: string, text: string, arch?: ArchVerdict): Promise<FileAudit> {
  return auditFile(await memoryTree(release), path, text, arch);
}

/** Runs rules over one file as it would be in a tree of the release. */
export async function checkText(
  release: Release,
  path: string,
  text: string,
  rules: readonly RuleId[],
  arch?: ArchVerdict,
): Promise<FileResult> {
  const tree = await memoryTree(release);
  const world = worldOf(tree, await inferTexts(tree, [{ path, bytes: Buffer.from(text), text: () => text }]));
  const active = activate(
    ALL_RULES.filter(({ meta }) => rules.includes(meta.id)),
    world,
  );
  return checkFile({ file: openSource(path, text, tree.tools), rules: active, world, arch });
}
