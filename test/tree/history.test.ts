import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { HistoryReport } from '@pageref/shared';
import { openRepository } from 'pageref/dist/project/stored.js';
import { columnOf, lookOptions, partsOf, reportOf } from 'pageref/dist/runs/history/history.js';
import type { LookedAt } from 'pageref/dist/runs/history/history.js';
import { revisionsOf } from 'pageref/dist/runs/history/revisions.js';
import { RevisionWalk } from 'pageref/dist/runs/history/walk.js';
import { saidOnDisk, saidThere } from '../support/history-said.js';
import type { SaidThere } from '../support/history-said.js';
import { withRepository } from '../support/history.js';
import type { TestRepository } from '../support/history.js';
import { kernelTree } from '../support/kernel-tree.js';
import { commitPlanned, copyParts, touchHundredth } from '../support/planned-history.js';
import type { PlannedCommit } from '../support/planned-history.js';

/** A history of real kernels: 6.1, two hundred small commits whose effects are known, then 6.12. */

const COMMITS = 200;
const tree612 = kernelTree('6.12');
const tree61 = kernelTree('6.1');
const skip = tree612.skip ?? tree61.skip ?? false;

interface Built {
  readonly touched: number;
  readonly planned: readonly PlannedCommit[];
}

/** The commits v6.1, one that touches many files, the planned ones, and v6.12, which has the files of that kernel alone. */
function build(repository: TestRepository): Built {
  const { root, commit, git } = repository;
  become(root, tree61.root ?? '');
  commit('Linux 6.1');
  git('tag', 'v6.1');
  const touched = touchHundredth(repository);
  commit('Touch one file in a hundred');
  const planned = commitPlanned(repository, COMMITS);
  git('tag', 'planned');
  become(root, tree612.root ?? '');
  commit('Linux 6.12');
  git('tag', '--force', 'v6.12');
  return { touched, planned };
}

function become(root: string, kernel: string): void {
  for (const name of readdirSync(root)) if (name !== '.git') rmSync(join(root, name), { recursive: true });
  copyParts(kernel, root);
}

interface Measured {
  readonly report: HistoryReport;
  /** Processor time of each column, microseconds. */
  readonly costs: readonly number[];
}

/** The history of a range, as `history` goes through it, with what each revision costs. */
async function measured(root: string, range: string): Promise<Measured> {
  const repository = await openRepository(root, root);
  const walk = new RevisionWalk(repository, root, lookOptions({ paths: [root], jobs: 1 }));
  try {
    const looked: LookedAt[] = [];
    const costs: number[] = [];
    for (const revision of await revisionsOf(repository, { revs: [range], chain: 'all', every: 1 })) {
      const before = process.cpuUsage();
      const result = await walk.look(revision);
      const { user, system } = process.cpuUsage(before);
      costs.push(user + system);
      looked.push({ revision, result, column: columnOf(root, revision, result) });
    }
    return { report: reportOf(await partsOf(repository, looked, 0), undefined), costs };
  } finally {
    walk.close();
    repository.close();
  }
}

function inColumn({ rows }: HistoryReport, column: number): readonly SaidThere[] {
  return rows.flatMap(({ kind, rule, cells }) => {
    const cell = cells[column];
    return cell ? [{ kind, rule, ...cell }] : [];
  });
}

/** Events by the commit that they are named with. */
function eventsByCommit({ columns, rows, events }: HistoryReport): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>(columns.map(({ commit }) => [commit ?? '', []]));
  for (const { what, row, column } of events) {
    const { kind, function: name } = rows[row] ?? assert.fail();
    found.get(columns[column]?.commit ?? '')?.push(`${what} ${kind} ${name}`);
  }
  return found;
}

test('two hundred small commits between two kernels', { skip }, async (t) => {
  await withRepository('//- none\n', async (repository) => {
    const { root, git } = repository;
    const { touched, planned } = build(repository);
    const { report, costs } = await measured(root, 'v6.1..v6.12');
    const columns = new Map(report.columns.map(({ commit }, at) => [commit, at]));
    const columnAt = (name: string): number => columns.get(git('rev-parse', name).trim()) ?? assert.fail(name);

    await t.test('each planned change is named with its commit, and nothing else is said', () => {
      const found = eventsByCommit(report);
      assert.equal(planned.length, COMMITS);
      for (const { id, events } of planned)
        assert.deepEqual(found.get(id), events, git('log', '-1', '--format=%s', id));
      assert.deepEqual(found.get(report.columns[1]?.commit ?? ''), [], 'touching files means nothing');
    });

    await t.test('what lies in a renamed file is followed', () => {
      const last = columnAt('planned');
      const rows = report.rows.filter(({ cells }) => /pfncache_20\.c/.test(cells[last]?.path ?? ''));
      assert.ok(rows.length > 0);
      for (const { cells } of rows) assert.equal(cells[0]?.path, 'virt/kvm/pfncache.c');
    });

    for (const name of ['v6.1', 'planned', 'v6.12']) {
      await t.test(`audit and check say of ${name} what its column says`, async () => {
        git('checkout', '-q', '--detach', name);
        const there = saidThere(inColumn(report, columnAt(name)));
        assert.ok(there.tests.length > 10 && there.findings.length > 10);
        assert.deepEqual(there, await saidOnDisk(root));
      });
    }

    await t.test('a revision costs what has changed', (at) => {
      const [first = 0, second = 0, ...small] = costs.slice(0, 2 + COMMITS);
      const ratio = (cost: number): string => `${((100 * cost) / first).toFixed(2)} %`;
      const mean = small.reduce((sum, one) => sum + one, 0) / COMMITS;
      at.diagnostic(
        `of ${(first / 1e6).toFixed(1)} s: ${ratio(second)} for ${touched} files; a small commit ${ratio(mean)} on average, ` +
          `${ratio(Math.max(...small))} at most`,
      );
      assert.ok(second <= first / 10, `${touched} files cost ${ratio(second)}`);
      assert.ok(mean <= first / 20, `a small commit costs ${ratio(mean)}`);
    });
  });
});
