import { pathToFileURL } from 'node:url';
import type {
  CodeFlow,
  Location,
  Log,
  Notification,
  PhysicalLocation,
  ReportingDescriptor,
  Result,
  Suppression as SarifSuppression,
  ToolComponent,
} from 'sarif';
import { jsonText } from '@pageref/shared';
import type {
  AuditReport,
  AuditSummary,
  FindingSeverity,
  Place,
  PlacedSuppression,
  RelatedPlace,
  Release,
  RuleMeta,
  SuppressedBy as Judged,
  UnreadableFile,
  VersionArmCounts,
} from '@pageref/shared';
import { armsText } from './common.js';

/**
 * What the SARIF logs of `audit` and `check` have in common. A finding has the same rule, level, message and fingerprint in
 * both, so that whoever reads both logs sees it once.
 */

/** The key of a finding's fingerprint, with the version of how it is made. */
export const FINGERPRINT = 'pagerefFinding/v1';

/** How SARIF calls a severity. */
export const LEVELS: Readonly<Record<FindingSeverity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};

const ROOT = '%SRCROOT%';
const NOT_ANALYSED = 'function-not-analysed';
const UNREADABLE = 'file-unreadable';
const IN_PART = 'file-read-in-part';
const VERSION_ARMS = 'version-arms';

type Coverage = Pick<AuditSummary, 'functions' | 'files'>;

interface SarifRun extends Pick<AuditReport, 'tool' | 'release' | 'root'> {
  /** Of a run by several releases. */
  readonly releases?: readonly Release[];
  readonly coverage: Coverage;
  readonly rules: ReportingDescriptor[];
  readonly results: Result[];
  /** Words that results are classed by, beside their rules. */
  readonly taxonomies?: ToolComponent[];
  /** Notifications of kinds only this report has, with what they are. */
  readonly more?: { readonly kinds: ReportingDescriptor[]; readonly list: Notification[] };
}

export function sarifLog(run: SarifRun): string {
  const { tool, release, releases, root, coverage, rules, results, taxonomies, more } = run;
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            version: tool.version,
            semanticVersion: tool.version,
            rules,
            notifications: [
              { id: NOT_ANALYSED, shortDescription: { text: 'A function could not be read and was not analysed.' } },
              { id: UNREADABLE, shortDescription: { text: 'A file could not be read.' } },
              ...(coverage.files.inPart
                ? [{ id: IN_PART, shortDescription: { text: 'Something in a file about the tree was left out.' } }]
                : []),
              ...(coverage.files.versionArms
                ? [{ id: VERSION_ARMS, shortDescription: { text: 'Arms of #if are for other releases or builds.' } }]
                : []),
              ...(more?.kinds ?? []),
            ],
            ...(taxonomies && { supportedTaxonomies: taxonomies.map(({ name }, index) => ({ name, index })) }),
            properties: { kernelRelease: release, ...(releases && { kernelReleases: [...releases] }) },
          },
        },
        invocations: [
          {
            executionSuccessful: !coverage.files.unreadable.some(({ named }) => named),
            toolExecutionNotifications: [...notifications(coverage), ...(more?.list ?? [])],
          },
        ],
        originalUriBaseIds: { [ROOT]: { uri: folderUri(root) } },
        columnKind: 'utf16CodeUnits',
        ...(taxonomies && { taxonomies }),
        results,
      },
    ],
  };
  return `${jsonText(log, 2)}\n`;
}

/** What is said of a rule, the same in every log. */
export function ruleDescriptor({
  id,
  title,
  description,
  action,
  severity,
  confidence,
  kind,
  trial,
}: RuleMeta): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: description },
    defaultConfiguration: { level: LEVELS[severity], ...(trial && { enabled: false }) },
    help: { text: `${description}\n\n${action}`, markdown: `${description}\n\n*${action}*` },
    properties: { kind, precision: confidence },
  };
}

/** Related places, numbered in the order a person reads them. */
export function relatedLocations(places: readonly RelatedPlace[]): Location[] {
  return places.map((place, id) => ({ id, physicalLocation: physical(place), message: { text: place.text } }));
}

/** The way to a finding, in the order in which it is gone. */
export function codeFlow(steps: readonly RelatedPlace[]): CodeFlow {
  const locations = steps.map((step) => ({
    location: { physicalLocation: physical(step), message: { text: step.text } },
  }));
  return { threadFlows: [{ locations }] };
}

/** A place; with `length` UTF-16 code units from its column on where that is known. */
export function physical({ path, line, column }: Place, length?: number): PhysicalLocation {
  const end = length === undefined ? {} : { endColumn: column + length };
  return {
    artifactLocation: { uri: relativeUri(path), uriBaseId: ROOT },
    region: { startLine: line, startColumn: column, ...end },
  };
}

/** What makes a result silent. */
export function suppressionOf({ by: { file, line, suppression } }: Judged): SarifSuppression {
  const { reason, verdict } = suppression;
  return {
    kind: 'external',
    status: 'accepted',
    justification: reason,
    properties: { verdict, file, line },
  };
}

export const UNUSED_JUDGEMENT: ReportingDescriptor = {
  id: 'unused-judgement',
  shortDescription: { text: 'A finding that was judged is not found any more.' },
};

export function unusedSuppression({ file, line, suppression }: PlacedSuppression): Notification {
  const { rule, path, function: name } = suppression;
  return {
    descriptor: { id: UNUSED_JUDGEMENT.id },
    level: 'note',
    message: { text: `${file}:${line} judges a finding that is not found any more: ${rule} in ${path}, ${name}` },
  };
}

/** Functions and files that were not looked at. */
function notifications({ functions, files }: Coverage): Notification[] {
  const skipped = functions.notAnalysed.map((place) => ({
    descriptor: { id: NOT_ANALYSED },
    level: 'note' as const,
    message: { text: `${place.function}() was not analysed: ${place.why}` },
    locations: [{ physicalLocation: physical(place) }],
  }));
  const unread = files.unreadable.map((file) => aboutFile(UNREADABLE, 'was not read', file));
  const inPart = (files.inPart ?? []).map((file) => aboutFile(IN_PART, 'was read in part', file));
  const { versionArms } = files;
  return [...skipped, ...unread, ...inPart, ...(versionArms ? [aboutArms(versionArms)] : [])];
}

function aboutArms(arms: VersionArmCounts): Notification {
  return { descriptor: { id: VERSION_ARMS }, level: 'note', message: { text: armsText(arms) } };
}

function aboutFile(id: string, what: string, { path, why, named }: UnreadableFile): Notification {
  return {
    descriptor: { id },
    level: named ? 'error' : 'warning',
    message: { text: `${path} ${what}: ${why}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: relativeUri(path), uriBaseId: ROOT } } }],
  };
}

/** Percent-encodes each segment; slashes stay. A lone surrogate, which no URI can carry, becomes a question mark. */
function relativeUri(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '?')))
    .join('/');
}

function folderUri(root: string): string {
  const { href } = pathToFileURL(root);
  return href.endsWith('/') ? href : `${href}/`;
}
