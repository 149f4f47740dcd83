import type { Site, WhatIf } from '@pageref/shared';
import { fingerprints, siteIdentity } from '../fingerprint.js';
import type { MentionVerdict } from './verdicts.js';

/** The verdicts on the mentions of one file, as reports show them. */

/** The sites of one file, told apart from one another. */
export function sitesOf(path: string, verdicts: readonly MentionVerdict[]): Site[] {
  const marks = fingerprints(verdicts.map(({ site }) => siteIdentity(site, path)));
  return verdicts.map(({ site }, at) => ({ ...site, fingerprint: marks[at] ?? '' }));
}

/** What would change at the sites of a file if ZONE_DEVICE pages lost the bit. */
export function whatIfOf(verdicts: readonly MentionVerdict[]): WhatIf[] {
  return verdicts.flatMap(({ site: { path, line, column, function: fn, verdict, impact }, whatIf: change }) =>
    change === undefined ? [] : [{ path, line, column, function: fn, verdict, impact, change }],
  );
}
