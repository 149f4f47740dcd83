import { parsePatch } from 'diff';
import type { StructuredPatchHunk } from 'diff';
import { nameOf } from '../vfs/index.js';
import { CannotRun } from './options.js';

/** What a patch does to one file. Paths are relative to the top of the tree. */
export interface FilePatch {
  /** Undefined for a file the patch makes. */
  readonly from: string | undefined;
  /** Undefined for one it deletes. */
  readonly to: string | undefined;
  readonly hunks: readonly StructuredPatchHunk[];
  /** Abbreviated id of the blob before, from git's `index` line. */
  readonly blob: string | undefined;
  readonly isBinary: boolean;
}

/**
 * Reads a patch as git, a mail program or diff writes it: what stands before the first file is a message, and mails may
 * stand one behind the other. A text without any is an empty patch. Throws CannotRun for text that is no patch, or one that is damaged.
 */
export function readPatch(text: string, name: string): readonly FilePatch[] {
  // Nothing was changed: a hook hands on what git diff prints.
  if (text.trim() === '') return [];
  if (text.split('\n').some((line) => line.endsWith('\r') && /^(?:diff --git|--- |@@ -)/.test(line))) {
    throw new CannotRun(
      `${name}: its lines end in CRLF: a mail program or an editor has changed it; get the patch as it was sent`,
    );
  }
  const files = sectionsOf(text).map((section) => readSection(section, name));
  if (files.length > 0) return files;
  throw new CannotRun(`${name}: no patch is in it: a unified diff is needed, as git diff or git format-patch write it`);
}

interface Section {
  readonly lines: readonly string[];
  /** One-based line of the first. */
  readonly at: number;
}

/** Cuts a text at the lines that begin a file; what belongs to none of them is left out. */
function sectionsOf(text: string): Section[] {
  const lines = text.split('\n');
  const sections: { lines: string[]; at: number }[] = [];
  let rest = { old: 0, new: 0 };
  let isGit = false;
  lines.forEach((line, index) => {
    const inHunk = rest.old > 0 || rest.new > 0;
    if (!inHunk && startsFile(lines, index, isGit)) {
      sections.push({ lines: [], at: index + 1 });
      isGit = line.startsWith('diff --git ');
    }
    const section = sections.at(-1);
    const hunk = inHunk ? undefined : HUNK.exec(line);
    if (hunk) rest = { old: Number(hunk[1] ?? 1), new: Number(hunk[2] ?? 1) };
    else if (inHunk) rest = afterLine(rest, line);
    else if (isGit && section && line.startsWith('--- ') && !lines[index + 1]?.startsWith('+++ ')) isGit = false;
    section?.lines.push(line);
  });
  return sections;
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** `diff --git`, or a bare `---`/`+++` pair that belongs to no such line. */
function startsFile(lines: readonly string[], index: number, isGit: boolean): boolean {
  const line = lines[index] ?? '';
  if (line.startsWith('diff --git ')) return true;
  const isPair = line.startsWith('--- ') && (lines[index + 1] ?? '').startsWith('+++ ');
  return isPair && !(isGit && headerAbove(lines, index));
}

/** The pair stands in the header that a `diff --git` line has begun. */
function headerAbove(lines: readonly string[], index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const line = lines[at] ?? '';
    if (line.startsWith('diff --git ')) return true;
    if (!EXTENDED.test(line)) return false;
  }
  return false;
}

const EXTENDED =
  /^(?:index |old mode |new mode |new file mode |deleted file mode |similarity |dissimilarity |rename |copy )/;

function afterLine(rest: { old: number; new: number }, line: string): { old: number; new: number } {
  const sign = line.charAt(0);
  if (sign === '\\') return rest;
  return { old: rest.old - (sign === '+' ? 0 : 1), new: rest.new - (sign === '-' ? 0 : 1) };
}

function readSection({ lines, at }: Section, name: string): FilePatch {
  const first = lines.findIndex((line) => HUNK.test(line));
  const head = lines.slice(0, first < 0 ? undefined : first);
  const value = (prefix: string): string | undefined =>
    head
      .find((line) => line.startsWith(prefix))
      ?.slice(prefix.length)
      .split('\t', 1)[0]
      ?.trimEnd();
  const named = namesOf(head[0] ?? '');
  const isNew = value('new file mode ') !== undefined || value('--- ') === '/dev/null';
  const isGone = value('deleted file mode ') !== undefined || value('+++ ') === '/dev/null';
  const from = value('rename from ') ?? value('copy from ') ?? pathOf(value('--- ')) ?? named?.[0];
  const to = value('rename to ') ?? value('copy to ') ?? pathOf(value('+++ ')) ?? named?.[1];
  return {
    from: isNew ? undefined : from && unquoted(from),
    to: isGone ? undefined : to && unquoted(to),
    hunks: first < 0 ? [] : hunksOf(lines.slice(first), name, at + first),
    blob: /^([0-9a-f]+)\.\./.exec(value('index ') ?? '')?.[1],
    isBinary: head.some((line) => /^(?:GIT binary patch|Binary files .* differ)$/.test(line)),
  };
}

/** Both names of a `diff --git a/x b/x` line without quotes; they are the same wherever no other line says them. */
function namesOf(line: string): readonly [string, string] | undefined {
  const names = line.slice('diff --git '.length);
  const middle = names.length >> 1;
  const [from, to] = [names.slice(0, middle), names.slice(middle + 1)].map(
    (name) => /^("?)[ab]\/(.*)\1$/.exec(name)?.[2],
  );
  return from === undefined || from !== to || names[middle] !== ' ' ? undefined : [from, from];
}

function pathOf(name: string | undefined): string | undefined {
  if (name === undefined || name === '/dev/null') return undefined;
  return name.replace(/^("?)[^/"]+\//, '$1');
}

/** A name in git's C-style quotes. */
function unquoted(name: string): string {
  if (!name.startsWith('"') && !name.endsWith('"')) return name;
  const inner = name.replace(/^"|"$/g, '');
  const bytes: number[] = [];
  for (const [part] of inner.matchAll(/\\[0-7]{3}|\\.|[^\\]/gsu)) {
    if (/^\\[0-7]{3}$/.test(part)) bytes.push(parseInt(part.slice(1), 8));
    else bytes.push(...new TextEncoder().encode(part.length === 2 && part.startsWith('\\') ? part.slice(1) : part));
  }
  return nameOf(Uint8Array.from(bytes));
}

/** The library checks the counts of each hunk; a signature or the next mail behind the last one is no part of it. */
function hunksOf(lines: readonly string[], name: string, at: number): readonly StructuredPatchHunk[] {
  try {
    return parsePatch(['--- a', '+++ b', ...withinHunks(lines, name, at)].join('\n')).flatMap(({ hunks }) => hunks);
  } catch (error) {
    if (error instanceof CannotRun) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotRun(`${name}:${String(at)}: the patch is damaged: ${why}`);
  }
}

/** Lines up to the end of the last hunk. */
function withinHunks(lines: readonly string[], name: string, at: number): string[] {
  const kept: string[] = [];
  let rest = { old: 0, new: 0 };
  for (const [index, line] of lines.entries()) {
    const inHunk = rest.old > 0 || rest.new > 0;
    const hunk = inHunk ? undefined : HUNK.exec(line);
    if (hunk) rest = { old: Number(hunk[1] ?? 1), new: Number(hunk[2] ?? 1) };
    else if (inHunk && /^[ +\-\\]/.test(line)) rest = afterLine(rest, line);
    // Mail programs strip the blank of an empty line.
    else if (inHunk && line === '' && index < lines.length - 1) rest = afterLine(rest, ' ');
    else if (inHunk)
      throw new CannotRun(`${name}:${String(at + index)}: the patch is damaged: the hunk ends too early`);
    else if (!line.startsWith('\\')) break;
    kept.push(inHunk && line === '' ? ' ' : line);
  }
  if (rest.old > 0 || rest.new > 0) {
    throw new CannotRun(`${name}:${String(at + lines.length - 1)}: the patch is damaged: the hunk ends too early`);
  }
  return kept;
}
