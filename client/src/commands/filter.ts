import { window } from 'vscode';
import type { App } from '../app.js';

/** Asks for the words of the view's filter; no words take it away. */
export async function chooseFilter({ view }: App): Promise<void> {
  const words = await window.showInputBox({
    title: 'Filter the audit',
    prompt: 'Words of a path, function, verdict, subsystem or reason; all must occur',
    value: view.filter,
  });
  if (words !== undefined) view.setFilter(words);
}
