import type { Finding, Reason, Site } from './finding.js';
import { messageText, RULE_RESERVED } from './rule-meta.js';
import { RESERVED_CONFLATES_ZONE_DEVICE } from './rules.js';
import { SAFE_CLASS } from './settings.js';
import type { FindingClass, VerdictClass } from './settings.js';
import { IMPACT_TEXTS } from './verdict-texts.js';

/** The class of a site that is a finding; undefined for any other. */
export function findingClass({ verdict, impact }: Pick<Site, 'verdict' | 'impact'>): VerdictClass | undefined {
  if (verdict === 'unclear') return 'unclear';
  return verdict === 'needs-zone-device' ? (impact ?? 'right-by-accident') : undefined;
}

/** How the related place begins that says which contract a verdict rests on. */
export const DECIDED_BY = 'decided by ';

/** How the messages of rules begin that say that nothing is wrong. */
const SAFE = 'ok: ';

/** The class of a finding of a rule; `isUndecided` is one that a check says nothing of. */
export function classOf({
  rule,
  impact,
  message,
  isUndecided,
}: Pick<Finding, 'rule' | 'impact' | 'message'> & { readonly isUndecided: boolean }): FindingClass {
  if (message.startsWith(SAFE)) return SAFE_CLASS;
  if (rule !== RULE_RESERVED) return rule;
  return isUndecided ? 'unclear' : (impact ?? 'right-by-accident');
}

/** One line on a finding: why, what follows, and the release the claim rests on (null where the tree has none). */
export function findingMessage(
  cls: VerdictClass,
  site: Pick<Site, 'consequence' | 'confidence'> & { readonly reason: { readonly text: string } },
  release: string | null,
): string {
  const verdict = cls === 'unclear' ? 'unclear' : IMPACT_TEXTS[cls].title;
  const consequence = site.consequence === '' ? '' : ` ${site.consequence}`;
  const linux = release === null ? '' : `, Linux ${release}`;
  return `${site.reason.text}${consequence} (${verdict}, ${site.confidence} confidence${linux})`;
}

type Told = Pick<Site, 'form' | 'function' | 'consequence' | 'verdict'> & {
  readonly reason: { readonly text: string };
};

/** What every report of findings says of a site: the message of the rule about the reserved test, and its values. */
export function reservedMessage({ form, function: name, reason, consequence, verdict }: Told): {
  readonly id: keyof (typeof RESERVED_CONFLATES_ZONE_DEVICE)['messages'];
  readonly values: Readonly<Record<string, string>>;
} {
  const isTold = verdict === 'needs-zone-device' && consequence !== '';
  const id = isTold ? 'conflates' : verdict === 'unclear' ? 'unclear' : 'harmless';
  const where = name === '-' ? 'a macro' : `${name}()`;
  const values = { form, function: where, reason: reason.text, consequence: consequence.replace(/\.$/, '') };
  return { id, values };
}

/** The message as text. */
export function reservedText(site: Told): string {
  const { id, values } = reservedMessage(site);
  return messageText(RESERVED_CONFLATES_ZONE_DEVICE.messages[id], values);
}

/** What decided, and why: the first place beside a site. */
export function decidedText({ contract, text }: Pick<Reason, 'contract' | 'text'>): string {
  return `${DECIDED_BY}${contract}: ${text.replace(/\.$/, '')}`;
}
