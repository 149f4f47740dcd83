import type { Site } from './finding.js';
import type { FindingClass } from './settings.js';
import { IMPACT_TEXTS } from './verdict-texts.js';

/** The class of a site that needs care; undefined for any other. */
export function findingClass({ verdict, impact }: Pick<Site, 'verdict' | 'impact'>): FindingClass | undefined {
  if (verdict === 'unclear') return 'unclear';
  return verdict === 'needs-zone-device' ? (impact ?? 'right-by-accident') : undefined;
}

/** One line on a finding: why, what follows, and the release the claim rests on (null where the tree has none). */
export function findingMessage(
  cls: FindingClass,
  site: Pick<Site, 'consequence' | 'confidence'> & { readonly reason: { readonly text: string } },
  release: string | null,
): string {
  const verdict = cls === 'unclear' ? 'unclear' : IMPACT_TEXTS[cls].title;
  const consequence = site.consequence === '' ? '' : ` ${site.consequence}`;
  const linux = release === null ? '' : `, Linux ${release}`;
  return `${site.reason.text}${consequence} (${verdict}, ${site.confidence} confidence${linux})`;
}
