import type { Io } from '../io.js';
import { EXIT, UsageError } from '../io.js';
import { quoted } from '../readers.js';
import type { Options, RunCommand } from '../types.js';
import { runOverTree } from './tree-run.js';
import { exitCode } from './unread.js';

export const run: RunCommand = (io, first, options, paths) => {
  if (paths.length > 1) throw new UsageError('owners looks at one file or folder', 'Give one path.');
  return ownersOf(io, first, options);
};

/** Who owns what is taken at a place: a file or folder, FILE:FUNCTION or FILE:LINE. */
export async function ownersOf(io: Io, place: string, options: Options): Promise<number> {
  const { path, ...only } = placeOf(place);
  const report = await runOverTree(io, [path], options, 'owners', (engine, common) =>
    engine.owners({ ...common, ...only }),
  );
  return exitCode(io, report.summary.files.unreadable, options, EXIT.clean);
}

/** FILE:LINE, the place that `check --explain-silence` asks about. */
export function silencePlace(text: string): string {
  if (placeOf(text).line !== undefined) return text;
  throw new UsageError(
    `--explain-silence: ${quoted(text)} is no FILE:LINE`,
    'Give the line of the call that takes the page, such as mm/gup.c:120.',
  );
}

interface AskedPlace {
  readonly path: string;
  readonly function?: string;
  readonly line?: number;
}

function placeOf(text: string): AskedPlace {
  const [, path = '', word = ''] = /^(.+):([A-Za-z_]\w*|\d+)$/.exec(text) ?? [];
  if (path === '') return { path: text };
  return /^\d/.test(word) ? { path, line: Number(word) } : { path, function: word };
}
