import type { HistoryBisection, HistoryCell, RevisionResult } from '@pageref/shared';
import { CannotRun } from '../../project/options.js';
import { found } from '../../project/stored.js';
import { commitsBetween, describeCommits, mergeBase } from '../../vfs/index.js';
import type { Commit, Repository } from '../../vfs/index.js';
import { eventBetween, matrixOf } from './matrix.js';
import type { Looked } from './matrix.js';
import { NO_RENAMES, renamedIn } from './renames.js';
import type { Revision } from './revisions.js';
import type { RevisionWalk } from './walk.js';

/** Finds the commits by which a test or finding came, changed or went between the revisions of a history. */

export interface BisectSetup {
  readonly repository: Repository;
  readonly walk: RevisionWalk;
  readonly revisions: readonly Revision[];
  readonly results: readonly RevisionResult[];
  /** Of any revision, or its first digits. */
  readonly fingerprint: string;
}

/** Digits that tell fingerprints apart. */
const FEWEST = 8;

/** One for each event of it. Throws CannotRun for a fingerprint that no revision has, or that several have. */
export async function bisect(setup: BisectSetup): Promise<readonly HistoryBisection[]> {
  const { repository, revisions, results } = setup;
  const looked: Looked[] = [];
  for (const [at, result] of results.entries()) {
    const [earlier, now] = [results[at - 1], revisions[at]];
    const renamed = earlier && now && (await renamedIn(repository, revisions[at - 1], now, earlier, result));
    looked.push({ result, before: earlier && at - 1, renamed: renamed ?? NO_RENAMES });
  }
  const cells = cellsOf(looked, setup.fingerprint);
  const named: HistoryBisection[] = [];
  for (const [at, cell] of cells.entries()) {
    const [from, to, old] = [revisions[at - 1], revisions[at], cells[at - 1] ?? null];
    if (from && to && eventBetween(old, cell))
      named.push(await new Bisection(setup, { from, to, old, now: cell }).run());
  }
  return named;
}

function cellsOf(looked: readonly Looked[], fingerprint: string): readonly (HistoryCell | null)[] {
  if (!/^[0-9a-f]+$/.test(fingerprint) || fingerprint.length < FEWEST) {
    throw new CannotRun(`--bisect: "${fingerprint}" is no fingerprint: give ${FEWEST} digits or more of one`);
  }
  const meant = matrixOf(looked).rows.filter(({ cells }) =>
    cells.some((cell) => cell?.fingerprint.startsWith(fingerprint)),
  );
  const [only] = meant;
  if (!only) throw new CannotRun(`--bisect: none of the revisions has ${fingerprint}`);
  if (meant.length > 1) throw new CannotRun(`--bisect: ${fingerprint} begins several fingerprints: give more digits`);
  return only.cells;
}

/** Two revisions between which something happened. */
interface Step {
  readonly from: Revision;
  readonly to: Revision;
  readonly old: HistoryCell | null;
  readonly now: HistoryCell | null;
}

class Bisection {
  private readonly seen = new Map<string, HistoryCell | null>();

  constructor(
    private readonly setup: Pick<BisectSetup, 'repository' | 'walk' | 'fingerprint'>,
    private readonly step: Step,
  ) {}

  async run(): Promise<HistoryBisection> {
    const { from, to, old, now } = this.step;
    const looked = this.setup.walk.looked;
    const base = await mergeBase(this.setup.repository, from.id, to.id);
    if (base === undefined) throw new CannotRun(`--bisect: ${from.name} and ${to.name} have no commit in common`);
    // What is not so at the fork happened on the branch of the first revision: the second one has never had it.
    const onBranch = base !== from.id && !isSame(await this.stateAt(base), old);
    const commit = onBranch ? await this.between(base, from.id) : await this.between(base, to.id);
    return {
      fingerprint: (now ?? old)?.fingerprint ?? this.setup.fingerprint,
      what: eventBetween(old, now) ?? 'changed',
      before: old?.state ?? null,
      after: now?.state ?? null,
      commit: commit.id,
      date: commit.date,
      subject: commit.subject,
      onBranch,
      looked: this.setup.walk.looked - looked,
    };
  }

  /** The commit between two at which the state of the first ends: of the main line, then of what was merged there. */
  private async between(from: string, to: string): Promise<Commit> {
    const line = found(await commitsBetween(this.setup.repository, from, to, 'first-parent'), to);
    const before = await this.stateAt(from);
    let [low, high] = [-1, line.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (isSame(await this.stateAt(line[middle] ?? ''), before)) low = middle;
      else high = middle;
    }
    const commit = await this.commit(line[high] ?? to);
    for (const merged of commit.parents.slice(1)) {
      const fork = await mergeBase(this.setup.repository, commit.parents[0] ?? '', merged);
      if (fork === undefined || fork === merged) continue;
      const happened = isSame(await this.stateAt(merged), await this.stateAt(commit.id));
      if (happened && isSame(await this.stateAt(fork), before)) return await this.between(fork, merged);
    }
    return commit;
  }

  private async commit(id: string): Promise<Commit> {
    const [commit] = found(await describeCommits(this.setup.repository, [id]), id);
    if (!commit) throw new CannotRun(`--bisect: git knows no commit ${id}`);
    return commit;
  }

  /** What it is at a commit: seen from the revision that has it, so that renames on the way are followed. */
  private async stateAt(id: string): Promise<HistoryCell | null> {
    const known = this.seen.get(id);
    if (known !== undefined) return known;
    const { tree } = await this.commit(id);
    const { walk, repository } = this.setup;
    const result = await walk.look({ name: id, tree });
    const { from, to, old, now } = this.step;
    const sought = old ?? now;
    const end = old ? from : to;
    const there = await walk.look(end);
    // The revision that has it comes first, so that the row is the one of its cell.
    const renamed = await renamedIn(repository, end, { id }, there, result);
    const { rows } = matrixOf([
      { result: there, before: undefined, renamed: NO_RENAMES },
      { result, before: 0, renamed },
    ]);
    const row = rows.find(
      ({ cells }) => cells[0]?.fingerprint === sought?.fingerprint && isSame(cells[0] ?? null, sought),
    );
    const cell = row?.cells[1] ?? null;
    this.seen.set(id, cell);
    return cell;
  }
}

function isSame(a: HistoryCell | null, b: HistoryCell | null): boolean {
  return eventBetween(a, b) === undefined;
}
