import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Size of a window as the pictures in the documentation have it, in pixels. */
const WINDOW = { width: 1280, height: 800 };

/** A browser that speaks to nobody but this machine, neither for a page nor on its own account. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/** Path of Chromium: $PAGEREF_CHROMIUM, or where distributions put it; undefined without one. */
export function findChromium(): string | undefined {
  const given = process.env['PAGEREF_CHROMIUM'];
  return given ? given : CANDIDATES.find((path) => existsSync(path));
}

export const NO_CHROMIUM = 'no Chromium: apt-get install chromium, or set PAGEREF_CHROMIUM to its path';

/**
 * Runs `body` with a page of a fresh browser, which is closed afterwards.
 * @param profile folder for what the browser keeps; the caller deletes it
 */
export async function withPage<Result>(profile: string, body: (page: Page) => Promise<Result>): Promise<Result> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(NO_CHROMIUM);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: ARGUMENTS,
    viewport: WINDOW,
    reducedMotion: 'reduce',
    // Who stops a run stops all of it; playwright's own handlers would only end the browser.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  try {
    await context.route(leavesThisMachine, (route) => route.abort());
    return await body(await context.newPage());
  } finally {
    await context.close();
  }
}

function leavesThisMachine({ hostname, protocol }: URL): boolean {
  return /^(http|ws)s?:$/.test(protocol) && hostname !== '127.0.0.1';
}
