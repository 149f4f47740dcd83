import type { CommandSpec } from '../types.js';
import { HELP, namesOf, optionsOf, partsOf, takesPaths, VERSION } from './options.js';
import type { OptionParts } from './options.js';

/** The script for bash. Words of the table hold no character that means something to a shell. */
export function bashCompletion(commands: readonly CommandSpec[]): string {
  const names = [...commands.map(({ name }) => name), 'help'];
  const top = [HELP, VERSION].map(partsOf).flatMap(namesOf);
  return `# bash completion of pageref; source it, or put it into the folder of bash-completion
_pageref() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      ${names.join('|')}) command=$word; break ;;
    esac
  done
  COMPREPLY=()
  case "$command $prev" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case $command in
    '') _pageref_words '${[...names, ...top].join(' ')}' ;;
    help) _pageref_words '${commands.map(({ name }) => name).join(' ')}' ;;
${commands.map(commandCase).join('\n')}
  esac
}
_pageref_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}
_pageref_list() {
  local before=
  if [[ $cur == *,* ]]; then before=\${cur%,*},; fi
  COMPREPLY=($(compgen -P "$before" -W "$1" -- "\${cur##*,}"))
}
_pageref_paths() {
  compopt -o filenames 2>/dev/null
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$cur"))
}
complete -F _pageref pageref
`;
}

/** What completes the values of a command's options. */
function valueCases(command: CommandSpec): string[] {
  return optionsOf(command).flatMap((option) => {
    if (option.value === undefined) return [];
    const pattern = namesOf(option).map((name) => `'${command.name} ${name}'`);
    return [`    ${pattern.join('|')}) ${valueAction(option)}; return ;;`];
  });
}

function valueAction({ values, isList, isPath }: OptionParts): string {
  if (values.length > 0) return `${isList ? '_pageref_list' : '_pageref_words'} '${values.join(' ')}'`;
  return isPath ? '_pageref_paths' : ':';
}

function commandCase(command: CommandSpec): string {
  const options = optionsOf(command).flatMap(namesOf).join(' ');
  const { argument } = command;
  const other = takesPaths(argument) ? '_pageref_paths' : `_pageref_words '${(argument?.values ?? []).join(' ')}'`;
  return `    ${command.name}) if [[ $cur == -* ]]; then _pageref_words '${options}'; else ${other}; fi ;;`;
}
