import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { gitFor } from './git-program.js';
import type { GitProgram } from './git-program.js';

/**
 * Starting git without a shell, so that nothing a repository configures is run: hooks, monitors, pagers, transports, fetches of
 * missing objects, credential helpers, maintenance. Only commands that read objects, the index and names are started. It
 * holds for git 2.30 and later: what a version does not know it ignores.
 */

/** GIT_ALLOW_PROTOCOL wins over any configuration, also over `protocol.NAME.allow` of the repository, which wins over -c. */
const ENVIRONMENT = {
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_PAGER: 'cat',
  LC_ALL: 'C',
};

const SETTINGS = [
  'core.fsmonitor=',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.sshCommand=false',
  'credential.helper=',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'protocol.allow=never',
  ...['ext', 'file', 'git', 'http', 'https', 'ssh'].map((name) => `protocol.${name}.allow=never`),
];

/** Output of one command, or why there is none: what git said, on one line. */
export type Answer = { readonly bytes: Buffer } | { readonly why: string };

export interface GitRun {
  /** Absolute path of the tree: git works there, and is started where this process is. */
  readonly root: string;
  /** Settings of the repository that are to have another value, `name=value` each. */
  readonly settings?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Starts git; undefined where there is none outside of the tree. */
export function startGit(run: GitRun, args: readonly string[]): ChildProcessWithoutNullStreams | undefined {
  const program = gitFor(run.root);
  if (!program) return undefined;
  return spawn(program.path, argumentsFor(run, args), {
    env: environmentFor(program),
    windowsHide: true,
    ...(run.signal && { signal: run.signal }),
  });
}

function argumentsFor({ root, settings = [] }: GitRun, args: readonly string[]): string[] {
  return ['-C', root, ...[...SETTINGS, ...settings].flatMap((one) => ['-c', one]), '--no-pager', ...args];
}

function environmentFor({ searched }: GitProgram): NodeJS.ProcessEnv {
  return { ...process.env, ...ENVIRONMENT, PATH: searched };
}

export const NO_GIT = 'git is not installed';

/** All that one command prints. Rejects with an AbortError when the signal fires. */
export function runGit(run: GitRun, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = startGit(run, args);
    if (!child) {
      resolve({ why: NO_GIT });
      return;
    }
    const parts: Buffer[] = [];
    const said = lastWords(child);
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.on('error', (error) => (run.signal?.aborted ? reject(error) : resolve({ why: error.message })));
    child.on('close', (code) => resolve(code === 0 ? { bytes: Buffer.concat(parts) } : { why: said(code) }));
    child.stdin.on('error', () => undefined);
    child.stdin.end();
  });
}

/** All that one command prints, while nothing else of this program runs: for small things that a caller cannot wait for. */
export function runGitNow(run: GitRun, args: readonly string[]): Answer {
  const program = gitFor(run.root);
  if (!program) return { why: NO_GIT };
  const options = { env: environmentFor(program), windowsHide: true, maxBuffer: MOST_BYTES, input: '' };
  const { error, status, stdout, stderr } = spawnSync(program.path, argumentsFor(run, args), options);
  if (error) return { why: error.message };
  return status === 0 ? { bytes: stdout } : { why: lastLine(stderr.toString(), status) };
}

/** Larger than any source. */
const MOST_BYTES = 128 * 1024 * 1024;

/** Errors are short; a repository that makes git say more is not listened to. Characters. */
const MOST_WORDS = 4096;

/** The last line of what a process says on standard error, once it has ended. */
export function lastWords(child: ChildProcessWithoutNullStreams): (code: number | null) => string {
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-MOST_WORDS)));
  return (code) => lastLine(words, code);
}

function lastLine(words: string, code: number | null): string {
  return words.trim().split('\n').at(-1) || `git ended with ${String(code)}`;
}
