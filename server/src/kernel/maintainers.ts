import type { UnreadableFile } from '@pageref/shared';
import type { TreeFiles } from '../vfs/tree-files.js';
import { pathTest, searchTest } from './pattern.js';
import type { PatternTest } from './pattern.js';

/** One section of MAINTAINERS. */
export interface MaintainerSection {
  readonly title: string;
  /** M: and R: values as written, "Name <address>". */
  readonly maintainers: readonly string[];
  readonly reviewers: readonly string[];
  /** L: values as written. */
  readonly lists: readonly string[];
}

export interface Maintainers {
  /** Title of the section that is most specific to the path; the top folder where no section matches. */
  subsystemOf(path: string): string;
  /** That section itself. */
  sectionOf(path: string): MaintainerSection | undefined;
  /** The file itself, where it has patterns that are not understood or too many of them: those match nothing. */
  readonly inPart: readonly UnreadableFile[];
}

const FILE = 'MAINTAINERS';
/** The section that takes what nobody else does; it would name every path. */
const CATCH_ALL = 'THE REST';

/**
 * What all patterns may cost that are tried for one path: one for a pattern without wildcards, else the length of its text. Those of
 * a kernel cost 70,000; without a bound a file of patterns alone could make every path cost seconds.
 */
const MAX_COST = 1 << 18;

/** A section as it is written: patterns are texts. */
interface WrittenSection extends MaintainerSection {
  readonly maintainers: string[];
  readonly reviewers: string[];
  readonly lists: string[];
  readonly files: string[];
  readonly excluded: string[];
  readonly names: string[];
}

interface Section {
  readonly written: MaintainerSection;
  readonly isExcluded: PatternTest;
}

interface FilePattern {
  readonly section: Section;
  readonly matches: PatternTest;
  /** Characters that are not wildcards. */
  readonly weight: number;
}

interface NamePattern {
  readonly section: Section;
  readonly matches: PatternTest;
}

/** Reads MAINTAINERS at the root of the tree; without one every path belongs to its top folder. Never throws. */
export function readMaintainers(files: TreeFiles): Maintainers {
  const source = files.read(FILE);
  return parseMaintainers('text' in source ? source.text : '');
}

/**
 * The file's text as a look-up. Of the F: patterns that match a path and are not excluded by an X: of their section the
 * one with the most literal characters wins, then the first; N: patterns (regular expressions) count only where no F: does.
 */
export function parseMaintainers(text: string): Maintainers {
  const compiler = new PatternCompiler();
  const byFolder = new Map<string, FilePattern[]>();
  const byName: NamePattern[] = [];
  for (const written of readSections(text).filter(({ title }) => title !== CATCH_ALL)) {
    const excluded = written.excluded.flatMap((pattern) => compiler.path(pattern) ?? []);
    const section: Section = { written, isExcluded: (path) => excluded.some((matches) => matches(path)) };
    for (const pattern of written.files) addPattern(byFolder, section, pattern, compiler.path(pattern));
    byName.push(...written.names.flatMap((name) => namePattern(section, compiler.search(name))));
  }
  const known = new Map<string, MaintainerSection | undefined>();
  const sectionOf = (path: string): MaintainerSection | undefined => {
    if (!known.has(path)) known.set(path, (byFile(byFolder, path) ?? bySpelling(byName, path))?.written);
    return known.get(path);
  };
  return {
    inPart: inPartOf(compiler.unknown),
    sectionOf,
    subsystemOf: (path) =>
      sectionOf(path)?.title ?? path.slice(0, path.includes('/') ? path.indexOf('/') : path.length),
  };
}

function inPartOf(unknown: number): UnreadableFile[] {
  if (unknown === 0) return [];
  const what = unknown === 1 ? 'one pattern is' : `${unknown} patterns are`;
  return [
    {
      path: FILE,
      why: `${what} not understood, or beyond what is tried,${unknown === 1 ? ' and matches' : ' and match'} nothing`,
    },
  ];
}

/** Turns patterns into tests as long as the bound allows it, and counts those that it does not understand. */
class PatternCompiler {
  unknown = 0;
  private cost = 0;

  path(text: string): PatternTest | undefined {
    return this.counted(/[*?[]/.test(text) ? text.length : 1, () => pathTest(text));
  }

  search(text: string): PatternTest | undefined {
    return this.counted(text.length, () => searchTest(text));
  }

  private counted(cost: number, compile: () => PatternTest | undefined): PatternTest | undefined {
    this.cost += cost;
    const test = this.cost > MAX_COST ? undefined : compile();
    if (!test) this.unknown++;
    return test;
  }
}

function namePattern(section: Section, matches: PatternTest | undefined): NamePattern[] {
  return matches ? [{ section, matches }] : [];
}

function readSections(text: string): WrittenSection[] {
  const sections: WrittenSection[] = [];
  let previous = '';
  let current: WrittenSection | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd();
    if (line === '') current = undefined;
    else if (line[1] === ':' && /^[A-Z]:\s/.test(line)) {
      if (!current && previous !== '') sections.push((current = newSection(previous)));
      if (current) addLine(current, line.charAt(0), line.slice(2).trim());
    }
    previous = line[1] === ':' ? '' : line;
  }
  return sections;
}

function newSection(title: string): WrittenSection {
  return { title: title.trim(), maintainers: [], reviewers: [], lists: [], files: [], excluded: [], names: [] };
}

function addLine(section: WrittenSection, letter: string, value: string): void {
  if (letter === 'F') section.files.push(value);
  else if (letter === 'X') section.excluded.push(value);
  else if (letter === 'N') section.names.push(value);
  else if (letter === 'M') section.maintainers.push(value);
  else if (letter === 'R') section.reviewers.push(value);
  else if (letter === 'L') section.lists.push(value);
}

/** Patterns are filed under their first two folders, or one, or none, as far as those hold no wildcard. */
function addPattern(
  byFolder: Map<string, FilePattern[]>,
  section: Section,
  text: string,
  matches: PatternTest | undefined,
): void {
  if (!matches) return;
  const wildcard = text.search(/[*?[]/);
  const literal = wildcard < 0 ? text : text.slice(0, wildcard);
  const folders = literal.split('/').slice(0, -1);
  const key = folders.slice(0, 2).join('/');
  const pattern: FilePattern = { section, matches, weight: text.replace(/[*?]/g, '').length };
  const list = byFolder.get(key);
  if (list) list.push(pattern);
  else byFolder.set(key, [pattern]);
}

function byFile(byFolder: ReadonlyMap<string, readonly FilePattern[]>, path: string): Section | undefined {
  const [first = '', second = ''] = path.split('/');
  let best: FilePattern | undefined;
  for (const key of [`${first}/${second}`, first, '']) {
    for (const pattern of byFolder.get(key) ?? []) {
      if (best && pattern.weight <= best.weight) continue;
      if (pattern.matches(path) && !pattern.section.isExcluded(path)) best = pattern;
    }
  }
  return best?.section;
}

function bySpelling(names: readonly NamePattern[], path: string): Section | undefined {
  return names.find(({ section, matches }) => matches(path) && !section.isExcluded(path))?.section;
}
