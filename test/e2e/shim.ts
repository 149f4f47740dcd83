import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withPage } from './support/browser.js';
import type { Page } from 'playwright-core';
import { serveWorkbench } from './support/server.js';

/**
 * Stands in for the VS Code executable: takes the arguments that `runTests` of @vscode/test-electron gives to one, runs the
 * suite in the workbench in a browser, prints what the suite prints and exits with its code.
 */

interface Arguments {
  readonly developmentPaths: readonly string[];
  readonly testsPath: string;
  readonly userData: string;
  /** Folder or `.code-workspace` file; undefined for an empty window. */
  readonly open: string | undefined;
}

/** Longest time a suite may take, in milliseconds; mocha's own limits are far below. */
const SUITE_MS = 15 * 60_000;

function readArguments(words: readonly string[]): Arguments {
  const values = (name: string): string[] =>
    words.filter((word) => word.startsWith(`--${name}=`)).map((word) => word.slice(name.length + 3));
  const [testsPath] = values('extensionTestsPath');
  const [userData] = values('user-data-dir');
  if (testsPath === undefined || userData === undefined) {
    throw new Error('--extensionTestsPath= and --user-data-dir= are needed');
  }
  const open = words.find((word) => !word.startsWith('-'));
  return { developmentPaths: values('extensionDevelopmentPath'), testsPath, userData, open };
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  const server = await serveWorkbench({
    folder: given.userData,
    mode: 'tests',
    settings: userSettings(given.userData),
  });
  try {
    return await withPage(join(given.userData, 'browser'), (page) => runSuite(page, given, server.port));
  } finally {
    await server.stop();
  }
}

async function runSuite(page: Page, given: Arguments, port: number): Promise<number> {
  await page.exposeFunction('codeAutomationLog', logger(given.userData));
  const code = new Promise<number>((resolve, reject) => {
    page.on('crash', () => reject(new Error('the page has crashed')));
    setTimeout(() => reject(new Error('the suite did not end in time')), SUITE_MS).unref();
    void page.exposeFunction('codeAutomationExit', (exit: number) => resolve(exit));
  });
  await page.goto(addressOf(given, port));
  return code;
}

function userSettings(userData: string): Record<string, unknown> {
  const file = join(userData, 'User', 'settings.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
}

function addressOf({ developmentPaths, testsPath, open }: Arguments, port: number): string {
  const host = `127.0.0.1:${String(port)}`;
  const remote = (path: string): string => `vscode-remote://${host}${pathToFileURL(path).pathname}`;
  const payload = [
    ...developmentPaths.map((path) => ['extensionDevelopmentPath', remote(path)]),
    ['extensionTestsPath', remote(testsPath)],
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ payload: JSON.stringify(payload) });
  if (open !== undefined) query.set(open.endsWith('.code-workspace') ? 'workspace' : 'folder', open);
  return `http://${host}/?${query.toString()}`;
}

/** What the workbench and the extension host write to their consoles is kept beside the logs, for a run that fails. */
function logger(userData: string): (severity: string, values: readonly unknown[]) => void {
  const file = join(userData, 'data', 'data', 'logs', 'console.log');
  mkdirSync(dirname(file), { recursive: true });
  return (severity, values) => appendFileSync(file, `${severity}: ${values.map(String).join(' ')}\n`);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 2;
});
process.exit();
