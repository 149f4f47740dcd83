import type { Writer } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { findWords } from '../../syntax/index.js';
import type { FoundWord } from '../../syntax/index.js';
import { judge } from './judge.js';
import type { JudgedSite, JudgeOptions } from './judge.js';
import type { Mention } from './mention.js';
import { mentionsAmong, mentionWords } from './mentions.js';
import type { Mentions } from './mentions.js';

/**
 * The mentions of the reserved bit in one file under analysis, each judged once: when somebody first asks for its verdict.
 * The rules, the audit and the fixes of a file take their verdicts from here, so that they cannot differ.
 */
export class JudgedMentions {
  /** What each word that was looked at is, by its offset. */
  readonly #found = new Map<number, Mentions>();
  readonly #judged = new Map<Mention, JudgedSite>();
  #words: readonly FoundWord[] | undefined;

  constructor(
    private readonly file: SourceFile,
    private readonly options: JudgeOptions,
  ) {}

  /** All of the file, in the order of the text. */
  get mentions(): readonly Mention[] {
    return this.among(this.words);
  }

  get writers(): readonly Writer[] {
    return this.words.flatMap((word) => this.meaningOf(word).writers);
  }

  /** Those among some words of the file: functions that hold none of them are not read. */
  among(words: readonly FoundWord[]): readonly Mention[] {
    return words.flatMap((word) => this.meaningOf(word).mentions);
  }

  of(mention: Mention): JudgedSite {
    let judged = this.#judged.get(mention);
    if (!judged) this.#judged.set(mention, (judged = judge(this.file, mention, this.options)));
    return judged;
  }

  private get words(): readonly FoundWord[] {
    const { reserved, aliases } = this.file.unit.vocabulary;
    return (this.#words ??= findWords(this.file.text, mentionWords(reserved, aliases)));
  }

  private meaningOf(word: FoundWord): Mentions {
    let found = this.#found.get(word.start);
    if (!found) this.#found.set(word.start, (found = mentionsAmong(this.file, [word])));
    return found;
  }
}
