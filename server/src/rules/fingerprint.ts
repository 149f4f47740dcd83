import { createHash } from 'node:crypto';
import { RULE_RESERVED, VERDICT_TEXTS } from '@pageref/shared';
import type { Site } from '@pageref/shared';

/** What names a finding: its rule, where it is and what stands there. */
export interface Identity {
  readonly rule: string;
  /** Path relative to the root of the tree. */
  readonly path: string;
  readonly function: string;
  /** The name the finding is about: an API, a wrapper, a spelling of the bit. */
  readonly api: string;
  readonly statement: string;
}

/**
 * What tells findings apart from run to run, in the order of the list, which is that of the file. No line numbers go into
 * it: a finding stays the same one when code around it moves or is indented anew. The same statement twice in a function
 * is told apart by order.
 */
export function fingerprints(identities: readonly Identity[]): string[] {
  const ordinals = new Map<string, number>();
  return identities.map(({ rule, path, function: name, api, statement }) => {
    const identity = [rule, path, name, api, statement].join('\0');
    const ordinal = ordinals.get(identity) ?? 0;
    ordinals.set(identity, ordinal + 1);
    return createHash('sha256').update(`${identity}\0${ordinal}`).digest('hex').slice(0, 32);
  });
}

/** A site as a finding of its rule; one that needs no care is of no rule and goes by its verdict. */
export function siteIdentity(site: Pick<Site, 'verdict' | 'function' | 'form' | 'statement'>, path: string): Identity {
  const rule = VERDICT_TEXTS[site.verdict].needsCare ? RULE_RESERVED : site.verdict;
  return { rule, path, function: site.function, api: site.form, statement: site.statement };
}
