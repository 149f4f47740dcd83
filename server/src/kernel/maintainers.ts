import type { TreeFiles } from '../vfs/tree-files.js';

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
}

/** The section that takes what nobody else does; it would name every path. */
const CATCH_ALL = 'THE REST';

interface Section extends MaintainerSection {
  readonly maintainers: string[];
  readonly reviewers: string[];
  readonly lists: string[];
  readonly files: string[];
  readonly excluded: string[];
  readonly names: string[];
}

interface Pattern {
  readonly section: Section;
  readonly text: string;
  /** Made when first tried: most of the eight thousand never are. */
  matches: ((path: string) => boolean) | undefined;
  /** Characters that are not wildcards. */
  readonly weight: number;
}

/** Reads MAINTAINERS at the root of the tree; without one every path belongs to its top folder. Never throws. */
export function readMaintainers(files: TreeFiles): Maintainers {
  const source = files.read('MAINTAINERS');
  return parseMaintainers('text' in source ? source.text : '');
}

/**
 * The file's text as a look-up. Of the F: patterns that match a path and are not excluded by an X: of their section the
 * one with the most literal characters wins, then the first; N: patterns (regular expressions) count only where no F: does.
 */
export function parseMaintainers(text: string): Maintainers {
  const sections = readSections(text).filter(({ title }) => title !== CATCH_ALL);
  const byFolder = new Map<string, Pattern[]>();
  for (const section of sections) for (const pattern of section.files) addPattern(byFolder, section, pattern);
  const byName = sections.flatMap((section) => section.names.map((name) => ({ section, regex: toRegExp(name) })));
  const known = new Map<string, Section | undefined>();
  const sectionOf = (path: string): Section | undefined => {
    if (!known.has(path)) known.set(path, byFile(byFolder, path) ?? bySpelling(byName, path));
    return known.get(path);
  };
  return {
    sectionOf,
    subsystemOf: (path) =>
      sectionOf(path)?.title ?? path.slice(0, path.includes('/') ? path.indexOf('/') : path.length),
  };
}

function readSections(text: string): Section[] {
  const sections: Section[] = [];
  let previous = '';
  let current: Section | undefined;
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

function newSection(title: string): Section {
  return { title: title.trim(), maintainers: [], reviewers: [], lists: [], files: [], excluded: [], names: [] };
}

function addLine(section: Section, letter: string, value: string): void {
  if (letter === 'F') section.files.push(value);
  else if (letter === 'X') section.excluded.push(value);
  else if (letter === 'N') section.names.push(value);
  else if (letter === 'M') section.maintainers.push(value);
  else if (letter === 'R') section.reviewers.push(value);
  else if (letter === 'L') section.lists.push(value);
}

/** Patterns are filed under their first two folders, or one, or none, as far as those hold no wildcard. */
function addPattern(byFolder: Map<string, Pattern[]>, section: Section, text: string): void {
  const wildcard = text.search(/[*?[]/);
  const literal = wildcard < 0 ? text : text.slice(0, wildcard);
  const folders = literal.split('/').slice(0, -1);
  const key = folders.slice(0, 2).join('/');
  const pattern: Pattern = { section, text, matches: undefined, weight: text.replace(/[*?]/g, '').length };
  const list = byFolder.get(key);
  if (list) list.push(pattern);
  else byFolder.set(key, [pattern]);
}

function byFile(byFolder: ReadonlyMap<string, readonly Pattern[]>, path: string): Section | undefined {
  const [first = '', second = ''] = path.split('/');
  let best: Pattern | undefined;
  for (const key of [`${first}/${second}`, first, '']) {
    for (const pattern of byFolder.get(key) ?? []) {
      if (best && pattern.weight <= best.weight) continue;
      pattern.matches ??= globTest(pattern.text);
      if (pattern.matches(path) && !isExcluded(pattern.section, path)) best = pattern;
    }
  }
  return best?.section;
}

function bySpelling(
  names: readonly { section: Section; regex: RegExp | undefined }[],
  path: string,
): Section | undefined {
  return names.find(({ section, regex }) => regex?.test(path) && !isExcluded(section, path))?.section;
}

function isExcluded({ excluded }: Section, path: string): boolean {
  return excluded.some((pattern) => globTest(pattern)(path));
}

/** `dir/` is everything below it; `*` and `?` stay within a name; a path that is a folder covers what is below as well. */
function globTest(pattern: string): (path: string) => boolean {
  const folder = pattern.endsWith('/') ? pattern : `${pattern}/`;
  if (!/[*?[]/.test(pattern)) return (path) => path === pattern || path.startsWith(folder);
  const body = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  const regex = toRegExp(`^${body}${pattern.endsWith('/') ? '' : '(?:$|/)'}`);
  return (path) => regex?.test(path) ?? false;
}

/** Patterns are Perl's; the few that mean nothing here match nothing. */
function toRegExp(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}
