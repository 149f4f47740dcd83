import type { FunctionTable } from '../flow/function-table.js';
import type { ContractLookup } from '../flow/contract.js';
import { blankNonCode, isWithin, lineStarts, positionAt } from '../syntax/index.js';
import type { FunctionIr } from '../syntax/index.js';
import { FileAnalysis } from './file-analysis.js';
import type { PassedElsewhere } from './file-analysis.js';
import { findItem } from './item-index.js';
import { macroArmsIn } from './macro-arms.js';
import { constantOf, openText } from './open-text.js';
import type { OpenText, SourceTools } from './open-text.js';
import { onceEach } from './recall.js';
import type { QuestionKind, Recall } from './recall.js';
import type { SourceFile } from './source-file.js';
import type { CalleeLookup } from './unseen-counts.js';

/** How an analysis looks at a text; without it as reports do. */
export interface Viewing {
  /** Notes what the analysis asks for, and knows some of the answers; everything is worked out once without it. */
  readonly recall?: Recall;
  /** Makes places of offsets. */
  readonly place?: SourceFile['place'];
  /** What callers in other files pass. */
  readonly elsewhere?: PassedElsewhere;
}

/** Opens one file for the rules: items are cut at once, functions are read when they are asked for. */
export function openSource(path: string, text: string, tools: SourceTools): SourceFile {
  return viewSource(openText(path, text, tools));
}

const plainViews = new WeakMap<OpenText, SourceFile>();

/** The analysis of an open text by itself, with nothing known of other files: one for all who ask. */
export function plainView(open: OpenText): SourceFile {
  let view = plainViews.get(open);
  if (!view) plainViews.set(open, (view = viewSource(open)));
  return view;
}

/** Lets go of what was found out of a text whose turn is over; the text stays, cut and read as it is. */
export function letGo(open: OpenText): void {
  open.flows.forget();
  plainViews.delete(open);
}

/** A fresh analysis of an open text: nothing that was found out in another one of the same text is known to it. */
export function viewSource(open: OpenText, viewing: Viewing = {}): SourceFile {
  const { path, original, text, arms, items, tools } = open;
  const { place = placesOf(path, text), recall = onceEach(open.flows) } = viewing;
  const table = tableOf(open, place, recall);
  const contractOf: ContractLookup = (name) => {
    recall.asked('outside', name);
    return tools.contractOf(name);
  };
  const callee = tools.calleesOf?.(path, text);
  const matched = new Map<string, boolean>();
  const far: CalleeLookup = (name, handed) => {
    recall.asked('includes', '');
    return callee?.(name, handed);
  };
  return {
    path,
    original,
    text,
    items,
    table,
    analysis: new FileAnalysis(table, open.vocabulary, tools.provenance, contractOf, viewing.elsewhere, recall, far),
    itemAt: (offset) => findItem(items, offset),
    named: (name) => {
      recall.asked('named', name);
      return open.index.named(name);
    },
    unread: (item) => {
      recall.asked('named', item.name);
      return open.functions.unread(item);
    },
    ofOtherRelease: (offset) => isWithin(arms.others, offset),
    macroArms: (name) => {
      recall.asked('named', name);
      recall.asked('arms', name);
      return macroArmsIn(text, open.functions, name);
    },
    constant: (name) => {
      recall.asked('constant', name);
      if (tools.headersOf) recall.asked('includes', '');
      return constantOf(open, name);
    },
    found: ({ source }) => {
      recall.asked('found', source);
      return [...text.matchAll(new RegExp(source, 'g'))];
    },
    matches: (pattern) => {
      recall.asked('matches', pattern.source);
      const known = matched.get(pattern.source) ?? pattern.test(text);
      matched.set(pattern.source, known);
      return known;
    },
    inSignature: (fn) => {
      for (const name of open.functions.calledOtherwise([fn])) recall.asked('named', name);
      return open.functions.inSignature(fn);
    },
    defines: () => {
      recall.asked('defines', '');
      return items.filter(({ kind }) => kind === 'define');
    },
    includedMatches: (pattern) => {
      recall.asked('includes', '');
      for (const header of tools.includedBy?.(path, text) ?? []) {
        if (pattern.test(header) && pattern.test(blankNonCode(header))) return true;
      }
      return false;
    },
    noted: (make) => recall.noted(make),
    kept: (kind, about, make) => recall.kept(kind, about, make),
    declaring: (word) => {
      recall.asked('declared', word);
      return open.index.declaring(word);
    },
    place,
  };
}

function tableOf({ path, index, functions }: OpenText, place: SourceFile['place'], recall: Recall): FunctionTable {
  const asking =
    <T>(kind: QuestionKind, answer: (name: string) => T) =>
    (name: string): T => {
      recall.asked(kind, name);
      return answer(name);
    };
  // A function reads as it does with the macros that it uses.
  const read = (found: readonly FunctionIr[]): readonly FunctionIr[] => {
    if (found.length > 0) recall.asked('jumping', '');
    if (found.length > 0 && functions.restOnHeaders) {
      recall.asked('includes', '');
      recall.asked('defines', '');
    }
    for (const name of functions.calledOtherwise(found)) recall.asked('named', name);
    return found;
  };
  return {
    path,
    closed: path.endsWith('.c'),
    has: asking('defined', (name) => index.named(name).length > 0),
    find: asking('named', (name) => read(functions.named(name))),
    macros: asking('named', (name) => functions.macros(name)),
    mentioning: asking('users', (name) => {
      const found = functions.mentioning(name);
      read(found.functions);
      return found;
    }),
    usedOutside: asking('loose', (name) => index.usedOutside(name)),
    lineOf: (offset) => place(offset).line,
    place,
  };
}

function placesOf(path: string, text: string): SourceFile['place'] {
  let starts: readonly number[] | undefined;
  return (offset) => ({ path, ...positionAt((starts ??= lineStarts(text)), offset) });
}
