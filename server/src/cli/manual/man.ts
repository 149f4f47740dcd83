import { TOOL_VERSION } from '@pageref/shared';
import { PROGRAM_DESCRIPTION } from '../table.js';
import type { CommandSpec } from '../types.js';
import { HELP, optionsOf, partsOf, VERSION } from './options.js';
import type { OptionParts } from './options.js';

/** The manual page, section 1, in the man macros. */
export function manualPage(commands: readonly CommandSpec[]): string {
  const lines = [
    `.\\" Made from the table of commands by npm run generate.`,
    `.TH PAGEREF 1 "" "pageref ${TOOL_VERSION}" "User Commands"`,
    '.SH NAME',
    'pageref \\- what a page can be in kernel code, and whether it is treated rightly',
    '.SH SYNOPSIS',
    ...commands.flatMap(({ name, argument }) => [
      `.B pageref ${roff(name)}`,
      `[\\fIOPTION\\fR]...${argument ? ` ${argumentText(argument)}` : ''}`,
      '.br',
    ]),
    '.SH DESCRIPTION',
    roff(PROGRAM_DESCRIPTION),
    'It reads C sources of the Linux kernel, and of modules for it, and judges them by the release of their tree.',
    ...[HELP, VERSION].map(partsOf).flatMap(optionLines),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    ...tagged('0', 'Nothing needs care.'),
    ...tagged('1', 'Something does; each command says what counts.'),
    ...tagged('2', 'The command line could not be carried out.'),
    '.SH ENVIRONMENT',
    ...tagged('NO_COLOR, FORCE_COLOR', 'No colours, or colours also where the output is no terminal.'),
    ...tagged('XDG_CACHE_HOME', 'Where the folder is in which runs keep what they found out.'),
    ...tagged('PAGEREF_CACHE_DIR', 'That folder itself; off for none.'),
    '.SH FILES',
    ...tagged('.pageref.json', 'Contracts of functions that the model does not know, in the top folder of a tree.'),
    ...tagged('.pageref-judged.jsonl', 'Findings that somebody has judged.'),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(command: CommandSpec): string[] {
  const { name, summary, argument, notes } = command;
  return [
    `.SS pageref ${roff(name)}`,
    `${roff(summary.charAt(0).toUpperCase() + summary.slice(1))}.`,
    ...(argument ? tagged(argument.name, argument.help) : []),
    ...optionsOf(command).flatMap(optionLines),
    ...notes.flatMap((note) => ['.PP', roff(note)]),
  ];
}

function optionLines({ short, long, value, help }: OptionParts): string[] {
  const names = [short, long].filter((name) => name !== undefined).map((name) => `\\fB${roff(name)}\\fR`);
  return ['.TP', `${names.join(', ')}${value === undefined ? '' : ` \\fI${roff(value)}\\fR`}`, roff(help)];
}

function tagged(tag: string, text: string): string[] {
  return ['.TP', `\\fB${roff(tag)}\\fR`, roff(text)];
}

function argumentText({ name, byDefault }: NonNullable<CommandSpec['argument']>): string {
  return byDefault === undefined ? `\\fI${roff(name)}\\fR` : `[\\fI${roff(name)}\\fR]`;
}

/** Text that roff shows as it is; a line of it begins with no request. */
function roff(text: string): string {
  const plain = text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
  return /^[.']/.test(plain) ? `\\&${plain}` : plain;
}
