import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reservedText, RULE_RESERVED, VERDICT_TEXTS } from '@pageref/shared';
import type { Release, Site } from '@pageref/shared';
import { Workspace } from 'pageref/dist/editor/workspace.js';
import { lineStarts, positionAt } from 'pageref/dist/syntax/index.js';
import { audit, check, planFixes } from 'pageref/dist/runs/index.js';

/** What each face says of the tests of the reserved bit that a device page can reach: a line for each, sorted. */
export interface Said {
  readonly audit: readonly string[];
  readonly check: readonly string[];
  readonly fix: readonly string[];
}

export async function saidOf(root: string, release?: Release): Promise<Said> {
  const options = { paths: [root], jobs: 1, ...(release && { release }) };
  const { sites } = await audit(options);
  const { findings } = await check({ ...options, rules: [RULE_RESERVED] });
  const { files } = await planFixes(options);
  return {
    audit: sites.filter(isTold).map(lineOfSite).sort(),
    check: findings.map(({ path, line, message, impact }) => textOf(path, line, impact, message)).sort(),
    fix: files
      .flatMap(({ applied, left }) =>
        [...applied, ...left].flatMap((one) => ('site' in one ? [lineOfSite(one.site)] : [])),
      )
      .sort(),
  };
}

/** Tests that are unclear are told by an audit, and by editors where the settings ask for them. */
function isTold({ verdict }: Site): boolean {
  return verdict !== 'unclear' && VERDICT_TEXTS[verdict].needsCare;
}

function lineOfSite(site: Site): string {
  return textOf(site.path, site.line, site.impact, reservedText(site));
}

function textOf(path: string, line: number, impact: string | null, message: string): string {
  return `${path}:${String(line)}: ${impact ?? ''}: ${message}`;
}

/** What an editor says of the files that are not open, with the scope "workspace". */
export async function saidByEditor(root: string, release?: Release): Promise<readonly string[]> {
  const always = (): boolean => true;
  const workspace = new Workspace({ jobs: 1, log: (message) => assertSilent(message) });
  const known = await workspace.trees.open(root, release);
  const lines: string[] = [];
  for (const path of await workspace.closedFiles(known, 'workspace', always)) {
    const text = readFileSync(join(root, path), 'utf8');
    const starts = lineStarts(text);
    const { findings } = await workspace.analyseFile(known, path, text, always);
    for (const { rule, start, impact, message, class: shown } of findings) {
      if (rule !== RULE_RESERVED || shown === 'unclear') continue;
      lines.push(textOf(path, positionAt(starts, start).line, impact, message));
    }
  }
  return lines.sort();
}

function assertSilent(message: string): void {
  throw new Error(`the editor logs ${message}`);
}
