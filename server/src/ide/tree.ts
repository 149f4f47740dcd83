import { kindSet, ZONE_DEVICE } from '@pageref/shared';
import type { KindSet, Release, ResolvedModel, TreeFacts } from '@pageref/shared';
import {
  DIRECT_MAP_KINDS,
  KERNEL_OBJECT_KINDS,
  KERNEL_PTE_KINDS,
  resolve,
  USER_PTE_KINDS,
  withTreeFacts,
} from '@pageref/shared/model';
import { readTreeFacts, zoneDeviceArches } from '../index/index.js';
import type { ZoneDeviceArch } from '../index/index.js';
import { findAliases } from '../rules/mentions.js';
import { modelContracts } from '../semantics/contract.js';
import { fileVocabulary, releaseVocabulary } from '../semantics/vocabulary.js';
import { createCReader, createWasmParser } from '../syntax/index.js';
import { judgedRelease } from './judged-release.js';
import type { SourceTools } from './source-file.js';

/** A tree that is open for analysis: its release, its own facts, and the tools made from them. */
export interface Tree {
  readonly root: string;
  readonly release: Release | undefined;
  /** How the release was found, one sentence. */
  readonly detected: string;
  readonly model: ResolvedModel;
  readonly facts: TreeFacts;
  readonly arches: readonly ZoneDeviceArch[];
  /** ZONE_DEVICE kinds that exist in this tree. */
  readonly deviceKinds: KindSet;
  readonly tools: SourceTools;
}

/** Reads what a tree says of itself and resolves the model for it. */
export async function openTree(root: string, asked: Release | undefined): Promise<Tree> {
  const { release, judgedBy, detected } = judgedRelease(root, asked);
  const [facts, arches, parser] = await Promise.all([readTreeFacts(root), zoneDeviceArches(root), createWasmParser()]);
  const model = withTreeFacts(resolve(judgedBy), facts);
  const contractOf = modelContracts(model);
  const vocabulary = releaseVocabulary(model, contractOf);
  const deviceKinds = kindSet(model.kinds.keys()) & ZONE_DEVICE;
  return {
    root,
    release,
    detected,
    model,
    facts,
    arches,
    deviceKinds,
    tools: {
      reader: createCReader({ parser, syntax: model.syntax }),
      vocabularyOf: (text, items) => fileVocabulary(vocabulary, findAliases(text, items, model.reservedBit)),
      contractOf,
      provenance: {
        any: kindSet(model.kinds.keys()),
        kernelObject: kindSet(KERNEL_OBJECT_KINDS),
        directMap: kindSet(DIRECT_MAP_KINDS),
        pageTableEntry: kindSet([...USER_PTE_KINDS, ...KERNEL_PTE_KINDS]),
      },
    },
  };
}
