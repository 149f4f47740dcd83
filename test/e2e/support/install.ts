import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The VS Code workbench that runs in a browser: the server build of VS Code that the npm package `code-server` carries,
 * and the Node it is made for. Pinned, because a workbench that changes by itself makes tests fail by themselves.
 */
const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

export interface Workbench {
  /** The Node that runs it. */
  readonly node: string;
  /** The server's entry. */
  readonly server: string;
}

/** Is there a build of the pinned Node on npm for this machine? Elsewhere only desktop VS Code can be used. */
export function hasWorkbench(): boolean {
  return process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64');
}

/** The workbench, installed once (about 800 MB, half a minute) into $PAGEREF_E2E_CACHE. Throws when npm fails. */
export function installWorkbench(): Workbench {
  const folder = join(cacheFolder(), `code-server-${CODE_SERVER}-node-${NODE}`);
  if (!existsSync(folder)) install(folder);
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  return {
    node: join(folder, 'node_modules', nodePackage(), 'bin', 'node'),
    server: join(vscode, 'out', 'server-main.js'),
  };
}

/** Outside of node_modules, which `npm ci` empties. */
function cacheFolder(): string {
  return process.env['PAGEREF_E2E_CACHE'] || join(tmpdir(), 'pageref-workbench');
}

function nodePackage(): string {
  return `node-linux-${process.arch}`;
}

/** Installs beside the final place and renames, so that a run that was stopped leaves no half workbench. */
function install(folder: string): void {
  process.stderr.write(`pageref: installing the VS Code workbench into ${folder}\n`);
  mkdirSync(dirname(folder), { recursive: true });
  const temporary = mkdtempSync(join(dirname(folder), 'install-'));
  try {
    writeFileSync(join(temporary, 'package.json'), JSON.stringify({ private: true }));
    npm(temporary, `${nodePackage()}@${NODE}`, `code-server@${CODE_SERVER}`);
    const vscode = join(temporary, 'node_modules', 'code-server', 'lib', 'vscode');
    npm(vscode, '--omit=dev');
    npm(join(vscode, 'extensions'), '--omit=dev');
    renameSync(temporary, folder);
  } catch (error) {
    // Another run may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** No install scripts: nothing is compiled or fetched from elsewhere, and what they would do is not needed here. */
function npm(cwd: string, ...words: string[]): void {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const args = ['install', ...options, ...words];
  const given = process.env['npm_execpath'];
  const [command, ...before] = given === undefined ? ['npm'] : [process.execPath, given];
  execFileSync(command, [...before, ...args], { cwd, env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Without what npm hands to the scripts it runs: this npm would take it for its own options. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_local_prefix|lifecycle|package)/.test(name)),
  );
}
