import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROGRAM } from '../support/cli.js';
import { GIT_ENV, git } from '../support/git.js';
import { REPOSITORY } from '../support/golden.js';
import { withTree } from '../support/tree.js';
import type { Tree } from '../support/tree.js';

/** The recipes of docs/workflow.md, each as it stands there, run on a small tree that is a git repository. */

const SECTIONS = readFileSync(join(REPOSITORY, 'docs', 'workflow.md'), 'utf8').split(/^## /m);

/** The code of one language in a section of the page; throws where the section or the code is missing. */
function block(heading: string, language: string): string {
  const section = SECTIONS.find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const [, text] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(section) ?? [];
  if (text === undefined) throw new Error(`docs/workflow.md has no ${language} under ${heading}`);
  return text;
}

/** The commands of a pipeline that are run by a shell: `- run: ...`, or the items of `script:`. */
function commandsOf(yaml: string): readonly string[] {
  const steps = [...yaml.matchAll(/^\s*- run: (.+)$/gm)];
  return (steps.length > 0 ? steps : [...yaml.matchAll(/^\s{4}- (.+)$/gm)]).map(([, command = '']) => command);
}

const RIGHT = `#include <linux/mm.h>

int demo_setup(struct demo *demo, size_t len)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	if (len > PAGE_SIZE) {
		__free_page(page);
		return -EINVAL;
	}
	demo->page = page;
	return 0;
}
`;
const LEAK = RIGHT.replace(' {\n\t\t__free_page(page);\n', '\n').replace('-EINVAL;\n\t}', '-EINVAL;');
const SAYS = /not given back on this error path/;

/** What kbuild does with a checker, in short. */
const MAKEFILE = `VERSION = 6
PATCHLEVEL = 12
c_flags = -nostdinc -I./include -include ./include/linux/kconfig.h -D__KERNEL__ -DKBUILD_MODNAME='"gup"' -Wp,-MMD,.gup.o.d
.PHONY: mm/
mm/: mm/gup.o
mm/gup.o: mm/gup.c FORCE
	@$(if $(filter 1 2,$(C)),$(CHECK) $(CHECKFLAGS) $(c_flags) $<)
FORCE:
`;

/** The program under its own name, and stand-ins for what a test does not have. */
const PROGRAMS: Readonly<Record<string, string>> = {
  pageref: `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`,
  npm: '#!/bin/sh\n[ "$1 $2" = "install --global" ] && [ -n "$3" ]\n',
  // \`docker run\` in the folder that is mounted; \`build\` wants what it would build.
  docker: `#!/bin/sh
[ "$1" = build ] && { test -f Dockerfile; exit; }
while [ "$1" != pageref ]; do
	[ "$1" = --volume ] && folder=\${2%%:*}
	shift
done
shift
cd "$folder" && exec pageref "$@"
`,
};

interface Ran {
  readonly code: number | null;
  readonly out: string;
}

interface Work extends Tree {
  /** Runs a script in the tree. */
  readonly shell: (script: string, env?: Record<string, string>, input?: string) => Ran;
}

/** A repository with one commit that is right, which a branch of the other side names. */
async function withWork(body: (work: Work) => void | Promise<void>): Promise<void> {
  await withTree(`//- Makefile\n${MAKEFILE}//- mm/gup.c\n${RIGHT}//- .gitignore\nbin\n`, async (tree) => {
    for (const [name, text] of Object.entries(PROGRAMS)) {
      tree.write(`bin/${name}`, text);
      chmodSync(join(tree.root, 'bin', name), 0o755);
    }
    git(tree.root, 'init', '--quiet', '--initial-branch=work');
    git(tree.root, 'add', '.');
    git(tree.root, 'commit', '--quiet', '--message=first');
    git(tree.root, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    const shell: Work['shell'] = (script, env = {}, input = '') => {
      const path = `${join(tree.root, 'bin')}:${process.env['PATH'] ?? ''}`;
      const own = { ...GIT_ENV, PAGEREF_CACHE_DIR: 'off', NO_COLOR: '1', PATH: path, ...env };
      const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: tree.root, env: own, input });
      return { code: status, out: `${stdout.toString()}${stderr.toString()}` };
    };
    await body({ ...tree, shell });
  });
}

function commitLeak({ root, write }: Tree): void {
  write('mm/gup.c', LEAK);
  git(root, 'commit', '--quiet', '--all', '--message=mm: say no to long ones');
}

const NO_MAKE = spawnSync('make', ['--version']).status !== 0 && 'make is not installed';
const NO_SHELL = process.platform === 'win32' && 'the recipes are for a POSIX shell';

test('a kernel build tells of problems as gcc does, and goes on', { skip: NO_MAKE || NO_SHELL }, async () => {
  await withWork(({ shell, write }) => {
    const lines = block('A kernel build', 'sh').trim().split('\n');
    assert.equal(lines.length, 2);
    for (const line of lines) assert.deepEqual(shell(line), { code: 0, out: '' });
    write('mm/gup.c', LEAK);
    for (const line of lines) {
      const { code, out } = shell(line);
      assert.equal(code, 0, out);
      assert.match(out, /^mm\/gup\.c:10:10: warning: [^\n]* \[get-without-put\]\n$/);
    }
    const [first = ''] = lines;
    const { code, out } = shell(first.replace('--cc', '--fail-on warning --cc'));
    assert.equal(code, 2, out);
    assert.match(out, SAYS);
  });
});

test('a commit with a problem is refused by the hook, one without is not', { skip: NO_SHELL }, async () => {
  await withWork(({ root, write, shell }) => {
    write('.git/hooks/pre-commit', block('A commit hook of git', 'sh'));
    chmodSync(join(root, '.git/hooks/pre-commit'), 0o755);
    write('mm/gup.c', LEAK);
    git(root, 'add', '.');
    // What is not staged is none of the commit's business.
    write('mm/gup.c', RIGHT);
    const refused = shell('git commit --quiet --message=second');
    assert.equal(refused.code, 1, refused.out);
    assert.match(refused.out, SAYS);
    assert.match(refused.out, /^pre-commit: pageref found something/m);
    assert.equal(shell('git commit --quiet --no-verify --message=second').code, 0);
    git(root, 'add', '.');
    assert.deepEqual(shell('git commit --quiet --message=third'), { code: 0, out: '' });
    write('README', 'no C\n');
    git(root, 'add', '.');
    assert.deepEqual(shell('git commit --quiet --message=fourth'), { code: 0, out: '' });
  });
});

test(
  'the steps of the GitHub Action: a SARIF log to upload, then annotations and a failure',
  { skip: NO_SHELL },
  async () => {
    await withWork((work) => {
      commitLeak(work);
      const [install = '', log = '', annotate = '', ...more] = commandsOf(block('GitHub', 'yaml'));
      const env = { GITHUB_BASE_REF: 'main', PACKAGE: 'https://example.org/pageref-0.1.0.tgz' };
      assert.deepEqual(more, []);
      assert.equal(work.shell(install, env).code, 0);
      assert.deepEqual(work.shell(log, env), { code: 0, out: '' });
      const sarif = JSON.parse(readFileSync(join(work.root, 'pageref.sarif'), 'utf8')) as {
        readonly runs: readonly {
          readonly results: readonly { readonly ruleId: string; readonly codeFlows: unknown }[];
        }[];
      };
      const results = sarif.runs[0]?.results ?? [];
      assert.deepEqual(
        results.map(({ ruleId }) => ruleId),
        ['get-without-put'],
      );
      assert.ok(results[0]?.codeFlows);
      const shown = work.shell(annotate, env);
      assert.equal(shown.code, 1);
      assert.match(shown.out, /^::warning file=mm\/gup\.c,line=10,col=10,title=pageref%3A get-without-put::/m);
    });
  },
);

test('the script of the GitLab job writes a code quality report', { skip: NO_SHELL }, async () => {
  await withWork((work) => {
    commitLeak(work);
    const base = git(work.root, 'rev-parse', 'origin/main').trim();
    const env = { CI_MERGE_REQUEST_DIFF_BASE_SHA: base, PACKAGE: 'https://example.org/pageref-0.1.0.tgz' };
    const commands = commandsOf(block('GitLab', 'yaml'));
    assert.equal(commands.length, 2);
    for (const command of commands) assert.deepEqual(work.shell(command, env), { code: 0, out: '' });
    const entries = JSON.parse(readFileSync(join(work.root, 'quality.json'), 'utf8')) as readonly {
      readonly check_name: string;
    }[];
    assert.deepEqual(
      entries.map((entry) => entry.check_name),
      ['get-without-put'],
    );
  });
});

test(
  'the container is built of the package, and its command line checks the folder that is mounted',
  { skip: NO_SHELL },
  async () => {
    const recipe = block('A container', 'dockerfile');
    assert.match(recipe, /^ENTRYPOINT \["pageref"\]$/m);
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    assert.ok(recipe.includes(`COPY pageref-${version}.tgz`));
    await withWork(({ shell, write }) => {
      write('Dockerfile', recipe);
      write('mm/gup.c', LEAK);
      const { code, out } = shell(block('A container', 'sh'));
      assert.equal(code, 1, out);
      assert.match(out, /^mm\/gup\.c:10:10: warning: .*\[get-without-put\]$/m);
    });
  },
);

test('b4: each command reads a patch and says what its contract wants', { skip: NO_SHELL }, async () => {
  await withWork((work) => {
    commitLeak(work);
    const patch = git(work.root, 'format-patch', '--stdout', '-1');
    const commands = [...block('b4', 'ini').matchAll(/^\s+([\w-]+) = (.+)$/gm)];
    assert.deepEqual(
      commands.map(([, key]) => key),
      ['prep-perpatch-check-cmd', 'am-perpatch-check-cmd', 'review-perpatch-check-cmd'],
    );
    for (const [, key = '', command = ''] of commands) {
      const { out } = work.shell(command, {}, patch);
      assert.match(out, SAYS);
      if (key.startsWith('review')) assert.equal((JSON.parse(out) as readonly unknown[]).length, 1);
    }
  });
});

test('checkpatch: both speak of the patch in one form', { skip: NO_SHELL }, async () => {
  await withWork((work) => {
    commitLeak(work);
    work.write(
      'scripts/checkpatch.pl',
      '#!/bin/sh\ntest -f "$4" && echo "mm/gup.c:9: WARNING:DEMO: a demo of checkpatch"\n',
    );
    chmodSync(join(work.root, 'scripts/checkpatch.pl'), 0o755);
    const { out } = work.shell(block('checkpatch', 'sh'));
    const lines = out.trim().split('\n');
    assert.equal(lines.length, 2, out);
    for (const line of lines) assert.match(line, /^mm\/gup\.c:\d+: WARNING:[A-Z_]+: /);
    assert.ok(existsSync(join(work.root, 'outgoing')));
  });
});
