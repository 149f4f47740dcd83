import { applyEdits, RULE_RESERVED, VERDICT_TEXTS } from '@pageref/shared';
import type { Fix, FixAdvice, Site } from '@pageref/shared';
import { reservedConflatesZoneDevice } from '../rules/reserved-conflates-zone-device.js';
import type { Candidate, Headers } from '../rules/fixes/index.js';
import { ALL_RULES } from '../rules/index.js';
import { judge } from '../rules/judge.js';
import type { ArchVerdict } from '../rules/judge.js';
import { findMentions } from '../rules/mentions.js';
import { auditFile } from './audit-file.js';
import { fingerprints, siteIdentity } from './fingerprint.js';
import { activate, checkFile } from './check-file.js';
import { worldOf } from './check.js';
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
    const { fixes = [], why = '' } =
      reservedConflatesZoneDevice.fixes?.({ file, mention, basis, model: tree.model, headers }) ?? {};
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

/** After the fix there is one finding less of this kind, and none more of any other, of this rule or another one. */
function settles(given: FixText, fix: Candidate, site: Site, before: readonly Site[]): boolean {
  const { tree, path, text, arch } = given;
  const fixed = applyEdits(text, fix.edits);
  const [after, known] = [counts(auditFile(tree, path, fixed, arch).sites.map(identity)), counts(before.map(identity))];
  const own = identity(site);
  return (
    own !== undefined &&
    (after.get(own) ?? 0) < (known.get(own) ?? 0) &&
    noneMore(after, known) &&
    noneMore(otherFindings(given, fixed, site.function), otherFindings(given, text, site.function))
  );
}

function noneMore(after: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean {
  return [...after].every(([identified, count]) => count <= (before.get(identified) ?? 0));
}

/** What other rules find in one function of a text, by rule and severity. */
function otherFindings({ tree, path, arch }: FixText, text: string, name: string): ReadonlyMap<string, number> {
  const world = worldOf(tree);
  const others = ALL_RULES.filter(({ meta }) => meta.id !== RULE_RESERVED);
  const file = openSource(path, text, tree.tools);
  const { findings } = checkFile(file, activate(others, world), world, arch, (item) => item.name === name);
  return counts(findings.map(({ rule, severity }) => `${rule} ${severity}`));
}

function counts(identities: readonly (string | undefined)[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const one of identities) if (one !== undefined) found.set(one, (found.get(one) ?? 0) + 1);
  return found;
}

/** Undefined for a mention that needs no care. */
function identity({ verdict, impact, function: fn, form }: Site): string | undefined {
  return VERDICT_TEXTS[verdict].needsCare ? [verdict, impact ?? '', fn, form].join('\0') : undefined;
}
