import { Command, CommanderError, Option } from 'commander';
import { TOOL_VERSION } from '@pageref/shared';
import { CannotRun } from '../project/options.js';
import { EXIT, UsageError, type Io } from './io.js';
import { withoutCompilerOptions } from './compiler-line.js';
import { COMMANDS, PROGRAM_DESCRIPTION } from './table.js';
import type { ArgumentSpec, CommandSpec, FormerOption, Options, OptionSpec } from './types.js';
import { tell } from './tell.js';

const HELP_WIDTH = 100;

/**
 * Runs one command line and gives its exit code; never throws.
 * @param argv the words after the program's name
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const outcome = { code: EXIT.clean as number };
  const program = createProgram(io, outcome);
  try {
    if (argv.length === 0) program.help({ error: true });
    await program.parseAsync(withoutCompilerOptions(argv), { from: 'user' });
    return outcome.code;
  } catch (error) {
    return reportFailure(error, argv, io);
  }
}

function createProgram(io: Io, outcome: { code: number }): Command {
  const program = new Command('pageref')
    .description(PROGRAM_DESCRIPTION)
    .version(TOOL_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Mistakes are printed in one place, reportFailure().
      outputError: () => undefined,
      getOutHelpWidth: () => io.stdout.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => io.stderr.columns ?? HELP_WIDTH,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', '\nRun "pageref COMMAND --help" for the options of a command.');
  for (const spec of COMMANDS) addCommand(program, spec, io, outcome);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, io: Io, outcome: { code: number }): void {
  const command = program.command(spec.name).summary(spec.summary).description(sentence(spec.summary));
  if (spec.argument) command.argument(bracketed(spec.argument), spec.argument.help);
  for (const option of spec.options) command.addOption(asOption(option));
  for (const { flags } of spec.formerly ?? []) command.addOption(new Option(flags).hideHelp());
  command.addHelpText('after', `\n${spec.notes.join('\n')}`);
  command.action(async () => {
    const { run } = await spec.load();
    const options = modern(command.opts<Options>(), spec.formerly ?? [], io);
    const { args } = command;
    const words = args.length === 0 && spec.argument?.byDefault !== undefined ? [spec.argument.byDefault] : args;
    outcome.code = await run(io, words[0] ?? '', options, words);
  });
}

/** The options with what was given by a former name; one that is also given by its own keeps that value. */
function modern(given: Options, formerly: readonly FormerOption[], io: Io): Options {
  return formerly.reduce((options, { flags, now, means }) => {
    const option = new Option(flags);
    const value = (given as Readonly<Record<string, string | true | undefined>>)[option.attributeName()];
    if (value === undefined) return options;
    tell(io, `${option.long ?? flags} is called ${now} now; the old name still works`);
    return { ...means(value), ...options };
  }, given);
}

function bracketed({ name, byDefault }: ArgumentSpec): string {
  return byDefault === undefined ? `<${name}>` : `[${name}]`;
}

function asOption({ flags, help, read }: OptionSpec): Option {
  const option = new Option(flags, help);
  return read ? option.argParser((text: string, before: unknown) => read(text, before)) : option;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Every way to fail: what went wrong, why, and the next step, on standard error. */
function reportFailure(error: unknown, argv: readonly string[], io: Io): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.clean;
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.cannotRun;
  tell(io, failureText(error, argv));
  return EXIT.cannotRun;
}

function failureText(error: unknown, argv: readonly string[]): string {
  if (error instanceof UsageError) return `${error.message}\n${error.hint}`;
  if (error instanceof CannotRun) return error.message;
  if (error instanceof CommanderError) return `${commanderText(error)}\n${helpHint(argv)}`;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `internal error: ${detail}\nThis is a mistake in pageref itself; please report it with the command line.`;
}

/** Commander puts its guess on a line of its own and "error:" in front. */
function commanderText(error: CommanderError): string {
  return error.message.replace(/^error: /, '').replace(/\n\s*/g, ' ');
}

function helpHint(argv: readonly string[]): string {
  const command = COMMANDS.find(({ name }) => argv.includes(name));
  return command ? `Run "pageref ${command.name} --help" for its options.` : 'Run "pageref --help" for the commands.';
}
