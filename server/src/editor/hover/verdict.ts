import type { SourceFile } from '../../contracts/source-file.js';
import { archVerdict } from '../../kernel/arch.js';
import type { Tree } from '../../project/tree.js';
import { JudgedMentions } from '../../rules/reserved/judged.js';
import { findWords } from '../../syntax/index.js';
import { mentionWords } from '../../rules/reserved/mentions.js';

/**
 * What was made of the test of the reserved bit that begins at an offset, one sentence: a test that needs no care has no finding
 * that would say so.
 */
export function verdictText(tree: Tree, file: SourceFile, start: number): string | undefined {
  const { reserved, aliases } = file.analysis.vocabulary;
  const word = wordAt(file, mentionWords(reserved, aliases), start);
  if (!word) return undefined;
  const judged = new JudgedMentions(file, {
    deviceKinds: tree.deviceKinds,
    arch: archVerdict(tree, file.path, undefined),
  });
  const mention = judged.among([word]).find((one) => one.start === start && one.test);
  if (!mention) return undefined;
  const { verdict, reason, confidence } = judged.of(mention).site;
  return `This test: ${verdict}, ${confidence} confidence. ${reason.text}`;
}

function wordAt(
  file: SourceFile,
  names: ReadonlySet<string>,
  start: number,
): ReturnType<typeof findWords>[number] | undefined {
  const item = file.itemAt(start);
  if (!item) return undefined;
  const words = findWords(file.text.slice(item.start, item.end), names);
  const found = words.find((one) => item.start + one.start === start);
  return found && { ...found, start, end: item.start + found.end };
}
