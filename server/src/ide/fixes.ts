import { applyEdits } from '@pageref/shared';
import type { Fix, FixAdvice, Site } from '@pageref/shared';
import { VERDICT_TEXTS } from '@pageref/shared';
import { fixCandidates } from '../rules/fixes/index.js';
import type { Candidate, Headers } from '../rules/fixes/index.js';
import { judge } from '../rules/judge.js';
import type { ArchVerdict } from '../rules/judge.js';
import { findMentions } from '../rules/mentions.js';
import { auditFile } from './audit-file.js';
import { fingerprints, siteIdentity } from './fingerprint.js';
import { openSource } from './source-file.js';
import type { Tree } from './tree.js';

/** One text whose findings are to be put right. */
export interface FixText {
  readonly tree: Tree;
  readonly headers: Headers;
  readonly path: string;
  readonly text: string;
  readonly arch: ArchVerdict | undefined;
}

/** A finding and what can be done about it. `start` is the offset of the mention in the text. */
export interface FixableSite extends FixAdvice {
  readonly site: Site;
  readonly start: number;
}

/**
 * The needs-zone-device findings of a text with their fixes. Each fix was tried on the text and judged again: one after
 * which its finding is still there, or another one has come, is not offered. Total: any text gives a result.
 * @param only looks at the finding at this offset alone
 */
export function fixesIn(given: FixText, only?: number): FixableSite[] {
  const { tree, headers, path, text, arch } = given;
  const file = openSource(path, text, tree.tools);
  const options = { deviceKinds: tree.deviceKinds, arch };
  const judged = findMentions(file).mentions.map((mention) => ({ mention, ...judge(file, mention, options) }));
  const marks = fingerprints(judged.map(({ site }) => siteIdentity(site, path)));
  const sites = judged.map(({ site }, at): Site => ({ ...site, fingerprint: marks[at] ?? '' }));
  return judged.flatMap(({ mention, basis }, at) => {
    const site = sites[at];
    if (!basis || !site || (only !== undefined && mention.start !== only)) return [];
    const { fixes, why } = fixCandidates({ file, mention, basis, model: tree.model, headers });
    const good = fixes.filter((fix) => settles(given, fix, site, sites));
    return { site, start: mention.start, fixes: ranked(good), why: good.length > 0 ? '' : why || UNSETTLED };
  });
}

const UNSETTLED = 'No change of the condition alone settles this test: it must be changed by hand.';

/** The preferred fix is the only safe one. */
function ranked(fixes: readonly Candidate[]): Fix[] {
  const safe = fixes.filter(({ kind }) => kind === 'safe');
  return [...safe, ...fixes.filter(({ kind }) => kind !== 'safe')].map((fix) => ({
    ...fix,
    preferred: safe.length === 1 && fix === safe[0],
  }));
}

/** After the fix there is one finding less of this kind, and none more of any other. */
function settles({ tree, path, text, arch }: FixText, fix: Candidate, site: Site, before: readonly Site[]): boolean {
  const after = counts(auditFile(tree, path, applyEdits(text, fix.edits), arch).sites);
  const known = counts(before);
  const own = identity(site);
  return (
    (after.get(own) ?? 0) < (known.get(own) ?? 0) &&
    [...after].every(([identified, count]) => count <= (known.get(identified) ?? 0))
  );
}

function counts(sites: readonly Site[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const site of sites.filter(({ verdict }) => VERDICT_TEXTS[verdict].needsCare)) {
    found.set(identity(site), (found.get(identity(site)) ?? 0) + 1);
  }
  return found;
}

function identity({ verdict, impact, function: fn, form }: Site): string {
  return [verdict, impact ?? '', fn, form].join('\0');
}
