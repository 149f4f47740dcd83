import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { withPage } from './browser.js';
import { artifact, withRunFolder } from './folders.js';
import { serveWorkbench } from './server.js';

/**
 * A person's hands and eyes in a VS Code window. Every function waits until what it does can be seen, and fails when that
 * does not come: no step after it has to sleep.
 */
export interface Window {
  readonly page: Page;
  /** Folder that is open. */
  readonly root: string;
}

export interface WindowOptions {
  /** Name of the run; pictures and logs of a failure are called after it. */
  readonly name: string;
  readonly root: string;
  /** VSIX files to install; the workbench is otherwise as it comes. */
  readonly install: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** For what a busy machine has to do before a person sees it: starting an editor, auditing a kernel. */
const PATIENCE_MS = 60_000;

/** Runs `body` in a clean workbench with the extension installed. A picture is kept when it fails. */
export async function withWindow(options: WindowOptions, body: (window: Window) => Promise<void>): Promise<void> {
  await withRunFolder(options.name, async (folder) => {
    const server = await serveWorkbench({ ...options, folder, mode: 'person' });
    try {
      await withPage(join(folder, 'browser'), async (page) => {
        page.setDefaultTimeout(PATIENCE_MS);
        await page.goto(`http://127.0.0.1:${String(server.port)}/?folder=${encodeURIComponent(options.root)}`);
        await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
        await body({ page, root: options.root }).catch(async (error: unknown) => {
          await page.screenshot({ path: artifact(`${options.name}-failed.png`) });
          throw error;
        });
      });
    } finally {
      await server.stop();
    }
  });
}

/** Saves a picture of the window as `NAME.png`. */
export async function picture({ page }: Window, name: string): Promise<void> {
  await page.screenshot({ path: artifact(`${name}.png`), animations: 'disabled' });
}

/** Opens a file by its path below the root, as a person does with Ctrl+P. */
export async function openFile(window: Window, path: string): Promise<void> {
  const { page, root } = window;
  const name = basename(path);
  // The list shows what was open before until it has looked: Enter would open that again.
  await quickInput(
    window,
    'ControlOrMeta+P',
    join(root, path),
    `.quick-input-list .monaco-list-row[aria-label^="${name}"]`,
  );
  await activeTab(window, name).waitFor();
  await page.locator('.monaco-editor.focused .view-line').first().waitFor();
}

/** Runs a command from the palette by the title it has there. */
export async function runCommand(window: Window, title: string): Promise<void> {
  const row = `.quick-input-list .monaco-list-row[aria-label^="${title}"]`;
  await quickInput(window, 'F1', `>${title}`, row);
}

/** Puts the cursor of the active editor at a place; both numbers count from one. */
export async function goTo(window: Window, line: number, column: number): Promise<void> {
  await quickInput(window, 'Control+G', `:${String(line)}:${String(column)}`, '.quick-input-list .monaco-list-row');
  await cursorAt(window, line, column);
}

/** Waits until the status bar says the cursor is there. */
export async function cursorAt({ page }: Window, line: number, column?: number): Promise<void> {
  const place = column === undefined ? `Ln ${String(line)},` : `Ln ${String(line)}, Col ${String(column)}`;
  await page
    .locator('#status\\.editor\\.selection')
    .filter({ hasText: new RegExp(`^${place}(?!\\d)`) })
    .waitFor();
}

/** Opens the quick input with a key, types, waits for a row and takes it. */
async function quickInput({ page }: Window, key: string, text: string, row: string): Promise<void> {
  const input = page.locator('.quick-input-widget input[type=text]');
  await page.keyboard.press(key);
  await input.waitFor();
  await input.fill(text);
  await page.locator(row).first().waitFor();
  await page.keyboard.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

/** Answers a question that the editor asks in its quick input, once it does; with a row to be there before Enter. */
export async function answer({ page }: Window, question: string, text: string, row?: string): Promise<void> {
  const asked = page.locator('.quick-input-widget:visible').filter({ hasText: question });
  await asked.waitFor();
  await asked.locator('input[type=text]').fill(text);
  if (row !== undefined) await asked.locator('.monaco-list-row').filter({ hasText: row }).first().waitFor();
  await page.keyboard.press('Enter');
  await asked.waitFor({ state: 'hidden' });
}

export function activeTab({ page }: Window, name: string): Locator {
  return page.locator('.tab.active').filter({ hasText: name });
}

export type Squiggle = 'error' | 'warning' | 'info' | 'hint';

/** The underlines of a severity in the lines of the active editor that are on screen. */
export function squiggles({ page }: Window, severity: Squiggle): Locator {
  return page.locator(`.editor-instance .squiggly-${severity}`);
}

/** Waits until exactly `count` underlines of a severity are on screen. */
export async function expectSquiggles(window: Window, severity: Squiggle, count: number): Promise<void> {
  await until(`${String(count)} squiggles of severity ${severity}`, async () => {
    const seen = await squiggles(window, severity).count();
    return seen === count ? undefined : `there are ${String(seen)}`;
  });
}

/** Rests the mouse on an underline and gives the hover, once it holds `text`. */
export async function hoverSquiggle(window: Window, severity: Squiggle, text: string | RegExp): Promise<Locator> {
  const box = await squiggles(window, severity).first().boundingBox();
  assert.ok(box, `a ${severity} is on screen`);
  const { page } = window;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  return hover(window, text);
}

/** The hover that is shown, once it holds `text`. */
export async function hover({ page }: Window, text: string | RegExp): Promise<Locator> {
  const found = page.locator('.monaco-hover:not(.hidden)').filter({ hasText: text }).first();
  await found.waitFor();
  return found;
}

/** Replaces what a line says, without its indentation and without saving. */
export async function replaceLine(window: Window, line: number, text: string): Promise<void> {
  const { page } = window;
  await goTo(window, line, 1);
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Home');
  // Put in as one piece: the editor would close brackets that are typed.
  await page.keyboard.insertText(text);
}

/**
 * Opens the menu of the light bulb with its key and takes the row that says so.
 * @param name of the picture of the menu
 */
export async function chooseCodeAction(window: Window, says: RegExp, name: string): Promise<void> {
  const { page } = window;
  const row = page.locator('.action-widget .monaco-list-row').filter({ hasText: says });
  // The key does nothing until the editor knows who offers fixes: a person presses it again.
  await until(`a row ${String(says)}`, async () => {
    await page.keyboard.press('Escape');
    await page.locator('.monaco-editor.focused').first().waitFor();
    await page.keyboard.press('ControlOrMeta+.');
    const seen = await row.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    return seen ? undefined : 'there is none';
  });
  await picture(window, name);
  await row.click();
  await row.waitFor({ state: 'hidden' });
}

/** Saves the active editor with the key for it. */
export async function saveFile({ page }: Window): Promise<void> {
  await page.locator('.monaco-editor.focused').first().waitFor();
  await page.keyboard.press('ControlOrMeta+S');
  await page.locator('.tab.active:not(.dirty)').waitFor();
}

/** Takes back every edit of the active editor. */
export function revertFile(window: Window): Promise<void> {
  return runCommand(window, 'File: Revert File');
}

/** The text of the language status item that holds `part`: what a person sees who points at the braces in the status bar. */
export async function languageStatus(window: Window, part: string): Promise<string> {
  const { page } = window;
  await page.locator('#status\\.languageStatus').hover();
  const item = page.locator('.hover-language-status .left').filter({ hasText: part }).first();
  await item.waitFor();
  const text = await item.innerText();
  await page.mouse.move(0, 0);
  await item.waitFor({ state: 'hidden' });
  return text;
}

/** A row of a tree view that is on screen, by what it says: its label and the description behind it. */
export function row({ page }: Window, says: string | RegExp): Locator {
  return page.locator('.pane-body .monaco-list-row').filter({ hasText: says, visible: true }).first();
}

/** Clicks a row of a tree view, as one does to open its place or what lies below it. */
export async function openRow(window: Window, says: string | RegExp): Promise<void> {
  await row(window, says).locator('.monaco-tl-contents').click();
}

/** Drags the edge of the side bar to `x` pixels from the left, where its rows can be read to the end. */
export async function widenSideBar({ page }: Window, x: number): Promise<void> {
  const edge = await page.locator('.part.sidebar').boundingBox();
  assert.ok(edge, 'the side bar is open');
  const middle = edge.y + edge.height / 2;
  await page.mouse.move(edge.x + edge.width, middle);
  await page.mouse.down();
  await page.mouse.move(x, middle, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(0, 0);
}

/** The text of the page that is open in the editor area, once it holds `part`. */
export async function webviewText({ page }: Window, part: string): Promise<string> {
  const body = page.frameLocator('iframe.webview').frameLocator('#active-frame').locator('body');
  await body.filter({ hasText: part }).waitFor();
  return body.innerText();
}

/** Waits until `look` has nothing to complain about. */
export async function until(
  what: string,
  look: () => Promise<string | undefined>,
  milliseconds = PATIENCE_MS,
): Promise<void> {
  const end = Date.now() + milliseconds;
  let complaint = await look();
  while (complaint !== undefined && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 50));
    complaint = await look();
  }
  assert.equal(complaint, undefined, `waited for ${what}`);
}
