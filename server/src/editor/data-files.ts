import { basename } from 'node:path';
import { SUPPRESSIONS_FILE, USER_MODEL_FILE } from '@pageref/shared';
import type { JsonProblem } from '../project/user-model/json.js';

/** Files that people write for pageref itself: in an editor they are checked like C is. */

export type { JsonProblem } from '../project/user-model/json.js';

/** Each gets its reader only when such a file is open. */
const CHECKS: Readonly<Record<string, () => Promise<(text: string) => readonly JsonProblem[]>>> = {
  [USER_MODEL_FILE]: async () => (await import('../project/user-model/read.js')).userModelProblems,
  [SUPPRESSIONS_FILE]: async () => (await import('../runs/suppressions/read.js')).suppressionProblems,
};

export function isDataFile(path: string): boolean {
  return Object.hasOwn(CHECKS, basename(path));
}

/** Everything that is wrong with the text of such a file. Total. */
export async function dataFileProblems(path: string, text: string): Promise<readonly JsonProblem[]> {
  const check = CHECKS[basename(path)];
  return check ? (await check())(text) : [];
}
