import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { RESERVED_CONFLATES_ZONE_DEVICE, STANDING_RULE_IDS } from '@pageref/shared';
import type { CheckReport } from '@pageref/shared';
import type { SourceFile } from 'pageref/dist/contracts/source-file.js';
import { JudgedMentions } from 'pageref/dist/rules/reserved/judged.js';
import { activate, checkFile } from 'pageref/dist/runs/check-file.js';
import type { FileRequest } from 'pageref/dist/runs/check-file.js';
import { check } from 'pageref/dist/runs/check.js';
import { worldOf } from 'pageref/dist/runs/rule-world.js';
import { CannotRun } from 'pageref/dist/project/options.js';
import type { CheckOptions } from 'pageref/dist/project/options.js';
import { openSource } from 'pageref/dist/contracts/view-source.js';
import type { Rule, RuleWorld } from 'pageref/dist/rules/rule.js';
import { memoryTree } from '../support/memory-tree.js';
import { withTree } from '../support/tree.js';

const LEAK = `
void NAME(unsigned long start)
{
	struct page *page;

	if (get_user_pages_fast(start, 1, FOLL_WRITE, &page) != 1)
		return;
	if (!PageReserved(page))
		put_page(page);
}
`;

function leak(name: string): string {
  return LEAK.replace('NAME', name);
}

const TREE = `
//- Makefile
VERSION = 6
PATCHLEVEL = 1
//- drivers/a/one.c
${leak('one')}
//- drivers/a/two.c
${leak('two')}
${leak('three')}
//- drivers/b/none.c
int nothing;
`;

function run(paths: readonly string[], options: Partial<CheckOptions> = {}): Promise<CheckReport> {
  return check({ paths, jobs: 2, ...options });
}

function functionsOf({ findings }: CheckReport): string[] {
  return findings.map(({ path, function: name }) => `${path} ${name}`);
}

test('a tree, a folder of it and files of it give the same findings', async () => {
  await withTree(TREE, async ({ root }) => {
    const all = ['drivers/a/one.c one', 'drivers/a/two.c two', 'drivers/a/two.c three'];
    const whole = await run([root]);
    assert.deepEqual([whole.root, whole.release, functionsOf(whole)], [root, '6.1', all]);
    const folder = await run([join(root, 'drivers', 'a')]);
    assert.deepEqual([folder.root, folder.release, functionsOf(folder)], [root, '6.1', all]);
    assert.equal(folder.summary.files.read, 2);
    const files = await run([join(root, 'drivers/a/two.c'), join(root, 'drivers/a'), join(root, 'drivers/b/none.c')]);
    assert.deepEqual([files.root, functionsOf(files)], [root, all]);
    assert.deepEqual(files.findings, whole.findings);
    assert.deepEqual((await run([join(root, 'drivers/b/none.c')])).findings, []);
  });
});

test('the number of workers does not show', async () => {
  await withTree(TREE, async ({ root }) => {
    assert.deepEqual(await run([root], { jobs: 1 }), await run([root], { jobs: 4 }));
  });
});

test('files of no tree are judged as of the newest release, or the one that was asked for', async () => {
  await withTree(`//- x/alone.c\n${leak('alone')}`, async ({ root }) => {
    const file = join(root, 'x', 'alone.c');
    const newest = await run([file]);
    assert.deepEqual([newest.root, newest.release, functionsOf(newest)], [join(root, 'x'), null, ['alone.c alone']]);
    assert.match(newest.summary.release.detected, /judged as 7\.1/);
    assert.equal((await run([file], { release: '5.4' })).release, '5.4');
  });
});

test('what is no path of one tree cannot be checked', async () => {
  await withTree(`${TREE}//- README\nwords\n`, async ({ root }) => {
    await withTree(TREE, async (other) => {
      const message = async (...paths: string[]): Promise<string> => {
        const error: unknown = await run(paths).catch((reason: unknown) => reason);
        assert.ok(error instanceof CannotRun, String(error));
        return error.message;
      };
      assert.match(await message(join(root, 'missing.c')), /^no such file or folder/);
      assert.match(await message(join(root, 'README')), /neither C source nor a C header/);
      assert.match(await message(root, other.root), /different trees/);
    });
  });
});

test('rules are counted also where they find nothing, and only those that ran', async () => {
  await withTree(TREE, async ({ root }) => {
    const { summary } = await run([root]);
    assert.deepEqual(
      summary.byRule.map(({ rule }) => rule),
      [...STANDING_RULE_IDS],
    );
    const one = await run([root], { rules: ['reserved-conflates-zone-device'] });
    assert.deepEqual(one.summary.byRule, [
      {
        rule: 'reserved-conflates-zone-device',
        findings: 3,
        bySeverity: { error: 0, warning: 3, information: 0 },
      },
    ]);
    assert.deepEqual(one.summary.bySeverity, { error: 0, warning: 3, information: 0 });
  });
});

test('a function that cannot be read is counted and named', async () => {
  await withTree(`${TREE}//- mm/odd.c\nvoid odd(void)\n{\n\tPageReserved(page) ] ( ;;\n}\n`, async ({ root }) => {
    const { functions } = (await run([root])).summary;
    assert.deepEqual([functions.mentioning, functions.analysed], [4, 3]);
    assert.deepEqual(
      functions.notAnalysed.map(({ path, function: name }) => [path, name]),
      [['mm/odd.c', 'odd']],
    );
  });
});

test('a fingerprint stays when lines move, and tells equal findings apart', async () => {
  const marks = (text: string): Promise<string[]> =>
    withTree(`//- Makefile\nVERSION = 6\nPATCHLEVEL = 1\n//- a.c\n${text}`, async ({ root }) =>
      (await run([root])).findings.map(({ fingerprint }) => fingerprint),
    );
  const before = await marks(leak('one') + leak('one'));
  assert.equal(new Set(before).size, 2);
  assert.deepEqual(await marks(`\n\nint more;\n${leak('one')}int others;\n${leak('one')}`), before);
});

const RULE = { ...RESERVED_CONFLATES_ZONE_DEVICE, messages: { told: 'told of {what}' } };

function ruleThat(check: Rule['check']): Rule {
  return { meta: RULE, names: () => ['put_page'], check };
}

function asked(file: SourceFile, world: RuleWorld): Omit<FileRequest, 'rules'> {
  const reserved = new JudgedMentions(file, { deviceKinds: world.deviceKinds, arch: undefined });
  return { file, reserved, world, arch: undefined };
}

test('a rule that fails costs its own findings in the file', async () => {
  const tree = await memoryTree('6.12');
  const world = worldOf(tree);
  const told = ruleThat(({ item }) => [{ start: item.start, length: 1, message: 'told', values: { what: item.name } }]);
  const failing: Rule = {
    ...told,
    meta: { ...RULE, id: 'pagemap-ref-leak' },
    check: (subject) => {
      if (subject.item.name === 'two') throw new Error('cannot stand two');
      return told.check(subject);
    },
  };
  const file = openSource('a.c', leak('one') + leak('two') + leak('three'), tree.tools);
  const result = checkFile({ ...asked(file, world), rules: activate([failing, told], world) });
  assert.deepEqual(
    result.findings.map(({ message }) => message),
    ['told of one', 'told of two', 'told of three'],
  );
  assert.deepEqual(result.failures, [{ rule: failing.meta.id, path: 'a.c', why: 'cannot stand two' }]);
});

test('a function is no use of its own name, and a name in a comment or string is none', async () => {
  const tree = await memoryTree('6.12');
  const world = worldOf(tree);
  const seen: string[] = [];
  const rule = ruleThat(({ item }) => {
    seen.push(item.name);
    return [];
  });
  const text = `
static void put_page(struct page *page)
{
	free(page);
}
void told(void)
{
	/* put_page() */
	printk("put_page");
}
void member(struct ops *ops)
{
	ops->put_page(0);
}
#define DROP(page) put_page(page)
`;
  checkFile({ ...asked(openSource('a.c', text, tree.tools), world), rules: activate([rule], world) });
  assert.deepEqual(seen, ['DROP']);
});
