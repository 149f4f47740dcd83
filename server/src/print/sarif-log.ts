import { pathToFileURL } from 'node:url';
import type { Location, Log, Notification, PhysicalLocation, ReportingDescriptor, Result } from 'sarif';
import { jsonText } from '@pageref/shared';
import type { AuditReport, AuditSummary, Place, RelatedPlace, UnreadableFile } from '@pageref/shared';

/** What the SARIF logs of `audit` and `check` have in common. */

const ROOT = '%SRCROOT%';
const NOT_ANALYSED = 'function-not-analysed';
const UNREADABLE = 'file-unreadable';
const IN_PART = 'file-read-in-part';

type Coverage = Pick<AuditSummary, 'functions' | 'files'>;

interface Run extends Pick<AuditReport, 'tool' | 'release' | 'root'> {
  readonly coverage: Coverage;
  readonly rules: ReportingDescriptor[];
  readonly results: Result[];
  /** Notifications of kinds only this report has, with what they are. */
  readonly more?: { readonly kinds: ReportingDescriptor[]; readonly list: Notification[] };
}

export function sarifLog({ tool, release, root, coverage, rules, results, more }: Run): string {
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
              ...(more?.kinds ?? []),
            ],
            properties: { kernelRelease: release },
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
        results,
      },
    ],
  };
  return `${jsonText(log, 2)}\n`;
}

/** Related places, numbered in the order a person reads them. */
export function relatedLocations(places: readonly RelatedPlace[]): Location[] {
  return places.map((place, id) => ({ id, physicalLocation: physical(place), message: { text: place.text } }));
}

/** A place; with `length` UTF-16 code units from its column on where that is known. */
export function physical({ path, line, column }: Place, length?: number): PhysicalLocation {
  const end = length === undefined ? {} : { endColumn: column + length };
  return {
    artifactLocation: { uri: relativeUri(path), uriBaseId: ROOT },
    region: { startLine: line, startColumn: column, ...end },
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
  return [...skipped, ...unread, ...inPart];
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
