import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { REPOSITORY } from '../../support/golden.js';
import { findChromium, NO_CHROMIUM } from './browser.js';
import { hasWorkbench } from './install.js';
import { QUIET_SETTINGS } from './server.js';
import { withRunFolder } from './folders.js';

/** One run of the extension host. */
export interface HostRun {
  /** Folder below test/e2e/host with the tests. */
  readonly suite: string;
  /** Folder or `.code-workspace` file to open. */
  readonly open: string;
  readonly env?: NodeJS.ProcessEnv;
  /** User settings beside those that keep the workbench quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

interface HostResult {
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly title: string;
  readonly error?: string;
}

const COMPILED = fileURLToPath(new URL('..', import.meta.url));

/** Why the suites cannot run here, as node:test wants it; false when they can. In CI they have to. */
export function skipHost(): string | false {
  if (process.env['VSCODE_PATH'] || process.env['VSCODE_VERSION'] || !hasWorkbench()) return false;
  return skipWithoutChromium();
}

export function skipWithoutChromium(): string | false {
  if (findChromium() !== undefined) return false;
  if (process.env['CI'] === 'true') throw new Error(NO_CHROMIUM);
  return NO_CHROMIUM;
}

/**
 * Runs tests inside the extension host, with this checkout as the extension, and makes each of them a subtest of
 * `context`. The workbench's exit code and what the tests reported must say the same.
 */
export async function runInHost(context: TestContext, { suite, open, env, settings }: HostRun): Promise<void> {
  await withRunFolder(suite, async (folder) => {
    const report = join(folder, 'report.jsonl');
    writeSettings(folder, settings);
    const code = await exitCodeOf({
      vscodeExecutablePath: await vscode(folder),
      extensionDevelopmentPath: REPOSITORY,
      extensionTestsPath: join(COMPILED, 'host', 'index.cjs'),
      extensionTestsEnv: { ...env, PAGEREF_E2E_SUITE: suite, PAGEREF_E2E_REPORT: report },
      launchArgs: [open, `--user-data-dir=${folder}`, `--extensions-dir=${join(folder, 'extensions')}`],
    });
    const results = readReport(report);
    for (const { state, title, error } of results) {
      await context.test(title, { skip: state === 'skipped' }, () => {
        // The stack is that of the test; one of this file would say nothing.
        if (state === 'failed') throw Object.assign(new Error(title), { stack: error });
      });
    }
    assert.ok(results.length > 0, `no test of ${suite} was run`);
    assert.equal(
      code === 0,
      results.every(({ state }) => state !== 'failed'),
      `exit code ${String(code)}`,
    );
  });
}

async function exitCodeOf(options: Parameters<typeof runTests>[0]): Promise<number> {
  try {
    return await runTests(options);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (typeof code === 'number') return code;
    throw error;
  }
}

function readReport(file: string): HostResult[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as HostResult);
}

function writeSettings(folder: string, settings: HostRun['settings']): void {
  mkdirSync(join(folder, 'User'), { recursive: true });
  writeFileSync(join(folder, 'User', 'settings.json'), JSON.stringify({ ...QUIET_SETTINGS, ...settings }));
}

/**
 * The VS Code to run in: $VSCODE_PATH; a download where one was asked for by $VSCODE_VERSION or where there is nothing
 * else; and the workbench in a browser everywhere else, which needs no display.
 */
async function vscode(folder: string): Promise<string> {
  const { VSCODE_PATH: path, VSCODE_VERSION: version } = process.env;
  if (path) return path;
  if (version || !hasWorkbench()) return downloadAndUnzipVSCode(version || 'stable');
  return writeShim(folder);
}

/** runTests starts a file, and has no place for the words before one. */
function writeShim(folder: string): string {
  const file = join(folder, 'code');
  const words = [process.execPath, join(COMPILED, 'shim.js')].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  writeFileSync(file, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}
