import type { RuleId, VersionArmCounts } from '@pageref/shared';
import type { OwnWrappers } from '../knowledge/callers.js';
import type { Elsewhere } from '../knowledge/elsewhere.js';
import { keyOfMacros } from '../knowledge/header-macros.js';
import type { Questions } from '../knowledge/questions.js';
import { archVerdict } from '../kernel/arch.js';
import type { OpenFiles } from '../project/open-files.js';
import type { ResultMemory } from '../project/result-cache.js';
import type { Tree } from '../project/tree.js';
import type { ArchVerdict } from '../rules/reserved/judge.js';
import type { FileTests } from '../rules/reserved/verdicts.js';
import type { RuleWorld, TreeKnowledge } from '../rules/rule.js';
import { activate } from './check-item.js';
import type { ActiveRule } from './check-item.js';
import type { FileFindings } from './check-file.js';
import { rulesOf, worldOf } from './rule-world.js';

/** What is the same for all files of a run. */
export interface FileWorld {
  readonly tree: Tree;
  readonly files: OpenFiles;
  readonly world: RuleWorld;
  /** Says which macros of headers the rules know. */
  readonly macrosKey: string;
  readonly rules: readonly ActiveRule[];
  readonly archOf: (path: string) => ArchVerdict | undefined;
  readonly memory: ResultMemory<KeptOfFile>;
  /** There are no other files. */
  readonly standsAlone: boolean;
  /** They are built for a kernel that can be asked. */
  readonly hasKernel: boolean;
  /** What other files say, once they were asked. */
  readonly elsewhere: Pick<Elsewhere, 'knownIn' | 'contractsIn'>;
}

/** What is kept of a file from run to run, one of these at a time. */
export interface KeptOfFile {
  readonly arms?: VersionArmCounts;
  readonly questions?: Questions;
  readonly calleesForRules?: readonly string[];
  readonly wrappers?: OwnWrappers;
  readonly tests?: FileTests;
  readonly findings?: FileFindings;
}

/** What a run is asked for that its threads are told, too. */
export interface Asked {
  readonly rules: readonly RuleId[];
  readonly arch: string | undefined;
  readonly standsAlone: boolean;
}

/** What a run and each of its threads know alike. */
export function sharedWorld(
  tree: Tree,
  knowledge: TreeKnowledge,
  { rules, arch, standsAlone }: Asked,
): Omit<FileWorld, 'files' | 'memory' | 'elsewhere'> {
  const world = worldOf(tree, knowledge);
  return {
    tree,
    world,
    macrosKey: keyOfMacros(knowledge.macros),
    rules: activate(rulesOf(rules), world),
    archOf: (path) => archVerdict(tree, path, arch),
    standsAlone,
    hasKernel: tree.kernel !== undefined,
  };
}
