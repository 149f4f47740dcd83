import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installWorkbench } from './install.js';

/** A workbench that is being served. */
export interface ServedWorkbench {
  readonly port: number;
  /** What it printed so far; for the report of a failure. */
  readonly output: () => string;
  /** Ends it with everything it started. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Folder for everything the run writes. */
  readonly folder: string;
  /** VSIX files to install before it starts. */
  readonly install?: readonly string[];
  /** User settings beside those that keep the workbench quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Lets a page run an extension's tests; it also keeps notifications from being shown. */
  readonly mode: 'tests' | 'person';
  readonly env?: NodeJS.ProcessEnv;
}

/** No questions, no news, no network: what a person would have clicked away before the first file is opened. */
export const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  // In a browser files are saved by themselves a second after an edit.
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  // What is found in the background comes at its own time: a test asks for it that waits for it.
  'pageref.wholeTree': false,
};

/** A process that one of these ends says no `exit`, and would leave the group behind. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const STARTS_WITHIN_MS = 120_000;

export async function serveWorkbench(options: ServeOptions): Promise<ServedWorkbench> {
  const { node, server } = installWorkbench();
  const { folder, mode } = options;
  writeSettings(folder, { ...QUIET_SETTINGS, ...options.settings });
  const env = environment(folder, options.env);
  const common = [server, '--accept-server-license-terms', '--telemetry-level', 'off', ...placesIn(folder)];
  for (const file of options.install ?? [])
    await install(node, [...common, '--install-extension', file, '--force'], env);
  const words = [...common, '--host', '127.0.0.1', '--port', '0', '--without-connection-token'];
  if (mode === 'tests') words.push('--enable-smoke-test-driver');
  const child = spawn(node, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env, cwd: folder });
  const output = collect(child);
  const stop = stopper(child);
  try {
    const port = Number(await printed(child, output, /Extension host agent listening on (\d+)/));
    return { port, output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function placesIn(folder: string): string[] {
  return ['--server-data-dir', join(folder, 'data'), '--extensions-dir', join(folder, 'extensions')];
}

function writeSettings(folder: string, settings: object): void {
  const user = join(folder, 'data', 'data', 'User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/** A home of its own, so that neither the person's settings come in nor anything of the run gets out. */
function environment(folder: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VSCODE|ELECTRON|npm|NODE)_/.test(name));
  const own = {
    HOME: 'home',
    TMPDIR: 'tmp',
    XDG_CONFIG_HOME: 'config',
    XDG_CACHE_HOME: 'cache',
    XDG_DATA_HOME: 'share',
  };
  const places = Object.entries(own).map(([name, place]) => [name, join(folder, place)] as const);
  for (const [, place] of places) mkdirSync(place, { recursive: true });
  return { ...Object.fromEntries(kept), ...Object.fromEntries(places), ...more };
}

async function install(node: string, words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(node, words, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const output = collect(child);
  const code = await new Promise<number>((done) => child.on('close', (value) => done(value ?? -1)));
  if (code !== 0 || !/successfully installed/.test(output())) throw new Error(`not installed: ${output()}`);
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
  }
  return () => text;
}

/** The first group of `pattern`, once the program has printed it. */
function printed(child: ChildProcess, output: () => string, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = pattern.exec(output())?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    const fail = (why: string): void => reject(new Error(`the workbench ${why}: ${output()}`));
    const timer = setTimeout(() => fail('did not start in time'), STARTS_WITHIN_MS);
    child.stdout?.on('data', look);
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => fail(`ended with code ${String(code)}`));
  });
}

/** The process group is the workbench, its extension hosts and the language servers they have started. */
function stopper(child: ChildProcess): () => Promise<void> {
  const closed = new Promise<void>((done) => child.on('close', () => done()).on('error', () => done()));
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const end = (): never => process.exit(1);
  process.on('exit', kill);
  for (const signal of ENDING) process.on(signal, end);
  return async () => {
    kill();
    await closed;
    process.off('exit', kill);
    for (const signal of ENDING) process.off(signal, end);
  };
}
