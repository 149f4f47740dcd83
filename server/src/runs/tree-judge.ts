import type { NotAnalysed, RuleFailure } from '@pageref/shared';
import { archVerdict } from '../kernel/arch.js';
import { NOTHING_KNOWN } from '../knowledge/elsewhere.js';
import { changedNames, inferAgain } from '../knowledge/infer-again.js';
import type { TreeContracts } from '../knowledge/inference.js';
import { treeKnowledge } from '../knowledge/tree-knowledge.js';
import { plainView } from '../contracts/view-source.js';
import { OpenFiles } from '../project/open-files.js';
import type { TreeOptions } from '../project/options.js';
import { targetsIn } from '../project/targets.js';
import type { Tree } from '../project/tree.js';
import { STANDING_RULES } from '../rules/index.js';
import { JudgedMentions } from '../rules/reserved/judged.js';
import { testsIn } from '../rules/reserved/verdicts.js';
import type { FileTests } from '../rules/reserved/verdicts.js';
import type { TreeKnowledge } from '../rules/rule.js';
import { heldText } from '../search/held-text.js';
import { findWords } from '../syntax/index.js';
import { readSource } from '../vfs/index.js';
import { activate, findingsIn } from './check-file.js';
import type { UnmarkedEditorFinding } from './check-file.js';
import { viewKnown } from './file-of-run.js';
import { run } from './pipeline.js';
import type { RunResult } from './run-request.js';
import { worldOf } from './rule-world.js';

/** Rules whose findings rest on what was inferred from all files of a tree together. */
export const TREE_RULES = STANDING_RULES.filter(({ placesIn }) => placesIn !== undefined);
const TREE_RULE_IDS = TREE_RULES.map(({ meta }) => meta.id);

/** What such rules find in one file: plain data, places are those of its text. */
export type TreeFindings = readonly UnmarkedEditorFinding[];

/** What a rule failed on or could not follow in the whole tree, for a log. */
export interface TreeTrouble {
  readonly failures: readonly RuleFailure[];
  readonly notAnalysed: readonly NotAnalysed[];
}

export type TreeJudgeOptions = Pick<TreeOptions, 'cache' | 'jobs' | 'onProgress' | 'signal'>;

/**
 * The rules that rest on a whole tree, for somebody who edits files of it: the files as they are on disk by the run that a
 * check makes, and texts that stand for some of them with what that run has found out of all others.
 */
export class TreeJudge {
  private constructor(
    private readonly tree: Tree,
    private readonly onDisk: RunResult & { readonly contracts: TreeContracts },
  ) {}

  static async open(tree: Tree, options: TreeJudgeOptions): Promise<TreeJudge> {
    const targets = targetsIn(tree.root, undefined);
    const kind = `check ${TREE_RULE_IDS.join()}`;
    const openTree = (): Promise<Tree> => Promise.resolve(tree);
    const result = await run({ ...options, targets, kind, rules: TREE_RULE_IDS, inference: true, openTree });
    const { contracts } = result;
    if (!contracts) throw new Error('the run was to infer contracts');
    return new TreeJudge(tree, { ...result, contracts });
  }

  /** The findings in the files on disk that have some. */
  findings(): ReadonlyMap<string, TreeFindings> {
    const found = this.onDisk.files.map(({ path, findings }) => [path, findings] as const);
    return new Map(found.filter(([, findings]) => findings.length > 0));
  }

  get trouble(): TreeTrouble {
    const { files } = this.onDisk;
    return {
      failures: files.flatMap(({ failures }) => failures),
      notAnalysed: files.flatMap(({ notAnalysed }) => notAnalysed),
    };
  }

  /** The findings of some texts, all of which stand for their files. */
  judge(texts: ReadonlyMap<string, string>): ReadonlyMap<string, TreeFindings> {
    const judged = new Map([...texts.keys()].map((path) => [path, this.findings().get(path) ?? []]));
    const edited = [...texts].filter(([path, text]) => !this.isOnDisk(path, text)).map(([path]) => path);
    if (edited.length === 0) return judged;
    const files = new OpenFiles(this.tree, {
      texts: new Map([...texts].map(([path, text]) => [path, heldText(text)])),
    });
    const first = this.again(files, edited);
    const changed = changedNames(this.onDisk.contracts, first, edited);
    const using = [...texts].filter(
      ([path, text]) => !edited.includes(path) && changed.size > 0 && findWords(text, changed).length > 0,
    );
    const paths = [...edited, ...using.map(([path]) => path)];
    const contracts = using.length === 0 ? first : this.again(files, paths);
    for (const [path, findings] of this.findingsAmong(files, contracts, paths)) judged.set(path, findings);
    return judged;
  }

  private isOnDisk(path: string, text: string): boolean {
    const source = readSource(this.tree.root, path);
    return 'text' in source && source.text === text;
  }

  private again(files: OpenFiles, paths: readonly string[]): TreeContracts {
    return inferAgain({ tree: this.tree, files, log: this.onDisk.contracts.log, paths });
  }

  private findingsAmong(
    files: OpenFiles,
    contracts: TreeContracts,
    paths: readonly string[],
  ): [string, TreeFindings][] {
    const { tree } = this;
    const verdictOn = this.verdictsWith(files, paths);
    const world = worldOf(tree, { ...treeKnowledge(tree, contracts, verdictOn), macros: new Map() });
    const rules = activate(TREE_RULES, world);
    return paths.flatMap((path): [string, TreeFindings][] => {
      const open = files.open(path);
      if ('why' in open) return [];
      const file = plainView(open);
      const arch = archVerdict(tree, path, undefined);
      const reserved = new JudgedMentions(file, { deviceKinds: tree.deviceKinds, arch });
      return [[path, findingsIn({ file, reserved, rules, world, arch }).findings]];
    });
  }

  /** What was made of the tests behind wrappers: those of the new texts are judged anew. */
  private verdictsWith(files: OpenFiles, paths: readonly string[]): TreeKnowledge['verdictOn'] {
    const judged = new Map<string, FileTests>();
    const testsOf = (path: string): FileTests => {
      const tests = judged.get(path) ?? this.testsIn(files, path);
      judged.set(path, tests);
      return tests;
    };
    return (test) => {
      if (!paths.includes(test.path)) return this.onDisk.fileAt(test.path)?.verdictOn(test);
      const at = testsOf(test.path).verdicts.find(({ site }) => site.line === test.line && site.column === test.column);
      return at?.site;
    };
  }

  private testsIn(files: OpenFiles, path: string): FileTests {
    const { tree } = this;
    const open = files.open(path);
    if ('why' in open) return { verdicts: [], writers: [], holders: 0, unread: [] };
    const alone = plainView(open);
    const arch = archVerdict(tree, path, undefined);
    const reserved = new JudgedMentions(alone, { deviceKinds: tree.deviceKinds, arch });
    const known = this.onDisk.fileAt(path)?.known ?? NOTHING_KNOWN;
    return testsIn(viewKnown(tree, open, { alone, reserved }, known), reserved);
  }
}
