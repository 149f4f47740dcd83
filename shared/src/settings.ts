import { parseRelease } from './release.js';
import type { Release } from './release.js';
import { NEWEST_RELEASE, OLDEST_RELEASE, RELEASES } from './known-releases.js';
import { RULE_RESERVED } from './rule-meta.js';
import type { RuleId } from './rule-meta.js';
import { ruleMeta, STANDING_RULE_IDS } from './rules.js';

/**
 * The settings of the language server, one table for the server, the manifest of an editor's extension and the docs.
 * All are read per folder. Editors that have no settings of their own hand the same object in as initialization options.
 */
export const SETTINGS_SECTION = 'pageref';

export const SEVERITIES = ['error', 'warning', 'information', 'hint', 'off'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const VERDICT_CLASSES = ['wrong-today', 'right-by-accident', 'unclear'] as const;
/** How bad a test of the reserved bit is: the impact of a needs-zone-device, or that it could not be decided. */
export type VerdictClass = (typeof VERDICT_CLASSES)[number];

/** Findings that say that nothing is wrong. */
export const SAFE_CLASS = 'safe';

/**
 * What has a severity of its own: findings of the rule on reserved tests by their verdict, what was found right, and all others
 * by their rule.
 */
export type FindingClass = VerdictClass | typeof SAFE_CLASS | Exclude<RuleId, typeof RULE_RESERVED>;
const OTHER_RULES = STANDING_RULE_IDS.filter((id) => id !== RULE_RESERVED);
export const FINDING_CLASSES: readonly FindingClass[] = [...VERDICT_CLASSES, SAFE_CLASS, ...OTHER_RULES];

export const SCOPES = ['openFiles', 'changedFiles', 'workspace'] as const;
/** Which files have diagnostics beside the open ones. */
export type Scope = (typeof SCOPES)[number];

export const HINT_FAMILIES = ['kvm', 'vfio', 'gup', 'pagemap', 'references'] as const;
/** Calls that are annotated with what they do to references, a switch for each. */
export type HintFamily = (typeof HINT_FAMILIES)[number];

export interface Settings {
  /** Release to judge by; undefined for the one the tree's Makefile says. */
  readonly kernelRelease: Release | undefined;
  readonly severities: Readonly<Record<FindingClass, Severity>>;
  readonly scope: Scope;
  /** Diagnostics shown per file. */
  readonly maxProblems: number;
  readonly codeLens: boolean;
  readonly inlayHints: Readonly<Record<HintFamily, boolean>>;
  /** Find out in the background what rests on all files of a tree. */
  readonly wholeTree: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  kernelRelease: undefined,
  severities: bySeverity((cls) => {
    if (cls === 'wrong-today') return 'warning';
    if (cls === 'right-by-accident') return 'information';
    // A check says what its rules say, and nothing of what it could not decide; what is right is no problem.
    return cls === 'unclear' || cls === SAFE_CLASS ? 'hint' : ruleMeta(cls).severity;
  }),
  scope: 'openFiles',
  maxProblems: 200,
  codeLens: false,
  // The plain gets and puts are everywhere in mm/, and everybody knows them.
  inlayHints: byFamily((family) => family !== 'references'),
  wholeTree: true,
};

/** One setting as a manifest declares it (JSON schema words). */
export interface SettingSpec {
  /** Path below `pageref`. */
  readonly key: string;
  readonly type: 'string' | 'number' | 'boolean';
  readonly default: string | number | boolean;
  readonly enum?: readonly string[];
  /** One for each of `enum`, in its order. */
  readonly enumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly description: string;
  /** `resource`: one value for each folder, read by the server; `window`: one for the editor, which reads it itself. */
  readonly scope: 'resource' | 'window';
}

const VERDICT_CLASS_TEXTS: Readonly<Record<VerdictClass, string>> = {
  'wrong-today': 'tests of the reserved bit that mistreat a ZONE_DEVICE page now',
  'right-by-accident': 'tests that are right for a ZONE_DEVICE page only because it carries the reserved bit',
  unclear: 'tests of the reserved bit that could not be decided',
};

function classText(cls: FindingClass): string {
  if (cls === SAFE_CLASS) return 'calls whose reserved test was found to mistake no ZONE_DEVICE page';
  return isVerdictClass(cls) ? VERDICT_CLASS_TEXTS[cls] : `findings of the rule ${cls}: ${ruleMeta(cls).title}`;
}

function isVerdictClass(cls: FindingClass): cls is VerdictClass {
  return VERDICT_CLASSES.some((one) => one === cls);
}

/** A severity for each class. */
function bySeverity(severity: (cls: FindingClass) => Severity): Settings['severities'] {
  return Object.fromEntries(FINDING_CLASSES.map((cls) => [cls, severity(cls)])) as Record<FindingClass, Severity>;
}

const SEVERITY_TEXTS: Readonly<Record<Severity, string>> = {
  error: 'Shown as an error.',
  warning: 'Shown as a warning.',
  information: 'Shown as information.',
  hint: 'Shown as a hint: dots under the place, and nothing in the list of problems.',
  off: 'Not shown in the editor. The audit lists it all the same.',
};

const FAMILY_TEXTS: Readonly<Record<HintFamily, string>> = {
  kvm: 'the page functions of KVM: gfn_to_pfn(), kvm_release_pfn_clean() and their like',
  vfio: 'vfio_pin_pages() and vfio_unpin_pages()',
  gup: 'get_user_pages(), pin_user_pages(), unpin_user_pages() and their like',
  pagemap: 'get_dev_pagemap() and put_dev_pagemap()',
  references: 'get_page(), put_page(), folio_put() and their like',
};

/** A switch for each family. */
function byFamily(isOn: (family: HintFamily) => boolean): Settings['inlayHints'] {
  return Object.fromEntries(HINT_FAMILIES.map((family) => [family, isOn(family)])) as Record<HintFamily, boolean>;
}

const SCOPE_TEXTS: Readonly<Record<Scope, string>> = {
  openFiles: 'The open ones.',
  changedFiles: 'Also those that differ from what is in the index of git: edited and not staged, or new.',
  workspace: 'All of the tree, or of the folder that is open of it.',
};

/** In the order settings are shown in. */
export const SETTINGS: readonly SettingSpec[] = [
  {
    key: 'kernelRelease',
    type: 'string',
    default: '',
    description: `Mainline release to judge by, ${OLDEST_RELEASE} to ${NEWEST_RELEASE}; empty for what the tree's top Makefile says.`,
    scope: 'resource',
  },
  ...FINDING_CLASSES.map((cls) => ({
    key: `severities.${cls}`,
    type: 'string' as const,
    default: DEFAULT_SETTINGS.severities[cls],
    enum: SEVERITIES,
    enumDescriptions: SEVERITIES.map((severity) => SEVERITY_TEXTS[severity]),
    description: `Severity of ${classText(cls)}.`,
    scope: 'resource' as const,
  })),
  {
    key: 'scope',
    type: 'string',
    default: DEFAULT_SETTINGS.scope,
    enum: SCOPES,
    enumDescriptions: SCOPES.map((scope) => SCOPE_TEXTS[scope]),
    description: 'Files with diagnostics.',
    scope: 'resource',
  },
  {
    key: 'maxProblems',
    type: 'number',
    default: DEFAULT_SETTINGS.maxProblems,
    minimum: 1,
    description: 'Diagnostics shown per file; a last one says how many more there are.',
    scope: 'resource',
  },
  {
    key: 'codeLens',
    type: 'boolean',
    default: DEFAULT_SETTINGS.codeLens,
    description:
      'Show above a function that tests the reserved bit for its callers, or takes or gives back references for them, what it does and how often it is called.',
    scope: 'resource',
  },
  ...HINT_FAMILIES.map((family) => ({
    key: `inlayHints.${family}`,
    type: 'boolean' as const,
    default: DEFAULT_SETTINGS.inlayHints[family],
    description: `Write behind calls what they do to references in this release: ${FAMILY_TEXTS[family]}.`,
    scope: 'resource' as const,
  })),
  {
    key: 'wholeTree',
    type: 'boolean',
    default: DEFAULT_SETTINGS.wholeTree,
    description:
      'Look at the whole kernel in the background once a file of it is open, for findings that rest on what functions of other files do; at a module for what macros of its headers stand for.',
    scope: 'resource',
  },
  {
    key: 'trace.server',
    type: 'string',
    default: 'off',
    enum: ['off', 'messages', 'verbose'],
    enumDescriptions: ['Nothing.', 'The name of each message.', 'Each message as a whole.'],
    description: 'What of the talk between VS Code and the language server is written to the log.',
    scope: 'window',
  },
];

export interface ReadSettings {
  readonly settings: Settings;
  /** A sentence for each value that could not be used; its default is used instead. */
  readonly problems: readonly string[];
}

/** Reads what an editor gives for the section `pageref`. Total: anything gives settings. */
export function readSettings(value: unknown): ReadSettings {
  const problems: string[] = [];
  const from = section(value, SETTINGS_SECTION, problems);
  const hints = section(from['inlayHints'], `${SETTINGS_SECTION}.inlayHints`, problems);
  const severities = section(from['severities'], `${SETTINGS_SECTION}.severities`, problems);
  const settings: Settings = {
    kernelRelease: readRelease(from['kernelRelease'], problems),
    severities: bySeverity((cls) => readSeverity(cls, severities, problems)),
    scope: oneOf('scope', from['scope'], SCOPES, DEFAULT_SETTINGS.scope, problems),
    maxProblems: readCount(from['maxProblems'], problems),
    codeLens: readFlag('codeLens', from['codeLens'], DEFAULT_SETTINGS.codeLens, problems),
    inlayHints: byFamily((family) =>
      readFlag(`inlayHints.${family}`, hints[family], DEFAULT_SETTINGS.inlayHints[family], problems),
    ),
    wholeTree: readFlag('wholeTree', from['wholeTree'], DEFAULT_SETTINGS.wholeTree, problems),
  };
  return { settings, problems };
}

function section(value: unknown, name: string, problems: string[]): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  problems.push(`${name} must be an object, not ${shown(value)}: it is ignored`);
  return {};
}

function readRelease(value: unknown, problems: string[]): Release | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const release = typeof value === 'string' ? parseRelease(value) : undefined;
  if (release !== undefined && RELEASES.includes(release)) return release;
  problems.push(
    `pageref.kernelRelease must be a release from ${OLDEST_RELEASE} to ${NEWEST_RELEASE} such as "6.12", not ${shown(value)}: what the tree says is used`,
  );
  return undefined;
}

function readSeverity(cls: FindingClass, from: Readonly<Record<string, unknown>>, problems: string[]): Severity {
  return oneOf(`severities.${cls}`, from[cls], SEVERITIES, DEFAULT_SETTINGS.severities[cls], problems);
}

function oneOf<T extends string>(
  key: string,
  value: unknown,
  choices: readonly T[],
  fallback: T,
  problems: string[],
): T {
  if (value === undefined || value === null) return fallback;
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  problems.push(`pageref.${key} must be one of ${choices.join(', ')}, not ${shown(value)}: ${fallback} is used`);
  return fallback;
}

function readCount(value: unknown, problems: string[]): number {
  if (value === undefined || value === null) return DEFAULT_SETTINGS.maxProblems;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  problems.push(
    `pageref.maxProblems must be a whole number above 0, not ${shown(value)}: ${DEFAULT_SETTINGS.maxProblems} is used`,
  );
  return DEFAULT_SETTINGS.maxProblems;
}

function readFlag(key: string, value: unknown, fallback: boolean, problems: string[]): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  problems.push(`pageref.${key} must be true or false, not ${shown(value)}: ${fallback} is used`);
  return fallback;
}

/** A value in a message: short and on one line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
