import { decidedText, RESERVED_CONFLATES_ZONE_DEVICE, reservedMessage, VERDICT_TEXTS } from '@pageref/shared';
import { fixCandidates } from '../fixes/index.js';
import type { Report, Rule, Subject } from '../rule.js';

/** The verdicts of an audit that say something, as findings: a test that a ZONE_DEVICE page can reach and that decides something. */
export const reservedConflatesZoneDevice: Rule = {
  meta: RESERVED_CONFLATES_ZONE_DEVICE,
  names: ({ model: { reservedBit } }) => [...reservedBit.tests, reservedBit.bit],
  localNames: ({ analysis: { vocabulary } }) => [...vocabulary.aliases.bits, ...vocabulary.aliases.masks],
  check,
  fixes: fixCandidates,
};

function check(subject: Subject): readonly Report[] {
  const { first, reserved, words } = subject;
  // All readings of an item are looked at by one judgement.
  if (!first) return [];
  const wordAt = new Map(words.map((word) => [word.start, word]));
  return reserved.among(words).flatMap((mention): Report[] => {
    const word = wordAt.get(mention.start);
    const { site } = reserved.of(mention);
    if (!word || !VERDICT_TEXTS[site.verdict].needsCare) return [];
    const { id: message, values } = reservedMessage(site);
    return [
      {
        start: mention.start,
        length: word.end - word.start,
        api: site.form,
        undecided: site.verdict === 'unclear',
        message,
        values,
        ...(site.impact === 'right-by-accident' && { severity: 'information' }),
        impact: site.impact ?? undefined,
        related: [
          { path: site.reason.path, line: site.reason.line, column: 1, text: decidedText(site.reason) },
          ...site.related,
        ],
      },
    ];
  });
}
