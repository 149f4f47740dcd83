import { findingClass } from '@pageref/shared';
import type { FindingClass, Site } from '@pageref/shared';
import { judge } from '../rules/reserved/judge.js';
import type { ArchVerdict, JudgedSite } from '../rules/reserved/judge.js';
import { mentionsAmong, mentionWords } from '../rules/reserved/mentions.js';
import type { SourceFile, Unread } from '../contracts/source-file.js';
import { findWords } from '../syntax/index.js';
import type { FoundWord, Item } from '../syntax/index.js';
import { fingerprints, siteIdentity } from '../rules/fingerprint.js';
import { openText, viewSource } from '../contracts/open-text.js';
import type { OpenText } from '../contracts/open-text.js';
import type { Tree } from '../project/tree.js';
import { emptyTrace, moveOffset, replayTrace, sameItem, tracedTable } from './trace.js';
import type { Moves, Trace } from './trace.js';

/** A place in the document itself (UTF-16 offset), or in another file of the tree (one-based line). */
export type FindingPlace = { readonly offset: number } | { readonly path: string; readonly line: number };

/** One mention of the reserved bit that needs care. Offsets are UTF-16 code units of the document's text. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly class: FindingClass;
  readonly site: Pick<Site, 'function' | 'form' | 'statement' | 'verdict' | 'confidence' | 'consequence'>;
  readonly reason: { readonly contract: string; readonly text: string; readonly place: FindingPlace };
  readonly related: readonly { readonly text: string; readonly place: FindingPlace }[];
  readonly fingerprint: string;
}

type UnmarkedFinding = Omit<Finding, 'fingerprint'>;

/** What one function or macro that holds mentions was found to be, and what that rests on. */
interface Judged {
  readonly item: Item;
  readonly trace: Trace;
  readonly findings: readonly UnmarkedFinding[];
  readonly unread: Unread | undefined;
}

/** The analysis of one text. It is handed in again when the text has changed, and what still holds is kept. */
export interface TextAnalysis {
  readonly path: string;
  readonly text: string;
  readonly tree: Tree;
  readonly findings: readonly Finding[];
  readonly notAnalysed: readonly Unread[];
  /** How many functions with mentions were judged for this text, and how many were taken over. */
  readonly work: { readonly judged: number; readonly kept: number };
  readonly memory: { readonly aliases: string; readonly judged: readonly Judged[] } | undefined;
}

export interface AnalysisRequest {
  readonly path: string;
  readonly text: string;
  readonly tree: Tree;
  readonly arch: ArchVerdict | undefined;
  /** The analysis of an earlier text of the same document. */
  readonly previous: TextAnalysis | undefined;
  /** Asked between functions; rejects when nobody waits for the result any more. */
  readonly checkpoint: () => Promise<void>;
}

/**
 * Judges the mentions of a document. The result is that of an analysis from scratch; functions whose text, callees and
 * callers did not change are not looked at again.
 */
export async function analyseText(request: AnalysisRequest): Promise<TextAnalysis> {
  const { path, text, tree } = request;
  if (!mayMention(text, tree)) {
    return { path, text, tree, findings: [], notAnalysed: [], work: { judged: 0, kept: 0 }, memory: undefined };
  }
  const open = openText(path, text, tree.tools);
  const aliases = aliasKey(open);
  const known = knownItems(request, aliases);
  const judged: Judged[] = [];
  let kept = 0;
  for (const { item, words } of holders(open)) {
    const old = known(open, item);
    if (old) kept++;
    else await request.checkpoint();
    judged.push(old ?? judgeItem(open, item, words, request));
  }
  const work = { judged: judged.length - kept, kept };
  return { path, text, tree, ...collect(path, judged), work, memory: { aliases, judged } };
}

/** A text without any of the names is done at once: that is nearly every file of a kernel. */
function mayMention(text: string, { model }: Tree): boolean {
  const { tests, bit } = model.reservedBit;
  return text.includes(bit) || tests.some((name) => text.includes(name));
}

function aliasKey({ vocabulary: { aliases } }: OpenText): string {
  return [[...aliases.bits].sort().join(), [...aliases.masks].sort().join()].join(';');
}

/** Mentions in code, by the item that holds them. */
function holders(open: OpenText): { readonly item: Item; readonly words: FoundWord[] }[] {
  const { reserved, aliases } = open.vocabulary;
  const file = viewSource(open);
  const byItem = new Map<Item, FoundWord[]>();
  for (const word of findWords(open.text, mentionWords(reserved, aliases))) {
    if (word.lexical !== 'code' && word.lexical !== 'directive') continue;
    const item = file.itemAt(word.start);
    if (!item || item.kind === 'trivia') continue;
    const words = byItem.get(item);
    if (words) words.push(word);
    else byItem.set(item, [word]);
  }
  return [...byItem].map(([item, words]) => ({ item, words }));
}

/** Looks for what is known of an item from the analysis before; each is given out once. */
function knownItems(
  { previous, path, tree }: AnalysisRequest,
  aliases: string,
): (open: OpenText, item: Item) => Judged | undefined {
  if (previous?.memory?.aliases !== aliases || previous.tree !== tree || previous.path !== path) return () => undefined;
  const left = new Set(previous.memory.judged);
  return (open, item) => {
    for (const old of left) {
      if (!sameItem(previous.text, old.item, open.text, item)) continue;
      const now = carryOver(old, previous.text, open, item);
      if (!now) continue;
      left.delete(old);
      return now;
    }
    return undefined;
  };
}

/** What was judged before, with its offsets moved to the new text; undefined when what it rests on has changed. */
function carryOver(old: Judged, oldText: string, open: OpenText, item: Item): Judged | undefined {
  const replayed = replayTrace(old.trace, oldText, open.index, [old.item, item]);
  if (!replayed) return undefined;
  const { trace, moves } = replayed;
  const findings = old.findings.map((finding) => moveFinding(moves, finding));
  if (findings.includes(undefined)) return undefined;
  const unread = old.unread && { ...old.unread, start: moveOffset(moves, old.unread.start) ?? item.start };
  return { item, trace, unread, findings: findings.filter((finding) => finding !== undefined) };
}

function moveFinding(moves: Moves, finding: UnmarkedFinding): UnmarkedFinding | undefined {
  const start = moveOffset(moves, finding.start);
  const place = movePlace(moves, finding.reason.place);
  const related = finding.related.map((one) => ({ text: one.text, place: movePlace(moves, one.place) }));
  const placed = related.flatMap((one) => (one.place ? [{ text: one.text, place: one.place }] : []));
  if (start === undefined || !place || placed.length < related.length) return undefined;
  return {
    ...finding,
    start,
    end: start + finding.end - finding.start,
    reason: { ...finding.reason, place },
    related: placed,
  };
}

function movePlace(moves: Moves, place: FindingPlace): FindingPlace | undefined {
  if (!('offset' in place)) return place;
  const offset = moveOffset(moves, place.offset);
  // Offset 0 stands for "nowhere" as well; it stays where it is unless an item that was asked for begins there.
  if (offset === undefined) return place.offset === 0 ? place : undefined;
  return place.offset === 0 && offset !== 0 ? undefined : { offset };
}

/** Judges the mentions of one item with an analysis of its own, so that what it rests on is known exactly. */
function judgeItem(open: OpenText, item: Item, words: readonly FoundWord[], request: AnalysisRequest): Judged {
  const trace = emptyTrace();
  const { path, tree, arch } = request;
  const file = viewSource(open, {
    table: (plain) => tracedTable(plain, open.index, trace),
    // Lines are made of offsets when somebody is shown them; until then a place is its offset.
    place: (offset) => ({ path, line: offset, column: 1 }),
  });
  const lengths = new Map(words.map((word) => [word.start, word.end - word.start]));
  const findings = mentionsAmong(file, words).mentions.flatMap((mention) => {
    const { site } = judge(file, mention, { deviceKinds: tree.deviceKinds, arch });
    return findingOf(file, site, mention.start, lengths.get(mention.start) ?? 0) ?? [];
  });
  return { item, trace, findings, unread: item.kind === 'function' ? file.unread(item) : undefined };
}

function findingOf(
  file: SourceFile,
  site: JudgedSite['site'],
  start: number,
  length: number,
): UnmarkedFinding | undefined {
  const cls = findingClass(site);
  if (!cls) return undefined;
  const place = (path: string, line: number): FindingPlace => (path === file.path ? { offset: line } : { path, line });
  return {
    start,
    end: start + length,
    class: cls,
    site: {
      function: site.function,
      form: site.form,
      statement: site.statement,
      verdict: site.verdict,
      confidence: site.confidence,
      consequence: site.consequence,
    },
    reason: {
      contract: site.reason.contract,
      text: site.reason.text,
      place: place(site.reason.path, site.reason.line),
    },
    related: site.related.map(({ path, line, text }) => ({ text, place: place(path, line) })),
  };
}

function collect(path: string, judged: readonly Judged[]): Pick<TextAnalysis, 'findings' | 'notAnalysed'> {
  const found = judged.flatMap((one) => one.findings).sort((a, b) => a.start - b.start);
  const marks = fingerprints(found.map(({ site }) => siteIdentity(site, path)));
  const findings = found.map((finding, at) => ({ ...finding, fingerprint: marks[at] ?? '' }));
  return { findings, notAnalysed: judged.flatMap((one) => one.unread ?? []) };
}
