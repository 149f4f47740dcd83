import type { Attack } from './attack.js';
import { caches } from './attacks/caches.js';
import { edits } from './attacks/edits.js';
import { ends } from './attacks/ends.js';
import { files } from './attacks/files.js';
import { gitConfigs } from './attacks/git.js';
import { kills } from './attacks/kills.js';
import { names } from './attacks/names.js';
import { patches } from './attacks/patches.js';
import { protocol } from './attacks/protocol.js';

/** Every attack there is, in the order they are made. */
export const ATTACKS: readonly Attack[] = [edits, protocol, ends, files, names, patches, gitConfigs, caches, kills];
