import type { Window } from './walk.js';

/** Settings under which the Problems panel has one row for each diagnostic, and none for what is related to it. */
export const PROBLEMS_AS_TABLE = { 'problems.defaultViewMode': 'table' } as const;

/** Less than the rows that are on screen together, and the time in which the list has them. */
const SCROLLED_PX = 120;
const SETTLES_MS = 100;

/** What the rows of the Problems panel say of a file: `621:7 message`, sorted. It is scrolled, and back to its top. */
export async function problemRows({ page }: Window, path: string): Promise<string[]> {
  const panel = page.locator('.markers-panel');
  const list = panel.locator('.monaco-list-row');
  const seen = new Set<string>();
  for (let before = -1; before < seen.size;) {
    before = seen.size;
    for (const row of await list.filter({ hasText: path }).allInnerTexts()) seen.add(sayingOf(row));
    if (seen.size === 0) break;
    await panel.hover();
    await page.mouse.wheel(0, SCROLLED_PX);
    await page.waitForTimeout(SETTLES_MS);
  }
  await page.mouse.wheel(0, -SCROLLED_PX * (seen.size + 1));
  return [...seen].sort();
}

function sayingOf(row: string): string {
  const message = /^.* \(Linux [\d.]+\)$/m.exec(row)?.[0] ?? row;
  const [, line = '', column = ''] = /\[Ln (\d+), Col (\d+)\]/.exec(row) ?? [];
  return `${line}:${column} ${message}`;
}
