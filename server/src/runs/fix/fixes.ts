import { applyEdits, RULE_RESERVED, VERDICT_TEXTS } from '@pageref/shared';
import type { Fix, Site } from '@pageref/shared';
import { reservedConflatesZoneDevice } from '../../rules/reserved/rule.js';
import type { Candidate, Headers } from '../../rules/fixes/index.js';
import { STANDING_RULES } from '../../rules/index.js';
import type { ArchVerdict, JudgedSite } from '../../rules/reserved/judge.js';
import type { Mention } from '../../rules/reserved/mention.js';
import { JudgedMentions } from '../../rules/reserved/judged.js';
import type { RuleWorld } from '../../rules/rule.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { fingerprints, siteIdentity } from '../../rules/fingerprint.js';
import type { FixableSite } from './fault.js';
import { activate, findingsIn } from '../check-file.js';
import { viewKnown } from '../file-of-run.js';
import { worldOf } from '../rule-world.js';
import { openText } from '../../contracts/open-text.js';
import { viewSource } from '../../contracts/view-source.js';
import type { Known } from '../../knowledge/elsewhere.js';
import type { Tree } from '../../project/tree.js';

/** One text whose findings are to be put right. */
export interface TextToFix {
  readonly tree: Tree;
  readonly headers: Headers;
  readonly path: string;
  readonly text: string;
  readonly arch: ArchVerdict | undefined;
  /** What is known of the file from others; nothing when left out. */
  readonly known?: Known | undefined;
  /** The text as a run has judged it already. */
  readonly judged?: JudgedText | undefined;
  /** What the rules see of the tree; nothing beyond the file when left out. */
  readonly world?: RuleWorld | undefined;
}

/** A text under analysis, and its mentions of the reserved bit. */
export interface JudgedText {
  readonly file: SourceFile;
  readonly reserved: JudgedMentions;
}

/**
 * The tests of a text that need care, with their fixes; one that is unclear has none. Each fix was tried on the text and judged again: one after
 * which its finding is still there, or another one has come, is not offered. Total: any text gives a result.
 * @param only looks at the finding at this offset alone
 */
export function fixesIn(given: TextToFix, only?: number): FixableSite[] {
  const { tree, headers, path, text } = given;
  const { file, reserved } = given.judged ?? judgeText(given, text);
  const judged = verdictsIn(reserved);
  const marks = fingerprints(judged.map(({ site }) => siteIdentity(site, path)));
  const sites = judged.map(({ site }, at): Site => ({ ...site, fingerprint: marks[at] ?? '' }));
  const request = { file, model: tree.model, headers };
  return judged.flatMap(({ mention, basis }, at) => {
    const site = sites[at];
    if (!site || (only !== undefined && mention.start !== only)) return [];
    // What would settle it has to be known before anything is changed.
    if (site.verdict === 'unclear') return [{ site, start: mention.start, fixes: [], why: site.reason.text }];
    if (!basis) return [];
    const { fixes = [], why = '' } = reservedConflatesZoneDevice.fixes?.({ ...request, mention, basis }) ?? {};
    const before = {
      sites: counts(sites.map(identity)),
      others: otherFindings(given, { file, reserved }, site.function),
    };
    const good = fixes.flatMap((fix) => tried(given, fix, site, before));
    return { site, start: mention.start, fixes: ranked(good), why: good.length > 0 ? '' : why || UNSETTLED };
  });
}

/** A text that stands for the file, judged with what is known of others. */
export function judgeText({ tree, path, arch, known }: TextToFix, text: string): JudgedText {
  const open = openText(path, text, tree.tools);
  const alone = viewSource(open);
  const reserved = new JudgedMentions(alone, { deviceKinds: tree.deviceKinds, arch });
  return { file: known ? viewKnown(tree, open, { alone, reserved }, known) : alone, reserved };
}

/** Every mention of a text with what was made of it. */
function verdictsIn(reserved: JudgedMentions): readonly (JudgedSite & { readonly mention: Mention })[] {
  return reserved.mentions.map((mention) => ({ mention, ...reserved.of(mention) }));
}

const UNSETTLED = 'No change of the condition alone settles this test: it must be changed by hand.';

/** The preferred fix is the only safe one. */
export function ranked(fixes: readonly Candidate[]): Fix[] {
  const safe = fixes.filter(({ kind }) => kind === 'safe');
  return [...safe, ...fixes.filter(({ kind }) => kind !== 'safe')].map((fix) => ({
    ...fix,
    preferred: safe.length === 1 && fix === safe[0],
  }));
}

/** What is found in a text, counted by what is found. */
interface Before {
  readonly sites: ReadonlyMap<string, number>;
  /** Of other rules, in the function of the finding. */
  readonly others: ReadonlyMap<string, number>;
}

/**
 * The fix as it may be offered: after it there is one finding less of this kind and none more of any other of its rule. Where
 * another rule then speaks somebody has to look at what it says, so that the fix is not a safe one.
 */
function tried(given: TextToFix, fix: Candidate, site: Site, known: Before): Candidate[] {
  const judged = judgeText(given, applyEdits(given.text, fix.edits));
  const after = counts(verdictsIn(judged.reserved).map((one) => identity(one.site)));
  const own = identity(site);
  const settled = own !== undefined && (after.get(own) ?? 0) < (known.sites.get(own) ?? 0);
  if (!settled || more(after, known.sites).length > 0) return [];
  const raised = more(otherFindings(given, judged, site.function), known.others);
  if (raised.length === 0 || fix.kind !== 'safe') return [fix];
  const precondition = `check what ${raised.join(' and ')} then says`;
  return [{ ...fix, kind: 'needs-look', precondition, title: `${fix.title} (${precondition})` }];
}

/** What there is more of than before. */
export function more(after: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): string[] {
  return [...after].filter(([one, count]) => count > (before.get(one) ?? 0)).map(([one]) => one);
}

/** Without what rests on the places of the text on disk: those of a changed text are others. */
export function worldFor({ tree, world }: Pick<TextToFix, 'tree' | 'world'>): RuleWorld {
  const plain = worldOf(tree);
  return world ? { ...plain, tree: { ...plain.tree, macros: world.tree.macros } } : plain;
}

/** What other rules find in one function of a file, by rule. */
function otherFindings(given: TextToFix, judged: JudgedText, name: string): ReadonlyMap<string, number> {
  const { arch } = given;
  const world = worldFor(given);
  const rules = activate(
    STANDING_RULES.filter(({ meta }) => meta.id !== RULE_RESERVED),
    world,
  );
  const { findings } = findingsIn({ ...judged, rules, world, arch, only: (item) => item.name === name });
  return counts(findings.map(({ rule }) => rule));
}

export function counts(identities: readonly (string | undefined)[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const one of identities) if (one !== undefined) found.set(one, (found.get(one) ?? 0) + 1);
  return found;
}

/** Undefined for a mention that needs no care. */
function identity({
  verdict,
  impact,
  function: fn,
  form,
}: Pick<Site, 'verdict' | 'impact' | 'function' | 'form'>): string | undefined {
  return VERDICT_TEXTS[verdict].needsCare ? [verdict, impact ?? '', fn, form].join('\0') : undefined;
}
