import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuleId } from '@pageref/shared';
import { readSource } from '../vfs/index.js';

const pages = new Map<string, string | undefined>();

/** Absolute path of the page about a rule, where the documentation was installed with this program. */
export function rulePage(rule: RuleId): string | undefined {
  return installedPage(`rules/${rule}.md`);
}

/** Absolute path of the page with the words of verdicts and hovers, where it was installed. */
export function glossaryPage(): string | undefined {
  return installedPage('glossary.md');
}

function installedPage(name: string): string | undefined {
  if (!pages.has(name)) {
    const folder = fileURLToPath(new URL('../../../docs', import.meta.url));
    pages.set(name, 'text' in readSource(folder, name) ? join(folder, ...name.split('/')) : undefined);
  }
  return pages.get(name);
}
