import { createHash } from 'node:crypto';
import type { Site } from '@pageref/shared';

/**
 * What tells the findings of a report apart from run to run, in the order of `sites`. No line numbers go into it: a
 * finding stays the same one when code above it moves.
 */
export function fingerprints(sites: readonly Pick<Site, 'verdict' | 'path' | 'function' | 'form'>[]): string[] {
  const ordinals = new Map<string, number>();
  return sites.map((site) => {
    const identity = [site.verdict, site.path, site.function, site.form].join('\0');
    const ordinal = ordinals.get(identity) ?? 0;
    ordinals.set(identity, ordinal + 1);
    return createHash('sha256').update(`${identity}\0${ordinal}`).digest('hex').slice(0, 32);
  });
}
