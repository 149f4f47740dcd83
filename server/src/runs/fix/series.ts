import { TOOL_VERSION, visibleLine } from '@pageref/shared';
import type { Finding, Site } from '@pageref/shared';
import { readMaintainers } from '../../kernel/maintainers.js';
import type { MaintainerSection } from '../../kernel/maintainers.js';
import { encodeText, filesBelow } from '../../vfs/index.js';
import type { AppliedFix } from './text.js';
import type { FileFixes, FixPlan } from './plan.js';
import { fileDiff } from '../../project/patch.js';

/** One patch of a series: its file name and its bytes. */
export interface SeriesPatch {
  readonly name: string;
  readonly subsystem: string;
  readonly bytes: Uint8Array;
}

/** Text of a commit message ends before this column. */
const MESSAGE_WIDTH = 75;
const ABOUT_THE_BIT =
  'ZONE_DEVICE pages (persistent memory, device-dax, peer-to-peer DMA, device memory) carry PG_reserved, so that a test of the bit alone cannot tell them from memory that is not counted.';
const EVERYBODY = 'linux-kernel@vger.kernel.org (open list)';

interface Group {
  readonly title: string;
  readonly section: MaintainerSection | undefined;
  readonly files: readonly FileFixes[];
}

/** A patch for each subsystem of MAINTAINERS, in the order of their first files. */
export function fixSeries({ root, release, files }: FixPlan): readonly SeriesPatch[] {
  const groups = bySubsystem(
    root,
    files.filter(({ before, after }) => before !== after),
  );
  return groups.map((group, at) => {
    const head = [
      ...subjectOf(group, at + 1, groups.length),
      '',
      ...messageOf(group, release),
      '---',
      ...notesOf(group),
      '',
    ];
    const diffs = group.files.map(({ path, before, after, encoding }) =>
      encodeText(fileDiff(path, before, after), encoding),
    );
    const name = `${String(at + 1).padStart(4, '0')}-${slug(group.title)}.patch`;
    return { name, subsystem: group.title, bytes: Buffer.concat([Buffer.from(`${head.join('\n')}\n`), ...diffs]) };
  });
}

function bySubsystem(root: string, files: readonly FileFixes[]): Group[] {
  const maintainers = readMaintainers(filesBelow(root));
  const titles = [...new Set(files.map(({ path }) => maintainers.subsystemOf(path)))];
  return titles.map((title) => {
    const mine = files.filter(({ path }) => maintainers.subsystemOf(path) === title);
    return { title, section: maintainers.sectionOf(mine[0]?.path ?? ''), files: mine };
  });
}

function slug(title: string): string {
  return (
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 50) || 'patch'
  );
}

function subjectOf(group: Group, at: number, of: number): string[] {
  const number = of === 1 ? '' : ` ${String(at).padStart(String(of).length, '0')}/${String(of)}`;
  return [`Subject: [PATCH${number}] ${prefixOf(group)}: ${matterOf(group)}`];
}

/** What the fixes of a patch are about. */
function matterOf({ files }: Group): string {
  const applied = files.flatMap((file) => file.applied);
  if (applied.every((one) => 'site' in one)) return 'tell ZONE_DEVICE pages from reserved ones';
  const ids = new Set(applied.map(({ fix }) => fix.id));
  if ([...ids].every((id) => id === 'right-release')) return 'give pages back by the right call';
  return applied.some((one) => 'site' in one)
    ? 'fix the handling of page references'
    : 'give back pages on all ways out';
}

/** What people write in front of a subject: the folder all files share, without what every folder begins with. */
function prefixOf({ files }: Group): string {
  const [first = [], ...rest] = files.map(({ path }) => path.split('/').slice(0, -1));
  const shared = rest.reduce((sum, folders) => sum.filter((name, at) => folders[at] === name), first);
  const kept = ['arch', 'drivers'].includes(shared[0] ?? '') ? shared.slice(1) : shared;
  return kept.slice(0, 2).join('/') || 'treewide';
}

function messageOf({ files }: Group, release: string | null): string[] {
  const paragraphs = files.flatMap(({ path, applied }) => applied.map((one) => problemOf(path, one)));
  const hasTest = files.some(({ applied }) => applied.some((one) => 'site' in one));
  return [
    ...(hasTest ? [ABOUT_THE_BIT] : []),
    ...paragraphs,
    `Found by static analysis: pageref ${TOOL_VERSION} on Linux ${release ?? 'of unknown release'}. It reads the source and follows the page from where it comes to what is done with it.`,
    'Not tested: this patch was neither compiled nor run when it was made.',
  ].flatMap((paragraph) => [...wrapped(paragraph), '']);
}

function problemOf(path: string, one: AppliedFix): string {
  const problem = 'site' in one ? aboutTest(path, one.site) : aboutFinding(path, one.finding);
  return visibleLine(`${problem} ${DOES[one.fix.id]}`);
}

function aboutTest(path: string, site: Site): string {
  return `${site.function}() in ${path} asks ${askedOf(site)}. ${site.reason.text} ${site.consequence}`;
}

function aboutFinding(path: string, { function: name, message }: Finding): string {
  return `In ${name}() in ${path}: ${message}.`;
}

function askedOf({ form }: Site): string {
  return form === 'raw-bit' ? 'for PG_reserved itself' : `${form}()`;
}

/** What each fix does, as a sentence of a commit message. */
const DOES: Readonly<Record<AppliedFix['fix']['id'], string>> = {
  'exempt-zone-device': 'Exempt ZONE_DEVICE pages from the test.',
  'name-zone-device': 'Keep what happens to such a page, and say so, so that it no longer depends on the bit.',
  'zone-device-test': 'Only ZONE_DEVICE pages can have the bit here, so ask for them.',
  'online-page': 'Take pages of online memory only.',
  'tree-helper': 'Use the helper that tells such pages apart.',
  'drop-test': 'Every page was taken, so give every page back.',
  'right-release': 'Give it back with the counterpart of the call that took it.',
  'add-release': 'Give back what is held before the function is left.',
  'goto-release': 'Leave by the label that gives back what is held.',
  'short-release': 'Give back the pages that were got.',
};

/** Lines of whole words; a word that is too long has a line of its own. */
function wrapped(paragraph: string): string[] {
  const lines: string[] = [];
  for (const word of paragraph.split(/\s+/).filter((one) => one !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= MESSAGE_WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Below the line: what is no part of the message. */
function notesOf({ title, section }: Group): string[] {
  const role = (people: readonly string[], name: string): string[] =>
    people.map((who) => `# ${who} (${name}:${title})`);
  const lists = (section?.lists ?? []).map((list) => `# ${list.split(' ')[0] ?? list} (open list:${title})`);
  return [
    '# Left to the author, above the line: Fixes: and Cc: where they are due, Signed-off-by:, how it was tested.',
    '# Recipients as MAINTAINERS has them:',
    ...role(section?.maintainers ?? [], 'maintainer'),
    ...role(section?.reviewers ?? [], 'reviewer'),
    ...lists,
    `# ${EVERYBODY}`,
  ].map(visibleLine);
}
