import { EXIT } from '../io.js';
import { bashCompletion } from '../manual/bash.js';
import { fishCompletion } from '../manual/fish.js';
import { zshCompletion } from '../manual/zsh.js';
import { openOutput } from '../output.js';
import { readChoice } from '../readers.js';
import type { CommandSpec, RunCommand } from '../types.js';
import { SHELLS } from '../types.js';

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (commands: readonly CommandSpec[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Prints the script of a shell for the commands of a table. */
export function completing(commands: readonly CommandSpec[]): RunCommand {
  return async (io, shell, options) => {
    const script = SCRIPTS[readChoice('SHELL', SHELLS, shell)](commands);
    const output = await openOutput(io, options.output);
    await output.write(script);
    return EXIT.clean;
  };
}
