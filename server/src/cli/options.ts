import { NEWEST_RELEASE, OLDEST_RELEASE, RELEASES, USER_MODEL_FILE } from '@pageref/shared';
import type { Defines } from '@pageref/shared';
import { formatsOf } from '../print/formats.js';
import type { ReportName } from '../print/formats.js';
import { readChoice, readDefine, readJobs, readRelease, readReleases } from './readers.js';
import { COLOR_CHOICES } from './types.js';
import type { ArgumentSpec, OptionSpec } from './types.js';

/** Options of several commands: each means the same wherever it is. */

export const KERNEL: OptionSpec = {
  flags: '--kernel <X.Y>',
  help: `judge by this mainline release, ${OLDEST_RELEASE} to ${NEWEST_RELEASE} (default: what the top Makefile says)`,
  values: RELEASES,
  read: readRelease,
};
/** The same for a command that judges by several releases in one run. */
export const KERNELS: OptionSpec = {
  ...KERNEL,
  flags: '--kernel <X.Y,...>',
  help: 'judge by these mainline releases: a list, or a range such as 5.4..6.12 with the long-term ones between',
  read: readReleases,
};
export const DEFINE: OptionSpec = {
  flags: '--define <NAME[=0]>',
  help: 'the build defines this macro, or does not with =0 (default: "defines" of .pageref.json, else both)',
  read: (text, before) => ({ ...(before as Defines | undefined), ...readDefine(text) }),
};
export const TREE: OptionSpec = {
  flags: '--tree <KERNEL>',
  help: 'PATH is built for this kernel: its facts, headers and contracts count, and its release',
  read: (text, before) => [...(Array.isArray(before) ? (before as string[]) : []), text],
};
export const MODEL: OptionSpec = {
  flags: '--model <FILE>',
  help: `add contracts to the model; can be repeated (default: ${USER_MODEL_FILE} of the project)`,
  read: (text, before) => [...(Array.isArray(before) ? (before as string[]) : []), text],
};
export const OUTPUT: OptionSpec = { flags: '-o, --output <FILE>', help: 'write there instead of to standard output' };
export const JOBS: OptionSpec = {
  flags: '-j, --jobs <N>',
  help: 'worker threads (default: one per core)',
  read: readJobs,
};
export const QUIET: OptionSpec = {
  flags: '-q, --quiet',
  help: 'no progress, and in text of check nothing but what was found',
};
/** Argument of the commands that take paths. */
export const PATHS: ArgumentSpec = {
  name: 'PATH...',
  help: 'top folder of the kernel source, or files and folders in it (default: the current folder)',
  byDefault: '.',
};
export const NO_CACHE: OptionSpec = {
  flags: '--no-cache',
  help: 'use nothing that earlier runs have kept, and keep nothing',
};
export const FAIL_ON_UNREAD: OptionSpec = {
  flags: '--fail-on-unread',
  help: 'exit code 2 also where a file of the tree could not be read (default: only for what is named)',
};
export const COLOR: OptionSpec = {
  flags: '--color <WHEN>',
  help: 'colours: auto, always or never (default: auto; NO_COLOR and FORCE_COLOR are obeyed)',
  values: COLOR_CHOICES,
  read: (text) => readChoice('--color', COLOR_CHOICES, text),
};

/** The choices are the formats of a report, in the order of the registry. */
export function formatOf(report: ReportName): OptionSpec {
  const [first = '', ...rest] = formatsOf(report);
  const choices = [first, ...rest];
  return {
    flags: '--format <FORMAT>',
    help: `${choices.join(', ')} (default: ${first})`,
    values: choices,
    read: (text) => readChoice('--format', choices, text),
  };
}
