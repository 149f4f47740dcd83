import type { Writer } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { findWords } from '../../syntax/index.js';
import type { FoundWord } from '../../syntax/index.js';
import { judge, openTests } from './judge.js';
import type { JudgedSite, JudgeOptions, OpenTest } from './judge.js';
import type { Mention } from './mention.js';
import { mentionsAmong, mentionWords } from './mentions.js';
import type { Mentions } from './mentions.js';

/**
 * The mentions of the reserved bit in one file under analysis, each judged once: when somebody first asks for its verdict.
 * The rules, the audit and the fixes of a file take their verdicts from here, so that they cannot differ.
 * What the file settles by itself is judged by what it says; every other test by what is known of other files as well.
 */
export class JudgedMentions {
  /** What each word that was looked at is, by its offset. */
  readonly #found = new Map<number, Mentions>();
  readonly #open = new Map<Mention, readonly OpenTest[]>();
  readonly #judged = new Map<Mention, JudgedSite>();
  #known: SourceFile;
  #words: readonly FoundWord[] | undefined;

  /** @param alone the file with nothing known of others */
  constructor(
    private readonly alone: SourceFile,
    private readonly options: JudgeOptions,
  ) {
    this.#known = alone;
  }

  /** Takes the same text with what is known of other files; said before anything is judged. */
  know(file: SourceFile): void {
    this.#known = file;
  }

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

  /** The tests of a mention on which other files may have a say; none where this one settles the verdict. */
  open(mention: Mention): readonly OpenTest[] {
    let open = this.#open.get(mention);
    if (!open) this.#open.set(mention, (open = openTests(this.alone, mention, this.options)));
    return open;
  }

  of(mention: Mention): JudgedSite {
    let judged = this.#judged.get(mention);
    if (!judged) {
      const isOpen = this.#known !== this.alone && this.open(mention).length > 0;
      this.#judged.set(mention, (judged = judge(isOpen ? this.#known : this.alone, mention, this.options)));
    }
    return judged;
  }

  private get words(): readonly FoundWord[] {
    const { reserved, aliases } = this.alone.analysis.vocabulary;
    return (this.#words ??= findWords(this.alone.text, mentionWords(reserved, aliases)));
  }

  private meaningOf(word: FoundWord): Mentions {
    let found = this.#found.get(word.start);
    if (!found) this.#found.set(word.start, (found = mentionsAmong(this.alone, [word])));
    return found;
  }
}
