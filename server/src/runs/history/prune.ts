import { CannotRun } from '../../project/options.js';
import { exists, Store } from '../../vfs/index.js';
import type { StoreFigures, StoreRoom } from '../../vfs/index.js';
import { DEFAULT_ROOM } from './history.js';

export type { StoreRoom } from '../../vfs/index.js';

export interface Pruned {
  readonly removed: StoreFigures;
  readonly left: StoreFigures;
}

/** Throws out of a store what is old, then what does not fit. Throws CannotRun where there is none. */
export function pruneStore(folder: string, room: Partial<StoreRoom> = {}): Pruned {
  if (!exists(folder)) throw new CannotRun(`--store: there is no ${folder}`);
  return new Store(folder).prune({ ...DEFAULT_ROOM, ...room });
}
