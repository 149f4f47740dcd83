import { statTree } from '../vfs/index.js';
import { CannotRun } from './options.js';

/** Throws CannotRun, with what to do next, where the root is no folder that can be read. */
export function checkRoot(root: string): void {
  const status = statTree(root);
  if (status.kind === 'folder') return;
  const hints = {
    missing: `no such folder: ${root}`,
    file: `${root} is a file: give the top folder of a source tree`,
  } as const;
  throw new CannotRun(status.kind === 'unreadable' ? `cannot read ${root}: ${status.why}` : hints[status.kind]);
}
