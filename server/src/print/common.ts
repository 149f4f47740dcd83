import {
  SUPPRESSION_VERDICTS,
  SITE_CLASSES,
  siteClass,
  type AuditReport,
  type AuditSummary,
  type SuppressionSummary,
  type Place,
  type Site,
  type SiteClass,
  type UnreadableFile,
  type Verdict,
  type VersionArmCounts,
  visibleLine,
} from '@pageref/shared';

/** What the text and markdown printers share: the order of sections and the wording of figures. */

export interface Section {
  readonly of: SiteClass;
  readonly sites: readonly Site[];
}

/** Sites by verdict, the ones that need care first; the order within a section is the report's. */
export function sectionsOf(sites: readonly Site[]): Section[] {
  return SITE_CLASSES.map((of) => ({ of, sites: sites.filter((site) => siteClass(site) === of) })).filter(
    (section) => section.sites.length > 0,
  );
}

export function placeText({ path, line, column }: Place): string {
  return oneLine(`${path}:${line}:${column}`);
}

/** Names and paths come from the tree: whatever they hold, they stay on one line and cannot steer a terminal. */
export function oneLine(text: string): string {
  return visibleLine(text);
}

export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** What somebody has judged, by how: "3 (2 intended, 1 later)". */
export function silentText({ suppressed, byVerdict }: SuppressionSummary): string {
  const parts = SUPPRESSION_VERDICTS.filter((verdict) => byVerdict[verdict] > 0).map(
    (one) => `${byVerdict[one]} ${one}`,
  );
  return `${suppressed}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

/** Two decimals, rounded down: 100 % is said only when nothing is missing. */
export function analysedText({ mentioning, analysed }: AuditSummary['functions']): string {
  if (mentioning === 0) return 'none mention a name of the model';
  const percent = Math.floor((10_000 * analysed) / mentioning) / 100;
  return `${percent} % (${analysed} of ${mentioning} that mention a name of the model)`;
}

export function releaseText({ value, detected }: AuditSummary['release']): string {
  return oneLine(value === null ? `unknown (${detected}); give it with --kernel X.Y` : `${value} (${detected})`);
}

/** The user's files by how much they say; undefined where there are none. */
export function userModelText({ userModel }: Pick<AuditSummary, 'userModel'>): string | undefined {
  if (userModel.length === 0) return undefined;
  return userModel
    .map(({ path, entries, overrides }) => {
      const instead = overrides > 0 ? `, ${overrides} in place of the built-in` : '';
      return oneLine(`${path} (${countOf(entries, 'entry', 'entries')}${instead})`);
    })
    .join(', ');
}

/** What a summary says of the files of a run, label and text. */
export function fileRows(files: AuditSummary['files']): readonly (readonly [label: string, text: string])[] {
  const { versionArms } = files;
  return [['files', filesText(files)], ...(versionArms ? [['#if by release', armsText(versionArms)] as const] : [])];
}

function filesText({ walked, read, matched, unreadable, inPart = [] }: AuditSummary['files']): string {
  const lost = unreadable.length > 0 ? `, ${unreadable.length} unreadable` : '';
  const some = inPart.length > 0 ? `, ${inPart.length} read in part` : '';
  return `${walked} listed, ${read} read, ${matched} with a name of interest${lost}${some}`;
}

/** What was made of the arms of `#if` by the kernel's release, and by what is said of its build. */
export function armsText({ others, builds = 0, undecided }: VersionArmCounts): string {
  const left = [
    ...(others > 0 ? [`${countOf(others, 'arm')} of other releases left out`] : []),
    ...(builds > 0 ? [`${countOf(builds, 'arm')} of other builds left out`] : []),
  ];
  const both = undecided > 0 ? [`${countOf(undecided, 'condition')} undecided, all arms judged`] : [];
  return [...left, ...both].join(', ');
}

/** Files that could not be read are always told: up to this many, and how many more there are. */
const SOME = 10;

/** What was not read, first what a person named; all of it with `all`, else some with the number of the rest. */
export function unreadFiles(
  files: readonly UnreadableFile[],
  amount: 'all' | 'some',
): { readonly shown: readonly UnreadableFile[]; readonly more: string | undefined } {
  const sorted = [...files.filter(({ named }) => named), ...files.filter(({ named }) => !named)];
  if (amount === 'all' || files.length <= SOME) return { shown: sorted, more: undefined };
  return {
    shown: sorted.slice(0, SOME),
    more: `${countOf(files.length - SOME, 'more file was', 'more files were')} not read`,
  };
}

/** How many sites of each class there are; a class that nobody got is left out. */
export function classCounts({ byVerdict, byImpact }: AuditSummary): { of: SiteClass; count: number }[] {
  const impacts = byImpact['wrong-today'] + byImpact['right-by-accident'];
  const without = (verdict: Verdict): number => byVerdict[verdict] - (verdict === 'needs-zone-device' ? impacts : 0);
  return SITE_CLASSES.map((of) => ({
    of,
    count: of.impact === null ? without(of.verdict) : byImpact[of.impact],
  })).filter(({ count }) => count > 0);
}

export function writerText({ does, marksZoneDevice }: AuditReport['writers'][number]): string {
  return `${does === 'set' ? 'sets' : 'clears'} it${marksZoneDevice ? ', for every ZONE_DEVICE page' : ''}`;
}
