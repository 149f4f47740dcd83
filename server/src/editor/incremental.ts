import { classOf } from '@pageref/shared';
import type { Finding as CheckFinding, FindingClass, NotAnalysed, RelatedPlace } from '@pageref/shared';
import type { OpenText } from '../contracts/open-text.js';
import { openText } from '../contracts/open-text.js';
import { viewSource } from '../contracts/view-source.js';
import type { SourceFile } from '../contracts/source-file.js';
import type { Tree } from '../project/tree.js';
import type { HeaderMacros } from '../knowledge/header-macros.js';
import type { ArchVerdict } from '../rules/reserved/judge.js';
import { JudgedMentions } from '../rules/reserved/judged.js';
import { answersKept } from '../rules/references/file-knowledge.js';
import type { RuleWorld } from '../rules/rule.js';
import { joinResults } from '../runs/check-file.js';
import { checkItem, itemsToCheck } from '../runs/check-item.js';
import type { ActiveRule, HeldItem, ItemRequest, ItemResult } from '../runs/check-item.js';
import { markFindings } from '../runs/mark-findings.js';
import { answersOf } from './answers.js';
import { ItemIds } from './item-ids.js';
import type { TextIds } from './item-ids.js';
import { Memo } from './memo.js';
import type { MemoView } from './memo.js';
import { rulesIn } from './tree-rules.js';
import { NOTHING_FROM_TREE } from './whole-tree/from-tree.js';
import type { FromTree } from './whole-tree/from-tree.js';
import type { ShiftedFindings } from './whole-tree/shifted.js';

/** A place in the document itself (UTF-16 offset), or in another file of the tree (one-based line). */
export type FindingPlace = { readonly offset: number } | { readonly path: string; readonly line: number };

/** What a rule found in a document, as `pageref check` tells of it. Offsets are UTF-16 code units of the document's text. */
export interface EditorFinding extends Omit<
  CheckFinding,
  'path' | 'line' | 'column' | 'length' | 'related' | 'steps' | 'source'
> {
  readonly start: number;
  readonly end: number;
  /** The setting that says how it is shown. */
  readonly class: FindingClass;
  readonly related: readonly EditorPlace[];
  /** The way to it, in the order in which it is gone; its own place is among them. None where a rule follows no path. */
  readonly steps: readonly EditorPlace[];
}

/** A place that explains a finding. */
export interface EditorPlace {
  readonly text: string;
  readonly place: FindingPlace;
}

/** A function or macro that was not analysed. */
export interface Unread extends Pick<NotAnalysed, 'function' | 'why'> {
  readonly start: number;
}

/** The analysis of one text. It is handed in again when the text has changed, and what still holds is kept. */
export interface TextAnalysis {
  readonly path: string;
  readonly text: string;
  readonly tree: Tree;
  readonly findings: readonly EditorFinding[];
  readonly notAnalysed: readonly Unread[];
  /** Sentences on rules that failed: what they would have found is missing. */
  readonly failures: readonly string[];
  /** How many functions and macros were checked for this text, and how many were taken over. */
  readonly work: { readonly checked: number; readonly kept: number };
  readonly memory: TextMemory | undefined;
}

/** What the versions of a document have in common. */
interface TextMemory {
  /** The file's own names for the bit: where they change everything is looked at again. */
  readonly aliases: string;
  /** What headers of the module define for it; with others everything is looked at again, too. */
  readonly macros: HeaderMacros;
  readonly ids: ItemIds;
  readonly memo: Memo;
}

export interface AnalysisRequest {
  readonly path: string;
  readonly text: string;
  readonly tree: Tree;
  readonly arch: ArchVerdict | undefined;
  /** What is known of the text that it does not say itself. */
  readonly fromTree?: FromTree;
  /** The analysis of an earlier text of the same document. */
  readonly previous: TextAnalysis | undefined;
  /** Opens the text; it is opened once for all who ask about a version. */
  readonly open?: () => OpenText;
  /** Asked between functions; rejects when nobody waits for the result any more. */
  readonly checkpoint: () => Promise<void>;
}

/**
 * Runs the rules over a document. The result is that of an analysis from scratch; functions for which nothing has changed
 * that their findings rest on are not looked at again.
 */
export async function analyseText(request: AnalysisRequest): Promise<TextAnalysis> {
  const { path, text, tree, fromTree = NOTHING_FROM_TREE } = request;
  const { macros } = fromTree.macros;
  const { rules, world } = rulesIn(tree, macros);
  if (!request.previous?.memory && !mayHold(text, rules, macros))
    return { ...nothingIn(request), findings: markedIn(path, fromTree.findings) };
  const open = request.open?.() ?? openText(path, text, tree.tools);
  const cache = memoryOf(request, open, macros);
  const look = lookAt(request, open, cache, world);
  const results: ItemResult[] = [];
  try {
    for (const held of itemsToCheck(look.file, rules, world)) results.push(await look.check(held));
  } finally {
    cache.memo.settle();
  }
  return { path, text, tree, ...collect(path, results, fromTree.findings, look.ids), work: look.work(), memory: cache };
}

/** A text in which nothing was looked at. */
export function nothingIn({ path, text, tree }: Pick<TextAnalysis, 'path' | 'text' | 'tree'>): TextAnalysis {
  const work = { checked: 0, kept: 0 };
  return { path, text, tree, findings: [], notAnalysed: [], failures: [], work, memory: undefined };
}

/** A text without any of the names is done at once: that is nearly every file of a kernel. */
function mayHold(text: string, rules: readonly ActiveRule[], macros: HeaderMacros): boolean {
  const holdsOne = (names: Iterable<string>): boolean => [...names].some((name) => text.includes(name));
  return rules.some(({ names }) => holdsOne(names)) || holdsOne(macros.keys());
}

/** What is known of earlier versions of the document; nothing where they were of another tree, or named the bit otherwise. */
function memoryOf({ previous, path, tree }: AnalysisRequest, open: OpenText, macros: HeaderMacros): TextMemory {
  const aliases = aliasKey(open);
  const before = previous?.tree === tree && previous.path === path ? previous.memory : undefined;
  if (before?.aliases === aliases && before.macros === macros) return before;
  return { aliases, macros, ids: new ItemIds(), memo: new Memo() };
}

function aliasKey({ vocabulary: { aliases } }: OpenText): string {
  return [[...aliases.bits].sort().join(), [...aliases.masks].sort().join()].join(';');
}

/** One look at one version of a document. */
interface Look {
  readonly file: SourceFile;
  readonly ids: TextIds;
  check(held: HeldItem): Promise<ItemResult>;
  work(): TextAnalysis['work'];
}

function lookAt(request: AnalysisRequest, open: OpenText, results: TextMemory, world: RuleWorld): Look {
  const { path, arch, checkpoint } = request;
  const ids = results.ids.read(open);
  const view: MemoView = results.memo.open(answersOf(open, ids));
  // What is kept has names for offsets that stay when text moves; they are made lines when somebody is shown them.
  const place = (offset: number): ReturnType<SourceFile['place']> => ({ path, line: ids.codeOf(offset), column: 1 });
  const file = viewSource(open, { recall: view, place });
  for (const [kind, answer] of Object.entries(answersKept(world, file))) view.answers(kind, answer);
  const reserved = new JudgedMentions(file, { deviceKinds: world.deviceKinds, arch });
  const item: ItemRequest = { file, world, arch, reserved };
  return {
    file,
    ids,
    async check(held) {
      const about = `${ids.nameOf(held.item)} ${held.rules.map(askedText).join()}`;
      const before = view.recalled(CHECKED, about);
      if (before) return before.value as ItemResult;
      await checkpoint();
      return view.worked(CHECKED, about, () => checkItem(item, held));
    },
    work: () => ({ checked: view.made.get(CHECKED) ?? 0, kept: view.taken.get(CHECKED) ?? 0 }),
  };
}

/** What a rule looks at of an item: the names of the file that it asks for may be others when another function was edited. */
function askedText({ rule, words }: HeldItem['rules'][number]): string {
  return `${rule.meta.id}:${[...new Set(words.map(({ word }) => word))].join('+')}`;
}

/** Kind of the results that are kept of each function and macro. */
const CHECKED = 'checked';

function collect(
  path: string,
  results: readonly ItemResult[],
  fromTree: ShiftedFindings,
  ids: TextIds,
): Pick<TextAnalysis, 'findings' | 'notAnalysed' | 'failures'> {
  const { findings, notAnalysed, failures } = joinResults(results);
  const inText = (place: RelatedPlace): RelatedPlace =>
    place.path === path ? { ...place, line: ids.offsetOf(place.line) ?? 0 } : place;
  const placed = findings.map(({ steps, ...one }) => ({
    ...one,
    line: ids.offsetOf(one.line) ?? 0,
    related: one.related.map(inText),
    ...(steps && { steps: steps.map(inText) }),
  }));
  return {
    findings: markedIn(path, [...placed, ...fromTree]),
    notAnalysed: notAnalysed.map(({ line, function: fn, why }) => ({
      start: ids.offsetOf(line) ?? 0,
      function: fn,
      why,
    })),
    failures: failures.map(({ rule, why }) => `${path}: the rule ${rule} failed, its findings are missing: ${why}`),
  };
}

/** Findings in a document, told apart. What is a line elsewhere is an offset here. */
function markedIn(path: string, findings: ShiftedFindings): readonly EditorFinding[] {
  return markFindings(findings).map(({ isUndecided, finding }) => findingIn(path, finding, isUndecided));
}

function findingIn(
  path: string,
  { line: start, length, related, steps = [], source: _source, path: _path, column: _column, ...rest }: CheckFinding,
  isUndecided: boolean,
): EditorFinding {
  const placed = ({ path: at, line, text }: RelatedPlace): EditorPlace => ({
    text,
    place: at === path ? { offset: line } : { path: at, line },
  });
  return {
    ...rest,
    start,
    end: start + length,
    class: classOf({ ...rest, isUndecided }),
    related: related.map(placed),
    steps: steps.map(placed),
  };
}
