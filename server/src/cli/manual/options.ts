import type { ArgumentSpec, CommandSpec, OptionSpec } from '../types.js';

/** An option taken apart, for those who write it in other ways than the help does. */
export interface OptionParts {
  /** `-o`; undefined for most. */
  readonly short: string | undefined;
  /** `--output` */
  readonly long: string;
  /** What stands for its value, `FILE`; undefined for a flag. */
  readonly value: string | undefined;
  readonly help: string;
  /** The words that a value can be, or be a list of. */
  readonly values: readonly string[];
  /** The value is a list, with commas. */
  readonly isList: boolean;
  /** The value is the path of a file or folder. */
  readonly isPath: boolean;
}

export const HELP: OptionSpec = { flags: '-h, --help', help: 'print this help' };
export const VERSION: OptionSpec = { flags: '-V, --version', help: 'print the version' };

const PATH_VALUES = ['FILE', 'DIR', 'TREE', 'PATH'];

export function partsOf({ flags, help, values = [] }: OptionSpec): OptionParts {
  const [, short, long = '', value] = /^(?:(-\w), )?(--[\w-]+)(?: <(.+)>)?$/.exec(flags) ?? [];
  const isList = value?.endsWith(',...') ?? false;
  return { short, long, value, help, values, isList, isPath: PATH_VALUES.includes(value ?? '') };
}

/** All options of a command, its help among them. */
export function optionsOf({ options }: CommandSpec): readonly OptionParts[] {
  return [...options, HELP].map(partsOf);
}

/** Options of a command by the names that are typed. */
export function namesOf({ short, long }: OptionParts): readonly string[] {
  return short === undefined ? [long] : [short, long];
}

/** True for an argument that is the path of a file or folder. */
export function takesPaths(argument: ArgumentSpec | undefined): boolean {
  return argument?.name === 'PATH...';
}
