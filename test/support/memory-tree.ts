import { join } from 'node:path';
import { kindSet, ZONE_DEVICE } from '@pageref/shared';
import type { Release } from '@pageref/shared';
import {
  DIRECT_MAP_KINDS,
  KERNEL_OBJECT_KINDS,
  KERNEL_PTE_KINDS,
  resolve,
  USER_PTE_KINDS,
} from '@pageref/shared/model';
import { auditFile } from 'pageref/dist/ide/audit-file.js';
import type { FileAudit } from 'pageref/dist/ide/audit-file.js';
import type { Tree } from 'pageref/dist/ide/tree.js';
import type { ArchVerdict } from 'pageref/dist/rules/judge.js';
import { findAliases } from 'pageref/dist/rules/aliases.js';
import { modelContracts } from 'pageref/dist/semantics/contract.js';
import { fileVocabulary, releaseVocabulary } from 'pageref/dist/semantics/vocabulary.js';
import { createCReader, createWasmParser } from 'pageref/dist/syntax/index.js';

let parser: ReturnType<typeof createWasmParser> | undefined;
const trees = new Map<Release, Promise<Tree>>();

/** A tree that has a release and nothing else: no files, no facts of its own. One is kept for each release. */
export function memoryTree(release: Release): Promise<Tree> {
  let tree = trees.get(release);
  if (!tree) trees.set(release, (tree = makeTree(release)));
  return tree;
}

async function makeTree(release: Release): Promise<Tree> {
  const model = resolve(release);
  const contractOf = modelContracts(model);
  const vocabulary = releaseVocabulary(model, contractOf);
  const any = kindSet(model.kinds.keys());
  return {
    root: join('/', 'nowhere'),
    release,
    detected: 'given by the test',
    model,
    facts: {},
    arches: [],
    deviceKinds: any & ZONE_DEVICE,
    tools: {
      reader: createCReader({ parser: await (parser ??= createWasmParser()), syntax: model.syntax }),
      vocabularyOf: (text, items) => fileVocabulary(vocabulary, findAliases(text, items, model.reservedBit)),
      contractOf,
      provenance: {
        any,
        kernelObject: kindSet(KERNEL_OBJECT_KINDS),
        directMap: kindSet(DIRECT_MAP_KINDS),
        pageTableEntry: kindSet([...USER_PTE_KINDS, ...KERNEL_PTE_KINDS]),
      },
    },
  };
}

/** Judges one file as it would be in a tree of the release. */
export async function auditText(release: Release, path: string, text: string, arch?: ArchVerdict): Promise<FileAudit> {
  return auditFile(await memoryTree(release), path, text, arch);
}
