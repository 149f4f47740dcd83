import type { CommandSpec } from '../types.js';
import { optionsOf, takesPaths } from './options.js';
import type { OptionParts } from './options.js';

/** The script for zsh, for a folder of its fpath. */
export function zshCompletion(commands: readonly CommandSpec[]): string {
  return `#compdef pageref
# zsh completion of pageref
_pageref() {
  local -a commands
  local curcontext=$curcontext state line
  commands=(
${[...commands, { name: 'help', summary: 'print the help of a command' }]
  .map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`)
  .join('\n')}
  )
  _arguments -C '(- *)'{-h,--help}'[print this help]' '(- *)'{-V,--version}'[print the version]' \\
    '1: :->command' '*:: :->words'
  case $state in
    command) _describe -t commands command commands ;;
    words)
      case $line[1] in
        help) _arguments '1:command:(${commands.map(({ name }) => name).join(' ')})' ;;
${commands.map(commandCase).join('\n')}
      esac ;;
  esac
}
_pageref "$@"
`;
}

function commandCase(command: CommandSpec): string {
  const words = [...optionsOf(command).map(optionWord), ...argumentWords(command)];
  return `        ${command.name}) _arguments -S ${words.map((word) => `\\\n          ${word}`).join(' ')} ;;`;
}

function argumentWords({ argument }: CommandSpec): string[] {
  if (!argument) return [];
  if (takesPaths(argument)) return [quoted('*:path:_files')];
  return [quoted(`1:${argument.name.toLowerCase()}:(${(argument.values ?? []).join(' ')})`)];
}

function optionWord({ short, long, help, value, ...of }: OptionParts): string {
  const said = `[${help.replace(/[[\]\\:]/g, '\\$&')}]`;
  const takes = value === undefined ? '' : `:${value.replace(/[,.]/g, '').toLowerCase()}:${actionOf(of)}`;
  if (short === undefined) return quoted(`${long}${said}${takes}`);
  return `'(${short} ${long})'{${short},${long}}${quoted(`${said}${takes}`)}`;
}

function actionOf({ values, isList, isPath }: Pick<OptionParts, 'values' | 'isList' | 'isPath'>): string {
  if (values.length > 0) return isList ? `_values -s , value ${values.join(' ')}` : `(${values.join(' ')})`;
  return isPath ? '_files' : ' ';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
