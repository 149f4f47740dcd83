import { macroArmsIn } from '../contracts/macro-arms.js';
import { constantOf } from '../contracts/open-text.js';
import type { OpenText } from '../contracts/open-text.js';
import type { QuestionKind } from '../contracts/recall.js';
import type { PassedElsewhere } from '../contracts/file-analysis.js';
import type { Item } from '../syntax/index.js';
import type { TextIds } from './item-ids.js';
import { tokenOf } from './memo.js';
import type { Answers } from './memo.js';

const OF_ITEMS: ReadonlySet<string> = new Set<QuestionKind>(['named', 'users', 'declared', 'jumping']);

/** What the analysis of a text is told when it asks about that text and about other files. */
export function answersOf(open: OpenText, ids: TextIds, elsewhere: PassedElsewhere = new Map()): Answers {
  const { text, items, index, functions, tools } = open;
  const namesOf = (items: readonly Item[]): string => items.map((item) => ids.nameOf(item)).join();
  const by: Readonly<Record<QuestionKind, (about: string) => string>> = {
    named: (name) => namesOf(index.named(name)),
    defined: (name) => String(index.named(name).length > 0),
    users: (name) => namesOf(index.mentioning(name)),
    loose: (name) => String(index.usedOutside(name)),
    outside: (name) => tokenOf(tools.contractOf(name)),
    elsewhere: (name) => tokenOf(elsewhere.get(name)),
    matches: (pattern) => String(new RegExp(pattern).test(text)),
    declared: (word) => namesOf(index.declaring(word)),
    includes: () => [...text.matchAll(/^[ \t]*#[ \t]*include[^\n]*/gm)].map(([line]) => line.trim()).join('\n'),
    jumping: () => namesOf(index.jumping()),
    defines: () => namesOf(items.filter(({ kind }) => kind === 'define')),
    found: (pattern) => {
      const found = [...text.matchAll(new RegExp(pattern, 'g'))];
      return JSON.stringify(found.map((match) => [...match, ids.codeOf(match.index)]));
    },
    constant: (name) => String(constantOf(open, name)),
    arms: (name) => JSON.stringify(macroArmsIn(text, functions, name).map(({ when }) => [...when])),
  };
  return {
    answer: (kind, about) => (kind in by ? by[kind as QuestionKind](about) : undefined),
    changing: new Set(),
    ofItems: OF_ITEMS,
    rankOf: (name) => ids.rankOf(name),
  };
}
