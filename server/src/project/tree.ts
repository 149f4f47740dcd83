import { kindSet, ZONE_DEVICE } from '@pageref/shared';
import type { Defines, KindSet, Release, ResolvedModel, TreeFacts } from '@pageref/shared';
import {
  DIRECT_MAP_KINDS,
  KERNEL_OBJECT_KINDS,
  KERNEL_PTE_KINDS,
  PENDING_CODES,
  resolveWith,
  USER_PTE_KINDS,
  withTreeFacts,
} from '@pageref/shared/model';
import type { KernelPlace } from '../kernel/arch.js';
import { readTreeFacts } from '../kernel/tree-facts.js';
import { zoneDeviceArches } from '../kernel/kconfig/zone-device.js';
import type { ZoneDeviceArch } from '../kernel/kconfig/zone-device.js';
import { findAliases } from '../rules/reserved/aliases.js';
import { modelContracts } from '../flow/contract.js';
import type { DeviceKinds } from '../contracts/file-summaries.js';
import { fileVocabulary, releaseVocabulary } from '../flow/vocabulary.js';
import { createCReader } from '../syntax/index.js';
import type { CParser, CReader } from '../syntax/index.js';
import { filesBelow, pathInside } from '../vfs/index.js';
import type { TreeFiles } from '../vfs/index.js';
import { judgedRelease } from './release-choice.js';
import { FarCode } from './far-code.js';
import { ModuleHeaders } from './module-headers.js';
import { openParser } from './open-parser.js';
import type { SourceTools } from '../contracts/open-text.js';
import { userModelOf } from './user-model/load.js';
import { NO_USER_MODEL } from './user-model/user-model.js';
import type { UserModel } from './user-model/user-model.js';

/** A tree that is open for analysis: its release, its own facts, and the tools made from them. */
export interface Tree extends KernelPlace {
  readonly root: string;
  readonly release: Release | undefined;
  /** How the release was found, one sentence. */
  readonly detected: string;
  readonly model: ResolvedModel;
  readonly facts: TreeFacts;
  /** Read from the Kconfig files when they are first asked for: few files hang on them. */
  readonly arches: () => readonly ZoneDeviceArch[];
  /** Files of the user the model was added to from. */
  readonly userModel: UserModel;
  /** ZONE_DEVICE kinds that exist in this tree. */
  readonly deviceKinds: KindSet;
  readonly tools: SourceTools;
  /** Where the code of other files is read from; none for a text that stands alone. */
  readonly far: Pick<FarCode, 'hasRead' | 'askersFor' | 'headersKey'> | undefined;
  /** The release whose model is used. */
  readonly judgedBy: Release;
  /** RHEL_RELEASE_CODE, where the tree is one of that distribution. */
  readonly rhel?: number;
  /** A kernel's own tree, and not that of a module or files that are in none. */
  readonly isKernel: boolean;
  /** Absolute path of the kernel that the code is built for, where that is another tree. */
  readonly kernel?: string;
}

/** What another thread opens the same tree from: plain data, and no file is read for it again. */
export type TreeSeed = Pick<
  Tree,
  'root' | 'release' | 'detected' | 'facts' | 'userModel' | 'judgedBy' | 'rhel' | 'isKernel' | 'kernel'
>;

export function seedOf({
  root,
  release,
  detected,
  facts,
  userModel,
  judgedBy,
  rhel,
  isKernel,
  kernel,
}: Tree): TreeSeed {
  const plain = { root, release, detected, facts, userModel, judgedBy, isKernel };
  return { ...plain, ...(rhel !== undefined && { rhel }), ...(kernel !== undefined && { kernel }) };
}

/** The tree of a seed. */
export function treeOf(seed: TreeSeed, parser: CParser): Tree {
  const files = filesBelow(seed.root);
  const kernelFiles = seed.kernel === undefined ? files : filesBelow(seed.kernel);
  return makeTree({ ...seed, files, kernelFiles, arches: archesBelow(kernelFiles) }, parser);
}

function archesBelow(files: TreeFiles): Tree['arches'] {
  let arches: readonly ZoneDeviceArch[] | undefined;
  return () => (arches ??= zoneDeviceArches(files));
}

/** What a person says of a tree. */
export interface GivenOfTree {
  /** Absolute paths of files with entries for the model; with any the tree's own is not read. */
  readonly models?: readonly string[] | undefined;
  /** Absolute path of the kernel that it is built for. */
  readonly kernel?: string | undefined;
  /** Macros of its build, which win over those of the files. */
  readonly defines?: Defines | undefined;
  /** The files are not on disk: what the user added lies among them as well. */
  readonly isStored?: true | undefined;
}

/**
 * Reads what a tree says of itself and resolves the model for it, with what the user added. Throws CannotRun where that
 * has mistakes. `parser` is one that is there already.
 */
export async function openTree(
  root: string,
  asked: Release | undefined,
  parser?: CParser,
  files: TreeFiles = filesBelow(root),
  { models, kernel, defines, isStored }: GivenOfTree = {},
): Promise<Tree> {
  const loading = parser ?? openParser();
  const own = await userModelOf(root, models, isStored && files);
  const userModel = defines ? { ...own, defines: { ...own.defines, ...defines } } : own;
  const kernelFiles = kernel === undefined ? files : filesBelow(kernel);
  const judged = judgedRelease(kernelFiles, asked);
  const beside = kernel === undefined ? {} : { isKernel: false, kernel, detected: `${judged.detected}, in ${kernel}` };
  const facts = readTreeFacts(kernelFiles);
  const arches = archesBelow(kernelFiles);
  return makeTree({ root, ...judged, ...beside, facts, files, kernelFiles, arches, userModel }, await loading);
}

/** What contracts of its functions are compared over, to find those that tell device pages apart. */
export function deviceKindsOf({ model, deviceKinds }: Tree): DeviceKinds {
  let taken = 0;
  for (const { effects, sources } of model.entries.values()) {
    const takes = effects?.some(({ does, on }) => does === 'acquire' && on.through === 'array');
    if (takes) for (const source of sources ?? []) taken |= kindSet(source.kinds);
  }
  return { all: deviceKinds, taken: taken & deviceKinds };
}

/** What is known of a tree before the model is resolved for it. */
type TreeParts = Pick<Tree, 'root' | 'release' | 'detected' | 'facts' | 'arches' | 'rhel' | 'isKernel' | 'kernel'> & {
  readonly judgedBy: Release;
  readonly userModel?: UserModel;
  /** Where the code of other files is looked for; left out for a text that stands alone. */
  readonly files?: TreeFiles;
  /** Files of the kernel that it is built for; its own when left out. */
  readonly kernelFiles?: TreeFiles;
};

const READERS = new WeakMap<CParser, Map<string, CReader>>();

/** The reader for a model: one for all releases whose macros read alike. */
function readerOf(parser: CParser, { syntax }: ResolvedModel): CReader {
  const known = READERS.get(parser) ?? new Map<string, CReader>();
  READERS.set(parser, known);
  const key = JSON.stringify(syntax);
  const reader = known.get(key) ?? createCReader({ parser, syntax });
  known.set(key, reader);
  return reader;
}

function folderInside({ root, kernel }: Pick<Tree, 'root' | 'kernel'>): string {
  const inside = kernel === undefined ? undefined : pathInside(root, kernel);
  return inside === undefined ? '' : `${inside}/`;
}

/** The tools of a tree, from what is known of it. */
export function makeTree(
  { judgedBy, userModel = NO_USER_MODEL, files, kernelFiles = files, ...known }: TreeParts,
  parser: CParser,
): Tree {
  const model = withTreeFacts(resolveWith(judgedBy, userModel.entries), known.facts);
  const contractOf = modelContracts(model);
  const vocabulary = releaseVocabulary(model, contractOf);
  const any = kindSet(model.kinds.keys());
  const plain: SourceTools = {
    reader: readerOf(parser, model),
    version: { release: known.release ?? judgedBy, rhel: known.rhel, defines: userModel.defines },
    vocabularyOf: (text, items) => fileVocabulary(vocabulary, findAliases(text, items, model.reservedBit)),
    contractOf,
    signatures: model.signatures,
    pendingCodes: PENDING_CODES,
    provenance: {
      any,
      kernelObject: kindSet(KERNEL_OBJECT_KINDS),
      directMap: kindSet(DIRECT_MAP_KINDS),
      pageTableEntry: kindSet([...USER_PTE_KINDS, ...KERNEL_PTE_KINDS]),
    },
  };
  const kernelFolder = folderInside(known);
  const inside = kernelFolder.slice(0, -1);
  const headers = files && !known.isKernel ? new ModuleHeaders(files, plain, (folder) => folder === inside) : undefined;
  const far = files && new FarCode(files, plain, { files: kernelFiles ?? files, kernelFolder }, headers);
  return {
    ...known,
    kernelFolder,
    judgedBy,
    userModel,
    model,
    deviceKinds: any & ZONE_DEVICE,
    tools: far?.tools ?? plain,
    far,
  };
}
