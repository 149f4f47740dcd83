import type { Defines, FailOn, Impact, Release, RuleId, Verdict } from '@pageref/shared';
import type { Io } from './io.js';

/** What the table of commands, the parser and the commands agree on. */

export const COLOR_CHOICES = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof COLOR_CHOICES)[number];
export const WHAT_IFS = ['no-reserved-zone-device'] as const;
/** Shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Values of the options of all commands; a command sees those it declares. */
export interface Options {
  /** A key of the registry of formats, for the report of the command. */
  readonly format?: string;
  /** One, but for commands that take several. */
  readonly kernel?: readonly Release[];
  readonly tree?: readonly string[];
  readonly define?: Defines;
  readonly model?: readonly string[];
  readonly arch?: string;
  readonly compare?: string;
  readonly whatIf?: (typeof WHAT_IFS)[number];
  readonly verdict?: readonly Verdict[];
  readonly impact?: readonly Impact[];
  readonly api?: readonly string[];
  readonly function?: string;
  readonly explainSilence?: string;
  readonly diff?: string;
  readonly patch?: string;
  readonly at?: string;
  readonly cc?: boolean;
  readonly stdin?: boolean;
  readonly stdinFilename?: string;
  readonly inPlace?: boolean;
  readonly series?: string;
  readonly needsLook?: boolean;
  readonly rule?: readonly RuleId[];
  readonly baseline?: string;
  readonly reason?: string;
  readonly prune?: boolean;
  readonly failOn?: FailOn;
  readonly failOnUnread?: boolean;
  readonly output?: string;
  readonly jobs?: number;
  readonly cache?: boolean;
  readonly verbose?: boolean;
  readonly all?: boolean;
  readonly statistics?: boolean;
  readonly revs?: readonly string[];
  readonly firstParent?: boolean;
  readonly every?: number;
  readonly bisect?: readonly string[];
  readonly plan?: string;
  readonly shards?: number;
  readonly job?: number;
  readonly merge?: boolean;
  readonly store?: string;
  /** Days, and megabytes. */
  readonly maxAge?: number;
  readonly maxSize?: number;
  readonly quiet?: boolean;
  readonly color?: ColorChoice;
  readonly stdio?: boolean;
}

/** Runs a command and gives its exit code; the argument is empty for a command that takes none, `all` holds every one. */
export type RunCommand = (io: Io, argument: string, options: Options, all: readonly string[]) => Promise<number>;

export interface OptionSpec {
  /** As it is typed: `-j, --jobs <N>`; a flag without a value has no `<...>`. */
  readonly flags: string;
  readonly help: string;
  /** The words that it can be, or a list of: what a shell offers. */
  readonly values?: readonly string[];
  readonly read?: (text: string, before: unknown) => unknown;
}

/** An option by the name it once had: it is in no help, works as before, and a line on standard error says what it is called now. */
export interface FormerOption {
  /** As it was typed: `--write <FILE>`. */
  readonly flags: string;
  /** What to type instead, for the line on standard error. */
  readonly now: string;
  /** What it stands for; a flag gives `true`. */
  readonly means: (value: string | true) => Options;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  /** The words that it can be: what a shell offers. */
  readonly values?: readonly string[];
  /** What stands for it where none is given; it has to be given without. */
  readonly byDefault?: string;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Absent for a command that takes none; a name that ends in `...` stands for one or more. */
  readonly argument?: ArgumentSpec;
  readonly options: readonly OptionSpec[];
  readonly formerly?: readonly FormerOption[];
  /** Closing lines of the help: what the exit code means, an example. */
  readonly notes: readonly string[];
  /** Loaded only when the command runs. */
  readonly load: () => Promise<{ readonly run: RunCommand }>;
}
