import type { UnreadableFile } from '@pageref/shared';
import { EXIT } from '../io.js';
import type { Io } from '../io.js';
import { quoted } from '../readers.js';
import type { Options } from '../types.js';
import { tell } from '../tell.js';

/** More files than this are counted. */
const MOST_LINES = 10;

/**
 * The exit code of a run: that of its findings, unless something was not read that it was asked for, or anything at all with
 * --fail-on-unread. Standard error says what then, so that a report that goes to a file is not taken for a whole one.
 */
export function exitCode(
  io: Io,
  unreadable: readonly UnreadableFile[],
  { failOnUnread = false }: Options,
  ofFindings: number,
): number {
  const failing = unreadable.filter(({ named }) => named === true || failOnUnread);
  if (failing.length === 0) return ofFindings;
  for (const { path, why } of failing.slice(0, MOST_LINES)) tell(io, `${quoted(path)} was not read: ${why}`);
  if (failing.length > MOST_LINES) tell(io, `${failing.length - MOST_LINES} more were not read`);
  return EXIT.cannotRun;
}
