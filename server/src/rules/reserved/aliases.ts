import type { ReservedBitNames } from '@pageref/shared';
import type { BitAliases } from '../../flow/vocabulary.js';
import type { Item } from '../../syntax/index.js';

/** The file's own names for the bit, from its #defines and enumerators. */
export function findAliases(text: string, items: readonly Item[], names: ReservedBitNames): BitAliases {
  const bits = new Set<string>();
  const masks = new Set<string>();
  const bit = names.bit;
  const mask = new RegExp(
    `^#\\s*define\\s+(\\w+)\\s+(?:\\(\\s*)?(?:\\(\\s*\\w[\\w ]*\\)\\s*)?(?:1[UL]*\\s*<<\\s*${bit}|BIT(?:_ULL)?\\(\\s*${bit}\\s*\\))\\s*(?:\\)\\s*)?$`,
  );
  const plain = new RegExp(`^#\\s*define\\s+(\\w+)\\s+(?:\\(\\s*)?${bit}\\s*(?:\\)\\s*)?$`);
  const enumerator = new RegExp(`\\b(\\w+)\\s*=\\s*${bit}\\b`, 'g');
  let next = text.indexOf(bit);
  for (const item of items) {
    if (next < 0) break;
    if (next >= item.end) continue;
    const body = text.slice(item.start, item.end);
    next = text.indexOf(bit, item.end);
    if (item.kind === 'define') {
      const line = body
        .replace(/\\\r?\n/g, ' ')
        .replace(/\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
      const asMask = mask.exec(line)?.[1];
      const asBit = plain.exec(line)?.[1];
      if (asMask !== undefined) masks.add(asMask);
      if (asBit !== undefined) bits.add(asBit);
    } else if (item.kind === 'type' && /\benum\b/.test(body)) {
      for (const found of body.matchAll(enumerator)) if (found[1] !== undefined) bits.add(found[1]);
    }
  }
  return { bits, masks };
}
