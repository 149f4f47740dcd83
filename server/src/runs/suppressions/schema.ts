import * as z from 'zod';
import { SUPPRESSION_VERDICTS, RULE_IDS } from '@pageref/shared';
import type { Suppression } from '@pageref/shared';
import { word } from '../../project/user-model/schema.js';

/** The one description of a line of `.pageref-judged.jsonl`. */
export const SUPPRESSION = z
  .strictObject({
    path: z.string().min(1).describe('the file, relative to the root of the tree'),
    function: z.string().min(1).describe('the function it is in, or "-"'),
    rule: word(RULE_IDS, 'rule').describe('the rule that found it'),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{32}$/, { error: 'a fingerprint has 32 hexadecimal digits' })
      .describe('what names the finding without line numbers; pageref check --format json prints it'),
    verdict: word(SUPPRESSION_VERDICTS, 'verdict').describe(
      'false-positive: it is wrong; intended: the code means it; later: it is to be dealt with another time; baseline: nobody has looked',
    ),
    reason: z
      .string()
      .regex(/\S/, { error: 'say why: the reason must not be empty' })
      .describe('why, for the next person to look'),
  })
  .meta({
    title: 'pageref judged finding',
    description: 'One line of .pageref-judged.jsonl: a finding that somebody has looked at.',
  }) satisfies z.ZodType<Suppression>;

export function suppressionsSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(SUPPRESSION, { target: 'draft-7' }), undefined, 2)}\n`;
}
