import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { PROGRAM } from '../support/cli.js';

/** Running the program as anybody would: its command line in, its output and its exit code out. */

/** The program that is attacked. */
export const ATTACKED = process.env['PAGEREF_PROGRAM'] ?? PROGRAM;
/** Command line of the language server. */
export const SERVER = [process.execPath, ATTACKED, 'lsp', '--stdio'] as const;

/** A run that takes longer hangs. Milliseconds. */
const LIMIT = 90_000;

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface RunWith {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  /** When and with what the run is ended; it is no failure then. */
  readonly kill?: { readonly signal: NodeJS.Signals; readonly after: number };
}

/** Runs one command line to its end. Throws for a run that hangs. */
export function run(line: readonly string[], { env = {}, cwd, stdin, kill }: RunWith = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const surroundings = { ...process.env, NO_COLOR: '1', PAGEREF_CACHE_DIR: 'off', ...env };
    const child = spawn(process.execPath, [ATTACKED, ...line], {
      env: surroundings,
      ...(cwd !== undefined && { cwd }),
    });
    const out: Buffer[] = [];
    let stderr = '';
    let isHanging = false;
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    const limit = setTimeout(() => (isHanging = child.kill('SIGKILL')), LIMIT);
    const killing = kill && setTimeout(() => child.kill(kill.signal), kill.after);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      clearTimeout(killing);
      const milliseconds = performance.now() - begin;
      if (isHanging) reject(new Error(`pageref ${line.join(' ')} did not end within ${String(LIMIT)} ms`));
      else resolve({ code, signal, stdout: Buffer.concat(out), stderr, milliseconds });
    });
  });
}

/** What steers a terminal or turns text round; newlines are fine. */
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * The manners of every run, whatever it was given: it ends by itself with 0, 1 or 2, says why where it is 2, never calls a mistake
 * its own, and shows nothing that steers a terminal.
 */
export function assertManners(line: readonly string[], { code, signal, stdout, stderr }: Ran): void {
  const what = `pageref ${line.join(' ')}`;
  assert.equal(signal, null, `${what} was ended by ${String(signal)}: ${stderr}`);
  assert.ok(code !== null && code >= 0 && code <= 2, `${what} ended with ${String(code)}: ${stderr}`);
  assert.ok(!/internal error|^\s+at /m.test(stderr), `${what}: ${stderr}`);
  if (code === 2) assert.match(stderr, /^pageref: ./, `${what} says why`);
  for (const text of [stderr, line.includes('diff') ? '' : stdout.toString('utf8')]) {
    const at = text.search(STEERING);
    assert.ok(at < 0, `${what} shows ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 10))}`);
  }
}

/** Runs one command line that must have manners. */
export async function runWell(line: readonly string[], options: RunWith = {}): Promise<Ran> {
  const ran = await run(line, options);
  assertManners(line, ran);
  return ran;
}
