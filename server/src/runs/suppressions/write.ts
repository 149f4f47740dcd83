import { jsonText } from '@pageref/shared';
import type { Suppression } from '@pageref/shared';
import { comparePaths } from '../../vfs/index.js';

/** Writing files of judged findings: pure functions from text to text. */

/** What a line is about. */
type Place = Omit<Suppression, 'verdict' | 'reason'>;

/** The first line: what the file is. */
export const HEADER = '{"pageref":"judged findings","schemaVersion":1}';

/**
 * The text with a judgement added, or put in place of the one of the same finding. Other lines stay byte for byte, also those
 * that cannot be read; the new one goes where the order of the file wants it.
 */
export function addSuppression(text: string, suppression: Suppression): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const kept = lines.filter((line) => keyOf(line) !== keyOf(suppressionLine(suppression)));
  if (kept[0]?.trim() !== HEADER) kept.unshift(HEADER);
  const after = kept.findIndex((line, at) => at > 0 && comparePaths(keyOf(line) ?? '', sortKey(suppression)) > 0);
  kept.splice(after < 0 ? kept.length : after, 0, suppressionLine(suppression));
  return `${kept.join('\n')}\n`;
}

/** The text inside of the quotes of the reason a text gives for a finding; undefined where it has no line on it. */
export function reasonPlace(
  text: string,
  finding: Place,
): { readonly start: number; readonly end: number } | undefined {
  let start = 0;
  for (const line of text.split('\n')) {
    if (keyOf(line) === sortKey(finding)) {
      const [, before = '', reason = ''] = /^(.*"reason"\s*:\s*")((?:[^"\\]|\\.)*)"/.exec(line) ?? [];
      return { start: start + before.length, end: start + before.length + reason.length };
    }
    start += line.length + 1;
  }
  return undefined;
}

/** A whole file. Two judgements of one finding are one: the last. */
export function suppressionsText(suppressions: readonly Suppression[]): string {
  const byKey = new Map(suppressions.map((suppression) => [sortKey(suppression), suppression]));
  const sorted = [...byKey]
    .sort(([a], [b]) => comparePaths(a, b))
    .map(([, suppression]) => suppressionLine(suppression));
  return `${[HEADER, ...sorted].join('\n')}\n`;
}

/** Keys in one order, so that the same judgement is the same line whoever writes it. */
function suppressionLine({ rule, path, function: name, fingerprint, verdict, reason }: Suppression): string {
  return jsonText({ path, function: name, rule, fingerprint, verdict, reason });
}

function sortKey({ path, function: name, rule, fingerprint }: Place): string {
  return [path, name, rule, fingerprint].join('\0');
}

/** The finding a line is about; undefined for the header and for what is no judgement. */
function keyOf(line: string): string | undefined {
  try {
    const { path, function: name, rule, fingerprint } = JSON.parse(line) as Record<string, unknown>;
    const parts = [path, name, rule, fingerprint];
    return parts.every((part) => typeof part === 'string') ? parts.join('\0') : undefined;
  } catch {
    return undefined;
  }
}
