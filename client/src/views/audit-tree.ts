import { byPlace, careCount, compareTexts, needsCare, SITE_CLASSES, siteClass } from '@pageref/shared';
import type { AuditResult, Place, Site, SiteClass } from '@pageref/shared';
import { countOf } from '../words.js';

/** What the tree view shows, as plain data: nothing here knows the editor. */

export const GROUPINGS = ['verdict', 'subsystem', 'reason'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export type Icon = 'tree' | 'group' | 'wrong-today' | 'right-by-accident' | 'unclear' | 'fine' | 'what-if' | 'unread';

export interface AuditNode {
  /** The same for the same thing in a later audit, so that what is open stays open. */
  readonly id: string;
  readonly kind: 'tree' | 'group' | 'place';
  readonly label: string;
  readonly description: string;
  /** Paragraphs. */
  readonly tooltip: readonly string[];
  readonly icon: Icon;
  /** Shown open when it is seen for the first time. */
  readonly open: boolean;
  readonly children: readonly AuditNode[];
  /** Where a click leads. */
  readonly place?: NodePlace;
}

export interface NodePlace extends Place {
  /** URI of the tree's root. */
  readonly rootUri: string;
  /** Characters to select. */
  readonly length: number;
}

export interface TreeViewOptions {
  readonly grouping: Grouping;
  /** Words that must all occur in a site's path, function, verdict, subsystem or reason; empty for all sites. */
  readonly filter: string;
}

/** The rows of the view: one top row for each tree where there are several. */
export function auditTree(audits: readonly AuditResult[], options: TreeViewOptions): AuditNode[] {
  const [only] = audits;
  if (audits.length === 1 && only) return rowsOf(only, options);
  return audits.map((audit) => ({
    id: audit.rootUri,
    kind: 'tree',
    label: nameOf(audit.rootUri),
    description: `${releaseName(audit)}, ${careText(audit)}`,
    tooltip: [audit.report.root, audit.report.summary.release.detected],
    icon: 'tree',
    open: true,
    children: rowsOf(audit, options),
  }));
}

export function careText({ report }: AuditResult): string {
  const count = careCount(report.summary);
  return `${count} ${count === 1 ? 'needs' : 'need'} care`;
}

export function releaseName({ report }: AuditResult): string {
  return report.release === null ? 'Unknown release' : `Linux ${report.release}`;
}

/** The folder's name, for people. */
export function nameOf(rootUri: string): string {
  const path = rootUri.replace(/(?<!\/)\/+$/, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function rowsOf(audit: AuditResult, { grouping, filter }: TreeViewOptions): AuditNode[] {
  const context = contextOf(audit);
  const sites = audit.report.sites.filter((site) => matches(site, filter, context));
  return [...whatIfRows(context, filter), ...groupRows(sites, grouping, context), ...notAnalysedRows(context, filter)];
}

interface Context {
  readonly audit: AuditResult;
  readonly subsystemOf: (path: string) => string;
}

function contextOf(audit: AuditResult): Context {
  const subsystems = new Map(audit.files.map(({ path, subsystem }) => [path, subsystem]));
  return { audit, subsystemOf: (path) => subsystems.get(path) ?? '' };
}

function matches(site: Site, filter: string, { subsystemOf }: Context): boolean {
  const { path, form, kind, verdict, impact, reason, confidence } = site;
  return holds(
    [
      path,
      site.function,
      form,
      kind,
      verdict,
      impact ?? '',
      reason.contract,
      reason.text,
      confidence,
      subsystemOf(path),
    ],
    filter,
  );
}

function holds(texts: readonly string[], filter: string): boolean {
  const all = texts.join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** A row of groups: its key is what the sites have in common. */
interface Group {
  readonly key: string;
  readonly label: string;
  readonly tooltip: readonly string[];
  readonly icon: Icon;
  readonly open: boolean;
  readonly sites: readonly Site[];
}

function groupRows(sites: readonly Site[], grouping: Grouping, context: Context): AuditNode[] {
  const groups = grouping === 'verdict' ? byVerdict(sites) : byText(sites, textOf(grouping, context));
  return groups.map((group) => ({
    id: `${context.audit.rootUri} ${grouping} ${group.key}`,
    kind: 'group',
    label: group.label,
    description: descriptionOf(group, grouping),
    tooltip: group.tooltip,
    icon: group.icon,
    open: group.open,
    children: group.sites.map((site, index) => siteRow(site, `${grouping} ${group.key} ${index}`, context)),
  }));
}

function descriptionOf({ sites }: Group, grouping: Grouping): string {
  const care = sites.filter(needsCare).length;
  return grouping === 'verdict' || care === 0 ? String(sites.length) : `${sites.length}, ${care} to look at`;
}

/** As the reports have it: those that need care first, and what is right today in a class of its own. */
function byVerdict(sites: readonly Site[]): Group[] {
  return SITE_CLASSES.map((one) => classGroup(one, sites)).filter((group) => group.sites.length > 0);
}

function classGroup(of: SiteClass, sites: readonly Site[]): Group {
  const { verdict, impact, label, text } = of;
  return {
    key: `${verdict} ${impact ?? ''}`,
    label,
    tooltip: [text.title, text.meaning, text.action],
    icon: iconOf(of),
    open: needsCare(of),
    sites: sites.filter((site) => siteClass(site) === of),
  };
}

function textOf(grouping: Exclude<Grouping, 'verdict'>, { subsystemOf }: Context): (site: Site) => string {
  return grouping === 'subsystem' ? ({ path }) => subsystemOf(path) : ({ reason }) => reason.contract;
}

/** Groups with most to look at first, then the larger ones. */
function byText(sites: readonly Site[], text: (site: Site) => string): Group[] {
  const keys = [...new Set(sites.map(text))];
  return keys
    .map((key) => {
      const inside = sites.filter((site) => text(site) === key).sort(bySeverity);
      const first = inside[0];
      return {
        key,
        label: key === '' ? 'elsewhere' : key,
        tooltip: [],
        icon: first ? iconOf(first) : ('group' as const),
        open: inside.some(needsCare),
        sites: inside,
      };
    })
    .sort((a, b) => careIn(b) - careIn(a) || b.sites.length - a.sites.length || compareTexts(a.key, b.key));
}

function bySeverity(a: Site, b: Site): number {
  const rank = (site: Site): number => SITE_CLASSES.indexOf(siteClass(site));
  return rank(a) - rank(b) || byPlace(a, b);
}

function careIn({ sites }: Group): number {
  return sites.filter(needsCare).length;
}

function iconOf({ verdict, impact }: Pick<Site, 'verdict' | 'impact'>): Icon {
  if (impact !== null) return impact;
  return needsCare({ verdict, impact }) ? 'unclear' : 'fine';
}

function siteRow(site: Site, id: string, { audit, subsystemOf }: Context): AuditNode {
  const { path, line, form, confidence, reason, consequence } = site;
  const { label, text } = siteClass(site);
  const head = `${label}: ${text.title} (${confidence} confidence)`;
  return {
    id: `${audit.rootUri} ${id} ${path}`,
    kind: 'place',
    label: site.function === '-' ? form : site.function,
    description: `${path}:${line}`,
    tooltip: [
      head,
      `${reason.text} [${reason.contract}]`,
      ...(consequence === '' ? [] : [consequence]),
      subsystemOf(path),
    ],
    icon: iconOf(site),
    open: false,
    children: [],
    place: { ...placeOf(site), rootUri: audit.rootUri, length: form.includes('-') ? 0 : form.length },
  };
}

function placeOf({ path, line, column }: Place): Place {
  return { path, line, column };
}

function whatIfRows({ audit }: Context, filter: string): AuditNode[] {
  const { whatIf } = audit.report;
  if (whatIf === undefined) return [];
  const shown = whatIf.filter((one) => holds([one.path, one.function, one.verdict, one.change], filter));
  return [
    {
      id: `${audit.rootUri} what-if`,
      kind: 'group',
      label: 'If ZONE_DEVICE pages lose PG_reserved',
      description: countOf(shown.length, 'site changes', 'sites change'),
      tooltip: ['Sites whose outcome is another one when the bit is no longer set for ZONE_DEVICE pages.'],
      icon: 'what-if',
      open: true,
      children: shown.map((one, index) => ({
        id: `${audit.rootUri} what-if ${index} ${one.path}`,
        kind: 'place',
        label: one.function,
        description: `${one.path}:${one.line}`,
        tooltip: [siteClass(one).label, one.change],
        icon: 'what-if',
        open: false,
        children: [],
        place: { ...placeOf(one), rootUri: audit.rootUri, length: 0 },
      })),
    },
  ];
}

/** What the figures do not speak of is said, not left out. */
function notAnalysedRows({ audit }: Context, filter: string): AuditNode[] {
  const { functions, files } = audit.report.summary;
  const rows = [
    ...functions.notAnalysed.map((one) => ({ ...one, label: one.function })),
    ...[...files.unreadable, ...(files.inPart ?? [])].map(({ path, why }) => {
      return { path, why, label: path, line: 1, column: 1 };
    }),
  ].filter(({ path, label, why }) => holds([path, label, why], filter));
  if (rows.length === 0) return [];
  return [
    {
      id: `${audit.rootUri} not-analysed`,
      kind: 'group',
      label: 'Not analysed',
      description: String(rows.length),
      tooltip: ['Functions and files that could not be read. The verdicts do not speak of them.'],
      icon: 'unread',
      open: false,
      children: rows.map((row, index) => ({
        id: `${audit.rootUri} not-analysed ${index} ${row.path}`,
        kind: 'place',
        label: row.label,
        description: `${row.path}:${row.line}`,
        tooltip: [row.why],
        icon: 'unread',
        open: false,
        children: [],
        place: { ...placeOf(row), rootUri: audit.rootUri, length: 0 },
      })),
    },
  ];
}
