import type { ReservedBitNames, Writer } from '@pageref/shared';
import type { BitAliases } from '../../flow/vocabulary.js';
import { findWords, hasArguments } from '../../syntax/index.js';
import type { FoundWord } from '../../syntax/index.js';
import { classify, isDead } from './classify.js';
import { plainMention, writerAt } from './mention.js';
import type { Mention } from './mention.js';
import type { SourceFile } from '../../contracts/source-file.js';

export interface Mentions {
  readonly mentions: readonly Mention[];
  readonly writers: readonly Writer[];
}

/** All words that can mention the bit in a file. */
export function mentionWords(names: ReservedBitNames, aliases: BitAliases): ReadonlySet<string> {
  return new Set([...names.tests, ...names.setters, ...names.clearers, names.bit, ...aliases.bits, ...aliases.masks]);
}

/** Every mention of the bit in a file, and every place that sets or clears it. */
export function findMentions(file: SourceFile): Mentions {
  const { reserved, aliases } = file.analysis.vocabulary;
  return mentionsAmong(file, findWords(file.text, mentionWords(reserved, aliases)));
}

/**
 * The mentions and writers among words that were found already. What a word is depends on that word alone, so an editor
 * may ask for the words of one function.
 */
export function mentionsAmong(file: SourceFile, words: readonly FoundWord[]): Mentions {
  const { reserved: names } = file.analysis.vocabulary;
  const mentions: Mention[] = [];
  const writers: Writer[] = [];
  const writerNames = new Set([...names.setters, ...names.clearers]);
  for (const word of words) {
    const isCode = word.lexical === 'code' || word.lexical === 'directive';
    if (writerNames.has(word.word)) {
      const does = names.setters.includes(word.word) ? 'set' : 'clear';
      const item = file.itemAt(word.start);
      const isCall = isCode && hasArguments(file.text, word.end);
      if (isCall && item && !isDead(file, item, word.start)) writers.push(writerAt(file, word, word.word, does));
    } else if (!isCode) {
      const lexical = lexicalMention(file, word, names);
      if (lexical) mentions.push(lexical);
    } else {
      classify(file, word, { mentions, writers });
    }
  }
  return { mentions, writers };
}

/** Comments and strings count for the names people grep for, not for the bit's own enumerator. */
function lexicalMention(file: SourceFile, word: FoundWord, names: ReservedBitNames): Mention | undefined {
  if (!names.tests.includes(word.word)) return undefined;
  const kind = word.lexical === 'comment' ? 'comment' : 'string';
  return plainMention(file, word, word.word, kind, { contract: kind, text: `A ${kind} that names ${word.word}.` });
}
