import type {
  AuditReport,
  CheckReport,
  CompareReport,
  ContractsReport,
  HistoryReport,
  ModelEntry,
  OwnersReport,
  Release,
  UsesReport,
} from '@pageref/shared';
import type { AskOfRelease } from '../runs/each-release.js';
import type { ApiDescription, UnknownApi } from '../runs/api/describe.js';
import type { CompareOptions } from '../runs/compare/compare.js';
import type { FixPlan } from '../runs/fix/plan.js';
import type { SeriesPatch } from '../runs/fix/series.js';
import type { HistoryOptions } from '../runs/history/history.js';
import type { Planned, PlanOptions } from '../runs/history/plan.js';
import type { Pruned, StoreRoom } from '../runs/history/prune.js';
import type { Baseline } from '../runs/suppressions/baseline.js';
import type {
  AuditOptions,
  BaselineOptions,
  CheckChangesOptions,
  CheckOptions,
  ContractsOptions,
  FixOptions,
  OwnersOptions,
  TreeOptions,
  UsesOptions,
} from '../project/options.js';
import type { KernelBeside } from '../project/kernel-beside.js';
import type { Targets } from '../project/targets.js';
import type { UserModel } from '../project/user-model/user-model.js';

/** Where text goes. `columns` is the width of the terminal, if it is one. */
export interface Sink {
  /** Bytes are written as they are: sources need not be UTF-8. */
  write(text: string | Uint8Array): void;
  readonly isTTY: boolean;
  readonly columns?: number | undefined;
}

/** What the commands need of the analysis; tests hand in their own. */
export interface Engine {
  audit(options: AuditOptions): Promise<AuditReport>;
  /** An audit by several releases, as one report. */
  auditReleases(
    releases: readonly Release[],
    options: Pick<TreeOptions, 'cache'>,
    ask: AskOfRelease<AuditReport>,
  ): Promise<AuditReport>;
  compare(options: CompareOptions): Promise<CompareReport>;
  check(options: CheckOptions): Promise<CheckReport>;
  /** The same for what a change touches. */
  checkChanges(options: CheckChangesOptions): Promise<CheckReport>;
  /** A check by several releases, as one report. */
  checkReleases(
    releases: readonly Release[],
    options: Pick<TreeOptions, 'cache'>,
    ask: AskOfRelease<CheckReport>,
  ): Promise<CheckReport>;
  /** A file that judges every finding a check leaves open; it is not written yet. */
  baseline(options: BaselineOptions): Promise<Baseline>;
  owners(options: OwnersOptions): Promise<OwnersReport>;
  uses(options: UsesOptions): Promise<UsesReport>;
  contracts(options: ContractsOptions): Promise<ContractsReport>;
  /** Over revisions of repositories, and trees on disk. */
  history(options: HistoryOptions): Promise<HistoryReport>;
  planHistory(options: PlanOptions & { readonly shards: number }): Promise<Planned>;
  /** Gives how many revisions it has looked at. */
  runJob(options: PlanOptions & { readonly job: number }): Promise<number>;
  mergeJobs(options: PlanOptions): Promise<HistoryReport>;
  pruneStore(folder: string, room?: Partial<StoreRoom>): Pruned;
  planFixes(options: FixOptions): Promise<FixPlan>;
  planSeries(plan: FixPlan): readonly SeriesPatch[];
  /** Writes into the tree; gives the paths of the files that were written. */
  applyPlan(plan: FixPlan): readonly string[];
  describeApi(name: string, release?: Release, user?: readonly ModelEntry[]): ApiDescription | UnknownApi;
  /** What paths mean. Throws CannotRun. */
  findTargets(paths: readonly string[]): Promise<Pick<Targets, 'root'>>;
  /** The kernel at an absolute path, or one folder below. Throws CannotRun. */
  kernelAt(path: string): KernelBeside;
  /** Paths by the tree they are in, in the order of the first of each. Throws CannotRun. */
  treesOf(paths: readonly string[]): readonly (readonly string[])[];
  /** What users added to the model, for a folder; `given` are absolute paths of files. */
  userModelOf(folder: string, given?: readonly string[]): Promise<Pick<UserModel, 'entries'>>;
  /** Why a folder, by its absolute path, cannot keep anything; undefined where it can. */
  cacheTrouble(folder: string): string | undefined;
}

/** Everything the command line takes from the outside, so that it can be run inside a test. */
export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths are resolved against. */
  readonly cwd: string;
  /** Worker threads used when --jobs is not given. */
  readonly cores: number;
  /** All of standard input, to its end. */
  readStdin(): Promise<Uint8Array>;
  /** Loads the engine; late, because `--version` and `--help` must not wait for it. */
  loadEngine(): Promise<Engine>;
  /** Serves an editor over the process's own streams; resolves only where a test stands for it. */
  serve(): Promise<void>;
}

/** The exit codes, which scripts rely on. */
export const EXIT = { clean: 0, findings: 1, cannotRun: 2 } as const;

/** A command line that cannot be carried out: `message` says what is wrong, `hint` what to do next. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
