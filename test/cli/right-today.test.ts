import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as engine from 'pageref/dist/runs/index.js';
import { pageref } from '../support/cli.js';
import type { Outcome } from '../support/cli.js';
import { withTree } from '../support/tree.js';

const RIGHT = 'right today, a place to name if the bit goes';

const MARKS = `//- mm/marks.c
void demo_page_written(struct page *page)
{
	if (PageReserved(page))
		return;
	SetPageDirty(page);
	mark_page_accessed(page);
}
`;

const LEAK = `//- virt/leak.c
int demo_read(unsigned long addr)
{
	struct page *page;

	if (get_user_pages_fast(addr, 1, 0, &page) != 1)
		return -EFAULT;
	use(page);
	if (!PageReserved(page))
		put_page(page);
	return 0;
}
`;

interface Faces {
  readonly audit: Outcome;
  readonly whatIf: Outcome;
  readonly fix: Outcome;
  readonly gcc: Outcome;
  readonly check: Outcome;
}

function facesOf(fixture: string): Promise<Faces> {
  return withTree(fixture, async ({ root }) => {
    const run = (...args: readonly string[]): Promise<Outcome> =>
      pageref([...args, '--kernel', '6.12'], { cwd: root, engine });
    return {
      audit: await run('audit', '.'),
      whatIf: await run('audit', '.', '--what-if', 'no-reserved-zone-device'),
      fix: await run('fix', '.'),
      gcc: await run('audit', '.', '--format', 'gcc'),
      check: await run('check', '.', '--format', 'gcc'),
    };
  });
}

test('a test that is right today needs no care, and every command says so alike', async () => {
  const { audit, whatIf, fix, gcc, check } = await facesOf(MARKS);
  assert.match(audit.stdout, /^right-by-accident: 1 site\n.*: right-by-accident \(medium\): /m);
  assert.match(audit.stdout, /^ {4}right-by-accident {6}1$/m);
  assert.doesNotMatch(audit.stdout, /needs? care|needs-zone-device/);
  assert.match(
    whatIf.stdout,
    /^if ZONE_DEVICE pages lose PG_reserved: 1 site changes\n.*: right-by-accident: Today: /m,
  );
  assert.match(fix.stdout, /none: Right today: .*, 0 left to you, 1 right today\n$/s);
  assert.match(gcc.stdout, new RegExp(`note: .*\\(${RIGHT}, medium confidence, Linux 6\\.12\\)`));
  assert.match(check.stdout, /^mm\/marks\.c:3:6: note: /m);
  assert.deepEqual([audit.code, whatIf.code, fix.code, check.code], [0, 0, 0, 0]);
});

test('a leak beside it is what is counted', async () => {
  const { audit, fix, check } = await facesOf(LEAK + MARKS);
  assert.match(audit.stdout, /^needs-zone-device, wrong-today: 1 site$/m);
  assert.match(audit.stdout, /^ {4}needs-zone-device {6}1, wrong-today$/m);
  assert.match(audit.stdout, /^ {4}virt +1, 1 needs care\n {4}mm +1$/m);
  assert.match(fix.stdout, /: 1 with a fix to be applied, 0 left to you, 1 right today\n$/);
  assert.deepEqual([audit.code, fix.code, check.code], [1, 0, 1]);
});

test('what the model says of a name that tells such pages is the same', async () => {
  const { stdout } = await pageref(['api', 'kvm_is_ad_tracked_page', '--kernel', '6.12'], { engine });
  assert.match(stdout, /right today \(dirty and accessed marks only\), a place to name if the bit goes/);
});
