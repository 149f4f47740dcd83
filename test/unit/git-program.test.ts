import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findGit } from 'pageref/dist/vfs/git-program.js';

/** The git of a tree is never run, on no system: paths of both kinds are tried wherever the test runs. */

interface Machine {
  readonly platform: 'linux' | 'win32';
  readonly tree: string;
  readonly path: string | undefined;
  /** What is there; a value is where a link leads. */
  readonly there: Readonly<Record<string, string>>;
}

function gitOf({ platform, tree, path, there }: Machine): string | undefined {
  const known = new Map(Object.entries(there));
  return findGit(tree, { platform, path, real: (one) => known.get(one) })?.path;
}

/** Everything is where its name says. */
function plain(...paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, path]));
}

const LINUX = { platform: 'linux', tree: '/src/linux' } as const;
const WINDOWS = { platform: 'win32', tree: 'C:\\src\\linux' } as const;

test('Linux: the first git on the PATH that is absolute and outside of the tree', () => {
  const there = plain(
    '/src/linux',
    '/src/linux/bin',
    '/src/linux/bin/git',
    '/usr/bin',
    '/usr/bin/git',
    '/opt',
    '/opt/git',
  );
  const found = (path: string | undefined, more: Record<string, string> = {}): string | undefined =>
    gitOf({ ...LINUX, path, there: { ...there, ...more } });
  assert.equal(found('/usr/bin:/opt'), '/usr/bin/git');
  assert.equal(found('/nowhere:/opt:/usr/bin'), '/opt/git');
  assert.equal(found('/src/linux/bin:/src/linux:/usr/bin'), '/usr/bin/git');
  assert.equal(found('.:bin:../x::/usr/bin', plain('.', 'git', 'bin', 'bin/git', './git', '/git', '')), '/usr/bin/git');
  assert.equal(
    found('/src/linux-tools:/usr/bin', plain('/src/linux-tools', '/src/linux-tools/git')),
    '/src/linux-tools/git',
  );
  assert.equal(found('/src/linux/bin'), undefined);
  assert.equal(found(''), undefined);
  assert.equal(found(undefined), undefined);
});

test('Linux: links are followed before it is said what is outside', () => {
  const there = { ...plain('/src/linux', '/usr/bin', '/usr/bin/git'), '/home/a/bin': '/src/linux/bin' };
  assert.equal(
    gitOf({ ...LINUX, path: '/home/a/bin:/usr/bin', there: { ...there, '/home/a/bin/git': '/src/linux/bin/git' } }),
    '/usr/bin/git',
  );
  const linked = {
    ...plain('/usr/bin', '/usr/bin/git', '/opt'),
    '/src/linux': '/disk/tree',
    '/opt/git': '/disk/tree/git',
  };
  assert.equal(gitOf({ ...LINUX, path: '/opt:/usr/bin', there: linked }), '/usr/bin/git');
});

test('Windows: git.exe alone, with its drive, never from the tree however its name is spelt', () => {
  const git = 'C:\\Program Files\\Git\\cmd';
  const there = plain('C:\\src\\linux', git, `${git}\\git.exe`);
  const found = (path: string, more: Record<string, string> = {}): string | undefined =>
    gitOf({ ...WINDOWS, path, there: { ...there, ...more } });
  assert.equal(found(git), `${git}\\git.exe`);
  assert.equal(found(`"${git}"`), `${git}\\git.exe`);
  const own = plain(
    'C:\\src\\linux\\git.exe',
    '.',
    '.\\git.exe',
    'git.exe',
    'C:\\src\\linux\\bin',
    'C:\\src\\linux\\bin\\git.exe',
  );
  assert.equal(found(`.;C:\\src\\linux;C:\\src\\linux\\bin;${git}`, own), `${git}\\git.exe`);
  assert.equal(found(`c:\\SRC\\Linux;${git}`, plain('c:\\SRC\\Linux', 'c:\\SRC\\Linux\\git.exe')), `${git}\\git.exe`);
  assert.equal(
    found(`\\tools;C:tools;${git}`, plain('\\tools', '\\tools\\git.exe', 'C:tools', 'C:tools\\git.exe')),
    `${git}\\git.exe`,
  );
  assert.equal(found('D:\\git', plain('D:\\git', 'D:\\git\\git.exe')), 'D:\\git\\git.exe');
  assert.equal(found('D:\\shim', plain('D:\\shim', 'D:\\shim\\git.cmd', 'D:\\shim\\git')), undefined);
  assert.equal(
    found('\\\\server\\tools', plain('\\\\server\\tools', '\\\\server\\tools\\git.exe')),
    '\\\\server\\tools\\git.exe',
  );
});

test('what git starts itself is looked for outside of the tree too', () => {
  const there = plain('/src/linux', '/src/linux/bin', '/usr/bin', '/usr/bin/git', '/opt');
  const known = new Map(Object.entries(there));
  const found = findGit('/src/linux', {
    platform: 'linux',
    path: '/src/linux/bin:.:/usr/bin:/gone:/opt',
    real: (one) => known.get(one),
  });
  assert.equal(found?.searched, '/usr/bin:/opt');
});
