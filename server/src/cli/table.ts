import {
  FINDING_SEVERITIES,
  IMPACTS,
  JUDGED_FILE,
  OLDEST_RELEASE,
  NEWEST_RELEASE,
  RULE_IDS,
  USER_MODEL_FILE,
  VERDICTS,
  type Impact,
  type Release,
  type RuleId,
  type Verdict,
} from '@pageref/shared';
import type { Io } from './io.js';
import { readChoice, readImpacts, readJobs, readNames, readRelease, readRules, readVerdicts } from './readers.js';

/** The one table of commands and options: the parser and every help text are made from it. */

export const COLOR_CHOICES = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof COLOR_CHOICES)[number];
export const WHAT_IFS = ['no-reserved-zone-device'] as const;
export const AUDIT_FORMATS = ['text', 'json', 'sarif', 'markdown', 'html', 'gcc'] as const;
export const CONTRACTS_FORMATS = ['text', 'json'] as const;
export const USES_FORMATS = ['text', 'json', 'markdown'] as const;
export const CHECK_FORMATS = ['text', 'gcc', 'json', 'sarif', 'checkpatch-terse', 'b4', 'b4-review'] as const;
/** What makes `check` end with exit code 1: findings of this severity and worse, or none. */
export const FAIL_ON = ['error', 'warning', 'none'] as const;

/** Values of the options of all commands; a command sees those it declares. */
export interface Options {
  readonly format?: (typeof AUDIT_FORMATS)[number] | (typeof CHECK_FORMATS)[number];
  readonly kernel?: Release;
  readonly model?: readonly string[];
  readonly arch?: string;
  readonly compare?: string;
  readonly whatIf?: (typeof WHAT_IFS)[number];
  readonly verdict?: readonly Verdict[];
  readonly impact?: readonly Impact[];
  readonly api?: readonly string[];
  readonly function?: string;
  readonly diff?: boolean | string;
  readonly patch?: string;
  readonly at?: string;
  readonly stdin?: boolean;
  readonly stdinFilename?: string;
  readonly inPlace?: boolean;
  readonly series?: string;
  readonly needsLook?: boolean;
  readonly rule?: readonly RuleId[];
  readonly baseline?: string;
  readonly reason?: string;
  readonly write?: string;
  readonly prune?: boolean;
  readonly failOn?: (typeof FAIL_ON)[number];
  readonly output?: string;
  readonly jobs?: number;
  readonly cache?: boolean;
  readonly verbose?: boolean;
  readonly color?: ColorChoice;
  readonly stdio?: boolean;
}

/** Runs a command and gives its exit code; the argument is empty for a command that takes none, `all` holds every one. */
export type Run = (io: Io, argument: string, options: Options, all: readonly string[]) => Promise<number>;

export interface OptionSpec {
  /** As it is typed: `--jobs <N>`; a flag without a value has no `<...>`. */
  readonly flags: string;
  readonly help: string;
  readonly read?: (text: string, before: unknown) => unknown;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Absent for a command that takes none; a name that ends in `...` stands for one or more. */
  readonly argument?: { readonly name: string; readonly help: string; readonly optional?: boolean };
  readonly options: readonly OptionSpec[];
  /** Closing lines of the help: what the exit code means, an example. */
  readonly notes: readonly string[];
  /** Loaded only when the command runs. */
  readonly load: () => Promise<{ readonly run: Run }>;
}

const KERNEL: OptionSpec = {
  flags: '--kernel <X.Y>',
  help: `judge by this mainline release, ${OLDEST_RELEASE} to ${NEWEST_RELEASE} (default: what the top Makefile says)`,
  read: readRelease,
};
const MODEL: OptionSpec = {
  flags: '--model <FILE>',
  help: `add contracts to the model; can be repeated (default: ${USER_MODEL_FILE} of the project)`,
  read: (text, before) => [...(Array.isArray(before) ? (before as string[]) : []), text],
};
const OUTPUT: OptionSpec = { flags: '--output <FILE>', help: 'write there instead of to standard output' };
const JOBS: OptionSpec = { flags: '--jobs <N>', help: 'worker threads (default: one per core)', read: readJobs };
const NO_CACHE: OptionSpec = {
  flags: '--no-cache',
  help: 'use nothing that earlier runs have kept, and keep nothing',
};
const COLOR: OptionSpec = {
  flags: '--color <WHEN>',
  help: 'colours: auto, always or never (default: auto; NO_COLOR and FORCE_COLOR are obeyed)',
  read: (text) => readChoice('--color', COLOR_CHOICES, text),
};

function format(choices: readonly string[]): OptionSpec {
  return {
    flags: '--format <FORMAT>',
    help: `${choices.join(', ')} (default: text)`,
    read: (text) => readChoice('--format', choices, text),
  };
}

const EXIT_NOTE = 'Exit code: 0 nothing needs care, 1 findings (needs-zone-device or unclear), 2 could not run.';

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'audit',
    summary: 'judge every mention of the reserved bit in a kernel tree',
    argument: { name: 'TREE', help: 'top folder of the kernel source' },
    options: [
      format(AUDIT_FORMATS),
      KERNEL,
      MODEL,
      { flags: '--arch <A>', help: 'judge as if only this folder under arch/ were built' },
      {
        flags: '--what-if <CHANGE>',
        help: 'also list the sites whose outcome changes; no-reserved-zone-device: ZONE_DEVICE pages lose PG_reserved',
        read: (text) => readChoice('--what-if', WHAT_IFS, text),
      },
      { flags: '--compare <TREE>', help: 'say what is not the same in this other tree, newest trouble first' },
      { flags: '--verdict <V,...>', help: 'print only sites with these verdicts', read: readVerdicts },
      OUTPUT,
      JOBS,
      NO_CACHE,
      { flags: '--verbose', help: 'with related places, arches, unreadable files and functions not analysed' },
      COLOR,
    ],
    notes: [
      `Verdicts: ${VERDICTS.join(', ')}.`,
      'Run "pageref explain VERDICT" for what one means.',
      EXIT_NOTE,
      'With --verdict the exit code speaks of the printed sites.',
      'With --compare it is 1 when something needs care in the other tree that did not, or needs more.',
    ],
    load: () => import('./commands/audit.js'),
  },
  {
    name: 'fix',
    summary: 'offer fixes for findings, and apply those that are safe',
    argument: { name: 'PATH...', help: 'top folder of the kernel source, or files and folders in it' },
    options: [
      { flags: '--diff', help: 'print the changes as a patch for git apply' },
      { flags: '--in-place', help: 'change the files of the tree' },
      { flags: '--series <DIR>', help: 'write a patch for each subsystem of MAINTAINERS into this folder' },
      { flags: '--rule <R,...>', help: 'only findings of these rules', read: readRules },
      { flags: '--verdict <V,...>', help: 'only findings with these verdicts', read: readVerdicts },
      { flags: '--impact <I,...>', help: `only findings with these: ${IMPACTS.join(', ')}`, read: readImpacts },
      { flags: '--needs-look', help: 'where no fix is safe take the first one, whose precondition you will check' },
      KERNEL,
      MODEL,
      OUTPUT,
      JOBS,
      NO_CACHE,
      COLOR,
    ],
    notes: [
      'Without --diff, --in-place or --series it lists what it offers and changes nothing.',
      'Exit code: 0 no finding is left without its fix, 1 some are, 2 could not run.',
    ],
    load: () => import('./commands/fix.js'),
  },
  {
    name: 'check',
    summary: 'run the rules over a kernel tree, over files of one, or over what a change touches',
    argument: {
      name: 'PATH...',
      help: 'top folder of the kernel source, or files and folders in it (default with a change: the current folder)',
      optional: true,
    },
    options: [
      { flags: '--rule <R,...>', help: 'only these rules (default: all)', read: readRules },
      { flags: '--diff <REV>', help: 'only functions changed since this revision, or between two (A..B)' },
      { flags: '--patch <FILE>', help: 'only functions this patch changes; - is standard input' },
      { flags: '--at <REV>', help: 'the patch is for the tree at this revision (default: the files on disk)' },
      {
        flags: '--stdin',
        help: 'check the text on standard input; it stands for the file that --stdin-filename names',
      },
      { flags: '--stdin-filename <PATH>', help: 'where that text belongs' },
      format(CHECK_FORMATS),
      KERNEL,
      MODEL,
      {
        flags: '--baseline <FILE>',
        help: `findings judged in this file are silent, like those of ${JUDGED_FILE} in the tree`,
      },
      {
        flags: '--fail-on <SEVERITY>',
        help: 'exit code 1 for findings of this severity and worse: error, warning, or none (default: warning)',
        read: (text) => readChoice('--fail-on', FAIL_ON, text),
      },
      OUTPUT,
      JOBS,
      NO_CACHE,
      {
        flags: '--verbose',
        help: 'with unreadable files and functions not analysed; in gcc format with related places',
      },
      COLOR,
    ],
    notes: [
      `Rules: ${RULE_IDS.join(', ')}.`,
      `Severities: ${FINDING_SEVERITIES.join(', ')}.`,
      'Run "pageref explain RULE" for what one means.',
      'Exit code: 0 nothing of the --fail-on severity, 1 findings, 2 could not run.',
    ],
    load: () => import('./commands/check.js'),
  },
  {
    name: 'baseline',
    summary: 'judge what check finds today, so that only what is new is told',
    argument: { name: 'TREE', help: 'top folder of the kernel source, or a folder or file in it' },
    options: [
      { flags: '--reason <TEXT>', help: 'why the findings are let be; needed' },
      {
        flags: '--write <FILE>',
        help: `write there and keep the lines that are in it (default: print ${JUDGED_FILE} as it would be)`,
      },
      { flags: '--prune', help: 'leave out lines whose findings are gone' },
      { flags: '--rule <R,...>', help: 'only findings of these rules (default: all)', read: readRules },
      KERNEL,
      MODEL,
      JOBS,
      NO_CACHE,
    ],
    notes: [
      `A line that was there keeps its reason. check reads ${JUDGED_FILE} in the top folder by itself,`,
      'and any other file with --baseline.',
      'Exit code: 0 done, 2 could not run.',
    ],
    load: () => import('./commands/baseline.js'),
  },
  {
    name: 'uses',
    summary: 'list every use of a page-reference API in a kernel tree',
    argument: { name: 'TREE', help: 'top folder of the kernel source' },
    options: [
      { flags: '--api <NAME,...>', help: 'only these names (default: every name of the model)', read: readNames },
      format(USES_FORMATS),
      KERNEL,
      MODEL,
      OUTPUT,
      JOBS,
      NO_CACHE,
      { flags: '--verbose', help: 'with unreadable files and functions not analysed' },
      COLOR,
    ],
    notes: ['Exit code: 0 done, 2 could not run.'],
    load: () => import('./commands/uses.js'),
  },
  {
    name: 'contracts',
    summary: 'show what the functions of a kernel tree do with pages, from their own code',
    argument: { name: 'TREE', help: 'top folder of the kernel source' },
    options: [
      { flags: '--function <NAME>', help: 'all about this function or macro, and who calls it' },
      format(CONTRACTS_FORMATS),
      KERNEL,
      MODEL,
      OUTPUT,
      JOBS,
      NO_CACHE,
      { flags: '--verbose', help: 'every row of every contract, unreadable files and functions not analysed' },
      COLOR,
    ],
    notes: [
      'Without --function it lists wrappers of the reserved test, then one line for each function.',
      'Exit code: 0 done, 2 could not run.',
    ],
    load: () => import('./commands/contracts.js'),
  },
  {
    name: 'api',
    summary: 'show what the model knows of a kernel name and when that changed',
    argument: { name: 'NAME', help: 'a function or macro, for example put_page' },
    options: [{ ...KERNEL, help: 'only what holds in this release (default: every range)' }, MODEL, COLOR],
    notes: ['Exit code: 0 known, 2 not known.'],
    load: () => import('./commands/api.js'),
  },
  {
    name: 'explain',
    summary: 'explain a verdict or a rule: what it means and what to do',
    argument: { name: 'NAME', help: `${VERDICTS.join(', ')}, or a rule: ${RULE_IDS.join(', ')}` },
    options: [COLOR],
    notes: ['Exit code: 0 explained, 2 no such verdict or rule.'],
    load: () => import('./commands/explain.js'),
  },
  {
    name: 'lsp',
    summary: 'serve an editor over the Language Server Protocol',
    options: [{ flags: '--stdio', help: 'over standard input and output; the only way there is, and the default' }],
    notes: ['It ends when the editor does. docs/editors.md says how to set editors up.'],
    load: () => import('./commands/lsp.js'),
  },
];
