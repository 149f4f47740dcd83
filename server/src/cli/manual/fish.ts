import type { ArgumentSpec, CommandSpec } from '../types.js';
import { HELP, optionsOf, partsOf, takesPaths, VERSION } from './options.js';
import type { OptionParts } from './options.js';

/** The script for fish. */
export function fishCompletion(commands: readonly CommandSpec[]): string {
  const names = [...commands.map(({ name }) => name), 'help'];
  const lines = [
    '# fish completion of pageref',
    'complete -c pageref -f',
    ...commands.map(({ name, summary }) => `${IN_FRONT} -a ${name} -d ${quoted(summary)}`),
    `${IN_FRONT} -a help -d 'print the help of a command'`,
    ...[HELP, VERSION].map((option) => `${IN_FRONT} ${optionWords(partsOf(option))}`),
    `${behind('help')} -a '${commands.map(({ name }) => name).join(' ')}'`,
    ...commands.flatMap((command) => [
      ...argumentLines(command.name, command.argument),
      ...optionsOf(command).map((option) => `${behind(command.name)} ${optionWords(option)}`),
    ]),
  ];
  return `${lines.join('\n').replaceAll('NAMES', names.join(' '))}\n`;
}

const IN_FRONT = "complete -c pageref -n 'not __fish_seen_subcommand_from NAMES'";

function behind(command: string): string {
  return `complete -c pageref -n '__fish_seen_subcommand_from ${command}'`;
}

function argumentLines(command: string, argument: ArgumentSpec | undefined): string[] {
  if (takesPaths(argument)) return [`${behind(command)} -F`];
  return argument?.values ? [`${behind(command)} -a ${quoted(argument.values.join(' '))}`] : [];
}

function optionWords({ short, long, help, value, values, isPath }: OptionParts): string {
  const names = [...(short === undefined ? [] : [`-s ${short.slice(1)}`]), `-l ${long.slice(2)}`];
  const takes = value === undefined ? [] : [isPath ? '-r -F' : '-x', ...valueWords(values)];
  return [...names, ...takes, `-d ${quoted(help)}`].join(' ');
}

function valueWords(values: readonly string[]): string[] {
  return values.length > 0 ? [`-a ${quoted(values.join(' '))}`] : [];
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
