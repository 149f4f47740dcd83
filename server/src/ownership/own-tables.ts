import type { NodeId } from '../flow/cfg/cfg.js';
import { withoutCasts } from './calls.js';
import { waysTo } from './loops.js';
import { assignmentOf } from './nodes.js';
import { pathOf } from './paths.js';
import type { Path } from './paths.js';
import type { Prepared } from './prepared.js';

/** Tables of pages in memory that a function allocates. */

/** True where the table as a whole is stored on some way to a node: by then others may keep count of its pages. */
export function isStoredBefore({ cfg }: Prepared, table: Path, at: NodeId): boolean {
  const before = waysTo(cfg, ({ id }) => id === at);
  return cfg.nodes.some((node) => {
    const assignment = before.has(node.id) ? assignmentOf(node) : undefined;
    return assignment !== undefined && assignment.target !== table && pathOf(withoutCasts(assignment.value)) === table;
  });
}
