import type { Writer } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { judge } from './judge.js';
import type { JudgedSite, JudgeOptions } from './judge.js';
import type { Mention } from './mention.js';
import { findMentions } from './mentions.js';
import type { Mentions } from './mentions.js';

/**
 * The mentions of the reserved bit in one file under analysis, each judged once: when somebody first asks for its verdict.
 * The rules, the audit and the fixes of a file take their verdicts from here, so that they cannot differ.
 */
export class JudgedMentions {
  #found: Mentions | undefined;
  readonly #judged = new Map<Mention, JudgedSite>();

  constructor(
    private readonly file: SourceFile,
    private readonly options: JudgeOptions,
  ) {}

  /** In the order of the text. */
  get mentions(): readonly Mention[] {
    return (this.#found ??= findMentions(this.file)).mentions;
  }

  get writers(): readonly Writer[] {
    return (this.#found ??= findMentions(this.file)).writers;
  }

  of(mention: Mention): JudgedSite {
    let judged = this.#judged.get(mention);
    if (!judged) this.#judged.set(mention, (judged = judge(this.file, mention, this.options)));
    return judged;
  }
}
